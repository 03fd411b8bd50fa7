/** An application with SCIM switched on, a credential, and a client that uses it. */
import request from 'supertest'
import type { ScimCredentialId } from '../../server/domain/ids.js'
import { createTestContext, type TestContext, type TestContextOptions } from '../support/context.js'
import type { TestEngine } from '../support/engines.js'

export const SCIM = '/scim/v2'
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
export const MEDIA_TYPE = 'application/scim+json'

export type ScimClient = ReturnType<typeof createScimClient>

export interface ScimWorld extends TestContext {
  readonly scim: ScimClient
  readonly credentialId: ScimCredentialId
  readonly secret: string
}

export async function createScimWorld(
  engine: TestEngine,
  options: TestContextOptions = {},
): Promise<ScimWorld> {
  const context = await createTestContext(engine, options)
  await context.services.zones.setScimStatus(context.administrator, 'enabled')
  const { credential, secret } = await context.services.scimCredentials.create(context.administrator)
  return { ...context, scim: createScimClient(context.app, secret), credentialId: credential.id, secret }
}

/** Requests as an identity provider makes them. */
export function createScimClient(app: TestContext['app'], secret: string) {
  type Body = string | object | undefined
  const send = (method: 'head' | 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, body?: Body) => {
    const made = request(app)[method](`${SCIM}${path}`).set('authorization', `Bearer ${secret}`)
    if (body === undefined) return made
    return made.set('content-type', MEDIA_TYPE).send(typeof body === 'string' ? body : JSON.stringify(body))
  }
  return {
    head: (path: string) => send('head', path),
    get: (path: string) => send('get', path),
    post: (path: string, body: Body) => send('post', path, body),
    put: (path: string, body: Body) => send('put', path, body),
    patch: (path: string, body: Body) => send('patch', path, body),
    delete: (path: string) => send('delete', path),
    list: (path: string, query: Readonly<Record<string, string | number | undefined>>) =>
      send('get', path).query(query),

    /** Creates a user and returns the id. */
    async user(userName: string, more: object = {}): Promise<string> {
      const answer = await send('post', '/Users', { schemas: [USER], userName, ...more })
      if (answer.status !== 201) throw new Error(`POST /Users answered ${answer.status}: ${answer.text}`)
      return idIn(answer.body)
    },

    /** Creates a group with members and returns the id. */
    async group(displayName: string, members: readonly string[] = []): Promise<string> {
      const body = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) }
      const answer = await send('post', '/Groups', body)
      if (answer.status !== 201) throw new Error(`POST /Groups answered ${answer.status}: ${answer.text}`)
      return idIn(answer.body)
    },

    /** Ids of the members of a group, sorted. */
    async members(groupId: string): Promise<readonly string[]> {
      const answer = await send('get', `/Groups/${groupId}`)
      const { members = [] } = answer.body as { members?: readonly { value: string }[] }
      return members.map((member) => member.value).sort()
    },
  }
}

export function idIn(body: unknown): string {
  const { id } = body as { id: string }
  return id
}

export const patchOp = (...Operations: readonly object[]) => ({ schemas: [PATCH_OP], Operations })
