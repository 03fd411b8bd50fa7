import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import { compare } from '../../server/domain/criteria.js'
import type { GroupId, ScimCredentialId, SubUserUin, UserId } from '../../server/domain/ids.js'
import type { DirectoryType } from '../../server/domain/user.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

const scim: Actor = { kind: 'scim', credentialId: 'scimcred-000000000000' as ScimCredentialId }
const auditor: Actor = {
  kind: 'administrator',
  uin: '100000000002' as SubUserUin,
  name: 'auditor',
  rights: 'readOnly',
}
const page = { offset: 0, limit: 100 }

describe.each(engines)('groups on %s', (engine) => {
  let world: TestContext
  let groups: TestContext['services']['groups']
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createTestContext(engine)
    groups = world.services.groups
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `group ${count}`
  })

  const actorOf = (by: 'administrator' | 'scim') => (by === 'scim' ? scim : world.administrator)
  const make = (type: DirectoryType, by: 'administrator' | 'scim', members: readonly UserId[] = []) =>
    groups.create(actorOf(by), { type, profile: { displayName: name, attributes: {} }, members })
  const user = async (suffix: string, type: DirectoryType): Promise<UserId> => {
    const profile = { userName: `g${count}.${suffix}`, emails: [], active: true, attributes: {} }
    return (
      await world.services.users.create(type === 'manual' ? world.administrator : scim, { type, profile })
    ).id
  }
  const memberIds = async (id: GroupId) =>
    (await groups.listMembers(world.administrator, id, page)).items.map(({ userName }) => userName)

  it('joins users and groups of one type only', async () => {
    const [manual, imported] = [await user('m', 'manual'), await user('s', 'synchronized')]
    const group = await make('manual', 'administrator', [manual])
    expect(group).toMatchObject({ type: 'manual', createdBy: 'administrator', memberCount: 1 })
    await expect(groups.addMembers(world.administrator, group.id, [imported])).rejects.toMatchObject({
      code: 'group.typeMismatch',
    })
    name += ' b'
    const synchronized = await make('synchronized', 'administrator', [imported])
    await expect(groups.addMembers(world.administrator, synchronized.id, [manual])).rejects.toMatchObject({
      code: 'group.typeMismatch',
    })
    await expect(
      groups.addMembers(world.administrator, group.id, ['u-000000000000' as UserId]),
    ).rejects.toMatchObject({ code: 'user.notFound' })
    expect(await memberIds(group.id)).toEqual([`g${count}.m`])
  })

  it('tells when nothing was to be added or taken out', async () => {
    const [a, b] = [await user('a', 'manual'), await user('b', 'manual')]
    const group = await make('manual', 'administrator', [a])
    const { administrator } = world
    await expect(groups.addMembers(administrator, group.id, [a])).rejects.toMatchObject({
      code: 'group.memberExists',
    })
    await expect(groups.removeMembers(administrator, group.id, [b])).rejects.toMatchObject({
      code: 'group.memberMissing',
    })
    expect(await groups.addMembers(administrator, group.id, [a, b])).toMatchObject({ memberCount: 2 })
    expect(await groups.removeMembers(administrator, group.id, [a, b])).toMatchObject({ memberCount: 0 })
  })

  it('leaves groups that SCIM made to the identity provider while SCIM is enabled', async () => {
    const member = await user('s', 'synchronized')
    const owned = await make('synchronized', 'scim', [member])
    const { administrator } = world
    const refusal = { code: 'group.synchronized' }
    await expect(groups.removeMembers(administrator, owned.id, [member])).rejects.toMatchObject(refusal)
    await expect(groups.remove(administrator, owned.id)).rejects.toMatchObject(refusal)
    await expect(groups.removeWithLinks(administrator, owned.id)).rejects.toMatchObject(refusal)
    await expect(
      groups.change(administrator, owned.id, { profile: (present) => ({ ...present, description: 'x' }) }),
    ).rejects.toMatchObject(refusal)

    name += ' shared'
    const shared = await make('synchronized', 'administrator')
    expect(await groups.addMembers(administrator, shared.id, [member])).toMatchObject({ memberCount: 1 })
    expect(await groups.change(scim, shared.id, { members: { add: [], remove: [member] } })).toMatchObject({
      memberCount: 0,
    })
    await groups.remove(administrator, shared.id)

    await world.services.zones.setScimStatus(administrator, 'disabled')
    try {
      await expect(groups.remove(scim, owned.id)).rejects.toMatchObject({ code: 'scim.disabled' })
      expect(await groups.removeMembers(administrator, owned.id, [member])).toMatchObject({ memberCount: 0 })
      await groups.remove(administrator, owned.id)
    } finally {
      await world.services.zones.setScimStatus(administrator, 'enabled')
    }
  })

  it('refuses those who may not', async () => {
    const group = await make('manual', 'administrator')
    const refusal = { code: 'actor.forbidden' }
    await expect(
      groups.create(auditor, { type: 'manual', profile: { displayName: 'x', attributes: {} } }),
    ).rejects.toMatchObject(refusal)
    await expect(groups.addMembers(auditor, group.id, [])).rejects.toMatchObject(refusal)
    await expect(groups.remove(auditor, group.id)).rejects.toMatchObject(refusal)
    await expect(groups.list({ kind: 'anonymous' }, { page })).rejects.toMatchObject(refusal)
    expect(await groups.get(auditor, group.id)).toEqual(group)
    await expect(groups.get(scim, group.id)).rejects.toMatchObject({ code: 'group.notFound' })
  })

  it('refuses to delete a group in use, names what holds on, and removes all of it in the second act', async () => {
    const member = await user('m', 'manual')
    const group = await make('manual', 'administrator', [member])
    const blockers = [{ kind: 'user', id: member, name: `g${count}.m` }]
    await expect(groups.remove(world.administrator, group.id)).rejects.toMatchObject({
      code: 'group.inUse',
      facts: { blockers },
    })
    expect(await groups.blockers(world.administrator, group.id)).toEqual(blockers)
    await groups.removeWithLinks(world.administrator, group.id)
    await expect(groups.get(world.administrator, group.id)).rejects.toMatchObject({ code: 'group.notFound' })
    expect(await world.services.users.get(world.administrator, member)).toMatchObject({ groupCount: 0 })
    await world.services.users.remove(world.administrator, member)
  })

  it('keeps names unique and counts what it has', async () => {
    const before = await world.services.zones.statistics(world.administrator)
    const group = await make('manual', 'administrator')
    await expect(
      groups.create(world.administrator, {
        type: 'manual',
        profile: { displayName: name.toUpperCase(), attributes: {} },
      }),
    ).rejects.toMatchObject({ code: 'group.nameTaken', facts: { heldBy: 'manual', groupId: group.id } })
    expect((await world.services.zones.statistics(world.administrator)).groups).toBe(before.groups + 1)
    await groups.remove(world.administrator, group.id)
    expect((await world.services.zones.statistics(world.administrator)).groups).toBe(before.groups)
  })

  it('lists, searches and pages', async () => {
    const mark = `mark ${count}`
    for (const suffix of ['a', 'b', 'c']) {
      world.clock.advance(1)
      name = `${mark} ${suffix}`
      await make('manual', 'administrator')
    }
    const criteria = compare('displayName', 'co', mark.toUpperCase())
    const found = await groups.list(world.administrator, {
      criteria,
      sort: { field: 'displayName', direction: 'descending' },
      page: { offset: 1, limit: 1 },
    })
    expect(found).toMatchObject({ total: 3, items: [{ displayName: `${mark} b` }] })
  })

  it('keeps counts right while many add and remove at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => user(`p${index}`, 'synchronized')))
    const group = await make('synchronized', 'scim', ids.slice(0, 6))
    await Promise.all(
      ids.map((id, index) =>
        groups.change(scim, group.id, {
          members: index < 6 ? { add: [], remove: [id] } : { add: [id], remove: [] },
        }),
      ),
    )
    expect(await groups.get(scim, group.id)).toMatchObject({ memberCount: 6, version: 13 })
    expect((await groups.listMembers(scim, group.id, page)).items).toHaveLength(6)
    for (const [index, id] of ids.entries()) {
      expect((await world.services.users.get(scim, id)).groupCount).toBe(index < 6 ? 0 : 1)
    }
  })
})
