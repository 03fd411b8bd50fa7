/** Sets of small numbers, one bit each: joining two of them costs the same whatever they hold. */

export type IndexSet = Uint32Array

/** Holds numbers from 0 up to, and without, `size`. */
export const createIndexSet = (size: number): IndexSet => new Uint32Array(Math.ceil(size / 32))

export function addIndex(set: IndexSet, index: number): void {
  const word = index >>> 5
  set[word] = (set[word] ?? 0) | (1 << (index & 31))
}

/** Puts all that `other` holds into `set`. */
export function uniteInto(set: IndexSet, other: IndexSet): void {
  for (let word = 0; word < set.length; word += 1) set[word] = (set[word] ?? 0) | (other[word] ?? 0)
}

/** How many numbers `set` holds that `without` does not. */
export function countIndexes(set: IndexSet, without?: IndexSet): number {
  let count = 0
  for (let word = 0; word < set.length; word += 1) {
    let bits = (set[word] ?? 0) & ~(without?.[word] ?? 0)
    // Each round takes the lowest bit away.
    for (; bits !== 0; bits &= bits - 1) count += 1
  }
  return count
}
