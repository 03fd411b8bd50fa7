/** Who has which role configuration in which account, where configurations are deployed, and the tasks of both. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import type { Assignment, AssignmentTriple } from '../domain/assignment.js'
import type { DeploymentCondition } from '../domain/deployment.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Task, TaskType } from '../domain/task.js'
import type { AssignmentService } from '../services/assignments.js'
import type { DeploymentService, ListedDeployment } from '../services/deployments.js'
import type { OrganizationService } from '../services/organization.js'
import type { TaskService } from '../services/tasks.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import { filterText, principalOf, toPrincipalKind, toPrincipalType } from './directory-parameters.js'
import { configurationIdOf } from './role-configuration-actions.js'
import {
  polledTask,
  roleAssignment,
  roleConfigurationProvisioning,
  roleProvisioningsTask,
  taskInfo,
} from './shapes/permissions.js'
import {
  deploymentStatus,
  principalId,
  principalType,
  roleConfigurationId,
  targetType,
  targetUin,
  taskId,
  taskStatus,
  taskType,
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

export interface RoleAssignmentActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly organization: Pick<OrganizationService, 'getAccount'>
  readonly assignments: AssignmentService
  readonly deployments: DeploymentService
  readonly tasks: TaskService
}

const ASSIGNMENTS_PER_CALL = 50

const PLACE_INPUT = {
  RoleConfigurationId: roleConfigurationId,
  TargetType: targetType,
  TargetUin: targetUin,
} as const
const TRIPLE_INPUT = { ...PLACE_INPUT, PrincipalType: principalType, PrincipalId: principalId } as const
/** Ours, beside what the cloud has: from when and until when the assignments of the call count. */
const PERIOD_INPUT = {
  StartTime: z
    .string()
    .optional()
    .describe('ISO 8601: the assignments count from then on. The cloud has no such field.'),
  EndTime: z.string().optional().describe('ISO 8601: the assignments end then. The cloud has no such field.'),
} as const

/** Of lists with these filters: ids and numbers of another form are as unknown as those that nobody has. */
const FILTER_REFUSALS = [
  'FailedOperation.OrganizationMemberNotExist',
  'InvalidParameter.NextTokenInvalid',
  'InvalidParameter.RoleConfigurationNotExist',
]

/** Filters are exact, and all of them count: clients take the first entry for the only one. */
const FILTER_INPUT = {
  RoleConfigurationId: roleConfigurationId.optional(),
  TargetType: targetType.optional(),
  TargetUin: targetUin.optional(),
  PrincipalType: principalType.optional(),
  PrincipalId: principalId.optional(),
} as const

const TASK_TYPES: Readonly<Record<TaskType, z.output<typeof taskType>>> = {
  createRoleAssignment: 'CreateRoleAssignment',
  deleteRoleAssignment: 'DeleteRoleAssignment',
  provisionRoleConfiguration: 'ProvisionRoleConfiguration',
  deprovisionRoleConfiguration: 'DeprovisionRoleConfiguration',
}
/** The cloud knows three states: what is on its way there needs deploying, what is on its way out is still there. */
const DEPLOYMENT_STATUSES: Readonly<Record<DeploymentCondition, z.output<typeof deploymentStatus>>> = {
  deployed: 'Deployed',
  undeploying: 'Deployed',
  stale: 'DeployedRequired',
  deploying: 'DeployedRequired',
  failed: 'DeployFailed',
}

/** The key of `names` whose name this is. */
function keyOf<Key extends string>(names: Readonly<Record<Key, string>>, name: string): Key | undefined {
  const [found] = (Object.entries(names) as [Key, string][]).filter(([, candidate]) => candidate === name)
  return found?.[0]
}

const toTaskPlace = (task: Task) => ({
  TaskId: task.id,
  RoleConfigurationId: task.configurationId,
  RoleConfigurationName: task.configurationName,
  TargetUin: Number(task.accountUin),
  TargetType: toTargetType(task.accountKind),
  TaskType: TASK_TYPES[task.type],
})

const failureOf = (task: Task): string => (task.status === 'failed' ? (task.failureReason ?? '') : '')

const toTaskInfo = (task: Task): z.output<typeof taskInfo> => ({
  ...toTaskPlace(task),
  PrincipalId: task.principal?.id ?? '',
  PrincipalType: toPrincipalKind(task.principal),
  Status: TASK_STATUSES[task.status],
  FailureReason: failureOf(task),
})

/** Deployments have their own shape of a task, with another name for its status. */
const toProvisioningTask = (task: Task): z.output<typeof roleProvisioningsTask> => ({
  ...toTaskPlace(task),
  TaskStatus: TASK_STATUSES[task.status],
})

const toRoleAssignment = (assignment: Assignment): z.output<typeof roleAssignment> => ({
  RoleConfigurationId: assignment.configurationId,
  RoleConfigurationName: assignment.configurationName,
  TargetUin: Number(assignment.accountUin),
  TargetName: assignment.accountName,
  TargetType: toTargetType(assignment.accountKind),
  PrincipalId: assignment.principal.id,
  PrincipalType: toPrincipalType(assignment.principal),
  PrincipalName: assignment.principalName,
  ...(assignment.startsAt !== undefined && { StartTime: assignment.startsAt }),
  ...(assignment.endsAt !== undefined && { EndTime: assignment.endsAt }),
  CreateTime: cloudTime(assignment.createdAt),
  UpdateTime: cloudTime(assignment.updatedAt),
})

const toProvisioning = (deployment: ListedDeployment): z.output<typeof roleConfigurationProvisioning> => ({
  DeploymentStatus: DEPLOYMENT_STATUSES[deployment.condition],
  RoleConfigurationId: deployment.configurationId,
  RoleConfigurationName: deployment.configurationName,
  TargetUin: Number(deployment.accountUin),
  TargetName: deployment.accountName,
  TargetType: toTargetType(deployment.accountKind),
  CreateTime: cloudTime(deployment.createdAt),
  UpdateTime: cloudTime(deployment.updatedAt),
})

interface FilterInput {
  readonly RoleConfigurationId?: string | undefined
  readonly TargetType?: z.output<typeof targetType> | undefined
  readonly TargetUin?: number | undefined
  readonly PrincipalType?: z.output<typeof principalType> | undefined
  readonly PrincipalId?: string | undefined
}

const filterOf = (input: FilterInput) => ({
  ...(input.RoleConfigurationId !== undefined && {
    configurationId: configurationIdOf(input.RoleConfigurationId),
  }),
  ...(input.TargetType && { accountKind: fromTargetType(input.TargetType) }),
  ...(input.TargetUin !== undefined && { accountUin: accountUinOf(input.TargetUin) }),
  ...(input.PrincipalType && {
    principalType: input.PrincipalType === 'User' ? ('user' as const) : ('group' as const),
  }),
  ...(input.PrincipalId !== undefined && { principalId: input.PrincipalId }),
})

export function roleAssignmentActions(deps: RoleAssignmentActionDeps): readonly Action[] {
  const { zones, organization, assignments, deployments, tasks } = deps
  const zoneAction = zoneActions(zones)

  const targetOf = targetFinder(organization)

  const placeOf = async (
    actor: Actor,
    input: {
      readonly RoleConfigurationId: string
      readonly TargetUin: number
      readonly TargetType: z.output<typeof targetType>
    },
  ) => ({
    accountUin: await targetOf(actor, input),
    configurationId: configurationIdOf(input.RoleConfigurationId),
  })

  const tripleOf = async (
    actor: Actor,
    input: Parameters<typeof placeOf>[1] & {
      readonly PrincipalType: z.output<typeof principalType>
      readonly PrincipalId: string
    },
  ): Promise<AssignmentTriple> => ({
    ...(await placeOf(actor, input)),
    principal: principalOf(input.PrincipalType, input.PrincipalId),
  })

  return [
    zoneAction({
      name: 'CreateRoleAssignment',
      summary:
        'Gives users and groups role configurations in accounts, and deploys these where they are not yet: one task for each.',
      priority: 'P0',
      differs: 'Takes a start and an end, which the cloud has not.',
      refusals: [
        'FailedOperation.OrganizationMemberNotExist',
        'FailedOperation.RoleConfigurationAuthorizationAlreadyExist',
        'InvalidParameter.GroupNotExist',
        'InvalidParameter.ParamError',
        'InvalidParameter.RoleConfigurationNotExist',
        'LimitExceeded.CreateRoleAssignmentLimitExceeded',
        'ResourceNotFound.UserNotExist',
      ],
      output: { Tasks: z.array(taskInfo) },
      input: {
        RoleAssignmentInfo: z.array(z.strictObject(TRIPLE_INPUT)).min(1).describe('Up to 50.'),
        ...PERIOD_INPUT,
      },
      handle: async (actor, { RoleAssignmentInfo, StartTime: start, EndTime: end }) => {
        if (RoleAssignmentInfo.length > ASSIGNMENTS_PER_CALL) {
          throw new IdentityCenterError(
            'assignment.limit',
            `At most ${ASSIGNMENTS_PER_CALL} assignments are made in one call.`,
            { limit: ASSIGNMENTS_PER_CALL },
          )
        }
        const triples = await Promise.all(RoleAssignmentInfo.map((entry) => tripleOf(actor, entry)))
        return { Tasks: (await assignments.assign(actor, triples, { start, end })).map(toTaskInfo) }
      },
    }),
    zoneAction({
      name: 'ListRoleAssignments',
      summary: 'Lists who has which role configuration in which account; all filters count.',
      priority: 'P0',
      refusals: FILTER_REFUSALS,
      output: { ...PAGE_OUTPUT, RoleAssignments: z.array(roleAssignment) },
      input: { ...PAGE_INPUT, ...FILTER_INPUT, Filter: filterText },
      handle: async (actor, input) => {
        const page = await assignments.list(actor, {
          ...filterOf(input),
          ...(input.Filter !== undefined && { search: input.Filter }),
          page: pageOf(input),
        })
        return { ...pageAnswer(input, page), RoleAssignments: page.items.map(toRoleAssignment) }
      },
    }),
    zoneAction({
      name: 'DeleteRoleAssignment',
      summary:
        'Takes an assignment away: new sign-ins fail at once, sessions that run keep their credentials.',
      priority: 'P0',
      refusals: [
        'FailedOperation.OrganizationMemberNotExist',
        'InvalidParameter.GroupNotExist',
        'InvalidParameter.ParamError',
        'InvalidParameter.RoleConfigurationNotExist',
        'ResourceNotFound.RoleConfigurationAuthorizationNotFound',
        'ResourceNotFound.UserNotExist',
      ],
      output: { Task: taskInfo },
      input: {
        ...TRIPLE_INPUT,
        DeprovisionStrategy: z
          .enum(['None', 'DeprovisionForLastRoleAssignmentOnAccount'])
          .default('None')
          .describe(
            'Whether the deployment goes with the last assignment of the configuration in the account.',
          ),
      },
      handle: async (actor, { DeprovisionStrategy, ...input }) => {
        const strategy = DeprovisionStrategy === 'None' ? 'keepDeployment' : 'undeploy'
        return { Task: toTaskInfo(await assignments.revoke(actor, await tripleOf(actor, input), strategy)) }
      },
    }),
    zoneAction({
      name: 'ProvisionRoleConfiguration',
      summary: 'Deploys a role configuration to an account, be it again.',
      priority: 'P0',
      refusals: [
        'FailedOperation.OrganizationMemberNotExist',
        'InvalidParameter.ParamError',
        'InvalidParameter.RoleConfigurationNotExist',
      ],
      output: { Task: roleProvisioningsTask },
      input: PLACE_INPUT,
      handle: async (actor, input) => {
        const [task] = await deployments.redeploy(actor, [await placeOf(actor, input)])
        if (!task) throw new Error('a configuration was to be deployed and has no task')
        return { Task: toProvisioningTask(task) }
      },
    }),
    zoneAction({
      name: 'DismantleRoleConfiguration',
      summary: 'Removes a role configuration from an account where nobody has it.',
      priority: 'P0',
      refusals: [
        'FailedOperation.OrganizationMemberNotExist',
        'FailedOperation.RoleConfigurationAuthorizationExist',
        'FailedOperation.RoleConfigurationProvisioningStatusError',
        'InvalidParameter.ParamError',
        'ResourceNotFound.RoleConfigurationProvisioningNotFound',
      ],
      output: { Task: roleProvisioningsTask },
      input: PLACE_INPUT,
      handle: async (actor, input) => ({
        Task: toProvisioningTask(await deployments.undeploy(actor, await placeOf(actor, input))),
      }),
    }),
    zoneAction({
      name: 'ListRoleConfigurationProvisionings',
      summary: 'Lists where role configurations are deployed, or failed to be.',
      priority: 'P0',
      refusals: FILTER_REFUSALS,
      output: { ...PAGE_OUTPUT, RoleConfigurationProvisionings: z.array(roleConfigurationProvisioning) },
      input: {
        ...PAGE_INPUT,
        RoleConfigurationId: FILTER_INPUT.RoleConfigurationId,
        TargetType: FILTER_INPUT.TargetType,
        TargetUin: FILTER_INPUT.TargetUin,
        DeploymentStatus: deploymentStatus.optional(),
        Filter: filterText,
      },
      handle: async (actor, input) => {
        const { DeploymentStatus } = input
        const page = await deployments.list(actor, {
          ...filterOf(input),
          ...(DeploymentStatus && { condition: CONDITIONS[DeploymentStatus] }),
          ...(input.Filter !== undefined && { search: input.Filter }),
          page: pageOf(input),
        })
        return { ...pageAnswer(input, page), RoleConfigurationProvisionings: page.items.map(toProvisioning) }
      },
    }),
    zoneAction({
      name: 'GetTaskStatus',
      summary: 'Tells how a task about role configurations stands.',
      priority: 'P0',
      refusals: ['ResourceNotFound.RoleConfigurationTaskNotFound'],
      output: { TaskStatus: polledTask },
      input: { TaskId: taskId },
      handle: async (actor, { TaskId }) => {
        const task = await tasks.get(actor, taskIdOf(TaskId))
        return {
          TaskStatus: {
            Status: TASK_STATUSES[task.status],
            TaskId: task.id,
            TaskType: TASK_TYPES[task.type],
            FailureReason: failureOf(task),
          },
        }
      },
    }),
    zoneAction({
      name: 'ListTasks',
      summary: 'Lists tasks about role configurations, newest first.',
      priority: 'P0',
      refusals: FILTER_REFUSALS,
      output: { ...PAGE_OUTPUT, Tasks: z.array(taskInfo) },
      input: {
        ...PAGE_INPUT,
        ...FILTER_INPUT,
        Status: taskStatus.optional(),
        TaskType: taskType.optional(),
      },
      handle: async (actor, input) => {
        const status = input.Status && keyOf(TASK_STATUSES, input.Status)
        const type = input.TaskType && keyOf(TASK_TYPES, input.TaskType)
        const page = await tasks.list(actor, {
          ...filterOf(input),
          ...(status && { status }),
          ...(type && { type }),
          page: pageOf(input),
        })
        return { ...pageAnswer(input, page), Tasks: page.items.map(toTaskInfo) }
      },
    }),
  ]
}

/** What a filter by the cloud's states looks for. */
const CONDITIONS = { Deployed: 'deployed', DeployedRequired: 'stale', DeployFailed: 'failed' } as const
