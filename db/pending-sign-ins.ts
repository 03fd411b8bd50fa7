/** SAML requests that wait for their answer. */
import { boundedCount } from './bounded-count.js'
import type { Db, Tx } from './database.js'

export interface PendingSignIn {
  readonly requestId: string
  /** Hash of the cookie of the browser that asked. */
  readonly browserHash: string
  readonly relayState?: string
  /** Network of the browser that asked, for the share that one may have of all open requests. */
  readonly network?: string
  readonly createdAt: string
  readonly expiresAt: string
}

export async function insertPendingSignIn(tx: Tx, pending: PendingSignIn): Promise<void> {
  await tx
    .insertInto('pending_sign_ins')
    .values({
      request_id: pending.requestId,
      browser_hash: pending.browserHash,
      relay_state: pending.relayState ?? null,
      network: pending.network ?? null,
      created_at: pending.createdAt,
      expires_at: pending.expiresAt,
    })
    .execute()
}

/** How many requests are open, in all and of one network (neither is counted beyond 10,000). */
export async function countPendingSignIns(
  db: Db | Tx,
  network: string | undefined,
  now: string,
): Promise<{ readonly all: number; readonly ofNetwork: number }> {
  const open = db.selectFrom('pending_sign_ins').select('request_id').where('expires_at', '>', now)
  const own = open.where('network', network === undefined ? 'is' : '=', network ?? null)
  return { all: await boundedCount(db, open), ofNetwork: await boundedCount(db, own) }
}

/** The network that has most requests open. Reads all that are open. */
export async function findLargestShare(
  db: Db | Tx,
  now: string,
): Promise<{ readonly network: string; readonly open: number } | undefined> {
  const row = await db
    .selectFrom('pending_sign_ins')
    .select(({ fn }) => ['network', fn.countAll<number>().as('open')])
    .where('expires_at', '>', now)
    .where('network', 'is not', null)
    .groupBy('network')
    .orderBy('open', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && row.network !== null ? { network: row.network, open: row.open } : undefined
}

/** Forgets the request of the network that has waited longest: the least likely still to be answered. */
export async function dropOldestPendingSignIn(tx: Tx, network: string): Promise<void> {
  await tx
    .deleteFrom('pending_sign_ins')
    .where('request_id', 'in', (query) =>
      query
        .selectFrom('pending_sign_ins')
        .select('request_id')
        .where('network', '=', network)
        .orderBy('expires_at')
        .limit(1),
    )
    .execute()
}

export async function isPending(db: Db | Tx, requestId: string, now: string): Promise<boolean> {
  const row = await db
    .selectFrom('pending_sign_ins')
    .select('request_id')
    .where('request_id', '=', requestId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes the request away and returns it: of two answers to it, one gets it. An expired one is no longer there. */
export async function takePendingSignIn(
  tx: Tx,
  requestId: string,
  now: string,
): Promise<Pick<PendingSignIn, 'browserHash' | 'relayState'> | undefined> {
  const row = await tx
    .deleteFrom('pending_sign_ins')
    .where('request_id', '=', requestId)
    .where('expires_at', '>', now)
    .returning(['browser_hash', 'relay_state'])
    .executeTakeFirst()
  return (
    row && {
      browserHash: row.browser_hash,
      ...(row.relay_state !== null && { relayState: row.relay_state }),
    }
  )
}
