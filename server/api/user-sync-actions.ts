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
import type { Action } from './action.js'
import { filterText, principalOf, toPrincipalType } from './directory-parameters.js'
import { polledTask, userProvisioning, userProvisioningsTask } from './shapes/permissions.js'
import {
  deletionStrategy,
  duplicationStrategy,
  principalId,
  principalType,
  type status,
  targetType,
  targetUin,
  taskId,
  userProvisioningId,
} from './shapes/values.js'
import {
  accountUinOf,
  cloudTime,
  fromTargetType,
  PAGE_INPUT,
  PAGE_OUTPUT,
  pageAnswer,
  pageOf,
  targetFinder,
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

const toConflictPolicy = (strategy: z.output<typeof duplicationStrategy>): ConflictPolicy =>
  strategy === 'TakeOver' ? 'replace' : 'keepBoth'
const toDeletionPolicy = (strategy: z.output<typeof deletionStrategy>): DeletionPolicy =>
  strategy === 'Delete' ? 'delete' : 'keep'

const toStrategies = ({
  conflictPolicy,
  deletionPolicy,
}: Pick<UserSync, 'conflictPolicy' | 'deletionPolicy'>) =>
  ({
    DuplicationStrategy: conflictPolicy === 'replace' ? 'TakeOver' : 'KeepBoth',
    DeletionStrategy: deletionPolicy === 'delete' ? 'Delete' : 'Keep',
  }) as const

/** Following a group's members is a part of what creating the sync began. */
const TASK_TYPES: Readonly<Record<UserSyncTaskType, string>> = {
  startProvisioning: 'StartProvisioning',
  followMembership: 'StartProvisioning',
  deleteProvisioning: 'DeleteProvisioning',
}
/** Two states are documented: what did not succeed counts as disabled. */
const SYNC_STATUSES: Readonly<Record<UserSyncStatus, z.output<typeof status>>> = {
  synchronizing: 'Enabled',
  succeeded: 'Enabled',
  failed: 'Disabled',
  removing: 'Disabled',
  removalFailed: 'Disabled',
}

const toTask = (task: UserSyncTask): z.output<typeof userProvisioningsTask> => ({
  TaskId: task.id,
  TargetUin: Number(task.accountUin),
  TargetType: toTargetType(task.accountKind),
  TaskType: TASK_TYPES[task.type],
  TaskStatus: TASK_STATUSES[task.status],
  UserProvisioningId: task.syncId,
  PrincipalId: task.principal.id,
  PrincipalType: toPrincipalType(task.principal),
  PrincipalName: task.principalName,
  ...toStrategies(task),
})

const toUserProvisioning = (sync: UserSync): z.output<typeof userProvisioning> => ({
  UserProvisioningId: sync.id,
  Description: sync.description ?? '',
  Status: SYNC_STATUSES[sync.status],
  PrincipalId: sync.principal.id,
  PrincipalType: toPrincipalType(sync.principal),
  PrincipalName: sync.principalName,
  TargetUin: Number(sync.accountUin),
  TargetName: sync.accountName,
  TargetType: toTargetType(sync.accountKind),
  ...toStrategies(sync),
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
      summary: 'Copies users, or the members of groups, into accounts as CAM users: one task for each.',
      priority: 'P0',
      refusals: [
        'FailedOperation.OrganizationMemberNotExist',
        'FailedOperation.UserProvisioningAlreadyExists',
        'InvalidParameter.GroupNotExist',
        'InvalidParameter.ParamError',
        'LimitExceeded.CreateUserSyncProvisioningLimitExceeded',
        'ResourceNotFound.UserNotExist',
      ],
      output: { Tasks: z.array(userProvisioningsTask) },
      input: {
        UserSyncProvisionings: z
          .array(
            z.strictObject({
              Description: z.string().default(''),
              PrincipalId: principalId,
              PrincipalType: principalType,
              TargetUin: targetUin,
              TargetType: targetType,
              DuplicationStrategy: duplicationStrategy,
              DeletionStrategy: deletionStrategy,
            }),
          )
          .min(1)
          .describe('Up to 50.'),
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
        return { Tasks: (await userSyncs.create(actor, wanted)).map(toTask) }
      },
    }),
    zoneAction({
      name: 'GetUserSyncProvisioning',
      summary: 'Tells of one CAM user synchronization.',
      priority: 'P0',
      refusals: ['ResourceNotFound.UserProvisioningNotFound'],
      output: { UserProvisioning: userProvisioning },
      input: { UserProvisioningId: userProvisioningId },
      handle: async (actor, { UserProvisioningId }) => ({
        UserProvisioning: toUserProvisioning(await userSyncs.get(actor, userSyncIdOf(UserProvisioningId))),
      }),
    }),
    zoneAction({
      name: 'ListUserSyncProvisionings',
      summary: 'Lists CAM user synchronizations; all filters count.',
      priority: 'P0',
      refusals: ['FailedOperation.OrganizationMemberNotExist', 'InvalidParameter.NextTokenInvalid'],
      output: { ...PAGE_OUTPUT, UserProvisionings: z.array(userProvisioning) },
      input: {
        ...PAGE_INPUT,
        PrincipalId: principalId.optional(),
        PrincipalType: principalType.optional(),
        TargetUin: targetUin.optional(),
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
        return { ...pageAnswer(input, page), UserProvisionings: page.items.map(toUserProvisioning) }
      },
    }),
    zoneAction({
      name: 'UpdateUserSyncProvisioning',
      summary: 'Changes description and strategies of a CAM user synchronization: what is absent stays.',
      priority: 'P0',
      refusals: ['InvalidParameter.ParamError', 'ResourceNotFound.UserProvisioningNotFound'],
      output: {},
      input: {
        UserProvisioningId: userProvisioningId,
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
      summary: 'Removes a CAM user synchronization, and its CAM users if that was its deletion strategy.',
      priority: 'P0',
      refusals: ['FailedOperation.UserProvisioningFailed', 'ResourceNotFound.UserProvisioningNotFound'],
      output: { Tasks: userProvisioningsTask.describe('One object, in spite of its name.') },
      input: { UserProvisioningId: userProvisioningId },
      handle: async (actor, { UserProvisioningId }) => ({
        Tasks: toTask(await userSyncs.remove(actor, userSyncIdOf(UserProvisioningId))),
      }),
    }),
    zoneAction({
      name: 'GetProvisioningTaskStatus',
      summary: 'Tells how a task of a CAM user synchronization stands.',
      priority: 'P0',
      refusals: ['ResourceNotFound.UserProvisioningTaskNotFound'],
      output: { TaskStatus: polledTask },
      input: { TaskId: taskId },
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
