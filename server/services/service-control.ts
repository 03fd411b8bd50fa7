/** Service control policies: the switch, the policies, and where they are attached. */
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { decideRaces } from '../../db/insert-race.js'
import { findAccount, findNodePath } from '../../db/organization.js'
import {
  attachFullAccess,
  countCustomPolicies,
  deleteAttachment,
  deleteServiceControlPolicy,
  detachEverything,
  findServiceControlPolicy,
  insertAttachment,
  insertServiceControlPolicy,
  isServiceControlOn,
  listAttachedPolicies,
  listAttachedTargets,
  listServiceControlPolicies,
  listTargets,
  setServiceControl,
  updateServiceControlPolicy,
  type AttachedPolicy,
  type AttachedTarget,
} from '../../db/service-control.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type AccountUin, type NodeId } from '../domain/ids.js'
import type { OrganizationNode } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import {
  MAXIMUM_POLICIES_OF_ORGANIZATION,
  MAXIMUM_POLICIES_OF_TARGET,
  requirePolicyDescription,
  requirePolicyName,
  type ServiceControlLevel,
  type ServiceControlPolicy,
  type ServiceControlTarget,
} from '../domain/service-control.js'
import type { AuditLog } from './audit-log.js'
import { requireNodePath } from './organization-names.js'

export interface ServiceControlServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export interface ServiceControlPolicyInput {
  readonly name: string
  readonly description?: string
  readonly document: string
}

export type ServiceControlService = ReturnType<typeof createServiceControlService>

export function createServiceControlService({ db, clock, audit }: ServiceControlServiceDeps) {
  const now = (): string => clock.now().toISOString()
  const subjectOf = ({ id, name }: Pick<ServiceControlPolicy, 'id' | 'name'>) => ({
    kind: 'serviceControlPolicy',
    id: String(id),
    name,
  })

  async function requireOn(tx: Tx): Promise<void> {
    if (await isServiceControlOn(tx)) return
    throw new IdentityCenterError(
      'serviceControl.off',
      'Service control policies are switched off: switch them on first.',
    )
  }

  async function getWithin(from: Db | Tx, id: number): Promise<ServiceControlPolicy> {
    const policy = await findServiceControlPolicy(from, id)
    if (policy) return policy
    throw new IdentityCenterError('serviceControl.notFound', `There is no service control policy ${id}.`)
  }

  function requireCustom(policy: ServiceControlPolicy): void {
    if (policy.type === 'custom') return
    throw new IdentityCenterError(
      'serviceControl.preset',
      `${policy.name} is a preset policy: it can be neither changed nor deleted.`,
    )
  }

  /** Throws `node.notFound`, `account.notFound`, `account.management`. */
  async function requireTarget(tx: Db | Tx, { kind, id }: ServiceControlTarget): Promise<void> {
    if (kind === 'node') {
      // Text from outside that is no department's number finds none.
      const nodeId = (/^[1-9]\d{0,8}$/.test(id) ? Number(id) : 0) as NodeId
      if ((await findNodePath(tx, nodeId)).length > 0) return
      throw new IdentityCenterError('node.notFound', 'There is no such department.', { nodeId: id })
    }
    const uin = parseAccountUin(id)
    const account = uin && (await findAccount(tx, uin))
    if (!account) {
      throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.')
    }
    if (account.kind === 'member') return
    throw new IdentityCenterError(
      'account.management',
      'Service control policies do not apply to the management account.',
    )
  }

  function requireInput(input: ServiceControlPolicyInput): void {
    requirePolicyName(input.name)
    requirePolicyDescription(input.description)
    parsePolicyDocument(input.document, 'configuration')
  }

  async function namingTaken<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isUniqueViolation(error, 'service_control_policies', 'name_key')) throw error
      throw new IdentityCenterError('serviceControl.nameTaken', `There is a policy ${name} already.`, {
        field: 'name',
      })
    }
  }

  type NamedTarget = ServiceControlTarget & { readonly name: string }

  const levelsOfNodes = (path: readonly OrganizationNode[]): readonly NamedTarget[] =>
    path.map(({ id, name }) => ({ kind: 'node', id: String(id), name }))

  const levelsWith = (targets: readonly NamedTarget[]): Promise<readonly ServiceControlLevel[]> =>
    Promise.all(
      targets.map(async (target) => ({ ...target, policies: await listAttachedPolicies(db, target) })),
    )

  async function switchTo(actor: Actor, status: 'off' | 'on', work: (tx: Tx) => Promise<void>) {
    requireFullRights(actor)
    await inTransaction(db, async (tx) => {
      if ((await isServiceControlOn(tx)) === (status === 'on')) {
        throw status === 'on'
          ? new IdentityCenterError('serviceControl.on', 'Service control policies are switched on already.')
          : new IdentityCenterError(
              'serviceControl.off',
              'Service control policies are switched off already.',
            )
      }
      await setServiceControl(tx, status, now())
      await work(tx)
      await audit.record(tx, actor, {
        action: status === 'on' ? 'serviceControl.enable' : 'serviceControl.disable',
        subject: { kind: 'organization', id: 'serviceControl' },
      })
    })
  }

  return {
    async isOn(actor: Actor): Promise<boolean> {
      requireReadRights(actor)
      return isServiceControlOn(db)
    },

    /** Attaches FullQcloudAccess to every department and member: nothing changes by this alone. Throws `serviceControl.on`. */
    enable: (actor: Actor): Promise<void> =>
      switchTo(actor, 'on', async (tx) => attachFullAccess(tx, await listTargets(tx), now())),

    /** Detaches everything; the policies stay. Throws `serviceControl.off`. */
    disable: (actor: Actor): Promise<void> =>
      switchTo(actor, 'off', async (tx) => void (await detachEverything(tx))),

    /** The preset policy first, then by name. */
    async list(
      actor: Actor,
      {
        page,
        ...filter
      }: { readonly type?: 'preset' | 'custom'; readonly search?: string; readonly page: PageRequest },
    ): Promise<Page<ServiceControlPolicy>> {
      requireReadRights(actor)
      return listServiceControlPolicies(db, filter, page)
    },

    /** Throws `serviceControl.notFound`. */
    async get(actor: Actor, id: number): Promise<ServiceControlPolicy> {
      requireReadRights(actor)
      return getWithin(db, id)
    },

    /**
     * Throws `serviceControl.off`, `serviceControl.nameInvalid`, `serviceControl.nameTaken`, `serviceControl.limit`,
     * `policy.invalid` with line and column.
     */
    async create(actor: Actor, input: ServiceControlPolicyInput): Promise<number> {
      requireFullRights(actor)
      requireInput(input)
      return namingTaken(input.name, () =>
        inTransaction(db, async (tx) => {
          await requireOn(tx)
          if ((await countCustomPolicies(tx)) >= MAXIMUM_POLICIES_OF_ORGANIZATION) {
            throw new IdentityCenterError(
              'serviceControl.limit',
              `An organization has at most ${MAXIMUM_POLICIES_OF_ORGANIZATION} service control policies of its own.`,
              { limit: MAXIMUM_POLICIES_OF_ORGANIZATION },
            )
          }
          const id = await insertServiceControlPolicy(tx, input, now())
          await audit.record(tx, actor, {
            action: 'serviceControl.create',
            subject: subjectOf({ id, name: input.name }),
            detail: { after: input },
          })
          return id
        }),
      )
    },

    /** What is left out stays. It counts at once wherever it is attached. Throws as `create` does, and `serviceControl.preset`. */
    async change(actor: Actor, id: number, change: Partial<ServiceControlPolicyInput>): Promise<void> {
      requireFullRights(actor)
      await namingTaken(change.name ?? '', () =>
        inTransaction(db, async (tx) => {
          await requireOn(tx)
          const policy = await getWithin(tx, id)
          requireCustom(policy)
          const description = change.description ?? policy.description
          const after = {
            name: change.name ?? policy.name,
            ...(description !== undefined && description !== '' && { description }),
            document: change.document ?? policy.document,
          }
          requireInput(after)
          await updateServiceControlPolicy(tx, id, after, now())
          const { name, document } = policy
          await audit.record(tx, actor, {
            action: 'serviceControl.update',
            subject: subjectOf(policy),
            detail: { before: { name, description: policy.description ?? null, document }, after },
          })
        }),
      )
    },

    /** Throws `serviceControl.off`, `serviceControl.notFound`, `serviceControl.preset`, `serviceControl.inUse`. */
    async remove(actor: Actor, id: number): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        await requireOn(tx)
        const policy = await getWithin(tx, id)
        requireCustom(policy)
        if (policy.attachments > 0) {
          throw new IdentityCenterError(
            'serviceControl.inUse',
            `${policy.name} is attached in ${policy.attachments} places: detach it there first.`,
            { attachments: policy.attachments },
          )
        }
        await deleteServiceControlPolicy(tx, id)
        await audit.record(tx, actor, { action: 'serviceControl.delete', subject: subjectOf(policy) })
      })
    },

    /**
     * Throws `serviceControl.off`, `serviceControl.notFound`, `serviceControl.attached`, `serviceControl.limit`,
     * `node.notFound`, `account.notFound`, `account.management`.
     */
    async attach(actor: Actor, target: ServiceControlTarget, id: number): Promise<void> {
      requireFullRights(actor)
      await decideRaces(['service_control_attachments'], () =>
        inTransaction(db, async (tx) => {
          await requireOn(tx)
          const policy = await getWithin(tx, id)
          await requireTarget(tx, target)
          const attached = await listAttachedPolicies(tx, target)
          if (attached.some((each) => each.id === id)) {
            throw new IdentityCenterError(
              'serviceControl.attached',
              `${policy.name} is attached here already.`,
            )
          }
          if (attached.length >= MAXIMUM_POLICIES_OF_TARGET) {
            throw new IdentityCenterError(
              'serviceControl.limit',
              `A department or account has at most ${MAXIMUM_POLICIES_OF_TARGET} service control policies.`,
              { limit: MAXIMUM_POLICIES_OF_TARGET },
            )
          }
          await insertAttachment(tx, target, id, now())
          await audit.record(tx, actor, {
            action: 'serviceControl.attach',
            subject: subjectOf(policy),
            detail: { target },
          })
        }),
      )
    },

    /** Throws as `attach` does, `serviceControl.notAttached`, and `serviceControl.last` for the only policy of a target. */
    async detach(actor: Actor, target: ServiceControlTarget, id: number): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        await requireOn(tx)
        const policy = await getWithin(tx, id)
        await requireTarget(tx, target)
        const attached = await listAttachedPolicies(tx, target)
        if (!attached.some((each) => each.id === id)) {
          throw new IdentityCenterError('serviceControl.notAttached', `${policy.name} is not attached here.`)
        }
        if (attached.length === 1) {
          throw new IdentityCenterError(
            'serviceControl.last',
            'A department or account keeps at least one policy: attach another one first.',
          )
        }
        await deleteAttachment(tx, target, id)
        await audit.record(tx, actor, {
          action: 'serviceControl.detach',
          subject: subjectOf(policy),
          detail: { target },
        })
      })
    },

    /** What is attached to the target itself, by name. Throws `node.notFound`, `account.notFound`, `account.management`. */
    async policiesOf(actor: Actor, target: ServiceControlTarget): Promise<readonly AttachedPolicy[]> {
      requireReadRights(actor)
      await requireTarget(db, target)
      return listAttachedPolicies(db, target)
    },

    /** Departments and accounts that the policy is attached to. Throws `serviceControl.notFound`. */
    async targetsOf(actor: Actor, id: number): Promise<readonly AttachedTarget[]> {
      requireReadRights(actor)
      await getWithin(db, id)
      return listAttachedTargets(db, id)
    },

    /**
     * What limits a member account, level by level from the account up to the root: every level has to allow, and any
     * refusal ends it. Empty while service control is off, and for the management account. Throws `account.notFound`.
     */
    async levelsOf(actor: Actor, uin: AccountUin): Promise<readonly ServiceControlLevel[]> {
      requireReadRights(actor)
      const account = await findAccount(db, uin)
      if (!account) {
        throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.')
      }
      if (account.kind === 'management' || !(await isServiceControlOn(db))) return []
      return levelsWith([
        { kind: 'account', id: account.uin, name: account.name },
        ...levelsOfNodes(await findNodePath(db, account.nodeId)),
      ])
    },

    /**
     * What limits the member accounts directly in a department, from the department up to the root. Empty while service
     * control is off. Throws `node.notFound`.
     */
    async levelsOfNode(actor: Actor, id: NodeId): Promise<readonly ServiceControlLevel[]> {
      requireReadRights(actor)
      const path = await requireNodePath(db, id)
      return (await isServiceControlOn(db)) ? levelsWith(levelsOfNodes(path)) : []
    },
  }
}
