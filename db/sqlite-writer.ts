/**
 * The one writing connection of SQLite. Transactions take turns on it, and those that come closely one after the other
 * share one commit: with synchronous FULL each commit waits for the disk, and so ten of them wait once. Nobody is told
 * that his transaction is done before it is on the disk.
 */
import type SqliteDatabase from 'better-sqlite3'

/** Transactions that share a commit, at most: those behind wait no longer than for so many. */
const MAXIMUM_SHARED = 64

/** Transactions that are done but not on the disk yet. */
class Batch {
  size = 0
  readonly committed: Promise<void>
  resolve!: () => void
  reject!: (error: unknown) => void

  constructor() {
    this.committed = new Promise<void>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    // Whoever shares in the commit awaits it; with nobody left there is nobody to tell.
    this.committed.catch(() => undefined)
  }
}

/** A fair lock. */
class Lock {
  #tail: Promise<void> = Promise.resolve()
  held = 0

  async acquire(): Promise<() => void> {
    this.held += 1
    let open!: () => void
    const free = new Promise<void>((resolve) => (open = resolve))
    const turn = this.#tail
    this.#tail = turn.then(() => free)
    await turn
    let released = false
    return () => {
      if (released) return
      released = true
      this.held -= 1
      open()
    }
  }
}

/** The right to write, from `begin` to `commit` or `rollback`. */
export interface Turn {
  /** Resolves when what was written is on the disk. */
  commit(): Promise<void>
  /** Undoes what was written in this turn. Resolves when all that the turn could see is on the disk. */
  rollback(): Promise<void>
}

export class SqliteWriter {
  readonly #lock = new Lock()
  #batch: Batch | undefined
  #scheduled = false

  constructor(
    private readonly database: SqliteDatabase.Database,
    /** Repeats a call while another process holds the file. */
    private readonly patiently: <T>(call: () => T) => Promise<T>,
  ) {}

  async begin(): Promise<Turn> {
    const release = await this.#lock.acquire()
    try {
      // The first turn of a batch needs no savepoint: to undo it is to undo the batch.
      const nested = this.#batch !== undefined
      if (nested) this.database.exec('savepoint turn')
      else await this.patiently(() => this.database.exec('begin immediate'))
      this.#batch ??= new Batch()
      return this.#turn(this.#batch, nested, release)
    } catch (error) {
      if (this.#batch) this.#commitSoon(this.#batch)
      release()
      throw error
    }
  }

  /** Runs what cannot be part of a transaction (`pragma`, `vacuum`), after committing what waits for it. */
  async alone<T>(call: () => T): Promise<T> {
    const release = await this.#lock.acquire()
    try {
      this.finish()
      return await this.patiently(call)
    } finally {
      release()
    }
  }

  /** Commits what waits for it: also before the file is closed. */
  finish(): void {
    if (this.#batch) this.#commit(this.#batch)
  }

  #turn(batch: Batch, nested: boolean, release: () => void): Turn {
    let over = false
    return {
      commit: async () => {
        over = true
        try {
          if (nested) this.database.exec('release turn')
          batch.size += 1
          this.#commitSoon(batch)
        } catch (error) {
          this.#abandon(batch, error)
        } finally {
          release()
        }
        await batch.committed
      },
      rollback: async () => {
        // After a commit that failed there is nothing left to undo, and others may be writing.
        if (over) return
        over = true
        try {
          // A failed statement may have undone everything by itself.
          if (!this.database.inTransaction) throw new Error('SQLite rolled the transaction back')
          if (nested) {
            this.database.exec('rollback to turn')
            this.database.exec('release turn')
            this.#commitSoon(batch)
          } else {
            this.database.exec('rollback')
            this.#close(batch)
            batch.resolve()
          }
        } catch (error) {
          this.#abandon(batch, error)
        } finally {
          release()
        }
        await batch.committed.catch(() => undefined)
      },
    }
  }

  /** Commits once the requests that have arrived by now have had their turn. */
  #commitSoon(batch: Batch): void {
    if (batch.size >= MAXIMUM_SHARED) {
      this.#commit(batch)
      return
    }
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const open = this.#batch
      // A turn that is still on sees to the commit when it ends.
      if (open && this.#lock.held === 0) this.#commit(open)
    })
  }

  #commit(batch: Batch): void {
    try {
      this.database.exec('commit')
      this.#close(batch)
      batch.resolve()
    } catch (error) {
      this.#abandon(batch, error)
    }
  }

  /** Nothing of the batch is kept, and everybody in it is told. */
  #abandon(batch: Batch, error: unknown): void {
    if (this.database.inTransaction) this.database.exec('rollback')
    this.#close(batch)
    batch.reject(error)
  }

  #close(batch: Batch): void {
    if (this.#batch === batch) this.#batch = undefined
  }
}
