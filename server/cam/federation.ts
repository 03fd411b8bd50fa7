/** Temporary credentials that somebody makes of their own rights in an account, narrowed by a policy. */
import { findFederationToken, insertFederationToken, type FederationToken } from '../../db/cam-federation.js'
import { findKeyHolder } from '../../db/cam-keys.js'
import type { Db, Tx } from '../../db/database.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import type { CloudCaller, PermanentCaller } from '../domain/cloud-caller.js'
import { newFederationTokenId } from '../domain/ids.js'
import { newTemporaryKey, roleSessionSealedFor } from '../domain/role-session.js'
import { equalSecrets, hashSecret, type SecretBox } from '../domain/secrets.js'

export interface FederationDeps {
  readonly db: Db
  readonly clock: Clock
  readonly secretBox: SecretBox
}

/** The raw credentials, handed out once. */
export interface OpenedFederation {
  readonly token: FederationToken
  readonly credentials: {
    readonly tmpSecretId: string
    readonly tmpSecretKey: string
    readonly token: string
    readonly expiresAt: string
  }
}

export interface KeyedFederation {
  readonly caller: CloudCaller
  readonly secretKey: string
  /** Whether the token is the right one and still counts. */
  accepts(token: string): boolean
}

export function createFederation({ db, clock, secretBox }: FederationDeps) {
  return {
    async open(
      tx: Tx,
      holder: PermanentCaller,
      { name, policy, seconds }: { readonly name: string; readonly policy: string; readonly seconds: number },
    ): Promise<OpenedFederation> {
      const now = clock.now()
      const { tmpSecretId, tmpSecretKey, token: secret } = newTemporaryKey()
      const token: FederationToken = {
        id: newFederationTokenId(),
        tmpSecretId,
        accountUin: holder.accountUin,
        ...(holder.kind === 'subUser' && { subUserUin: holder.uin }),
        name,
        policy,
        createdAt: now.toISOString(),
        expiresAt: secondsAfter(now, seconds),
      }
      await insertFederationToken(tx, {
        token,
        sealedSecretKey: secretBox.seal(roleSessionSealedFor(tmpSecretId), tmpSecretKey),
        tokenHash: hashSecret(secret),
      })
      const { expiresAt } = token
      return { token, credentials: { tmpSecretId, tmpSecretKey, token: secret, expiresAt } }
    },

    /** A token by its temporary SecretId, as long as the one whose rights they are may use keys. */
    async findByKey(tmpSecretId: string): Promise<KeyedFederation | undefined> {
      const stored = await findFederationToken(db, tmpSecretId)
      if (!stored) return undefined
      const { token, sealedSecretKey, tokenHash } = stored
      const holder = await findKeyHolder(db, token.accountUin, token.subUserUin)
      if (!holder) return undefined
      return {
        caller: { kind: 'federated', of: holder, tokenId: token.id, name: token.name, policy: token.policy },
        secretKey: secretBox.open(roleSessionSealedFor(tmpSecretId), sealedSecretKey),
        accepts: (secret) =>
          equalSecrets(hashSecret(secret), tokenHash) && token.expiresAt > clock.now().toISOString(),
      }
    },
  }
}

export type Federation = ReturnType<typeof createFederation>
