/** The command line's sign-in, call by call as it makes them, beside a browser in which it is confirmed. */
import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { permissionHands, type PermissionHands } from '../support/permission-world.js'
import type { CookieClient } from '../support/cookie-client.js'
import { newCliTokenId, type AccountUin } from '../../server/domain/ids.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { hashSecret, randomAlphanumeric } from '../../server/domain/secrets.js'
import { createPortalWorld, LOGIN, type Person, type PortalWorld } from '../portal/portal-world.js'

const TERMINAL = '198.51.100.7'
const CALLBACK = 'https://cli.cloud.tencent.com/sso?lang=zh-CN&site=cn&state='

type Answer = Record<string, unknown> & {
  readonly Error?: { readonly Code: string; readonly Message: string }
}

describe.each(engines)('the sign-in of the command line on %s', (engine) => {
  let world: PortalWorld
  let hands: PermissionHands
  let person: Person
  let account: AccountUin
  let configuration: PermissionConfiguration

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    hands = permissionHands(world, world.administrator)
    person = await world.person('jo')
    const made = await hands.account()
    account = made.uin
    configuration = await hands.configuration('Readers')
    await world.services.assignments.assign(world.administrator, [
      hands.triple(person.id, made, configuration),
    ])
    await world.services.deploymentWorker.drain()
    return () => world.remove()
  })

  async function call(path: string, body: object | string, address = TERMINAL): Promise<Answer> {
    const answer = await request(world.app)
      .post(`/api${path}`)
      .set('content-type', 'application/json')
      .set('x-forwarded-for', address)
      .send(typeof body === 'string' ? body : JSON.stringify({ TraceId: randomUUID(), ...body }))
    expect(answer.status).toBe(200)
    return answer.body as Answer
  }
  const poll = (State: string, address?: string) => call('/sso/check_login_state', { State }, address)
  const loginPath = (state: string) =>
    `${LOGIN}?${new URLSearchParams({ loginType: 'tccli', callback: CALLBACK + state, state }).toString()}`

  let browser: CookieClient
  let secret: string | undefined

  /** A browser in which the person is signed in. */
  async function signedIn(): Promise<CookieClient> {
    const client = world.browser()
    if (secret === undefined) secret = await world.signIn(client, person)
    else {
      world.nextCode()
      const page = await client.follow(await world.enterPassword(client, person))
      await client.submit(page, '/portal/sign-in/code', { code: world.codeOf(secret) })
    }
    return client
  }

  /** The login token of a sign-in that is confirmed in the browser. */
  async function loginToken(): Promise<string> {
    const state = randomAlphanumeric(32)
    await poll(state)
    await browser.submit(await browser.follow(await browser.get(loginPath(state))), '/sso')
    const { Token } = (await poll(state)) as { Token?: { Token: string } }
    return Token?.Token ?? ''
  }

  beforeEach(async () => {
    browser = await signedIn()
  })

  it('gives a token once, after the signed-in person has confirmed the state', async () => {
    const state = randomAlphanumeric(32)
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    const page = await browser.follow(await browser.get(loginPath(state)))
    expect(page.text).toContain(`${state.slice(0, 4)} ${state.slice(-4)}`)
    expect(page.text).toContain(TERMINAL)
    expect(page.text).toContain('It asks from another address')
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    const confirmed = await browser.submit(page, '/sso')
    expect(confirmed.location).toBe(`/sso?state=${state}`)
    expect((await browser.follow(confirmed)).text).toContain('Go back to your terminal')
    expect(await poll(state)).toEqual({
      Status: 'Finished',
      Token: { State: state, Token: expect.any(String) as string, Site: 'cn' },
    })
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    expect((await browser.get(`/sso?state=${state}`)).text).toContain('The command line is signed in')
  })

  it('leads through the usual sign-in first, and back to the confirmation', async () => {
    const state = randomAlphanumeric(32)
    const stranger = world.browser()
    const page = await stranger.follow(await stranger.get(loginPath(state)))
    expect(page.text).toContain('name="password"')
    const code = await stranger.follow(
      await stranger.submit(page, LOGIN, { userName: person.userName, password: person.password }),
    )
    world.nextCode()
    const done = await stranger.follow(
      await stranger.submit(code, '/portal/sign-in/code', { code: world.codeOf(secret ?? '') }),
    )
    expect(done.text).toContain('Sign in a command line?')
    expect(done.text).not.toContain('It asks from another address')
  })

  it('reaches an account: lists, response, credentials cut to what the role allows', async () => {
    const LoginToken = await loginToken()
    expect(
      await call('/org/list_accounts_for_access_assignment', {
        Site: 'cn',
        LoginToken,
        PageNum: 1,
        PageSize: 20,
      }),
    ).toEqual({ Accounts: [{ Uin: Number(account), Name: expect.any(String) as string }], TotalCounts: 1 })
    expect(
      await call('/org/list_role_configurations_for_account', {
        Site: 'cn',
        LoginToken,
        TargetUin: Number(account),
        MaxResults: 20,
        NextToken: '',
      }),
    ).toEqual({
      RoleConfigurationsForAccount: [
        { RoleConfigurationId: configuration.id, RoleConfigurationName: 'Readers' },
      ],
      IsTruncated: false,
      NextToken: '',
    })
    const { ZoneId } = await call('/org/verify_login_skey', { Site: 'cn', LoginSkey: LoginToken })
    const { SAMLResponse } = await call('/org/gen_saml_response', {
      Site: 'cn',
      LoginToken,
      LoginType: 'RoleSAML',
      TargetUin: account,
      UserId: '',
      RoleConfigurationId: configuration.id,
    })
    const assume = {
      Site: 'cn',
      SAMLAssertion: SAMLResponse,
      PrincipalArn: `qcs::cam::uin/${account}:saml-provider/TencentReservedSSO-${String(ZoneId)}`,
      RoleArn: `qcs::cam::uin/${account}:roleName/TencentCloudSSO-Readers`,
      RoleSessionName: `ses-${randomUUID()}`,
      // With --duration the command line sends a text.
      DurationSeconds: '7200',
    }
    expect(await call('/sts/assume_role_with_saml', assume)).toEqual({
      Credentials: {
        TmpSecretId: expect.any(String) as string,
        TmpSecretKey: expect.any(String) as string,
        Token: expect.any(String) as string,
      },
      ExpiredTime: Math.floor(world.clock.now().getTime() / 1000) + 3600,
    })
    // One use, as everywhere.
    expect((await call('/sts/assume_role_with_saml', assume)).Error?.Code).toBe('AuthFailure.TokenFailure')
  })

  it('refuses a permission that the person has not, or no longer', async () => {
    const LoginToken = await loginToken()
    const other = await hands.configuration('Others')
    for (const RoleConfigurationId of [other.id, 'rc-000000000000', 'nonsense']) {
      const { Error } = await call('/org/gen_saml_response', {
        LoginToken,
        TargetUin: account,
        RoleConfigurationId,
      })
      expect(Error?.Code).toBe('UnauthorizedOperation')
    }
  })

  it('confirms nothing without the form of the page, and nothing twice', async () => {
    const state = randomAlphanumeric(32)
    await poll(state)
    expect((await browser.post('/sso', { state })).status).toBe(403)
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    const page = await browser.get(`/sso?state=${state}`)
    await browser.submit(page, '/sso')
    expect((await browser.submit(page, '/sso')).status).toBe(400)
  })

  it('hands the token to nobody whose address the person was not shown', async () => {
    const state = randomAlphanumeric(32)
    await poll(state)
    await browser.submit(await browser.get(`/sso?state=${state}`), '/sso')
    expect(await poll(state, '203.0.113.9')).toEqual({ Status: 'NotFound' })
    expect(await poll(state)).toMatchObject({ Status: 'Finished' })
  })

  it('hands the token of a state that nobody had asked for to the machine of the browser alone', async () => {
    const state = randomAlphanumeric(32)
    const page = await browser.get(`/sso?state=${state}`)
    expect(page.text).toContain('Nobody has asked yet')
    await browser.submit(page, '/sso')
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    expect(await poll(state, browser.headers['X-Forwarded-For'])).toMatchObject({ Status: 'Finished' })
  })

  it('looks at no more assertions of strangers than the cloud API does', async () => {
    const trade = () =>
      call(
        '/sts/assume_role_with_saml',
        { SAMLAssertion: 'x', PrincipalArn: 'x', RoleArn: 'x', RoleSessionName: 'x' },
        '203.0.113.60',
      )
    for (let asked = 1; asked <= 60; asked += 1) {
      expect((await trade()).Error?.Code).not.toBe('RequestLimitExceeded')
    }
    expect((await trade()).Error?.Code).toBe('RequestLimitExceeded')
    // And refuses fewer of them in the long run than it takes.
    world.clock.advance(10)
    const codes: (string | undefined)[] = []
    for (let asked = 1; asked <= 20; asked += 1) codes.push((await trade()).Error?.Code)
    expect(codes.filter((code) => code !== 'RequestLimitExceeded')).toHaveLength(10)
  })

  it('lets a state wait five minutes to be confirmed, and five to be asked for', async () => {
    const late = randomAlphanumeric(32)
    await poll(late)
    await browser.submit(await browser.get(`/sso?state=${late}`), '/sso')
    world.clock.advance(5 * 60)
    expect(await poll(late)).toEqual({ Status: 'NotFound' })
  })

  it.each(['', 'short', 'x'.repeat(33), '*'.repeat(32)])('takes %j for no state', async (state) => {
    expect(await poll(state)).toEqual({ Status: 'NotFound' })
    expect((await browser.get(`/sso?state=${encodeURIComponent(state)}`)).status).toBe(400)
  })

  it('ends a token with the session in which it was confirmed, by hand, and with the person', async () => {
    const skey = (LoginSkey: string) => call('/org/verify_login_skey', { LoginSkey })
    const byHand = await loginToken()
    const page = await browser.get('/portal/security')
    expect(page.text).toContain('Command lines')
    await browser.submit(page, '/portal/security/command-lines/')
    expect((await skey(byHand)).Error?.Code).toBe('AuthFailure.TokenFailure')

    const withSession = await loginToken()
    expect(await skey(withSession)).toHaveProperty('ZoneId')
    const leaving = await browser.get('/portal/logout')
    await browser.submit(leaving, '/portal/logout')
    expect((await skey(withSession)).Error?.Code).toBe('AuthFailure.TokenFailure')

    browser = await signedIn()
    const withPerson = await loginToken()
    await world.services.users.setBlocked(world.administrator, person.id, true)
    expect((await skey(withPerson)).Error?.Code).toBe('AuthFailure.TokenFailure')
    await world.services.users.setBlocked(world.administrator, person.id, false)
    expect((await skey(withPerson)).Error?.Code).toBe('AuthFailure.TokenFailure')
  })

  it('ends the oldest token of a person who has twenty when there is a further one', async () => {
    const first = await loginToken()
    const isGood = async () => !('Error' in (await call('/org/verify_login_skey', { LoginSkey: first })))
    const oldest = await world.db
      .selectFrom('cli_tokens')
      .selectAll()
      .where('token_hash', '=', hashSecret(first))
      .executeTakeFirstOrThrow()
    world.clock.advance(1)
    const newer = Array.from({ length: 19 }, (_, index) => ({
      ...oldest,
      id: newCliTokenId(),
      token_hash: `newer ${index}`,
      created_at: world.clock.now().toISOString(),
    }))
    await world.db.insertInto('cli_tokens').values(newer).execute()
    expect(await isGood()).toBe(true)
    world.clock.advance(1)
    await loginToken()
    expect(await isGood()).toBe(false)
  })

  it('keeps neither state nor token as they are', async () => {
    const token = await loginToken()
    const rows = JSON.stringify([
      await world.db.selectFrom('cli_tokens').selectAll().execute(),
      await world.db.selectFrom('cli_sign_ins').selectAll().execute(),
    ])
    expect(rows).toContain('ct-')
    expect(rows).not.toContain(token)
  })

  it.each([
    ['no JSON', '{', 'InvalidParameter'],
    ['no object', '[]', 'InvalidParameter'],
    ['no token', '{}', 'InvalidParameter'],
    ['a token of another kind', '{"LoginToken":{}}', 'InvalidParameter'],
    ['NUL', '{"LoginToken":"\\u0000"}', 'InvalidParameter'],
    ['a guessed token', '{"LoginToken":"guessed"}', 'AuthFailure.TokenFailure'],
    ['too much', `{"LoginToken":"${'x'.repeat(600_000)}"}`, 'RequestSizeLimitExceeded'],
  ])('refuses %s with an error of its own', async (_what, body, code) => {
    expect((await call('/org/list_accounts_for_access_assignment', body)).Error?.Code).toBe(code)
  })

  it('knows no other calls', async () => {
    expect((await call('/org/no_such_call', {})).Error?.Code).toBe('ResourceNotFound')
  })
})
