/** Roles of cloud accounts, as the accounts themselves make and change them. */
import {
  countAccountRoles,
  findAccountRole,
  listAccountRoles,
  updateAccountRole,
  type AccountRole,
} from '../../db/cam-roles.js'
import { deleteRole, insertRole } from '../../db/cam.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import {
  CAM_LIMITS,
  camResource,
  requireCamName,
  requireLength,
  requireOwnObject,
  requireRoleSeconds,
  requireRoom,
  ROLE_SECONDS,
} from '../domain/cam-account.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newRoleId, type RoleId } from '../domain/ids.js'
import { requireTags, type Tags } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'

export interface CamRoleServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly permit: CamPermit
}

/** A role by its id or its name. */
export type RoleName = { readonly id: string } | { readonly name: string }

export interface CamRoleToCreate {
  readonly name: string
  readonly trustPolicy: string
  readonly description?: string | undefined
  readonly consoleLogin?: boolean | undefined
  /** Seconds. */
  readonly sessionDuration?: number | undefined
  readonly tags?: Tags | undefined
}

export interface CamRoleChange {
  readonly trustPolicy?: string | undefined
  readonly description?: string | undefined
  readonly consoleLogin?: boolean | undefined
  /** Seconds. */
  readonly sessionDuration?: number | undefined
}

/** Each of them is an operation of its own, with permissions of its own. */
const OPERATION_OF: Readonly<Record<keyof CamRoleChange, string>> = {
  trustPolicy: 'UpdateAssumeRolePolicy',
  description: 'UpdateRoleDescription',
  consoleLogin: 'UpdateRoleConsoleLogin',
  sessionDuration: 'UpdateRoleSessionDuration',
}

const LONGEST_DESCRIPTION = 1000

export type { AccountRole }

export type CamRoleService = ReturnType<typeof createCamRoleService>

const notFound = (wanted: RoleName) =>
  new IdentityCenterError(
    'role.notFound',
    `The account has no role ${('name' in wanted ? wanted.name : wanted.id).slice(0, 128)}.`,
  )

function requireRole({ trustPolicy, description, sessionDuration }: CamRoleChange): void {
  requireLength('camRole.invalid', 'description', description, LONGEST_DESCRIPTION)
  if (trustPolicy !== undefined) parsePolicyDocument(trustPolicy, 'trust')
  if (sessionDuration !== undefined) requireRoleSeconds(sessionDuration)
}

export function createCamRoleService({ db, clock, audit, permit }: CamRoleServiceDeps) {
  const subjectOf = ({ id, name }: Pick<AccountRole, 'id' | 'name'>) => ({ kind: 'role', id, name })

  /** The role, once the requester may do each of that to it. */
  async function require(
    requester: CamRequester,
    operations: readonly string[],
    wanted: RoleName,
  ): Promise<AccountRole> {
    const account = accountOfRequester(requester)
    const role = await findAccountRole(db, account, wanted)
    const resource = camResource.role(account, role ?? { name: 'name' in wanted ? wanted.name : '*' })
    for (const operation of operations) await permit(requester, operation, [resource])
    if (role) return role
    throw notFound(wanted)
  }

  async function reread(tx: Tx, { accountUin, id }: AccountRole): Promise<AccountRole> {
    const role = await findAccountRole(tx, accountUin, { id })
    if (!role) throw notFound({ id })
    requireOwnObject('role', role)
    return role
  }

  return {
    /** Returns the role's id. Throws `camRole.nameTaken`, `camRole.nameInvalid`, `camRole.limit`, `policy.invalid`. */
    async create(requester: CamRequester, wanted: CamRoleToCreate): Promise<RoleId> {
      const { name, trustPolicy, description = '', consoleLogin = false, tags = {} } = wanted
      const { sessionDuration = ROLE_SECONDS.standard } = wanted
      requireCamName('camRole.nameInvalid', 'role', name)
      requireRole(wanted)
      requireTags(tags)
      const account = accountOfRequester(requester)
      await permit(requester, 'CreateRole', [camResource.role(account, { name })])
      return inTransaction(db, async (tx) => {
        requireRoom(
          'camRole.limit',
          'roles in an account',
          await countAccountRoles(tx, account),
          CAM_LIMITS.roles,
        )
        const now = clock.now().toISOString()
        const id = newRoleId()
        const role = {
          id,
          accountUin: account,
          name,
          description,
          trustPolicy,
          sessionDuration,
          consoleLogin,
        }
        await insertRole(tx, { ...role, owner: 'account' }, now).catch((error: unknown) => {
          throw isUniqueViolation(error, 'cam_roles', 'account_uin', 'name_key')
            ? new IdentityCenterError('camRole.nameTaken', `The account has a role named ${name} already.`, {
                field: 'name',
              })
            : error
        })
        if (Object.keys(tags).length > 0) await updateAccountRole(tx, id, { tags }, now)
        await audit.record(tx, requester.actor, {
          action: 'camRole.create',
          subject: subjectOf({ id, name }),
          detail: { account, trustPolicy, sessionDuration, consoleLogin },
        })
        return id
      })
    },

    /** Throws `role.notFound`. */
    get: (requester: CamRequester, wanted: RoleName): Promise<AccountRole> =>
      require(requester, ['GetRole'], wanted),

    async list(
      requester: CamRequester,
      query: {
        readonly search?: string | undefined
        readonly tags?: Tags
        readonly page: PageRequest
      },
    ): Promise<Page<AccountRole>> {
      await permit(requester, 'DescribeRoleList')
      return listAccountRoles(db, accountOfRequester(requester), query)
    },

    /** Changes what is given. Throws `role.notFound`, `cam.managed`, `camRole.invalid`, `policy.invalid`. */
    async update(requester: CamRequester, wanted: RoleName, change: CamRoleChange): Promise<void> {
      requireRole(change)
      const operations = Object.entries(OPERATION_OF)
        .filter(([field]) => change[field as keyof CamRoleChange] !== undefined)
        .map(([, operation]) => operation)
      const found = await require(requester, operations, wanted)
      await inTransaction(db, async (tx) => {
        const before = await reread(tx, found)
        await updateAccountRole(tx, before.id, change, clock.now().toISOString())
        const { trustPolicy, description, consoleLogin, sessionDuration } = before
        await audit.record(tx, requester.actor, {
          action: 'camRole.update',
          subject: subjectOf(before),
          detail: {
            account: before.accountUin,
            before: { trustPolicy, description, consoleLogin, sessionDuration },
            after: change,
          },
        })
      })
    },

    /** Deletes the role with its attachments and ends its sessions. Throws `role.notFound`, `cam.managed`. */
    async remove(requester: CamRequester, wanted: RoleName): Promise<void> {
      const found = await require(requester, ['DeleteRole'], wanted)
      await inTransaction(db, async (tx) => {
        const role = await reread(tx, found)
        await deleteRole(tx, role.id, clock.now().toISOString())
        await audit.record(tx, requester.actor, {
          action: 'camRole.delete',
          subject: subjectOf(role),
          detail: { account: role.accountUin },
        })
      })
    },
  }
}
