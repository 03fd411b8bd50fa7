/** Two texts of a policy, statement by statement: their order and their white space do not count. */
import { compareLines, type DiffLine } from './text-comparison.js'

export interface StatementChange {
  readonly kind: 'added' | 'removed' | 'changed'
  /** Whether the statement allows or denies, by what it is afterwards or was last. */
  readonly effect: 'allow' | 'deny'
  readonly lines: readonly DiffLine[]
}

export interface DocumentComparison {
  readonly statements: readonly StatementChange[]
  /** Statements that both have. */
  readonly unchanged: number
}

/** Pairs of statements that are looked at for likeness: beyond, they count as removed and added. */
const MAXIMUM_PAIRS = 400
/** Share of values that two statements have in common when one counts as the other, changed. */
const ALIKE = 0.5

/** What `undefined` stands for is no policy at all: every statement of the other is added, or removed. */
export function compareDocuments(before: string | undefined, after: string | undefined): DocumentComparison {
  const earlier = before === undefined ? [] : statementsOf(before)
  const later = after === undefined ? [] : statementsOf(after)
  if (!earlier || !later) return compareTexts(before ?? '', after ?? '')
  const come = [...later]
  const gone = earlier.filter((statement) => {
    const index = come.indexOf(statement)
    if (index >= 0) come.splice(index, 1)
    return index < 0
  })
  return { statements: pairUp(gone, come), unchanged: earlier.length - gone.length }
}

/** Texts of which one is no policy: something else wrote it. */
function compareTexts(before: string, after: string): DocumentComparison {
  const lines = compareLines(before.split('\n'), after.split('\n'))
  return { statements: [{ kind: 'changed', effect: 'allow', lines }], unchanged: 0 }
}

function pairUp(gone: readonly string[], come: readonly string[]): readonly StatementChange[] {
  const left = new Set(come)
  const changes = gone.map((statement): StatementChange => {
    const match = gone.length * come.length > MAXIMUM_PAIRS ? undefined : mostAlike(statement, [...left])
    if (!match) return whole('removed', statement)
    left.delete(match.statement)
    return { kind: 'changed', effect: effectIn(match.statement), lines: match.lines }
  })
  return [...changes, ...[...left].map((statement) => whole('added', statement))]
}

const whole = (kind: 'added' | 'removed', statement: string): StatementChange => ({
  kind,
  effect: effectIn(statement),
  lines: statement.split('\n').map((text) => ({ kind, text })),
})

/** In the one form, the effect is the first line within. */
const effectIn = (statement: string): 'allow' | 'deny' =>
  /^\{\n {2}"effect": "deny"/.test(statement) ? 'deny' : 'allow'

function mostAlike(statement: string, candidates: readonly string[]) {
  const own = statement.split('\n')
  let best:
    { readonly statement: string; readonly lines: readonly DiffLine[]; readonly share: number } | undefined
  for (const candidate of candidates) {
    const other = candidate.split('\n')
    const lines = compareLines(own, other)
    const same = lines.filter(({ kind, text }) => kind === 'same' && isValue(text)).length
    const share = same / Math.max(own.filter(isValue).length, other.filter(isValue).length, 1)
    if (share >= ALIKE && share > (best?.share ?? 0)) best = { statement: candidate, lines, share }
  }
  return best
}

/** Lines that say something of their own: the names of the elements and the brackets are in every statement. */
const isValue = (line: string): boolean => /[\w*]/.test(line) && !/[[{]$/.test(line)

/** Each statement as text in one form, whatever form it was written in; `undefined` where the text is no policy. */
function statementsOf(document: string): readonly string[] | undefined {
  try {
    const policy: unknown = JSON.parse(document)
    if (typeof policy !== 'object' || policy === null || !('statement' in policy)) return undefined
    const { statement } = policy
    return (Array.isArray(statement) ? statement : [statement]).map((each) =>
      JSON.stringify(inOneForm(each), undefined, 2),
    )
  } catch {
    return undefined
  }
}

const ORDER = ['effect', 'principal', 'action', 'resource', 'condition']

/** Elements in the usual order, lists sorted, and a list of one for a single value. */
function inOneForm(statement: unknown): unknown {
  if (!isRecord(statement)) return statement
  const rank = (name: string): number => ORDER.indexOf(name) + 1 || ORDER.length + 1
  return Object.fromEntries(
    Object.entries(statement)
      .sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))
      .map(([name, value]) => [name, name === 'effect' ? value : sorted(value)]),
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(String).sort()
  if (!isRecord(value)) return [String(value)]
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
