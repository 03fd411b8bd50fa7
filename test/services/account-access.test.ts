import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putFaults } from '../../db/cam.js'
import { inTransaction } from '../../db/transaction.js'
import { verifyRoleResponse } from '../../saml/core/verify.js'
import { ROLE_ATTRIBUTE, ROLE_SESSION_NAME_ATTRIBUTE } from '../../saml/core/vocabulary.js'
import type { Actor } from '../../server/domain/actor.js'
import { ACCOUNT_AUDIENCE, roleSamlEntityId } from '../../server/domain/role-saml.js'
import type { GroupId, SessionId, UserId } from '../../server/domain/ids.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, FIRST_PAGE, type PermissionWorld } from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

describe.each(engines)('access to accounts on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const access = () => world.services.accountAccess

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  const actorOf = (userId: UserId, name = 'somebody'): Actor => ({
    kind: 'user',
    userId,
    name,
    sessionId: 's-abcdefghijklmnop' as SessionId,
    address: '198.51.100.7',
  })

  /** An account and a configuration deployed there to the principal. */
  async function given(principal: UserId | GroupId, name?: string) {
    const [account, configuration] = [await world.account(), await world.configuration(name)]
    const triple = world.triple(principal, account, configuration)
    await world.services.assignments.assign(administrator, [triple])
    await world.services.deploymentWorker.drain()
    return {
      account,
      configuration,
      triple,
      place: { accountUin: account.uin, configurationId: configuration.id },
    }
  }

  it('is listed by account with its permissions, directly and through groups, each once', async () => {
    const user = await world.user()
    const groups = [await world.group(user), await world.group(user)]
    const direct = await given(user)
    const others = await world.configuration()
    await world.services.assignments.assign(administrator, [
      ...groups.map((group) => world.triple(group, direct.account, direct.configuration)),
      ...groups.map((group) => world.triple(group, direct.account, others)),
    ])
    await world.services.deploymentWorker.drain()
    const elsewhere = await given(groups[0]!)
    await given(await world.user())

    expect(await access().listFor(user)).toEqual(
      [
        {
          accountUin: direct.account.uin,
          name: direct.account.name,
          kind: 'member',
          favourite: false,
          permissions: [direct.configuration, others]
            .map(({ id, name }) => ({ configurationId: id, name }))
            .sort((left, right) => (left.name < right.name ? -1 : 1)),
        },
        {
          accountUin: elsewhere.account.uin,
          name: elsewhere.account.name,
          kind: 'member',
          favourite: false,
          permissions: [{ configurationId: elsewhere.configuration.id, name: elsewhere.configuration.name }],
        },
      ].sort((left, right) => (left.name < right.name ? -1 : 1)),
    )
  })

  it('begins when the configuration has been deployed, not when it was assigned', async () => {
    const user = await world.user()
    const [account, configuration] = [await world.account(), await world.configuration()]
    await world.services.assignments.assign(administrator, [world.triple(user, account, configuration)])
    const place = { accountUin: account.uin, configurationId: configuration.id }
    expect(await access().listFor(user)).toEqual([])
    await expect(access().open(actorOf(user), place)).rejects.toThrow(refusal('access.denied'))
    await world.services.deploymentWorker.drain()
    expect(await access().listFor(user)).toHaveLength(1)
    await expect(access().open(actorOf(user), place)).resolves.toBeDefined()
  })

  it('opens an account by a response that says who, as which role, to whom, for one minute', async () => {
    const user = await world.user('opening.user')
    const { account, configuration, place } = await given(user)
    await world.services.permissionConfigurations.update(administrator, configuration.id, {
      relayState: '/cvm',
    })
    const opening = await access().open(actorOf(user), place)
    expect(opening).toMatchObject({ acsUrl: `${world.baseUrl}/account/acs`, relayState: '/cvm' })

    const zone = await world.services.zones.current()
    const { certificatePem } = await world.services.signingKeys.current('roleSaml')
    const verify = (now: Date) =>
      verifyRoleResponse(opening.samlResponse, {
        certificates: [certificatePem],
        audience: ACCOUNT_AUDIENCE,
        recipient: opening.acsUrl,
        destination: opening.acsUrl,
        issuer: roleSamlEntityId(world.baseUrl, zone.id),
        now,
        skewSeconds: 0,
      })
    const verified = verify(world.clock.now())
    expect(verified.nameId).toBe('opening.user')
    expect(Object.fromEntries(verified.attributes)).toEqual({
      [ROLE_ATTRIBUTE]: [
        `qcs::cam::uin/${account.uin}:roleName/TencentCloudSSO-${configuration.name},qcs::cam::uin/${account.uin}:saml-provider/TencentReservedSSO-${zone.id}`,
      ],
      [ROLE_SESSION_NAME_ATTRIBUTE]: ['opening.user'],
    })
    expect(() => verify(new Date(world.clock.now().getTime() + 61_000))).toThrow()
  })

  it('gives temporary credentials of the role for the session duration', async () => {
    const user = await world.user()
    const { place } = await given(user)
    const credentials = await access().credentials(actorOf(user), place)
    expect(credentials).toMatchObject({
      tmpSecretId: expect.stringMatching(/^AKID/) as string,
      expiresAt: new Date(world.clock.now().getTime() + 3_600_000).toISOString(),
    })
    expect(credentials.token).not.toBe('')
    expect(credentials.tmpSecretKey).not.toBe('')
  })

  it('gives nothing that outlasts the assignment, however long the response was kept', async () => {
    const { clock, services } = world
    const begin = clock.now()
    const user = await world.user()
    const { place, account, configuration } = await given(await world.user())
    const end = new Date(begin.getTime() + 600_000)
    await services.assignments.assign(administrator, [world.triple(user, account, configuration)], {
      end: end.toISOString(),
    })
    expect(await access().credentials(actorOf(user), place)).toMatchObject({ expiresAt: end.toISOString() })

    clock.set(new Date(end.getTime() - 1000))
    const { samlResponse } = await access().open(actorOf(user), place)
    clock.set(new Date(end.getTime() + 3000))
    await services.assignmentEndings.run()
    await expect(services.roleSessions.signIn(samlResponse, {})).rejects.toThrow(refusal('assertion.refused'))
    clock.set(begin)
  })

  it('gives credentials to a user whose name has one letter, for a configuration whose name has 128', async () => {
    const user = await world.user('x')
    const { place } = await given(user, 'x'.repeat(128))
    await expect(access().credentials(actorOf(user), place)).resolves.toBeDefined()
  })

  it('ends with the assignment, with the membership, with a block, and comes back with each', async () => {
    const user = await world.user()
    const group = await world.group(user)
    const { place, triple } = await given(group)
    const opens = () => access().open(actorOf(user), place)
    const { users, groups, assignments } = world.services
    await expect(opens()).resolves.toBeDefined()

    await groups.removeMembers(administrator, group, [user])
    await expect(opens()).rejects.toThrow(refusal('access.denied'))
    await groups.addMembers(administrator, group, [user])
    await expect(opens()).resolves.toBeDefined()

    await users.setBlocked(administrator, user, true)
    await expect(opens()).rejects.toThrow(refusal('access.denied'))
    expect(await access().listFor(user)).toEqual([])
    await users.setBlocked(administrator, user, false)
    await users.setActive(administrator, user, false)
    await expect(opens()).rejects.toThrow(refusal('access.denied'))
    await users.setActive(administrator, user, true)
    await expect(opens()).resolves.toBeDefined()

    await assignments.revoke(administrator, triple)
    await expect(opens()).rejects.toThrow(refusal('access.denied'))
  })

  it('counts from the start of its assignment until the end, whichever way the clock is moved', async () => {
    const { clock } = world
    const begin = clock.now()
    const at = (hours: number): string => new Date(begin.getTime() + hours * 3_600_000).toISOString()
    const user = await world.user()
    const { triple, place, account, configuration } = await given(await world.user())
    const bounded = { ...triple, principal: { type: 'user', id: user } as const }
    await world.services.assignments.assign(administrator, [bounded], { start: at(1), end: at(2) })
    const group = await world.group(user)
    await world.services.assignments.assign(administrator, [world.triple(group, account, configuration)], {
      start: at(1.5),
      end: at(3),
    })
    const untilAt = async (hours: number) => {
      clock.set(new Date(at(hours)))
      const opened = await access()
        .respond(actorOf(user), place)
        .then(
          () => true,
          () => false,
        )
      const [found] = await access().listFor(user)
      expect(found !== undefined).toBe(opened)
      return found?.permissions[0]?.until
    }
    const hours = [0.9, 1, 1.6, 2, 3, 1.6, 0]
    const untils = []
    for (const hour of hours) untils.push(await untilAt(hour))
    expect(untils).toEqual([undefined, at(2), at(3), at(3), undefined, at(3), undefined])

    // One path without an end, and there is no end to it.
    clock.set(new Date(at(1)))
    const standing = world.triple(await world.group(user), account, configuration)
    await world.services.assignments.assign(administrator, [standing])
    expect((await access().listFor(user))[0]?.permissions[0]).not.toHaveProperty('until')
    clock.set(new Date(at(3)))
    expect(await world.services.assignmentEndings.run()).toBe(2)
    clock.set(begin)
  })

  it('is taken away at the end of its assignment, with the role sessions that nothing else gives', async () => {
    const { clock, services } = world
    const begin = clock.now()
    const [leaving, staying, member] = [await world.user(), await world.user(), await world.user()]
    const group = await world.group(staying, member)
    const { triple, place, account, configuration } = await given(await world.user())
    const end = new Date(begin.getTime() + 600_000).toISOString()
    const bounded = [leaving, staying, group].map((each) => world.triple(each, account, configuration))
    await services.assignments.assign(administrator, bounded, { end })
    // Has it by another way as well, for good.
    const standing = world.triple(await world.group(staying), account, configuration)
    await services.assignments.assign(administrator, [standing])
    for (const user of [leaving, staying, member]) await access().credentials(actorOf(user), place)
    const live = async () => {
      const rows = await world.db
        .selectFrom('role_sessions')
        .select('user_id')
        .where('account_uin', '=', account.uin)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', clock.now().toISOString())
        .execute()
      return rows.map(({ user_id }) => user_id).sort()
    }
    const events = async (action: string) =>
      (await services.audit.search(administrator, { action, page: FIRST_PAGE })).items.map(
        ({ detail }) => JSON.parse(detail) as { removed?: unknown[]; assignments?: unknown[] },
      )

    // Announced once, long before.
    expect(await services.assignmentEndings.soon(administrator, FIRST_PAGE)).toMatchObject({
      total: 3,
      days: 7,
      items: [{ endsAt: end }, { endsAt: end }, { endsAt: end }],
    })
    expect(await services.assignmentEndings.run()).toBe(0)
    expect(await services.assignmentEndings.run()).toBe(0)
    expect((await events('assignment.endsSoon')).map(({ assignments }) => assignments)).toMatchObject([
      [{ endsAt: end }, { endsAt: end }, { endsAt: end }],
    ])
    clock.set(new Date(end))
    await expect(access().respond(actorOf(leaving), place)).rejects.toThrow(refusal('access.denied'))
    expect(await live()).toEqual([staying])

    expect(await services.assignmentEndings.run()).toBe(3)
    expect(await live()).toEqual([staying])
    const left = await services.assignments.list(administrator, { accountUin: account.uin, page: FIRST_PAGE })
    expect(left.items.map(({ principal }) => principal.id).sort()).toEqual(
      [triple.principal.id, standing.principal.id].sort(),
    )
    expect((await events('assignment.end'))[0]?.removed).toHaveLength(3)
    const { items } = await services.tasks.list(administrator, {
      accountUin: account.uin,
      type: 'deleteRoleAssignment',
      page: FIRST_PAGE,
    })
    expect(items).toMatchObject([{ status: 'success' }, { status: 'success' }, { status: 'success' }])
    clock.set(begin)
  })

  it('lasts until its end as it was changed, with the sessions and what was taken on through them', async () => {
    const { clock, services } = world
    const begin = clock.now()
    const at = (minutes: number): string => new Date(begin.getTime() + minutes * 60_000).toISOString()
    const [user, both] = [await world.user(), await world.user()]
    const { place, account, configuration } = await given(await world.user())
    const [triple, other, standing] = [user, both, await world.group(both)].map((principal) =>
      world.triple(principal, account, configuration),
    )
    const change = (start: string, end: string, which = triple!) =>
      services.assignments.changePeriod(administrator, which, { start, end })
    await services.assignments.assign(administrator, [triple!, other!], { end: at(30) })
    await services.assignments.assign(administrator, [standing!])
    const [open, kept] = [
      await access().credentials(actorOf(user), place),
      await access().credentials(actorOf(both), place),
    ]
    expect([open.expiresAt, kept.expiresAt]).toEqual([at(30), at(60)])
    const expiresAt = async ({ roleSessionId }: { readonly roleSessionId: string }) => {
      const row = await world.db
        .selectFrom('role_sessions')
        .select(['expires_at', 'ended_at'])
        .where('id', '=', roleSessionId)
        .executeTakeFirstOrThrow()
      return row.ended_at ?? row.expires_at
    }

    // Shorter: what it gave ends with it, what somebody has by another way as well does not.
    expect(await change('', at(20))).toMatchObject({ endsAt: at(20) })
    await change('', at(20), other)
    expect([await expiresAt(open), await expiresAt(kept)]).toEqual([at(20), at(60)])
    // Longer: the end that was is no end any more, and no session is lengthened.
    expect(await services.assignmentEndings.run()).toBe(0)
    await change('', at(90))
    expect(await expiresAt(open)).toBe(at(20))
    clock.set(new Date(at(31)))
    expect(await services.assignmentEndings.run()).toBe(1)
    await expect(access().respond(actorOf(user), place)).resolves.toBeDefined()
    // It is announced again that it ends; for good, nothing ends.
    const announced = async () =>
      (await services.audit.search(administrator, { action: 'assignment.endsSoon', page: FIRST_PAGE })).items
        .map(({ detail }) => detail)
        .filter((detail) => detail.includes(user) && detail.includes(at(90)))
    expect(await announced()).toHaveLength(1)
    expect(await change('', '')).not.toHaveProperty('endsAt')
    const standingNow = await access().credentials(actorOf(user), place)
    expect(standingNow.expiresAt).toBe(at(91))
    // Not begun: nothing of it counts.
    await change(at(120), '')
    expect(await expiresAt(standingNow)).toBe(at(31))
    await expect(access().respond(actorOf(user), place)).rejects.toThrow(refusal('access.denied'))

    const { items } = await services.audit.search(administrator, {
      action: 'assignment.changePeriod',
      page: FIRST_PAGE,
    })
    expect(items.map(({ detail }) => JSON.parse(detail) as object)).toMatchObject([
      { before: {}, after: { startsAt: at(120) }, roleSessions: [standingNow.roleSessionId] },
      { before: { endsAt: at(90) }, after: {}, roleSessions: [] },
      { before: { endsAt: at(20) }, after: { endsAt: at(90) } },
      { roleSessions: [] },
      { before: { endsAt: at(30) }, after: { endsAt: at(20) }, roleSessions: [open.roleSessionId] },
    ])
    // The same again is no change; the past, nonsense, strangers and auditors are refused.
    await change(at(120), '')
    await expect(change('', at(31))).rejects.toThrow(refusal('assignment.periodInvalid', { field: 'end' }))
    await expect(change('soon', '')).rejects.toThrow(refusal('assignment.periodInvalid', { field: 'start' }))
    await expect(change('', '', other)).rejects.toThrow(refusal('assignment.notFound'))
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    await expect(services.assignments.changePeriod(auditor, triple!, { end: at(200) })).rejects.toThrow(
      refusal('actor.forbidden'),
    )
    // One whose end has come waits to be taken away, and is not brought back.
    await change('', at(40))
    clock.set(new Date(at(40)))
    await expect(change('', at(50))).rejects.toThrow(refusal('assignment.notFound'))
    expect(await services.assignmentEndings.run()).toBe(1)
    clock.set(begin)
  })

  it('is of users only, and of those who have it', async () => {
    const user = await world.user()
    const { place } = await given(user)
    await expect(access().open(actorOf(await world.user()), place)).rejects.toThrow(refusal('access.denied'))
    await expect(access().credentials(actorOf('u-000000000000' as UserId), place)).rejects.toThrow(
      refusal('access.denied'),
    )
    await expect(access().open(administrator, place)).rejects.toThrow(refusal('actor.forbidden'))
    await expect(access().credentials({ kind: 'anonymous' }, place)).rejects.toThrow(
      refusal('actor.forbidden'),
    )
  })

  it('leaves an audit event for each use and each refusal', async () => {
    const [user, stranger] = [await world.user(), await world.user()]
    const { account, place } = await given(user)
    await access().open(actorOf(user, 'one'), place)
    await access().credentials(actorOf(user, 'one'), place)
    await expect(access().open(actorOf(stranger, 'two'), place)).rejects.toThrow()
    const { items } = await world.services.audit.search(administrator, {
      subjectId: account.uin,
      action: 'access.',
      page: FIRST_PAGE,
    })
    expect(
      items.map(({ action, result, actorName, address }) => [action, result, actorName, address]),
    ).toEqual([
      ['access.open', 'failure', 'two', '198.51.100.7'],
      ['access.credentials', 'success', 'one', '198.51.100.7'],
      ['access.open', 'success', 'one', '198.51.100.7'],
    ])
  })

  it('goes on while the key that accounts go by is replaced, which waits for all of them', async () => {
    const { clock, services, db } = world
    const { roleSamlKeys, roleSessions, drift, driftRepairs, deploymentWorker, signingKeys } = services
    const user = await world.user()
    const { place, account } = await given(user)
    const enter = async () =>
      roleSessions.signIn((await access().open(actorOf(user), place)).samlResponse, {})
    /** Compares all accounts; whether this one's SAML provider differs. */
    const differs = async () => {
      clock.advance(10)
      await drift.requestAll(administrator)
      while ((await drift.run()) > 0);
      const { items } = await drift.findings(administrator, { accountUin: account.uin, page: FIRST_PAGE })
      return items.some(({ kind }) => kind === 'samlProvider')
    }
    const repair = async () => {
      await driftRepairs.repairAll(administrator)
      await deploymentWorker.drain()
    }
    const outage = (on: boolean) =>
      inTransaction(db, (tx) =>
        putFaults(tx, account.uin, { delayMilliseconds: 0, errorPermille: 0, outage: on }),
      )
    const behind = refusal('signingKey.accountsBehind')
    const first = await signingKeys.current('roleSaml')
    expect(await differs()).toBe(false)

    await roleSamlKeys.makeNext(administrator)
    await expect(roleSamlKeys.makeNext(administrator)).rejects.toThrow(refusal('signingKey.wrongStep'))
    await expect(roleSamlKeys.useNext(administrator)).rejects.toThrow(behind)
    expect(await differs()).toBe(true)
    await expect(roleSamlKeys.useNext(administrator)).rejects.toThrow(behind)
    await expect(enter()).resolves.toBeDefined()
    await repair()
    await expect(enter()).resolves.toBeDefined()
    await outage(true)
    await differs()
    await expect(roleSamlKeys.useNext(administrator)).rejects.toThrow(
      refusal('signingKey.accountsBehind', { count: 1 }),
    )
    await outage(false)
    expect(await differs()).toBe(false)

    // Used from now on, by accounts that know both: nothing differs by that.
    await roleSamlKeys.useNext(administrator)
    const second = await signingKeys.current('roleSaml')
    expect(second.id).not.toBe(first.id)
    await expect(enter()).resolves.toBeDefined()
    expect(await differs()).toBe(false)
    await expect(roleSamlKeys.makeNext(administrator)).rejects.toThrow(refusal('signingKey.wrongStep'))

    await roleSamlKeys.remove(administrator, 'previous')
    expect(await differs()).toBe(true)
    await expect(enter()).resolves.toBeDefined()
    await repair()
    expect(await differs()).toBe(false)
    await expect(enter()).resolves.toBeDefined()
    const { metadata } = await db
      .selectFrom('cam_saml_providers')
      .select('metadata')
      .where('account_uin', '=', account.uin)
      .executeTakeFirstOrThrow()
    const derOf = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')
    expect(metadata).toContain(derOf(second.certificatePem))
    expect(metadata).not.toContain(derOf(first.certificatePem))

    // The key of the service provider is another one, and nothing to the accounts.
    await services.serviceProviderKeys.makeNext(administrator)
    expect(await differs()).toBe(false)
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    await expect(roleSamlKeys.makeNext(auditor)).rejects.toThrow(refusal('actor.forbidden'))
  })
})
