/** Assignments whose end has come or is near, and the role sessions that somebody has because of one. */
import type { AssignmentTriple } from '../server/domain/assignment.js'
import type { UserId } from '../server/domain/ids.js'
import { toPrincipal } from './assignments.js'
import type { Db, Tx } from './database.js'

export interface EndingAssignment extends AssignmentTriple {
  readonly endsAt: string
}

const COLUMNS = ['principal_type', 'principal_id', 'account_uin', 'configuration_id', 'ends_at'] as const

const endingBefore = (db: Db | Tx, time: string) =>
  db.selectFrom('assignments').select(COLUMNS).where('ends_at', 'is not', null).where('ends_at', '<=', time)

type EndingRow = Awaited<ReturnType<ReturnType<typeof endingBefore>['executeTakeFirstOrThrow']>>

const toEnding = (row: EndingRow): EndingAssignment => ({
  principal: toPrincipal(row.principal_type, row.principal_id),
  accountUin: row.account_uin,
  configurationId: row.configuration_id,
  // The query asks for those that have one.
  endsAt: row.ends_at ?? '',
})

/** Up to `limit` assignments that have ended by then, the oldest first. */
export async function listEnded(
  db: Db | Tx,
  time: string,
  limit: number,
): Promise<readonly EndingAssignment[]> {
  return (await endingBefore(db, time).orderBy('ends_at').limit(limit).execute()).map(toEnding)
}

/** Up to `limit` assignments that end by then and have not been announced. */
export async function listUnannounced(
  db: Db | Tx,
  time: string,
  limit: number,
): Promise<readonly EndingAssignment[]> {
  const rows = await endingBefore(db, time)
    .where('warned_at', 'is', null)
    .orderBy('ends_at')
    .limit(limit)
    .execute()
  return rows.map(toEnding)
}

export async function setAnnounced(tx: Tx, triple: AssignmentTriple, now: string): Promise<void> {
  await tx
    .updateTable('assignments')
    .set({ warned_at: now })
    .where('principal_id', '=', triple.principal.id)
    .where('account_uin', '=', triple.accountUin)
    .where('configuration_id', '=', triple.configurationId)
    .execute()
}

/** A session of a role, and the user behind it. */
export interface OpenRole {
  readonly sessionId: string
  readonly userId: UserId
  readonly expiresAt: string
}

/** Sessions in which users whom the assignment reaches have the role of that name open in the account. */
export async function listOpenRoles(
  tx: Tx,
  { principal, accountUin }: AssignmentTriple,
  roleName: string,
  now: string,
): Promise<readonly OpenRole[]> {
  const sessions = tx
    .selectFrom('role_sessions')
    .innerJoin('cam_roles', 'cam_roles.id', 'role_sessions.role_id')
    .select(['role_sessions.id', 'role_sessions.user_id', 'role_sessions.expires_at'])
    .where('cam_roles.account_uin', '=', accountUin)
    .where('cam_roles.name', '=', roleName)
    .where('role_sessions.ended_at', 'is', null)
    .where('role_sessions.expires_at', '>', now)
  const rows = await (
    principal.type === 'user'
      ? sessions.where('role_sessions.user_id', '=', principal.id)
      : sessions.where((expression) =>
          expression(
            'role_sessions.user_id',
            'in',
            expression.selectFrom('memberships').select('user_id').where('group_id', '=', principal.id),
          ),
        )
  ).execute()
  return rows.flatMap(({ id, user_id: userId, expires_at: expiresAt }) =>
    userId === null ? [] : [{ sessionId: id, userId, expiresAt }],
  )
}
