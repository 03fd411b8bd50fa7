/** Member accounts: inviting them, and changing, moving, removing and deleting those that are there. */
import { randomUUID } from 'node:crypto'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import {
  accountBlockers,
  cancelExpiredInvitation,
  deleteAccount,
  findInvitation,
  findTags,
  insertInvitation,
  listInvitations,
  putTags,
  setInvitationStatus,
  setInvitationToken,
} from '../../db/members.js'
import {
  findAccount,
  findManagementAccount,
  findNodePath,
  insertAccount,
  updateAccount,
} from '../../db/organization.js'
import { attachFullAccess } from '../../db/service-control.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, NodeId } from '../domain/ids.js'
import {
  INVITATION_SECONDS,
  newAppId,
  requireAccountName,
  requireTags,
  type Account,
  type AccountBlocker,
  type Invitation,
  type Tags,
} from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import type { AuditLog } from './audit-log.js'
import type { ZoneService } from './zones.js'

export interface MemberServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'current' | 'within'>
}

export type MemberService = ReturnType<typeof createMemberService>

/** What an invited account is told before it answers. */
export interface InvitationNotice {
  readonly invitation: Invitation
  readonly organization: Pick<Account, 'uin' | 'name'>
}

/** So many blockers of each kind are named. */
const NAMED = 100
const TOKEN = /^[A-Za-z0-9_-]{43}$/

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

  async function requireNode(tx: Tx, id: NodeId): Promise<void> {
    if ((await findNodePath(tx, id)).length > 0) return
    throw new IdentityCenterError('node.notFound', 'There is no such department.', { nodeId: id })
  }

  async function namingTaken<T>(name: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isUniqueViolation(error, 'accounts', 'name')) throw error
      throw new IdentityCenterError('account.nameTaken', `There is an account ${name ?? ''} already.`, {
        field: 'name',
      })
    }
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

  const invitationNotFound = () =>
    new IdentityCenterError(
      'invitation.notFound',
      'There is no such invitation, or it has been answered, cancelled or has expired.',
    )

  async function requireOpen(
    from: Db | Tx,
    by: { readonly id: string } | { readonly token: string },
  ): Promise<Invitation> {
    const isToken = 'token' in by
    if (isToken && !TOKEN.test(by.token)) throw invitationNotFound()
    const invitation = await findInvitation(from, isToken ? { tokenHash: hashSecret(by.token) } : by, now())
    if (invitation?.status === 'pending') return invitation
    throw invitationNotFound()
  }

  const invitedActor = (origin: ActorOrigin): Actor => ({ ...origin, kind: 'anonymous' })

  return {
    /**
     * Asks an account to join. Whoever holds the token, which is told only here, speaks for the account for 15 days.
     * Throws `account.nameInvalid`, `account.nameTaken`, `account.exists`, `node.notFound`, `invitation.exists`.
     */
    async invite(
      actor: Actor,
      {
        accountUin,
        name,
        nodeId,
        remark,
      }: {
        readonly accountUin: AccountUin
        readonly name: string
        readonly nodeId?: NodeId
        readonly remark?: string
      },
    ): Promise<{ readonly invitation: Invitation; readonly token: string }> {
      requireFullRights(actor)
      requireAccountName(name)
      const token = randomSecret()
      try {
        const invitation = await inTransaction(db, async (tx): Promise<Invitation> => {
          const time = clock.now()
          if (await findAccount(tx, accountUin)) {
            throw new IdentityCenterError(
              'account.exists',
              `The account ${accountUin} is in the organization.`,
            )
          }
          const management = await findManagementAccount(tx)
          if (!management) throw new Error('the organization has no management account')
          const root = (await findNodePath(tx, management.nodeId)).at(-1)
          const target = nodeId ?? root?.id ?? management.nodeId
          await requireNode(tx, target)
          await cancelExpiredInvitation(tx, accountUin, time.toISOString())
          const made = {
            id: randomUUID(),
            accountUin,
            name,
            nodeId: target,
            ...(remark !== undefined && remark !== '' && { remark }),
            createdAt: time.toISOString(),
            expiresAt: secondsAfter(time, INVITATION_SECONDS),
          }
          await insertInvitation(tx, made, hashSecret(token))
          await audit.record(tx, actor, {
            action: 'organization.invite',
            subject: { kind: 'account', id: accountUin, name },
            detail: { nodeId: target, expiresAt: made.expiresAt },
          })
          return { ...made, status: 'pending' }
        })
        return { invitation, token }
      } catch (error) {
        if (!isUniqueViolation(error, 'invitations', 'account_uin')) throw error
        throw new IdentityCenterError(
          'invitation.exists',
          `The account ${accountUin} has been invited and has not answered yet.`,
        )
      }
    },

    /** Newest first. */
    async listInvitations(actor: Actor, page: PageRequest): Promise<Page<Invitation>> {
      requireReadRights(actor)
      return listInvitations(db, page, now())
    },

    /** Takes an invitation back. Throws `invitation.notFound` unless it is open. */
    async cancelInvitation(actor: Actor, id: string): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const invitation = await requireOpen(tx, { id })
        await setInvitationStatus(tx, id, 'cancelled', now())
        await audit.record(tx, actor, {
          action: 'organization.cancelInvitation',
          subject: { kind: 'account', id: invitation.accountUin, name: invitation.name },
        })
      })
    },

    /**
     * Makes a new token for an open invitation; the one before is worth nothing from then on. Throws
     * `invitation.notFound`.
     */
    async renewToken(
      actor: Actor,
      id: string,
    ): Promise<{ readonly invitation: Invitation; readonly token: string }> {
      requireFullRights(actor)
      const token = randomSecret()
      const invitation = await inTransaction(db, async (tx) => {
        const open = await requireOpen(tx, { id })
        await setInvitationToken(tx, id, hashSecret(token), now())
        await audit.record(tx, actor, {
          action: 'organization.renewInvitation',
          subject: { kind: 'account', id: open.accountUin, name: open.name },
        })
        return open
      })
      return { invitation, token }
    },

    /** What the invited account is asked. Throws `invitation.notFound` for a wrong token and for one that is not open. */
    async readInvitation(token: string): Promise<InvitationNotice> {
      const invitation = await requireOpen(db, { token })
      const management = await findManagementAccount(db)
      if (!management) throw new Error('the organization has no management account')
      return { invitation, organization: { uin: management.uin, name: management.name } }
    },

    /**
     * The account joins the organization, in the department it was invited into. Throws `invitation.notFound`,
     * `account.nameTaken` when another account has taken the name since.
     */
    async acceptInvitation(token: string, origin: ActorOrigin): Promise<Account> {
      const { name } = await requireOpen(db, { token })
      return namingTaken(name, () =>
        inTransaction(db, async (tx) => {
          const invitation = await requireOpen(tx, { token })
          const time = now()
          const account: Account = {
            uin: invitation.accountUin,
            nodeId: invitation.nodeId,
            name: invitation.name,
            kind: 'member',
            origin: 'invited',
            appId: newAppId(),
            ...(invitation.remark !== undefined && { remark: invitation.remark }),
            createdAt: time,
            updatedAt: time,
          }
          await setInvitationStatus(tx, invitation.id, 'accepted', time)
          await insertAccount(tx, account)
          await attachFullAccess(tx, [{ kind: 'account', id: account.uin }], time)
          await audit.record(tx, invitedActor(origin), {
            action: 'organization.join',
            subject: subjectOf(account),
            detail: { invitation: invitation.id, nodeId: account.nodeId },
          })
          return account
        }),
      )
    },

    /** The account stays outside. Throws `invitation.notFound`. */
    async rejectInvitation(token: string, origin: ActorOrigin): Promise<void> {
      await inTransaction(db, async (tx) => {
        const invitation = await requireOpen(tx, { token })
        await setInvitationStatus(tx, invitation.id, 'rejected', now())
        await audit.record(tx, invitedActor(origin), {
          action: 'organization.rejectInvitation',
          subject: { kind: 'account', id: invitation.accountUin, name: invitation.name },
        })
      })
    },

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
      await namingTaken(change.name, () =>
        inTransaction(db, async (tx) => {
          const account = await requireAccount(tx, uin)
          const moves = change.nodeId !== undefined && change.nodeId !== account.nodeId
          if (moves) requireMovable(account)
          if (change.nodeId !== undefined) await requireNode(tx, change.nodeId)
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
        await requireNode(tx, nodeId)
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
