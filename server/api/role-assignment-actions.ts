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
import type { Action, ApiAnswer } from './action.js'
import { filterText, principalInfo, principalOf, principalType } from './directory-parameters.js'
import { configurationIdOf } from './role-configuration-actions.js'
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

export interface RoleAssignmentActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly organization: Pick<OrganizationService, 'getAccount'>
  readonly assignments: AssignmentService
  readonly deployments: DeploymentService
  readonly tasks: TaskService
}

const ASSIGNMENTS_PER_CALL = 50

const PLACE_INPUT = { RoleConfigurationId: z.string(), TargetType: targetType, TargetUin: z.int() } as const
const TRIPLE_INPUT = { ...PLACE_INPUT, PrincipalType: principalType, PrincipalId: z.string() } as const
/** Ours, beside what the cloud has: from when and until when the assignments of the call count; ISO 8601. */
const PERIOD_INPUT = { StartTime: z.string().optional(), EndTime: z.string().optional() } as const

/** Filters are exact, and all of them count: clients take the first entry for the only one. */
const FILTER_INPUT = {
  RoleConfigurationId: z.string().optional(),
  TargetType: targetType.optional(),
  TargetUin: z.int().optional(),
  PrincipalType: principalType.optional(),
  PrincipalId: z.string().optional(),
} as const

const TASK_TYPES: Readonly<Record<TaskType, string>> = {
  createRoleAssignment: 'CreateRoleAssignment',
  deleteRoleAssignment: 'DeleteRoleAssignment',
  provisionRoleConfiguration: 'ProvisionRoleConfiguration',
  deprovisionRoleConfiguration: 'DeprovisionRoleConfiguration',
}
/** The cloud knows three states: what is on its way there needs deploying, what is on its way out is still there. */
const DEPLOYMENT_STATUSES: Readonly<Record<DeploymentCondition, string>> = {
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

const taskPlace = (task: Task): ApiAnswer => ({
  TaskId: task.id,
  RoleConfigurationId: task.configurationId,
  RoleConfigurationName: task.configurationName,
  TargetUin: Number(task.accountUin),
  TargetType: toTargetType(task.accountKind),
  TaskType: TASK_TYPES[task.type],
})

const failureOf = (task: Task): string => (task.status === 'failed' ? (task.failureReason ?? '') : '')

const taskInfo = (task: Task): ApiAnswer => ({
  ...taskPlace(task),
  ...principalInfo(task.principal),
  Status: TASK_STATUSES[task.status],
  FailureReason: failureOf(task),
})

/** Deployments have their own shape of a task, with another name for its status. */
const provisioningTask = (task: Task): ApiAnswer => ({
  ...taskPlace(task),
  TaskStatus: TASK_STATUSES[task.status],
})

const assignmentInfo = (assignment: Assignment): ApiAnswer => ({
  RoleConfigurationId: assignment.configurationId,
  RoleConfigurationName: assignment.configurationName,
  TargetUin: Number(assignment.accountUin),
  TargetName: assignment.accountName,
  TargetType: toTargetType(assignment.accountKind),
  ...principalInfo(assignment.principal),
  PrincipalName: assignment.principalName,
  ...(assignment.startsAt !== undefined && { StartTime: assignment.startsAt }),
  ...(assignment.endsAt !== undefined && { EndTime: assignment.endsAt }),
  CreateTime: cloudTime(assignment.createdAt),
  UpdateTime: cloudTime(assignment.updatedAt),
})

const deploymentInfo = (deployment: ListedDeployment): ApiAnswer => ({
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
      input: { RoleAssignmentInfo: z.array(z.strictObject(TRIPLE_INPUT)).min(1), ...PERIOD_INPUT },
      handle: async (actor, { RoleAssignmentInfo, StartTime: start, EndTime: end }) => {
        if (RoleAssignmentInfo.length > ASSIGNMENTS_PER_CALL) {
          throw new IdentityCenterError(
            'assignment.limit',
            `At most ${ASSIGNMENTS_PER_CALL} assignments are made in one call.`,
            { limit: ASSIGNMENTS_PER_CALL },
          )
        }
        const triples = await Promise.all(RoleAssignmentInfo.map((entry) => tripleOf(actor, entry)))
        return { Tasks: (await assignments.assign(actor, triples, { start, end })).map(taskInfo) }
      },
    }),
    zoneAction({
      name: 'ListRoleAssignments',
      input: { ...PAGE_INPUT, ...FILTER_INPUT, Filter: filterText },
      handle: async (actor, input) => {
        const page = await assignments.list(actor, {
          ...filterOf(input),
          ...(input.Filter !== undefined && { search: input.Filter }),
          page: pageOf(input),
        })
        return { ...pageAnswer(input, page), RoleAssignments: page.items.map(assignmentInfo) }
      },
    }),
    zoneAction({
      name: 'DeleteRoleAssignment',
      input: {
        ...TRIPLE_INPUT,
        DeprovisionStrategy: z.enum(['None', 'DeprovisionForLastRoleAssignmentOnAccount']).default('None'),
      },
      handle: async (actor, { DeprovisionStrategy, ...input }) => {
        const strategy = DeprovisionStrategy === 'None' ? 'keepDeployment' : 'undeploy'
        return { Task: taskInfo(await assignments.revoke(actor, await tripleOf(actor, input), strategy)) }
      },
    }),
    zoneAction({
      name: 'ProvisionRoleConfiguration',
      input: PLACE_INPUT,
      handle: async (actor, input) => {
        const [task] = await deployments.redeploy(actor, [await placeOf(actor, input)])
        return { Task: task && provisioningTask(task) }
      },
    }),
    zoneAction({
      name: 'DismantleRoleConfiguration',
      input: PLACE_INPUT,
      handle: async (actor, input) => ({
        Task: provisioningTask(await deployments.undeploy(actor, await placeOf(actor, input))),
      }),
    }),
    zoneAction({
      name: 'ListRoleConfigurationProvisionings',
      input: {
        ...PAGE_INPUT,
        RoleConfigurationId: FILTER_INPUT.RoleConfigurationId,
        TargetType: FILTER_INPUT.TargetType,
        TargetUin: FILTER_INPUT.TargetUin,
        DeploymentStatus: z.enum(['Deployed', 'DeployedRequired', 'DeployFailed']).optional(),
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
        return { ...pageAnswer(input, page), RoleConfigurationProvisionings: page.items.map(deploymentInfo) }
      },
    }),
    zoneAction({
      name: 'GetTaskStatus',
      input: { TaskId: z.string() },
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
      input: {
        ...PAGE_INPUT,
        ...FILTER_INPUT,
        Status: z.enum(['InProgress', 'Success', 'Failed']).optional(),
        TaskType: z
          .enum([
            'CreateRoleAssignment',
            'DeleteRoleAssignment',
            'ProvisionRoleConfiguration',
            'DeprovisionRoleConfiguration',
          ])
          .optional(),
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
        return { ...pageAnswer(input, page), Tasks: page.items.map(taskInfo) }
      },
    }),
  ]
}

/** What a filter by the cloud's states looks for. */
const CONDITIONS = { Deployed: 'deployed', DeployedRequired: 'stale', DeployFailed: 'failed' } as const
