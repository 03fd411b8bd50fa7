/** Whether this process may be sent requests: the database answers, the schema is current, and nobody asked it to stop. */
import type { Db } from '../../db/database.js'
import { pendingMigrations } from '../../db/migrations/index.js'

/** A database that does not answer within this is as good as gone. */
const PATIENCE_MS = 2000

export type ReadinessState = 'ready' | 'stopping' | 'databaseUnavailable' | 'migrationsPending'

export function createReadiness({ db }: { db: Db }) {
  let stopping = false

  return {
    /** From now on the answer is `stopping`, so that a load balancer turns away. */
    stop(): void {
      stopping = true
    },

    async state(): Promise<ReadinessState> {
      if (stopping) return 'stopping'
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<'databaseUnavailable'>((resolve) => {
        timer = setTimeout(() => resolve('databaseUnavailable'), PATIENCE_MS).unref()
      })
      const question = pendingMigrations(db).then(
        (pending): ReadinessState => (pending.length === 0 ? 'ready' : 'migrationsPending'),
        (): ReadinessState => 'databaseUnavailable',
      )
      const state = await Promise.race([question, patience])
      clearTimeout(timer)
      return state
    },
  }
}

export type Readiness = ReturnType<typeof createReadiness>
