/** Attaching policies to users, groups and roles of cloud accounts, and bounding what these can allow. */
import {
  countAttachedPolicies,
  deleteBoundary,
  isAttached,
  listAttachedPolicies,
  listEntitiesOfPolicy,
  listPoliciesInForce,
  putBoundary,
  type AttachedPolicy,
  type AttachmentQuery,
  type PolicyHolder,
} from '../../db/cam-attachments.js'
import { findAccountUser } from '../../db/cam-account-users.js'
import { findCamGroup } from '../../db/cam-groups.js'
import { findAccountRole } from '../../db/cam-roles.js'
import { deleteAttachment, insertAttachments, type CamEntity } from '../../db/cam.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { ADMINISTRATOR_POLICIES } from '../domain/administrator.js'
import {
  CAM_LIMITS,
  camResource,
  policyNumber,
  requireOwnObject,
  requireRoom,
  type CamOwner,
  type PolicyReference,
} from '../domain/cam-account.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { RequestedResource } from '../domain/policy-evaluation.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'
import type { AccountPolicy, CamPolicyService } from './cam-policies.js'
import { requireAnotherAdministrator } from './last-administrator.js'

export interface CamAttachmentServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly permit: CamPermit
  readonly policies: Pick<CamPolicyService, 'find'>
}

/** Who holds, or shall hold, a policy, as requests name it. */
export type Holder =
  | { readonly kind: 'user'; readonly uin: string }
  | { readonly kind: 'group'; readonly id: number }
  | { readonly kind: 'role'; readonly role: { readonly id: string } | { readonly name: string } }

/** A policy by number or by name. */
export type PolicyName = PolicyReference | { readonly name: string }

/** A holder that is there. */
interface FoundHolder {
  readonly entity: CamEntity
  readonly name: string
  readonly owner: CamOwner
}

export type { AttachedPolicy, PolicyHolder }

export type CamAttachmentService = ReturnType<typeof createCamAttachmentService>

/** Operations are named after the kind of holder. */
const KIND_NAMES = { user: 'User', group: 'Group', role: 'Role' } as const

function holderNotFound(holder: Holder): IdentityCenterError {
  switch (holder.kind) {
    case 'user':
      return new IdentityCenterError(
        'camUser.notFound',
        `The account has no user ${holder.uin.slice(0, 64)}.`,
      )
    case 'group':
      return new IdentityCenterError('camGroup.notFound', `The account has no group ${holder.id}.`)
    case 'role':
      return new IdentityCenterError(
        'role.notFound',
        `The account has no role ${Object.values(holder.role).join().slice(0, 128)}.`,
      )
    default:
      return holder satisfies never
  }
}

export function createCamAttachmentService(deps: CamAttachmentServiceDeps) {
  const { db, clock, audit, permit, policies } = deps

  async function findHolder(
    from: Db | Tx,
    account: AccountUin,
    holder: Holder,
  ): Promise<FoundHolder | undefined> {
    if (holder.kind === 'user') {
      const user = await findAccountUser(from, account, holder.uin)
      return user && { entity: { kind: 'user', id: user.uin }, name: user.name, owner: user.owner }
    }
    if (holder.kind === 'group') {
      const group = await findCamGroup(from, account, holder.id)
      return group && { entity: { kind: 'group', id: String(group.id) }, name: group.name, owner: 'account' }
    }
    const role = await findAccountRole(from, account, holder.role)
    return role && { entity: { kind: 'role', id: role.id }, name: role.name, owner: role.owner }
  }

  /** As policies name the holder; one that is not there is asked for as any. */
  async function resourceOf(account: AccountUin, holder: Holder): Promise<RequestedResource> {
    if (holder.kind === 'group') return camResource.group(account, holder.id)
    if (holder.kind === 'user') {
      const user = await findAccountUser(db, account, holder.uin)
      return camResource.user(account, user?.uin)
    }
    const role = await findAccountRole(db, account, holder.role)
    return camResource.role(account, role ?? { name: 'name' in holder.role ? holder.role.name : '*' })
  }

  async function requireHolder(from: Db | Tx, account: AccountUin, holder: Holder): Promise<FoundHolder> {
    const found = await findHolder(from, account, holder)
    if (found) return found
    throw holderNotFound(holder)
  }

  async function requirePolicy(
    from: Db | Tx,
    account: AccountUin,
    policy: PolicyName,
  ): Promise<AccountPolicy> {
    const found = await policies.find(from, account, policy)
    if (found) return found
    const wanted = 'name' in policy ? policy.name : policyNumber(policy)
    throw new IdentityCenterError('camPolicy.notFound', `The account has no policy ${wanted}.`, {
      id: wanted,
    })
  }

  /** Lets the requester do it to the holder with the policy, if the account's policies do. */
  async function permitBoth(
    requester: CamRequester,
    operation: string,
    holder: Holder,
    policy: PolicyName,
  ): Promise<AccountUin> {
    const account = accountOfRequester(requester)
    const found = await policies.find(db, account, policy)
    await permit(requester, operation, [
      await resourceOf(account, holder),
      camResource.policy(account, found ?? ('name' in policy ? undefined : policy)),
    ])
    return account
  }

  /** What the Identity Center made is neither attached elsewhere nor given anything else. */
  function requireOwn(holder: FoundHolder, policy: AccountPolicy): void {
    if (holder.entity.kind === 'role') requireOwnObject('role', holder)
    if (policy.owner === 'identityCenter') requireOwnObject('policy', { ...policy, owner: policy.owner })
  }

  const detailOf = (account: AccountUin, holder: FoundHolder, policy: AccountPolicy) => ({
    account,
    holder: { ...holder.entity, name: holder.name },
    policy: { id: policyNumber(policy), name: policy.name },
  })

  return {
    /**
     * Attaches the policy; nothing happens when it is attached already. Throws `camPolicy.attachmentLimit`, `cam.managed`,
     * and what names the holder or the policy that is not there.
     */
    async attach(requester: CamRequester, holder: Holder, policy: PolicyName): Promise<void> {
      const operation = `Attach${KIND_NAMES[holder.kind]}Policy`
      const account = await permitBoth(requester, operation, holder, policy)
      await inTransaction(db, async (tx) => {
        const found = await requireHolder(tx, account, holder)
        const wanted = await requirePolicy(tx, account, policy)
        requireOwn(found, wanted)
        if (await isAttached(tx, found.entity, wanted)) return
        const count = await countAttachedPolicies(tx, found.entity)
        requireRoom(
          'camPolicy.attachmentLimit',
          `policies of one ${holder.kind}`,
          count,
          CAM_LIMITS.attachments,
        )
        const attachment = { type: wanted.type, policyId: wanted.id, policyName: wanted.name }
        await insertAttachments(tx, account, found.entity, [attachment], clock.now().toISOString())
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.attach',
          subject: { kind: 'camPolicy', id: String(policyNumber(wanted)), name: wanted.name },
          detail: detailOf(account, found, wanted),
        })
      })
    },

    /** Nothing happens when the policy is not attached. Throws as `attach`, and `administrator.lastFull`. */
    async detach(requester: CamRequester, holder: Holder, policy: PolicyName): Promise<void> {
      const operation = `Detach${KIND_NAMES[holder.kind]}Policy`
      const account = await permitBoth(requester, operation, holder, policy)
      await inTransaction(db, async (tx) => {
        const found = await requireHolder(tx, account, holder)
        const wanted = await requirePolicy(tx, account, policy)
        requireOwn(found, wanted)
        if (!(await isAttached(tx, found.entity, wanted))) return
        const isAdministration = wanted.type === 'preset' && wanted.id === ADMINISTRATOR_POLICIES.full.id
        if (isAdministration && holder.kind === 'user') await requireAnotherAdministrator(tx, found.entity.id)
        await deleteAttachment(tx, found.entity, { type: wanted.type, policyId: wanted.id })
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.detach',
          subject: { kind: 'camPolicy', id: String(policyNumber(wanted)), name: wanted.name },
          detail: detailOf(account, found, wanted),
        })
      })
    },

    /** What is attached to the holder itself, by name. */
    async list(
      requester: CamRequester,
      holder: Holder,
      query: AttachmentQuery,
    ): Promise<Page<AttachedPolicy>> {
      const account = accountOfRequester(requester)
      await permit(requester, `ListAttached${KIND_NAMES[holder.kind]}Policies`, [
        await resourceOf(account, holder),
      ])
      const { entity } = await requireHolder(db, account, holder)
      return listAttachedPolicies(db, entity, query)
    },

    /** What the user has, directly and through groups, by name: one entry for each way. */
    async listAllOfUser(requester: CamRequester, uin: string): Promise<readonly AttachedPolicy[]> {
      const account = accountOfRequester(requester)
      const holder = { kind: 'user', uin } as const
      await permit(requester, 'ListAttachedUserAllPolicies', [await resourceOf(account, holder)])
      const { entity } = await requireHolder(db, account, holder)
      return listPoliciesInForce(db, entity)
    },

    /** Users, groups and roles that have the policy. Throws `camPolicy.notFound`. */
    async listHolders(
      requester: CamRequester,
      policy: PolicyReference,
      query: { readonly kind?: CamEntity['kind'] | undefined; readonly page: PageRequest },
    ): Promise<Page<PolicyHolder>> {
      const account = accountOfRequester(requester)
      await permit(requester, 'ListEntitiesForPolicy', [camResource.policy(account, policy)])
      return listEntitiesOfPolicy(db, account, await requirePolicy(db, account, policy), query)
    },

    /** Bounds a user or role: what the policy does not allow is denied, whatever is attached. */
    async putBoundary(
      requester: CamRequester,
      holder: Exclude<Holder, { readonly kind: 'group' }>,
      policy: PolicyReference,
    ): Promise<void> {
      const operation = `Put${KIND_NAMES[holder.kind]}PermissionsBoundary`
      const account = await permitBoth(requester, operation, holder, policy)
      await inTransaction(db, async (tx) => {
        const found = await requireHolder(tx, account, holder)
        const wanted = await requirePolicy(tx, account, policy)
        requireOwn(found, wanted)
        const entity = { kind: holder.kind, id: found.entity.id }
        await putBoundary(tx, account, entity, wanted, clock.now().toISOString())
        await audit.record(tx, requester.actor, {
          action: 'camBoundary.put',
          subject: { kind: 'camPolicy', id: String(policyNumber(wanted)), name: wanted.name },
          detail: detailOf(account, found, wanted),
        })
      })
    },

    /** Nothing happens for one that has no boundary. */
    async deleteBoundary(
      requester: CamRequester,
      holder: Exclude<Holder, { readonly kind: 'group' }>,
    ): Promise<void> {
      const account = accountOfRequester(requester)
      await permit(requester, `Delete${KIND_NAMES[holder.kind]}PermissionsBoundary`, [
        await resourceOf(account, holder),
      ])
      await inTransaction(db, async (tx) => {
        const found = await requireHolder(tx, account, holder)
        if (found.entity.kind === 'role') requireOwnObject('role', found)
        await deleteBoundary(tx, { kind: holder.kind, id: found.entity.id })
        await audit.record(tx, requester.actor, {
          action: 'camBoundary.delete',
          subject: {
            kind: found.entity.kind === 'user' ? 'camUser' : 'role',
            id: found.entity.id,
            name: found.name,
          },
          detail: { account },
        })
      })
    },
  }
}
