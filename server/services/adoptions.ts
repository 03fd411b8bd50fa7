/**
 * The adoption queue: an administrator links a manual user or group to the identity provider that pushes its name, or
 * rejects it. A collision is in the queue as long as a manual one holds the name.
 */
import type { Db, Tx } from '../../db/database.js'
import { findGroup, findGroupByName } from '../../db/groups.js'
import {
  countCollisions,
  findCollision,
  listCollisions,
  updateCollision,
  type CollisionQuery,
} from '../../db/name-collisions.js'
import { inTransaction } from '../../db/transaction.js'
import { findUser, findUserByName } from '../../db/users.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Group } from '../domain/group.js'
import type { CollisionId } from '../domain/ids.js'
import { sightOf, type CollisionStatus, type HeldName, type NameCollision } from '../domain/name-collision.js'
import type { Page } from '../domain/page.js'
import type { User } from '../domain/user.js'
import type { AuditLog } from './audit-log.js'
import type { GroupService } from './groups.js'
import type { NameCollisionService } from './name-collisions.js'
import type { UserService } from './users.js'

export interface AdoptionServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly collisions: Pick<NameCollisionService, 'release'>
  readonly users: Pick<UserService, 'adoptWithin'>
  readonly groups: Pick<GroupService, 'adoptWithin'>
}

/** A collision as it is looked at before deciding. */
export interface AdoptionCase {
  readonly held: HeldName
  /** Handed back with the decision: it counts only for what was looked at. */
  readonly sight: string
  /** The imported user or group that was to get the name, if it still exists: then nothing can be linked. */
  readonly renamed?: User | Group
}

export type AdoptionService = ReturnType<typeof createAdoptionService>

export function createAdoptionService({ db, clock, audit, collisions, users, groups }: AdoptionServiceDeps) {
  /** The collision with who holds the name; `undefined` when no manual one does any more. */
  async function withHolder(from: Db | Tx, collision: NameCollision): Promise<HeldName | undefined> {
    if (collision.kind === 'user') {
      const holder = await findUserByName(from, collision.name)
      return holder?.type === 'manual' ? { kind: 'user', collision, holder } : undefined
    }
    const holder = await findGroupByName(from, collision.name)
    return holder?.type === 'manual' ? { kind: 'group', collision, holder } : undefined
  }

  async function heldWithin(from: Db | Tx, id: CollisionId): Promise<HeldName> {
    const collision = await findCollision(from, id)
    const held = collision && (await withHolder(from, collision))
    if (held) return held
    throw new IdentityCenterError(
      'adoption.notFound',
      'This collision is over: somebody has decided on it, or the name is no longer held.',
    )
  }

  const renamedWithin = async (
    from: Db | Tx,
    collision: NameCollision,
  ): Promise<User | Group | undefined> => {
    if (collision.renamedId === undefined) return undefined
    return collision.kind === 'user'
      ? findUser(from, collision.renamedId)
      : findGroup(from, collision.renamedId)
  }

  async function seenWithin(tx: Tx, id: CollisionId, sight: string): Promise<HeldName> {
    const held = await heldWithin(tx, id)
    if (sightOf(held) === sight) return held
    throw new IdentityCenterError(
      'adoption.changed',
      'What was pushed or what is here has changed since you looked: look again, then decide.',
    )
  }

  const subjectOf = ({ collision, holder }: HeldName) => ({
    kind: collision.kind,
    id: holder.id,
    name: collision.name,
  })

  return {
    /** Collisions of one status with who holds the names, the last pushed first. */
    async list(actor: Actor, query: CollisionQuery): Promise<Page<AdoptionCase>> {
      requireReadRights(actor)
      const { items, total } = await listCollisions(db, query)
      const found = await Promise.all(items.map((collision) => withHolder(db, collision)))
      return {
        items: found.filter((held) => held !== undefined).map((held) => ({ held, sight: sightOf(held) })),
        total,
      }
    },

    /** How many there are of each status. */
    async counts(actor: Actor): Promise<Readonly<Record<CollisionStatus, number>>> {
      requireReadRights(actor)
      return countCollisions(db)
    },

    /** Throws `adoption.notFound`, also when the name is no longer held. */
    async get(actor: Actor, id: CollisionId): Promise<AdoptionCase> {
      requireReadRights(actor)
      const held = await heldWithin(db, id)
      const renamed = await renamedWithin(db, held.collision)
      return { held, sight: sightOf(held), ...(renamed && { renamed }) }
    },

    /**
     * Links: the manual user or group becomes imported with what was pushed, and keeps its id, memberships and
     * assignments. Throws `adoption.notFound`, `adoption.changed` when `sight` is not of what is there now, and
     * `adoption.renaming` while the identity provider has another user or group, which was to get the name.
     */
    async link(actor: Actor, id: CollisionId, sight: string): Promise<string> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const held = await seenWithin(tx, id, sight)
        if (await renamedWithin(tx, held.collision)) {
          throw new IdentityCenterError(
            'adoption.renaming',
            'The identity provider has an imported one already, which it wants to give this name: two cannot become one. Remove the manual one, or let the identity provider remove the imported one first.',
          )
        }
        const { collision } = held
        await collisions.release(tx, collision.kind, collision.name)
        if (held.kind === 'user') await users.adoptWithin(tx, actor, held.holder, held.collision.pushed)
        else await groups.adoptWithin(tx, actor, held.holder, held.collision.pushed)
        await audit.record(tx, actor, {
          action: 'adoption.link',
          subject: subjectOf(held),
          detail: { credentialId: collision.credentialId, pushes: collision.pushes },
        })
        return collision.name
      })
    },

    /** Rejects: it is no longer open, and further pushes are told so. Throws as `link` does for what was not looked at. */
    async reject(actor: Actor, id: CollisionId, sight: string): Promise<string> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const held = await seenWithin(tx, id, sight)
        const { collision } = held
        if (collision.status === 'rejected') return collision.name
        const decided = { decidedBy: nameOf(actor), decidedAt: clock.now().toISOString() }
        await updateCollision(tx, { ...collision, ...decided, status: 'rejected' }, collision)
        await audit.record(tx, actor, {
          action: 'adoption.reject',
          subject: subjectOf(held),
          detail: { credentialId: collision.credentialId, pushes: collision.pushes },
        })
        return collision.name
      })
    },
  }
}

const nameOf = (actor: Actor): string => ('name' in actor ? actor.name : actor.kind)
