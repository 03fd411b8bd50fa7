/** A first synchronization as the identity providers do it: look each user up, create him, then push the groups. */
import { Agent, request } from 'node:http'
import { userBody } from './people.js'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** What sets one identity provider apart from the other. */
export interface Manner {
  readonly name: string
  /** Members in one PATCH. */
  readonly membersAtOnce: number
  /** The operation as it is spelt there. */
  readonly add: string
  /** Requests in flight. */
  readonly connections: number
}

export const OKTA: Manner = { name: 'Okta', membersAtOnce: 100, add: 'add', connections: 4 }
export const ENTRA: Manner = { name: 'Entra ID', membersAtOnce: 20, add: 'Add', connections: 8 }

export interface Synced {
  readonly seconds: number
  readonly requests: number
}

export async function firstSync(
  url: string,
  secret: string,
  { membersAtOnce, add, connections }: Manner,
  people: number,
  groups: number,
): Promise<Synced> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let requests = 0

  const send = (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ id?: string; totalResults?: number }> =>
    new Promise((resolve, reject) => {
      requests += 1
      const text = body && JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${secret}`,
        ...(text !== undefined && {
          'content-type': 'application/scim+json',
          'content-length': Buffer.byteLength(text),
        }),
      }
      const sent = request(`${url}/scim/v2${path}`, { agent, method, headers }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const received = Buffer.concat(chunks).toString()
          if ((answer.statusCode ?? 500) >= 300) reject(new Error(`${method} ${path}: ${received}`))
          else
            resolve(received === '' ? {} : (JSON.parse(received) as { id?: string; totalResults?: number }))
        })
      })
      sent.on('error', reject)
      sent.end(text)
    })

  async function create(type: string, attribute: string, name: string, body: object): Promise<string> {
    const found = await send('GET', `/${type}?filter=${encodeURIComponent(`${attribute} eq "${name}"`)}`)
    if (found.totalResults !== 0) throw new Error(`${name} is there before it was pushed`)
    const { id } = await send('POST', `/${type}`, body)
    if (id === undefined) throw new Error(`${name} was created without an id`)
    return id
  }

  async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
    let next = 0
    const worker = async () => {
      while (next < count) {
        next += 1
        await work(next - 1)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
  }

  const start = performance.now()
  const ids: string[] = []
  await inParallel(people, async (index) => {
    const body = userBody(index)
    ids[index] = await create('Users', 'userName', body.userName, body)
  })
  const size = Math.ceil(people / groups)
  await inParallel(groups, async (index) => {
    const displayName = `Group ${index}`
    const id = await create('Groups', 'displayName', displayName, { schemas: [GROUP], displayName })
    const members = ids.slice(index * size, (index + 1) * size)
    for (let first = 0; first < members.length; first += membersAtOnce) {
      const value = members.slice(first, first + membersAtOnce).map((member) => ({ value: member }))
      await send('PATCH', `/Groups/${id}`, {
        schemas: [PATCH_OP],
        Operations: [{ op: add, path: 'members', value }],
      })
    }
  })
  agent.destroy()
  return { seconds: (performance.now() - start) / 1000, requests }
}
