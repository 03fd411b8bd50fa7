import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newUserId } from '../../server/domain/ids.js'
import { engines } from '../support/engines.js'
import { createScimWorld, ERROR, GROUP, idIn, patchOp, SCIM, type ScimWorld } from './scim-world.js'

describe.each(engines)('SCIM groups on %s', (engine) => {
  let world: ScimWorld
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `group ${count}`
  })

  const users = (...suffixes: readonly string[]) =>
    Promise.all(suffixes.map((suffix) => world.scim.user(`g${count}.${suffix}`)))
  const setting = (key: string, value: string) =>
    world.services.zones.changeSetting(world.administrator, key, value)

  it('makes a group with members and returns it with them', async () => {
    const [first = '', second = ''] = await users('a', 'b')
    const created = await world.scim.post('/Groups', {
      schemas: [GROUP],
      displayName: name,
      externalId: `ext ${name}`,
      members: [{ value: first, display: 'ignored', type: 'User' }, { value: second }, { value: first }],
    })
    expect(created.status).toBe(201)
    const id = idIn(created.body)
    expect(id).toMatch(/^g-[a-z0-9]{12}$/)
    const location = `${world.baseUrl}/scim/v2/Groups/${id}`
    const now = world.clock.now().toISOString()
    expect(created.headers).toMatchObject({ location, etag: 'W/"1"' })
    const { members, ...rest } = created.body as { members: readonly { value: string }[] }
    expect(rest).toEqual({
      schemas: [GROUP],
      id,
      externalId: `ext ${name}`,
      displayName: name,
      meta: { resourceType: 'Group', created: now, lastModified: now, location, version: 'W/"1"' },
    })
    expect([...members].sort((a, b) => (a.value < b.value ? -1 : 1))).toEqual(
      [
        {
          value: first,
          display: `g${count}.a`,
          type: 'User',
          $ref: `${world.baseUrl}/scim/v2/Users/${first}`,
        },
        {
          value: second,
          display: `g${count}.b`,
          type: 'User',
          $ref: `${world.baseUrl}/scim/v2/Users/${second}`,
        },
      ].sort((a, b) => (a.value < b.value ? -1 : 1)),
    )
    expect((await world.scim.get(`/Groups/${id}`)).body).toEqual(created.body)
    const without = await world.scim.get(`/Groups/${id}?excludedAttributes=members`)
    expect(without.body).toEqual(rest)
    expect(await world.services.groups.findByName(name)).toMatchObject({
      type: 'synchronized',
      createdBy: 'scim',
      description: 'SCIM Synchronization',
      memberCount: 2,
    })
  })

  it('leaves members out of lists unless attributes asks for them', async () => {
    const [member = ''] = await users('a')
    const id = await world.scim.group(name, [member])
    const filter = `displayName eq "${name}"`
    const plain = await world.scim.list('/Groups', { filter })
    expect(plain.body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
    expect((plain.body as { Resources: object[] }).Resources[0]).not.toHaveProperty('members')
    const asked = await world.scim.list('/Groups', { filter, attributes: 'members.value' })
    expect((asked.body as { Resources: object[] }).Resources).toEqual([
      { schemas: [GROUP], id, members: [{ value: member }] },
    ])
  })

  it('adds and removes members by PATCH with 204, keeping one of a member added twice', async () => {
    const [a = '', b = '', c = ''] = await users('a', 'b', 'c')
    const id = await world.scim.group(name, [a])
    const path = `/Groups/${id}`
    const added = await world.scim.patch(
      path,
      patchOp({ op: 'add', path: 'members', value: [{ value: a }, { value: b }, { value: b }] }),
    )
    expect(added.status).toBe(204)
    expect(added.text).toBe('')
    expect(added.headers['etag']).toBe('W/"2"')
    expect(await world.scim.members(id)).toEqual([a, b].sort())
    // Nothing new: no new version.
    const again = await world.scim.patch(path, patchOp({ op: 'add', path: 'members', value: [{ value: b }] }))
    expect(again.headers['etag']).toBe('W/"2"')

    await world.scim.patch(path, patchOp({ op: 'remove', path: `members[value eq "${a}"]` }))
    expect(await world.scim.members(id)).toEqual([b])
    const absent = await world.scim.patch(path, patchOp({ op: 'remove', path: `members[value eq "${a}"]` }))
    expect(absent.status).toBe(204)
    await world.scim.patch(
      path,
      patchOp({ op: 'replace', path: 'members', value: [{ value: a }, { value: c }] }),
    )
    expect(await world.scim.members(id)).toEqual([a, c].sort())
    await world.scim.patch(path, patchOp({ op: 'remove', path: `members[display eq "g${count}.c"]` }))
    expect(await world.scim.members(id)).toEqual([a])
    await world.scim.patch(path, patchOp({ op: 'remove', path: 'members' }))
    expect(await world.scim.members(id)).toEqual([])
    expect(await world.services.groups.findByName(name)).toMatchObject({ memberCount: 0 })
  })

  it('touches the row of the named member and of the group only', async () => {
    const [a = '', b = '', c = ''] = await users('a', 'b', 'c')
    const id = await world.scim.group(name, [a, b])
    const version = async (user: string) => (await world.scim.get(`/Users/${user}`)).headers['etag']
    const before = [await version(a), await version(b)]
    await world.scim.patch(`/Groups/${id}`, patchOp({ op: 'add', path: 'members', value: [{ value: c }] }))
    expect([await version(a), await version(b)]).toEqual(before)
    // The member itself shows another group now.
    expect(await version(c)).toBe('W/"2"')
  })

  it('returns 200 with the group when PATCH names attributes', async () => {
    const [a = ''] = await users('a')
    const id = await world.scim.group(name)
    const answer = await world.scim.patch(
      `/Groups/${id}?attributes=displayName,members`,
      patchOp({ op: 'add', path: 'members', value: [{ value: a }] }),
    )
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ displayName: name, members: [{ value: a }] })
  })

  it('renames and changes members in one PATCH, or does neither', async () => {
    const [a = ''] = await users('a')
    const id = await world.scim.group(name)
    const bad = await world.scim.patch(
      `/Groups/${id}`,
      patchOp(
        { op: 'replace', path: 'displayName', value: `${name} new` },
        { op: 'add', path: 'members', value: [{ value: a }, { value: 'u-000000000000' }] },
      ),
    )
    expect(bad.status).toBe(400)
    expect((await world.scim.get(`/Groups/${id}`)).body).toMatchObject({ displayName: name })
    expect(await world.scim.members(id)).toEqual([])
    const good = await world.scim.patch(
      `/Groups/${id}`,
      patchOp(
        { op: 'replace', value: { id, displayName: `${name} new` } },
        { op: 'add', path: 'members', value: [{ value: a }] },
      ),
    )
    expect(good.status).toBe(204)
    expect((await world.scim.get(`/Groups/${id}`)).body).toMatchObject({
      displayName: `${name} new`,
      members: [{ value: a }],
      meta: { version: 'W/"2"' },
    })
  })

  it('replaces by PUT; members that are not mentioned stay, an empty list empties', async () => {
    const [a = '', b = ''] = await users('a', 'b')
    const id = await world.scim.group(name, [a])
    const put = (body: object) => world.scim.put(`/Groups/${id}`, { schemas: [GROUP], ...body })
    expect((await put({ displayName: `${name} x` })).body).toMatchObject({ members: [{ value: a }] })
    expect((await put({ displayName: name, members: [{ value: b }] })).body).toMatchObject({
      displayName: name,
      members: [{ value: b }],
    })
    const emptied = await put({ displayName: name, members: [] })
    expect(emptied.status).toBe(200)
    expect(emptied.body).not.toHaveProperty('members')
  })

  it.each<[string, (known: string) => object]>([
    ['an unknown id', () => ({ value: 'u-000000000000' })],
    ['something that is no id', () => ({ value: "x' or 1=1" })],
    ['a manual user', (manual) => ({ value: manual })],
  ])('refuses %s as a member, or passes it over where the setting says so', async (_what, member) => {
    const [a = ''] = await users('a')
    const manual = await world.services.users.create(world.administrator, {
      type: 'manual',
      profile: { userName: `g${count}.manual`, emails: [], active: true, attributes: {} },
    })
    const id = await world.scim.group(name)
    const add = patchOp({ op: 'add', path: 'members', value: [{ value: a }, member(manual.id)] })
    const refused = await world.scim.patch(`/Groups/${id}`, add)
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({
      schemas: [ERROR],
      scimType: 'invalidValue',
      detail: expect.stringMatching(/scim\.unknownMembers/) as string,
    })
    expect(await world.scim.members(id)).toEqual([])
    await setting('scim.unknownMembers', 'ignore')
    try {
      expect((await world.scim.patch(`/Groups/${id}`, add)).status).toBe(204)
      expect(await world.scim.members(id)).toEqual([a])
    } finally {
      await setting('scim.unknownMembers', 'reject')
    }
  })

  it('refuses groups as members', async () => {
    const inner = await world.scim.group(`${name} inner`)
    const id = await world.scim.group(name)
    for (const member of [{ value: inner }, { value: inner, type: 'Group' }]) {
      const answer = await world.scim.patch(
        `/Groups/${id}`,
        patchOp({ op: 'add', path: 'members', value: [member] }),
      )
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({
        scimType: 'invalidValue',
        detail: expect.stringMatching(/Members are users/) as string,
      })
    }
    const created = await world.scim.post('/Groups', {
      schemas: [GROUP],
      displayName: `${name} outer`,
      members: [{ value: inner, type: 'Group' }],
    })
    expect(created.status).toBe(400)
  })

  it('deletes a group with members only where the setting allows it', async () => {
    const [a = ''] = await users('a')
    const id = await world.scim.group(name, [a])
    const refused = await world.scim.delete(`/Groups/${id}`)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      status: '409',
      detail: expect.stringMatching(/scim\.deleteGroupsWithMembers/) as string,
    })
    await setting('scim.deleteGroupsWithMembers', 'true')
    try {
      expect((await world.scim.delete(`/Groups/${id}`)).status).toBe(204)
    } finally {
      await setting('scim.deleteGroupsWithMembers', 'false')
    }
    expect((await world.scim.get(`/Groups/${id}`)).status).toBe(404)
    expect((await world.scim.get(`/Users/${a}`)).body).not.toHaveProperty('groups')
    const empty = await world.scim.group(`${name} empty`)
    expect((await world.scim.delete(`/Groups/${empty}`)).status).toBe(204)
  })

  it('answers 409 uniqueness and says which kind of group holds the name', async () => {
    await world.scim.group(name)
    const again = await world.scim.post('/Groups', { schemas: [GROUP], displayName: name.toUpperCase() })
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      scimType: 'uniqueness',
      detail: expect.stringMatching(/another imported group/) as string,
    })
    await world.services.groups.create(world.administrator, {
      type: 'manual',
      profile: { displayName: `${name} manual`, attributes: {} },
    })
    const taken = await world.scim.post('/Groups', { schemas: [GROUP], displayName: `${name} manual` })
    expect(taken.status).toBe(409)
    expect(taken.body).toMatchObject({
      scimType: 'uniqueness',
      detail: expect.stringMatching(/created manually/) as string,
    })
    const invisible = await world.scim.list('/Groups', { filter: `displayName eq "${name} manual"` })
    expect(invisible.body).toMatchObject({ totalResults: 0 })
  })

  it('fills a synchronized group that an administrator made, and shares its members with him', async () => {
    const group = await world.services.groups.create(world.administrator, {
      type: 'synchronized',
      profile: { displayName: name, attributes: {} },
    })
    const [a = '', b = ''] = await users('a', 'b')
    const patched = await world.scim.patch(
      `/Groups/${group.id}`,
      patchOp({ op: 'add', path: 'members', value: [{ value: a }] }),
    )
    expect(patched.status).toBe(204)
    const { id } = (await world.services.users.findByName(`g${count}.b`)) ?? {}
    expect(id).toBe(b)
    if (id) await world.services.groups.addMembers(world.administrator, group.id, [id])
    expect(await world.scim.members(group.id)).toEqual([a, b].sort())
  })

  it('keeps every member of parallel PATCHes', async () => {
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, index) => world.scim.user(`g${count}.p${index}`)),
    )
    const id = await world.scim.group(name)
    const answers = await Promise.all(
      ids.map((member) =>
        world.scim.patch(
          `/Groups/${id}`,
          patchOp({ op: 'add', path: 'members', value: [{ value: member }] }),
        ),
      ),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]))
    expect(await world.scim.members(id)).toEqual([...ids].sort())
    expect(await world.services.groups.findByName(name)).toMatchObject({ memberCount: 30, version: 31 })
  })

  it('lets one of two conditional writers through', async () => {
    const id = await world.scim.group(name)
    const write = (displayName: string) =>
      world.scim
        .patch(`/Groups/${id}`, patchOp({ op: 'replace', path: 'displayName', value: displayName }))
        .set('if-match', 'W/"1"')
    const answers = await Promise.all([write(`${name} a`), write(`${name} b`), write(`${name} c`)])
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 412, 412])
  })

  it.each<[string, object]>([
    ['no name', {}],
    ['an empty name', { displayName: '' }],
    ['a name too long', { displayName: 'x'.repeat(129) }],
    ['a name of control characters', { displayName: 'a\u0007b' }],
    ['a number as name', { displayName: 5 }],
    ['members that are no objects', { displayName: 'x', members: [5] }],
    ['members without value', { displayName: 'x', members: [{ display: 'x' }] }],
  ])('refuses %s as invalidValue', async (_what, body) => {
    const answer = await world.scim.post('/Groups', { schemas: [GROUP], ...body })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ scimType: 'invalidValue' })
  })

  it('streams the members of a large group, whole and in parts', async () => {
    await setting('quota.groupUsers', '2000')
    const now = world.clock.now().toISOString()
    const rows = Array.from({ length: 1001 }, (_, index) => ({
      id: newUserId(),
      user_name: `many.${index}`,
      user_name_key: `many.${index}`,
      type: 'synchronized' as const,
      created_by: 'scim' as const,
      active: 1 as const,
      blocked: 0 as const,
      emails: '[]',
      attributes: '{}',
      group_count: 0,
      version: 1,
      created_at: now,
      updated_at: now,
    }))
    for (let start = 0; start < rows.length; start += 100)
      await world.db
        .insertInto('users')
        .values(rows.slice(start, start + 100))
        .execute()
    const ids = rows.map(({ id }) => id)
    const path = `/Groups/${await world.scim.group(name, ids)}`

    const whole = await world.scim.get(path)
    expect(whole.headers).not.toHaveProperty('content-length')
    const { members } = whole.body as { members: readonly { value: string }[] }
    expect(members.map(({ value }) => value).sort()).toEqual([...ids].sort())
    expect(members[0]).toEqual({
      value: expect.any(String) as string,
      display: expect.any(String) as string,
      type: 'User',
      $ref: `${world.baseUrl}${SCIM}/Users/${members[0]?.value}`,
    })
    const { schemas, id } = whole.body as { schemas: unknown; id: string }
    const parts = await world.scim.get(`${path}?attributes=members.value`)
    expect(parts.body).toEqual({ schemas, id, members: members.map(({ value }) => ({ value })) })
    expect((await world.scim.get(`${path}?excludedAttributes=members`)).body).not.toHaveProperty('members')
    // HEAD cannot tell a length that GET would not.
    const head = await world.scim.head(path)
    expect(head.headers).toMatchObject({ etag: whole.headers['etag'] })
    expect(head.headers).not.toHaveProperty('content-length')
  })

  it('refuses groups, members and memberships past their quotas, and does nothing', async () => {
    const [a = '', b = '', c = ''] = await users('a', 'b', 'c')
    const id = await world.scim.group(name, [a])
    const add = (...ids: readonly string[]) =>
      world.scim.patch(
        `/Groups/${id}`,
        patchOp({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) }),
      )
    try {
      await setting('quota.groupUsers', '2')
      const past = await add(b, c)
      expect(past.status).toBe(403)
      expect(past.body).toMatchObject({
        status: '403',
        detail: expect.stringMatching(/at most 2 users/) as string,
      })
      expect(await world.scim.members(id)).toEqual([a])
      expect((await add(b)).status).toBe(204)
      await setting('quota.groupUsers', '1000')

      await setting('quota.userGroups', '1')
      const second = await world.scim.post('/Groups', {
        schemas: [GROUP],
        displayName: `${name} second`,
        members: [{ value: a }],
      })
      expect(second.status).toBe(403)
      expect(second.body).toMatchObject({ detail: expect.stringMatching(/quota\.userGroups/) as string })
      expect(await world.services.groups.findByName(`${name} second`)).toBeUndefined()
      await setting('quota.userGroups', '500')

      await setting('quota.groups', '1')
      const third = await world.scim.post('/Groups', { schemas: [GROUP], displayName: `${name} third` })
      expect(third.status).toBe(403)
      expect(third.body).toMatchObject({ detail: expect.stringMatching(/limit of 1 groups/) as string })
    } finally {
      await setting('quota.groupUsers', '1000')
      await setting('quota.userGroups', '500')
      await setting('quota.groups', '500')
    }
  })
})
