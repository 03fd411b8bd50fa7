/** The page on which users are put into a group: one of them, or those that were ticked in the list. */
import type { Request, Response } from 'express'
import { JoinGroupPage } from '../../views/console/users.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { both, compare } from '../domain/criteria.js'
import type { User } from '../domain/user.js'
import type { ConsoleDoor } from './console-door.js'

/** Groups offered at once when users are added to one; the others are found by their name. */
const OFFERED_GROUPS = 100

/** Asks which group the users shall join: one of their type, so that all of them have to be of one. */
export async function sendJoinGroup(
  door: ConsoleDoor,
  req: Request,
  res: Response,
  chosen: readonly User[],
  {
    search = '',
    errors,
    status = 200,
  }: { readonly search?: string; readonly errors?: FieldErrors; readonly status?: number } = {},
): Promise<void> {
  const words = door.wordsOf(res).console.users
  const types = new Set(chosen.map(({ type }) => type))
  const [type] = types
  if (type === undefined || types.size > 1) {
    door.leadTo(res, '/admin/users', { kind: 'danger', text: words.mixedTypes })
    return
  }
  const ofType = compare('type', 'eq', type)
  const { items, total } = await door.services.groups.list(door.actor(res), {
    criteria: search === '' ? ofType : both(ofType, compare('displayName', 'co', search)),
    sort: { field: 'displayName', direction: 'ascending' },
    page: { offset: 0, limit: OFFERED_GROUPS },
  })
  door.send(
    req,
    res,
    (page) => (
      <JoinGroupPage
        page={page}
        users={chosen}
        groups={items}
        total={total}
        search={search}
        errors={errors}
      />
    ),
    { status },
  )
}
