/** Faults of simulated accounts, set by administrators to rehearse slow and failing deployments. */
import { findFaults, putFaults, type CamFaults } from '../../db/cam.js'
import type { Db } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { AuditLog } from './audit-log.js'

const NO_FAULTS: CamFaults = { delayMilliseconds: 0, errorPermille: 0, outage: false }

/** Longest simulated delay of one call; the deployer's patience ends before. */
const MAXIMUM_DELAY_MILLISECONDS = 60_000

const isWithin = (value: number, maximum: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= maximum

function requireFaults({ delayMilliseconds, errorPermille }: CamFaults): void {
  const [field] = [
    ...(isWithin(delayMilliseconds, MAXIMUM_DELAY_MILLISECONDS) ? [] : ['delay']),
    ...(isWithin(errorPermille, 1000) ? [] : ['errors']),
  ]
  if (field === undefined) return
  throw new IdentityCenterError(
    'account.invalid',
    `A delay is 0 to ${MAXIMUM_DELAY_MILLISECONDS} milliseconds, a share of failing calls 0 to 1000 thousandths.`,
    { field },
  )
}

export type { CamFaults }

export type AccountFaultService = ReturnType<typeof createAccountFaultService>

export function createAccountFaultService({ db, audit }: { readonly db: Db; readonly audit: AuditLog }) {
  return {
    /** The faults of the account as they are. */
    async get(actor: Actor, uin: AccountUin): Promise<CamFaults> {
      requireReadRights(actor)
      return (await findFaults(db, uin)) ?? NO_FAULTS
    },

    /** Sets all faults of the account; they count from its next call on. Throws `account.notFound`, `account.invalid`. */
    async set(actor: Actor, uin: AccountUin, faults: CamFaults): Promise<void> {
      requireFullRights(actor)
      requireFaults(faults)
      await inTransaction(db, async (tx) => {
        const account = await findAccount(tx, uin)
        if (!account) throw new IdentityCenterError('account.notFound', `There is no account ${uin}.`)
        const before = (await findFaults(tx, uin)) ?? NO_FAULTS
        await putFaults(tx, uin, faults)
        await audit.record(tx, actor, {
          action: 'account.setFaults',
          subject: { kind: 'account', id: uin, name: account.name },
          detail: { before, after: faults },
        })
      })
    },
  }
}
