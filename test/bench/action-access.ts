/** How long it takes to say who can do something in any account, and for how long nothing else is answered meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { readConfig } from '../../server/config.js'
import { createContext } from '../../server/context.js'
import { systemActor } from '../../server/domain/actor.js'
import { prepare } from '../../server/first-start.js'
import { seedOrganization } from './organization-seed.js'
import { productEnvironment } from './processes.js'
import { percentile } from './statistics.js'

const SIZE = { accounts: 1000, configurations: 10, groups: 20, users: 2000, groupsOfUser: 3 } as const
const ROUNDS = 5

/** On a database of its own in the folder. The first answer compiles the policies as well, and is told apart. */
export async function actionAccess(dataDir: string): Promise<void> {
  const context = await createContext(readConfig(productEnvironment(dataDir, 8080)))
  const { db, services } = context
  try {
    await prepare(context)
    await seedOrganization(db, SIZE)
    await db.updateTable('service_control').set({ status: 'on' }).execute()
    const { id: fullAccess } = await db
      .selectFrom('service_control_policies')
      .select('id')
      .executeTakeFirstOrThrow()
    const nodes = await db.selectFrom('nodes').select('id').execute()
    const accounts = await db.selectFrom('accounts').select('uin').execute()
    const targets = [
      ...nodes.map(({ id }) => ({ target_kind: 'node' as const, target_id: String(id) })),
      ...accounts.map(({ uin }) => ({ target_kind: 'account' as const, target_id: uin })),
    ]
    await db
      .insertInto('service_control_attachments')
      .values(targets.map((target) => ({ ...target, policy_id: fullAccess, attached_at: '' })))
      .execute()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const times: number[] = []
    let people = 0
    let busy = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      // The first one is measured for itself.
      if (round === 1) delay.enable()
      const before = process.cpuUsage()
      const start = performance.now()
      const answer = await services.actionAccess.whoCan(
        systemActor('bench'),
        { action: 'cos:DeleteBucket' },
        { page: { offset: 0, limit: 25 } },
      )
      times.push(performance.now() - start)
      const { user, system } = process.cpuUsage(before)
      busy = (user + system) / 1000
      people = answer.people.total
    }
    delay.disable()
    const [first = Number.NaN, ...others] = times
    console.log(
      `who can do one thing, ${SIZE.accounts} accounts with ${SIZE.configurations} configurations for ${SIZE.groups} groups each, ${SIZE.users} users`,
    )
    console.log(
      `  ${percentile(others, 50).toFixed(0)} ms at the median, the first time ${first.toFixed(0)} ms (aim: under 1000 ms), ${people} people found`,
    )
    console.log(
      `  processor time ${busy.toFixed(0)} ms, nothing else answered for at most ${(delay.max / 1_000_000).toFixed(0)} ms`,
    )
  } finally {
    await context.close()
  }
}
