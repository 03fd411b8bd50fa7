import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { both, compare, either, some } from '../../server/domain/criteria.js'
import type { Actor } from '../../server/domain/actor.js'
import type { ScimCredentialId, SubUserUin, UserId } from '../../server/domain/ids.js'
import type { DirectoryType, User, UserProfile } from '../../server/domain/user.js'
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

const profile = (userName: string, more: Partial<UserProfile> = {}): UserProfile => ({
  userName,
  emails: [],
  active: true,
  attributes: {},
  ...more,
})

describe.each(engines)('users on %s', (engine) => {
  let world: TestContext
  let users: TestContext['services']['users']
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createTestContext(engine)
    users = world.services.users
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `user${count}`
  })

  const make = (type: DirectoryType, more: Partial<UserProfile> = {}): Promise<User> =>
    users.create(type === 'manual' ? world.administrator : scim, { type, profile: profile(name, more) })
  const withScim = async (status: 'enabled' | 'disabled', work: () => Promise<void>) => {
    await world.services.zones.setScimStatus(world.administrator, status)
    try {
      await work()
    } finally {
      await world.services.zones.setScimStatus(world.administrator, 'enabled')
    }
  }
  const audited = async (id: UserId) =>
    (await world.services.audit.search(world.administrator, { subjectId: id, page })).items.map(
      ({ action }) => action,
    )

  it('counts users by type as they come and go', async () => {
    const before = await world.services.zones.statistics(world.administrator)
    const manual = await make('manual')
    name += 'b'
    const imported = await make('synchronized')
    expect((await world.services.zones.statistics(world.administrator)).users).toBe(before.users + 2)
    expect((await users.list(scim, { page })).items.map(({ id }) => id)).toContain(imported.id)
    await users.remove(world.administrator, manual.id)
    await users.remove(scim, imported.id)
    expect((await world.services.zones.statistics(world.administrator)).users).toBe(before.users)
  })

  it('refuses those who may not', async () => {
    const user = await make('manual')
    const refusal = { code: 'actor.forbidden' }
    const nobody: Actor = { kind: 'user', userId: user.id, name, sessionId: 's' as never }
    for (const actor of [auditor, nobody, { kind: 'anonymous' } as const]) {
      await expect(
        users.create(actor, { type: 'manual', profile: profile(`${name}x`) }),
      ).rejects.toMatchObject(refusal)
      await expect(users.change(actor, user.id, (present) => present)).rejects.toMatchObject(refusal)
      await expect(users.remove(actor, user.id)).rejects.toMatchObject(refusal)
      await expect(users.removeWithLinks(actor, user.id)).rejects.toMatchObject(refusal)
      await expect(users.setActive(actor, user.id, false)).rejects.toMatchObject(refusal)
      await expect(users.setBlocked(actor, user.id, true)).rejects.toMatchObject(refusal)
      await expect(users.createWithPasswords(actor, [profile(`${name}x`)])).rejects.toMatchObject(refusal)
    }
    await expect(users.list(nobody, { page })).rejects.toMatchObject(refusal)
    expect(await users.get(auditor, user.id)).toEqual(user)
    await expect(users.create(scim, { type: 'manual', profile: profile(`${name}x`) })).rejects.toMatchObject(
      refusal,
    )
    await expect(users.get(scim, user.id)).rejects.toMatchObject({ code: 'user.notFound' })
    await expect(users.change(scim, user.id, (present) => present)).rejects.toMatchObject({
      code: 'user.notFound',
    })
  })

  it('leaves imported users to the identity provider while SCIM is enabled, except for blocking', async () => {
    const user = await make('synchronized')
    const owned = { code: 'user.synchronized' }
    await expect(
      users.change(world.administrator, user.id, (present) => ({ ...present, displayName: 'x' })),
    ).rejects.toMatchObject(owned)
    await expect(users.setActive(world.administrator, user.id, false)).rejects.toMatchObject(owned)
    await expect(users.remove(world.administrator, user.id)).rejects.toMatchObject(owned)
    await expect(users.removeWithLinks(world.administrator, user.id)).rejects.toMatchObject(owned)
    expect(await users.setBlocked(world.administrator, user.id, true)).toMatchObject({
      blocked: true,
      active: true,
    })
    // SCIM never clears a block.
    const pushed = await users.change(scim, user.id, (present) => ({
      ...present,
      active: true,
      displayName: 'Pushed',
    }))
    expect(pushed).toMatchObject({ blocked: true, displayName: 'Pushed' })
    await withScim('disabled', async () => {
      await expect(users.change(scim, user.id, (present) => present)).rejects.toMatchObject({
        code: 'scim.disabled',
      })
      await expect(users.remove(scim, user.id)).rejects.toMatchObject({ code: 'scim.disabled' })
      const changed = await users.change(world.administrator, user.id, (present) => ({
        ...present,
        displayName: 'Mine',
      }))
      expect(changed).toMatchObject({ displayName: 'Mine' })
      expect(await users.setActive(world.administrator, user.id, false)).toMatchObject({ active: false })
      await users.remove(world.administrator, user.id)
    })
    expect(await audited(user.id)).toEqual([
      'user.delete',
      'user.disable',
      'user.update',
      'user.update',
      'user.block',
      'user.create',
    ])
  })

  it('never changes the name for an administrator, but does for SCIM', async () => {
    const manual = await make('manual')
    await expect(
      users.change(world.administrator, manual.id, (present) => ({ ...present, userName: `${name}.new` })),
    ).rejects.toMatchObject({ code: 'user.attributeInvalid', facts: { field: 'userName' } })
    name += 'b'
    const imported = await make('synchronized')
    expect(
      await users.change(scim, imported.id, (present) => ({ ...present, userName: `${name}.new` })),
    ).toMatchObject({ id: imported.id, userName: `${name}.new`, version: 2 })
    expect(await users.findByName(name)).toBeUndefined()
  })

  it('keeps names unique ignoring case and e-mail addresses unique among manual users', async () => {
    const emails = [{ value: `${name}@example.com` }]
    const first = await make('manual', { emails })
    await expect(
      users.create(world.administrator, { type: 'manual', profile: profile(name.toUpperCase()) }),
    ).rejects.toMatchObject({ code: 'user.nameTaken', facts: { heldBy: 'manual', userId: first.id } })
    name += 'b'
    await expect(
      make('manual', { emails: [{ value: emails[0]?.value.toUpperCase() ?? '' }] }),
    ).rejects.toMatchObject({
      code: 'user.emailTaken',
    })
    expect(await users.findByName(name)).toBeUndefined()
    const imported = await make('synchronized', { emails })
    name += 'c'
    await make('synchronized', { emails })
    expect(imported.emails).toEqual(emails)
    // Its own address is no obstacle.
    await users.change(world.administrator, first.id, (present) => ({
      ...present,
      displayName: 'Still mine',
    }))
  })

  it.each<[string, DirectoryType, Partial<UserProfile>]>([
    ['userName', 'manual', { userName: 'x'.repeat(65) }],
    ['userName', 'synchronized', { userName: 'x'.repeat(129) }],
    ['userName', 'manual', { userName: 'has space' }],
    ['displayName', 'manual', { displayName: 'x'.repeat(257) }],
    ['givenName', 'manual', { givenName: 'x'.repeat(65) }],
    ['familyName', 'manual', { familyName: 'x'.repeat(65) }],
    ['description', 'manual', { description: 'x'.repeat(1025) }],
    ['emails.value', 'manual', { emails: [{ value: `${'x'.repeat(120)}@example.com` }] }],
    ['emails.value', 'manual', { emails: [{ value: 'nobody' }] }],
    ['externalId', 'synchronized', { externalId: 'x'.repeat(513) }],
  ])('names %s when it cannot be that of a %s user', async (field, type, wrong) => {
    await expect(make(type, wrong)).rejects.toMatchObject({ facts: { field } })
  })

  it('ends sessions when the user is disabled, blocked or deleted', async () => {
    for (const end of [
      (id: UserId) => users.setActive(world.administrator, id, false),
      (id: UserId) => users.setBlocked(world.administrator, id, true),
      (id: UserId) => users.remove(world.administrator, id),
    ]) {
      name += 'x'
      const user = await make('manual')
      await world.db
        .insertInto('sessions')
        .values({
          id: `s-${name}` as never,
          token_hash: name,
          kind: 'portal',
          subject_kind: 'user',
          subject_id: user.id,
          method: 'password',
          owed_steps: '[]',
          role_session_id: null,
          address: null,
          user_agent: null,
          created_at: user.createdAt,
          last_seen_at: user.createdAt,
          expires_at: user.createdAt,
        })
        .execute()
      await end(user.id)
      const left = await world.db
        .selectFrom('sessions')
        .select('id')
        .where('subject_id', '=', user.id)
        .execute()
      expect(left).toEqual([])
    }
  })

  it('makes users with initial passwords that work once, all or none', async () => {
    const made = await users.createWithPasswords(world.administrator, [
      profile(name, { displayName: 'One' }),
      profile(`${name}.two`),
    ])
    expect(made.map(({ user }) => user)).toMatchObject([
      { userName: name, type: 'manual', displayName: 'One' },
      { userName: `${name}.two` },
    ])
    expect(new Set(made.map(({ initialPassword }) => initialPassword)).size).toBe(2)
    const row = await world.db
      .selectFrom('passwords')
      .selectAll()
      .where('subject_id', '=', made[0]?.user.id ?? '')
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ must_change: 1 })
    expect(row.hash).toMatch(/^\$argon2id\$/)
    expect(Date.parse(row.expires_at ?? '') - world.clock.now().getTime()).toBe(7 * 24 * 3600 * 1000)

    await expect(
      users.createWithPasswords(world.administrator, [profile(`${name}.three`), profile(name)]),
    ).rejects.toMatchObject({ code: 'user.nameTaken' })
    expect(await users.findByName(`${name}.three`)).toBeUndefined()
    await expect(users.createWithPasswords(world.administrator, [])).rejects.toMatchObject({
      code: 'request.invalid',
    })
    const eleven = Array.from({ length: 11 }, (_, index) => profile(`${name}.${index}`))
    await expect(users.createWithPasswords(world.administrator, eleven)).rejects.toMatchObject({
      code: 'request.invalid',
    })
  })

  it('refuses to delete a user who is in use, names what holds on, and removes all of it in the second act', async () => {
    const user = await make('manual')
    const group = await world.services.groups.create(world.administrator, {
      type: 'manual',
      profile: { displayName: `team of ${name}`, attributes: {} },
      members: [user.id],
    })
    const blockers = [{ kind: 'group', id: group.id, name: group.displayName }]
    await expect(users.remove(world.administrator, user.id)).rejects.toMatchObject({
      code: 'user.inUse',
      facts: { blockers },
    })
    expect(await users.blockers(world.administrator, user.id)).toEqual(blockers)
    expect(await users.listGroups(world.administrator, user.id, page)).toMatchObject({
      total: 1,
      items: [{ groupId: group.id }],
    })
    await users.removeWithLinks(world.administrator, user.id)
    await expect(users.get(world.administrator, user.id)).rejects.toMatchObject({ code: 'user.notFound' })
    expect(await world.services.groups.get(world.administrator, group.id)).toMatchObject({ memberCount: 0 })
  })

  it('lists by search, type and status, sorted and in pages', async () => {
    const mark = `needle${count}`
    for (const [suffix, type] of [
      ['a', 'manual'],
      ['b', 'synchronized'],
      ['c', 'manual'],
    ] as const) {
      world.clock.advance(1)
      await users.create(type === 'manual' ? world.administrator : scim, {
        type,
        profile: profile(`${mark}.${suffix}`, {
          description: suffix === 'c' ? `about ${mark}` : 'x',
          active: suffix !== 'a',
          emails: [{ value: `${suffix}@${mark}.example` }],
        }),
      })
    }
    const search = either(
      compare('userName', 'co', mark),
      compare('description', 'co', mark),
      some('emails', compare('value', 'co', mark)),
    )
    const names = async (criteria: typeof search, more: object = {}) => {
      const found = await users.list(world.administrator, { criteria, page, ...more })
      expect(found.total).toBe(found.items.length)
      return found.items.map(({ userName }) => userName.slice(mark.length + 1))
    }
    expect(await names(search)).toEqual(['a', 'b', 'c'])
    expect(await names(search, { sort: { field: 'createdAt', direction: 'descending' } })).toEqual([
      'c',
      'b',
      'a',
    ])
    expect(await names(both(search, compare('type', 'eq', 'manual')))).toEqual(['a', 'c'])
    expect(await names(both(search, compare('active', 'eq', false)))).toEqual(['a'])
    const second = await users.list(world.administrator, { criteria: search, page: { offset: 1, limit: 1 } })
    expect(second).toMatchObject({ total: 3, items: [{ userName: `${mark}.b` }] })
  })

  it('loses no update of concurrent writers', async () => {
    const user = await make('synchronized')
    const writers = Array.from({ length: 20 }, (_, index) =>
      users.change(scim, user.id, (present) => ({
        ...present,
        attributes: { ...present.attributes, [`key${index}`]: 'x' },
      })),
    )
    await Promise.all(writers)
    const after = await users.get(scim, user.id)
    expect(Object.keys(after.attributes)).toHaveLength(20)
    expect(after.version).toBe(21)
    await expect(
      users.change(scim, user.id, (present) => ({ ...present, displayName: 'x' }), { ifVersionIn: [20] }),
    ).rejects.toMatchObject({ code: 'user.versionMismatch' })
  })

  it('lets one of several creators of a name through', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => make('synchronized')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'user.nameTaken' })
    }
  })
})
