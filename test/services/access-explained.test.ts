import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { AccessPath } from '../../server/domain/access-path.js'
import { placeCondition } from '../../server/domain/access-path.js'
import type { AccountUin, GroupId, ScimCredentialId, UserId } from '../../server/domain/ids.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, FIRST_PAGE, type PermissionWorld } from '../support/permission-world.js'

const scim: Actor = {
  kind: 'scim',
  credentialId: 'scimcred-000000000000' as ScimCredentialId,
  requestId: 'push-1',
}

describe.each(engines)('access explained on %s', (engine) => {
  let world: PermissionWorld
  let ada: UserId
  let ben: UserId
  let team: GroupId
  let account: AccountUin
  let other: AccountUin
  let configuration: PermissionConfiguration

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    const { services, administrator } = world
    await services.zones.setScimStatus(administrator, 'enabled')
    const push = async (userName: string) => {
      const profile = { userName, emails: [], active: true, attributes: {} }
      return (await services.users.create(scim, { profile, type: 'synchronized' })).id
    }
    ada = await push('ada')
    ben = await push('ben')
    const profile = { displayName: 'team', attributes: {} }
    team = (await services.groups.create(scim, { profile, type: 'synchronized', members: [ada] })).id
    account = (await world.account()).uin
    other = (await world.account()).uin
    configuration = await world.configuration('Readers')
    await services.assignments.assign(administrator, [
      world.triple(team, { uin: account }, configuration),
      world.triple(ada, { uin: account }, configuration),
      world.triple(ada, { uin: other }, configuration),
    ])
    await services.deploymentWorker.drain()
  })
  afterAll(() => world.remove())

  it('names every path of a user with its membership, and what the account has', async () => {
    const { accessPaths } = world.services
    const { items, total } = await accessPaths.ofUser(world.administrator, ada, FIRST_PAGE)
    expect(total).toBe(3)
    const through = items.filter(({ group }) => group !== undefined)
    expect(through).toEqual([
      expect.objectContaining({
        accountUin: account,
        configurationName: 'Readers',
        group: {
          id: team,
          name: 'team',
          membership: {
            joinedAt: world.clock.now().toISOString(),
            by: { kind: 'scim', id: 'scimcred-000000000000', name: 'scimcred-000000000000' },
            requestId: 'push-1',
          },
        },
      }),
    ])
    expect(items.map((path) => [placeCondition(path), path.deployment?.version])).toEqual(
      Array(3).fill(['deployed', configuration.version]),
    )
    expect((await accessPaths.ofUser(world.administrator, ben, FIRST_PAGE)).items).toEqual([])
  })

  it('names everyone who gets into an account, and what members of a group have', async () => {
    const { accessPaths } = world.services
    const found = await accessPaths.ofAccount(world.administrator, account, { page: FIRST_PAGE })
    expect(found.items.map(({ userName, group }) => [userName, group?.name])).toEqual(
      expect.arrayContaining([
        ['ada', undefined],
        ['ada', 'team'],
      ]),
    )
    const none = await accessPaths.ofAccount(world.administrator, account, {
      userName: 'zzz',
      page: FIRST_PAGE,
    })
    expect(none).toEqual({ items: [], total: 0 })
    const { items } = await accessPaths.ofGroup(world.administrator, team, FIRST_PAGE)
    expect(items).toMatchObject([{ accountUin: account, configurationName: 'Readers' }])
  })

  it('takes out the same paths in parts, and records who did', async () => {
    const { accessPaths, audit } = world.services
    const collect = async (subject: Parameters<typeof accessPaths.export>[1]) => {
      const paths: AccessPath[] = []
      for await (const part of await accessPaths.export(world.administrator, subject, 'csv'))
        paths.push(...part)
      return paths
    }
    const { items } = await accessPaths.ofUser(world.administrator, ada, FIRST_PAGE)
    const exported = await collect({ kind: 'user', id: ada })
    expect(exported).toHaveLength(3)
    expect(exported).toEqual(expect.arrayContaining([...items]))
    expect(await collect({ kind: 'account', id: other })).toMatchObject([{ userName: 'ada' }])
    expect(await collect({ kind: 'group', id: team })).toMatchObject([{ userName: 'ada' }])
    const { items: events } = await audit.search(world.administrator, {
      action: 'access.export',
      page: FIRST_PAGE,
    })
    expect(events.map(({ subjectKind }) => subjectKind)).toEqual(['group', 'account', 'user'])
    await expect(accessPaths.export(scim, { kind: 'user', id: ada }, 'csv')).rejects.toMatchObject({
      code: 'actor.forbidden',
    })
  })

  const cosGet = { action: 'cos:GetObject' } as const

  it('says who can do something in any account, and in how many', async () => {
    const { actionAccess } = world.services
    const ask = (question: { readonly action: string; readonly resource?: string }) =>
      actionAccess.whoCan(world.administrator, question, { page: FIRST_PAGE })
    expect(await ask(cosGet)).toMatchObject({
      configurations: [{ configurationName: 'Readers', possibility: { outcome: 'always' }, accounts: 2 }],
      unknown: 0,
      people: { items: [{ userName: 'ada', always: 2, conditional: 0 }], total: 1 },
    })
    expect(await ask({ action: 'cos:DeleteBucket' })).toMatchObject({
      configurations: [{ possibility: { outcome: 'denied' }, accounts: 2 }],
      people: { items: [], total: 0 },
    })
    const where = await actionAccess.whereCan(world.administrator, cosGet, ada, FIRST_PAGE)
    expect(where.items.map(({ accountUin, group }) => [accountUin, group?.name])).toEqual(
      expect.arrayContaining([
        [account, 'team'],
        [account, undefined],
        [other, undefined],
      ]),
    )
    await expect(actionAccess.whoCan(scim, cosGet, { page: FIRST_PAGE })).rejects.toMatchObject({
      code: 'actor.forbidden',
    })
  })

  it('follows what accounts have, not what they are to get; and what a policy above them leaves', async () => {
    const { services, administrator } = world
    const people = async () =>
      (await services.actionAccess.whoCan(administrator, cosGet, { page: FIRST_PAGE })).people.items
    const why = (action: string, context = {}) =>
      services.accessExplanations.explain(administrator, {
        userId: ada,
        accountUin: account,
        action,
        resource: '*',
        context,
      })
    await services.permissionConfigurations.putCustomPolicy(
      administrator,
      configuration.id,
      'read',
      '{"version":"2.0","statement":{"effect":"deny","action":"cos:*","resource":"*"}}',
    )
    expect(await people()).toMatchObject([{ always: 2 }])
    expect(await why('cos:GetObject')).toMatchObject({
      allowed: true,
      roles: [
        {
          configurationName: 'Readers',
          version: configuration.version,
          stale: true,
          otherwiseWhenRedeployed: true,
          policies: { outcome: 'allow' },
        },
      ],
    })
    await services.serviceControl.enable(administrator)
    const id = await services.serviceControl.create(administrator, {
      name: 'no_objects',
      document:
        '{"version":"2.0","statement":[{"effect":"deny","action":"cos:Get*","resource":"*","condition":{"ip_not_equal":{"qcs:ip":"10.0.0.0/8"}}}]}',
    })
    await services.serviceControl.attach(administrator, { kind: 'account', id: account }, id)
    expect(await people()).toMatchObject([{ always: 1, conditional: 1 }])
    expect(await why('cos:GetObject', { 'qcs:ip': '192.0.2.1' })).toMatchObject({
      allowed: false,
      serviceControl: [
        {
          outcome: 'deny',
          statements: expect.arrayContaining([
            expect.objectContaining({ policy: 'no_objects', statement: 1, decides: true }),
          ]) as unknown,
        },
        { outcome: 'allow' },
      ],
    })
    expect(await why('cos:GetObject', { 'qcs:ip': '10.1.2.3' })).toMatchObject({
      allowed: true,
      serviceControl: [
        {
          statements: expect.arrayContaining([
            expect.objectContaining({ policy: 'no_objects', finding: 'condition', decides: false }),
          ]) as unknown,
        },
        { outcome: 'allow' },
      ],
    })
  })

  it('tells those who have no way in what is missing', async () => {
    const { services, administrator } = world
    const why = () =>
      services.accessExplanations.explain(administrator, {
        userId: ben,
        accountUin: other,
        action: 'cos:GetObject',
        resource: '*',
        context: {},
      })
    expect(await why()).toMatchObject({ allowed: false, roles: [] })
    const starts = new Date(world.clock.now().getTime() + 3_600_000).toISOString()
    await services.assignments.assign(administrator, [world.triple(ben, { uin: other }, configuration)], {
      start: starts,
    })
    expect(await why()).toMatchObject({
      allowed: false,
      roles: [{ end: 'notBegun', paths: [{ startsAt: starts }] }],
    })
  })
})
