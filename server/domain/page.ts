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
}
