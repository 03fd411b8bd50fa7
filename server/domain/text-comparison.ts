/** Two texts, line by line. */

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Cells of the table that the comparison may fill: beyond, the texts count as wholly different. */
const MAXIMUM_CELLS = 1_000_000

const as =
  (kind: DiffLine['kind']) =>
  (text: string): DiffLine => ({ kind, text })

/** The shortest way from one list of lines to the other, in order; what goes stands before what comes. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const shortest = Math.min(before.length, after.length)
  let head = 0
  while (head < shortest && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return [
    ...before.slice(0, head).map(as('same')),
    ...compareMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(as('same')),
  ]
}

function compareMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1
  if ((before.length + 1) * width > MAXIMUM_CELLS) {
    return [...before.map(as('removed')), ...after.map(as('added'))]
  }
  // Length of the longest common subsequence of what begins at each pair of lines.
  const common = new Uint32Array((before.length + 1) * width)
  const at = (row: number, column: number): number => common[row * width + column] ?? 0
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const lines: DiffLine[] = []
  let row = 0
  let column = 0
  while (row < before.length || column < after.length) {
    const gone = before[row]
    const come = after[column]
    if (gone !== undefined && gone === come) {
      lines.push({ kind: 'same', text: gone })
      row += 1
      column += 1
    } else if (gone !== undefined && (come === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ kind: 'removed', text: gone })
      row += 1
    } else if (come !== undefined) {
      lines.push({ kind: 'added', text: come })
      column += 1
    }
  }
  return lines
}
