/** Who has which permission in which account, and by which path: lists for the console, and exports of any length. */
import {
  countRootKeys,
  FIRST_PATH,
  listCamUsersOfAccount,
  listPaths,
  listPlacesOfGroup,
  pathsAfter,
  type PathFilter,
  type PathKey,
} from '../../db/access-paths.js'
import type { Db } from '../../db/database.js'
import { findGroup } from '../../db/groups.js'
import { findAccount } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { findUser } from '../../db/users.js'
import type { AccessPath, AccessPlace, AccountCamUser } from '../domain/access-path.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, GroupId, UserId } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { AuditLog } from './audit-log.js'

export interface AccessPathServiceDeps {
  readonly db: Db
  readonly audit: AuditLog
}

/** Whose access is exported. */
export type ExportSubject =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'group'; readonly id: GroupId }
  | { readonly kind: 'account'; readonly id: AccountUin }

export type AccessPathService = ReturnType<typeof createAccessPathService>

/** Paths that an export holds in memory at once. */
const EXPORTED_AT_ONCE = 500

export function createAccessPathService({ db, audit }: AccessPathServiceDeps) {
  async function nameOf({ kind, id }: ExportSubject): Promise<string> {
    switch (kind) {
      case 'user': {
        const user = await findUser(db, id)
        if (user) return user.userName
        throw new IdentityCenterError('user.notFound', `There is no user ${id}.`)
      }
      case 'group': {
        const group = await findGroup(db, id)
        if (group) return group.displayName
        throw new IdentityCenterError('group.notFound', `There is no group ${id}.`)
      }
      case 'account': {
        const account = await findAccount(db, id)
        if (account) return account.name
        throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.')
      }
      default:
        return kind satisfies never
    }
  }

  const filterOf = ({ kind, id }: ExportSubject): PathFilter =>
    kind === 'user' ? { userId: id } : kind === 'group' ? { groupId: id } : { accountUin: id }

  async function* walk(filter: PathFilter): AsyncGenerator<readonly AccessPath[]> {
    let after: PathKey | undefined = FIRST_PATH
    while (after) {
      const { items, next } = await pathsAfter(db, filter, after, EXPORTED_AT_ONCE)
      if (items.length > 0) yield items
      after = next
    }
  }

  return {
    /** Every way in which the user comes to a permission, by account. Throws `actor.forbidden`. */
    async ofUser(actor: Actor, userId: UserId, page: PageRequest): Promise<Page<AccessPath>> {
      requireReadRights(actor)
      return listPaths(db, { userId }, page)
    },

    /** Everyone whom a role of the account is assigned to, by user. Throws `actor.forbidden`. */
    async ofAccount(
      actor: Actor,
      accountUin: AccountUin,
      { userName, page }: { readonly userName?: string; readonly page: PageRequest },
    ): Promise<Page<AccessPath>> {
      requireReadRights(actor)
      return listPaths(db, { accountUin, ...(userName !== undefined && { userName }) }, page)
    },

    /** What a member of the group has by it, by account. Throws `actor.forbidden`. */
    async ofGroup(actor: Actor, groupId: GroupId, page: PageRequest): Promise<Page<AccessPlace>> {
      requireReadRights(actor)
      return listPlacesOfGroup(db, groupId, page)
    },

    /** How many keys of the account itself are enabled: whoever has one may do everything there. Throws `actor.forbidden`. */
    async rootKeysOf(actor: Actor, accountUin: AccountUin): Promise<number> {
      requireReadRights(actor)
      return countRootKeys(db, accountUin)
    },

    /** CAM users, who get in beside the roles. Throws `actor.forbidden`. */
    async camUsersOf(actor: Actor, accountUin: AccountUin, page: PageRequest): Promise<Page<AccountCamUser>> {
      requireReadRights(actor)
      return listCamUsersOfAccount(db, accountUin, page)
    },

    /**
     * All paths of the subject in parts, after it was recorded who takes them out. Throws `actor.forbidden`,
     * `user.notFound`, `group.notFound`, `account.notFound`.
     */
    async export(
      actor: Actor,
      subject: ExportSubject,
      format: 'csv' | 'json',
    ): Promise<AsyncGenerator<readonly AccessPath[]>> {
      requireReadRights(actor)
      const name = await nameOf(subject)
      await inTransaction(db, (tx) =>
        audit.record(tx, actor, {
          action: 'access.export',
          subject: { ...subject, name },
          detail: { format },
        }),
      )
      return walk(filterOf(subject))
    },
  }
}
