/** Batches of assignments: 1,000 accounts × 20 groups × 10 configurations, and a group of 5,000 that gains 200 accounts. */
import { join } from 'node:path'
import { openDatabase, type Db } from '../../db/database.js'
import { countByStatus } from '../../db/task-counts.js'
import { inTransaction } from '../../db/transaction.js'
import { readConfig } from '../../server/config.js'
import { createContext, type AppContext } from '../../server/context.js'
import { systemActor } from '../../server/domain/actor.js'
import type { AccountUin, GroupId, PermissionConfigurationId } from '../../server/domain/ids.js'
import { createBatchWorker } from '../../server/services/batch-worker.js'
import { productEnvironment, runCommand, startProduct, type Measured } from './processes.js'
import { seed } from './seed.js'
import { percentile } from './statistics.js'

const ACCOUNTS = 1000
const GROUPS = 20
const CONFIGURATIONS = 10
const GROUP_SIZE = 5000
const GROUP_ACCOUNTS = 200
/** Tasks that are made before the product runs, to measure the making by itself. */
const MADE_BEFORE = 6000
const SECONDS = 20

const ADMINISTRATOR = systemActor('bench')
const POLICY = '{"version":"2.0","statement":[{"effect":"allow","action":"cos:Get*","resource":"*"}]}'
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

interface World {
  readonly accounts: readonly AccountUin[]
  readonly groups: readonly GroupId[]
  readonly large: GroupId
  readonly configurations: readonly PermissionConfigurationId[]
}

async function seedAccounts(db: Db): Promise<readonly AccountUin[]> {
  const now = new Date().toISOString()
  const { id: root } = await db.selectFrom('nodes').select('id').executeTakeFirstOrThrow()
  const uins = Array.from(
    { length: ACCOUNTS },
    (_, index) => `2${String(index).padStart(11, '0')}` as AccountUin,
  )
  await inTransaction(db, async (tx) => {
    for (const [index, uin] of uins.entries()) {
      const account = { uin, node_id: root, name: `Account ${index}`, kind: 'member' as const }
      await tx
        .insertInto('accounts')
        .values({ ...account, app_id: 1_400_000_000 + index, remark: null, created_at: now, updated_at: now })
        .execute()
    }
  })
  return uins
}

async function seedWorld({ db, services }: AppContext, large: GroupId): Promise<World> {
  const groups: GroupId[] = []
  for (let index = 0; index < GROUPS; index += 1) {
    const profile = { displayName: `Team ${index}`, attributes: {} }
    groups.push((await services.groups.create(ADMINISTRATOR, { profile, type: 'manual', members: [] })).id)
  }
  const configurations: PermissionConfigurationId[] = []
  const { permissionConfigurations } = services
  for (let index = 0; index < CONFIGURATIONS; index += 1) {
    const { id } = await permissionConfigurations.create(ADMINISTRATOR, { name: `Bench-${index}` })
    await permissionConfigurations.attachPreset(ADMINISTRATOR, id, ['ReadOnlyAccess'])
    await permissionConfigurations.putCustomPolicy(ADMINISTRATOR, id, 'read', POLICY)
    configurations.push(id)
  }
  return { accounts: await seedAccounts(db), groups, large, configurations }
}

/** Asks the SCIM door in turn until told to stop; milliseconds of each answer. */
async function watchDoor(request: () => Promise<Response>, until: () => boolean): Promise<readonly number[]> {
  const times: number[] = []
  while (!until()) {
    const start = performance.now()
    const answer = await request()
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`a door answered ${answer.status} meanwhile`)
    times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return times
}

/** Submits the batch, and makes some of its tasks here, where each transaction can be timed. */
async function submitAndExpand(context: AppContext, world: World): Promise<string> {
  const { services } = context
  const begun = performance.now()
  const id = await services.assignmentBatches.submit(ADMINISTRATOR, {
    accountUins: world.accounts,
    principals: world.groups.map((group) => ({ type: 'group', id: group })),
    configurationIds: world.configurations,
  })
  const committed = performance.now() - begun
  const times: number[] = []
  let made = 0
  const worker = createBatchWorker({
    ...context,
    audit: services.audit,
    log: context.logger,
    wakeDeployments: () => undefined,
    openTasks: MADE_BEFORE,
    onExpanded: (tasks, milliseconds) => {
      times.push(milliseconds)
      made += tasks
    },
  })
  const start = performance.now()
  await worker.drain()
  const seconds = (performance.now() - start) / 1000
  const total = world.accounts.length * world.groups.length * world.configurations.length
  console.log(`batch of ${total.toLocaleString('en')} combinations`)
  console.log(`  committed as one row in ${committed.toFixed(0)} ms (aim: under 100 ms)`)
  console.log(
    `  made into tasks in transactions of ${percentile(times, 50).toFixed(0)} ms at the median, ${Math.max(...times).toFixed(0)} ms at most (aim: at most 50 ms), ${(made / seconds).toFixed(0)} a second`,
  )
  return id
}

/** Lets the product carry the batch out for a while, and gives a group of 5,000 its accounts in the middle of it. */
async function carryOut(
  context: AppContext,
  world: World,
  batchId: string,
  server: Measured,
  secret: string,
  userId: string,
) {
  const { db, services } = context
  const finished = async (): Promise<number> => {
    const { success, failed } = await countByStatus(db, 'tasks', batchId)
    if (failed > 0) throw new Error(`${failed} tasks failed`)
    return success
  }
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' }
  const read = () => fetch(`${server.url}/scim/v2/Users/${userId}`, { headers })
  const body = JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'title', value: 'Engineer' }],
  })
  const write = () => fetch(`${server.url}/scim/v2/Users/${userId}`, { method: 'PATCH', headers, body })

  const before = await finished()
  const start = performance.now()
  const isOver = () => performance.now() - start > SECONDS * 1000
  const memories: number[] = []
  const timer = setInterval(() => memories.push(server.memory()), 500)
  const group = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, (SECONDS * 1000) / 4))
    const asked = performance.now()
    const id = await services.assignmentBatches.submit(ADMINISTRATOR, {
      accountUins: world.accounts.slice(-GROUP_ACCOUNTS),
      principals: [{ type: 'group', id: world.large }],
      configurationIds: world.configurations.slice(0, 1),
    })
    for (;;) {
      if ((await countByStatus(db, 'tasks', id)).success === GROUP_ACCOUNTS) return performance.now() - asked
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const [reads, writes, groupTime] = await Promise.all([
    watchDoor(read, isOver),
    watchDoor(write, isOver),
    group(),
  ])
  const seconds = (performance.now() - start) / 1000
  clearInterval(timer)
  const rate = ((await finished()) - before) / seconds
  console.log(`  ${rate.toFixed(0)} tasks a second carried out for ${seconds.toFixed(0)} s (aim: 1,000)`)
  for (const [what, times] of [
    ['reading a user', reads],
    ['changing a user', writes],
  ] as const) {
    console.log(
      `  ${what} over SCIM meanwhile: ${percentile(times, 50).toFixed(1)} ms at the median, ${percentile(times, 99).toFixed(1)} ms at p99`,
    )
  }
  const half = Math.floor(memories.length / 2)
  console.log(
    `  memory: at most ${mebibytes(Math.max(...memories.slice(0, half)))} MiB in the first half, ${mebibytes(Math.max(...memories.slice(half)))} MiB in the second`,
  )
  console.log(
    `group of ${GROUP_SIZE} users gaining ${GROUP_ACCOUNTS} accounts: ${GROUP_ACCOUNTS} tasks, all done ${(groupTime / 1000).toFixed(1)} s after it was asked for, while the batch ran`,
  )
}

export async function batchesOfAssignments(dataDir: string): Promise<void> {
  await (await startProduct(dataDir)).stop()
  runCommand(dataDir, 'scim', 'enable')
  const secret = runCommand(dataDir, 'scim-credential', 'create')
  const file = join(dataDir, 'identity-center.db')
  const { users, groups } = await seed(file, GROUP_SIZE, [GROUP_SIZE])
  const [userId] = users
  const large = groups.get(GROUP_SIZE)
  if (userId === undefined || large === undefined) throw new Error('there are users and a group')
  const db = openDatabase({ engine: 'sqlite', file })
  const environment = { ...productEnvironment(dataDir, 1), LOG_LEVEL: 'fatal' }
  const context = await createContext(readConfig(environment), { db })
  const world = await seedWorld(context, large)
  const batchId = await submitAndExpand(context, world)
  const server = await startProduct(dataDir)
  await carryOut(context, world, batchId, server, secret, userId)
  await server.stop()
  await db.destroy()
}
