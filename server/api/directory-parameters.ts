/** What the actions of users and groups share: enumerations, filters, ids. */
import { z } from 'zod'
import type { Principal } from '../domain/assignment.js'
import { compare, either, type Criteria, type SortOrder } from '../domain/criteria.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseGroupId, parseUserId, type GroupId, type UserId } from '../domain/ids.js'
import type { DirectoryType } from '../domain/user.js'
import { type directoryType, type principalKind, type principalType, type status } from './shapes/values.js'

export const fromType = (type: z.output<typeof directoryType>): DirectoryType =>
  type === 'Manual' ? 'manual' : 'synchronized'
export const toType = (type: DirectoryType): z.output<typeof directoryType> =>
  type === 'manual' ? 'Manual' : 'Synchronized'
export const toStatus = (enabled: boolean): z.output<typeof status> => (enabled ? 'Enabled' : 'Disabled')

export const SORT_INPUT = {
  SortField: z.literal('CreateTime').optional().describe('What the list is sorted by: there is this alone.'),
  SortType: z.enum(['Asc', 'Desc']).default('Desc').describe('Oldest or newest first.'),
} as const

/** Newest first unless asked otherwise. */
export const sortOf = (input: { readonly SortType: 'Asc' | 'Desc' }): SortOrder => ({
  field: 'meta.created',
  direction: input.SortType === 'Asc' ? 'ascending' : 'descending',
})

export const filterText = z.string().trim().max(256).optional()

/** `GroupName eq sales` as clients write it: the whole name, or with `sw` its beginning. */
export interface NameFilter {
  readonly attribute: string
  readonly operator: 'eq' | 'sw'
  readonly value: string
}

/** Absent for a text that is to be looked for as it is. */
export function readNameFilter(filter: string): NameFilter | undefined {
  const [, attribute = '', operator = '', value = ''] = /^(\w+) +(eq|sw) +(.+)$/i.exec(filter) ?? []
  if (attribute === '') return undefined
  return {
    attribute,
    operator: operator.toLowerCase() === 'eq' ? 'eq' : 'sw',
    value: value.replace(/^"(.*)"$/, '$1'),
  }
}

/**
 * `<name> eq <text>` is exact, and `<name> sw <text>` looks for the beginning; any other text is looked for in all the
 * fields. Absent for an empty filter.
 */
export function filterCriteria(
  filter: string | undefined,
  exactNames: Readonly<Record<string, string>>,
  anywhere: (text: string) => readonly Criteria[],
): readonly Criteria[] {
  if (filter === undefined || filter === '') return []
  const named = readNameFilter(filter)
  const field = named && Object.hasOwn(exactNames, named.attribute) ? exactNames[named.attribute] : undefined
  if (named && field !== undefined) return [compare(field, named.operator, named.value)]
  return [either(...anywhere(filter))]
}

/** The objects with these ids; ids name no more than one page of them. */
export const withIds = (ids: readonly string[]): Criteria =>
  either(...ids.map((id) => compare('id', 'eq', id)))

/** An id of another form is as unknown as one that nobody has. */
export function userIdOf(text: string): UserId {
  const id = parseUserId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError('user.notFound', `There is no user ${text.slice(0, 64)}.`)
}

/** An id of another form is as unknown as one that nobody has. */
export function groupIdOf(text: string): GroupId {
  const id = parseGroupId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError('group.notFound', `There is no group ${text.slice(0, 64)}.`)
}

/** Throws `user.notFound`, `group.notFound` for an id of another form. */
export const principalOf = (type: z.output<typeof principalType>, id: string): Principal =>
  type === 'User' ? { type: 'user', id: userIdOf(id) } : { type: 'group', id: groupIdOf(id) }

export const toPrincipalKind = (principal: Principal | undefined): z.output<typeof principalKind> =>
  principal ? toPrincipalType(principal) : ''

export const toPrincipalType = ({ type }: Principal): z.output<typeof principalType> =>
  type === 'user' ? 'User' : 'Group'
