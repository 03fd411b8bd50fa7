/** CAM user synchronization: whose users are copied into which accounts, and the tasks that do it. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import { parseUserSyncId, type UserSyncId } from '../domain/ids.js'
import type {
  ConflictPolicy,
  DeletionPolicy,
  UserSync,
  UserSyncStatus,
  UserSyncTask,
  UserSyncTaskType,
} from '../domain/user-sync.js'
import type { OrganizationService } from '../services/organization.js'
import type { UserSyncService } from '../services/user-sync.js'
import type { ZoneService } from '../services/zones.js'
import type { Action, ApiAnswer } from './action.js'
import { filterText, principalInfo, principalOf, principalType } from './directory-parameters.js'
import {
  accountUinOf,
  cloudTime,
  fromTargetType,
  PAGE_INPUT,
  pageAnswer,
  pageOf,
  targetFinder,
  targetType,
  TASK_STATUSES,
  taskIdOf,
  toTargetType,
  zoneActions,
} from './zone-action.js'

export interface UserSyncActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly organization: Pick<OrganizationService, 'getAccount'>
  readonly userSyncs: UserSyncService
}

const SYNCS_PER_CALL = 50

const duplicationStrategy = z.enum(['KeepBoth', 'TakeOver'])
const deletionStrategy = z.enum(['Delete', 'Keep'])

const toConflictPolicy = (strategy: z.output<typeof duplicationStrategy>): ConflictPolicy =>
  strategy === 'TakeOver' ? 'replace' : 'keepBoth'
const toDeletionPolicy = (strategy: z.output<typeof deletionStrategy>): DeletionPolicy =>
  strategy === 'Delete' ? 'delete' : 'keep'

const strategies = ({
  conflictPolicy,
  deletionPolicy,
}: Pick<UserSync, 'conflictPolicy' | 'deletionPolicy'>): ApiAnswer => ({
  DuplicationStrategy: conflictPolicy === 'replace' ? 'TakeOver' : 'KeepBoth',
  DeletionStrategy: deletionPolicy === 'delete' ? 'Delete' : 'Keep',
})

/** Following a group's members is a part of what creating the sync began. */
const TASK_TYPES: Readonly<Record<UserSyncTaskType, string>> = {
  startProvisioning: 'StartProvisioning',
  followMembership: 'StartProvisioning',
  deleteProvisioning: 'DeleteProvisioning',
}
/** Two states are documented: what did not succeed counts as disabled. */
const SYNC_STATUSES: Readonly<Record<UserSyncStatus, string>> = {
  synchronizing: 'Enabled',
  succeeded: 'Enabled',
  failed: 'Disabled',
  removing: 'Disabled',
  removalFailed: 'Disabled',
}

const taskInfo = (task: UserSyncTask): ApiAnswer => ({
  TaskId: task.id,
  TargetUin: Number(task.accountUin),
  TargetType: toTargetType(task.accountKind),
  TaskType: TASK_TYPES[task.type],
  TaskStatus: TASK_STATUSES[task.status],
  UserProvisioningId: task.syncId,
  ...principalInfo(task.principal),
  PrincipalName: task.principalName,
  ...strategies(task),
})

const syncInfo = (sync: UserSync): ApiAnswer => ({
  UserProvisioningId: sync.id,
  Description: sync.description ?? '',
  Status: SYNC_STATUSES[sync.status],
  ...principalInfo(sync.principal),
  PrincipalName: sync.principalName,
  TargetUin: Number(sync.accountUin),
  TargetName: sync.accountName,
  TargetType: toTargetType(sync.accountKind),
  ...strategies(sync),
  CreateTime: cloudTime(sync.createdAt),
  UpdateTime: cloudTime(sync.updatedAt),
})

/** An id of another form is as unknown as one that nobody has. */
function userSyncIdOf(text: string): UserSyncId {
  const id = parseUserSyncId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError('userSync.notFound', `There is no synchronization ${text.slice(0, 64)}.`)
}

export function userSyncActions({ zones, organization, userSyncs }: UserSyncActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)
  const targetOf = targetFinder(organization)

  return [
    zoneAction({
      name: 'CreateUserSyncProvisioning',
      input: {
        UserSyncProvisionings: z
          .array(
            z.strictObject({
              Description: z.string().default(''),
              PrincipalId: z.string(),
              PrincipalType: principalType,
              TargetUin: z.int(),
              TargetType: targetType,
              DuplicationStrategy: duplicationStrategy,
              DeletionStrategy: deletionStrategy,
            }),
          )
          .min(1),
      },
      handle: async (actor, { UserSyncProvisionings }) => {
        if (UserSyncProvisionings.length > SYNCS_PER_CALL) {
          throw new IdentityCenterError(
            'userSync.limit',
            `At most ${SYNCS_PER_CALL} synchronizations are made in one call.`,
            { limit: SYNCS_PER_CALL },
          )
        }
        const wanted = await Promise.all(
          UserSyncProvisionings.map(async (entry) => ({
            principal: principalOf(entry.PrincipalType, entry.PrincipalId),
            accountUin: await targetOf(actor, entry),
            ...(entry.Description !== '' && { description: entry.Description }),
            conflictPolicy: toConflictPolicy(entry.DuplicationStrategy),
            deletionPolicy: toDeletionPolicy(entry.DeletionStrategy),
          })),
        )
        return { Tasks: (await userSyncs.create(actor, wanted)).map(taskInfo) }
      },
    }),
    zoneAction({
      name: 'GetUserSyncProvisioning',
      input: { UserProvisioningId: z.string() },
      handle: async (actor, { UserProvisioningId }) => ({
        UserProvisioning: syncInfo(await userSyncs.get(actor, userSyncIdOf(UserProvisioningId))),
      }),
    }),
    zoneAction({
      name: 'ListUserSyncProvisionings',
      input: {
        ...PAGE_INPUT,
        PrincipalId: z.string().optional(),
        PrincipalType: principalType.optional(),
        TargetUin: z.int().optional(),
        TargetType: targetType.optional(),
        Filter: filterText,
      },
      handle: async (actor, input) => {
        const page = await userSyncs.list(actor, {
          ...(input.PrincipalId !== undefined && { principalId: input.PrincipalId }),
          ...(input.PrincipalType && {
            principalType: input.PrincipalType === 'User' ? ('user' as const) : ('group' as const),
          }),
          ...(input.TargetUin !== undefined && { accountUin: accountUinOf(input.TargetUin) }),
          ...(input.TargetType && { accountKind: fromTargetType(input.TargetType) }),
          ...(input.Filter !== undefined && { search: input.Filter }),
          page: pageOf(input),
        })
        return { ...pageAnswer(input, page), UserProvisionings: page.items.map(syncInfo) }
      },
    }),
    zoneAction({
      name: 'UpdateUserSyncProvisioning',
      input: {
        UserProvisioningId: z.string(),
        NewDescription: z.string().optional(),
        // Spelled so by the cloud.
        NewDuplicationStateful: duplicationStrategy.optional(),
        NewDeletionStrategy: deletionStrategy.optional(),
      },
      handle: async (actor, input) => {
        await userSyncs.change(actor, userSyncIdOf(input.UserProvisioningId), {
          ...(input.NewDescription !== undefined && { description: input.NewDescription }),
          ...(input.NewDuplicationStateful && {
            conflictPolicy: toConflictPolicy(input.NewDuplicationStateful),
          }),
          ...(input.NewDeletionStrategy && { deletionPolicy: toDeletionPolicy(input.NewDeletionStrategy) }),
        })
        return {}
      },
    }),
    zoneAction({
      name: 'DeleteUserSyncProvisioning',
      input: { UserProvisioningId: z.string() },
      // One object, in spite of its name.
      handle: async (actor, { UserProvisioningId }) => ({
        Tasks: taskInfo(await userSyncs.remove(actor, userSyncIdOf(UserProvisioningId))),
      }),
    }),
    zoneAction({
      name: 'GetProvisioningTaskStatus',
      input: { TaskId: z.string() },
      errors: { 'task.notFound': 'ResourceNotFound.UserProvisioningTaskNotFound' },
      handle: async (actor, { TaskId }) => {
        const task = await userSyncs.getTask(actor, taskIdOf(TaskId))
        return {
          TaskStatus: {
            Status: TASK_STATUSES[task.status],
            TaskId: task.id,
            TaskType: TASK_TYPES[task.type],
            FailureReason: task.status === 'failed' ? (task.failureReason ?? '') : '',
          },
        }
      },
    }),
  ]
}
