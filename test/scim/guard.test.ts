/** The guard over what SCIM takes away: what trips it, what it holds, and what an administrator makes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { UserId } from '../../server/domain/ids.js'
import { MAXIMUM_GUARD_ENTRIES, type GuardState } from '../../server/domain/scim-guard.js'
import { engines } from '../support/engines.js'
import { refusal } from '../support/refusal.js'
import { createScimWorld, ERROR, GROUP, patchOp, USER, type ScimWorld } from './scim-world.js'

const page = { offset: 0, limit: 50 }

describe.each(engines)('the guard over SCIM on %s', (engine) => {
  let world: ScimWorld
  let users: string[]
  let count = 0
  beforeAll(async () => {
    world = await createScimWorld(engine)
    await set('scim.guard', 'true')
    // Few enough are imported here that only the minimum counts: two may lose access within an hour.
    await set('scim.guardShare', '1')
    await set('scim.guardMinimum', '2')
  })
  afterAll(() => world.remove())
  beforeEach(async () => {
    count += 1
    if ((await state()).status !== 'watching') {
      await world.services.scimGuard.resume(world.administrator, await sight())
    }
    // What was lost before is out of the window.
    world.clock.advance(3 * 3600)
    users = await Promise.all(
      Array.from({ length: 7 }, (_, index) => world.scim.user(`g${count}.person${index}`)),
    )
  })

  const person = (index: number) => `g${count}.person${index}`
  const group = (name: string, members: readonly string[] = []) =>
    world.scim.group(`g${count} ${name}`, members)
  const set = (name: string, value: string) =>
    world.services.zones.changeSetting(world.administrator, name, value)
  const active = (id: string | undefined, value: boolean) =>
    world.scim.patch(`/Users/${id}`, patchOp({ op: 'replace', path: 'active', value }))
  const deactivate = async (...indexes: readonly number[]): Promise<readonly number[]> => {
    const statuses: number[] = []
    for (const index of indexes) statuses.push((await active(users[index], false)).status)
    return statuses
  }
  const state = async (): Promise<GuardState> =>
    (await world.services.scimGuard.overview(world.administrator)).state
  const sight = async (): Promise<string> =>
    (await world.services.scimGuard.overview(world.administrator)).sight
  const entries = async () =>
    (await world.services.scimGuard.entries(world.administrator, { page })).items.map(
      ({ action, userName, groupName, requests }) => ({ action, userName, groupName, requests }),
    )
  const release = async (hours: number, limit?: number) =>
    world.services.scimGuard.release(world.administrator, await sight(), {
      hours,
      ...(limit !== undefined && { limit }),
    })
  const membersOf = (from: number, to: number) => users.slice(from, to).map((value) => ({ value }))

  it('does nothing while it is off', async () => {
    await set('scim.guard', 'false')
    try {
      expect(await deactivate(0, 1, 2, 3, 4)).toEqual([200, 200, 200, 200, 200])
      expect(await world.services.scimGuard.overview(world.administrator)).toMatchObject({
        enabled: false,
        losses: { users: 0, groups: 0 },
      })
    } finally {
      await set('scim.guard', 'true')
    }
  })

  it('holds what goes beyond the share and lets everything else go on', async () => {
    expect(await deactivate(0, 1)).toEqual([200, 200])
    const held = await active(users[2], false)
    expect(held.status).toBe(429)
    expect(held.headers['retry-after']).toBe('900')
    expect(held.body).toMatchObject({
      schemas: [ERROR],
      status: '429',
      detail: expect.stringContaining(`${world.baseUrl}/admin/scim/guard`) as string,
    })
    // Nothing of it was done, nor of what follows.
    expect((await world.scim.get(`/Users/${users[2]}`)).body).toMatchObject({ active: true })
    expect((await world.scim.delete(`/Users/${users[3]}`)).status).toBe(429)
    expect((await active(users[2], false)).status).toBe(429)
    expect((await world.scim.get(`/Users/${users[3]}`)).status).toBe(200)

    const renamed = await world.scim.patch(
      `/Users/${users[2]}`,
      patchOp({ op: 'replace', path: 'title', value: 'x' }),
    )
    expect(renamed.status).toBe(200)
    expect((await active(users[0], true)).status).toBe(200)
    expect((await world.scim.post('/Users', { schemas: [USER], userName: `g${count}.goes.on` })).status).toBe(
      201,
    )
    const made = await group('goes on', users.slice(4, 6))
    expect(await world.scim.members(made)).toHaveLength(2)
    // To disable a user who is disabled takes nothing away.
    expect((await active(users[1], false)).status).toBe(200)

    expect(await state()).toMatchObject({
      status: 'held',
      since: world.clock.now().toISOString(),
      trip: { kind: 'users', losses: 3, allowed: 2 },
      heldRequests: 3,
      unlisted: false,
    })
    expect(await entries()).toEqual([
      { action: 'deactivateUser', userName: person(2), groupName: undefined, requests: 2 },
      { action: 'deleteUser', userName: person(3), groupName: undefined, requests: 1 },
    ])
    const events = await world.services.audit.search(world.administrator, { action: 'scimGuard.hold', page })
    expect(events).toMatchObject({
      total: 1,
      items: [{ actorKind: 'scim', actorId: world.credentialId, result: 'failure' }],
    })
    // Time alone lifts nothing.
    world.clock.advance(7 * 24 * 3600)
    expect(await deactivate(2)).toEqual([429])
  })

  it('counts each once, within the window', async () => {
    expect(await deactivate(0)).toEqual([200])
    await active(users[0], true)
    expect(await deactivate(0)).toEqual([200])
    expect((await world.scim.delete(`/Users/${users[0]}`)).status).toBe(204)
    world.clock.advance(50 * 60)
    expect(await deactivate(1)).toEqual([200])
    world.clock.advance(20 * 60)
    // The first one is out of the window by now.
    expect(await deactivate(2, 3)).toEqual([200, 429])
  })

  it('lets retries pass for the hours of a release, and counts anew after them', async () => {
    await deactivate(0, 1, 2)
    await release(2)
    expect(await state()).toMatchObject({ status: 'released', decidedBy: 'admin' })
    expect(await deactivate(2, 3, 4, 5)).toEqual([200, 200, 200, 200])
    world.clock.advance(2 * 3600)
    expect(await state()).toMatchObject({ status: 'watching' })
    await active(users[0], true)
    await active(users[1], true)
    expect(await deactivate(0, 1, 6)).toEqual([200, 200, 429])
    // What is listed is about this time only.
    expect(await entries()).toMatchObject([{ userName: person(6) }])
  })

  it('holds again when so many as were released have lost access', async () => {
    await deactivate(0, 1, 2)
    await release(72, 2)
    expect(await deactivate(2, 3, 4)).toEqual([200, 200, 429])
    expect(await state()).toMatchObject({ status: 'held', heldRequests: 1 })
    await world.services.scimGuard.release(world.administrator, await sight(), { hours: 1 })
    expect(await deactivate(4)).toEqual([200])
  })

  it('refuses for good until it is ended, and then counts from nothing', async () => {
    await deactivate(0, 1, 2)
    const { scimGuard } = world.services
    await scimGuard.refuse(world.administrator, await sight())
    const refused = await active(users[2], false)
    expect(refused.status).toBe(403)
    expect(refused.headers).not.toHaveProperty('retry-after')
    expect(refused.body).toMatchObject({
      detail: expect.stringMatching(/An administrator refused/) as string,
    })
    await scimGuard.resume(world.administrator, await sight())
    expect(await deactivate(2, 3, 4)).toEqual([200, 200, 429])
  })

  it('counts the members that a request takes out, however it says so', async () => {
    const id = await group('all of them', users)
    const path = `/Groups/${id}`
    const leave = (from: number, to: number) =>
      membersOf(from, to).map(({ value }) => ({ op: 'remove', path: `members[value eq "${value}"]` }))
    for (const emptying of [
      patchOp({ op: 'replace', path: 'members', value: [] }),
      patchOp({ op: 'remove', path: 'members' }),
      patchOp({ op: 'replace', path: 'members', value: membersOf(0, 4) }),
      patchOp(...leave(0, 3)),
    ]) {
      expect((await world.scim.patch(path, emptying)).status).toBe(429)
      expect(await state()).toMatchObject({ status: 'held', heldRequests: 1 })
      await world.services.scimGuard.resume(world.administrator, await sight())
    }
    expect(await world.scim.members(id)).toHaveLength(7)
    expect(await entries()).toEqual(
      [0, 1, 2].map((index) => ({
        action: 'removeMember',
        userName: person(index),
        groupName: `g${count} all of them`,
        requests: 1,
      })),
    )
    // Who comes back within the request has lost nothing.
    const back = { op: 'add', path: 'members', value: membersOf(2, 4) }
    expect((await world.scim.patch(path, patchOp(...leave(0, 4), back))).status).toBe(204)
    // The same two leave another group: they count already.
    const other = await group('other', users.slice(0, 3))
    expect((await world.scim.patch(`/Groups/${other}`, patchOp(...leave(0, 2)))).status).toBe(204)
    const put = await world.scim.put(`/Groups/${other}`, {
      schemas: [GROUP],
      displayName: `g${count} other`,
      members: [],
    })
    expect(put.status).toBe(429)
    expect(await world.scim.members(other)).toHaveLength(1)
  })

  it('counts groups that are deleted or emptied, and the operations of Bulk', async () => {
    const groups: string[] = []
    for (const name of ['a', 'b', 'c']) groups.push(await group(name))
    const answer = await world.scim.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        ...groups.map((id) => ({ method: 'DELETE', path: `/Groups/${id}` })),
        {
          method: 'POST',
          path: '/Users',
          bulkId: 'x',
          data: { schemas: [USER], userName: `g${count}.bulk` },
        },
        {
          method: 'PATCH',
          path: `/Users/${users[0]}`,
          data: patchOp({ op: 'replace', path: 'active', value: false }),
        },
      ],
    })
    const { Operations } = answer.body as { Operations: readonly { status: string }[] }
    expect(Operations.map(({ status }) => status)).toEqual(['204', '204', '429', '201', '429'])
    expect(await state()).toMatchObject({ trip: { kind: 'groups', losses: 3, allowed: 2 } })
    expect(await entries()).toContainEqual({
      action: 'deleteGroup',
      userName: undefined,
      groupName: `g${count} c`,
      requests: 1,
    })
  })

  it('counts who is in a group that is deleted', async () => {
    await set('scim.deleteGroupsWithMembers', 'true')
    const id = await group('with members', users.slice(0, 3))
    expect((await world.scim.delete(`/Groups/${id}`)).status).toBe(429)
    expect(await world.scim.members(id)).toHaveLength(3)
    expect(await entries()).toMatchObject(
      [0, 1, 2].map((index) => ({ action: 'deleteGroup', userName: person(index) })),
    )
  })

  it('lets just so many through of requests that come at once', async () => {
    const answers = await Promise.all(users.map((id) => active(id, false)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, ...users.slice(2).map(() => 429)])
    expect(await state()).toMatchObject({ status: 'held', heldRequests: 5 })
  })

  it('leaves administrators alone', async () => {
    await world.services.zones.setScimStatus(world.administrator, 'disabled')
    for (const id of users) await world.services.users.remove(world.administrator, id as UserId)
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
    expect(await world.services.scimGuard.overview(world.administrator)).toMatchObject({
      state: { status: 'watching' },
      losses: { users: 0, groups: 0 },
    })
  })

  it('lists a bounded number', async () => {
    await deactivate(0, 1, 2)
    const [row] = await world.db.selectFrom('scim_guard_entries').selectAll().execute()
    if (!row) throw new Error('nothing is listed')
    await world.db
      .insertInto('scim_guard_entries')
      .values(
        Array.from({ length: MAXIMUM_GUARD_ENTRIES - 2 }, (_, index) => ({ ...row, entry_key: `${index}` })),
      )
      .execute()
    expect(await deactivate(3)).toEqual([429])
    expect(await state()).toMatchObject({ unlisted: false })
    expect(await deactivate(4)).toEqual([429])
    expect(await state()).toMatchObject({ unlisted: true, heldRequests: 3 })
    expect(await world.services.scimGuard.entries(world.administrator, { page })).toMatchObject({
      total: MAXIMUM_GUARD_ENTRIES,
    })
  })

  it('is decided on by full administrators, once, for the state they looked at', async () => {
    const { scimGuard } = world.services
    const auditor = { ...world.administrator, rights: 'readOnly' } as Actor
    const watching = await sight()
    await expect(scimGuard.release(world.administrator, watching, { hours: 1 })).rejects.toEqual(
      refusal('scimGuard.changed'),
    )
    await deactivate(0, 1, 2)
    const seen = await sight()
    await expect(scimGuard.release(auditor, seen, { hours: 1 })).rejects.toEqual(refusal('actor.forbidden'))
    await expect(scimGuard.refuse(auditor, seen)).rejects.toEqual(refusal('actor.forbidden'))
    expect((await scimGuard.overview(auditor)).state.status).toBe('held')
    for (const wrong of [
      { hours: 0 },
      { hours: 73 },
      { hours: 1.5 },
      { hours: NaN },
      { hours: 1, limit: 0 },
    ]) {
      await expect(scimGuard.release(world.administrator, seen, wrong)).rejects.toEqual(
        refusal('scimGuard.invalid'),
      )
    }
    const outcomes = await Promise.allSettled([
      scimGuard.refuse(world.administrator, seen),
      scimGuard.release(world.administrator, seen, { hours: 1 }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('has settings within limits', async () => {
    for (const [name, value] of [
      ['scim.guardShare', '0'],
      ['scim.guardShare', '101'],
      ['scim.guardWindowMinutes', '10081'],
      ['scim.guardMinimum', '0'],
      ['scim.guard', 'maybe'],
    ] as const) {
      await expect(set(name, value)).rejects.toEqual(refusal('setting.invalid'))
    }
  })
})
