/** Keeps names that SCIM pushed and manual users or groups hold, for administrators to decide on: see `adoptions`. */
import type { Db, Tx } from '../../db/database.js'
import { findGroupByName } from '../../db/groups.js'
import { decideRaces } from '../../db/insert-race.js'
import {
  countCollisions,
  deleteCollisionOf,
  findCollisionOf,
  insertCollision,
  updateCollision,
} from '../../db/name-collisions.js'
import { inTransaction } from '../../db/transaction.js'
import { findUserByName } from '../../db/users.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newCollisionId } from '../domain/ids.js'
import {
  isSamePush,
  keptPush,
  MAXIMUM_COLLISIONS,
  nameTakenMessage,
  pushedName,
  type CollisionFate,
  type NamePush,
} from '../domain/name-collision.js'
import type { AuditLog } from './audit-log.js'

export interface NameCollisionServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export type NameCollisionService = ReturnType<typeof createNameCollisionService>

export function createNameCollisionService({ db, clock, audit }: NameCollisionServiceDeps) {
  const holderOf = (from: Db | Tx, { kind }: NamePush, name: string) =>
    kind === 'user' ? findUserByName(from, name) : findGroupByName(from, name)

  /** `undefined` when no manual one holds the name any more: the next push will see. */
  async function keepWithin(
    tx: Tx,
    actor: Extract<Actor, { kind: 'scim' }>,
    push: NamePush,
  ): Promise<CollisionFate | undefined> {
    const name = pushedName(push)
    const holder = await holderOf(tx, push, name)
    if (holder?.type !== 'manual') return undefined
    const now = clock.now().toISOString()
    const latest = { ...keptPush(push), name, credentialId: actor.credentialId, lastSeenAt: now }
    const known = await findCollisionOf(tx, push.kind, name)
    if (known) {
      const { id, status, revision, pushes, decidedBy, decidedAt, firstSeenAt } = known
      const next = {
        ...{ id, status, decidedBy, decidedAt, firstSeenAt },
        pushes: pushes + 1,
        revision: isSamePush(known, push) ? revision : revision + 1,
      }
      await updateCollision(tx, { ...latest, ...next }, known)
      return status
    }
    const { open, rejected } = await countCollisions(tx)
    if (open + rejected >= MAXIMUM_COLLISIONS) return 'queueFull'
    const collision = {
      id: newCollisionId(),
      status: 'open',
      revision: 1,
      pushes: 1,
      firstSeenAt: now,
    } as const
    await insertCollision(tx, { ...latest, ...collision })
    await audit.record(tx, actor, {
      action: 'adoption.collide',
      subject: { kind: push.kind, id: holder.id, name },
      result: 'failure',
      detail: {
        ...(push.pushed.externalId !== undefined && { externalId: push.pushed.externalId }),
        ...(push.renamedId !== undefined && { renamed: push.renamedId }),
      },
    })
    return 'open'
  }

  return {
    /**
     * The refusal of a name that turned out to be taken, which says what kind of user or group holds it. What SCIM
     * pushed under the name of a manual one is kept. Runs after the transaction that could not have the name.
     */
    async refuse(actor: Actor, push: NamePush): Promise<IdentityCenterError> {
      const name = pushedName(push)
      const holder = await holderOf(db, push, name)
      const fate =
        actor.kind === 'scim' && holder?.type === 'manual'
          ? await decideRaces(['name_collisions'], () =>
              inTransaction(db, (tx) => keepWithin(tx, actor, push)),
            )
          : undefined
      const message = nameTakenMessage(push.kind, name, holder?.type, fate)
      return push.kind === 'user'
        ? new IdentityCenterError('user.nameTaken', message, {
            field: 'userName',
            ...(holder && { heldBy: holder.type, userId: holder.id }),
          })
        : new IdentityCenterError('group.nameTaken', message, {
            field: 'displayName',
            ...(holder && { heldBy: holder.type, groupId: holder.id }),
          })
    },

    /** Part of the transaction in which a manual user or group gives its name up. */
    release: (tx: Tx, kind: NamePush['kind'], name: string): Promise<void> =>
      deleteCollisionOf(tx, kind, name),
  }
}
