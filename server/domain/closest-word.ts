/** What somebody probably meant. */

/** Edits that turn one word into the other: a letter added, taken away, replaced, or swapped with the next one. */
function editDistance(left: string, right: string): number {
  let beforePrevious: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped = row > 1 && left[row - 2] === right[column - 1] && left[row - 1] === right[column - 2]
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

/** Words longer than these are not looked at: whoever typed them was not near any. */
const MAXIMUM_LENGTH = 80

/**
 * The candidate that differs from the word in few letters (a third of them, and no more than two), letters compared
 * without regard to case. Undefined when there is none, or the word is a candidate itself.
 */
export function closestWord(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAXIMUM_LENGTH) return undefined
  const folded = word.toLowerCase()
  let closest: string | undefined
  let least = Math.min(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (candidate === word) return undefined
    if (Math.abs(candidate.length - word.length) >= least) continue
    const distance = editDistance(folded, candidate.toLowerCase())
    if (distance >= least) continue
    least = distance
    closest = candidate
  }
  return closest
}
