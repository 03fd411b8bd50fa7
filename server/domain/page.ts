/** A part of a list. Lists never count the whole table: totals come from counters or a bounded count. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Number of matches, known without reading them all. */
  readonly total: number
}

/** Which part of a list is wanted, both in items. */
export interface PageRequest {
  readonly offset: number
  readonly limit: number
  /** Goes on behind this item instead of passing over `offset` items: only in the order of creation. */
  readonly after?: PageKey
  /** The total that came with an earlier page of the same list: it is not found out again. */
  readonly knownTotal?: number
}

/** The place of an item in the order of creation. */
export interface PageKey {
  readonly createdAt: string
  readonly id: string
}
