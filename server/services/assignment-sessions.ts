/** Role sessions of those whom an assignment reaches, when the assignment ends or is given another end. */
import { findAccess } from '../../db/account-access.js'
import { listOpenRoles } from '../../db/assignment-endings.js'
import type { Tx } from '../../db/database.js'
import { endRoleSession, limitRoleSession } from '../../db/role-sessions.js'
import type { AssignmentTriple } from '../domain/assignment.js'
import { roleNameOf } from '../domain/deployment.js'

/**
 * To be called after the assignment was written: ends the sessions of the role that nothing gives any more, and lets the
 * others last no longer than what gives them by now. Returns the ids of those that it ended or cut short.
 */
export async function boundRoleSessions(
  tx: Tx,
  triple: AssignmentTriple,
  configurationName: string,
  now: string,
): Promise<readonly string[]> {
  const bounded: string[] = []
  for (const open of await listOpenRoles(tx, triple, roleNameOf(configurationName), now)) {
    const access = await findAccess(tx, open.userId, triple, now)
    if (!access) await endRoleSession(tx, open.sessionId, now)
    else if (access.until !== null && access.until < open.expiresAt)
      await limitRoleSession(tx, open.sessionId, access.until)
    else continue
    bounded.push(open.sessionId)
  }
  return bounded
}
