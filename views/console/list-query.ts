/** What a list is asked for by its address, and the addresses of its other pages and orders. */
import type { SortOrder } from '../../server/domain/criteria.js'
import { consolePath } from './frame.js'

export interface ListQuery {
  /** Filters by name, as they stand in the address. */
  readonly filters: Readonly<Record<string, string | undefined>>
  readonly order?: SortOrder
  /** From 1. */
  readonly number: number
}

/** Rows on one page of a list. */
export const PAGE_SIZE = 25

/** The address of the list with some of its query replaced. */
export function listHref(path: string, query: ListQuery, change: Partial<ListQuery> = {}): string {
  const { filters, order, number } = { ...query, ...change }
  return consolePath(path, {
    ...filters,
    ...(order && { sort: order.field, direction: order.direction }),
    ...(number > 1 && { page: String(number) }),
  })
}

/** Whether the list is narrowed, so that "nothing here" means something else. */
export const isFiltered = ({ filters }: ListQuery): boolean =>
  Object.values(filters).some((value) => value !== undefined && value !== '')
