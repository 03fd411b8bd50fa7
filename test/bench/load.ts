/** Load on a server for a while: so many connections, each sending its requests in turn. */
import autocannon from 'autocannon'
import { userBody, userNameOf } from './people.js'

const CONNECTIONS = 8
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What each connection sends, over and over. */
export type Load = readonly autocannon.Request[]

const oneOf = <T>(values: readonly T[]): T | undefined => values[Math.floor(Math.random() * values.length)]
const patchOf = (operation: object) => JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] })

let created = 0

export const createUsers = (): Load => [
  {
    method: 'POST',
    path: '/scim/v2/Users',
    setupRequest: (request) => {
      created += 1
      return { ...request, body: JSON.stringify(userBody(created, 'made')) }
    },
  },
]

export const findUsers = (people: number): Load => [
  {
    method: 'GET',
    setupRequest: (request) => {
      const name = userNameOf(Math.floor(Math.random() * people))
      return { ...request, path: `/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}` }
    },
  },
]

export const getUsers = (ids: readonly string[]): Load => [
  { method: 'GET', setupRequest: (request) => ({ ...request, path: `/scim/v2/Users/${oneOf(ids)}` }) },
]

/** Switches users on and off. */
export const setActive = (ids: readonly string[]): Load =>
  [false, true].map((value) => ({
    method: 'PATCH',
    body: patchOf({ op: 'replace', path: 'active', value }),
    setupRequest: (request) => ({ ...request, path: `/scim/v2/Users/${oneOf(ids)}` }),
  }))

export const getPage = (query: string): Load => [{ method: 'GET', path: `/scim/v2/Users?${query}` }]

let turn = 0

/** Each connection lets users of its own join the group, `together` at once, and leave it again. */
export const changeMembers = (groupId: string, joiners: readonly string[], together = 1): Load =>
  (['add', 'remove'] as const).map((op) => ({
    method: 'PATCH',
    path: `/scim/v2/Groups/${groupId}`,
    setupRequest: (request, context) => {
      const joining = context as { users?: readonly string[] }
      if (op === 'add') {
        turn += 1
        const first = (turn * together) % joiners.length
        joining.users = joiners.slice(first, first + together)
      }
      const users = joining.users ?? []
      const [user] = users
      const value = users.map((each) => ({ value: each }))
      const operation =
        op === 'remove' && together === 1
          ? { op, path: `members[value eq "${user}"]` }
          : { op, path: 'members', value }
      return { ...request, body: patchOf(operation) }
    },
  }))

/** Requests answered per second. Throws when one was refused: such a figure would mean nothing. */
export async function measure(url: string, secret: string, load: Load, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' },
    requests: [...load],
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refusals and ${result.errors} errors`)
  }
  return result['2xx'] / result.duration
}
