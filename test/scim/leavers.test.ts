/** Who leaves loses everything with the request that says so, and what is the identity provider's is nobody else's. */
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { roleArn, roleNameOf, samlProviderArn, samlProviderNameOf } from '../../server/domain/deployment.js'
import type { SessionId, UserId } from '../../server/domain/ids.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { permissionHands, type PermissionHands } from '../support/permission-world.js'
import { callApi, type ApiKeyPair } from '../support/tc3.js'
import { createScimWorld, ENTERPRISE, GROUP, patchOp, SCIM, USER, type ScimWorld } from './scim-world.js'

describe.each(engines)('over SCIM on %s', (engine) => {
  let world: ScimWorld
  let hands: PermissionHands
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createScimWorld(engine)
    hands = permissionHands(world, world.administrator)
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `l${count}`
  })

  const api = async (action: string, body: object, key: ApiKeyPair = API_KEY, version = '2021-03-31') => {
    const { answer } = await callApi(world.app, { action, version, at: world.clock.now(), key, body })
    return answer
  }
  const zoneId = async () => (await world.services.zones.current()).id
  const patchUser = (id: string, ...operations: readonly object[]) =>
    world.scim.patch(`/Users/${id}`, patchOp(...operations))

  describe('a leaver', () => {
    let place: Awaited<ReturnType<typeof given>>
    async function given() {
      const [account, configuration] = [await hands.account(), await hands.configuration()]
      return { account, configuration }
    }
    beforeAll(async () => {
      place = await given()
    })

    /** A user with everything that can be open: a portal session, credentials, a response on its way to the account. */
    async function everythingOpen() {
      const id = (await world.scim.user(name)) as UserId
      const { account, configuration } = place
      const { services } = world
      await services.assignments.assign(world.administrator, [hands.triple(id, account, configuration)])
      await services.deploymentWorker.drain()
      const { token } = await inTransaction(world.db, (tx) =>
        services.sessions.open(tx, {
          kind: 'portal',
          subject: { kind: 'user', id },
          method: 'password',
          origin: {},
        }),
      )
      const actor = { kind: 'user', userId: id, name, sessionId: 's-abcdefghijklmnop' as SessionId } as const
      const where = { accountUin: account.uin, configurationId: configuration.id }
      const {
        tmpSecretId,
        tmpSecretKey,
        token: sessionToken,
      } = await services.accountAccess.credentials(actor, where)
      const { samlResponse } = await services.accountAccess.open(actor, where)
      const key = { secretId: tmpSecretId, secretKey: tmpSecretKey, token: sessionToken }
      return {
        id,
        /** What of it still works. */
        async works() {
          const session = await services.sessions.authenticate(token, 'portal')
          const identity = await api('GetCallerIdentity', {}, key, '2018-08-13')
          return { session: session !== undefined, credentials: identity.Error === undefined }
        },
        async responseIsTaken() {
          const answer = await callApi(world.app, {
            action: 'AssumeRoleWithSAML',
            version: '2018-08-13',
            at: world.clock.now(),
            body: {
              RoleSessionName: 'late',
              SAMLAssertion: samlResponse,
              RoleArn: roleArn(account.uin, roleNameOf(configuration.name)),
              PrincipalArn: samlProviderArn(account.uin, samlProviderNameOf(await zoneId())),
            },
          })
          return answer.answer.Error === undefined
        },
      }
    }

    it.each<[string, (id: string) => PromiseLike<{ status: number }>]>([
      ['PATCH of active', (id) => patchUser(id, { op: 'replace', path: 'active', value: false })],
      ['PATCH without a path', (id) => patchUser(id, { op: 'Replace', value: { active: 'False' } })],
      ['PUT', (id) => world.scim.put(`/Users/${id}`, { schemas: [USER], userName: name, active: false })],
      [
        'Bulk',
        (id) =>
          world.scim.post('/Bulk', {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
            Operations: [
              {
                method: 'PATCH',
                path: `/Users/${id}`,
                data: patchOp({ op: 'replace', path: 'active', value: false }),
              },
            ],
          }),
      ],
      ['DELETE', (id) => world.scim.delete(`/Users/${id}`)],
    ])('has nothing open once %s is answered', async (_how, leave) => {
      const leaver = await everythingOpen()
      expect(await leaver.works()).toEqual({ session: true, credentials: true })
      expect((await leave(leaver.id)).status).toBeLessThan(300)
      expect(await leaver.works()).toEqual({ session: false, credentials: false })
      expect(await leaver.responseIsTaken()).toBe(false)
    })

    it('who is let in again begins anew; what was open stays ended', async () => {
      const leaver = await everythingOpen()
      await patchUser(leaver.id, { op: 'replace', path: 'active', value: false })
      await patchUser(leaver.id, { op: 'replace', path: 'active', value: true })
      expect(await leaver.works()).toEqual({ session: false, credentials: false })
    })

    it('keeps a block whatever SCIM says', async () => {
      const leaver = await everythingOpen()
      await world.services.users.setBlocked(world.administrator, leaver.id, true)
      expect(await leaver.works()).toEqual({ session: false, credentials: false })
      for (const write of [
        () => patchUser(leaver.id, { op: 'replace', path: 'active', value: false }),
        () => patchUser(leaver.id, { op: 'replace', path: 'active', value: true }),
        () => patchUser(leaver.id, { op: 'add', path: 'blocked', value: false }),
        () => world.scim.put(`/Users/${leaver.id}`, { schemas: [USER], userName: name, blocked: false }),
      ]) {
        await write()
        expect(await world.services.users.findByName(name)).toMatchObject({ blocked: true })
      }
      expect(await leaver.responseIsTaken()).toBe(false)
      expect((await world.scim.get(`/Users/${leaver.id}`)).body).not.toHaveProperty('blocked')
    })

    it('leaves nothing behind: memberships, assignments, names', async () => {
      const leaver = await everythingOpen()
      const group = await world.scim.group(name, [leaver.id])
      expect((await world.scim.delete(`/Users/${leaver.id}`)).status).toBe(204)
      expect(await world.scim.members(group)).toEqual([])
      const { total } = await world.services.assignments.list(world.administrator, {
        principalType: 'user',
        principalId: leaver.id,
        page: { offset: 0, limit: 1 },
      })
      expect(total).toBe(0)
      // Somebody else with the name begins with nothing.
      const next = await world.scim.user(name)
      expect(next).not.toBe(leaver.id)
      expect((await world.scim.get(`/Users/${next}`)).body).not.toHaveProperty('groups')
    })
  })

  describe('what was created manually', () => {
    const manualUser = () =>
      world.services.users.create(world.administrator, {
        type: 'manual',
        profile: {
          userName: `${name}.manual`,
          externalId: `ext-${name}`,
          emails: [{ value: `${name}@manual.example` }],
          active: true,
          attributes: {},
        },
      })
    const manualGroup = () =>
      world.services.groups.create(world.administrator, {
        type: 'manual',
        profile: { displayName: `${name} manual`, externalId: `ext-${name}`, attributes: {} },
      })

    it('does not exist for SCIM, however it asks', async () => {
      const [user, group] = [await manualUser(), await manualGroup()]
      const { scim } = world
      for (const path of [`/Users/${user.id}`, `/Groups/${group.id}`]) {
        const schema = path.startsWith('/Users') ? USER : GROUP
        for (const answer of [
          await scim.get(path),
          await scim.put(path, { schemas: [schema], userName: 'x', displayName: 'x' }),
          await scim.patch(path, patchOp({ op: 'replace', path: 'displayName', value: 'x' })),
          await scim.delete(path),
        ]) {
          expect([path, answer.status]).toEqual([path, 404])
        }
      }
      const searches: readonly (readonly [string, string])[] = [
        ['/Users', `id eq "${user.id}"`],
        ['/Users', `externalId eq "ext-${name}"`],
        ['/Users', `emails.value eq "${name}@manual.example"`],
        ['/Users', `userName co "${name}.man"`],
        ['/Groups', `id eq "${group.id}"`],
        ['/Groups', `externalId eq "ext-${name}"`],
        ['/Groups', `displayName sw "${name}"`],
      ]
      for (const [path, filter] of searches) {
        const { body } = await scim.list(path, { filter })
        expect([filter, (body as { totalResults: number }).totalResults]).toEqual([filter, 0])
      }
      const searched = await scim.post('/.search', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter: `externalId eq "ext-${name}"`,
      })
      expect(searched.body).toMatchObject({ totalResults: 0 })
      expect(await world.services.users.get(world.administrator, user.id)).toEqual(user)
      expect(await world.services.groups.get(world.administrator, group.id)).toEqual(group)
    })

    it('is joined to nothing imported, from either side, at any door', async () => {
      const [user, group] = [await manualUser(), await manualGroup()]
      const imported = await world.scim.user(name)
      const shared = await world.services.groups.create(world.administrator, {
        type: 'synchronized',
        profile: { displayName: `${name} shared`, attributes: {} },
      })
      const add = { op: 'add', path: 'members', value: [{ value: user.id }] }
      expect((await world.scim.patch(`/Groups/${shared.id}`, patchOp(add))).status).toBe(400)
      const made = await world.scim.post('/Groups', {
        schemas: [GROUP],
        displayName: `${name} new`,
        members: [{ value: user.id }],
      })
      expect(made.status).toBe(400)
      const ZoneId = await zoneId()
      for (const [GroupId, UserId] of [
        [shared.id, user.id],
        [group.id, imported],
      ]) {
        const { Error: refused } = await api('AddUserToGroup', { ZoneId, GroupId, UserId })
        expect(refused?.Code).toBe('FailedOperation.GroupTypeUserTypeNotMatch')
      }
    })
  })

  describe('what SCIM made', () => {
    it('is locked for administrators at the API, members included; access to it is not', async () => {
      const [user, other] = [await world.scim.user(name), await world.scim.user(`${name}.other`)]
      const group = await world.scim.group(name, [user])
      const ZoneId = await zoneId()
      const locked: readonly (readonly [string, object])[] = [
        ['UpdateGroup', { GroupId: group, NewDescription: 'x' }],
        ['DeleteGroup', { GroupId: group }],
        ['AddUserToGroup', { GroupId: group, UserId: other }],
        ['RemoveUserFromGroup', { GroupId: group, UserId: user }],
        ['UpdateUser', { UserId: user, NewDescription: 'x' }],
        ['UpdateUserStatus', { UserId: user, NewUserStatus: 'Disabled' }],
        ['DeleteUser', { UserId: user }],
      ]
      for (const [action, body] of locked) {
        const { Error: refused } = await api(action, { ZoneId, ...body })
        expect([action, refused?.Code]).toEqual([action, expect.stringContaining('Synchronized') as string])
      }
      expect(await world.scim.members(group)).toEqual([user])

      const [account, configuration] = [await hands.account(), await hands.configuration()]
      const assigned = await world.services.assignments.assign(world.administrator, [
        hands.triple(user as UserId, account, configuration),
      ])
      expect(assigned).toHaveLength(1)

      await world.services.zones.setScimStatus(world.administrator, 'disabled')
      try {
        for (const [action, body] of locked.filter(([each]) => !each.startsWith('Delete'))) {
          const { Error: refused } = await api(action, { ZoneId, ...body })
          expect([action, refused]).toEqual([action, undefined])
        }
      } finally {
        await world.services.zones.setScimStatus(world.administrator, 'enabled')
      }
      // Enabled again, the next push wins.
      const put = await world.scim.put(`/Users/${user}`, {
        schemas: [USER, ENTERPRISE],
        userName: name,
        active: true,
      })
      expect(put.body).toMatchObject({ active: true })
      expect(await world.scim.members(group)).toEqual([other])
    })

    it('is written to by nobody while the switch is off: every verb is refused with the reason', async () => {
      const [user, group] = [await world.scim.user(name), await world.scim.group(name)]
      await world.services.zones.setScimStatus(world.administrator, 'disabled')
      try {
        for (const answer of [
          await world.scim.put(`/Users/${user}`, { schemas: [USER], userName: name }),
          await patchUser(user, { op: 'replace', path: 'active', value: false }),
          await world.scim.put(`/Groups/${group}`, { schemas: [GROUP], displayName: 'x' }),
          await world.scim.patch(`/Groups/${group}`, patchOp({ op: 'remove', path: 'members' })),
          await world.scim.delete(`/Groups/${group}`),
          await request(world.app).get(`${SCIM}/Groups`).set('authorization', `Bearer ${world.secret}`),
        ]) {
          expect(answer.status).toBe(403)
          expect(answer.body).toMatchObject({
            detail: expect.stringMatching(/SCIM synchronization is disabled.*console/) as string,
          })
        }
      } finally {
        await world.services.zones.setScimStatus(world.administrator, 'enabled')
      }
      expect(await world.services.users.findByName(name)).toMatchObject({ active: true })
    })
  })
})
