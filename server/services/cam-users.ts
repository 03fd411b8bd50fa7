/** Users of cloud accounts, as the accounts themselves make and change them. */
import { listApiKeys } from '../../db/administrators.js'
import {
  countAccountUsers,
  findAccountUser,
  findAccountUserByName,
  insertAccountUser,
  listAccountUsers,
  updateAccountUser,
  type AccountUser,
  type AccountUserQuery,
  type CamUserProfile,
} from '../../db/cam-account-users.js'
import { deleteCamUser } from '../../db/cam-users.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { deleteFactors, putPassword, setPasswordMustChange } from '../../db/factors.js'
import { findAccount } from '../../db/organization.js'
import { deleteSessionsOf } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { newApiKeyPair, type ApiKeyPair } from '../domain/administrator.js'
import {
  CAM_LIMITS,
  camResource,
  requireCamName,
  requireLength,
  requireOwnObject,
  requireRoom,
} from '../domain/cam-account.js'
import { permanentCallerOf, uinOf } from '../domain/cloud-caller.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newSubUserUin, type SubUserUin } from '../domain/ids.js'
import type { Page } from '../domain/page.js'
import { checkStrength, generatePassword, INITIAL_PASSWORD_SECONDS } from '../domain/password.js'
import type { AuditLog } from './audit-log.js'
import type { CamKeyService } from './cam-keys.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'
import { requireAnotherAdministrator } from './last-administrator.js'
import type { PasswordHasher } from './password-hasher.js'

export interface CamUserServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly hasher: PasswordHasher
  readonly keys: Pick<CamKeyService, 'add'>
  readonly permit: CamPermit
}

/** A password for the account's console. */
export interface ConsolePassword {
  /** Generated when absent. */
  readonly password?: string | undefined
  readonly mustChange: boolean
}

export interface CamUserToCreate extends CamUserProfile {
  readonly name: string
  /** Absent for a user who does not sign in to the console. */
  readonly console?: ConsolePassword | undefined
  readonly withKey: boolean
}

export interface CreatedCamUser {
  readonly user: AccountUser
  /** To be shown once; absent when it was given, or there is none. */
  readonly generatedPassword?: string
  /** To be shown once. */
  readonly key?: ApiKeyPair
}

export interface CamUserChange extends CamUserProfile {
  /** A new console password; `none` takes it away. */
  readonly console?: { readonly password: string } | 'none' | undefined
  readonly mustChange?: boolean | undefined
}

export type { AccountUser }

export type CamUserService = ReturnType<typeof createCamUserService>

const LONGEST = { remark: 256, phoneNumber: 32, countryCode: 8, email: 128 } as const

function requireProfile(profile: CamUserProfile): void {
  for (const [field, maximum] of Object.entries(LONGEST))
    requireLength('camUser.invalid', field, profile[field as keyof CamUserProfile], maximum)
  if (profile.phoneNumber && !/^[0-9 -]+$/.test(profile.phoneNumber))
    throw invalid('phoneNumber', 'A phone number has digits, spaces and - only.')
  if (profile.countryCode && !/^\+?\d{1,4}$/.test(profile.countryCode))
    throw invalid('countryCode', 'A country code has up to four digits, such as 86.')
  if (profile.email && !/^[^\s@]+@[^\s@]+$/.test(profile.email))
    throw invalid('email', `${profile.email} is not an e-mail address.`)
}

const invalid = (field: string, message: string) =>
  new IdentityCenterError('camUser.invalid', message, { field })

export function createCamUserService({ db, clock, audit, hasher, keys, permit }: CamUserServiceDeps) {
  const subjectOf = ({ uin, name }: Pick<AccountUser, 'uin' | 'name'>) => ({
    kind: 'camUser',
    id: uin,
    name,
  })
  /** Under which a console password is kept. */
  const credentialsOf = (uin: SubUserUin) => ({ kind: 'administrator', id: uin }) as const

  const notFound = (name: string) =>
    new IdentityCenterError('camUser.notFound', `The account has no user ${name.slice(0, 64)}.`, { name })

  /** The user by name or number, once the requester may do that to it; who may not does not learn whether it is there. */
  async function requireUser(
    requester: CamRequester,
    operation: string,
    wanted: { readonly name: string } | { readonly uin: string },
  ): Promise<AccountUser> {
    const account = accountOfRequester(requester)
    const user =
      'name' in wanted
        ? await findAccountUserByName(db, account, wanted.name)
        : await findAccountUser(db, account, wanted.uin)
    await permit(requester, operation, [camResource.user(account, user?.uin)])
    if (user) return user
    throw notFound('name' in wanted ? wanted.name : wanted.uin)
  }

  async function reread(tx: Tx, { accountUin, uin, name }: AccountUser): Promise<AccountUser> {
    const user = await findAccountUser(tx, accountUin, uin)
    if (user) return user
    throw notFound(name)
  }

  async function storePassword(tx: Tx, uin: SubUserUin, hash: string, mustChange: boolean): Promise<void> {
    const now = clock.now()
    const expiresAt = mustChange ? secondsAfter(now, INITIAL_PASSWORD_SECONDS) : undefined
    await putPassword(tx, credentialsOf(uin), { hash, mustChange, expiresAt }, now.toISOString())
  }

  return {
    /** Throws `camUser.nameTaken`, `camUser.nameInvalid`, `camUser.invalid`, `camUser.limit`, `password.tooWeak`. */
    async create(requester: CamRequester, wanted: CamUserToCreate): Promise<CreatedCamUser> {
      const { name, withKey, console: access } = wanted
      const account = accountOfRequester(requester)
      requireCamName('camUser.nameInvalid', 'user', name, 64)
      requireProfile(wanted)
      if (access?.password !== undefined) checkStrength(access.password)
      await permit(requester, 'AddUser', [camResource.user(account)])
      if (withKey) await permit(requester, 'CreateAccessKey', [camResource.user(account)])
      const generatedPassword = access && access.password === undefined ? generatePassword() : undefined
      const hash = access && (await hasher.hash(access.password ?? generatedPassword ?? ''))
      const uin = newSubUserUin()
      const key = withKey ? newApiKeyPair() : undefined
      const user = await inTransaction(db, async (tx) => {
        requireRoom(
          'camUser.limit',
          'users in an account',
          await countAccountUsers(tx, account),
          CAM_LIMITS.users,
        )
        try {
          await insertAccountUser(tx, { ...wanted, uin, accountUin: account }, clock.now().toISOString())
        } catch (error) {
          if (!isUniqueViolation(error, 'cam_users', 'account_uin', 'name_key')) throw error
          throw new IdentityCenterError(
            'camUser.nameTaken',
            `The account has a user named ${name} already.`,
            {
              field: 'name',
            },
          )
        }
        if (hash !== undefined) await storePassword(tx, uin, hash, access?.mustChange ?? true)
        await audit.record(tx, requester.actor, {
          action: 'camUser.create',
          subject: { kind: 'camUser', id: uin, name },
          detail: { account, consoleLogin: hash !== undefined },
        })
        if (key) await keys.add(tx, requester.actor, { accountUin: account, uin, name }, key)
        const made = await findAccountUser(tx, account, uin)
        if (!made) throw new Error('the user was just made')
        return made
      })
      return { user, ...(generatedPassword !== undefined && { generatedPassword }), ...(key && { key }) }
    },

    /** Throws `camUser.notFound`. */
    get: (requester: CamRequester, wanted: { readonly name: string } | { readonly uin: string }) =>
      requireUser(requester, 'GetUser', wanted),

    async list(requester: CamRequester, query: AccountUserQuery): Promise<Page<AccountUser>> {
      await permit(requester, 'ListUsers')
      return listAccountUsers(db, accountOfRequester(requester), query)
    },

    /** Those of the users that are there. */
    async describe(requester: CamRequester, uins: readonly SubUserUin[]): Promise<readonly AccountUser[]> {
      const account = accountOfRequester(requester)
      await permit(
        requester,
        'DescribeSubAccounts',
        uins.map((uin) => camResource.user(account, uin)),
      )
      const page = { offset: 0, limit: uins.length }
      return uins.length === 0 ? [] : (await listAccountUsers(db, account, { uins, page })).items
    },

    /** Numbers of the requester and of the account. Whoever can sign may know them. */
    async whoIs(requester: CamRequester) {
      const holder = permanentCallerOf(requester.caller)
      const account = accountOfRequester(requester)
      const found = await findAccount(db, account)
      if (!found) throw new IdentityCenterError('account.notFound', 'There is no such account.')
      return { uin: holder ? uinOf(holder) : account, ownerUin: account, appId: found.appId }
    },

    /**
     * Changes what is given; empty texts are cleared. A changed password ends the user's sessions. Throws
     * `camUser.notFound`, `camUser.invalid`, `password.tooWeak`, and `cam.managed` for the console password of a user that
     * the Identity Center made.
     */
    async update(
      requester: CamRequester,
      wanted: { readonly name: string } | { readonly uin: string },
      change: CamUserChange,
    ): Promise<void> {
      requireProfile(change)
      const { console: access, mustChange } = change
      if (typeof access === 'object') checkStrength(access.password)
      const found = await requireUser(requester, 'UpdateUser', wanted)
      if (access !== undefined) requireOwnObject('user', found)
      const hash = typeof access === 'object' ? await hasher.hash(access.password) : undefined
      await inTransaction(db, async (tx) => {
        const now = clock.now().toISOString()
        const before = await reread(tx, found)
        const credentials = credentialsOf(before.uin)
        if (access !== undefined) requireOwnObject('user', before)
        await updateAccountUser(tx, before.uin, change, now)
        if (access === 'none') {
          await requireAnotherAdministrator(tx, before.uin)
          await deleteFactors(tx, credentials)
        }
        if (hash !== undefined) await storePassword(tx, before.uin, hash, mustChange ?? false)
        else if (mustChange !== undefined) await setPasswordMustChange(tx, credentials, mustChange, now)
        if (access !== undefined) await deleteSessionsOf(tx, credentials)
        const { remark, phoneNumber, countryCode, email } = change
        await audit.record(tx, requester.actor, {
          action: 'camUser.update',
          subject: subjectOf(before),
          detail: {
            account: before.accountUin,
            after: { remark, phoneNumber, countryCode, email },
            ...(access !== undefined && { consolePassword: access === 'none' ? 'removed' : 'changed' }),
          },
        })
      })
    },

    /**
     * Deletes the user with policies, memberships and console password; with keys only when told so. Throws
     * `camUser.hasKeys`, `cam.managed`, `administrator.lastFull`.
     */
    async remove(
      requester: CamRequester,
      wanted: { readonly name: string } | { readonly uin: string },
      { withKeys }: { readonly withKeys: boolean },
    ): Promise<void> {
      const found = await requireUser(requester, 'DeleteUser', wanted)
      await inTransaction(db, async (tx) => {
        const user = await reread(tx, found)
        requireOwnObject('user', user)
        await requireAnotherAdministrator(tx, user.uin)
        if (!withKeys && (await listApiKeys(tx, user.uin)).length > 0) {
          throw new IdentityCenterError(
            'camUser.hasKeys',
            `The user ${user.name} has API keys: delete them first, or say that they shall go too.`,
          )
        }
        await deleteCamUser(tx, user.uin)
        await audit.record(tx, requester.actor, {
          action: 'camUser.delete',
          subject: subjectOf(user),
          detail: { account: user.accountUin },
        })
      })
    },
  }
}
