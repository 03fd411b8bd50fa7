import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import { IdentityCenterError } from '../../server/domain/errors.js'
import type { AccountUin, TaskId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import type { Task } from '../../server/domain/task.js'
import { engines } from '../support/engines.js'
import { hookCam, type CamCall } from '../support/hooked-cam.js'
import {
  createPermissionWorld,
  DOCUMENT,
  FIRST_PAGE,
  type PermissionWorld,
} from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

const STEPS: readonly CamCall[] = [
  'putSamlProvider',
  'putRole',
  'putCustomPolicy',
  'attachPolicies',
  'deleteCustomPolicies',
]
const unavailable = () => new IdentityCenterError('cam.unavailable', 'The account does not answer.')
/** A promise and the hand that fulfils it. */
function gate() {
  let open!: () => void
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open, opened }
}

describe.each(engines)('the deployment worker on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  /** A new user's assignment of a new configuration in a new account. */
  async function assignOne(
    parts: { readonly account?: Account; readonly configuration?: PermissionConfiguration } = {},
  ) {
    const account = parts.account ?? (await world.account())
    const configuration = parts.configuration ?? (await world.configuration())
    const triple = world.triple(await world.user(), account, configuration)
    const [task] = await world.services.assignments.assign(administrator, [triple])
    return { account, configuration, triple, task: task!, place: placeOf(account, configuration) }
  }
  const placeOf = (account: Account, configuration: PermissionConfiguration) => ({
    accountUin: account.uin,
    configurationId: configuration.id,
  })
  const taskNow = ({ id }: { readonly id: TaskId }): Promise<Task> =>
    world.services.tasks.get(administrator, id)
  const deploymentNow = (place: ReturnType<typeof placeOf>) =>
    world.services.deployments.get(administrator, place)
  const drain = () => world.services.deploymentWorker.drain()
  const eventsOf = async (configuration: PermissionConfiguration) =>
    (
      await world.services.audit.search(administrator, {
        subjectId: configuration.id,
        action: 'deployment.',
        page: FIRST_PAGE,
      })
    ).items

  it('makes the provider, the role and its policies in the account, and nothing else', async () => {
    const { account, configuration, task, place } = await assignOne()
    expect(await deploymentNow(place)).toMatchObject({ status: 'deploying', condition: 'deploying' })
    await drain()
    expect(await taskNow(task)).toMatchObject({ status: 'success', attempts: 0 })
    expect(await deploymentNow(place)).toMatchObject({
      condition: 'deployed',
      deployedHash: configuration.contentHash,
    })
    const { id: zoneId } = await world.services.zones.current()
    expect(await world.inAccount(account.uin)).toEqual({
      roles: [`TencentCloudSSO-${configuration.name}`],
      policies: [`${configuration.id}-read`],
      attachments: expect.arrayContaining(['ReadOnlyAccess', `${configuration.id}-read`]),
      providers: [`TencentReservedSSO-${zoneId}`],
    })
    expect(await world.role(account.uin, configuration)).toMatchObject({
      sessionDuration: 3600,
      preset: [{ id: 900001, name: 'ReadOnlyAccess' }],
      custom: [{ name: `${configuration.id}-read`, document: DOCUMENT }],
    })
    expect(await eventsOf(configuration)).toMatchObject([
      { action: 'deployment.deployed', result: 'success' },
    ])
  })

  it('keeps custom policies of one name from two configurations apart', async () => {
    const [first, second] = [await world.configuration(), await world.configuration()]
    await world.services.permissionConfigurations.putCustomPolicy(
      administrator,
      second.id,
      'read',
      DOCUMENT.replace('cos', 'cvm'),
    )
    const { account } = await assignOne({ configuration: first })
    await assignOne({ configuration: second, account })
    await drain()
    expect((await world.role(account.uin, first))?.custom[0]?.document).toContain('cos:Get*')
    expect((await world.role(account.uin, second))?.custom[0]?.document).toContain('cvm:Get*')
  })

  it('changes nothing further when it does everything again', async () => {
    const { account, place, configuration } = await assignOne()
    await drain()
    const before = [await world.inAccount(account.uin), await world.role(account.uin, configuration)]
    const [task] = await world.services.deployments.redeploy(administrator, [place])
    await drain()
    expect(await taskNow(task!)).toMatchObject({ status: 'success', type: 'provisionRoleConfiguration' })
    expect([await world.inAccount(account.uin), await world.role(account.uin, configuration)]).toEqual(before)
  })

  describe('when an account fails', () => {
    it('tries again after a delay and not before', async () => {
      const { task, account } = await assignOne()
      let outage = true
      const calls: CamCall[] = []
      const worker = world.worker(
        hookCam(world.cam.client, {
          before: (call) => {
            calls.push(call)
            if (outage && call === 'attachPolicies') throw unavailable()
          },
        }),
      )
      await worker.drain()
      expect(await taskNow(task)).toMatchObject({
        status: 'inProgress',
        attempts: 1,
        failureReason: 'The account does not answer.',
      })
      outage = false
      await worker.drain()
      expect(calls.filter((call) => call === 'attachPolicies')).toHaveLength(1)
      world.clock.advance(1)
      await worker.drain()
      const done = await taskNow(task)
      expect(done).toMatchObject({ status: 'success', attempts: 1 })
      expect(done).not.toHaveProperty('failureReason')
      expect((await world.inAccount(account.uin)).attachments).toHaveLength(2)
    })

    it('gives up after ten attempts with the reason, and assigning again tries again', async () => {
      const { task, place, triple, configuration } = await assignOne()
      let attempts = 0
      const broken = world.worker(
        hookCam(world.cam.client, {
          before: (call) => {
            if (call === 'putSamlProvider') attempts += 1
            throw unavailable()
          },
        }),
      )
      for (let round = 0; round < 20; round += 1) {
        await broken.drain()
        world.clock.advance(60)
      }
      expect(attempts).toBe(10)
      expect(await taskNow(task)).toMatchObject({
        status: 'failed',
        attempts: 10,
        failureReason: 'The account does not answer.',
      })
      expect(await deploymentNow(place)).toMatchObject({
        condition: 'failed',
        failureReason: 'The account does not answer.',
      })
      expect(await eventsOf(configuration)).toMatchObject([
        { action: 'deployment.deployed', result: 'failure' },
      ])

      const [again] = await world.services.assignments.assign(administrator, [triple])
      expect(again).toMatchObject({ status: 'inProgress' })
      await drain()
      expect(await taskNow(again!)).toMatchObject({ status: 'success' })
      expect(await deploymentNow(place)).toMatchObject({ condition: 'deployed' })
      await expect(world.services.assignments.assign(administrator, [triple])).rejects.toThrow(
        refusal('assignment.exists'),
      )
    })

    it('does not repeat what the account refuses for good', async () => {
      const { task, place } = await assignOne()
      let calls = 0
      const worker = world.worker(
        hookCam(world.cam.client, {
          before: () => {
            calls += 1
            throw new IdentityCenterError('cam.managed', 'The account has its own role of this name.')
          },
        }),
      )
      await worker.drain()
      expect(calls).toBe(1)
      expect(await taskNow(task)).toMatchObject({
        status: 'failed',
        failureReason: 'The account has its own role of this name.',
      })
      expect(await deploymentNow(place)).toMatchObject({ condition: 'failed' })
    })

    it('takes an account that does not answer at all for one that failed', async () => {
      const { task, account } = await assignOne()
      const never = new Promise<void>(() => undefined)
      const worker = world.worker(hookCam(world.cam.client, { before: () => never }), { stepMilliseconds: 5 })
      await worker.drain()
      expect(await taskNow(task)).toMatchObject({
        status: 'inProgress',
        attempts: 1,
        failureReason: `The account ${account.uin} did not answer in time.`,
      })
      world.clock.advance(1)
      await drain()
      expect(await taskNow(task)).toMatchObject({ status: 'success' })
    })

    it('tells nobody the text of an unexpected error', async () => {
      const { task } = await assignOne()
      const worker = world.worker(
        hookCam(world.cam.client, {
          before: () => {
            throw new TypeError('secret detail of the inside')
          },
        }),
      )
      await worker.drain()
      const after = await taskNow(task)
      expect(after).toMatchObject({ status: 'inProgress', attempts: 1 })
      expect(after.failureReason).not.toContain('secret detail')
      world.clock.advance(2)
      await drain()
    })

    it('lets other accounts go on', async () => {
      const [dead, alive] = [await assignOne(), await assignOne()]
      const worker = world.worker(
        hookCam(world.cam.client, {
          before: (_, account) => {
            if (account === dead.account.uin) throw unavailable()
          },
        }),
      )
      await worker.drain()
      expect(await taskNow(alive.task)).toMatchObject({ status: 'success' })
      expect(await taskNow(dead.task)).toMatchObject({ status: 'inProgress' })
      world.clock.advance(2)
      await drain()
    })

    it('reaches exactly what shall be, whatever step fails before or after it was done', async () => {
      for (const moment of ['before', 'after'] as const) {
        for (const failing of STEPS) {
          const { account, configuration, task } = await assignOne()
          let failed = false
          const fault = (call: CamCall) => {
            if (failed || call !== failing) return
            failed = true
            throw unavailable()
          }
          const worker = world.worker(hookCam(world.cam.client, { [moment]: fault }))
          await worker.drain()
          expect(await taskNow(task)).toMatchObject({ status: 'inProgress' })
          world.clock.advance(1)
          await worker.drain()
          expect(await taskNow(task)).toMatchObject({ status: 'success' })
          expect(await world.inAccount(account.uin)).toMatchObject({
            roles: [`TencentCloudSSO-${configuration.name}`],
            policies: [`${configuration.id}-read`],
            providers: [expect.any(String)],
          })
          expect((await world.role(account.uin, configuration))?.custom).toHaveLength(1)
        }
      }
    })
  })

  it('carries removals out first, then what somebody waits for, and batches behind', async () => {
    const gone = await assignOne()
    await drain()
    await world.services.assignments.revoke(administrator, gone.triple)
    const calls: string[] = []
    const worker = world.worker(
      hookCam(world.cam.client, { before: (call, account) => void calls.push(`${account} ${call}`) }),
      { lanes: 1 },
    )
    const [first, second] = [await assignOne(), await assignOne()]
    await world.db.updateTable('tasks').set({ priority: 2 }).where('id', '=', first.task.id).execute()
    await world.services.deployments.undeploy(administrator, gone.place)
    await worker.drain()
    const accounts = calls.map((call) => call.split(' ')[0])
    expect([...new Set(accounts)]).toEqual([gone.account.uin, second.account.uin, first.account.uin])
  })

  it('waits for no time that a clock wrote which has been moved back', async () => {
    const { task } = await assignOne()
    const begin = world.clock.now()
    world.clock.advance(3600)
    await world
      .worker(
        hookCam(world.cam.client, {
          before: () => {
            throw unavailable()
          },
        }),
      )
      .drain()
    world.clock.set(begin)
    await drain()
    expect(await taskNow(task)).toMatchObject({ status: 'inProgress', attempts: 1 })
    await world.services.assignmentEndings.run()
    await drain()
    expect(await taskNow(task)).toMatchObject({ status: 'success' })
  })

  describe('beside other workers', () => {
    it('leaves the tasks to whoever has the lease, and a late result counts for nothing', async () => {
      const { task, configuration, place } = await assignOne()
      const [reached, resumed] = [gate(), gate()]
      const late = world.worker(
        hookCam(world.cam.client, {
          after: async (call) => {
            if (call !== 'deleteCustomPolicies') return
            reached.open()
            await resumed.opened
          },
        }),
      )
      const lateDrain = late.drain()
      await reached.opened

      // The lease still runs: nobody else touches the account.
      await drain()
      expect(await taskNow(task)).toMatchObject({ status: 'inProgress' })
      world.clock.advance(61)
      await drain()
      expect(await taskNow(task)).toMatchObject({ status: 'success' })
      const [redeployment] = await world.services.deployments.redeploy(administrator, [place])

      resumed.open()
      await lateDrain
      expect(await taskNow(redeployment!)).toMatchObject({ status: 'success' })
      const done = (await eventsOf(configuration)).filter(({ action }) => action === 'deployment.deployed')
      expect(done.map(({ detail }) => JSON.parse(detail) as unknown)).toMatchObject([
        { tasks: [redeployment!.id] },
        { tasks: [task.id] },
      ])
    })

    it('does nothing more in an account after it has lost the lease', async () => {
      const { task } = await assignOne()
      const [reached, resumed] = [gate(), gate()]
      const lateCalls: CamCall[] = []
      const late = world.worker(
        hookCam(world.cam.client, {
          before: async (call) => {
            lateCalls.push(call)
            if (call !== 'putRole') return
            reached.open()
            await resumed.opened
          },
        }),
      )
      const lateDrain = late.drain()
      await reached.opened
      world.clock.advance(61)
      await drain()
      resumed.open()
      await lateDrain
      expect(lateCalls).toEqual(['putSamlProvider', 'putRole'])
      expect(await taskNow(task)).toMatchObject({ status: 'success', attempts: 0 })
    })

    it('keeps its lease for as long as it works', async () => {
      const { task } = await assignOne()
      const slow = world.worker(
        hookCam(world.cam.client, {
          before: async (call) => {
            world.clock.advance(50)
            // Another worker looks around while this one is in the middle of its steps.
            await other.drain()
            slowCalls.push(call)
          },
        }),
      )
      const slowCalls: CamCall[] = []
      const otherCalls: CamCall[] = []
      const other = world.worker(hookCam(world.cam.client, { before: (call) => void otherCalls.push(call) }))
      await slow.drain()
      expect(slowCalls).toEqual(STEPS)
      expect(otherCalls).toEqual([])
      expect(await taskNow(task)).toMatchObject({ status: 'success' })
    })

    it('shares the work, and no two are ever in one account at once', async () => {
      const configurations = [await world.configuration(), await world.configuration()]
      const accounts = await Promise.all(Array.from({ length: 12 }, () => world.account()))
      const group = await world.group()
      const made = await world.services.assignments.assign(
        administrator,
        accounts.flatMap((account) =>
          configurations.map((configuration) => world.triple(group, account, configuration)),
        ),
      )
      const inside = new Map<AccountUin, number>()
      const done = [0, 0]
      let most = 0
      const workers = done.map((_, index) =>
        world.worker(
          hookCam(world.cam.client, {
            before: async (_call, account) => {
              const now = (inside.get(account) ?? 0) + 1
              inside.set(account, now)
              most = Math.max(most, now)
              // Whoever waits here gives the others their turn.
              await new Promise((resolve) => setImmediate(resolve))
            },
            after: (call, account) => {
              inside.set(account, (inside.get(account) ?? 0) - 1)
              if (call === 'deleteCustomPolicies') done[index] = (done[index] ?? 0) + 1
            },
          }),
          { lanes: 3 },
        ),
      )
      await Promise.all(workers.map((worker) => worker.drain()))
      expect(await world.services.tasks.progress(administrator, made[0]!.batchId)).toEqual({
        inProgress: 0,
        success: 24,
        failed: 0,
      })
      expect(most).toBe(1)
      expect(done.reduce((sum, count) => sum + count)).toBe(24)
      expect(Math.min(...done)).toBeGreaterThan(0)
    })

    it('hands its tasks back at once when it is stopped', async () => {
      const first = await assignOne()
      const second = await assignOne({ account: first.account })
      const [reached, resumed] = [gate(), gate()]
      const calls: CamCall[] = []
      const stopping = world.worker(
        hookCam(world.cam.client, {
          before: async (call) => {
            calls.push(call)
            reached.open()
            await resumed.opened
          },
        }),
      )
      stopping.start()
      await reached.opened
      const stopped = stopping.stop()
      resumed.open()
      await stopped
      expect(calls).toEqual(['putSamlProvider'])
      expect(await taskNow(first.task)).toMatchObject({ status: 'inProgress', attempts: 0 })
      // No clock was moved: the lease did not have to run out.
      await drain()
      expect(await taskNow(first.task)).toMatchObject({ status: 'success' })
      expect(await taskNow(second.task)).toMatchObject({ status: 'success' })
    })

    it('finds by itself, once started, what is there and what comes', async () => {
      const before = await assignOne()
      const [first, second] = [gate(), gate()]
      const worker = world.worker(
        hookCam(world.cam.client, {
          after: (call, account) => {
            if (call !== 'deleteCustomPolicies') return
            if (account === before.account.uin) first.open()
            else second.open()
          },
        }),
      )
      worker.start()
      await first.opened
      const later = await assignOne()
      worker.wake()
      await second.opened
      await worker.stop()
      expect(await taskNow(before.task)).toMatchObject({ status: 'success' })
      expect(await taskNow(later.task)).toMatchObject({ status: 'success' })
    })
  })

  describe('for a configuration that changed', () => {
    it('leaves the account as it was until redeployed, and then takes away what is no longer wanted', async () => {
      const { account, configuration, place } = await assignOne()
      await drain()
      const { permissionConfigurations, deployments } = world.services
      await permissionConfigurations.detachPolicy(administrator, configuration.id, {
        type: 'custom',
        name: 'read',
      })
      await permissionConfigurations.putCustomPolicy(administrator, configuration.id, 'write', DOCUMENT)
      await permissionConfigurations.update(administrator, configuration.id, { sessionDuration: 900 })
      await drain()
      expect(await deploymentNow(place)).toMatchObject({ status: 'deployed', condition: 'stale' })
      expect(await world.role(account.uin, configuration)).toMatchObject({
        sessionDuration: 3600,
        custom: [{ name: `${configuration.id}-read` }],
      })
      expect(
        (await permissionConfigurations.list(administrator, { search: configuration.name, page: FIRST_PAGE }))
          .items,
      ).toMatchObject([{ deploymentCount: 1, staleCount: 1 }])

      const tasks = await deployments.redeployStale(administrator, { configurationId: configuration.id })
      expect(tasks).toHaveLength(1)
      await drain()
      expect(await deploymentNow(place)).toMatchObject({ condition: 'deployed' })
      expect(await world.role(account.uin, configuration)).toMatchObject({
        sessionDuration: 900,
        custom: [{ name: `${configuration.id}-write` }],
      })
      expect((await world.inAccount(account.uin)).policies).toEqual([`${configuration.id}-write`])
      expect(await deployments.redeployStale(administrator, { configurationId: configuration.id })).toEqual(
        [],
      )
    })

    it('says stale when it changed while it was being deployed', async () => {
      const { configuration, place } = await assignOne()
      const worker = world.worker(
        hookCam(world.cam.client, {
          before: async (call) => {
            if (call !== 'attachPolicies') return
            await world.services.permissionConfigurations.attachPreset(administrator, configuration.id, [1])
          },
        }),
      )
      await worker.drain()
      expect(await deploymentNow(place)).toMatchObject({ condition: 'stale' })
    })

    it('shows a failed redeployment, and the role stays open as it was', async () => {
      const { place } = await assignOne()
      await drain()
      const [task] = await world.services.deployments.redeploy(administrator, [place])
      const broken = world.worker(
        hookCam(world.cam.client, {
          before: () => {
            throw new IdentityCenterError('cam.managed', 'No.')
          },
        }),
      )
      await broken.drain()
      expect(await taskNow(task!)).toMatchObject({ status: 'failed' })
      expect(await deploymentNow(place)).toMatchObject({
        condition: 'failed',
        deployedHash: expect.any(String),
      })
      const tasks = await world.services.deployments.redeployStale(administrator, {
        accountUin: place.accountUin,
      })
      expect(tasks).toHaveLength(1)
      await drain()
      expect(await deploymentNow(place)).toMatchObject({ condition: 'deployed' })
    })

    it('deploys where nobody is assigned, when asked to', async () => {
      const [account, configuration] = [await world.account(), await world.configuration()]
      const [task] = await world.services.deployments.redeploy(administrator, [
        placeOf(account, configuration),
      ])
      expect(task).toMatchObject({ type: 'provisionRoleConfiguration', status: 'inProgress' })
      await drain()
      expect(await deploymentNow(placeOf(account, configuration))).toMatchObject({ condition: 'deployed' })
    })
  })

  describe('undeploying', () => {
    it('is refused while assignments use the deployment, and while a task is in progress', async () => {
      const { place, triple } = await assignOne()
      const { deployments, assignments } = world.services
      await expect(deployments.undeploy(administrator, place)).rejects.toThrow(
        refusal('permissionConfiguration.assigned', { assignments: 1 }),
      )
      await assignments.revoke(administrator, triple)
      await expect(deployments.undeploy(administrator, place)).rejects.toThrow(refusal('deployment.busy'))
      await drain()
      await deployments.undeploy(administrator, place)
      await expect(deployments.undeploy(administrator, place)).rejects.toThrow(refusal('deployment.busy'))
      await expect(deployments.redeploy(administrator, [place])).rejects.toThrow(refusal('deployment.busy'))
      await expect(assignments.assign(administrator, [triple])).rejects.toThrow(refusal('deployment.busy'))
      await drain()
      await expect(deployments.undeploy(administrator, place)).rejects.toThrow(refusal('deployment.notFound'))
    })

    it('takes everything away, and the provider only with the last deployment of the account', async () => {
      const first = await assignOne()
      const second = await assignOne({ account: first.account })
      await drain()
      const { deployments, assignments } = world.services
      for (const { triple } of [first, second]) await assignments.revoke(administrator, triple)
      await deployments.undeploy(administrator, first.place)
      await drain()
      expect(await world.inAccount(first.account.uin)).toMatchObject({
        roles: [`TencentCloudSSO-${second.configuration.name}`],
        policies: [`${second.configuration.id}-read`],
        providers: [expect.any(String)],
      })
      const task = await deployments.undeploy(administrator, second.place)
      await drain()
      expect(await taskNow(task)).toMatchObject({ type: 'deprovisionRoleConfiguration', status: 'success' })
      expect(await world.inAccount(first.account.uin)).toEqual({
        roles: [],
        policies: [],
        providers: [],
        attachments: [],
      })
      await world.services.permissionConfigurations.removeWithLinks(administrator, first.configuration.id)
    })

    it('that failed half-way leaves nobody in and can be done again', async () => {
      const { place, triple, account } = await assignOne()
      await drain()
      await world.services.assignments.revoke(administrator, triple)
      await world.services.deployments.undeploy(administrator, place)
      const broken = world.worker(
        hookCam(world.cam.client, {
          before: (call) => {
            if (call === 'deleteCustomPolicies') throw new IdentityCenterError('cam.managed', 'No.')
          },
        }),
      )
      await broken.drain()
      const failed = await deploymentNow(place)
      expect(failed).toMatchObject({ condition: 'failed', failureReason: 'No.' })
      expect(failed).not.toHaveProperty('deployedHash')
      await world.services.deployments.undeploy(administrator, place)
      await drain()
      expect((await world.inAccount(account.uin)).policies).toEqual([])
    })

    it('keeps the provider when another configuration is about to be deployed', async () => {
      const { place, triple, account } = await assignOne()
      await drain()
      await world.services.assignments.revoke(administrator, triple)
      await world.services.deployments.undeploy(administrator, place)
      const other = await assignOne({ account })
      await drain()
      expect(await world.inAccount(account.uin)).toMatchObject({
        roles: [`TencentCloudSSO-${other.configuration.name}`],
        providers: [expect.any(String)],
      })
    })
  })

  it('counts deployments as they come and go', async () => {
    const count = async () => (await world.services.zones.statistics(administrator)).deployments
    const before = await count()
    const { place, triple } = await assignOne()
    expect(await count()).toBe(before + 1)
    await drain()
    await world.services.assignments.revoke(administrator, triple)
    await world.services.deployments.undeploy(administrator, place)
    await drain()
    expect(await count()).toBe(before)
  })

  it('lists deployments by condition', async () => {
    const { account, configuration } = await assignOne()
    await drain()
    const list = async (condition: 'deployed' | 'stale' | 'failed') =>
      (
        await world.services.deployments.list(administrator, {
          accountUin: account.uin,
          condition,
          page: FIRST_PAGE,
        })
      ).items.map(({ configurationName }) => configurationName)
    expect(await list('deployed')).toEqual([configuration.name])
    expect(await list('stale')).toEqual([])
    await world.services.permissionConfigurations.update(administrator, configuration.id, {
      sessionDuration: 901,
    })
    expect(await list('deployed')).toEqual([])
    expect(await list('stale')).toEqual([configuration.name])
    expect(await list('failed')).toEqual([])
  })
})
