/** Load on a server for a while: so many connections, each sending its requests in turn. */
import autocannon from 'autocannon'
import { JOINERS, PEOPLE, userBody, userNameOf } from './people.js'

const CONNECTIONS = 8
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What each connection sends, over and over. */
export type Load = readonly autocannon.Request[]

let created = 0

export const createUsers = (): Load => [
  {
    method: 'POST',
    path: '/scim/v2/Users',
    setupRequest: (request) => {
      created += 1
      return { ...request, body: JSON.stringify(userBody(PEOPLE + JOINERS + created, 'made')) }
    },
  },
]

export const findUsers = (): Load => [
  {
    method: 'GET',
    setupRequest: (request) => {
      const name = userNameOf(Math.floor(Math.random() * PEOPLE))
      return { ...request, path: `/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}` }
    },
  },
]

let turn = 0

/** Each connection lets a user of its own join the group and leave it again. */
export const changeMembers = (groupId: string, joiners: readonly string[]): Load => [
  {
    method: 'PATCH',
    path: `/scim/v2/Groups/${groupId}`,
    setupRequest: (request, context) => {
      turn += 1
      const user = joiners[turn % joiners.length]
      Object.assign(context, { user })
      const operation = { op: 'add', path: 'members', value: [{ value: user }] }
      return { ...request, body: JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] }) }
    },
  },
  {
    method: 'PATCH',
    path: `/scim/v2/Groups/${groupId}`,
    setupRequest: (request, context) => {
      const { user } = context as { user: string }
      const operation = { op: 'remove', path: `members[value eq "${user}"]` }
      return { ...request, body: JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] }) }
    },
  },
]

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
