/**
 * Pages of a list, by index and by cursor (RFC 9865). A cursor carries the place where its page begins, so a deep page
 * costs what the first one does. Clients that page by index in order profit from the same: for a while the place behind
 * each page they were given is remembered.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../server/domain/clock.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Page, PageKey, PageRequest } from '../server/domain/page.js'
import { isStorable } from '../server/domain/storable-text.js'
import type { JsonObject } from '../server/domain/user.js'
import type { ListRequest } from './list-request.js'

export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/** What a list response is made from. */
export interface ListedPage {
  readonly page: PageRequest
  /** Items before this page. */
  readonly before: number
}

interface Place {
  readonly after: PageKey
  readonly total: number
  readonly until: number
}

const REMEMBERED_PLACES = 1000
const REMEMBERED_MS = 60_000

type Item = PageKey

export function createListPages(clock: Clock) {
  const places = new Map<string, Place>()

  function remember(key: string, place: Omit<Place, 'until'>): void {
    places.delete(key)
    const oldest = places.size >= REMEMBERED_PLACES ? places.keys().next().value : undefined
    if (oldest !== undefined) places.delete(oldest)
    places.set(key, { ...place, until: clock.now().getTime() + REMEMBERED_MS })
  }

  function recall(key: string): Place | undefined {
    const place = places.get(key)
    return place && place.until > clock.now().getTime() ? place : undefined
  }

  return {
    /** Where the page asked for begins. Throws `page.cursorInvalid`. */
    locate(request: ListRequest): ListedPage {
      const limit = request.count
      if (request.cursor !== undefined) return { ...decodeCursor(request, request.cursor, limit) }
      const offset = request.startIndex - 1
      const place = request.sort || offset === 0 ? undefined : recall(`${offset}:${request.key}`)
      if (!place) return { page: { offset, limit }, before: offset }
      // Totals of unfiltered lists come from a counter: no need for an older one.
      const knownTotal = request.criteria ? { knownTotal: place.total } : {}
      return { page: { offset, limit, after: place.after, ...knownTotal }, before: offset }
    },

    /** The list response for what was found there. */
    respond(
      request: ListRequest,
      { before }: ListedPage,
      { items, total }: Page<Item>,
      resources: readonly JsonObject[],
    ): object {
      const last = items.at(-1)
      const seen = before + items.length
      const more = last !== undefined && items.length === request.count && seen < total
      if (more && !request.sort) {
        const after = { createdAt: last.createdAt, id: last.id }
        if (request.cursor === undefined) remember(`${seen}:${request.key}`, { after, total })
      }
      return {
        schemas: [LIST_RESPONSE],
        totalResults: total,
        itemsPerPage: resources.length,
        ...(request.cursor === undefined && { startIndex: request.startIndex }),
        ...(request.cursor !== undefined && more && { nextCursor: encodeCursor(request, last, seen, total) }),
        Resources: resources,
      }
    },
  }
}

export type ListPages = ReturnType<typeof createListPages>

/** Of a list: its filter and order. */
type Listed = Pick<ListRequest, 'key'>

/** Ties a cursor to its list. It is no secret: whoever changes a cursor only gets another page of what he may read. */
const fingerprint = ({ key }: Listed): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, 12)

const toCursor = (parts: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** A cursor for a list that is paged by number of resources, and the number in it. */
export const cursorTo = (list: Listed, seen: number): string => toCursor([fingerprint(list), seen])

/** Throws `page.cursorInvalid`. */
export function placeOf(list: Listed, cursor: string): number {
  if (cursor === '') return 0
  const [name, seen] = partsOf(cursor)
  if (name === fingerprint(list) && isCount(seen)) return seen
  throw cursorInvalid()
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const cursorInvalid = () =>
  new IdentityCenterError(
    'page.cursorInvalid',
    'The cursor is not one of this list: begin again with an empty cursor, the same filter and the same order.',
  )

function encodeCursor(request: ListRequest, last: Item, seen: number, total: number): string {
  const place = request.sort ? [] : [last.createdAt, last.id]
  return toCursor([fingerprint(request), seen, total, ...place])
}

function decodeCursor(request: ListRequest, cursor: string, limit: number): ListedPage {
  if (cursor === '') return { page: { offset: 0, limit }, before: 0 }
  const [list, seen, total, createdAt, id] = partsOf(cursor)
  const isMine =
    list === fingerprint(request) &&
    [createdAt, id].every((part) => typeof part !== 'string' || isStorable(part))
  if (!isMine || !isCount(seen) || !isCount(total)) throw cursorInvalid()
  const knownTotal = request.criteria ? { knownTotal: total } : {}
  if (typeof createdAt !== 'string' || typeof id !== 'string') {
    return { page: { offset: seen, limit, ...knownTotal }, before: seen }
  }
  return { page: { offset: 0, limit, after: { createdAt, id }, ...knownTotal }, before: seen }
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
