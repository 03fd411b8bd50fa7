/** Sessions at rest, and the end of everything a person has open. */
import type { UserId } from '../server/domain/ids.js'
import type { Tx } from './database.js'

/**
 * Ends the user's portal sessions and role sessions (with their temporary credentials) at once: part of the
 * transaction that disables, blocks or deletes the user.
 */
export async function endUserAccess(tx: Tx, userId: UserId, now: string): Promise<void> {
  await tx.deleteFrom('sign_in_tickets').where('user_id', '=', userId).execute()
  await tx
    .deleteFrom('sessions')
    .where('subject_kind', '=', 'user')
    .where('subject_id', '=', userId)
    .execute()
  await tx
    .updateTable('role_sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .execute()
}

/** Ends the portal sessions that were made by the given login method. */
export async function endSessionsByMethod(tx: Tx, method: 'password' | 'sso'): Promise<void> {
  await tx.deleteFrom('sessions').where('kind', '=', 'portal').where('method', '=', method).execute()
}
