/** The page on which users are put into a group: one of them, or those that were ticked in the list. */
import type { Request, Response } from 'express'
import { JoinGroupPage } from '../../views/console/users.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { compare } from '../domain/criteria.js'
import type { User } from '../domain/user.js'
import type { ConsoleDoor } from './console-door.js'

/** Groups offered when users are added to one. */
const OFFERED_GROUPS = 500

/** Asks which group the users shall join: one of their type, so that all of them have to be of one. */
export async function sendJoinGroup(
  door: ConsoleDoor,
  req: Request,
  res: Response,
  chosen: readonly User[],
  errors?: FieldErrors,
  status = 200,
): Promise<void> {
  const words = door.wordsOf(res).console.users
  const types = new Set(chosen.map(({ type }) => type))
  const [type] = types
  if (type === undefined || types.size > 1) {
    door.leadTo(res, '/admin/users', { kind: 'danger', text: words.mixedTypes })
    return
  }
  const { items } = await door.services.groups.list(door.actor(res), {
    criteria: compare('type', 'eq', type),
    sort: { field: 'displayName', direction: 'ascending' },
    page: { offset: 0, limit: OFFERED_GROUPS },
  })
  door.send(req, res, (page) => <JoinGroupPage page={page} users={chosen} groups={items} errors={errors} />, {
    status,
  })
}
