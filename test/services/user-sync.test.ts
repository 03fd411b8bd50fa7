import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import { IdentityCenterError } from '../../server/domain/errors.js'
import type { ScimCredentialId, TaskId, UserId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import { engines } from '../support/engines.js'
import { hookCam } from '../support/hooked-cam.js'
import { createPermissionWorld, FIRST_PAGE, type PermissionWorld } from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'
import { userSyncHands, type UserSyncHands } from '../support/user-sync-world.js'

const scim: Actor = { kind: 'scim', credentialId: 'scimcred-000000000000' as ScimCredentialId }
const unavailable = () => new IdentityCenterError('cam.unavailable', 'The account does not answer.')

describe.each(engines)('CAM user synchronization on %s', (engine) => {
  let world: PermissionWorld & UserSyncHands
  let administrator: Actor

  beforeAll(async () => {
    const context = await createPermissionWorld(engine)
    world = { ...context, ...userSyncHands(context, context.administrator) }
    ;({ administrator } = world)
    await world.services.zones.setScimStatus(administrator, 'enabled')
  })
  afterAll(() => world.remove())

  const syncs = () => world.services.userSyncs
  const drain = () => world.services.userSyncWorker.drain()
  const taskNow = ({ id }: { readonly id: TaskId }) => syncs().getTask(administrator, id)
  const namesIn = async (account: Account) => (await world.camUsers(account)).map(({ name }) => name)
  const counts = () => world.services.zones.statistics(administrator)
  const names = async (ids: readonly UserId[]) =>
    Promise.all(ids.map(async (id) => (await world.services.users.get(administrator, id)).userName))

  async function synchronize(...wanted: Parameters<UserSyncHands['wanted']>) {
    const [task] = await syncs().create(administrator, [world.wanted(...wanted)])
    await drain()
    return task!
  }

  it('makes a CAM user with the name, no permissions, and the mark of the Identity Center', async () => {
    const account = await world.account()
    const user = await world.user()
    const before = await counts()
    const [task] = await syncs().create(administrator, [world.wanted(user, account)])
    expect(task).toMatchObject({ status: 'inProgress', type: 'startProvisioning' })
    expect(await world.syncOf(user, account)).toMatchObject({ status: 'synchronizing' })
    await drain()
    expect(await taskNow(task!)).toMatchObject({ status: 'success', succeeded: 1, failed: 0 })
    const sync = await world.syncOf(user, account)
    expect(sync).toMatchObject({ status: 'succeeded', accountName: account.name })
    const [name] = await names([user])
    const [camUser] = await world.camUsers(account)
    expect(camUser).toMatchObject({ name, managed_by: 'identityCenter', synchronized_from: user })
    expect(await world.belongingsOf(camUser!.uin)).toEqual({ policies: 0, keys: 0 })
    const { items } = await syncs().members(administrator, sync!.id, FIRST_PAGE)
    expect(items).toMatchObject([
      { userId: user, state: 'synchronized', camUser: { uin: camUser!.uin, name } },
    ])
    const after = await counts()
    expect([after.userSyncs - before.userSyncs, after.camUsers - before.camUsers]).toEqual([1, 1])
  })

  it('follows a group: who joins gets a CAM user, who leaves loses it, with one outbox row per change', async () => {
    const [first, second] = [await world.account(), await world.account()]
    const [ann, ben, cid] = [await world.user(), await world.user(), await world.user()]
    const group = await world.group(ann)
    await syncs().create(administrator, [world.wanted(group, first), world.wanted(group, second)])
    await drain()
    expect(await namesIn(first)).toEqual(await names([ann]))

    await world.services.groups.addMembers(administrator, group, [ben, cid])
    const outbox = await world.db.selectFrom('membership_changes').selectAll().execute()
    expect(outbox).toMatchObject([{ group_id: group, user_ids: JSON.stringify([ben, cid].sort()) }])
    await drain()
    expect(await namesIn(first)).toEqual((await names([ann, ben, cid])).sort())
    expect(await namesIn(second)).toEqual(await namesIn(first))

    await world.services.groups.removeMembers(administrator, group, [ann, cid])
    await drain()
    expect(await namesIn(first)).toEqual(await names([ben]))
    expect(await namesIn(second)).toEqual(await names([ben]))
    expect(await world.db.selectFrom('membership_changes').selectAll().execute()).toEqual([])
    expect(await world.syncOf(group, first)).toMatchObject({ status: 'succeeded' })
  })

  it('writes nothing for groups that are synchronized nowhere', async () => {
    await world.group(await world.user())
    expect(await world.db.selectFrom('membership_changes').selectAll().execute()).toEqual([])
  })

  it('takes a CAM user away only when no sync covers it any more, and counts it once', async () => {
    const account = await world.account()
    const user = await world.user()
    const group = await world.group(user)
    const before = await counts()
    await syncs().create(administrator, [world.wanted(user, account), world.wanted(group, account)])
    await drain()
    const [made] = await world.camUsers(account)
    expect((await counts()).camUsers - before.camUsers).toBe(1)

    await syncs().remove(administrator, (await world.syncOf(user, account))!.id)
    await drain()
    expect(await world.camUsers(account)).toEqual([made])
    await world.services.groups.removeMembers(administrator, group, [user])
    await drain()
    expect(await world.camUsers(account)).toEqual([])
    expect((await counts()).camUsers).toBe(before.camUsers)
  })

  it('goes by the policy of the sync that ended last', async () => {
    const account = await world.account()
    const user = await world.user()
    const group = await world.group(user)
    await syncs().create(administrator, [
      world.wanted(group, account),
      world.wanted(user, account, { deletionPolicy: 'keep' }),
    ])
    await drain()
    const [made] = await world.camUsers(account)
    await syncs().remove(administrator, (await world.syncOf(group, account))!.id)
    world.clock.advance(1)
    await syncs().remove(administrator, (await world.syncOf(user, account))!.id)
    await drain()
    expect(await world.camUsers(account)).toEqual([
      { ...made, managed_by: 'account', synchronized_from: null },
    ])
    expect(await world.syncOf(user, account)).toBeUndefined()
  })

  it.each(['replace', 'keepBoth'] as const)('solves a taken name by %s', async (conflictPolicy) => {
    const account = await world.account()
    const user = await world.user()
    const [name] = await names([user])
    const own = await world.ownCamUser(account, name!.toUpperCase())
    expect(
      (await syncs().nameConflicts(administrator, [{ type: 'user', id: user }], [account.uin])).conflicts,
    ).toMatchObject([{ names: [name!.toUpperCase()], isUnknown: false }])
    await synchronize(user, account, { conflictPolicy })
    const made = (await world.camUsers(account)).find((each) => each.synchronized_from === user)
    if (conflictPolicy === 'replace') {
      expect(made).toMatchObject({ uin: own, name, managed_by: 'identityCenter' })
      expect(await world.belongingsOf(own)).toEqual({ policies: 0, keys: 0 })
    } else {
      expect(made).toMatchObject({ name: `${name}_cic` })
      expect(await world.belongingsOf(own)).toEqual({ policies: 1, keys: 1 })
    }
  })

  it('never replaces a sub-user who administers the organization', async () => {
    const management = await world.services.organization.managementAccount()
    const user = await world.user('admin')
    const task = await synchronize(user, management, { conflictPolicy: 'replace' })
    expect(await taskNow(task)).toMatchObject({
      status: 'failed',
      failed: 1,
      failureReason: expect.stringContaining('administers the organization') as unknown,
    })
    expect(await world.syncOf(user, management)).toMatchObject({ status: 'failed' })
    expect(await world.services.administrators.list(administrator)).toMatchObject([{ name: 'admin' }])

    const id = (await world.syncOf(user, management))!.id
    await syncs().change(administrator, id, { conflictPolicy: 'keepBoth' })
    await syncs().synchronizeAgain(administrator, id)
    await drain()
    expect(await namesIn({ ...management })).toContain('admin_cic')
    expect(await syncs().get(administrator, id)).toMatchObject({ status: 'succeeded' })
  })

  it('lets duplicates fail and the rest succeed', async () => {
    const account = await world.account()
    const [old, fresh] = [await world.user(), await world.user()]
    await synchronize(old, account)
    await expect(syncs().create(administrator, [world.wanted(old, account)])).rejects.toEqual(
      refusal('userSync.exists'),
    )
    const tasks = await syncs().create(administrator, [
      world.wanted(old, account),
      world.wanted(fresh, account),
      world.wanted(fresh, account),
    ])
    expect(tasks.map(({ status }) => status)).toEqual(['failed', 'inProgress', 'failed'])
    await drain()
    expect(await syncs().progress(administrator, tasks[0]!.batchId)).toEqual({
      inProgress: 0,
      success: 1,
      failed: 2,
    })
    expect(await namesIn(account)).toEqual((await names([old, fresh])).sort())
  })

  it('refuses unknown parts, too many pairs and long descriptions, and writes nothing', async () => {
    const account = await world.account()
    const user = await world.user()
    const wanted = world.wanted(user, account)
    const unknown = world.wanted('u-000000000000' as UserId, account)
    await expect(syncs().create(administrator, [wanted, unknown])).rejects.toEqual(refusal('user.notFound'))
    await expect(syncs().create(administrator, [])).rejects.toEqual(refusal('userSync.invalid'))
    await expect(
      syncs().create(
        administrator,
        Array.from({ length: 1001 }, () => wanted),
      ),
    ).rejects.toEqual(refusal('userSync.limit'))
    await expect(
      syncs().create(administrator, [{ ...wanted, description: 'x'.repeat(257) }]),
    ).rejects.toEqual(refusal('userSync.invalid'))
    await expect(syncs().create(scim, [wanted])).rejects.toEqual(refusal('actor.forbidden'))
    expect(await world.syncOf(user, account)).toBeUndefined()
  })

  it('leaves a renamed user its CAM user, and gives the name to nobody else', async () => {
    const account = await world.account()
    const profile = { userName: `old${account.uin}`, emails: [], active: true, attributes: {} }
    const renamed = await world.services.users.create(scim, { profile, type: 'synchronized' })
    await synchronize(renamed.id, account)
    const [made] = await world.camUsers(account)
    await world.services.users.change(scim, renamed.id, (user) => ({
      ...user,
      userName: `new${account.uin}`,
    }))
    const successor = await world.services.users.create(scim, { profile, type: 'synchronized' })
    await syncs().synchronizeAgain(administrator, (await world.syncOf(renamed.id, account))!.id)
    await synchronize(successor.id, account, { conflictPolicy: 'replace' })
    expect(await world.camUsers(account)).toMatchObject([
      made,
      { name: `${profile.userName}_cic`, synchronized_from: successor.id },
    ])
  })

  it('ends the syncs of a leaver by their deletion policy, with those of the groups', async () => {
    const [kept, emptied] = [await world.account(), await world.account()]
    const profile = { userName: `leaver${kept.uin}`, emails: [], active: true, attributes: {} }
    const { id } = await world.services.users.create(scim, { profile, type: 'synchronized' })
    const group = await world.services.groups.create(scim, {
      profile: { displayName: `left${kept.uin}`, attributes: {} },
      type: 'synchronized',
      members: [id],
    })
    await syncs().create(administrator, [
      world.wanted(id, kept, { deletionPolicy: 'keep' }),
      world.wanted(group.id, emptied),
    ])
    await drain()
    await world.services.users.remove(scim, id)
    await drain()
    expect(await world.camUsers(kept)).toMatchObject([{ name: profile.userName, managed_by: 'account' }])
    expect(await world.camUsers(emptied)).toEqual([])
    expect(await world.syncOf(id, kept)).toBeUndefined()
    expect(await world.syncOf(group.id, emptied)).toMatchObject({ status: 'succeeded' })
  })

  it('names syncs among the blockers, and removes them with the user or group when asked to', async () => {
    const account = await world.account()
    const [user, member] = [await world.user(), await world.user()]
    const group = await world.group(member)
    await syncs().create(administrator, [world.wanted(user, account), world.wanted(group, account)])
    await drain()
    const { users, groups } = world.services
    await expect(users.remove(administrator, user)).rejects.toEqual(refusal('user.inUse'))
    expect(await users.blockers(administrator, user)).toMatchObject([
      { kind: 'userSync', name: account.name },
    ])
    expect(await groups.blockers(administrator, group)).toMatchObject([
      { kind: 'user' },
      { kind: 'userSync', name: account.name },
    ])
    await users.removeWithLinks(administrator, user)
    await groups.removeWithLinks(administrator, group)
    expect(await world.syncOf(group, account)).toMatchObject({ status: 'removing' })
    await drain()
    expect(await world.camUsers(account)).toEqual([])
    expect(await world.syncOf(group, account)).toBeUndefined()
  })

  it('keeps what was done through an outage, tries again with growing delays, and gives up at last', async () => {
    const account = await world.account()
    const members = await Promise.all([world.user(), world.user(), world.user()])
    const group = await world.group(...members)
    let answers = 1
    const worker = world.userSyncWorker(
      hookCam(world.cam.client, {
        before() {
          if (answers === 0) throw unavailable()
          answers -= 1
        },
      }),
    )
    const [task] = await syncs().create(administrator, [world.wanted(group, account)])
    await worker.drain()
    expect(await taskNow(task!)).toMatchObject({ status: 'inProgress', succeeded: 1, attempts: 1 })
    expect(await world.camUsers(account)).toHaveLength(1)
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      world.clock.advance(60)
      await worker.drain()
    }
    expect(await taskNow(task!)).toMatchObject({ status: 'failed', succeeded: 1, failed: 2 })
    const sync = await world.syncOf(group, account)
    expect(sync).toMatchObject({ status: 'failed', failureReason: 'The account does not answer.' })
    const { items } = await syncs().members(administrator, sync!.id, FIRST_PAGE)
    expect(items.map(({ state }) => state)).toEqual(['failed', 'failed', 'synchronized'])

    const again = await syncs().synchronizeAgain(administrator, sync!.id)
    await expect(syncs().synchronizeAgain(administrator, sync!.id)).rejects.toEqual(refusal('userSync.busy'))
    await drain()
    expect(await taskNow(again)).toMatchObject({ status: 'success', succeeded: 3 })
    expect(await syncs().get(administrator, sync!.id)).toMatchObject({ status: 'succeeded' })
  })

  it('keeps a sync whose removal failed until it has been removed', async () => {
    const account = await world.account()
    const user = await world.user()
    await synchronize(user, account)
    const { id } = (await world.syncOf(user, account))!
    const refusing = world.userSyncWorker(
      hookCam(world.cam.client, {
        before() {
          throw new IdentityCenterError('cam.managed', 'The account refuses.')
        },
      }),
    )
    await syncs().remove(administrator, id)
    await expect(syncs().remove(administrator, id)).rejects.toEqual(refusal('userSync.busy'))
    await expect(syncs().change(administrator, id, { description: 'x' })).rejects.toEqual(
      refusal('userSync.busy'),
    )
    await refusing.drain()
    expect(await syncs().get(administrator, id)).toMatchObject({
      status: 'removalFailed',
      failureReason: 'The account refuses.',
    })
    await expect(syncs().create(administrator, [world.wanted(user, account)])).rejects.toEqual(
      refusal('userSync.busy'),
    )
    await syncs().remove(administrator, id)
    await drain()
    await expect(syncs().get(administrator, id)).rejects.toEqual(refusal('userSync.notFound'))
    expect(await world.camUsers(account)).toEqual([])
  })

  it('records who tries a removal again that failed', async () => {
    const account = await world.account()
    const user = await world.user()
    await synchronize(user, account)
    const { id } = (await world.syncOf(user, account))!
    await syncs().remove(administrator, id)
    const refusing = hookCam(world.cam.client, {
      before() {
        throw new IdentityCenterError('cam.managed', 'The account refuses.')
      },
    })
    await world.userSyncWorker(refusing).drain()
    await syncs().synchronizeAgain(administrator, id)
    const { items } = await world.services.audit.search(administrator, {
      action: 'userSync.again',
      subjectId: id,
      page: FIRST_PAGE,
    })
    expect(items).toHaveLength(1)
    await drain()
    expect(await world.camUsers(account)).toEqual([])
  })

  it('does not record the late result of a worker that lost its lease', async () => {
    const account = await world.account()
    const user = await world.user()
    const slow = world.userSyncWorker(
      hookCam(world.cam.client, {
        async before() {
          world.clock.advance(120)
          await drain()
        },
      }),
    )
    const [task] = await syncs().create(administrator, [world.wanted(user, account)])
    await slow.drain()
    expect(await taskNow(task!)).toMatchObject({ status: 'success', succeeded: 1 })
    expect(await world.camUsers(account)).toHaveLength(1)
    const events = await world.services.audit.search(administrator, {
      action: 'userSync.startProvisioning',
      subjectId: (await world.syncOf(user, account))!.id,
      page: FIRST_PAGE,
    })
    expect(events.items).toHaveLength(1)
  })

  it('shares the work between workers and makes nobody twice, while the group changes', async () => {
    const accounts = [await world.account(), await world.account(), await world.account()]
    const members = await Promise.all(Array.from({ length: 6 }, () => world.user()))
    const group = await world.group(...members.slice(0, 3))
    const workers = [world.userSyncWorker(world.cam.client), world.userSyncWorker(world.cam.client)]
    await syncs().create(
      administrator,
      accounts.map((account) => world.wanted(group, account)),
    )
    await Promise.all([
      ...workers.map((worker) => worker.drain()),
      world.services.groups.change(administrator, group, {
        members: { add: members.slice(3), remove: members.slice(0, 1) },
      }),
    ])
    await Promise.all(workers.map((worker) => worker.drain()))
    const expected = (await names(members.slice(1))).sort()
    for (const account of accounts) expect(await namesIn(account)).toEqual(expected)
  })

  it('writes down a group of many users in parts', async () => {
    const account = await world.account()
    const ids = Array.from({ length: 520 }, (_, index) => `u-many${String(index).padStart(8, '0')}` as UserId)
    const group = await world.group()
    const now = world.clock.now().toISOString()
    for (let start = 0; start < ids.length; start += 50) {
      const part = ids.slice(start, start + 50)
      await world.db
        .insertInto('users')
        .values(
          part.map((id) => ({
            id,
            user_name: id,
            user_name_key: id,
            type: 'manual' as const,
            created_by: 'administrator' as const,
            active: 1 as const,
            blocked: 0 as const,
            emails: '[]',
            attributes: '{}',
            group_count: 1,
            version: 1,
            created_at: now,
            updated_at: now,
          })),
        )
        .execute()
      await world.db
        .insertInto('memberships')
        .values(part.map((id) => ({ group_id: group, user_id: id, joined_at: now })))
        .execute()
    }
    const task = await synchronize(group, account)
    expect(await taskNow(task)).toMatchObject({ status: 'success', succeeded: 520 })
    expect(await world.camUsers(account)).toHaveLength(520)
  })
})
