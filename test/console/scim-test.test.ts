/** "Test connection": the console asks the SCIM door what an identity provider would. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scimStateChecks, type ScimStateProblem } from '../../server/domain/scim-connection-test.js'
import type { ScimCredential } from '../../server/domain/scim-credential.js'
import { overLoopback } from '../../server/http/loopback.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

const TEST = '/admin/scim/test'

describe('the connection test in the console', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  beforeAll(async () => {
    world = await createConsoleWorld('sqlite', { environment: { BASE_URL: 'https://id.example.com' } })
    await signIn()
  })
  afterAll(() => world.remove())

  async function signIn(): Promise<void> {
    browser = await world.admin()
    // Secure cookies have the prefix that ties them to this host.
    browser.cookies.set('__Host-console-session', browser.cookies.get('console-session') ?? '')
  }

  const run = async (fields: Record<string, string>) => {
    const page = await browser.send(TEST, TEST, fields)
    expect(page.status).toBe(200)
    return textOf(page)
  }

  it('says what is missing before anything is set up', async () => {
    const text = await run({ client: 'entra' })
    expect(text).toContain('The connection test of Microsoft Entra ID would fail')
    expect(text).toContain('SCIM synchronization is disabled')
    expect(text).toContain('There is no credential')
    expect(text).toContain('403 in')
    expect(text).toContain('Restart provisioning')
  })

  it.each([
    ['entra', ['GET /Users?filter=userName eq', 'an empty list (200)']],
    ['okta', ['GET /ServiceProviderConfig', 'GET /Users?startIndex=1&count=2', 'GET /Groups?startIndex=1']],
    ['oneLogin', ['GET /Users?filter=userName eq', 'GET /Groups?startIndex=1']],
  ])('sends what %s sends, through the door itself', async (client, requests) => {
    const { services, administrator } = world
    await services.zones.setScimStatus(administrator, 'enabled')
    if ((await services.scimCredentials.list(administrator)).length === 0) {
      await services.scimCredentials.create(administrator)
    }
    const text = await run({ client })
    expect(text).toContain('would succeed')
    expect(text).not.toContain('Failed')
    // Asked again, what needs no credential is only counted: no link leads to a line that is not there.
    const again = await browser.send(TEST, TEST, { client })
    for (const [, href = ''] of again.text.matchAll(/href="(\/admin\/scim\/log\/[^"]+)"/g)) {
      expect((await browser.get(href)).status).toBe(200)
    }
    for (const request of requests) expect(text).toContain(request)
    const { entries } = await services.scimLog.list(
      administrator,
      { credentialId: 'connection-test', status: [200, 200] },
      { limit: 10 },
    )
    expect(entries[0]).toMatchObject({ userAgent: 'Identity Center connection test', status: 200 })
  })

  it('tries the secret that the identity provider has', async () => {
    const { services, administrator, clock } = world
    const { credential, secret } = await services.scimCredentials.create(administrator, {
      expiresInSeconds: 3600,
    })
    expect(await run({ client: 'entra', secret })).toContain('would succeed')
    for (const wrong of ['x'.repeat(64), 'ключ', `Bearer ${secret}`]) {
      const text = await run({ client: 'entra', secret: wrong })
      expect(text).toContain('would fail')
      expect(text).toContain('not the secret of any credential')
      expect(text).not.toContain(wrong)
    }
    clock.advance(3601)
    await signIn()
    expect(await run({ client: 'oneLogin', secret })).toContain('disabled or has expired')
    expect(await services.scimCredentials.list(administrator)).toContainEqual(
      expect.objectContaining({ id: credential.id }),
    )
  })

  it('leaves no secret behind, and an audit event', async () => {
    const { services, administrator } = world
    let kept = ''
    await services.scimCredentials.withTestSecret(administrator, async (secret) => {
      kept = secret
      expect(await services.scimCredentials.authenticate(secret)).toMatchObject({ kind: 'scim' })
    })
    expect(await services.scimCredentials.authenticate(kept)).toBeUndefined()
    await expect(
      services.scimCredentials.withTestSecret(administrator, (secret) =>
        Promise.reject(new Error((kept = secret))),
      ),
    ).rejects.toThrow()
    expect(await services.scimCredentials.authenticate(kept)).toBeUndefined()
    const { items } = await services.audit.search(administrator, {
      action: 'scim.testConnection',
      page: { offset: 0, limit: 1 },
    })
    expect(items[0]).toMatchObject({ actorName: 'admin' })
    expect(JSON.stringify(items)).not.toContain(kept)
  })

  it('is for full administrators', async () => {
    await expect(
      world.services.scimCredentials.withTestSecret({ ...world.administrator, kind: 'anonymous' }, () =>
        Promise.resolve(),
      ),
    ).rejects.toMatchObject({ code: 'actor.forbidden' })
  })
})

describe('a door that is asked over loopback', () => {
  it('is asked on this machine, whatever the path says, and nothing listens afterwards', async () => {
    const seen: string[] = []
    let again: () => Promise<unknown> = () => Promise.resolve()
    const answers = await overLoopback(
      (req, res) => {
        seen.push(`${req.headers.host?.split(':')[0]} ${req.url}`)
        res.end('not json')
      },
      async (get) => {
        again = () => get('/', {})
        return Promise.all(
          ['//elsewhere.example/x', '@elsewhere.example/', '/Users?x=http://elsewhere.example'].map((path) =>
            get(path, {}),
          ),
        )
      },
    )
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, undefined]))
    expect(seen.every((each) => each.startsWith('127.0.0.1 /'))).toBe(true)
    await expect(again()).rejects.toThrow()
  })
})

describe('what has to be so for a connection', () => {
  const now = new Date('2026-03-02T09:00:00.000Z')
  const credential = (status: ScimCredential['status'], expiresAt: string) =>
    ({ id: 'scimcred-aaaaaaaaaaaa', status, createdAt: '', expiresAt }) as ScimCredential
  const good = credential('enabled', '2027-01-01T00:00:00.000Z')

  it.each<[string, string, readonly ScimCredential[], 'enabled' | 'disabled', readonly ScimStateProblem[]]>([
    ['all is well', 'https://id.example.com', [good], 'enabled', []],
    ['an address for examples', 'https://203.0.113.7:8443', [good], 'enabled', ['notPublic']],
    ['a global address', 'https://8.8.8.8', [good], 'enabled', []],
    ['the switch is off', 'https://id.example.com', [good], 'disabled', ['switchedOff']],
    ['no https', 'http://id.example.com', [good], 'enabled', ['notHttps']],
    ['this machine', 'http://localhost:8080', [good], 'enabled', ['notPublic']],
    ['a private address', 'https://10.1.2.3', [good], 'enabled', ['notPublic']],
    ['a private IPv6 address', 'https://[fd00::1]', [good], 'enabled', ['notPublic']],
    ['a name without a domain', 'https://intranet', [good], 'enabled', ['notPublic']],
    ['a name inside', 'https://id.corp.internal', [good], 'enabled', ['notPublic']],
    ['no credential', 'https://id.example.com', [], 'enabled', ['noCredential']],
    [
      'a disabled one',
      'https://id.example.com',
      [credential('disabled', good.expiresAt)],
      'enabled',
      ['credentialsDisabled'],
    ],
    [
      'an expired one',
      'https://id.example.com',
      [credential('enabled', now.toISOString())],
      'enabled',
      ['credentialsExpired'],
    ],
  ])('%s', (_what, baseUrl, credentials, scimStatus, expected) => {
    const checks = scimStateChecks({ zone: { scimStatus }, credentials, baseUrl, now })
    expect(checks.map(({ check }) => check)).toEqual(['switch', 'credential', 'address'])
    expect(checks.flatMap(({ problem }) => problem ?? [])).toEqual(expected)
  })
})
