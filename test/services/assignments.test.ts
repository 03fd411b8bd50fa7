import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type {
  AccountUin,
  GroupId,
  PermissionConfigurationId,
  TaskId,
  UserId,
} from '../../server/domain/ids.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, FIRST_PAGE, type PermissionWorld } from '../support/permission-world.js'
import { failuresOf, refusal } from '../support/refusal.js'

describe.each(engines)('assignments on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const assignments = () => world.services.assignments
  const tasks = () => world.services.tasks
  const drain = () => world.services.deploymentWorker.drain()
  const assignedTo = async (principalId: string) =>
    (await assignments().list(administrator, { principalId, page: FIRST_PAGE })).items

  /** A new user, account and configuration, and what would assign one to the other. */
  async function fresh() {
    const [user, account, configuration] = [
      await world.user(),
      await world.account(),
      await world.configuration(),
    ]
    return { user, account, configuration, triple: world.triple(user, account, configuration) }
  }

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  it('make one task for each triple, in order, and write everything in one transaction', async () => {
    const [user, group] = [await world.user(), await world.group()]
    const accounts = [await world.account(), await world.account()]
    const configuration = await world.configuration()
    const triples = [user, group].flatMap((principal) =>
      accounts.map((account) => world.triple(principal, account, configuration)),
    )
    const made = await assignments().assign(administrator, triples)
    expect(made.map(({ principal, accountUin }) => [principal?.id, accountUin])).toEqual(
      triples.map(({ principal, accountUin }) => [principal.id, accountUin]),
    )
    expect(new Set(made.map(({ batchId }) => batchId)).size).toBe(1)
    expect(made.every(({ status, type }) => status === 'inProgress' && type === 'createRoleAssignment')).toBe(
      true,
    )
    const batchId = made[0]!.batchId
    expect(await tasks().progress(administrator, batchId)).toEqual({ inProgress: 4, success: 0, failed: 0 })
    expect(await tasks().get(administrator, made[2]!.id)).toEqual(made[2])

    await drain()
    expect(await tasks().progress(administrator, batchId)).toEqual({ inProgress: 0, success: 4, failed: 0 })
    const { items, total } = await assignments().list(administrator, {
      configurationId: configuration.id,
      page: FIRST_PAGE,
    })
    expect(total).toBe(4)
    expect(items.every(({ configurationName }) => configurationName === configuration.name)).toBe(true)
    const { items: events } = await world.services.audit.search(administrator, {
      subjectId: batchId,
      page: FIRST_PAGE,
    })
    expect(events.map(({ action }) => action)).toEqual(['assignment.create'])
    expect(JSON.parse(events[0]!.detail).added).toHaveLength(4)
  })

  it('come back as a failed task where they exist, and the new ones of the same batch succeed', async () => {
    const [first, second] = [await world.user(), await world.user()]
    const [account, configuration] = [await world.account(), await world.configuration()]
    await assignments().assign(administrator, [world.triple(first, account, configuration)])
    await drain()
    const made = await assignments().assign(administrator, [
      world.triple(first, account, configuration),
      world.triple(second, account, configuration),
    ])
    expect(made).toMatchObject([
      { status: 'failed', failureReason: 'This assignment exists already.' },
      { status: 'success' },
    ])
    expect(await tasks().get(administrator, made[0]!.id)).toMatchObject({ status: 'failed' })
  })

  it('that are tried again count for the time that was asked for, and not after it', async () => {
    const { user, account, configuration, triple } = await fresh()
    await assignments().assign(administrator, [triple])
    await drain()
    const begin = world.clock.now()
    const end = new Date(begin.getTime() + 3_600_000).toISOString()
    /** A task that failed, of what has gone since. */
    const failed = async (): Promise<TaskId> => {
      const other = world.triple(await world.user(), account, configuration)
      const [task] = await assignments().assign(administrator, [triple, other], { end })
      await assignments().revoke(administrator, triple)
      return task!.id
    }
    await tasks().retry(administrator, await failed())
    expect(await assignedTo(user)).toMatchObject([{ endsAt: end }])

    const late = await failed()
    world.clock.set(new Date(end))
    await tasks().retry(administrator, late)
    expect(await tasks().get(administrator, late)).toMatchObject({
      status: 'failed',
      failureReason: 'The time for which this was to be assigned has passed.',
    })
    expect(await assignedTo(user)).toEqual([])
    world.clock.set(begin)
  })

  it('are refused as a whole when all of them exist', async () => {
    const { triple } = await fresh()
    await assignments().assign(administrator, [triple])
    const before = await tasks().list(administrator, { page: FIRST_PAGE })
    await expect(assignments().assign(administrator, [triple, triple])).rejects.toThrow(
      refusal('assignment.exists'),
    )
    expect((await tasks().list(administrator, { page: FIRST_PAGE })).total).toBe(before.total)
    await drain()
  })

  it('count a triple that is named twice once', async () => {
    const { user, triple } = await fresh()
    const made = await assignments().assign(administrator, [triple, triple])
    expect(made.map(({ status }) => status)).toEqual(['inProgress', 'failed'])
    await drain()
    expect(await assignedTo(user)).toHaveLength(1)
  })

  it('made at once by two administrators exist once', async () => {
    const { user, triple } = await fresh()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => assignments().assign(administrator, [triple])),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(failuresOf(outcomes)).toEqual(Array.from({ length: 3 }, () => refusal('assignment.exists')))
    await drain()
    expect(await assignedTo(user)).toHaveLength(1)
  })

  it('of unknown users, groups, accounts or configurations assign nothing and name what is unknown', async () => {
    const { user, account, configuration, triple: good } = await fresh()
    for (const [code, unknown, triple] of [
      ['user.notFound', 'u-000000000000', world.triple('u-000000000000' as UserId, account, configuration)],
      ['group.notFound', 'g-000000000000', world.triple('g-000000000000' as GroupId, account, configuration)],
      // The id of a user is not that of a group.
      ['group.notFound', user, { ...good, principal: { type: 'group', id: user as unknown as GroupId } }],
      ['account.notFound', '100099999999', { ...good, accountUin: '100099999999' as AccountUin }],
      [
        'permissionConfiguration.notFound',
        'rc-000000000000',
        { ...good, configurationId: 'rc-000000000000' as PermissionConfigurationId },
      ],
    ] as const) {
      await expect(assignments().assign(administrator, [good, triple])).rejects.toThrow(
        refusal(code, { unknown: [unknown] }),
      )
    }
    expect(await assignedTo(user)).toEqual([])
  })

  it('are limited to 1000 at once, and take as many', async () => {
    const configurations = [await world.configuration(), await world.configuration()]
    const accounts = await Promise.all(Array.from({ length: 10 }, () => world.account()))
    const users = await Promise.all(Array.from({ length: 51 }, () => world.user()))
    const triples = users.flatMap((user) =>
      accounts.flatMap((account) =>
        configurations.map((configuration) => world.triple(user, account, configuration)),
      ),
    )
    await expect(assignments().assign(administrator, triples)).rejects.toThrow(
      refusal('assignment.limit', { limit: 1000, count: 1020 }),
    )
    await expect(assignments().assign(administrator, [])).rejects.toThrow(refusal('assignment.invalid'))
    const made = await assignments().assign(administrator, triples.slice(0, 1000))
    await drain()
    expect(await tasks().progress(administrator, made[0]!.batchId)).toEqual({
      inProgress: 0,
      success: 1000,
      failed: 0,
    })
  })

  it('need no task to be waited for where the configuration is deployed', async () => {
    const [account, configuration] = [await world.account(), await world.configuration()]
    await assignments().assign(administrator, [world.triple(await world.user(), account, configuration)])
    await drain()
    const [task] = await assignments().assign(administrator, [
      world.triple(await world.group(), account, configuration),
    ])
    expect(task).toMatchObject({ status: 'success', attempts: 0 })
  })

  it('go at once when revoked, and the deployment stays', async () => {
    const { user, account, triple } = await fresh()
    await assignments().assign(administrator, [triple])
    await drain()
    const task = await assignments().revoke(administrator, triple)
    expect(task).toMatchObject({ type: 'deleteRoleAssignment', status: 'success', accountUin: account.uin })
    expect(await assignedTo(user)).toEqual([])
    await expect(assignments().revoke(administrator, triple)).rejects.toThrow(refusal('assignment.notFound'))
    await drain()
    expect((await world.inAccount(account.uin)).roles).toHaveLength(1)
  })

  it('undeploy with the last one when that was asked for', async () => {
    const [account, configuration] = [await world.account(), await world.configuration()]
    const triples = [
      world.triple(await world.user(), account, configuration),
      world.triple(await world.user(), account, configuration),
    ]
    await assignments().assign(administrator, triples)
    await drain()
    await assignments().revoke(administrator, triples[0]!, 'undeploy')
    await drain()
    expect((await world.inAccount(account.uin)).roles).toHaveLength(1)
    const task = await assignments().revoke(administrator, triples[1]!, 'undeploy')
    await drain()
    expect(await world.inAccount(account.uin)).toEqual({
      roles: [],
      policies: [],
      providers: [],
      attachments: [],
    })
    expect(await tasks().list(administrator, { batchId: task.batchId, page: FIRST_PAGE })).toMatchObject({
      total: 2,
      items: expect.arrayContaining([
        expect.objectContaining({ type: 'deprovisionRoleConfiguration', status: 'success' }),
      ]),
    })
  })

  it('can all be removed from one deployment, as the first step of undeploying it', async () => {
    const [account, configuration] = [await world.account(), await world.configuration()]
    const users = [await world.user(), await world.user(), await world.group()]
    await assignments().assign(
      administrator,
      users.map((user) => world.triple(user, account, configuration)),
    )
    await drain()
    const place = { accountUin: account.uin, configurationId: configuration.id }
    expect(await assignments().revokeAll(administrator, place)).toHaveLength(3)
    expect(await assignments().revokeAll(administrator, place)).toEqual([])
    await world.services.deployments.undeploy(administrator, place)
    await drain()
    expect((await world.inAccount(account.uin)).roles).toEqual([])
  })

  it('are listed by all filters together, with names', async () => {
    const [user, other] = [await world.user('listed.user'), await world.group()]
    const accounts = [await world.account(), await world.account()]
    const configurations = [await world.configuration('Listed-1'), await world.configuration('Listed-2')]
    await assignments().assign(
      administrator,
      [user, other].flatMap((principal) =>
        accounts.flatMap((account) =>
          configurations.map((configuration) => world.triple(principal, account, configuration)),
        ),
      ),
    )
    const list = async (filter: object) =>
      (await assignments().list(administrator, { ...filter, page: FIRST_PAGE })).items
    expect(await list({ accountUin: accounts[0]!.uin })).toHaveLength(4)
    expect(await list({ accountUin: accounts[0]!.uin, principalType: 'user' })).toHaveLength(2)
    expect(await list({ accountUin: accounts[0]!.uin, search: 'LISTED.U' })).toHaveLength(2)
    expect(await list({ accountUin: accounts[0]!.uin, accountKind: 'management' })).toEqual([])
    expect(
      await list({
        accountUin: accounts[1]!.uin,
        accountKind: 'member',
        configurationId: configurations[1]!.id,
        principalType: 'user',
        principalId: user,
      }),
    ).toMatchObject([
      {
        principal: { type: 'user', id: user },
        principalName: 'listed.user',
        accountName: accounts[1]!.name,
        accountKind: 'member',
        configurationName: 'Listed-2',
      },
    ])
    await drain()
  })

  it('are made and removed by full administrators only', async () => {
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    const { triple } = await fresh()
    await expect(assignments().assign(auditor, [triple])).rejects.toThrow(refusal('actor.forbidden'))
    await expect(assignments().revoke(auditor, triple)).rejects.toThrow(refusal('actor.forbidden'))
    await expect(assignments().list({ kind: 'anonymous' }, { page: FIRST_PAGE })).rejects.toThrow(
      refusal('actor.forbidden'),
    )
    await expect(assignments().list(auditor, { page: FIRST_PAGE })).resolves.toBeDefined()
    await expect(tasks().get(administrator, 't-000000000000' as TaskId)).rejects.toThrow(
      refusal('task.notFound'),
    )
  })
})
