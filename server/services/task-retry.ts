/** Trying failed tasks again: what they asked for is decided anew, as things stand now. */
import { countAssignmentsAt } from '../../db/assignments.js'
import { reopenTasks } from '../../db/batch-tasks.js'
import type { Tx } from '../../db/database.js'
import { findDeployment, updateDeployment } from '../../db/deployments.js'
import { countTasksInProgress } from '../../db/tasks.js'
import type { AssignmentTriple } from '../domain/assignment.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { TaskId } from '../domain/ids.js'
import type { Period } from '../domain/period.js'
import type { Task } from '../domain/task.js'
import { findParts, partIdsOf, stateOf, writeAssignments, type Written } from './assignment-writer.js'

const toTriple = ({ principal, accountUin, configurationId }: Task): AssignmentTriple | undefined =>
  principal && { principal, accountUin, configurationId }

/**
 * Assigns again what failed tasks were to assign, and opens the tasks anew: they wait for their deployment, count already,
 * or fail again for a reason of today. Returns what was written.
 */
export async function retryAssignments(
  tx: Tx,
  tasks: readonly Task[],
  period: Period,
  now: string,
): Promise<readonly Written[]> {
  const wanted = tasks.flatMap((task) => {
    const triple = task.type === 'createRoleAssignment' && toTriple(task)
    return triple ? [{ id: task.id, triple }] : []
  })
  const triples = wanted.map(({ triple }) => triple)
  const parts = await findParts(tx, partIdsOf(triples))
  const written = await writeAssignments(tx, triples, parts, { period, now, again: true })
  // Few ways to end, so few statements for many tasks.
  const byEnd = new Map<string, { readonly state: ReturnType<typeof stateOf>; readonly ids: TaskId[] }>()
  for (const [index, each] of written.entries()) {
    const id = wanted[index]?.id
    if (id === undefined) continue
    const end = byEnd.get(each.outcome)
    if (end) end.ids.push(id)
    else byEnd.set(each.outcome, { state: stateOf(each), ids: [id] })
  }
  for (const { state, ids } of byEnd.values()) await reopenTasks(tx, ids, state, now)
  return written
}

/**
 * Begins a failed deployment, or undeployment, again. Throws `deployment.notFound` when it is gone, `deployment.busy` while
 * another task of it is in progress, `permissionConfiguration.assigned` where what was to go is used by now.
 */
export async function retryDeployment(tx: Tx, task: Task, now: string): Promise<void> {
  const place = { accountUin: task.accountUin, configurationId: task.configurationId }
  if (!(await findDeployment(tx, place))) {
    throw new IdentityCenterError(
      'deployment.notFound',
      'The permission configuration is not deployed in this account.',
      place,
    )
  }
  if ((await countTasksInProgress(tx, place)) > 0) {
    throw new IdentityCenterError('deployment.busy', 'Another task of this deployment is in progress.')
  }
  const isRemoval = task.type === 'deprovisionRoleConfiguration'
  const assignments = isRemoval ? await countAssignmentsAt(tx, place) : 0
  if (assignments > 0) {
    throw new IdentityCenterError(
      'permissionConfiguration.assigned',
      `${assignments} assignments use the permission configuration in this account: remove them first.`,
      { assignments },
    )
  }
  const status = isRemoval ? 'undeploying' : 'deploying'
  await updateDeployment(tx, place, { status, failureReason: null }, now)
  await reopenTasks(tx, [task.id], { status: 'inProgress' }, now)
}
