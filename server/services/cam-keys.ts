/** Permanent API keys in cloud accounts: of sub-users, and of the account itself. */
import {
  deleteApiKey,
  findApiKey,
  insertApiKey,
  listAccountKeys,
  listApiKeys,
  markApiKeyUsed,
  setApiKeyStatus,
  type StoredApiKey,
} from '../../db/administrators.js'
import { findAccountUser } from '../../db/cam-account-users.js'
import { findSigningKey } from '../../db/cam-keys.js'
import type { Db, Tx } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { apiKeySealedFor, newApiKeyPair, type ApiKey, type ApiKeyPair } from '../domain/administrator.js'
import { CAM_LIMITS, camResource, requireLength, requireRoom } from '../domain/cam-account.js'
import { permanentCallerOf, uinOf, type PermanentCaller } from '../domain/cloud-caller.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, SubUserUin } from '../domain/ids.js'
import type { SecretBox } from '../domain/secrets.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'

export interface CamKeyServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly secretBox: SecretBox
  readonly permit: CamPermit
}

/** Whoever may sign with a key. */
export interface KeyHolder {
  readonly secretKey: string
  readonly caller: PermanentCaller
  /** Absent until the key's first use. */
  readonly lastUsedAt?: string
}

/** Whose keys are meant: a sub-user by number, or the account itself. */
interface Target {
  readonly accountUin: AccountUin
  readonly uin: SubUserUin | undefined
  readonly name: string
}

const LAST_USED_SECONDS = 60
const LONGEST_DESCRIPTION = 200

export type CamKeyService = ReturnType<typeof createCamKeyService>

export function createCamKeyService({ db, clock, audit, secretBox, permit }: CamKeyServiceDeps) {
  const keysOf = (from: Db | Tx, { accountUin, uin }: Target): Promise<readonly StoredApiKey[]> =>
    uin === undefined ? listAccountKeys(from, accountUin) : listApiKeys(from, uin)

  /** Keys of the account itself are the account's own business: no policy hands them to a sub-user. */
  async function requireTarget(
    requester: CamRequester,
    operation: string,
    wanted: string | undefined,
  ): Promise<Target> {
    const accountUin = accountOfRequester(requester)
    const holder = permanentCallerOf(requester.caller)
    const target = wanted ?? (holder && uinOf(holder))
    if (target === accountUin || target === undefined) {
      if (holder?.kind === 'root') {
        // The account needs no policy, but its temporary credentials are narrowed by theirs.
        await permit(requester, operation, [camResource.user(accountUin, accountUin)])
        return { accountUin, uin: undefined, name: accountUin }
      }
      throw target === undefined
        ? new IdentityCenterError('camUser.invalid', 'Say whose keys are meant: a role has none of its own.')
        : new IdentityCenterError(
            'actor.forbidden',
            'The keys of the account itself are for the account itself only.',
          )
    }
    const user = await findAccountUser(db, accountUin, target)
    await permit(requester, operation, [camResource.user(accountUin, user?.uin)])
    if (!user) throw userNotFound(target)
    return { accountUin, uin: user.uin, name: user.name }
  }

  async function requireKey(tx: Tx, target: Target, secretId: string): Promise<StoredApiKey> {
    const key = await findApiKey(tx, secretId)
    if (key?.accountUin === target.accountUin && key.subUserUin === target.uin) return key
    throw new IdentityCenterError('apiKey.notFound', 'There is no such key.', { secretId })
  }

  /** Writes a new key in the transaction of whoever makes it. Throws `apiKey.limit`. */
  async function add(
    tx: Tx,
    actor: Actor,
    target: Target,
    pair: ApiKeyPair,
    description?: string,
  ): Promise<void> {
    requireRoom('apiKey.limit', 'keys of one user', (await keysOf(tx, target)).length, CAM_LIMITS.accessKeys)
    await insertApiKey(
      tx,
      {
        secretId: pair.secretId,
        sealedSecretKey: secretBox.seal(apiKeySealedFor(pair.secretId), pair.secretKey),
        accountUin: target.accountUin,
        subUserUin: target.uin,
        description,
      },
      clock.now().toISOString(),
    )
    await audit.record(tx, actor, {
      action: 'camKey.create',
      subject: { kind: 'apiKey', id: pair.secretId, name: target.name },
      detail: { account: target.accountUin },
    })
  }

  const withoutSecret = ({ secretId, status, description, createdAt, lastUsedAt }: StoredApiKey): ApiKey => ({
    secretId,
    status,
    ...(description !== undefined && { description }),
    createdAt,
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  })

  async function changeStatus(tx: Tx, actor: Actor, key: StoredApiKey, status: ApiKey['status']) {
    if (key.status === status) return
    await setApiKeyStatus(tx, key.secretId, status)
    await audit.record(tx, actor, {
      action: 'camKey.setStatus',
      subject: { kind: 'apiKey', id: key.secretId },
      detail: { account: key.accountUin, before: { status: key.status }, after: { status } },
    })
  }

  async function drop(tx: Tx, actor: Actor, key: StoredApiKey): Promise<void> {
    await deleteApiKey(tx, key.secretId)
    await audit.record(tx, actor, {
      action: 'camKey.remove',
      subject: { kind: 'apiKey', id: key.secretId },
      detail: { account: key.accountUin },
    })
  }

  const targetOfAccount = (accountUin: AccountUin): Target => ({
    accountUin,
    uin: undefined,
    name: accountUin,
  })

  return {
    add,

    /** A new key of the user, or the requester's own; its SecretKey is returned this once. Throws `apiKey.limit`. */
    async create(
      requester: CamRequester,
      uin: string | undefined,
      description: string | undefined,
    ): Promise<ApiKeyPair & { readonly createdAt: string }> {
      requireLength('camUser.invalid', 'description', description, LONGEST_DESCRIPTION)
      const target = await requireTarget(requester, 'CreateAccessKey', uin)
      const pair = newApiKeyPair()
      await inTransaction(db, (tx) => add(tx, requester.actor, target, pair, description || undefined))
      return { ...pair, createdAt: clock.now().toISOString() }
    },

    /** Keys of the user, or the requester's own, oldest first. */
    async list(requester: CamRequester, uin: string | undefined): Promise<readonly ApiKey[]> {
      const target = await requireTarget(requester, 'ListAccessKeys', uin)
      return (await keysOf(db, target)).map(withoutSecret)
    },

    /** Throws `apiKey.notFound`. */
    async setStatus(
      requester: CamRequester,
      uin: string | undefined,
      secretId: string,
      status: ApiKey['status'],
    ): Promise<void> {
      const target = await requireTarget(requester, 'UpdateAccessKey', uin)
      await inTransaction(db, async (tx) =>
        changeStatus(tx, requester.actor, await requireKey(tx, target, secretId), status),
      )
    },

    /** Throws `apiKey.notFound`. */
    async remove(requester: CamRequester, uin: string | undefined, secretId: string): Promise<void> {
      const target = await requireTarget(requester, 'DeleteAccessKey', uin)
      await inTransaction(db, async (tx) => drop(tx, requester.actor, await requireKey(tx, target, secretId)))
    },

    /** Keys of the account itself, for those who administer the organization. */
    async listOfAccount(actor: Actor, account: AccountUin): Promise<readonly ApiKey[]> {
      requireReadRights(actor)
      return (await listAccountKeys(db, account)).map(withoutSecret)
    },

    /** A key of the account itself: it may do everything there. Throws `account.notFound`, `apiKey.limit`. */
    async createForAccount(actor: Actor, account: AccountUin): Promise<ApiKeyPair> {
      requireFullRights(actor)
      const pair = newApiKeyPair()
      await inTransaction(db, async (tx) => {
        if (!(await findAccount(tx, account)))
          throw new IdentityCenterError('account.notFound', `There is no account ${account}.`)
        await add(tx, actor, targetOfAccount(account), pair)
      })
      return pair
    },

    /** Throws `apiKey.notFound`. */
    async removeOfAccount(actor: Actor, account: AccountUin, secretId: string): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) =>
        drop(tx, actor, await requireKey(tx, targetOfAccount(account), secretId)),
      )
    },

    /**
     * Who may sign with this SecretId, and the key to check the signature with; `undefined` for an unknown or disabled
     * key, and for a user who is disabled or was made for somebody who may not sign in.
     */
    async findHolder(secretId: string): Promise<KeyHolder | undefined> {
      const key = await findSigningKey(db, secretId)
      return (
        key && {
          secretKey: secretBox.open(apiKeySealedFor(secretId), key.sealedSecretKey),
          caller: key.holder,
          ...(key.lastUsedAt !== undefined && { lastUsedAt: key.lastUsedAt }),
        }
      )
    },

    /** Notes that a signature of the key was right, at most once a minute; `lastUsedAt` as the holder was found with. */
    async noteUse(secretId: string, lastUsedAt: string | undefined): Promise<void> {
      const now = clock.now()
      if (lastUsedAt !== undefined && lastUsedAt > secondsAfter(now, -LAST_USED_SECONDS)) return
      await inTransaction(db, (tx) => markApiKeyUsed(tx, secretId, now.toISOString()))
    },
  }
}

const userNotFound = (uin: string) =>
  new IdentityCenterError('camUser.notFound', `The account has no user ${uin.slice(0, 64)}.`, { uin })
