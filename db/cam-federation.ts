/** Federation tokens of simulated accounts at rest. */
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

export interface FederationToken {
  readonly id: string
  readonly tmpSecretId: string
  readonly accountUin: AccountUin
  /** Whose permissions they are; absent for the account itself. */
  readonly subUserUin?: SubUserUin
  /** Chosen by who made it. */
  readonly name: string
  readonly policy: string
  readonly createdAt: string
  readonly expiresAt: string
}

export interface StoredFederationToken {
  readonly token: FederationToken
  readonly sealedSecretKey: string
  readonly tokenHash: string
}

export async function insertFederationToken(tx: Tx, stored: StoredFederationToken): Promise<void> {
  const { token } = stored
  await tx
    .insertInto('cam_federation_tokens')
    .values({
      id: token.id,
      tmp_secret_id: token.tmpSecretId,
      secret_key: stored.sealedSecretKey,
      token_hash: stored.tokenHash,
      account_uin: token.accountUin,
      sub_user_uin: token.subUserUin ?? null,
      name: token.name,
      policy: token.policy,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute()
}

export async function findFederationToken(
  db: Db | Tx,
  tmpSecretId: string,
): Promise<StoredFederationToken | undefined> {
  const row = await db
    .selectFrom('cam_federation_tokens')
    .selectAll()
    .where('tmp_secret_id', '=', tmpSecretId)
    .executeTakeFirst()
  return (
    row && {
      token: {
        id: row.id,
        tmpSecretId: row.tmp_secret_id,
        accountUin: row.account_uin,
        ...(row.sub_user_uin !== null && { subUserUin: row.sub_user_uin }),
        name: row.name,
        policy: row.policy,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      },
      sealedSecretKey: row.secret_key,
      tokenHash: row.token_hash,
    }
  )
}
