/** Names that manual users and groups hold: what SCIM is told, what is kept, and what an administrator makes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addToCounter } from '../../db/counters.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor } from '../../server/domain/actor.js'
import type { Group } from '../../server/domain/group.js'
import type { GroupId, UserId } from '../../server/domain/ids.js'
import { MAXIMUM_COLLISIONS, type CollisionStatus } from '../../server/domain/name-collision.js'
import type { User } from '../../server/domain/user.js'
import { engines } from '../support/engines.js'
import { failuresOf, refusal } from '../support/refusal.js'
import { createScimWorld, GROUP, idIn, patchOp, USER, type ScimWorld } from './scim-world.js'

const page = { offset: 0, limit: 50 }

describe.each(engines)('the adoption queue on %s', (engine) => {
  let world: ScimWorld
  let auditor: Actor
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createScimWorld(engine)
    auditor = { ...world.administrator, rights: 'readOnly' } as Actor
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `a${count}.taken`
  })

  const manualUser = (userName: string, more: object = {}): Promise<User> =>
    world.services.users.create(world.administrator, {
      type: 'manual',
      profile: { userName, emails: [], active: true, attributes: {}, ...more },
    })
  const manualGroup = (displayName: string, members: readonly UserId[] = []): Promise<Group> =>
    world.services.groups.create(world.administrator, {
      type: 'manual',
      profile: { displayName, attributes: {} },
      members,
    })
  const push = (userName: string, more: object = {}) =>
    world.scim.post('/Users', { schemas: [USER], userName, ...more })
  const pushGroup = (displayName: string, more: object = {}) =>
    world.scim.post('/Groups', { schemas: [GROUP], displayName, ...more })

  const queue = async (status: CollisionStatus = 'open') =>
    (await world.services.adoptions.list(world.administrator, { status, page })).items.map(
      ({ held }) => held.collision,
    )
  const queued = async (of: string, status: CollisionStatus = 'open') => {
    const found = (await queue(status)).find((collision) => collision.name.toLowerCase() === of.toLowerCase())
    if (!found) throw new Error(`${of} is not in the queue`)
    return world.services.adoptions.get(world.administrator, found.id)
  }
  const link = async (of: string, status: CollisionStatus = 'open') => {
    const { held, sight } = await queued(of, status)
    return world.services.adoptions.link(world.administrator, held.collision.id, sight)
  }
  const reject = async (of: string) => {
    const { held, sight } = await queued(of)
    return world.services.adoptions.reject(world.administrator, held.collision.id, sight)
  }
  const counters = async () => {
    const rows = await world.db.selectFrom('counters').selectAll().execute()
    return Object.fromEntries(rows.map((row) => [row.name, row.value]))
  }
  const actions = async (subjectId: string) =>
    (await world.services.audit.search(world.administrator, { subjectId, page })).items.map(
      ({ action }) => action,
    )

  it('keeps one row of what was pushed last under the name of a manual user', async () => {
    const manual = await manualUser(name, { displayName: 'Here' })
    const before = await counters()
    const first = await push(name, { displayName: 'First', password: 'Sup3r-secret!' })
    expect(first.status).toBe(409)
    expect(first.body).toMatchObject({
      scimType: 'uniqueness',
      detail: expect.stringMatching(/created manually.*waits in its console/) as string,
    })
    world.clock.advance(60)
    await push(name.toUpperCase(), { displayName: 'Second', externalId: 'e-2' })
    const again = await push(name.toUpperCase(), { displayName: 'Second', externalId: 'e-2' })
    expect(again.status).toBe(409)

    const { held } = await queued(name)
    expect(held).toMatchObject({
      kind: 'user',
      collision: {
        name: name.toUpperCase(),
        status: 'open',
        pushes: 3,
        revision: 2,
        credentialId: world.credentialId,
        pushed: { displayName: 'Second', externalId: 'e-2', active: true },
        lastSeenAt: world.clock.now().toISOString(),
      },
      holder: { id: manual.id, displayName: 'Here' },
    })
    expect(Date.parse(held.collision.firstSeenAt)).toBe(world.clock.now().getTime() - 60_000)
    expect(JSON.stringify(await world.db.selectFrom('name_collisions').selectAll().execute())).not.toContain(
      'Sup3r',
    )
    expect(await counters()).toEqual({ ...before, 'collisions.open': (before['collisions.open'] ?? 0) + 1 })
    expect(await actions(manual.id)).toEqual(['adoption.collide', 'user.create'])
  })

  it('links a manual user, who keeps id, memberships and assignments; the next push finds it and goes on', async () => {
    const user = await manualUser(name, { emails: [{ value: `${name}@old.example` }] })
    const group = await manualGroup(`team of ${name}`, [user.id])
    const account = await world.services.organization.createAccount(world.administrator, {
      name: `Account ${count}`,
    })
    const configuration = await world.services.permissionConfigurations.create(world.administrator, {
      name: `Configuration-${count}`,
    })
    const principal = { type: 'user', id: user.id } as const
    await world.services.assignments.assign(world.administrator, [
      { principal, accountUin: account.uin, configurationId: configuration.id },
    ])
    await world.services.users.setBlocked(world.administrator, user.id, true)
    const filter = `userName eq "${name}"`
    expect((await world.scim.list('/Users', { filter })).body).toMatchObject({ totalResults: 0 })
    await push(name, {
      externalId: `ext-${name}`,
      displayName: 'Pushed',
      emails: [{ value: `${name}@new.example`, primary: true }],
      title: 'Tour guide',
    })
    const before = await counters()
    await link(name)

    expect(await world.services.users.get(world.administrator, user.id)).toMatchObject({
      id: user.id,
      type: 'synchronized',
      createdBy: 'administrator',
      // SCIM never clears a block, nor does this.
      blocked: true,
      externalId: `ext-${name}`,
      displayName: 'Pushed',
      emails: [{ value: `${name}@new.example`, primary: true }],
      description: 'SCIM Synchronization',
      attributes: { title: 'Tour guide' },
      groupCount: 1,
      createdAt: user.createdAt,
    })
    const after = await counters()
    expect(after).toEqual({
      ...before,
      'users.manual': (before['users.manual'] ?? 0) - 1,
      'users.synchronized': (before['users.synchronized'] ?? 0) + 1,
      'collisions.open': (before['collisions.open'] ?? 0) - 1,
    })
    expect((await actions(user.id)).slice(0, 2)).toEqual(['adoption.link', 'user.adopt'])
    const { items } = await world.services.assignments.list(world.administrator, {
      principalType: 'user',
      principalId: user.id,
      page,
    })
    expect(items).toHaveLength(1)

    // As an identity provider goes on: it finds the user, reads it, writes it, and at last lets it go.
    const found = await world.scim.list('/Users', { filter })
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: user.id }] })
    // The group is manual still: SCIM knows nothing of it, in the user or in a filter.
    expect((await world.scim.get(`/Users/${user.id}`)).body).not.toHaveProperty('groups')
    const byGroup = await world.scim.list('/Users', { filter: `groups.value eq "${group.id}"` })
    expect(byGroup.body).toMatchObject({ totalResults: 0 })
    const put = await world.scim.put(`/Users/${user.id}`, {
      schemas: [USER],
      userName: name,
      externalId: `ext-${name}`,
      displayName: 'Pushed again',
    })
    expect(put.status).toBe(200)
    // While SCIM is enabled the identity provider owns the user, and the administrator the manual group.
    await expect(
      world.services.users.change(world.administrator, user.id, (present) => present),
    ).rejects.toMatchObject({ code: 'user.synchronized' })
    expect(await world.services.groups.removeMembers(world.administrator, group.id, [user.id])).toMatchObject(
      { memberCount: 0 },
    )
    await expect(
      world.services.groups.addMembers(world.administrator, group.id, [user.id]),
    ).rejects.toMatchObject({ code: 'group.typeMismatch' })
    expect((await world.scim.delete(`/Users/${user.id}`)).status).toBe(204)
  })

  it('links a manual group; its manual members stay, and SCIM sees and changes only the imported ones', async () => {
    const stays = await manualUser(`${name}.stays`)
    const group = await manualGroup(name, [stays.id])
    const imported = await world.scim.user(`${name}.imported`)
    const pushed = await pushGroup(name.toUpperCase(), {
      externalId: `ext-${name}`,
      members: [{ value: imported }],
    })
    expect(pushed.status).toBe(409)
    const before = await counters()
    await link(name)
    expect(await world.services.groups.get(world.administrator, group.id)).toMatchObject({
      type: 'synchronized',
      createdBy: 'administrator',
      displayName: name.toUpperCase(),
      externalId: `ext-${name}`,
      memberCount: 1,
    })
    expect(await counters()).toEqual({
      ...before,
      'groups.manual': (before['groups.manual'] ?? 0) - 1,
      'groups.synchronized': (before['groups.synchronized'] ?? 0) + 1,
      'collisions.open': (before['collisions.open'] ?? 0) - 1,
    })
    expect((await actions(group.id)).slice(0, 2)).toEqual(['adoption.link', 'group.adopt'])

    const path = `/Groups/${group.id}`
    const found = await world.scim.list('/Groups', { filter: `displayName eq "${name}"` })
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: group.id }] })
    expect(await world.scim.members(group.id)).toEqual([])
    const memberFilter = `members.value eq "${stays.id}"`
    expect((await world.scim.list('/Groups', { filter: memberFilter })).body).toMatchObject({
      totalResults: 0,
    })
    const put = await world.scim.put(path, {
      schemas: [GROUP],
      displayName: name,
      members: [{ value: imported }],
    })
    expect(put.body).toMatchObject({ members: [{ value: imported }] })
    // None of these reaches the manual member.
    for (const operation of [
      { op: 'remove', path: `members[value eq "${stays.id}"]` },
      { op: 'remove', path: `members[display eq "${name}.stays"]` },
      { op: 'remove', path: 'members', value: [{ value: stays.id }] },
      { op: 'replace', path: 'members', value: [] },
    ]) {
      expect((await world.scim.patch(path, patchOp(operation))).status).toBe(204)
    }
    const members = async () =>
      (await world.services.groups.listMembers(world.administrator, group.id, page)).items.map(
        ({ userId }) => userId,
      )
    expect(await members()).toEqual([stays.id])
    for (const [type, total] of [
      ['manual', 1],
      ['synchronized', 0],
    ] as const) {
      const ofType = await world.services.groups.listMembers(world.administrator, group.id, page, type)
      expect(ofType).toMatchObject({ total })
    }
    const refused = await world.scim.delete(path)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ detail: expect.stringMatching(/created manually/) as string })
    // Both sides change the members of a group that an administrator made.
    await world.services.groups.addMembers(world.administrator, group.id, [imported as UserId])
    await world.services.groups.removeMembers(world.administrator, group.id, [stays.id])
    expect(await members()).toEqual([imported])
    await expect(
      world.services.groups.addMembers(world.administrator, group.id, [stays.id]),
    ).rejects.toMatchObject({ code: 'group.typeMismatch' })
  })

  it('tells a push that was rejected so, and shows it as open no longer; it can be linked after all', async () => {
    await manualUser(name)
    await push(name)
    await reject(name)
    await expect(queued(name)).rejects.toThrow('not in the queue')
    const again = await push(name, { displayName: 'Once more' })
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      scimType: 'uniqueness',
      detail: expect.stringMatching(/An administrator rejected/) as string,
    })
    const { held } = await queued(name, 'rejected')
    expect(held.collision).toMatchObject({
      pushes: 2,
      decidedBy: 'admin',
      decidedAt: world.clock.now().toISOString(),
    })
    await link(name, 'rejected')
    expect((await world.scim.list('/Users', { filter: `userName eq "${name}"` })).body).toMatchObject({
      totalResults: 1,
    })
    expect(await world.services.adoptions.counts(world.administrator)).toMatchObject({ rejected: 0 })
  })

  it.each([
    [
      'PATCH',
      (id: string, to: string) =>
        world.scim.patch(`/Users/${id}`, patchOp({ op: 'replace', value: { userName: to } })),
    ],
    ['PUT', (id: string, to: string) => world.scim.put(`/Users/${id}`, { schemas: [USER], userName: to })],
    [
      'Bulk',
      async (id: string, to: string) => {
        const answer = await world.scim.post('/Bulk', {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
          Operations: [{ method: 'PUT', path: `/Users/${id}`, data: { schemas: [USER], userName: to } }],
        })
        const { Operations } = answer.body as { Operations: readonly { status: string; response: unknown }[] }
        return { status: Number(Operations[0]?.status), body: Operations[0]?.response }
      },
    ],
  ])('keeps a rename by %s, which cannot be linked while the imported user exists', async (_how, rename) => {
    const id = await world.scim.user(`${name}.old`, { externalId: `ext-${name}` })
    const manual = await manualUser(name)
    const answer = await rename(id, name)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ scimType: 'uniqueness' })
    expect(await queued(name)).toMatchObject({
      held: { collision: { renamedId: id }, holder: { id: manual.id } },
      renamed: { id, userName: `${name}.old` },
    })
    await expect(link(name)).rejects.toEqual(refusal('adoption.renaming'))
    await world.scim.delete(`/Users/${id}`)
    await link(name)
    expect(await world.services.users.findByName(name)).toMatchObject({ id: manual.id, type: 'synchronized' })
  })

  it('keeps a rename of a group', async () => {
    const id = await world.scim.group(`${name} old`)
    await manualGroup(name)
    const patched = await world.scim.patch(
      `/Groups/${id}`,
      patchOp({ op: 'replace', path: 'displayName', value: name }),
    )
    expect(patched.status).toBe(409)
    expect(await queued(name)).toMatchObject({ held: { kind: 'group', collision: { renamedId: id } } })
  })

  it('forgets the collision when the name is given up, and lets the next push pass', async () => {
    const user = await manualUser(name)
    const group = await manualGroup(name)
    await push(name)
    await pushGroup(name)
    const [ofUser, ofGroup] = [
      (await queue()).find(({ kind, name: of }) => kind === 'user' && of === name),
      (await queue()).find(({ kind, name: of }) => kind === 'group' && of === name),
    ]
    if (!ofUser || !ofGroup) throw new Error('not in the queue')
    const { sight } = await world.services.adoptions.get(world.administrator, ofUser.id)
    await world.services.users.remove(world.administrator, user.id)
    await world.services.groups.change(world.administrator, group.id, {
      profile: (present) => ({ ...present, displayName: `${name} renamed` }),
    })
    for (const { id } of [ofUser, ofGroup]) {
      await expect(world.services.adoptions.get(world.administrator, id)).rejects.toEqual(
        refusal('adoption.notFound'),
      )
      await expect(world.services.adoptions.link(world.administrator, id, sight)).rejects.toEqual(
        refusal('adoption.notFound'),
      )
    }
    expect((await push(name)).status).toBe(201)
    expect((await pushGroup(name)).status).toBe(201)
    expect((await queue()).filter(({ name: of }) => of === name)).toEqual([])
  })

  it('decides only what was looked at, and only once', async () => {
    const user = await manualUser(name)
    await push(name, { displayName: 'Seen' })
    const { held, sight } = await queued(name)
    const { id } = held.collision
    const { adoptions, users } = world.services
    // The same push again changes nothing of what was seen.
    await push(name, { displayName: 'Seen' })
    await push(name, { displayName: 'Not seen', active: false })
    for (const decide of [adoptions.link, adoptions.reject]) {
      await expect(decide(world.administrator, id, sight)).rejects.toEqual(refusal('adoption.changed'))
    }
    const fresh = (await queued(name)).sight
    await users.change(world.administrator, user.id, (present) => ({ ...present, displayName: 'Changed' }))
    await expect(adoptions.link(world.administrator, id, fresh)).rejects.toEqual(refusal('adoption.changed'))

    const { sight: last } = await queued(name)
    const outcomes = await Promise.allSettled([
      adoptions.link(world.administrator, id, last),
      adoptions.reject(world.administrator, id, last),
      adoptions.link(world.administrator, id, last),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    expect(failuresOf(outcomes)).toEqual(failuresOf(outcomes).map(() => refusal('adoption.notFound')))
    expect(await users.findByName(name)).toMatchObject({ type: 'synchronized', active: false })
  })

  it('ends the sessions of a user who is pushed as inactive, with the link', async () => {
    const user = await manualUser(name)
    const { services } = world
    const { session } = await inTransaction(world.db, (tx) =>
      services.sessions.open(tx, {
        kind: 'portal',
        subject: { kind: 'user', id: user.id },
        method: 'password',
        origin: {},
      }),
    )
    await push(name, { active: false })
    await link(name)
    const left = await world.db.selectFrom('sessions').select('id').where('id', '=', session.id).execute()
    expect(left).toEqual([])
  })

  it('keeps a bounded number, of bounded size', async () => {
    await manualUser(name)
    await manualUser(`${name}.large`)
    const emails = Array.from({ length: 200 }, (_, index) => ({
      value: `${index}@${'x'.repeat(200)}.example`,
    }))
    expect((await push(`${name}.large`, { title: 'x', externalId: 'kept', emails })).status).toBe(409)
    expect((await queued(`${name}.large`)).held.collision.pushed).toMatchObject({
      externalId: 'kept',
      emails: emails.slice(0, 10),
      attributes: {},
    })
    const add = (by: number) => inTransaction(world.db, (tx) => addToCounter(tx, 'collisions.open', by))
    await add(MAXIMUM_COLLISIONS)
    try {
      const answer = await push(name)
      expect(answer.status).toBe(409)
      expect(answer.body).toMatchObject({ detail: expect.stringMatching(/Too many such pushes/) as string })
      await expect(queued(name)).rejects.toThrow('not in the queue')
    } finally {
      await add(-MAXIMUM_COLLISIONS)
    }
  })

  it('says that a name is taken in a full zone as well', async () => {
    await manualUser(name)
    await manualGroup(name)
    const set = (key: string, value: string) =>
      world.services.zones.changeSetting(world.administrator, key, value)
    await set('quota.users', '1')
    await set('quota.groups', '1')
    try {
      for (const answer of [await push(name), await pushGroup(name)]) {
        expect(answer.status).toBe(409)
        expect(answer.body).toMatchObject({ detail: expect.stringMatching(/created manually/) as string })
      }
    } finally {
      await set('quota.users', '1000')
      await set('quota.groups', '500')
    }
  })

  it('keeps one row of many pushes at the same time', async () => {
    await manualUser(name)
    const answers = await Promise.all(Array.from({ length: 8 }, () => push(name)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 409))
    expect((await queue()).filter(({ name: of }) => of === name)).toMatchObject([{ pushes: 8, revision: 1 }])
  })

  it('is decided on by full administrators, and seen by all', async () => {
    await manualUser(name)
    await push(name)
    const { held, sight } = await queued(name)
    const { adoptions } = world.services
    expect((await adoptions.get(auditor, held.collision.id)).held).toEqual(held)
    expect(await adoptions.counts(auditor)).toMatchObject({ open: expect.any(Number) as number })
    await expect(adoptions.link(auditor, held.collision.id, sight)).rejects.toEqual(
      refusal('actor.forbidden'),
    )
    await expect(adoptions.reject(auditor, held.collision.id, sight)).rejects.toEqual(
      refusal('actor.forbidden'),
    )
    const scim: Actor = { kind: 'scim', credentialId: world.credentialId }
    await expect(adoptions.list(scim, { status: 'open', page })).rejects.toEqual(refusal('actor.forbidden'))
    const other = await adoptions.list(world.administrator, {
      status: 'open',
      kind: 'group',
      search: name,
      page,
    })
    expect(other).toMatchObject({ items: [], total: 0 })
    const found = await adoptions.list(world.administrator, {
      status: 'open',
      search: name.toUpperCase(),
      page,
    })
    expect(found).toMatchObject({ items: [{ held: { collision: { name } } }], total: 1 })
  })

  it('keeps nothing of names that imported users and groups hold', async () => {
    await world.scim.user(name)
    const id = idIn((await pushGroup(name)).body)
    expect((await push(name)).status).toBe(409)
    expect((await pushGroup(name)).status).toBe(409)
    expect((await queue()).filter(({ name: of }) => of === name)).toEqual([])
    expect(await world.services.groups.get(world.administrator, id as GroupId)).toBeDefined()
  })
})
