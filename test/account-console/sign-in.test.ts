/** A simulated account's own users, signing in with the password that the account gave them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementAccountUin, setAdministratorStatus } from '../../db/administrators.js'
import { searchAuditEvents } from '../../db/audit.js'
import { inTransaction } from '../../db/transaction.js'
import { policyOfNumber } from '../../server/domain/cam-account.js'
import type { AccountUin, SubUserUin } from '../../server/domain/ids.js'
import type { CamRequester } from '../../server/services/cam-permit.js'
import { createPortalWorld, type PortalWorld } from '../portal/portal-world.js'
import { totpCode } from '../support/authenticator.js'
import { ADMIN_PASSWORD } from '../support/context.js'
import type { CookieClient, Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'

const SIGN_IN = '/account/sign-in'
const PASSWORD = 'Console-pass-7'
const WRONG = 'Wrong-pass-1'
const READ_ONLY = 900001

describe.each(engines)('signing in to an account on %s', (engine) => {
  let world: PortalWorld
  let account: AccountUin
  let root: CamRequester

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    const { administrator: actor, services } = world
    ;({ uin: account } = await services.organization.createAccount(actor, { name: 'Payments' }))
    root = { caller: { kind: 'root', accountUin: account }, actor, context: {} }
  })
  afterAll(() => world.remove())

  async function camUser(name: string, access: { mustChange: boolean } | 'none' = { mustChange: false }) {
    const console = access === 'none' ? undefined : { password: PASSWORD, ...access }
    return (await world.services.camUsers.create(root, { name, console, withKey: false })).user
  }

  async function signIn(browser: CookieClient, userName: string, password = PASSWORD, uin: string = account) {
    const page = await browser.get(`${SIGN_IN}?account=${uin}`)
    return browser.submit(page, SIGN_IN, { account: uin, userName, password })
  }

  async function signedIn(name: string): Promise<{ browser: CookieClient; uin: SubUserUin }> {
    const { uin } = await camUser(name)
    const browser = world.browser()
    expect((await signIn(browser, name)).location).toBe('/account')
    expect((await browser.get('/account')).status).toBe(200)
    return { browser, uin }
  }

  const tokenOf = async (browser: CookieClient, path = '/account') =>
    (await browser.get(path)).forms.find(({ hidden }) => '_csrf' in hidden)?.hidden ?? {}

  const events = async (action: string) =>
    (await searchAuditEvents(world.db, { action, page: { offset: 0, limit: 100 } })).items

  /** What a visitor sees of a page, without what was typed and what differs from browser to browser. */
  const seen = ({ status, text }: Page) => ({ status, text: text.replace(/\s?value(="[^"]*")?/g, '') })

  it('lets a user in as itself: its policies decide, the sign-in is noted, and nothing else opens', async () => {
    const { browser, uin } = await signedIn('ann')
    const overview = (await browser.get('/account')).text
    for (const text of ['Payments', account, 'ann', uin]) expect(overview).toContain(text)
    expect(overview).not.toContain('User of the Identity Center')
    expect((await browser.get('/account/users')).status).toBe(403)
    const policy = policyOfNumber(READ_ONLY)
    await world.services.camAttachments.attach(root, { kind: 'user', uin }, policy)
    expect((await browser.get(`/account/users/${uin}`)).text).toContain(`${SIGN_IN}?account=${account}`)
    const refused = await browser.post('/account/users', { ...(await tokenOf(browser)), name: 'x' })
    expect(refused.text).toContain('(cam:AddUser)')

    const now = world.clock.now().toISOString()
    expect(await world.services.camUsers.get(root, { uin })).toMatchObject({ lastSignInAt: now })
    const token = browser.cookies.get('account-session') ?? ''
    browser.cookies.set('console-session', token).set('portal-session', token)
    expect((await browser.get('/admin/')).location).toMatch(/^\/admin\/login/)
    expect((await browser.get('/portal')).status).toBe(303)

    const left = await browser.submit(await browser.get('/account'), '/account/logout')
    expect(left.location).toBe(`${SIGN_IN}?account=${account}`)
    expect((await browser.get('/account')).status).toBe(401)
    const camUserEvents = [...(await events('signIn.password')), ...(await events('camUser.signOut'))]
    expect(camUserEvents).toMatchObject([
      { actorKind: 'anonymous', subjectKind: 'camUser', subjectId: uin, result: 'success' },
      { actorKind: 'camUser', actorId: uin, subjectId: uin },
    ])
  })

  it('replaces the session, in which somebody else was before, and does not go elsewhere', async () => {
    const { browser } = await signedIn('first')
    const before = browser.cookies.get('account-session') ?? ''
    await camUser('second')
    const page = await browser.get(`${SIGN_IN}?account=${account}&next=//elsewhere.example`)
    const opened = await browser.submit(page, SIGN_IN, { account, userName: 'SECOND', password: PASSWORD })
    expect(opened.location).toBe('/account')
    expect((await browser.get('/account')).text).toContain('second')
    const old = world.browser()
    old.cookies.set('account-session', before)
    expect((await old.get('/account')).status).toBe(401)
    const forged = await browser.post(SIGN_IN, { account, userName: 'first', password: PASSWORD })
    expect(forged.status).toBe(403)
    world.clock.advance(2 * 3600)
    expect((await browser.get('/account')).status).toBe(401)
  })

  it('refuses everybody else alike, in both languages, and says why in the audit log only', async () => {
    await camUser('carl')
    await camUser('keys.only', 'none')
    const disabled = await camUser('disabled')
    await inTransaction(world.db, (tx) =>
      setAdministratorStatus(tx, disabled.uin, 'disabled', world.clock.now().toISOString()),
    )
    const before = (await events('signIn.password')).length
    const wrong = seen(await signIn(world.browser(), 'carl', WRONG))
    expect(wrong.status).toBe(401)
    expect(wrong.text).toContain('The account, the name or the password is not right.')
    for (const [name, uin] of [
      ['nobody', account],
      ['keys.only', account],
      ['disabled', account],
      ['carl', '100099999999'],
      ['carl', 'Payments'],
      ['carl', await managementAccountUin(world.db)],
      ['c a r l', account],
    ] as const) {
      expect(seen(await signIn(world.browser(), name, PASSWORD, uin))).toEqual(wrong)
    }
    const causes = (await events('signIn.password')).slice(0, -before || undefined)
    expect(new Set(causes.map(({ detail }) => (JSON.parse(detail) as { cause?: string }).cause))).toEqual(
      new Set(['wrongPassword', 'unknownName', 'noPassword', 'disabled']),
    )
    const chinese = world.browser({ 'Accept-Language': 'zh-CN' })
    expect((await signIn(chinese, 'carl', WRONG)).text).toContain('账号、用户名或密码不正确')
  })

  it('slows guessing down for users that are there and not, but not where the owner has been', async () => {
    const { browser } = await signedIn('guessed')
    for (const [index, name] of ['guessed', 'guessed.nobody'].entries()) {
      for (let failures = 1; failures <= 10; failures += 1) {
        const stranger = world.browser({ 'X-Forwarded-For': `192.0.2.${100 * index + failures}` })
        expect((await signIn(stranger, name, WRONG)).status).toBe(401)
      }
    }
    const recorded = (await events('signIn.password')).length
    const known = await signIn(world.browser(), 'guessed')
    expect(known.status).toBe(429)
    expect(known.response.get('retry-after')).toBe('15')
    expect(seen(known)).toEqual(seen(await signIn(world.browser(), 'guessed.nobody')))
    expect((await events('signIn.password')).length).toBe(recorded)
    expect((await signIn(browser, 'guessed')).location).toBe('/account')
  })

  it('demands a password of one’s own first, where somebody else made it', async () => {
    await camUser('fresh', { mustChange: true })
    const browser = world.browser()
    const owing = await signIn(browser, 'fresh')
    expect(owing.location).toBe(`${SIGN_IN}/password`)
    expect((await browser.get('/account')).status).toBe(401)
    const page = await browser.get(`${SIGN_IN}/password`)
    const newPassword = 'Chosen-myself-8'
    const fields = { newPassword, repeatPassword: newPassword }
    expect((await browser.submit(page, `${SIGN_IN}/password`, fields)).location).toBe('/account')
    expect((await browser.get('/account')).status).toBe(200)
    expect((await signIn(world.browser(), 'fresh')).status).toBe(401)
  })

  it('ends at once with the password, its change, the user or its being enabled', async () => {
    const { camUsers } = world.services
    const ends: readonly ((uin: SubUserUin) => Promise<unknown>)[] = [
      (uin) => camUsers.update(root, { uin }, { console: 'none' }),
      (uin) => camUsers.update(root, { uin }, { console: { password: 'Another-pass-9' } }),
      (uin) => camUsers.remove(root, { uin }, { withKeys: true }),
      (uin) =>
        inTransaction(world.db, (tx) =>
          setAdministratorStatus(tx, uin, 'disabled', world.clock.now().toISOString()),
        ),
    ]
    for (const [index, end] of ends.entries()) {
      const { browser, uin } = await signedIn(`leaving.${index}`)
      await end(uin)
      expect((await browser.get('/account')).status).toBe(401)
    }
  })

  it('asks an administrator for the second step that is bound, and opens the account only', async () => {
    const browser = world.browser()
    const entered = await browser.submit(await browser.get('/admin/login'), '/admin/login', {
      userName: 'admin',
      password: ADMIN_PASSWORD,
    })
    const enrolment = await browser.follow(entered)
    const secret = /id="totp-key">([^<]+)</.exec(enrolment.text)?.[1] ?? ''
    const codeNow = () => totpCode(secret, world.clock.now())
    await browser.submit(enrolment, '/admin/sign-in/device', { code: codeNow() })

    const visitor = world.browser()
    const owing = await signIn(visitor, 'admin', ADMIN_PASSWORD, await managementAccountUin(world.db))
    expect(owing.location).toBe(`${SIGN_IN}/code`)
    expect((await visitor.get('/account')).status).toBe(401)
    const stranger = world.browser()
    const passkey = await stranger.post(`${SIGN_IN}/passkey`, await tokenOf(stranger, SIGN_IN))
    expect(passkey.text).toContain('Sign in with your password first.')
    world.nextCode()
    const page = await visitor.get(`${SIGN_IN}/code`)
    const passed = await visitor.submit(page, `${SIGN_IN}/code`, { code: codeNow() })
    expect(passed.location).toMatch(/^\/account/)
    visitor.cookies.set('console-session', visitor.cookies.get('account-session') ?? '')
    expect((await visitor.get('/admin/')).location).toMatch(/^\/admin\/login/)
  })
})
