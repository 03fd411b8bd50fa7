/** Who may sign in with password and second factor while SSO is the login method. */
import {
  deleteBreakGlassUser,
  insertBreakGlassUser,
  listBreakGlassUsers,
  type BreakGlassUser,
} from '../../db/break-glass.js'
import type { Db } from '../../db/database.js'
import { findSignInUser } from '../../db/sign-in-users.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { UserId } from '../domain/ids.js'
import type { AuditLog } from './audit-log.js'

export type { BreakGlassUser } from '../../db/break-glass.js'

/** A way past the identity provider is for a few. */
export const MAXIMUM_BREAK_GLASS_USERS = 10

export function createBreakGlassService({ db, clock, audit }: { db: Db; clock: Clock; audit: AuditLog }) {
  return {
    async list(actor: Actor): Promise<readonly BreakGlassUser[]> {
      requireReadRights(actor)
      return listBreakGlassUsers(db)
    },

    /**
     * Names the user for it, or no longer; a session that came by it counts no longer then.
     * Throws `user.notFound`, `breakGlass.limit`.
     */
    async setNamed(actor: Actor, userId: UserId, named: boolean): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const user = await findSignInUser(tx, userId)
        if (!user) throw new IdentityCenterError('user.notFound', 'There is no such user.', { userId })
        const changed = named
          ? await insertBreakGlassUser(tx, userId, clock.now().toISOString())
          : await deleteBreakGlassUser(tx, userId)
        if (!changed) return
        if ((await listBreakGlassUsers(tx)).length > MAXIMUM_BREAK_GLASS_USERS) {
          throw new IdentityCenterError(
            'breakGlass.limit',
            `At most ${MAXIMUM_BREAK_GLASS_USERS} users can be named for break-glass: take another one off first.`,
            { limit: MAXIMUM_BREAK_GLASS_USERS },
          )
        }
        await audit.record(tx, actor, {
          action: named ? 'breakGlass.add' : 'breakGlass.remove',
          subject: { kind: 'user', id: userId, name: user.userName },
        })
      })
    },
  }
}

export type BreakGlassService = ReturnType<typeof createBreakGlassService>
