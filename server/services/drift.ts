/**
 * Compares each account with what should be there, by schedule and when asked, and keeps what differs until it is put
 * right. Nothing is changed in an account but by an administrator's word.
 */
import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../db/database.js'
import {
  countDriftedPlaces,
  findCheck,
  listDueAccounts,
  listFailedChecks,
  listFindings,
  recordCheck,
  recordFailedCheck,
  requestChecks,
  summarizeDrift,
  type AccountCheck,
  type DriftSummary,
  type FindingFilter,
  type ListedFinding,
} from '../../db/drift.js'
import { dropLease, takeLease } from '../../db/leases.js'
import { findAccounts } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import { systemActor, type Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { RETRY_SECONDS, type DriftFinding } from '../domain/drift.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, PermissionConfigurationId } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { AuditLog } from './audit-log.js'
import type { DriftExamination, Examination } from './drift-examination.js'
import type { ZoneService } from './zones.js'

const LEASE = 'drift'
/** Longer than one round can take: see `account-observer.ts`. */
const LEASE_SECONDS = 120
/** Accounts that are compared in one round: it ends soon, also where they answer slowly. */
const SLICE = 100
/** Few enough that nobody waits for the writer, enough that the disk does not. */
const ACCOUNTS_PER_TRANSACTION = 20
const HOUR = 60 * 60
const ACTOR = systemActor('drift check')

export interface DriftServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'find'>
  readonly examine: DriftExamination
}

export type DriftService = ReturnType<typeof createDriftService>

export function createDriftService({ db, clock, audit, zones, examine }: DriftServiceDeps) {
  const token = randomUUID()

  /** Keeps the outcome, unless somebody has looked later already. */
  async function keep(tx: Tx, accountUin: AccountUin, { at, outcome }: Examination): Promise<void> {
    if (outcome.kind === 'unknown') {
      await recordFailedCheck(tx, accountUin, at, outcome.failure)
      return
    }
    const known = await listFindings(tx, { accountUin }, { offset: 0, limit: 1000 })
    if (!(await recordCheck(tx, accountUin, at, outcome.findings))) return
    await recordNews(tx, accountUin, known.items, outcome.findings)
  }

  /** An audit event where something differs that did not before. */
  async function recordNews(
    tx: Tx,
    accountUin: AccountUin,
    known: readonly DriftFinding[],
    findings: readonly DriftFinding[],
  ): Promise<void> {
    const news = findings.filter(
      ({ kind, name }) => !known.some((finding) => finding.kind === kind && finding.name === name),
    )
    if (news.length === 0) return
    await audit.record(tx, ACTOR, {
      action: 'drift.found',
      subject: { kind: 'account', id: accountUin },
      result: 'failure',
      detail: {
        objects: news.map(({ kind, name, difference }) => ({ kind, name, state: difference.state })),
      },
    })
  }

  async function check(accounts: readonly AccountUin[]): Promise<void> {
    const examinations = [...(await examine(accounts))]
    for (let start = 0; start < examinations.length; start += ACCOUNTS_PER_TRANSACTION) {
      await inTransaction(db, async (tx) => {
        for (const [accountUin, examination] of examinations.slice(start, start + ACCOUNTS_PER_TRANSACTION)) {
          await keep(tx, accountUin, examination)
        }
      })
    }
  }

  return {
    /**
     * Looks at the accounts whose turn it is, a bounded number of them; one process at a time. Never throws for what an
     * account answers. Returns how many were looked at.
     */
    async run(): Promise<number> {
      const zone = await zones.find()
      if (!zone) return 0
      const { settings } = zone
      const now = clock.now()
      const accounts = await listDueAccounts(db, {
        ...(settings['drift.scheduled'] && {
          schedule: {
            before: secondsAfter(now, -settings['drift.intervalHours'] * HOUR),
            failedBefore: secondsAfter(now, -RETRY_SECONDS),
          },
        }),
        limit: SLICE,
      })
      if (accounts.length === 0) return 0
      const lease = { name: LEASE, token, now: now.toISOString(), until: secondsAfter(now, LEASE_SECONDS) }
      if (!(await takeLease(db, lease))) return 0
      try {
        await check(accounts)
      } finally {
        await dropLease(db, LEASE, token)
      }
      return accounts.length
    },

    /** Looks at one account now. Throws `account.notFound`. */
    async checkAccount(actor: Actor, accountUin: AccountUin): Promise<AccountCheck> {
      requireFullRights(actor)
      const [account] = await findAccounts(db, [accountUin])
      if (!account) {
        throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.', {
          accountUin,
        })
      }
      await inTransaction(db, (tx) =>
        audit.record(tx, actor, {
          action: 'drift.check',
          subject: { kind: 'account', id: accountUin, name: account.name },
        }),
      )
      await check([accountUin])
      return (await findCheck(db, accountUin)) ?? { accountUin, accountName: account.name }
    },

    /** Asks for a look at every account, which begins within seconds. Returns how many there are. */
    async requestAll(actor: Actor): Promise<number> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const count = await requestChecks(tx, clock.now().toISOString())
        await audit.record(tx, actor, { action: 'drift.check', detail: { accounts: count } })
        return count
      })
    },

    async summary(actor: Actor): Promise<DriftSummary> {
      requireReadRights(actor)
      return summarizeDrift(db)
    },

    /** What differs, by account. */
    async findings(
      actor: Actor,
      { page, ...filter }: FindingFilter & { readonly page: PageRequest },
    ): Promise<Page<ListedFinding>> {
      requireReadRights(actor)
      return listFindings(db, filter, page)
    },

    /** Accounts that could not be asked the last time, and why. */
    async failures(actor: Actor, page: PageRequest): Promise<Page<AccountCheck>> {
      requireReadRights(actor)
      return listFailedChecks(db, page)
    },

    /** When the account was looked at last, if it ever was. */
    async checkOf(actor: Actor, accountUin: AccountUin): Promise<AccountCheck | undefined> {
      requireReadRights(actor)
      return findCheck(db, accountUin)
    },

    /** In how many accounts each configuration is not as it was deployed; absent where it is. */
    async countOf(
      actor: Actor,
      configurations: readonly PermissionConfigurationId[],
    ): Promise<ReadonlyMap<PermissionConfigurationId, number>> {
      requireReadRights(actor)
      return countDriftedPlaces(db, configurations)
    },
  }
}
