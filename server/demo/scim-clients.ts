/** Two SCIM clients with the habits of the products they are named after: what they ask first, and how they spell. */

export interface PushedUser {
  readonly userName: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly email: string
  readonly department: string
}

export interface PushedGroup {
  readonly displayName: string
  /** User names. */
  readonly members: readonly string[]
}

export interface PushResult {
  readonly users: number
  readonly groups: number
  readonly requests: number
}

interface ScimResource {
  readonly id: string
}

/** Requests against one SCIM service; anything but 2xx throws with the service's own words. */
function createClient(baseUrl: string, secret: string) {
  let requests = 0
  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    requests += 1
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        accept: 'application/scim+json',
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    send,
    create: async (path: string, body: unknown) => (await send('POST', path, body)) as ScimResource,
    async find(path: string, filter: string): Promise<ScimResource | undefined> {
      const list = (await send(
        'GET',
        `${path}?filter=${encodeURIComponent(filter)}&startIndex=1&count=100`,
      )) as {
        readonly Resources?: readonly ScimResource[]
      }
      return list.Resources?.[0]
    },
    get requests() {
      return requests
    },
  }
}

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Looks a user up by name, sends whole resources, and pushes a group in one piece before it adds members one by one. */
export async function pushLikeOkta(
  baseUrl: string,
  secret: string,
  users: readonly PushedUser[],
  groups: readonly PushedGroup[],
): Promise<PushResult> {
  const client = createClient(baseUrl, secret)
  const ids = new Map<string, string>()
  for (const user of users) {
    const known = await client.find('/Users', `userName eq "${user.userName}"`)
    const resource = {
      schemas: [USER],
      userName: user.userName,
      name: { givenName: user.givenName, familyName: user.familyName },
      emails: [{ primary: true, value: user.email, type: 'work' }],
      displayName: user.displayName,
      locale: 'en-US',
      externalId: `okta-${user.userName}`,
      groups: [],
      active: true,
    }
    const { id } = known ?? (await client.create('/Users', resource))
    ids.set(user.userName, id)
  }
  for (const group of groups) {
    const { id } = await client.create('/Groups', {
      schemas: [GROUP],
      displayName: group.displayName,
      members: [],
    })
    for (const member of group.members) {
      await client.send('PATCH', `/Groups/${id}`, {
        schemas: [PATCH],
        Operations: [{ op: 'add', path: 'members', value: [{ value: ids.get(member), display: member }] }],
      })
    }
    await client.send('GET', `/Groups/${id}`)
  }
  return { users: users.length, groups: groups.length, requests: client.requests }
}

/** Capitalised operations, booleans as text, dotted keys without a path, the extension by its urn, members in one go. */
export async function pushLikeEntra(
  baseUrl: string,
  secret: string,
  users: readonly PushedUser[],
  groups: readonly PushedGroup[],
): Promise<PushResult> {
  const client = createClient(baseUrl, secret)
  const ids = new Map<string, string>()
  for (const user of users) {
    await client.find('/Users', `userName eq "${user.userName}"`)
    const { id } = await client.create('/Users', {
      schemas: [USER, ENTERPRISE_USER],
      externalId: `entra-${user.userName}`,
      userName: user.userName,
      active: true,
      displayName: user.displayName,
      emails: [{ primary: true, type: 'work', value: user.email }],
      meta: { resourceType: 'User' },
      name: { formatted: user.displayName, familyName: user.familyName, givenName: user.givenName },
      [ENTERPRISE_USER]: { department: user.department },
    })
    ids.set(user.userName, id)
    await client.send('PATCH', `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [
        { op: 'Replace', path: 'active', value: 'True' },
        { op: 'Add', path: `${ENTERPRISE_USER}:department`, value: user.department },
        { op: 'Add', value: { 'name.familyName': user.familyName } },
      ],
    })
  }
  for (const group of groups) {
    await client.find('/Groups', `displayName eq "${group.displayName}"`)
    const { id } = await client.create('/Groups', {
      schemas: [GROUP],
      externalId: `entra-${group.displayName}`,
      displayName: group.displayName,
      meta: { resourceType: 'Group' },
    })
    await client.send('PATCH', `/Groups/${id}`, {
      schemas: [PATCH],
      Operations: [
        { op: 'Add', path: 'members', value: group.members.map((member) => ({ value: ids.get(member) })) },
      ],
    })
    await client.send('GET', `/Groups/${id}?excludedAttributes=members`)
  }
  return { users: users.length, groups: groups.length, requests: client.requests }
}
