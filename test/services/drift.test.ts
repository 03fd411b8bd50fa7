import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin } from '../../server/domain/ids.js'
import { putFaults } from '../../db/cam.js'
import { inTransaction } from '../../db/transaction.js'
import { engines } from '../support/engines.js'
import {
  createPermissionWorld,
  DOCUMENT,
  FIRST_PAGE,
  type PermissionWorld,
} from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

const DAY = 24 * 60 * 60

describe.each(engines)('drift on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const drift = () => world.services.drift
  const repairs = () => world.services.driftRepairs
  const drain = () => world.services.deploymentWorker.drain()

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  async function deployed() {
    const configuration = await world.configuration()
    const account = await world.account()
    await world.services.assignments.assign(administrator, [
      world.triple(await world.user(), account, configuration),
    ])
    await drain()
    return { configuration, account, place: { configurationId: configuration.id, accountUin: account.uin } }
  }

  /** Looks at the account; what differs as kind, state and name without what is in every name. */
  async function found(accountUin: AccountUin): Promise<readonly string[]> {
    await drift().checkAccount(administrator, accountUin)
    const { items } = await drift().findings(administrator, { accountUin, page: FIRST_PAGE })
    return items.map(({ kind, name, difference }) => `${kind} ${difference.state} ${name.split(/-rc-|-/)[0]}`)
  }

  const faults = (accountUin: AccountUin, outage: boolean) =>
    inTransaction(world.db, (tx) =>
      putFaults(tx, accountUin, { delayMilliseconds: 0, errorPermille: 0, outage }),
    )
  const roleIn = (accountUin: AccountUin) =>
    world.db
      .selectFrom('cam_roles')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('managed_by', '=', 'identityCenter')
      .executeTakeFirstOrThrow()

  it('is not found where all is as it was deployed, also when the configuration has changed since', async () => {
    const { account, configuration } = await deployed()
    expect(await found(account.uin)).toEqual([])
    const { permissionConfigurations } = world.services
    await permissionConfigurations.update(administrator, configuration.id, {
      description: 'later',
      sessionDuration: 7200,
    })
    await permissionConfigurations.putCustomPolicy(
      administrator,
      configuration.id,
      'read',
      DOCUMENT.replace('Get', 'Put'),
    )
    expect(await found(account.uin)).toEqual([])
    expect(await drift().checkOf(administrator, account.uin)).toMatchObject({
      checkedAt: world.clock.now().toISOString(),
    })
  })

  it('is found in trust policy, settings, attachments and texts, line by line, and put right by one task', async () => {
    const { account, configuration, place } = await deployed()
    const { uin } = account
    const role = await roleIn(uin)
    await world.db
      .updateTable('cam_roles')
      .set({
        session_duration: 43_200,
        trust_policy: role.trust_policy.replace(
          /qcs::[^"]*/,
          'qcs::cam::uin/100000000999:saml-provider/evil',
        ),
      })
      .where('id', '=', role.id)
      .execute()
    await world.db
      .updateTable('cam_policies')
      .set({ document: DOCUMENT.replace('cos:Get*', 'cos:*') })
      .where('account_uin', '=', uin)
      .execute()
    await world.db
      .updateTable('cam_attachments')
      .set({ policy_id: 1, policy_name: 'AdministratorAccess' })
      .where('target_id', '=', role.id)
      .where('policy_type', '=', 'preset')
      .execute()
    expect(await found(uin)).toEqual(['role changed TencentCloudSSO'])
    const { items } = await drift().findings(administrator, {
      configurationId: configuration.id,
      page: FIRST_PAGE,
    })
    const difference = items[0]?.difference.role
    expect(difference?.settings).toEqual([{ name: 'sessionDuration', before: 3600, after: 43_200 }])
    const marked = (lines: readonly { kind: string; text: string }[]) =>
      lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text.trim()}`)
    const { id: zoneId } = await world.services.zones.current()
    expect(marked(difference?.trust[0]?.lines ?? [])).toEqual([
      `removed "qcs::cam::uin/<account>:saml-provider/TencentReservedSSO-${zoneId}"`,
      'added "qcs::cam::uin/100000000999:saml-provider/evil"',
    ])
    expect(difference?.policies.map(({ kind, name }) => [kind, name])).toEqual([
      ['added', 'AdministratorAccess'],
      ['removed', 'ReadOnlyAccess'],
      ['changed', 'read'],
    ])
    expect(marked(difference?.policies[2]?.statements[0]?.lines ?? [])).toEqual([
      'removed "cos:Get*"',
      'added "cos:*"',
    ])
    expect(await drift().countOf(administrator, [configuration.id])).toEqual(new Map([[configuration.id, 1]]))

    // What was deployed comes back, and nothing that was changed in the configuration since.
    await world.services.permissionConfigurations.update(administrator, configuration.id, {
      sessionDuration: 7200,
    })
    const tasks = await repairs().repair(administrator, [{ kind: 'deployment', ...place }])
    expect(tasks).toMatchObject([{ type: 'provisionRoleConfiguration', status: 'inProgress' }])
    await expect(repairs().repair(administrator, [{ kind: 'deployment', ...place }])).rejects.toThrow(
      refusal('deployment.busy'),
    )
    await drain()
    expect((await drift().findings(administrator, { accountUin: uin, page: FIRST_PAGE })).total).toBe(0)
    expect(await found(uin)).toEqual([])
    expect(await roleIn(uin)).toMatchObject({ session_duration: 3600, trust_policy: role.trust_policy })
    expect(await world.services.deployments.get(administrator, place)).toMatchObject({
      condition: 'stale',
      deployedVersion: 3,
    })
  })

  it('is found in what has vanished and in what nothing needs', async () => {
    const { account, configuration, place } = await deployed()
    const { uin } = account
    const now = world.clock.now().toISOString()
    const before = await roleIn(uin)
    await world.db.deleteFrom('cam_attachments').where('target_id', '=', before.id).execute()
    await world.db.deleteFrom('cam_roles').where('id', '=', before.id).execute()
    await world.db.deleteFrom('cam_saml_providers').where('account_uin', '=', uin).execute()
    const owned = {
      account_uin: uin,
      managed_by: 'identityCenter' as const,
      created_at: now,
      updated_at: now,
    }
    await world.db
      .insertInto('cam_roles')
      .values({ ...before, ...owned, id: `${before.id}9` as never, name: 'Stray', name_key: 'stray' })
      .execute()
    await world.db
      .insertInto('cam_policies')
      .values([
        { ...owned, name: `${configuration.id}-stray`, document: DOCUMENT },
        { ...owned, name: 'unknown-stray', document: DOCUMENT },
        { ...owned, name: 'unknown-stray-2', document: DOCUMENT },
      ])
      .execute()
    expect(await found(uin)).toEqual([
      'policy extra rc',
      'policy extra unknown',
      'policy extra unknown',
      'role extra Stray',
      'role missing TencentCloudSSO',
      'samlProvider missing TencentReservedSSO',
    ])

    // One deployment puts right all that belongs to it.
    const tasks = await repairs().repairAll(administrator)
    expect(tasks.filter(({ accountUin }) => accountUin === uin)).toHaveLength(1)
    await drain()
    expect(await found(uin)).toEqual(['policy extra unknown', 'policy extra unknown', 'role extra Stray'])
    await repairs().removeExtra(administrator, uin, { kind: 'role', name: 'Stray' })
    await repairs().removeExtra(administrator, uin, { kind: 'policy', name: 'unknown-stray' })
    expect(await found(uin)).toEqual(['policy extra unknown'])
    await repairs().removeExtra(administrator, uin, { kind: 'policy', name: 'unknown-stray-2' })
    expect(await found(uin)).toEqual([])

    // What something needs is not taken away, whatever a form says.
    for (const name of [before.name, 'Nothing']) {
      await expect(repairs().removeExtra(administrator, uin, { kind: 'role', name })).rejects.toThrow(
        refusal('deployment.notFound'),
      )
    }
    expect((await world.inAccount(uin)).roles).toEqual([before.name])
    await world.services.assignments.revokeAll(administrator, place)
    await world.services.deployments.undeploy(administrator, place)
    await drain()
    expect(await found(uin)).toEqual([])
  })

  it('is not known of an account that cannot be asked: what was found stays, and no account counts as clean', async () => {
    const { account } = await deployed()
    const { uin } = account
    await world.db.deleteFrom('cam_saml_providers').where('account_uin', '=', uin).execute()
    expect(await found(uin)).toEqual(['samlProvider missing TencentReservedSSO'])
    const before = await drift().summary(administrator)
    await faults(uin, true)
    expect(await found(uin)).toEqual(['samlProvider missing TencentReservedSSO'])
    const failures = await drift().failures(administrator, FIRST_PAGE)
    expect(failures.items).toMatchObject([
      { accountUin: uin, failure: expect.stringContaining('does not answer') },
    ])
    expect(await drift().summary(administrator)).toMatchObject({ failed: 1, clean: before.clean })
    await expect(repairs().removeExtra(administrator, uin, { kind: 'role', name: 'Stray' })).rejects.toThrow(
      refusal('cam.unavailable'),
    )

    await faults(uin, false)
    const [task] = await repairs().repair(administrator, [{ kind: 'samlProvider', accountUin: uin }])
    await drain()
    expect(await world.services.tasks.get(administrator, task!.id)).toMatchObject({ status: 'success' })
    expect(await found(uin)).toEqual([])
  })

  it('is left alone where a task is in progress', async () => {
    const { account, place } = await deployed()
    await world.db.deleteFrom('cam_saml_providers').where('account_uin', '=', account.uin).execute()
    await world.db
      .updateTable('cam_roles')
      .set({ description: 'x' })
      .where('account_uin', '=', account.uin)
      .execute()
    await world.services.deployments.redeploy(administrator, [place])
    expect(await found(account.uin)).toEqual([])
    await drain()
  })

  it('is looked for by schedule and on request, by one process at a time, those first that waited longest', async () => {
    const { account } = await deployed()
    world.clock.advance(2 * DAY)
    const { total: accounts } = await world.services.organization.listAccounts(administrator, {
      page: FIRST_PAGE,
    })
    await faults(account.uin, true)
    expect(await drift().run()).toBe(accounts)
    expect(await drift().run()).toBe(0)
    expect(await drift().summary(administrator)).toMatchObject({ failed: 1, waiting: 0 })
    world.clock.advance(15 * 60)
    // The one that could not be asked does not wait for the next day.
    expect(await drift().run()).toBe(1)
    await faults(account.uin, false)
    world.clock.advance(DAY - 1)
    expect(await drift().run()).toBe(accounts)
    expect(await drift().summary(administrator)).toMatchObject({ failed: 0 })

    await world.services.zones.changeSetting(administrator, 'drift.scheduled', 'false')
    world.clock.advance(30 * DAY)
    expect(await drift().run()).toBe(0)
    expect(await drift().requestAll(administrator)).toBe(accounts)
    expect(await drift().summary(administrator)).toMatchObject({ requested: accounts, waiting: 0 })
    const runs = await Promise.all([drift().run(), drift().run()])
    expect(Math.max(...runs)).toBe(accounts)
    expect(await drift().summary(administrator)).toMatchObject({ requested: 0, drifted: 0 })
  })

  it('leaves audit events of what was found, asked for and repaired', async () => {
    const { items } = await world.services.audit.search(administrator, { action: 'drift.', page: FIRST_PAGE })
    expect([...new Set(items.map(({ action }) => action))].sort()).toEqual([
      'drift.check',
      'drift.found',
      'drift.removeExtra',
      'drift.repair',
    ])
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    for (const act of [
      () => drift().requestAll(auditor),
      () => drift().checkAccount(auditor, '100000000001' as AccountUin),
      () => repairs().repair(auditor, []),
      () => repairs().repairAll(auditor),
      () => repairs().removeExtra(auditor, '100000000001' as AccountUin, { kind: 'role', name: 'x' }),
      () => drift().summary({ kind: 'anonymous' }),
    ]) {
      await expect(act()).rejects.toThrow(refusal('actor.forbidden'))
    }
    await expect(drift().checkAccount(administrator, '100000000009' as AccountUin)).rejects.toThrow(
      refusal('account.notFound'),
    )
  })
})
