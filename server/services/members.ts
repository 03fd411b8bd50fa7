/** Member accounts that are there: changing, moving, removing and deleting them. */
import type { Db, Tx } from '../../db/database.js'
import { accountBlockers, deleteAccount, findTags, putTags } from '../../db/members.js'
import { findAccount, updateAccount } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, NodeId } from '../domain/ids.js'
import {
  requireAccountName,
  requireTags,
  type Account,
  type AccountBlocker,
  type Tags,
} from '../domain/organization.js'
import type { AuditLog } from './audit-log.js'
import { namingAccount, requireNodePath } from './organization-names.js'
import type { ZoneService } from './zones.js'

export interface MemberServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'current' | 'within'>
}

export type MemberService = ReturnType<typeof createMemberService>

/** So many blockers of each kind are named. */
const NAMED = 100

export function createMemberService({ db, clock, audit, zones }: MemberServiceDeps) {
  const now = (): string => clock.now().toISOString()
  const subjectOf = ({ uin, name }: Pick<Account, 'uin' | 'name'>) => ({ kind: 'account', id: uin, name })

  async function requireAccount(tx: Db | Tx, uin: AccountUin): Promise<Account> {
    const account = await findAccount(tx, uin)
    if (account) return account
    throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.', {
      accountUin: uin,
    })
  }

  function requireMovable({ kind }: Account): void {
    if (kind === 'member') return
    throw new IdentityCenterError(
      'account.management',
      'The management account can be neither moved nor removed.',
    )
  }

  async function requireMember(tx: Db | Tx, uin: AccountUin): Promise<Account> {
    const account = await requireAccount(tx, uin)
    requireMovable(account)
    return account
  }

  /** Throws `account.inUse`, naming what has to go first. */
  async function requireUnused(tx: Tx, account: Account): Promise<void> {
    const blockers = await accountBlockers(tx, account.uin, NAMED)
    if (blockers.length === 0) return
    throw new IdentityCenterError(
      'account.inUse',
      `${account.name} still has authorizations, deployed configurations or CAM user synchronizations: nothing was removed.`,
      { blockers },
    )
  }

  return {
    /**
     * Changes name, remark, tags and department of an account together; absent ones stay, an empty remark is cleared. The
     * management account can be changed, not moved. Throws `account.notFound`, `account.nameInvalid`, `account.nameTaken`,
     * `account.invalid`, `account.management`, `node.notFound`.
     */
    async change(
      actor: Actor,
      uin: AccountUin,
      change: {
        readonly name?: string
        readonly remark?: string
        readonly tags?: Tags
        readonly nodeId?: NodeId
      },
    ): Promise<void> {
      requireFullRights(actor)
      if (change.name !== undefined) requireAccountName(change.name)
      if (change.tags) requireTags(change.tags)
      await namingAccount(change.name ?? '', () =>
        inTransaction(db, async (tx) => {
          const account = await requireAccount(tx, uin)
          const moves = change.nodeId !== undefined && change.nodeId !== account.nodeId
          if (moves) requireMovable(account)
          if (change.nodeId !== undefined) await requireNodePath(tx, change.nodeId)
          const remark = change.remark === undefined ? undefined : change.remark || null
          await updateAccount(
            tx,
            uin,
            {
              ...(change.name !== undefined && { name: change.name }),
              ...(remark !== undefined && { remark }),
              ...(moves && { nodeId: change.nodeId }),
            },
            now(),
          )
          if (change.tags) await putTags(tx, { kind: 'account', id: uin }, change.tags)
          await audit.record(tx, actor, {
            action: 'organization.changeAccount',
            subject: subjectOf(account),
            detail: {
              before: {
                name: account.name,
                remark: account.remark ?? null,
                ...(moves && { nodeId: account.nodeId }),
              },
              after: change,
            },
          })
        }),
      )
    },

    /** Puts member accounts into a department, all or none. Throws `account.notFound`, `account.management`, `node.notFound`. */
    async move(actor: Actor, uins: readonly AccountUin[], nodeId: NodeId): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        await requireNodePath(tx, nodeId)
        for (const uin of new Set(uins)) {
          const account = await requireMember(tx, uin)
          if (account.nodeId === nodeId) continue
          await updateAccount(tx, uin, { nodeId }, now())
          await audit.record(tx, actor, {
            action: 'organization.moveAccount',
            subject: subjectOf(account),
            detail: { before: { nodeId: account.nodeId }, after: { nodeId } },
          })
        }
      })
    },

    /**
     * Lets invited accounts leave the organization, all or none. Throws `account.notFound`, `account.management`,
     * `account.created` for one that was made here, `account.inUse` with `facts.blockers`.
     */
    async remove(actor: Actor, uins: readonly AccountUin[]): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        for (const uin of new Set(uins)) {
          const account = await requireMember(tx, uin)
          if (account.origin === 'created') {
            throw new IdentityCenterError(
              'account.created',
              `${account.name} was made by the organization: it can be deleted, but not removed.`,
            )
          }
          await requireUnused(tx, account)
          await deleteAccount(tx, uin)
          await audit.record(tx, actor, { action: 'organization.removeAccount', subject: subjectOf(account) })
        }
      })
    },

    /**
     * Deletes an account that was made here, for good. Throws `account.notFound`, `account.management`, `account.invited`,
     * `account.deletionOff` unless the setting `organization.deleteMembers` permits it, `account.inUse`.
     */
    async delete(actor: Actor, uin: AccountUin): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const account = await requireMember(tx, uin)
        if (account.origin === 'invited') {
          throw new IdentityCenterError(
            'account.invited',
            `${account.name} was invited: it can be removed from the organization, but not deleted.`,
          )
        }
        if (!(await zones.within(tx)).settings['organization.deleteMembers']) {
          throw new IdentityCenterError(
            'account.deletionOff',
            'Deleting member accounts is not permitted: set organization.deleteMembers to true first.',
          )
        }
        await requireUnused(tx, account)
        await deleteAccount(tx, uin)
        await audit.record(tx, actor, { action: 'organization.deleteAccount', subject: subjectOf(account) })
      })
    },

    /** What stands in the way of removing or deleting the account. Throws `account.notFound`. */
    async blockers(
      actor: Actor,
      uin: AccountUin,
    ): Promise<{ readonly blockers: readonly AccountBlocker[]; readonly isDeletionPermitted: boolean }> {
      requireReadRights(actor)
      const account = await requireMember(db, uin)
      return {
        blockers: await accountBlockers(db, account.uin, NAMED),
        isDeletionPermitted: (await zones.current()).settings['organization.deleteMembers'],
      }
    },

    /** Tags of accounts by number. */
    async tagsOf(actor: Actor, uins: readonly AccountUin[]): Promise<ReadonlyMap<string, Tags>> {
      requireReadRights(actor)
      return findTags(db, 'account', uins)
    },
  }
}
