import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putFaults } from '../../db/cam.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { engines } from '../support/engines.js'
import {
  createPermissionWorld,
  DOCUMENT,
  FIRST_PAGE,
  type PermissionWorld,
} from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

const OTHER = DOCUMENT.replace('cos:Get*', 'cos:Put*')

describe.each(engines)('plans of deployments on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  let configuration: PermissionConfiguration
  let accounts: readonly Account[]
  const plans = () => world.services.deploymentPlans
  const configurations = () => world.services.permissionConfigurations
  const drain = () => world.services.deploymentWorker.drain()
  const placeOf = ({ uin }: { readonly uin: AccountUin }) => ({
    configurationId: configuration.id,
    accountUin: uin,
  })

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
    configuration = await world.configuration('Planned')
    accounts = [await world.account(), await world.account(), await world.account()]
    const user = await world.user('planner')
    const group = await world.group(user)
    await world.services.assignments.assign(
      administrator,
      accounts.flatMap((account) => [
        world.triple(user, account, configuration),
        world.triple(group, account, configuration),
      ]),
    )
    await drain()
  })
  afterAll(() => world.remove())

  async function planStale() {
    const id = await plans().create(administrator, { stale: { configurationId: configuration.id } })
    return { id: id!, ...(await plans().get(administrator, id!, FIRST_PAGE)) }
  }

  const outage = (account: Account, isOut: boolean) =>
    inTransaction(world.db, (tx) =>
      putFaults(tx, account.uin, { delayMilliseconds: 0, errorPermille: 0, outage: isOut }),
    )

  const documentIn = async (account: Account) =>
    (await world.role(account.uin, configuration))?.custom[0]?.document

  it('say what changes, alike accounts together, whom it concerns, and are applied as they were shown', async () => {
    expect(
      await plans().create(administrator, { stale: { configurationId: configuration.id } }),
    ).toBeUndefined()
    await configurations().putCustomPolicy(administrator, configuration.id, 'read', OTHER)
    await configurations().attachPreset(administrator, configuration.id, ['AdministratorAccess'])
    // In one of them somebody has meddled: there it is another change.
    await world.db
      .updateTable('cam_roles')
      .set({ session_duration: 900 })
      .where('account_uin', '=', accounts[2]!.uin)
      .where('managed_by', '=', 'identityCenter')
      .execute()
    const { id, plan, changes } = await planStale()
    expect(plan).toMatchObject({ placeCount: 3, leftOut: 0 })
    expect(changes.items.map(({ number, placeCount }) => [number, placeCount])).toEqual([
      [1, 2],
      [2, 1],
    ])
    const [most, meddled] = changes.items.map(({ change }) => change)
    expect(most).toMatchObject({
      configurationName: 'Planned',
      deployedVersion: 3,
      version: 5,
      samlProvider: 'same',
      looseEnds: [],
      effect: { gains: true, loses: true },
      role: {
        kind: 'changed',
        settings: [],
        trust: [],
        policies: [
          { kind: 'added', type: 'preset', name: 'AdministratorAccess' },
          { kind: 'changed', type: 'custom', name: 'read' },
        ],
      },
    })
    expect(meddled?.role.settings).toEqual([{ name: 'sessionDuration', before: 900, after: 3600 }])
    const places = await plans().places(administrator, id, 1, FIRST_PAGE)
    expect(places.items.map(({ accountUin, principals }) => [accountUin, principals])).toEqual(
      [accounts[0]!, accounts[1]!]
        .map(({ uin }) => [uin, 2])
        .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
    )
    const concerned = await plans().principals(administrator, id, 1, FIRST_PAGE)
    expect(concerned.total).toBe(2)
    expect(concerned.items).toContainEqual(
      expect.objectContaining({ type: 'user', name: 'planner', accounts: 2 }),
    )
    expect(concerned.items).toContainEqual(
      expect.objectContaining({ type: 'group', accounts: 2, members: 1 }),
    )

    const tasks = await plans().apply(administrator, id, plan.fingerprint)
    expect(tasks).toHaveLength(3)
    await expect(plans().apply(administrator, id, plan.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.applied'),
    )
    // What is changed after the word was given is not part of the plan.
    await configurations().putCustomPolicy(administrator, configuration.id, 'read', DOCUMENT)
    await drain()
    expect(await documentIn(accounts[0]!)).toBe(OTHER)
    expect(await world.services.deployments.get(administrator, placeOf(accounts[0]!))).toMatchObject({
      condition: 'stale',
      deployedVersion: 5,
    })
    await expect(plans().apply(administrator, id, plan.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.applied'),
    )
    // Deploying without a plan takes the configuration as it is, as before.
    await world.services.deployments.redeployStale(administrator, { configurationId: configuration.id })
    await drain()
    expect(await documentIn(accounts[0]!)).toBe(DOCUMENT)
  })

  it.each([
    [
      'the configuration has changed',
      () => configurations().putCustomPolicy(administrator, configuration.id, 'more', DOCUMENT),
    ],
    [
      'an account has changed',
      () =>
        world.db
          .updateTable('cam_policies')
          .set({ document: DOCUMENT.replace('Get', 'Delete') })
          .where('account_uin', '=', accounts[1]!.uin)
          .execute(),
    ],
    [
      'somebody was assigned',
      async () => {
        await world.services.assignments.assign(administrator, [
          world.triple(await world.user(), accounts[0]!, configuration),
        ])
      },
    ],
    [
      'a task is in progress',
      async () => {
        await world.services.deployments.redeploy(administrator, [placeOf(accounts[0]!)])
      },
    ],
    ['an account does not answer any more', () => outage(accounts[0]!, true)],
  ])('are not applied, and made anew, when %s', async (_what, move) => {
    await configurations().update(administrator, configuration.id, {
      sessionDuration: (await configurations().get(administrator, configuration.id)).sessionDuration + 1,
    })
    const { id, plan } = await planStale()
    expect(plan.placeCount).toBe(3)
    await move()
    await expect(plans().apply(administrator, id, plan.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.moved'),
    )
    const { total } = await world.services.tasks.list(administrator, {
      status: 'inProgress',
      page: FIRST_PAGE,
    })
    expect(total).toBeLessThanOrEqual(1)
    const again = await plans().again(administrator, id)
    const { plan: second } = await plans().get(administrator, again!, FIRST_PAGE)
    expect(second.fingerprint).not.toBe(plan.fingerprint)
    await outage(accounts[0]!, false)
    await drain()
  })

  it('leave out accounts that cannot be asked, and are refused to whom they do not concern', async () => {
    await configurations().update(administrator, configuration.id, { sessionDuration: 4000 })
    await outage(accounts[0]!, true)
    const { id, plan } = await planStale()
    const unknown = await plans().places(administrator, id, undefined, FIRST_PAGE)
    expect(unknown.items).toMatchObject([
      { accountUin: accounts[0]!.uin, failure: expect.stringContaining('does not answer') },
    ])
    await expect(plans().apply(administrator, id, 'another')).rejects.toThrow(refusal('deploymentPlan.moved'))
    expect(await plans().apply(administrator, id, plan.fingerprint)).toHaveLength(2)
    await drain()
    const condition = async (account: Account) =>
      (await world.services.deployments.get(administrator, placeOf(account))).condition
    expect(await Promise.all(accounts.map(condition))).toEqual(['stale', 'deployed', 'deployed'])

    const only = await plans().create(administrator, { places: [placeOf(accounts[0]!)] })
    const { plan: empty } = await plans().get(administrator, only!, FIRST_PAGE)
    await expect(plans().apply(administrator, only!, empty.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.empty'),
    )
    await outage(accounts[0]!, false)

    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    expect((await plans().get(auditor, id, FIRST_PAGE)).plan.placeCount).toBe(3)
    for (const act of [
      () => plans().create(auditor, { places: [] }),
      () => plans().apply(auditor, id, plan.fingerprint),
      () => plans().again(auditor, id),
      () => plans().undeployAsPlanned(auditor, placeOf(accounts[0]!), 'x'),
      () => plans().get({ kind: 'anonymous' }, id, FIRST_PAGE),
    ]) {
      await expect(act()).rejects.toThrow(refusal('actor.forbidden'))
    }
    const elsewhere = await world.account()
    await expect(plans().create(administrator, { places: [placeOf(elsewhere)] })).rejects.toThrow(
      refusal('deployment.notFound'),
    )
    const many = Array.from({ length: 1001 }, () => placeOf(elsewhere))
    await expect(plans().create(administrator, { places: many })).rejects.toThrow(refusal('assignment.limit'))
    world.clock.advance(60 * 60)
    await expect(plans().get(administrator, id, FIRST_PAGE)).rejects.toThrow(
      refusal('deploymentPlan.notFound'),
    )
    await expect(plans().apply(administrator, id, plan.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.notFound'),
    )
  })

  it('say what undeploying takes away, and hold it to that', async () => {
    const [account] = accounts
    const place = placeOf(account!)
    const before = await plans().previewUndeployment(administrator, place)
    expect(before.change).toMatchObject({
      role: { kind: 'removed' },
      samlProvider: 'removed',
      effect: { gains: false, loses: true },
    })
    await world.services.assignments.revokeAll(administrator, place)
    await world.db
      .updateTable('cam_roles')
      .set({ description: 'meddled' })
      .where('account_uin', '=', account!.uin)
      .execute()
    await expect(plans().undeployAsPlanned(administrator, place, before.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.moved'),
    )
    await outage(account!, true)
    const unknown = await plans().previewUndeployment(administrator, place)
    expect(unknown).toMatchObject({ failure: expect.stringContaining('does not answer') })
    await outage(account!, false)
    await expect(plans().undeployAsPlanned(administrator, place, unknown.fingerprint)).rejects.toThrow(
      refusal('deploymentPlan.moved'),
    )
    const { fingerprint } = await plans().previewUndeployment(administrator, place)
    await plans().undeployAsPlanned(administrator, place, fingerprint)
    await expect(plans().undeployAsPlanned(administrator, place, fingerprint)).rejects.toThrow(
      refusal('deployment.busy'),
    )
    await drain()
    expect((await world.inAccount(account!.uin)).roles).toEqual([])
  })
})
