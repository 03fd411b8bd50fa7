import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import { IdentityCenterError } from '../../server/domain/errors.js'
import type { AccountUin, PermissionConfigurationId, UserId } from '../../server/domain/ids.js'
import { createBatchWorker } from '../../server/services/batch-worker.js'
import type { PartIds } from '../../server/services/assignment-writer.js'
import { engines } from '../support/engines.js'
import { hookCam } from '../support/hooked-cam.js'
import { createPermissionWorld, FIRST_PAGE, type PermissionWorld } from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

describe.each(engines)('batches of assignments on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const batches = () => world.services.assignmentBatches
  const assignments = () => world.services.assignments
  const found = async (id: string) => (await batches().find(administrator, id))!
  const progress = async (id: string) => (await found(id)).progress
  const tasksOf = async (batchId: string) =>
    (await world.services.tasks.list(administrator, { batchId, page: { offset: 0, limit: 1000 } })).items
  const assignedAt = async (accountUin: AccountUin) =>
    (await assignments().list(administrator, { accountUin, page: FIRST_PAGE })).items
  const expanded = () => world.services.batchWorker.drain()
  const deployed = () => world.services.deploymentWorker.drain()
  /** A worker of another process, which makes a task or two at a time. */
  const slowWorker = (openTasks: number) =>
    createBatchWorker({
      ...world,
      ...world.services,
      log: world.logger,
      openTasks,
      wakeDeployments: () => undefined,
    })

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  /** So many accounts, users and configurations, all new. */
  async function fresh(accounts: number, users: number, configurations: number) {
    const times = <T>(count: number, make: () => Promise<T>) =>
      Array.from({ length: count }).reduce<Promise<readonly T[]>>(
        async (made) => [...(await made), await make()],
        Promise.resolve([]),
      )
    const userIds = await times(users, () => world.user())
    const uins = (await times(accounts, () => world.account())).map(({ uin }) => uin)
    const configurationIds = (await times(configurations, () => world.configuration())).map(({ id }) => id)
    const selection: PartIds = {
      principals: userIds.map((id) => ({ type: 'user', id })),
      accountUins: uins,
      configurationIds,
    }
    return { userIds, uins, configurationIds, selection }
  }

  it('are one row when submitted, and every combination once in the end, whoever works on them', async () => {
    const { selection, uins, userIds, configurationIds } = await fresh(3, 2, 2)
    const [uin, userId, configurationId] = [uins[0]!, userIds[0]!, configurationIds[0]!]
    const standing = { accountUin: uin, configurationId, principal: { type: 'user', id: userId } as const }
    await assignments().assign(administrator, [standing])
    await deployed()

    const twice = (parts: PartIds): PartIds => ({
      principals: [...parts.principals, ...parts.principals],
      accountUins: [...parts.accountUins, ...parts.accountUins],
      configurationIds: [...parts.configurationIds, ...parts.configurationIds],
    })
    expect(await batches().preview(administrator, twice(selection))).toEqual({ total: 12, existing: 1 })
    const id = await batches().submit(administrator, twice(selection), { requestKey: 'form-1' })
    expect(await progress(id)).toEqual({ inProgress: 0, success: 0, failed: 0, notBegun: 12, isOver: false })
    expect(await tasksOf(id)).toEqual([])
    // The same form again, and again with something else in it.
    expect(await batches().submit(administrator, selection, { requestKey: 'form-1' })).toBe(id)

    await Promise.all([expanded(), slowWorker(1000).drain()])
    expect(await progress(id)).toMatchObject({ notBegun: 0, failed: 1, isOver: false })
    await deployed()
    expect(await progress(id)).toEqual({ inProgress: 0, success: 11, failed: 1, notBegun: 0, isOver: true })
    const tasks = await tasksOf(id)
    expect(tasks.filter(({ status }) => status === 'failed')).toMatchObject([
      { accountUin: uin, configurationId, failureReason: 'This assignment exists already.' },
    ])
    expect(
      new Set(tasks.map((task) => `${task.accountUin} ${task.configurationId} ${task.principal?.id}`)).size,
    ).toBe(12)
    for (const account of uins) expect(await assignedAt(account)).toHaveLength(4)

    // Whoever tries what failed again finds it done.
    await batches().retryFailed(administrator, id)
    await expanded()
    expect(await progress(id)).toMatchObject({ success: 12, failed: 0, isOver: true })
    for (const account of uins) expect(await assignedAt(account)).toHaveLength(4)
  })

  it('fail where a part went after the submission, and name what is unknown before it', async () => {
    const { selection, userIds } = await fresh(1, 3, 1)
    const [gone, disabled] = [userIds[0]!, userIds[1]!]
    await world.services.users.setBlocked(administrator, disabled, true)
    const id = await batches().submit(administrator, selection)
    await world.services.users.remove(administrator, gone)
    await expanded()
    await deployed()
    expect(await progress(id)).toMatchObject({ success: 2, failed: 1 })
    expect((await tasksOf(id)).filter(({ status }) => status === 'failed')).toMatchObject([
      {
        principal: { id: gone },
        principalName: expect.stringMatching(/^user\d+$/),
        failureReason: expect.stringContaining('no longer there'),
      },
    ])
    // A disabled user has the assignment, and nothing of it.
    expect(await world.services.accountAccess.listFor(disabled)).toEqual([])
    expect(await world.services.accountAccess.listFor(userIds[2]!)).toHaveLength(1)

    const submit = (parts: Partial<PartIds>) =>
      batches().submit(administrator, {
        ...selection,
        principals: [{ type: 'user', id: disabled }],
        ...parts,
      })
    await expect(submit({ principals: [{ type: 'user', id: gone }] })).rejects.toThrow(
      refusal('user.notFound', { unknown: [gone] }),
    )
    await expect(submit({ accountUins: ['100000099999' as AccountUin] })).rejects.toThrow(
      refusal('account.notFound', { unknown: ['100000099999'] }),
    )
    const stranger = 'rc-unknownunkno' as PermissionConfigurationId
    await expect(submit({ configurationIds: [stranger] })).rejects.toThrow(
      refusal('permissionConfiguration.notFound', { unknown: [stranger] }),
    )
    await expect(submit({ principals: [] })).rejects.toThrow(refusal('assignment.invalid'))
    const many = Array.from(
      { length: 1001 },
      (_, index) => ({ type: 'user', id: `u-${index}` as UserId }) as const,
    )
    await expect(submit({ principals: many })).rejects.toThrow(refusal('assignment.limit'))
    await expect(batches().submit(administrator, selection, { end: '2020-01-01' })).rejects.toThrow(
      refusal('assignment.periodInvalid', { field: 'end' }),
    )
    await expect(batches().submit({ kind: 'anonymous' }, selection)).rejects.toThrow(
      refusal('actor.forbidden'),
    )
  })

  it('are held up, and go on where they stood', async () => {
    const { selection } = await fresh(4, 1, 1)
    const id = await batches().submit(administrator, selection)
    const worker = slowWorker(1)
    await expanded()
    await batches().pause(administrator, id)
    await worker.drain()
    await deployed()
    expect(await progress(id)).toMatchObject({ inProgress: 4, success: 0, isOver: false })
    await expect(batches().pause(administrator, id)).rejects.toThrow(refusal('assignment.batchOver'))
    await expect(batches().retryFailed(administrator, id)).rejects.toThrow(refusal('assignment.batchOver'))
    await batches().resume(administrator, id)
    await worker.drain()
    await deployed()
    expect(await progress(id)).toMatchObject({ success: 4, isOver: true })
    await expect(batches().resume(administrator, 'unknown')).rejects.toThrow(refusal('task.notFound'))
  })

  it('leave nothing half done when they are cancelled', async () => {
    const { selection, uins, userIds, configurationIds } = await fresh(2, 1, 1)
    const elsewhere = {
      accountUin: uins[1]!,
      configurationId: configurationIds[0]!,
      principal: { type: 'user', id: await world.user() } as const,
    }
    const id = await batches().submit(administrator, selection)
    await expanded()
    // Another one waits for the same deployment.
    await assignments().assign(administrator, [elsewhere])
    // The account has been asked for something when its worker dies.
    const dying = world.worker(
      hookCam(world.cam.client, {
        after: (call) => {
          if (call === 'putRole') throw new IdentityCenterError('cam.unavailable', 'It went away.')
        },
      }),
    )
    await dying.drain()
    await batches().cancel(administrator, id)
    await expanded()
    expect(await progress(id)).toMatchObject({ success: 0, failed: 2, isOver: true })
    expect((await tasksOf(id)).map(({ failureReason }) => failureReason)).toEqual([
      expect.stringContaining('Cancelled'),
      expect.stringContaining('Cancelled'),
    ])
    expect(await assignedAt(uins[0]!)).toEqual([])
    expect(await assignedAt(uins[1]!)).toMatchObject([{ principal: elsewhere.principal }])
    world.clock.advance(120)
    await deployed()
    expect(await world.inAccount(uins[0]!)).toEqual({
      roles: [],
      policies: [],
      providers: [],
      attachments: [],
    })
    expect((await world.inAccount(uins[1]!)).roles).toHaveLength(1)
    expect(await world.services.accountAccess.listFor(userIds[0]!)).toEqual([])
    await expect(batches().resume(administrator, id)).rejects.toThrow(refusal('assignment.batchOver'))
  })

  it('have what failed tried again, one task or all, and wait no longer than their room allows', async () => {
    const { selection, uins, userIds } = await fresh(3, 2, 1)
    const broken = new Set(uins)
    const failing = world.worker(
      hookCam(world.cam.client, {
        before: (_, account) => {
          if (broken.has(account))
            throw new IdentityCenterError('cam.nameTaken', 'The account has its own role.')
        },
      }),
    )
    const id = await batches().submit(administrator, selection)
    await expanded()
    await failing.drain()
    expect(await progress(id)).toMatchObject({ failed: 6, isOver: true })
    const failed = await tasksOf(id)
    expect(failed[0]).toMatchObject({ failureReason: 'The account has its own role.', attempts: 1 })

    await world.services.tasks.retry(administrator, failed[0]!.id)
    await expect(world.services.tasks.retry(administrator, failed[0]!.id)).rejects.toThrow(
      refusal('task.notFailed'),
    )
    await failing.drain()
    expect(await progress(id)).toMatchObject({ failed: 6 })

    broken.delete(uins[0]!)
    broken.delete(uins[1]!)
    await batches().retryFailed(administrator, id)
    await expanded()
    await failing.drain()
    expect(await progress(id)).toMatchObject({ success: 4, failed: 2, isOver: true })
    expect(await world.services.accountAccess.listFor(userIds[0]!)).toHaveLength(2)
    expect(
      (await tasksOf(id)).every(({ attempts, status }) => (status === 'failed') === (attempts === 1)),
    ).toBe(true)
  })
})
