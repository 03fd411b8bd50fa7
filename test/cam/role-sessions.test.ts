import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endRoleSession, limitRoleSession } from '../../db/role-sessions.js'
import { endUserAccess } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { ROLE_ATTRIBUTE, ROLE_SESSION_NAME_ATTRIBUTE } from '../../saml/core/vocabulary.js'
import { signRoleResponse, signResponse, type ResponseToSign } from '../../saml/core/sign.js'
import { systemActor } from '../../server/domain/actor.js'
import type { CloudCaller } from '../../server/domain/cloud-caller.js'
import type { SubUserUin, UserId } from '../../server/domain/ids.js'
import { ACCESS_CONTROL_ROLE } from '../../server/domain/organization.js'
import { ACCOUNT_AUDIENCE } from '../../server/domain/role-saml.js'
import type { TemporaryCredentials } from '../../server/domain/role-session.js'
import { ACCOUNT_ACS, MANAGEMENT, MEMBER, openTestCloud, type TestCloud } from '../support/cloud.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, makeKeyPair, type FakeIdp } from '../support/fake-idp.js'

const PROVIDER = `qcs::cam::uin/${MEMBER}:saml-provider/P`
const ROLE = `qcs::cam::uin/${MEMBER}:roleName/R`
const ORIGIN = { address: '192.0.2.7', requestId: 'r-1' }
const CVM_READ_ONLY = { id: 243334, name: 'QcloudCVMReadOnlyAccess' }

const trusting = (provider: string) =>
  JSON.stringify({
    version: '2.0',
    statement: [
      { effect: 'allow', action: 'name/sts:AssumeRoleWithSAML', principal: { federated: [provider] } },
    ],
  })

describe.each(engines)('role sessions on %s', (engine) => {
  let cloud: TestCloud
  let idp: FakeIdp
  let userId: UserId

  beforeAll(async () => {
    idp = await createFakeIdp()
  })
  beforeEach(async () => {
    cloud = await openTestCloud(engine)
    userId = await cloud.addUser('jo')
    const { client } = cloud.simulator
    await client.putSamlProvider(MEMBER, { name: 'P', description: '', metadata: idp.metadata() })
    await client.putRole(MEMBER, {
      name: 'R',
      description: '',
      sessionDuration: 3600,
      trustPolicy: trusting(PROVIDER),
    })
    await client.attachPolicies(MEMBER, 'R', { preset: [CVM_READ_ONLY], custom: [] })
    return () => cloud.remove()
  })

  /** A good response for jo, but for the changes. */
  const respond = (changes: Partial<ResponseToSign> = {}): string =>
    signResponse({
      key: idp.key,
      sign: 'response',
      issuer: idp.entityId,
      destination: ACCOUNT_ACS,
      recipient: ACCOUNT_ACS,
      audience: ACCOUNT_AUDIENCE,
      nameId: 'jo',
      issuedAt: cloud.clock.now(),
      lifetimeSeconds: 60,
      attributes: { [ROLE_ATTRIBUTE]: [`${ROLE},${PROVIDER}`], [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'] },
      ...changes,
    }).base64

  type Wish = Partial<Parameters<TestCloud['roleSessions']['assumeRoleWithSaml']>[0]>
  const assume = (samlResponse: string, wish: Wish = {}): Promise<TemporaryCredentials> =>
    cloud.roleSessions.assumeRoleWithSaml({
      samlResponse,
      roleArn: ROLE,
      principalArn: PROVIDER,
      roleSessionName: 'ses-1',
      origin: ORIGIN,
      ...wish,
    })

  const callerOf = async ({ roleSessionId }: TemporaryCredentials): Promise<CloudCaller> => {
    const session = await cloud.roles.findLive(roleSessionId)
    if (!session) throw new Error('the session has ended')
    return { kind: 'roleSession', session }
  }
  const decide = async (caller: CloudCaller, action: string) =>
    (await cloud.authorization.authorize(caller, { action, resources: ['*'], context: {} })).decision

  const refused = {
    code: 'assertion.refused',
    message: 'The SAML assertion does not let you take on this role.',
  }

  describe('with an assertion', () => {
    it('are opened by the Identity Center’s own response', async () => {
      const { base64 } = signRoleResponse({
        key: idp.key,
        issuer: idp.entityId,
        destination: ACCOUNT_ACS,
        recipient: ACCOUNT_ACS,
        audience: ACCOUNT_AUDIENCE,
        userName: 'jo',
        roleArn: ROLE,
        principalArn: PROVIDER,
        roleSessionName: 'jo',
        issuedAt: cloud.clock.now(),
      })
      const credentials = await assume(base64)
      expect(credentials.expiresAt).toBe('2026-03-02T10:00:00.000Z')
      const keyed = await cloud.roles.findByKey(credentials.tmpSecretId)
      expect(keyed?.secretKey).toBe(credentials.tmpSecretKey)
      expect(keyed?.accepts(credentials.token)).toBe(true)
      expect(keyed?.accepts(`${credentials.token}x`)).toBe(false)
      expect(keyed?.session).toMatchObject({
        accountUin: MEMBER,
        roleName: 'R',
        roleSessionName: 'ses-1',
        requesterUin: MEMBER,
        sourceIdentity: 'jo',
        userId,
      })
    })

    it('may do what the policies of the role allow, as they stand', async () => {
      const caller = await callerOf(await assume(respond()))
      expect(await decide(caller, 'cvm:DescribeInstances')).toBe('allow')
      expect(await decide(caller, 'cvm:RunInstances')).toBe('deny')
      await cloud.simulator.client.attachPolicies(MEMBER, 'R', { preset: [], custom: [] })
      expect(await decide(caller, 'cvm:DescribeInstances')).toBe('deny')
    })

    it('keep no secret that could be used, at rest', async () => {
      const credentials = await assume(respond())
      const rows = await cloud.db.selectFrom('role_sessions').selectAll().execute()
      const text = JSON.stringify(rows)
      expect(text).toContain(credentials.tmpSecretId)
      expect(text).not.toContain(credentials.tmpSecretKey)
      expect(text).not.toContain(credentials.token)
    })

    it('are opened once, be it by the token service or by a console', async () => {
      const first = respond()
      await assume(first)
      await expect(assume(first)).rejects.toMatchObject(refused)
      await expect(cloud.roleSessions.signIn(first, ORIGIN)).rejects.toMatchObject(refused)
      const second = respond()
      await cloud.roleSessions.signIn(second, ORIGIN)
      await expect(assume(second)).rejects.toMatchObject(refused)
    })

    it('are opened once, however many try at the same time', async () => {
      const response = respond()
      const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => assume(response)))
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await cloud.db.selectFrom('role_sessions').selectAll().execute()).toHaveLength(1)
    })

    it('may be good for several roles', async () => {
      const other = `qcs::cam::uin/${MEMBER}:roleName/Other`
      const attributes = {
        [ROLE_ATTRIBUTE]: [`${other};${ROLE},${PROVIDER}`],
        [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'],
      }
      await assume(respond({ attributes }))
      await expect(assume(respond({ attributes }), { roleArn: other })).rejects.toMatchObject({
        code: 'role.notFound',
      })
    })

    it.each<[string, () => Partial<ResponseToSign>, Wish?]>([
      [
        'another role (T6)',
        () => ({
          attributes: { [ROLE_ATTRIBUTE]: [`${ROLE}2,${PROVIDER}`], [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'] },
        }),
      ],
      ['no role', () => ({ attributes: { [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'] } })],
      ['no session name', () => ({ attributes: { [ROLE_ATTRIBUTE]: [`${ROLE},${PROVIDER}`] } })],
      ['another issuer', () => ({ issuer: 'https://other.example' })],
      ['another audience', () => ({ audience: 'www.tencentcloud.com' })],
      ['another recipient', () => ({ recipient: 'https://cloud.example/login/saml' })],
      ['another destination', () => ({ destination: 'https://cloud.example/login/saml' })],
      ['a time to come', () => ({ issuedAt: new Date(cloud.clock.now().getTime() + 30_000) })],
      [
        'a time long gone',
        () => ({ issuedAt: new Date(cloud.clock.now().getTime() - 60_000), lifetimeSeconds: 3600 }),
      ],
      ['an unknown user', () => ({ nameId: 'nobody' })],
      ['a name that is none', () => ({ nameId: 'jo jo' })],
      ['a provider that is not there', () => ({}), { principalArn: `${PROVIDER}2` }],
      ['a provider that is no name', () => ({}), { principalArn: 'P' }],
    ])('are not opened for %s, and the answer does not say why', async (_what, changes, wish) => {
      await expect(assume(respond(changes()), wish)).rejects.toMatchObject(refused)
      expect(await cloud.db.selectFrom('role_sessions').selectAll().execute()).toHaveLength(0)
    })

    it('are not opened for an assertion of another provider of the account (T7)', async () => {
      const other = await createFakeIdp('other')
      await cloud.simulator.client.putSamlProvider(MEMBER, {
        name: 'Q',
        description: '',
        metadata: other.metadata(),
      })
      const signed = { key: other.key, issuer: other.entityId }
      await expect(assume(respond(signed))).rejects.toMatchObject(refused)
      const principalArn = `qcs::cam::uin/${MEMBER}:saml-provider/Q`
      const attributes = {
        [ROLE_ATTRIBUTE]: [`${ROLE},${principalArn}`],
        [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'],
      }
      await expect(assume(respond({ ...signed, attributes }), { principalArn })).rejects.toMatchObject(
        refused,
      )
    })

    it('are not opened for a forged, changed or empty response', async () => {
      const forged = respond({ key: await makeKeyPair('Somebody else') })
      const changed = Buffer.from(
        Buffer.from(respond(), 'base64').toString().replace('>jo</', '>admin</'),
      ).toString('base64')
      for (const response of [forged, changed, '', 'AAAA', Buffer.from('<a/>').toString('base64')]) {
        await expect(assume(response)).rejects.toMatchObject(refused)
        await expect(cloud.roleSessions.signIn(response, ORIGIN)).rejects.toMatchObject(refused)
      }
    })

    it('are good for 60 seconds, not a second more', async () => {
      const [early, late] = [respond(), respond()]
      cloud.clock.advance(59)
      await assume(early)
      cloud.clock.advance(1)
      await expect(assume(late)).rejects.toMatchObject(refused)
    })

    it('are not opened for a user who was disabled after the response was made', async () => {
      const response = respond()
      await cloud.db.updateTable('users').set({ blocked: 1 }).where('id', '=', userId).execute()
      await expect(assume(response)).rejects.toMatchObject(refused)
    })

    it('last as long as the role allows, at most', async () => {
      const durationSeconds = 7200
      await expect(assume(respond(), { durationSeconds })).rejects.toMatchObject({ code: 'sts.duration' })
      const cut = await assume(respond(), { durationSeconds, whenTooLong: 'cut' })
      expect(cut.expiresAt).toBe('2026-03-02T10:00:00.000Z')
      const short = await assume(respond(), { durationSeconds: 900 })
      expect(short.expiresAt).toBe('2026-03-02T09:15:00.000Z')
    })

    it('are audited by the signed name, and refusals with their cause', async () => {
      await assume(respond(), { roleSessionName: 'someone-else' })
      await expect(assume(respond({ audience: 'x' }))).rejects.toMatchObject(refused)
      const query = { action: 'role.', page: { offset: 0, limit: 10 } }
      const { items } = await cloud.audit.search(systemActor('test'), query)
      expect(items).toMatchObject([
        { actorKind: 'anonymous', result: 'failure', address: ORIGIN.address },
        { actorKind: 'roleSession', actorName: 'jo', result: 'success', subjectName: 'R' },
      ])
      expect(items[0]?.detail).toContain(ACCOUNT_AUDIENCE)
      expect(JSON.parse(items[1]?.detail ?? '')).toMatchObject({
        roleSessionName: 'someone-else',
        sourceIdentity: 'jo',
        userId,
      })
    })
  })

  describe('end', () => {
    it('when their time is over', async () => {
      const credentials = await assume(respond())
      const keyed = await cloud.roles.findByKey(credentials.tmpSecretId)
      cloud.clock.advance(3599)
      expect(keyed?.accepts(credentials.token)).toBe(true)
      cloud.clock.advance(1)
      expect(keyed?.accepts(credentials.token)).toBe(false)
      expect(await cloud.roles.findLive(credentials.roleSessionId)).toBeUndefined()
    })

    it('with the access of their user', async () => {
      const credentials = await assume(respond())
      await inTransaction(cloud.db, (tx) => endUserAccess(tx, userId, cloud.clock.now().toISOString()))
      const keyed = await cloud.roles.findByKey(credentials.tmpSecretId)
      expect(keyed?.accepts(credentials.token)).toBe(false)
    })

    it('with their role', async () => {
      const credentials = await assume(respond())
      await cloud.simulator.client.deleteRole(MEMBER, 'R')
      expect(await cloud.roles.findLive(credentials.roleSessionId)).toBeUndefined()
    })
  })

  describe('of a console', () => {
    it('begin with the role of the response, for as long as the role allows', async () => {
      const { session, token } = await cloud.roleSessions.signIn(respond(), ORIGIN)
      expect(session).toMatchObject({ kind: 'account', expiresAt: '2026-03-02T10:00:00.000Z' })
      const view = await cloud.sessions.authenticate(token, 'account')
      expect(view).toMatchObject({ name: 'jo' })
      expect(view && (await cloud.roleSessions.visitOf(view))).toMatchObject({
        accountName: 'member',
        session: { roleName: 'R', roleSessionName: 'jo' },
      })
    })

    it('are not given for several roles at once, nor for a role without console', async () => {
      const attributes = {
        [ROLE_ATTRIBUTE]: [`${ROLE},${PROVIDER}`, `${ROLE}2,${PROVIDER}`],
        [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'],
      }
      await expect(cloud.roleSessions.signIn(respond({ attributes }), ORIGIN)).rejects.toMatchObject(refused)
      await cloud.db.updateTable('cam_roles').set({ console_login: 0 }).where('name', '=', 'R').execute()
      await expect(cloud.roleSessions.signIn(respond(), ORIGIN)).rejects.toMatchObject(refused)
    })

    it('are not given to a stranger whom an account’s own provider vouches for', async () => {
      const own = await createFakeIdp('own')
      const principalArn = `qcs::cam::uin/${MEMBER}:saml-provider/Own`
      const roleArn = `qcs::cam::uin/${MEMBER}:roleName/OwnRole`
      const { accountClient } = cloud.simulator
      await accountClient.putSamlProvider(MEMBER, { name: 'Own', description: '', metadata: own.metadata() })
      await accountClient.putRole(MEMBER, {
        name: 'OwnRole',
        description: '',
        sessionDuration: 3600,
        trustPolicy: trusting(principalArn),
      })
      const strange = (): string =>
        respond({
          key: own.key,
          issuer: own.entityId,
          attributes: {
            [ROLE_ATTRIBUTE]: [`${roleArn},${principalArn}`],
            [ROLE_SESSION_NAME_ATTRIBUTE]: ['jo'],
          },
        })
      await expect(cloud.roleSessions.signIn(strange(), ORIGIN)).rejects.toMatchObject({
        code: 'access.denied',
      })
      // Another jo than ours: the name of a foreign provider's user says nothing about our users.
      const credentials = await assume(strange(), { roleArn, principalArn })
      expect((await cloud.roles.findLive(credentials.roleSessionId))?.userId).toBeUndefined()
    })

    it('end with the role session, and end it when the user leaves', async () => {
      const { token } = await cloud.roleSessions.signIn(respond(), ORIGIN)
      const view = await cloud.sessions.authenticate(token, 'account')
      if (!view) throw new Error('no session')
      await cloud.roleSessions.signOut(view, ORIGIN)
      expect(await cloud.sessions.authenticate(token, 'account')).toBeUndefined()
      expect(await cloud.roleSessions.visitOf(view)).toBeUndefined()
    })
  })

  describe('by a caller’s own right', () => {
    const roleArn = `qcs::cam::uin/${MEMBER}:roleName/${ACCESS_CONTROL_ROLE}`
    const caller: CloudCaller = {
      kind: 'subUser',
      accountUin: MANAGEMENT,
      uin: '100000000002' as SubUserUin,
      name: 'admin',
    }
    const attach = (policy: { readonly id: number; readonly name: string }) =>
      cloud.db
        .insertInto('cam_attachments')
        .values({
          account_uin: MANAGEMENT,
          target_kind: 'user',
          target_id: '100000000002',
          policy_id: policy.id,
          policy_name: policy.name,
          policy_type: 'preset',
          attached_at: cloud.clock.now().toISOString(),
        })
        .execute()
    const request = (changes: object = {}) => ({ roleArn, roleSessionName: 'admin', context: {}, ...changes })
    const assumeRole = (who: CloudCaller, changes: object = {}) =>
      cloud.roleSessions.assumeRole(systemActor('test'), who, request(changes))

    it('need an allow of the caller, beside the trust of the role (T2)', async () => {
      await expect(assumeRole(caller)).rejects.toMatchObject({
        code: 'access.denied',
        message: expect.stringContaining('(sts:AssumeRole)'),
      })
    })

    it('are opened for an allowed sub-user of the trusted account (T3), and narrowed by a session policy', async () => {
      await attach({ id: 900008, name: 'QcloudSTSFullAccess' })
      const all = await callerOf(await assumeRole(caller))
      expect(await decide(all, 'cos:PutObject')).toBe('allow')
      const policy = '{"version":"2.0","statement":[{"effect":"allow","action":"cos:Get*","resource":"*"}]}'
      const narrowed = await callerOf(await assumeRole(caller, { policy }))
      expect(await decide(narrowed, 'cos:GetObject')).toBe('allow')
      expect(await decide(narrowed, 'cos:PutObject')).toBe('deny')
    })

    it('are not opened for a role that trusts only a provider (T8)', async () => {
      await attach({ id: 1, name: 'AdministratorAccess' })
      await expect(assumeRole(caller, { roleArn: ROLE })).rejects.toMatchObject({ code: 'access.denied' })
    })

    it('are refused for a role that is not there, a wrong name or a wrong policy', async () => {
      await attach({ id: 1, name: 'AdministratorAccess' })
      for (const [changes, code] of [
        [{ roleArn: `${roleArn}2` }, 'role.notFound'],
        [{ roleArn: 'role' }, 'sts.invalid'],
        [{ roleSessionName: 'a b' }, 'sts.invalid'],
        [{ durationSeconds: 7201 }, 'sts.duration'],
        [{ policy: '{}' }, 'policy.invalid'],
      ] as const) {
        await expect(assumeRole(caller, changes)).rejects.toMatchObject({ code })
      }
    })

    it('carry on whose doing they are from role to role', async () => {
      await attach({ id: 1, name: 'AdministratorAccess' })
      const first = await callerOf(await assumeRole(caller))
      await cloud.simulator.accountClient.putRole(MEMBER, {
        name: 'Next',
        description: '',
        sessionDuration: 3600,
        trustPolicy: JSON.stringify({
          version: '2.0',
          statement: [
            {
              effect: 'allow',
              action: 'sts:AssumeRole',
              principal: { qcs: `qcs::cam::uin/${MEMBER}:roleName/${ACCESS_CONTROL_ROLE}` },
            },
          ],
        }),
      })
      const next = await assumeRole(first, { roleArn: `qcs::cam::uin/${MEMBER}:roleName/Next` })
      expect(await cloud.roles.findLive(next.roleSessionId)).toMatchObject({ sourceIdentity: 'admin' })
    })

    it('end, when taken on through another session, with that one at the latest, however long the chain', async () => {
      const trusted = (from: string): string =>
        JSON.stringify({
          version: '2.0',
          statement: [
            {
              effect: 'allow',
              action: 'sts:AssumeRole',
              principal: { qcs: `qcs::cam::uin/${MEMBER}:roleName/${from}` },
            },
          ],
        })
      const { client, accountClient } = cloud.simulator
      await client.attachPolicies(MEMBER, 'R', {
        preset: [{ id: 1, name: 'AdministratorAccess' }],
        custom: [],
      })
      for (const [name, from] of [
        ['Next', 'R'],
        ['Last', 'Next'],
      ] as const) {
        const role = { name, description: '', sessionDuration: 43_200, trustPolicy: trusted(from) }
        await accountClient.putRole(MEMBER, role)
        await accountClient.attachPolicies(MEMBER, name, {
          preset: [{ id: 1, name: 'AdministratorAccess' }],
          custom: [],
        })
      }
      const through = async (from: TemporaryCredentials, name: string) =>
        assumeRole(await callerOf(from), {
          roleArn: `qcs::cam::uin/${MEMBER}:roleName/${name}`,
          durationSeconds: 43_200,
        })
      const end = new Date(cloud.clock.now().getTime() + 600_000)
      const first = await assume(respond({ sessionNotOnOrAfter: end }))
      cloud.clock.advance(60)
      const next = await through(first, 'Next')
      const last = await through(next, 'Last')
      expect([first, next, last].map(({ expiresAt }) => expiresAt)).toEqual(
        Array.from({ length: 3 }, () => end.toISOString()),
      )

      const [stale, sooner] = [await callerOf(first), new Date(end.getTime() - 300_000).toISOString()]
      await inTransaction(cloud.db, (tx) => limitRoleSession(tx, first.roleSessionId, sooner))
      expect(await cloud.roles.findLive(last.roleSessionId)).toMatchObject({ expiresAt: sooner, userId })
      await inTransaction(cloud.db, (tx) =>
        endRoleSession(tx, first.roleSessionId, cloud.clock.now().toISOString()),
      )
      for (const { roleSessionId } of [first, next, last])
        expect(await cloud.roles.findLive(roleSessionId)).toBeUndefined()
      // Who had got through the check of the key before that gets nothing after it.
      await expect(
        assumeRole(stale, { roleArn: `qcs::cam::uin/${MEMBER}:roleName/Next` }),
      ).rejects.toMatchObject({ code: 'access.denied' })
    })
  })
})
