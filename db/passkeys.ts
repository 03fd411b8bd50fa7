/** Passkeys of users and administrators, and the challenges that browsers are asked to sign. */
import type { Selectable } from 'kysely'
import type { PasskeyId } from '../server/domain/ids.js'
import type { ChallengePurpose, Passkey } from '../server/domain/passkey.js'
import type { Subject } from '../server/domain/session.js'
import { boundedCount } from './bounded-count.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { PasskeyTable } from './tables.js'

const toPasskey = (row: Selectable<PasskeyTable>): Passkey => ({
  id: row.id,
  subject: { kind: row.subject_kind, id: row.subject_id },
  credentialId: row.credential_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: fromJson<readonly string[]>(row.transports),
  name: row.name,
  createdAt: row.created_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
})

/** The oldest first; a subject has a handful of them. */
export async function listPasskeys(db: Db | Tx, subject: Subject): Promise<readonly Passkey[]> {
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(toPasskey)
}

export async function findPasskeyByCredential(
  db: Db | Tx,
  credentialId: string,
): Promise<Passkey | undefined> {
  const row = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return row && toPasskey(row)
}

/** Throws the unique violation of the engine when the credential is somebody's already. */
export async function insertPasskey(tx: Tx, passkey: Passkey): Promise<void> {
  await tx
    .insertInto('passkeys')
    .values({
      id: passkey.id,
      subject_kind: passkey.subject.kind,
      subject_id: passkey.subject.id,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: toJson(passkey.transports),
      name: passkey.name,
      created_at: passkey.createdAt,
      last_used_at: null,
    })
    .execute()
}

/** Notes a use. False when the passkey is gone, or was used meanwhile so that its counter is another one. */
export async function usePasskey(
  tx: Tx,
  passkey: Pick<Passkey, 'id' | 'counter'>,
  counter: number,
  now: string,
): Promise<boolean> {
  const result = await tx
    .updateTable('passkeys')
    .set({ counter, last_used_at: now })
    .where('id', '=', passkey.id)
    .where('counter', '=', passkey.counter)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when the subject has no such passkey. */
export async function renamePasskey(tx: Tx, subject: Subject, id: PasskeyId, name: string): Promise<boolean> {
  const result = await tx
    .updateTable('passkeys')
    .set({ name })
    .where('id', '=', id)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when the subject has no such passkey. */
export async function deletePasskey(tx: Tx, subject: Subject, id: PasskeyId): Promise<boolean> {
  const result = await tx
    .deleteFrom('passkeys')
    .where('id', '=', id)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Deletes all of the subject's passkeys and returns how many there were. */
export async function deletePasskeysOf(tx: Tx, subject: Subject): Promise<number> {
  const result = await tx
    .deleteFrom('passkeys')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

export interface PasskeyChallenge {
  /** Session or browser that may answer it. */
  readonly boundTo: string
  readonly purpose: ChallengePurpose
  readonly challengeHash: string
  readonly network: string | undefined
  readonly expiresAt: string
}

/** Keeps the challenge in place of an earlier one for the same browser and purpose. */
export async function putPasskeyChallenge(tx: Tx, challenge: PasskeyChallenge): Promise<void> {
  const values = {
    challenge_hash: challenge.challengeHash,
    network: challenge.network ?? null,
    expires_at: challenge.expiresAt,
  }
  await tx
    .insertInto('passkey_challenges')
    .values({ bound_to: challenge.boundTo, purpose: challenge.purpose, ...values })
    .onConflict((conflict) => conflict.columns(['bound_to', 'purpose']).doUpdateSet(values))
    .execute()
}

/** Challenges of browsers that have not signed in, in all and of one network (neither is counted beyond 10,000). */
export async function countOpenChallenges(
  db: Db | Tx,
  network: string | undefined,
  now: string,
): Promise<{ readonly all: number; readonly ofNetwork: number }> {
  const open = db
    .selectFrom('passkey_challenges')
    .select('bound_to')
    .where('purpose', '=', 'signIn')
    .where('expires_at', '>', now)
  const own = open.where('network', network === undefined ? 'is' : '=', network ?? null)
  return { all: await boundedCount(db, open), ofNetwork: await boundedCount(db, own) }
}

/** Takes the challenge away. False when this browser was not asked to sign it, or was too long ago: of two answers, one counts. */
export async function takePasskeyChallenge(
  tx: Tx,
  challenge: Pick<PasskeyChallenge, 'boundTo' | 'purpose' | 'challengeHash'>,
  now: string,
): Promise<boolean> {
  const result = await tx
    .deleteFrom('passkey_challenges')
    .where('bound_to', '=', challenge.boundTo)
    .where('purpose', '=', challenge.purpose)
    .where('challenge_hash', '=', challenge.challengeHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
