/**
 * Leases over tasks, alike for all kinds of them. A worker leases the due tasks of one account at a time, so no two workers
 * ever act in the same account at once for the same kind; what it reports later counts only while the lease token is still
 * the tasks' own.
 */
import { sql, type RawBuilder } from 'kysely'
import type { AccountUin, TaskId } from '../server/domain/ids.js'
import { TASK_PRIORITIES } from '../server/domain/task.js'
import type { Db, Tx } from './database.js'

/** Written as text, not bound: the partial indexes are used only where the query says what they say. */
export const IN_PROGRESS = sql.lit('inProgress' as const)

/** When a task is due that is put aside: at no time. */
export const PARKED = '9999-12-31T23:59:59.999Z'

export interface LeaseRequest {
  readonly token: string
  readonly now: string
  readonly until: string
}

export type TaskLeases = ReturnType<typeof createTaskLeases>

/** `tasksPerLease` bounds one lease: more of the same account wait for the next one. */
export function createTaskLeases(table: 'tasks' | 'user_sync_tasks', tasksPerLease: number) {
  const tasks = sql.table(table)

  /** Due tasks of one priority whose account nobody is working in. */
  const due = (now: string, priority: number) =>
    sql<{ account_uin: AccountUin; run_after: string; created_at: string }>`(
      select task.account_uin, task.run_after, task.created_at from ${tasks} as task
      where task.status = ${IN_PROGRESS} and task.priority = ${priority} and task.run_after <= ${now} and not exists (
        select leased.id from ${tasks} as leased
        where leased.status = ${IN_PROGRESS} and leased.account_uin = task.account_uin and leased.lease_until > ${now}
      )
    )`.as('due')

  /** Each priority by itself: within one the index has its tasks in the order in which they are due. */
  async function firstDue(db: Db | Tx, now: string): Promise<AccountUin | undefined> {
    for (const priority of Object.values(TASK_PRIORITIES)) {
      const first = await db
        .selectFrom(due(now, priority))
        .select('due.account_uin')
        .orderBy('due.run_after')
        .orderBy('due.created_at')
        .limit(1)
        .executeTakeFirst()
      if (first) return first.account_uin
    }
    return undefined
  }

  /** Those that are put aside on purpose are not meant. */
  const far = (furthest: string, limit: RawBuilder<unknown>) =>
    sql<{ id: TaskId }>`(
      select distant.id from ${tasks} as distant
      where distant.status = ${IN_PROGRESS} and distant.run_after < ${PARKED}
        and (distant.run_after > ${furthest} or distant.lease_until > ${furthest})
      limit ${limit}
    )`

  const held = (token: string, ids: readonly TaskId[]) =>
    sql`status = ${IN_PROGRESS} and lease_token = ${token} and id in (${sql.join(ids)})`

  return {
    /** Whether a claim would find something: a read, so that an idle worker does not write. */
    async hasDue(db: Db, now: string): Promise<boolean> {
      return (await firstDue(db, now)) !== undefined
    },

    /**
     * Leases the due tasks of the account with the most urgent one, and of those the one that has waited longest; nothing
     * when none is due. Two workers that ask at once serialize on the rows, so an account is never leased twice.
     */
    async claim(tx: Tx, { token, now, until }: LeaseRequest): Promise<AccountUin | undefined> {
      const accountUin = await firstDue(tx, now)
      if (accountUin === undefined) return undefined
      const { numAffectedRows } = await sql`
        update ${tasks} set lease_token = ${token}, lease_until = ${until} where id in (
          select waiting.id from ${tasks} as waiting
          where waiting.status = ${IN_PROGRESS} and waiting.account_uin = ${accountUin}
            and waiting.run_after <= ${now}
          order by waiting.priority, waiting.created_at, waiting.id limit ${tasksPerLease}
        )`.execute(tx)
      return numAffectedRows === 0n ? undefined : accountUin
    },

    /** Extends the lease of these tasks. Returns whether it was still held over all of them; if not, nothing may follow. */
    async extend(tx: Tx, token: string, ids: readonly TaskId[], until: string): Promise<boolean> {
      const { numAffectedRows } = await sql`
        update ${tasks} set lease_until = ${until} where ${held(token, ids)}`.execute(tx)
      return numAffectedRows === BigInt(ids.length)
    },

    /** Whether a task waits, or is leased, beyond `furthest`: only a clock that has been moved back leaves such ones. */
    async hasFar(db: Db, furthest: string): Promise<boolean> {
      const first = await db
        .selectFrom(far(furthest, sql`1`).as('far'))
        .select('far.id')
        .limit(1)
        .executeTakeFirst()
      return first !== undefined
    },

    /** Makes some of them due now. Late results of whoever had them are kept out by the lease token, which is gone. */
    async bringNear(tx: Tx, now: string, furthest: string): Promise<void> {
      await sql`
        update ${tasks} set run_after = ${now}, lease_token = null, lease_until = null
        where id in ${far(furthest, sql`500`)}`.execute(tx)
    },

    /** Gives the tasks back as they were; whoever asks next has them. */
    async release(tx: Tx, token: string, ids: readonly TaskId[]): Promise<void> {
      await sql`
        update ${tasks} set lease_token = null, lease_until = null where ${held(token, ids)}`.execute(tx)
    },
  }
}
