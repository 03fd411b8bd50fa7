/**
 * Browsers in which somebody has signed in before, by the hash of the secret in their cookie; and, marked as such, the
 * networks that they did so from.
 */
import type { Subject } from '../server/domain/session.js'
import type { Db, Tx } from './database.js'

/** Whether anybody has signed in there, or (given a subject) whether that one has. */
export async function isKnownDevice(
  db: Db | Tx,
  deviceHash: string,
  now: string,
  subject?: Subject,
): Promise<boolean> {
  let query = db
    .selectFrom('known_devices')
    .select('device_hash')
    .where('device_hash', '=', deviceHash)
    .where('expires_at', '>', now)
  if (subject) query = query.where('subject_kind', '=', subject.kind).where('subject_id', '=', subject.id)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}

const NETWORK = 'network:'

/** The name of a network among devices. No cookie's hash begins like that. */
export const networkAsDevice = (network: string): string => `${NETWORK}${network}`

/**
 * Keeps the device, or network, as one of the subject's, and no more than `most` of the same sort: the one unused for
 * longest goes.
 */
export async function putKnownDevice(
  tx: Tx,
  subject: Subject,
  deviceHash: string,
  expiresAt: string,
  most: number,
): Promise<void> {
  await tx
    .insertInto('known_devices')
    .values({
      device_hash: deviceHash,
      subject_kind: subject.kind,
      subject_id: subject.id,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['device_hash', 'subject_kind', 'subject_id']).doUpdateSet({ expires_at: expiresAt }),
    )
    .execute()
  const extra = await tx
    .selectFrom('known_devices')
    .select('device_hash')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('device_hash', deviceHash.startsWith(NETWORK) ? 'like' : 'not like', `${NETWORK}%`)
    .orderBy('expires_at', 'desc')
    .limit(100)
    .offset(most)
    .execute()
  if (extra.length === 0) return
  await tx
    .deleteFrom('known_devices')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where(
      'device_hash',
      'in',
      extra.map((row) => row.device_hash),
    )
    .execute()
}

/** Forgets all devices of the subject. */
export async function deleteKnownDevicesOf(tx: Tx, subject: Subject): Promise<void> {
  await tx
    .deleteFrom('known_devices')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .execute()
}
