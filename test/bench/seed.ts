/** Fills the product's database by its own queries, many rows in one transaction: what comes before the measuring. */
import { addToCounter } from '../../db/counters.js'
import { openDatabase } from '../../db/database.js'
import { addMemberships, insertGroup } from '../../db/groups.js'
import { inTransaction } from '../../db/transaction.js'
import { insertUser } from '../../db/users.js'
import { readResource } from '../../scim/attribute-values.js'
import { USER_TYPE } from '../../scim/schemas.js'
import { toUserProfile } from '../../scim/user-resource.js'
import { newGroupId, newUserId, type GroupId, type UserId } from '../../server/domain/ids.js'
import { GROUP_SIZES, JOINERS, PEOPLE, userBody } from './people.js'

export interface Seeded {
  /** By size. */
  readonly groups: ReadonlyMap<number, GroupId>
  readonly joiners: readonly UserId[]
}

const ROWS_AT_ONCE = 1000

/** Users `0 … PEOPLE + JOINERS - 1`, and a group of each size made of the first of them. */
export async function seed(databaseFile: string): Promise<Seeded> {
  const db = openDatabase({ engine: 'sqlite', file: databaseFile })
  const ids: UserId[] = []
  const start = Date.now() - (PEOPLE + JOINERS) * 1000
  for (let first = 0; first < PEOPLE + JOINERS; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, PEOPLE + JOINERS - first)
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
    for (const size of GROUP_SIZES) {
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
      await addMemberships(tx, id, ids.slice(0, size), time)
    }
    await addToCounter(tx, 'groups', GROUP_SIZES.length)
    await addToCounter(tx, 'groups.synchronized', GROUP_SIZES.length)
  })
  await db.destroy()
  return { groups, joiners: ids.slice(PEOPLE) }
}
