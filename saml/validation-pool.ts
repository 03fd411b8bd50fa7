/**
 * Threads that validate responses, so that a morning's sign-ins leave the thread that answers requests alone. Each does one
 * job at a time; a few wait. A thread that dies or takes too long is replaced, and its response is refused, not tried again:
 * whatever it was, it shall not do that twice.
 *
 * Pools of others (piscina, workerpool) were looked at: they tell a full queue from other failures by the text of an error,
 * and measure a time limit from when a job is handed in.
 */
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { IdentityCenterError } from '../server/domain/errors.js'
import { createFairQueue } from '../server/domain/fair-queue.js'
import { siteOf } from '../server/domain/network.js'
import { SamlCheckError } from './core/saml-check.js'
import type { VerifiedAssertion } from './core/verify.js'
import {
  acceptedBy,
  type ResponseValidator,
  type ValidationJob,
  type ValidationOutcome,
} from './response-validation.js'

export interface ValidationPoolOptions {
  /** Threads at most; they are started when there is work for them. */
  readonly size?: number
  /** Jobs that may wait for a thread, shared fairly among the networks they come from; more are refused. */
  readonly queue?: number
  /** The longest that a thread may take over one job, in milliseconds. */
  readonly timeLimit?: number
  /** A thread without work ends after this time, in milliseconds: it holds some 30 MB. */
  readonly idleLimit?: number
  /** The file that a thread runs. */
  readonly entry?: URL
  /** Told of each thread that died or was ended for being late. */
  readonly onLost?: (reason: unknown) => void
}

/** More than these would only fight over the database behind them. */
const MOST_THREADS = 4
/** A full queue of honest responses is done after it. */
const RETRY_AFTER_SECONDS = 5
/** Of the heap of a thread, in megabytes. */
const NURSERY_MB = 16
const MEMORY = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 3 * NURSERY_MB }

interface Waiting {
  readonly job: ValidationJob
  readonly resolve: (assertion: VerifiedAssertion) => void
  readonly reject: (reason: unknown) => void
}

interface Thread {
  readonly worker: Worker
  current: Waiting | undefined
  timer: NodeJS.Timeout | undefined
}

/** A pool without any thread yet. The entry has to be compiled: threads of Node 20 read no TypeScript. */
export function createValidationPool({
  size = Math.min(availableParallelism(), MOST_THREADS),
  queue = 500,
  timeLimit = 10_000,
  idleLimit = 60_000,
  entry = new URL('./validation-worker.js', import.meta.url),
  onLost,
}: ValidationPoolOptions = {}): ResponseValidator {
  const threads = new Set<Thread>()
  const waiting = createFairQueue<Waiting>({ room: queue, sizeOf: ({ job }) => job.xml.length })
  let closing: (() => void) | undefined
  let closed: Promise<void> | undefined

  function start(): Thread {
    // What the process was started with would count for threads too, and a small nursery copies a document's tree again and
    // again: a quarter of a validation went into that. Heaps that exist stay as they are.
    setFlagsFromString(`--max-semi-space-size=${NURSERY_MB}`)
    const worker = new Worker(entry, {
      name: 'saml validation',
      // Nothing of the server's environment, where its keys may be.
      env: {},
      resourceLimits: MEMORY,
    })
    const thread: Thread = { worker, current: undefined, timer: undefined }
    worker.on('message', (outcome: ValidationOutcome) => finish(thread, outcome))
    worker.on('messageerror', (error) => lose(thread, error))
    worker.on('error', (error) => lose(thread, error))
    worker.on('exit', (code) => lose(thread, new Error(`the thread ended with ${code}`)))
    threads.add(thread)
    return thread
  }

  function give(thread: Thread, next: Waiting): void {
    clearTimeout(thread.timer)
    thread.current = next
    thread.timer = setTimeout(() => lose(thread, new Error('the time limit was reached')), timeLimit)
    thread.worker.ref()
    thread.worker.postMessage(next.job)
  }

  /** Gives the thread its next job, or lets it rest. */
  function release(thread: Thread): void {
    clearTimeout(thread.timer)
    thread.current = undefined
    const next = waiting.take()
    if (next) {
      give(thread, next)
      return
    }
    // A process that has nothing else to do may end.
    thread.worker.unref()
    thread.timer = setTimeout(() => end(thread), idleLimit).unref()
    endWhenDone()
  }

  function finish(thread: Thread, outcome: ValidationOutcome): void {
    const done = thread.current
    // One that was given up may have answered before it ended.
    if (!done || !threads.has(thread)) return
    release(thread)
    try {
      done.resolve(acceptedBy(outcome))
    } catch (refusal) {
      done.reject(refusal)
    }
  }

  function end(thread: Thread): void {
    clearTimeout(thread.timer)
    threads.delete(thread)
    void thread.worker.terminate()
  }

  function lose(thread: Thread, reason: unknown): void {
    // Told of by several events; and those that were ended on purpose are none of it.
    if (!threads.has(thread)) return
    end(thread)
    onLost?.(reason)
    thread.current?.reject(unfinished(reason))
    const next = waiting.take()
    if (next) give(start(), next)
    endWhenDone()
  }

  function endWhenDone(): void {
    if (!closing || waiting.length > 0 || [...threads].some(({ current }) => current)) return
    for (const thread of threads) end(thread)
    closing()
  }

  return {
    validate: (job, address) =>
      new Promise((resolve, reject) => {
        if (closing) {
          reject(unavailable('The server is stopping: try again shortly.'))
          return
        }
        const next: Waiting = { job, resolve, reject }
        const idle = [...threads].find(({ current }) => !current)
        if (idle) give(idle, next)
        else if (threads.size < size) give(start(), next)
        else waiting.add(siteOf(address), next)?.reject(crowded())
      }),

    close() {
      closed ??= new Promise((resolve) => {
        closing = resolve
        endWhenDone()
      })
      return closed
    },
  }
}

const unavailable = (message: string, facts = {}) =>
  new IdentityCenterError('service.unavailable', message, facts)

/** A browser that sends the form again brings the same answer, and its request lives for minutes. */
const crowded = () =>
  unavailable('Too many sign-ins at this moment: load this page again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })

const unfinished = (cause: unknown) =>
  new SamlCheckError(
    'unfinished',
    'Checking the response took too long, or ended unexpectedly.',
    'Start the sign-in again. If it happens with every response of this person, keep one from the diagnostics and report it.',
    { cause },
  )
