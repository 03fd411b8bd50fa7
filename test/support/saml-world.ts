/** A zone with SSO switched on, a test identity provider, two users, and browsers that sign in. */
import request, { type Response } from 'supertest'
import type { UserId } from '../../server/domain/ids.js'
import { createTestContext, type TestContext, type TestContextOptions } from './context.js'
import type { TestEngine } from './engines.js'
import { createFakeIdp, type FakeIdp, type ResponseOverrides, type SeenRequest } from './fake-idp.js'

export interface SamlWorld {
  readonly context: TestContext
  readonly idp: FakeIdp
  readonly acsPath: string
  readonly alice: UserId
  /** A browser with its own cookies. */
  browser(): TestBrowser
  /** Posts a response as the identity provider's page does: from another site, so without any cookie. */
  post(base64: string, fields?: Readonly<Record<string, string>>): Promise<Response>
  /** What the identity provider answers to the request. */
  respond(request: SeenRequest, nameId?: string, overrides?: ResponseOverrides): string
  /** The check that the diagnostics name for the reference on a failure page. */
  failedCheck(response: Response): Promise<string | undefined>
  addUser(userName: string, status?: { active?: boolean; blocked?: boolean }): Promise<UserId>
  remove(): Promise<void>
}

export interface TestBrowser {
  get(path: string): Promise<Response>
  submit(path: string, fields: Readonly<Record<string, string>>): Promise<Response>
  /** Asks for a sign-in and reads the request that the identity provider gets. */
  begin(relayState?: string): Promise<SeenRequest>
  /** The whole way as alice; the answer to the last step. */
  signIn(relayState?: string): Promise<Response>
  /** Whether a session of the portal stands behind the cookies. */
  userName(): Promise<string | undefined>
}

/** The reference on a failure page. */
export const referenceOn = (response: Response): string | undefined =>
  /class="code">([A-Z0-9]{10})</.exec(response.text)?.[1]

export async function createSamlWorld(engine: TestEngine, options?: TestContextOptions): Promise<SamlWorld> {
  const context = await createTestContext(engine, options)
  const { app, services, administrator, clock } = context
  const idp = await createFakeIdp()
  await services.identityProvider.setFromMetadata(administrator, idp.metadata())
  await services.zones.setLoginMethod(administrator, 'sso')
  const { id: zoneId } = await services.zones.current()
  const acsPath = `/saml/acs/${zoneId}`

  async function addUser(
    userName: string,
    { active = true, blocked = false }: { active?: boolean; blocked?: boolean } = {},
  ): Promise<UserId> {
    const { id } = await services.users.create(administrator, {
      profile: { userName, emails: [], active, attributes: {} },
      type: 'manual',
    })
    if (blocked) await services.users.setBlocked(administrator, id, true)
    return id
  }

  const alice = await addUser('alice')

  const post: SamlWorld['post'] = (base64, fields = {}) =>
    request(app)
      .post(acsPath)
      .type('form')
      .send({ SAMLResponse: base64, ...fields })

  const respond: SamlWorld['respond'] = (seen, nameId = 'alice', overrides = {}) =>
    idp.respond(seen, nameId, clock.now(), overrides).base64

  function browser(): TestBrowser {
    const agent = request.agent(app)
    const get = async (path: string) => agent.get(path).redirects(0)
    const begin: TestBrowser['begin'] = async (relayState) => {
      const query = relayState === undefined ? '' : `?${new URLSearchParams({ RelayState: relayState })}`
      const answer = await get(`/saml/login${query}`)
      return idp.readRequest(answer.get('location') ?? '')
    }
    return {
      get,
      begin,
      submit: async (path, fields) => agent.post(path).type('form').send(fields).redirects(0),
      signIn: async (relayState) => {
        const answered = await post(respond(await begin(relayState)))
        return get(answered.get('location') ?? '/missing')
      },
      userName: async () => {
        const token = agent.jar.getCookie('portal-session', {
          path: '/',
          domain: '127.0.0.1',
        } as never)?.value
        return token === undefined ? undefined : (await services.sessions.authenticate(token, 'portal'))?.name
      },
    }
  }

  return {
    context,
    idp,
    acsPath,
    alice,
    browser,
    post,
    respond,
    addUser,
    failedCheck: async (response) =>
      (await services.signInDiagnostics.find(administrator, referenceOn(response) ?? ''))?.check,
    remove: () => context.remove(),
  }
}
