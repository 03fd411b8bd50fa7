/** Inviting accounts from outside into the organization, and what the invited side does with it. */
import { randomUUID } from 'node:crypto'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import {
  cancelExpiredInvitation,
  findInvitation,
  insertInvitation,
  listInvitations,
  setInvitationStatus,
  setInvitationToken,
} from '../../db/members.js'
import { findAccount, findManagementAccount, findNodePath, insertAccount } from '../../db/organization.js'
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
  type Account,
  type Invitation,
} from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import type { AuditLog } from './audit-log.js'
import { namingAccount, requireNodePath } from './organization-names.js'

export interface InvitationServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export type InvitationService = ReturnType<typeof createInvitationService>

/** What an invited account is told before it answers. */
export interface InvitationNotice {
  readonly invitation: Invitation
  readonly organization: Pick<Account, 'uin' | 'name'>
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/

export function createInvitationService({ db, clock, audit }: InvitationServiceDeps) {
  const now = (): string => clock.now().toISOString()

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
          await requireNodePath(tx, target)
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
    async list(actor: Actor, page: PageRequest): Promise<Page<Invitation>> {
      requireReadRights(actor)
      return listInvitations(db, page, now())
    },

    /** Takes an invitation back. Throws `invitation.notFound` unless it is open. */
    async cancel(actor: Actor, id: string): Promise<void> {
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
    async read(token: string): Promise<InvitationNotice> {
      const invitation = await requireOpen(db, { token })
      const management = await findManagementAccount(db)
      if (!management) throw new Error('the organization has no management account')
      return { invitation, organization: { uin: management.uin, name: management.name } }
    },

    /**
     * The account joins the organization, in the department it was invited into. Throws `invitation.notFound`,
     * `account.nameTaken` when another account has taken the name since.
     */
    async accept(token: string, origin: ActorOrigin): Promise<Account> {
      const { name } = await requireOpen(db, { token })
      return namingAccount(name, () =>
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
            subject: { kind: 'account', id: account.uin, name: account.name },
            detail: { invitation: invitation.id, nodeId: account.nodeId },
          })
          return account
        }),
      )
    },

    /** The account stays outside. Throws `invitation.notFound`. */
    async reject(token: string, origin: ActorOrigin): Promise<void> {
      await inTransaction(db, async (tx) => {
        const invitation = await requireOpen(tx, { token })
        await setInvitationStatus(tx, invitation.id, 'rejected', now())
        await audit.record(tx, invitedActor(origin), {
          action: 'organization.rejectInvitation',
          subject: { kind: 'account', id: invitation.accountUin, name: invitation.name },
        })
      })
    },
  }
}
