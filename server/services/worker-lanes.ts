/**
 * What workers have in common: lanes that lease tasks and work through them, the hold on a lease, and the patience with
 * an account. Whoever holds a lease acts alone in its account; what is done after the lease was lost is void.
 */
import { randomUUID } from 'node:crypto'
import type { Db } from '../../db/database.js'
import type { LeaseRequest, TaskLeases } from '../../db/task-leases.js'
import { inTransaction } from '../../db/transaction.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, TaskId } from '../domain/ids.js'

/** What a worker says of its own running; never a secret. */
export interface WorkerLog {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** A worker that is silent for so long has lost its tasks to the next one. */
export const LEASE_SECONDS = 60
/** The lease is extended when less than this is left of it: more than a step may take, so it never runs out during one. */
const EXTEND_BELOW_SECONDS = 50
/** An account that has not answered by then does not answer. */
export const STEP_MILLISECONDS = 30_000
/** How often an idle worker looks for tasks: retries that have become due, and what other processes left. */
const POLL_MILLISECONDS = 1000
export const DEFAULT_LANES = 8

/** What a task says of a failure that nobody foresaw. */
export const UNEXPECTED_FAILURE = 'An unexpected error, which the server has logged.'

/** Another worker has the tasks now: whatever this one still knows is void. */
export class LeaseLost extends Error {}
/** The worker is stopping: the rest of the lease is handed back. */
export class Stopping extends Error {}

export interface LanesSpec<Lease> {
  readonly lanes: number
  readonly log: WorkerLog
  /** Takes hold of something to do; nothing when nothing is due. */
  readonly claim: () => Promise<Lease | undefined>
  /** Works through it. Never rejects. */
  readonly carryOut: (lease: Lease) => Promise<void>
}

export function createWorkerLanes<Lease>({ lanes, log, claim, carryOut }: LanesSpec<Lease>) {
  const active = new Set<Promise<void>>()
  let started = false
  let stopping = false
  let timer: NodeJS.Timeout | undefined
  let filling: Promise<void> | undefined
  let fillAgain = false

  /** Fills the free lanes with leases until nothing is due. */
  async function claimAll(): Promise<void> {
    while (!stopping && active.size < lanes) {
      const lease = await claim()
      if (!lease) return
      const run: Promise<void> = carryOut(lease).finally(() => {
        active.delete(run)
        wake()
      })
      active.add(run)
    }
  }

  /** One claimer at a time; whoever comes while it runs makes it look once more. */
  function fill(): Promise<void> {
    fillAgain = true
    filling ??= (async () => {
      try {
        while (fillAgain) {
          fillAgain = false
          await claimAll()
        }
      } finally {
        filling = undefined
      }
    })()
    return filling
  }

  /** Looks for tasks now rather than at the next poll. Does nothing unless the worker was started. */
  function wake(): void {
    if (!started || stopping) return
    clearTimeout(timer)
    fill()
      .catch((error: unknown) => log.error({ err: error }, 'tasks could not be claimed'))
      .finally(() => {
        clearTimeout(timer)
        if (!stopping) timer = setTimeout(wake, POLL_MILLISECONDS).unref()
      })
  }

  return {
    /** Whether the lease in hand is to be handed back. */
    isStopping: (): boolean => stopping,

    /** Begins to look for tasks and to carry them out. What a dead process held comes when its lease has run out. */
    start(): void {
      started = true
      stopping = false
      wake()
    },

    wake,

    /** Stops after the step that is under way and hands the other tasks back at once. */
    async stop(): Promise<void> {
      stopping = true
      clearTimeout(timer)
      await filling?.catch(() => undefined)
      await Promise.all(active)
      started = false
    },

    /** Carries out everything that is due by the clock and returns when nothing is; retries wait for their time. */
    async drain(): Promise<void> {
      stopping = false
      for (;;) {
        await fill()
        if (active.size === 0) return
        await Promise.race(active)
      }
    },
  }
}

/** Asks for a lease from now on. */
export function newLeaseRequest(clock: Clock): LeaseRequest {
  const time = clock.now()
  return { token: randomUUID(), now: time.toISOString(), until: secondsAfter(time, LEASE_SECONDS) }
}

export type LeaseHold = ReturnType<typeof createLeaseHold>

/** The hold on the tasks of a lease, asked for before every step. */
export function createLeaseHold({
  db,
  clock,
  leases,
  lease,
  isStopping,
}: {
  readonly db: Db
  readonly clock: Clock
  readonly leases: Pick<TaskLeases, 'extend' | 'release'>
  readonly lease: { readonly token: string; readonly tasks: readonly { readonly id: TaskId }[] }
  readonly isStopping: () => boolean
}) {
  const { token } = lease
  const open = new Set<TaskId>(lease.tasks.map(({ id }) => id))
  const nextExtension = () => secondsAfter(clock.now(), LEASE_SECONDS - EXTEND_BELOW_SECONDS)
  let extendAt = nextExtension()
  return {
    /** Throws `Stopping` or `LeaseLost` when nothing more may be done under this lease. */
    async keep(): Promise<void> {
      if (isStopping()) throw new Stopping()
      const time = clock.now()
      if (time.toISOString() < extendAt) return
      const until = secondsAfter(time, LEASE_SECONDS)
      const isHeld = await inTransaction(db, (tx) => leases.extend(tx, token, [...open], until))
      if (!isHeld) throw new LeaseLost()
      extendAt = nextExtension()
    },
    /** These tasks have ended, or wait for another time. */
    settled(done: readonly { readonly id: TaskId }[]): void {
      for (const { id } of done) open.delete(id)
    },
    /** Hands back what is left. */
    release: () => inTransaction(db, (tx) => leases.release(tx, token, [...open])),
  }
}

/** Does the work of one lease and hands the rest back where it ends early. Never rejects. */
export async function underLease(
  {
    accountUin,
    hold,
    log,
  }: { readonly accountUin: AccountUin; readonly hold: LeaseHold; readonly log: WorkerLog },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof LeaseLost) {
      log.warn({ accountUin }, 'the tasks of the account went to another worker')
      return
    }
    if (!(error instanceof Stopping)) {
      // Not handed back: at once would be too soon. The lease runs out and the tasks come again.
      log.error({ err: error, accountUin }, 'the tasks of the account were interrupted')
      return
    }
    await hold.release().catch((cause: unknown) => {
      log.warn({ err: cause, accountUin }, 'the lease is left to run out')
    })
  }
}

/** The call's result, or `cam.unavailable` when it takes too long; what it does later is as good as repeated. */
export async function inTime<T>(accountUin: AccountUin, milliseconds: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new IdentityCenterError('cam.unavailable', `The account ${accountUin} did not answer in time.`))
    }, milliseconds)
  })
  try {
    return await Promise.race([call, late])
  } finally {
    clearTimeout(timer)
  }
}
