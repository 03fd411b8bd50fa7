/** SCIM, SSO, diagnostics, administrators, settings, audit log. */
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementAccountUin } from '../../db/administrators.js'
import { ADMINISTRATOR_POLICIES } from '../../server/domain/administrator.js'
import { SETTING_NAMES } from '../../server/domain/zone.js'
import { createFakeIdp, makeKeyPair, type FakeIdp } from '../support/fake-idp.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

let world: ConsoleWorld
let browser: ConsoleBrowser

beforeAll(async () => {
  world = await createConsoleWorld('sqlite', { environment: { QUOTA_GROUPS: '7' } })
  browser = await world.admin()
})
afterAll(() => world.remove())

/** The said of the page that an act leads to. */
const act = async (page: string, action: string, fields: Record<string, string> = {}): Promise<string> =>
  textOf(await browser.follow(await browser.send(page, action, fields)))

describe('SCIM in the console', () => {
  it('is switched on and off', async () => {
    expect(await act('/admin/scim', '/admin/scim/status')).toContain('SCIM synchronization is enabled.')
    expect((await world.services.zones.current()).scimStatus).toBe('enabled')
    expect(await act('/admin/scim', '/admin/scim/status')).toContain('SCIM synchronization is disabled')
  })

  it('issues a credential, shown once, and tells when it ends', async () => {
    const form = await browser.get('/admin/scim')
    const page = await browser.submit(form, '/admin/scim/credentials')
    expect(page.status).toBe(200)
    const secret = /id="credential-secret"[^>]*value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    expect(await world.services.scimCredentials.authenticate(secret)).toBeDefined()
    expect((await browser.submit(form, '/admin/scim/credentials')).status).toBe(409)
    const list = await browser.get('/admin/scim')
    expect(list.text).not.toContain(secret)
    expect(list.text).toContain('http://localhost:8080/scim/v2')
    world.clock.advance(340 * 24 * 60 * 60)
    browser = await world.admin()
    expect(textOf(await browser.get('/admin/scim'))).toMatch(/The credential scimcred-\w+ expires in 25 days/)
    world.clock.advance(30 * 24 * 60 * 60)
    browser = await world.admin()
    expect(textOf(await browser.get('/admin/scim'))).toMatch(/scimcred-\w+ has expired/)
  })

  it('allows two credentials, and deletes only a disabled one', async () => {
    await browser.send('/admin/scim', '/admin/scim/credentials')
    const third = await browser.send('/admin/scim', '/admin/scim/credentials')
    expect(textOf(await browser.follow(third))).toContain('2 SCIM credentials at most')
    const [first] = await world.services.scimCredentials.list(world.administrator)
    const path = `/admin/scim/credentials/${first?.id}`
    const early = await browser.post(`${path}/delete`, {
      _csrf: (await browser.get('/admin/scim')).forms[0]?.hidden['_csrf'] ?? '',
    })
    expect(textOf(await browser.follow(early))).toContain('Disable the credential before deleting it.')
    expect(await act('/admin/scim', `${path}/disable`)).toContain('is disabled')
    expect(await act('/admin/scim', `${path}/enable`)).toContain('is enabled')
    await act('/admin/scim', `${path}/disable`)
    expect(await act('/admin/scim', `${path}/delete`)).toContain('was deleted')
  })
})

describe('SSO in the console', () => {
  let idp: FakeIdp
  beforeAll(async () => {
    idp = await createFakeIdp()
  })

  /** Sends a form with a file in it. */
  async function upload(path: string, parts: Record<string, string | { file: Buffer; name: string }>) {
    const page = await browser.get('/admin/sso')
    const token = page.forms.find(({ action }) => action === path)?.hidden['_csrf'] ?? ''
    const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    let pending = request(world.app).post(path).set('Cookie', cookies).field('_csrf', token)
    for (const [name, part] of Object.entries(parts)) {
      pending =
        typeof part === 'string' ? pending.field(name, part) : pending.attach(name, part.file, part.name)
    }
    return pending.redirects(0)
  }

  it('hands out the metadata of this product', async () => {
    const { status, response } = await browser.get('/admin/sso/metadata.xml')
    expect(status).toBe(200)
    expect(response.get('content-type')).toContain('application/samlmetadata+xml')
    expect(response.get('content-disposition')).toBe('attachment; filename="sp-metadata.xml"')
    expect(String(response.text ?? response.body)).toContain('/saml/acs/')
  })

  it('cannot be switched on before there is an identity provider', async () => {
    expect(await act('/admin/sso/method?to=sso', '/admin/sso/method')).toContain(
      'SSO needs an identity provider',
    )
  })

  it.each([
    ['nothing', {}, 'Choose a file or paste the metadata.'],
    ['no XML', { metadataText: 'hello' }, ''],
    ['no metadata', { metadataFile: { file: Buffer.from('<a/>'), name: 'a.xml' } }, ''],
    ['a picture', { metadataFile: { file: Buffer.from([0x89, 0x50, 0x4e, 0x47]), name: 'a.png' } }, ''],
  ] as const)('refuses metadata that is %s, at the form', async (_, parts, message) => {
    const response = await upload('/admin/sso/metadata', parts)
    expect(response.status).toBe(400)
    expect(response.text).toContain('id="field-metadataFile-error"')
    if (message !== '') expect(response.text).toContain(message)
    expect(await world.services.identityProvider.find()).toBeUndefined()
  })

  it('refuses a file above one megabyte, and one without the token', async () => {
    const large = await upload('/admin/sso/metadata', {
      metadataFile: { file: Buffer.alloc(1024 * 1024 + 1, 'x'), name: 'large.xml' },
    })
    expect(large.status).toBe(413)
    const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const forged = await request(world.app)
      .post('/admin/sso/metadata')
      .set('Cookie', cookies)
      .attach('metadataFile', Buffer.from(idp.metadata()), 'idp.xml')
    expect(forged.status).toBe(403)
    const anonymous = await request(world.app)
      .post('/admin/sso/metadata')
      .attach('metadataFile', Buffer.from(idp.metadata()), 'idp.xml')
    expect(anonymous.status).toBe(401)
    expect(await world.services.identityProvider.find()).toBeUndefined()
  })

  it('takes metadata as a file and as text', async () => {
    const response = await upload('/admin/sso/metadata', {
      metadataFile: { file: Buffer.from(idp.metadata()), name: 'idp.xml' },
    })
    expect([response.status, response.headers['location']]).toEqual([303, '/admin/sso'])
    const page = await browser.get('/admin/sso')
    expect(page.text).toContain(idp.entityId)
    expect(page.text).toContain('Test identity provider')
    expect(page.text).toMatch(/([0-9A-F]{2}:){31}[0-9A-F]{2}/)
    const second = await createFakeIdp('second')
    const pasted = await upload('/admin/sso/metadata', { metadataText: second.metadata() })
    expect(pasted.status).toBe(303)
    expect((await browser.get('/admin/sso')).text).toContain('https://second.example/metadata')
  })

  it('is entered by hand, and refused at the field', async () => {
    const good = {
      entityId: 'https://hand.example/metadata',
      loginUrl: 'https://hand.example/login',
      loginBinding: 'post',
    }
    const response = await upload('/admin/sso/manual', {
      ...good,
      signingFile: { file: Buffer.from(idp.key.certificatePem), name: 'idp.pem' },
    })
    expect(response.status).toBe(303)
    expect(await world.services.identityProvider.find()).toMatchObject(good)
    const notCertificate = await upload('/admin/sso/manual', { ...good, signingText: 'not a certificate' })
    expect(notCertificate.status).toBe(400)
    expect(notCertificate.text).toContain('id="field-signingFile-error"')
    const wrongUrl = await upload('/admin/sso/manual', { ...good, loginUrl: 'javascript:alert(1)' })
    expect(wrongUrl.status).toBe(400)
    expect(wrongUrl.text).toContain('notice-danger')
  })

  it('rolls over to another certificate, at most two', async () => {
    const next = await makeKeyPair('Next certificate')
    const added = await upload('/admin/sso/certificates', { certificateText: next.certificatePem })
    expect(added.status).toBe(303)
    const again = await upload('/admin/sso/certificates', { certificateText: next.certificatePem })
    expect(again.status).toBe(409)
    expect(again.text).toContain('id="field-certificateFile-error"')
    const [old] = (await world.services.identityProvider.find())!.certificates
    expect(await act('/admin/sso', `/admin/sso/certificates/${old?.id}/remove`)).toContain(
      'The certificate was removed.',
    )
    const page = await browser.get('/admin/sso')
    // The last one cannot be removed: there is no button, and the service refuses.
    expect(page.text).not.toMatch(/certificates\/idp-c-\w+\/remove/)
  })

  it('is switched on after a warning, and then keeps its identity provider', async () => {
    const warned = await browser.get('/admin/sso/method?to=sso')
    expect(textOf(warned)).toContain('users sign in only at the identity provider')
    const switched = await browser.submit(warned, '/admin/sso/method')
    expect(textOf(await browser.follow(switched))).toContain('Users now sign in over SSO.')
    expect((await world.services.zones.current()).loginMethod).toBe('sso')
    expect(textOf(await browser.get('/admin/sso'))).toContain('SSO is in use: a wrong value')
    expect(await act('/admin/sso/clear', '/admin/sso/clear')).toContain('SSO uses this identity provider')
    expect(await act('/admin/sso/method?to=password', '/admin/sso/method')).toContain(
      'Users now sign in with a password.',
    )
    expect(await act('/admin/sso/clear', '/admin/sso/clear')).toContain('The identity provider was removed.')
  })
})

describe('sign-in diagnostics', () => {
  it('are found by the reference, however it is typed', async () => {
    const reference = await world.services.signInDiagnostics.record(
      { address: '203.0.113.9' },
      {
        purpose: 'signIn',
        check: 'audience',
        message: 'The response is for <somebody> else.',
        remedy: 'Set the audience.',
        failures: [
          {
            check: 'audience',
            message: 'The response is for <somebody> else.',
            found: 'https://<other>.example',
            expected: 'https://center.example',
          },
          { check: 'recipient', message: 'For another recipient.' },
        ],
        userName: 'member',
        response: '<Response>"quoted"</Response>',
      },
    )
    const found = await browser.get(`/admin/diagnostics?reference=+${reference.toLowerCase()}+`)
    expect(found.location).toBe(`/admin/diagnostics/${reference}`)
    const page = await browser.follow(found)
    expect(page.text).toContain('The response is for &lt;somebody> else.')
    expect(page.text).toContain('<code>https://&lt;other>.example</code>')
    expect(textOf(page)).toContain('Enter exactly our entity id as audience')
    expect(textOf(page)).toContain('The assertion was made for another recipient.')
    expect(textOf(page)).toMatch(/Certificate signatureValue Passed/)
    expect(textOf(page)).toMatch(/Audience audience Failed/)
    expect(textOf(page)).toMatch(/Never seen before replayed Not made/)
    expect(page.text).toContain('&lt;Response>')
    const unknown = await browser.get('/admin/diagnostics?reference=NOSUCH')
    expect(unknown.status).toBe(404)
    expect(textOf(unknown)).toContain('There is no failed sign-in with this reference.')
  })
})

describe('administrators in the console', () => {
  it('are made with a password that is shown once', async () => {
    const form = await browser.get('/admin/administrators/new')
    const page = await browser.submit(form, '/admin/administrators', { name: 'second', rights: 'full' })
    expect(page.status).toBe(200)
    expect(page.text).toMatch(/id="password"[^>]*value="[^"]{8,}"/)
    expect(textOf(await browser.get('/admin/administrators'))).toContain('second')
    expect((await browser.submit(form, '/admin/administrators', { name: 'third' })).status).toBe(409)
    expect(await world.services.administrators.findByName(world.administrator, 'third')).toBeUndefined()
  })

  it.each([
    ['', 400],
    ['no spaces', 400],
    ['ADMIN', 409],
  ])('are refused at the name %j', async (name, status) => {
    const page = await browser.send('/admin/administrators/new', '/admin/administrators', { name })
    expect(page.status).toBe(status)
    expect(page.text).toContain('id="field-name-error"')
  })

  it('are disabled and enabled, but never the last full one', async () => {
    const { services, administrator } = world
    const second = (await services.administrators.findByName(administrator, 'second'))!
    const path = `/admin/administrators/${second.uin}`
    expect(await act(path, `${path}/status`)).toContain('second was disabled')
    const admin = (await services.administrators.findByName(administrator, 'admin'))!
    const own = `/admin/administrators/${admin.uin}`
    expect(await act(own, `${own}/status`)).toContain('last enabled administrator with full access')
    expect(await act(path, `${path}/status`)).toContain('second was enabled')
  })

  it('are shown with what other policies and a boundary leave of their rights', async () => {
    const { services, administrator, db } = world
    const second = (await services.administrators.findByName(administrator, 'second'))!
    const path = `/admin/administrators/${second.uin}`
    expect(textOf(await browser.get(path))).not.toContain('permission boundary')
    const accountUin = await managementAccountUin(db)
    const root = { caller: { kind: 'root', accountUin }, actor: administrator, context: {} } as const
    const holder = { kind: 'user', uin: second.uin } as const
    const bound = (name: string) =>
      services.camAttachments.putBoundary(root, holder, {
        type: 'preset',
        id: world.presetPolicies.findByName(name)!.id,
      })
    await bound(ADMINISTRATOR_POLICIES.readOnly.name)
    expect(textOf(await browser.get(path))).toContain('leave no more than reading')
    await bound('QcloudCVMFullAccess')
    expect(textOf(await browser.get(path))).toContain('leave nothing of these rights')
    await services.camAttachments.deleteBoundary(root, holder)
  })

  it('get a new password and lose their device', async () => {
    const second = (await world.services.administrators.findByName(world.administrator, 'second'))!
    const path = `/admin/administrators/${second.uin}`
    const form = await browser.get(`${path}/reset-password`)
    const page = await browser.submit(form, `${path}/reset-password`)
    expect(page.text).toMatch(/id="password"[^>]*value="[^"]{8,}"/)
    expect((await browser.submit(form, `${path}/reset-password`)).status).toBe(409)
    expect(await act(`${path}/unbind-mfa`, `${path}/unbind-mfa`)).toContain('was unbound')
  })

  it('have at most two API keys, each shown once', async () => {
    const second = (await world.services.administrators.findByName(world.administrator, 'second'))!
    const path = `/admin/administrators/${second.uin}`
    const page = await browser.send(path, `${path}/keys`)
    const secretId = /id="secret-id"[^>]*value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const secretKey = /id="secret-key"[^>]*value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    expect(await world.services.camKeys.findHolder(secretId)).toMatchObject({ secretKey })
    expect((await browser.get(path)).text).not.toContain(secretKey)
    await browser.send(path, `${path}/keys`)
    const third = await browser.send(path, `${path}/keys`)
    expect(textOf(await browser.follow(third))).toContain('at most 2 API keys')
    const token = (await browser.get(path)).forms[0]?.hidden['_csrf'] ?? ''
    const actOnKey = async (verb: string) =>
      textOf(await browser.follow(await browser.post(`${path}/keys/${verb}`, { _csrf: token, secretId })))
    expect(await actOnKey('disable')).toContain(`${secretId} is disabled`)
    expect(await world.services.camKeys.findHolder(secretId)).toBeUndefined()
    expect(await actOnKey('enable')).toContain(`${secretId} is enabled`)
    expect(await actOnKey('delete')).toContain(`${secretId} was deleted`)
    expect(await actOnKey('delete')).toContain('has no such API key')
  })
})

describe('settings in the console', () => {
  const change = async (name: string, value: string): Promise<string> => {
    const token = (await browser.get('/admin/settings')).forms[0]?.hidden['_csrf'] ?? ''
    return textOf(await browser.follow(await browser.post('/admin/settings', { _csrf: token, name, value })))
  }

  it('show usage, and what the environment fixes', async () => {
    const page = await browser.get('/admin/settings')
    expect(textOf(page)).toContain('Set by the environment')
    expect(page.text).toMatch(/<input id="setting-quota-groups"[^>]*disabled/)
    expect(page.forms.filter(({ action }) => action === '/admin/settings')).toHaveLength(
      SETTING_NAMES.length - 1,
    )
  })

  it('are changed one by one', async () => {
    expect(await change('scim.deleteGroupsWithMembers', 'true')).toContain(
      'SCIM may delete groups that have members was changed.',
    )
    expect(await change('quota.users', '25')).toContain('Users was changed.')
    const { settings } = await world.services.zones.current()
    expect(settings).toMatchObject({ 'scim.deleteGroupsWithMembers': true, 'quota.users': 25 })
  })

  it('name the networks to sign in from, one a line, and say of each that is wrong what is wrong with it', async () => {
    const save = (value: string, client = browser) =>
      client.send('/admin/settings', '/admin/settings', { name: 'signIn.networks', value })
    expect(textOf(await browser.get('/admin/settings'))).toMatch(
      /everywhere\. You are at (127\.0\.0\.1|::1)\./,
    )
    const wrong = await save('10.0.0.1/8\r\n192.0.2.1\n010.0.0.1\n<b>\n192.0.2.1')
    expect(wrong.status).toBe(400)
    for (const message of [
      '"10.0.0.1/8" has bits set behind its prefix: write 10.0.0.0/8, or the address alone.',
      '"010.0.0.1" has leading zeros, which programs read differently.',
      '"192.0.2.1" stands there twice.',
    ]) {
      expect(textOf(wrong)).toContain(message)
    }
    expect(wrong.text).toContain('&lt;b>')
    expect(wrong.text).not.toContain('<b>')
    browser.cookies.set('lang', 'zh-CN')
    expect(textOf(await save('10.0.0.1/8\nx'))).toContain('请写 10.0.0.0/8')
    expect(textOf(await save(Array.from({ length: 101 }, (_, at) => `10.0.0.${at}`).join('\n')))).toContain(
      '最多 100 项，当前为 101 项',
    )
    browser.cookies.delete('lang')
    expect((await world.services.zones.current()).settings['signIn.networks']).toEqual([])

    const saved = textOf(await browser.follow(await save('192.0.2.0/24\n\n::/0\n')))
    expect(saved).toContain('Networks to sign in from was changed.')
    expect(saved).toContain('which is outside: users cannot sign in from here')
    expect(saved).toContain('Every address of its kind is inside ::/0')
    expect((await world.services.zones.current()).settings['signIn.networks']).toEqual([
      '192.0.2.0/24',
      '::/0',
    ])
    const reader = await world.admin('readOnly')
    const read = await reader.get('/admin/settings')
    expect(read.text).toContain('<code>192.0.2.0/24</code>')
    expect(read.text).not.toContain('<textarea')
    expect(textOf(await browser.follow(await save('127.0.0.0/8')))).toContain('which is inside')
    await save('')
  })

  it.each([
    ['quota.users', '-1', 'whole number'],
    ['quota.users', '1e9', 'whole number'],
    ['quota.groups', '9', 'set by the environment'],
    ['scim.unknownMembers', 'maybe', 'reject or ignore'],
    ['no.such', '1', 'There is no setting'],
  ])('refuse %s = %s', async (name, value, message) => {
    expect(await change(name, value)).toContain(message)
  })
})

describe('the audit log in the console', () => {
  it('tells who did what, and is searched', async () => {
    await world.group('Audited')
    const page = await browser.get('/admin/audit?action=group.create&search=audited')
    expect(textOf(page)).toContain('Audited')
    expect(textOf(page)).toContain('1–1 of 1')
    expect(textOf(await browser.get('/admin/audit?action=group.'))).toContain('group.create')
    expect(textOf(await browser.get('/admin/audit?from=2099-01-01'))).toContain('Nothing matches')
    const today = world.clock.now().toISOString().slice(0, 10)
    expect(textOf(await browser.get(`/admin/audit?from=${today}&until=${today}&search=Audited`))).toContain(
      'Audited',
    )
  })
})

describe('the overview', () => {
  it('counts, and names what an administrator should know', async () => {
    const text = textOf(await browser.get('/admin/'))
    expect(text).toContain('The zone acme at a glance.')
    expect((await browser.get('/admin')).text).toContain('http://localhost:8080/acme/login')
  })
})
