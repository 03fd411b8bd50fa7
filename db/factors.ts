/** Passwords, TOTP factors and recovery codes of users and administrators. */
import type { UserId } from '../server/domain/ids.js'
import type { Subject } from '../server/domain/session.js'
import { fromFlag, toFlag, toJson } from './columns.js'
import { engineOf, type Db, type Tx } from './database.js'
import { textList } from './directory-lists.js'
import { deleteKnownDevicesOf } from './known-devices.js'
import { deletePasskeysOf } from './passkeys.js'
import { prepared, rowsOf } from './prepared.js'

export interface PasswordRecord {
  readonly hash: string
  readonly mustChange: boolean
  /** Of a generated initial password: worth nothing after this. */
  readonly expiresAt?: string
  readonly changedAt: string
}

export interface TotpFactor {
  readonly sealedSecret: string
  /** Last accepted time step. */
  readonly lastStep: number
  readonly boundAt: string
}

const SUBJECT = ['subject_kind', 'subject_id'] as const

/** Sets or replaces the password of the subject. */
export async function putPassword(
  tx: Tx,
  subject: Subject,
  password: { readonly hash: string; readonly mustChange: boolean; readonly expiresAt?: string | undefined },
  now: string,
): Promise<void> {
  const values = {
    hash: password.hash,
    must_change: toFlag(password.mustChange),
    expires_at: password.expiresAt ?? null,
    changed_at: now,
  }
  await tx
    .insertInto('passwords')
    .values({ subject_kind: subject.kind, subject_id: subject.id, ...values })
    .onConflict((conflict) => conflict.columns(SUBJECT).doUpdateSet(values))
    .execute()
}

export async function findPassword(db: Db | Tx, subject: Subject): Promise<PasswordRecord | undefined> {
  const row = await db
    .selectFrom('passwords')
    .selectAll()
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return (
    row && {
      hash: row.hash,
      mustChange: fromFlag(row.must_change),
      ...(row.expires_at !== null && { expiresAt: row.expires_at }),
      changedAt: row.changed_at,
    }
  )
}

/** Replaces the hash by one of the same password, unless another password was set meanwhile. */
export async function upgradePasswordHash(tx: Tx, subject: Subject, from: string, to: string): Promise<void> {
  await tx
    .updateTable('passwords')
    .set({ hash: to })
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('hash', '=', from)
    .execute()
}

const selectWhoMustChange = prepared((db, slots: { ids: string }) =>
  db
    .selectFrom('passwords')
    .select('subject_id')
    .where('subject_kind', '=', 'user')
    .where('subject_id', 'in', textList<UserId>(engineOf(db), slots.ids))
    .where('must_change', '=', 1),
)

/** Those of the users who have to change their password at the next sign-in. */
export async function usersWhoMustChangePassword(
  db: Db | Tx,
  ids: readonly UserId[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await rowsOf(selectWhoMustChange(db, { ids: toJson(ids) }))
  return new Set(rows.map((row) => row.subject_id))
}

/**
 * Says whether the password has to be changed at the next sign-in. One that need not be any longer is good for ever,
 * unless it has expired: then it stays worth nothing. False when the subject has no password.
 */
export async function setPasswordMustChange(
  tx: Tx,
  subject: Subject,
  mustChange: boolean,
  now: string,
): Promise<boolean> {
  const result = await tx
    .updateTable('passwords')
    .set((expression) => ({
      must_change: toFlag(mustChange),
      ...(!mustChange && {
        expires_at: expression
          .case()
          .when('expires_at', '<=', now)
          .then(expression.ref('expires_at'))
          .else(null)
          .end(),
      }),
    }))
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function findTotpFactor(db: Db | Tx, subject: Subject): Promise<TotpFactor | undefined> {
  const row = await db
    .selectFrom('totp_factors')
    .selectAll()
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return row && { sealedSecret: row.secret, lastStep: row.last_step, boundAt: row.bound_at }
}

/** Binds the factor. False when the subject has one already: there is one device each. */
export async function insertTotpFactor(tx: Tx, subject: Subject, factor: TotpFactor): Promise<boolean> {
  const result = await tx
    .insertInto('totp_factors')
    .values({
      subject_kind: subject.kind,
      subject_id: subject.id,
      secret: factor.sealedSecret,
      last_step: factor.lastStep,
      bound_at: factor.boundAt,
    })
    .onConflict((conflict) => conflict.columns(SUBJECT).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Uses up a step and all before it. False when it was used already or the factor is another one by now: the code does not count. */
export async function useTotpStep(
  tx: Tx,
  subject: Subject,
  factor: Pick<TotpFactor, 'sealedSecret'>,
  step: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('totp_factors')
    .set({ last_step: step })
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('secret', '=', factor.sealedSecret)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Replaces the recovery codes of the subject. */
export async function putRecoveryCodes(tx: Tx, subject: Subject, hashes: readonly string[]): Promise<void> {
  await deleteRecoveryCodes(tx, subject)
  if (hashes.length === 0) return
  await tx
    .insertInto('recovery_codes')
    .values(hashes.map((hash) => ({ subject_kind: subject.kind, subject_id: subject.id, code_hash: hash })))
    .execute()
}

/** Uses up a recovery code. False when there is no such code. */
export async function useRecoveryCode(tx: Tx, subject: Subject, hash: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('recovery_codes')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('code_hash', '=', hash)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** At most ten rows, so they may be counted. */
export async function countRecoveryCodes(db: Db | Tx, subject: Subject): Promise<number> {
  const row = await db
    .selectFrom('recovery_codes')
    .select((expression) => expression.fn.countAll<number>().as('total'))
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirstOrThrow()
  return row.total
}

/** Removes every second factor (device, passkeys) and the recovery codes. False when there was none. */
export async function deleteSecondFactors(tx: Tx, subject: Subject): Promise<boolean> {
  await deleteRecoveryCodes(tx, subject)
  const passkeys = await deletePasskeysOf(tx, subject)
  const result = await tx
    .deleteFrom('totp_factors')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return passkeys > 0 || result.numDeletedRows > 0n
}

/** Removes everything the subject can prove itself with: part of deleting it. */
export async function deleteFactors(tx: Tx, subject: Subject): Promise<void> {
  await deleteSecondFactors(tx, subject)
  await deleteKnownDevicesOf(tx, subject)
  await tx
    .deleteFrom('passwords')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .execute()
}

async function deleteRecoveryCodes(tx: Tx, subject: Subject): Promise<void> {
  await tx
    .deleteFrom('recovery_codes')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .execute()
}
