/** Who operates the console and the API: sub-users of the management account, their passwords, devices and API keys. */
import {
  deleteApiKey,
  findAdministrator,
  findAdministratorByName,
  findApiKey,
  insertAdministrator,
  insertApiKey,
  listAdministrators,
  listApiKeys,
  managementAccountUin,
  setAdministratorStatus,
  setApiKeyStatus,
  type StoredApiKey,
} from '../../db/administrators.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { putPassword } from '../../db/factors.js'
import { deleteSessionsOf } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor, AdministratorRights } from '../domain/actor.js'
import {
  apiKeySealedFor,
  MAXIMUM_API_KEYS,
  newApiKeyPair,
  type Administrator,
  type ApiKey,
  type ApiKeyPair,
} from '../domain/administrator.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newSubUserUin, type AccountUin, type SubUserUin } from '../domain/ids.js'
import { checkStrength, generatePassword, INITIAL_PASSWORD_SECONDS } from '../domain/password.js'
import type { SecretBox } from '../domain/secrets.js'
import { requireUserName } from '../domain/user.js'
import type { AuditLog } from './audit-log.js'
import { requireAnotherAdministrator } from './last-administrator.js'
import type { MfaService } from './mfa.js'
import type { PasswordHasher } from './password-hasher.js'
import type { PasswordReset, PasswordService } from './passwords.js'

export interface AdministratorToCreate {
  readonly name: string
  readonly rights: AdministratorRights
  /** Generated when absent; it has to be changed at the first sign-in either way. */
  readonly password?: string | undefined
  readonly remark?: string | undefined
}

/** The first administrator with everything that takes time done, ready for the transaction of the first start. */
export interface FirstAdministrator {
  readonly name: string
  readonly passwordHash: string
  /** Present when it was generated: the only place where it can be read. */
  readonly generatedPassword: string | undefined
  readonly apiKey: ApiKeyPair | undefined
}

export interface AdministratorServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly secretBox: SecretBox
  readonly hasher: PasswordHasher
  readonly passwords: PasswordService
  readonly mfa: MfaService
}

export function createAdministratorService(deps: AdministratorServiceDeps) {
  const { db, clock, audit, secretBox, hasher, passwords, mfa } = deps

  const subjectOf = (administrator: Administrator) =>
    ({ kind: 'administrator', id: administrator.uin, name: administrator.name }) as const

  async function require(from: Db | Tx, uin: SubUserUin): Promise<Administrator> {
    const administrator = await findAdministrator(from, uin)
    if (administrator) return administrator
    throw new IdentityCenterError('administrator.notFound', 'There is no such administrator.', { uin })
  }

  async function requireKeyOf(tx: Tx, uin: SubUserUin, secretId: string): Promise<StoredApiKey> {
    const key = await findApiKey(tx, secretId)
    if (key?.subUserUin === uin) return key
    throw new IdentityCenterError('apiKey.notFound', 'This administrator has no such API key.', { secretId })
  }

  const storeKey = (tx: Tx, pair: ApiKeyPair, accountUin: AccountUin, uin: SubUserUin) =>
    insertApiKey(
      tx,
      {
        secretId: pair.secretId,
        sealedSecretKey: secretBox.seal(apiKeySealedFor(pair.secretId), pair.secretKey),
        accountUin,
        subUserUin: uin,
      },
      clock.now().toISOString(),
    )

  const withoutSecret = ({ secretId, status, createdAt, lastUsedAt }: StoredApiKey): ApiKey => ({
    secretId,
    status,
    createdAt,
    ...(lastUsedAt !== undefined && { lastUsedAt }),
  })

  return {
    /** Makes an administrator and returns the initial password, to be shown once. Throws `administrator.nameTaken`. */
    async create(
      actor: Actor,
      { name, rights, password = generatePassword(), remark }: AdministratorToCreate,
    ): Promise<{ readonly administrator: Administrator; readonly initialPassword: string }> {
      requireFullRights(actor)
      requireUserName(name, 'manual')
      checkStrength(password)
      const hash = await hasher.hash(password)
      const uin = newSubUserUin()
      const administrator = await inTransaction(db, async (tx) => {
        const now = clock.now()
        const accountUin = await managementAccountUin(tx)
        try {
          await insertAdministrator(tx, { uin, accountUin, name, rights, remark }, now.toISOString())
        } catch (error) {
          if (!isUniqueViolation(error, 'cam_users', 'account_uin', 'name_key')) throw error
          throw new IdentityCenterError(
            'administrator.nameTaken',
            `The management account has a sub-user named ${name} already.`,
            { field: 'name' },
          )
        }
        const expiresAt = secondsAfter(now, INITIAL_PASSWORD_SECONDS)
        const subject = { kind: 'administrator', id: uin } as const
        await putPassword(tx, subject, { hash, mustChange: true, expiresAt }, now.toISOString())
        await audit.record(tx, actor, {
          action: 'administrator.create',
          subject: { ...subject, name },
          detail: { rights },
        })
        return require(tx, uin)
      })
      return { administrator, initialPassword: password }
    },

    async get(actor: Actor, uin: SubUserUin): Promise<Administrator> {
      requireReadRights(actor)
      return require(db, uin)
    },

    async findByName(actor: Actor, name: string): Promise<Administrator | undefined> {
      requireReadRights(actor)
      return findAdministratorByName(db, name)
    },

    async list(actor: Actor): Promise<readonly Administrator[]> {
      requireReadRights(actor)
      return listAdministrators(db)
    },

    /**
     * Lets an administrator in or keeps them out; disabling ends the sessions at once, and their API keys stop working.
     * Throws `administrator.lastFull` when nobody enabled with full rights would be left.
     */
    async setStatus(actor: Actor, uin: SubUserUin, status: 'enabled' | 'disabled'): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const administrator = await require(tx, uin)
        if (administrator.status === status) return
        if (status === 'disabled') await requireAnotherAdministrator(tx, uin)
        await setAdministratorStatus(tx, uin, status, clock.now().toISOString())
        if (status === 'disabled') await deleteSessionsOf(tx, subjectOf(administrator))
        await audit.record(tx, actor, {
          action: 'administrator.setStatus',
          subject: subjectOf(administrator),
          detail: { before: { status: administrator.status }, after: { status } },
        })
      })
    },

    /** Gives a new password, ends the sessions, and returns the password to be shown once. Throws `password.tooWeak`. */
    async resetPassword(actor: Actor, uin: SubUserUin, reset: PasswordReset): Promise<string> {
      requireFullRights(actor)
      return passwords.reset(actor, subjectOf(await require(db, uin)), reset)
    },

    /** Unbinds the device: the next sign-in enrols another one. */
    async resetMfa(actor: Actor, uin: SubUserUin): Promise<void> {
      requireFullRights(actor)
      await mfa.unbind(actor, subjectOf(await require(db, uin)))
    },

    async listApiKeys(actor: Actor, uin: SubUserUin): Promise<readonly ApiKey[]> {
      requireReadRights(actor)
      return (await listApiKeys(db, uin)).map(withoutSecret)
    },

    /** A new key, whose SecretKey is returned this once. Throws `apiKey.limit` at the third. */
    async createApiKey(actor: Actor, uin: SubUserUin): Promise<ApiKeyPair> {
      requireFullRights(actor)
      const pair = newApiKeyPair()
      await inTransaction(db, async (tx) => {
        const administrator = await require(tx, uin)
        if ((await listApiKeys(tx, uin)).length >= MAXIMUM_API_KEYS) {
          throw new IdentityCenterError(
            'apiKey.limit',
            `An administrator has at most ${MAXIMUM_API_KEYS} API keys: delete one first.`,
            { limit: MAXIMUM_API_KEYS },
          )
        }
        await storeKey(tx, pair, await managementAccountUin(tx), uin)
        await audit.record(tx, actor, {
          action: 'apiKey.create',
          subject: { kind: 'apiKey', id: pair.secretId, name: administrator.name },
        })
      })
      return pair
    },

    /** Throws `apiKey.notFound`. */
    async setApiKeyStatus(
      actor: Actor,
      uin: SubUserUin,
      secretId: string,
      status: 'enabled' | 'disabled',
    ): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const key = await requireKeyOf(tx, uin, secretId)
        if (key.status === status) return
        await setApiKeyStatus(tx, secretId, status)
        await audit.record(tx, actor, {
          action: 'apiKey.setStatus',
          subject: { kind: 'apiKey', id: secretId },
          detail: { before: { status: key.status }, after: { status } },
        })
      })
    },

    /** Throws `apiKey.notFound`. */
    async removeApiKey(actor: Actor, uin: SubUserUin, secretId: string): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        await requireKeyOf(tx, uin, secretId)
        await deleteApiKey(tx, secretId)
        await audit.record(tx, actor, { action: 'apiKey.remove', subject: { kind: 'apiKey', id: secretId } })
      })
    },

    /** Hashes what the first start stores. A generated password has to be changed at the first sign-in. */
    async prepareFirst(
      first: { readonly name: string; readonly password: string | undefined },
      apiKey: ApiKeyPair | undefined,
    ): Promise<FirstAdministrator> {
      const password = first.password ?? generatePassword()
      return {
        name: first.name,
        passwordHash: await hasher.hash(password),
        generatedPassword: first.password === undefined ? password : undefined,
        apiKey,
      }
    },

    /** Makes the first administrator in the transaction of the first start. */
    async storeFirst(
      tx: Tx,
      actor: Actor,
      accountUin: AccountUin,
      first: FirstAdministrator,
    ): Promise<SubUserUin> {
      requireFullRights(actor)
      const uin = newSubUserUin()
      const now = clock.now().toISOString()
      await insertAdministrator(tx, { uin, accountUin, name: first.name, rights: 'full' }, now)
      await putPassword(
        tx,
        { kind: 'administrator', id: uin },
        { hash: first.passwordHash, mustChange: first.generatedPassword !== undefined },
        now,
      )
      if (first.apiKey) await storeKey(tx, first.apiKey, accountUin, uin)
      await audit.record(tx, actor, {
        action: 'administrator.create',
        subject: { kind: 'administrator', id: uin, name: first.name },
        detail: { rights: 'full', apiKey: first.apiKey?.secretId },
      })
      return uin
    },
  }
}

export type AdministratorService = ReturnType<typeof createAdministratorService>
