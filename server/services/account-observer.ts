/** Asks accounts what the Identity Center has in them: many at a time, none for longer than it may take. */
import type { AccountClient } from '../cam/cam-client.js'
import type { AccountObjects } from '../domain/account-objects.js'
import { isIdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import { inTime, UNEXPECTED_FAILURE, type WorkerLog } from './worker-lanes.js'

/** Accounts that are asked at the same time. */
const WIDTH = 16
/** How long one account may take. */
const ANSWER_MILLISECONDS = 10_000
/** After so long no further account is asked: somebody waits for the page. */
const ALL_MILLISECONDS = 20_000

export type Observation =
  | { readonly kind: 'seen'; readonly objects: AccountObjects }
  | { readonly kind: 'unknown'; readonly failure: string }

export interface AccountObserverDeps {
  readonly cam: Pick<AccountClient, 'describeManaged'>
  readonly log: Pick<WorkerLog, 'error'>
  readonly width?: number
  readonly answerMilliseconds?: number
  readonly allMilliseconds?: number
}

export type AccountObserver = ReturnType<typeof createAccountObserver>

export function createAccountObserver({
  cam,
  log,
  width = WIDTH,
  answerMilliseconds = ANSWER_MILLISECONDS,
  allMilliseconds = ALL_MILLISECONDS,
}: AccountObserverDeps) {
  /** What the account has, or why it cannot be asked. Never rejects. */
  async function observe(account: AccountUin): Promise<Observation> {
    try {
      return {
        kind: 'seen',
        objects: await inTime(account, answerMilliseconds, cam.describeManaged(account)),
      }
    } catch (error) {
      if (isIdentityCenterError(error)) return { kind: 'unknown', failure: error.message }
      log.error({ err: error, accountUin: account }, 'an account could not be asked')
      return { kind: 'unknown', failure: UNEXPECTED_FAILURE }
    }
  }

  return {
    observe,

    /** Each of the accounts once. Those whose turn does not come in time are unknown. */
    async observeAll(accounts: readonly AccountUin[]): Promise<ReadonlyMap<AccountUin, Observation>> {
      const waiting = [...new Set(accounts)]
      const seen = new Map<AccountUin, Observation>()
      const end = performance.now() + allMilliseconds
      const ask = async (): Promise<void> => {
        for (let account = waiting.shift(); account !== undefined; account = waiting.shift()) {
          const late: Observation = {
            kind: 'unknown',
            failure: 'The other accounts took too long to answer.',
          }
          seen.set(account, performance.now() < end ? await observe(account) : late)
        }
      }
      await Promise.all(Array.from({ length: Math.min(width, waiting.length) }, ask))
      return seen
    },
  }
}
