/** Fills the product's database by its own queries, many rows in one transaction: what comes before the measuring. */
import { addToCounter } from '../../db/counters.js'
import { openDatabase } from '../../db/database.js'
import { addMemberships, insertGroup } from '../../db/groups.js'
import { inTransaction } from '../../db/transaction.js'
import { insertUser } from '../../db/users.js'
import { readResource } from '../../scim/attribute-values.js'
import { USER_TYPE } from '../../scim/schemas.js'
import { toUserProfile } from '../../scim/user-resource.js'
import { systemActor } from '../../server/domain/actor.js'
import { newGroupId, newUserId, type GroupId, type UserId } from '../../server/domain/ids.js'
import { JOINERS, userBody } from './people.js'

export interface Seeded {
  /** Of `userBody(0)`, `userBody(1)`, … */
  readonly users: readonly UserId[]
  /** Behind them: members of no group. */
  readonly joiners: readonly UserId[]
  /** By size; each is made of the first users. */
  readonly groups: ReadonlyMap<number, GroupId>
}

const ROWS_AT_ONCE = 1000

/**
 * So many users, the joiners, and a group of each size. The smaller groups have the users made last, so that the first page
 * of users tells of one group for each of them, however many groups there are.
 */
export async function seed(
  databaseFile: string,
  people: number,
  groupSizes: readonly number[],
): Promise<Seeded> {
  const db = openDatabase({ engine: 'sqlite', file: databaseFile })
  const ids: UserId[] = []
  const start = Date.now() - (people + JOINERS) * 1000
  for (let first = 0; first < people + JOINERS; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, people + JOINERS - first)
    await inTransaction(db, async (tx) => {
      for (let index = first; index < first + count; index += 1) {
        const time = new Date(start + index * 1000).toISOString()
        const id = newUserId()
        ids.push(id)
        await insertUser(tx, {
          ...toUserProfile(readResource(USER_TYPE, userBody(index))),
          id,
          type: 'synchronized',
          createdBy: 'scim',
          blocked: false,
          version: 1,
          groupCount: 0,
          createdAt: time,
          updatedAt: time,
        })
      }
      await addToCounter(tx, 'users', count)
      await addToCounter(tx, 'users.synchronized', count)
    })
  }
  const groups = new Map<number, GroupId>()
  await inTransaction(db, async (tx) => {
    const time = new Date().toISOString()
    for (const size of groupSizes) {
      const id = newGroupId()
      groups.set(size, id)
      await insertGroup(tx, {
        id,
        displayName: `Group of ${size}`,
        type: 'synchronized',
        createdBy: 'scim',
        attributes: {},
        memberCount: size,
        version: 1,
        createdAt: time,
        updatedAt: time,
      })
      for (let first = people - size; first < people; first += ROWS_AT_ONCE) {
        await addMemberships(tx, id, ids.slice(first, Math.min(people, first + ROWS_AT_ONCE)), {
          by: systemActor('bench'),
          now: time,
        })
      }
    }
    await addToCounter(tx, 'groups', groupSizes.length)
    await addToCounter(tx, 'groups.synchronized', groupSizes.length)
  })
  await db.destroy()
  return { users: ids.slice(0, people), joiners: ids.slice(people), groups }
}
