/**
 * Filter text and PATCH paths (RFC 7644 figures 1 and 7) -> `Criteria`: one recursive-descent parser of bounded length,
 * depth and number of comparisons.
 */
import {
  both,
  either,
  type ComparisonOperator,
  type Criteria,
  type CriteriaValue,
} from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import { isStorable } from '../server/domain/storable-text.js'
import {
  malformedFilter,
  resourceScope,
  valueScope,
  type FilterScope,
  type FilterSetting,
  type ValueSelection,
} from './filter-scope.js'
import {
  findSubAttribute,
  resolvePath,
  type Attribute,
  type ResolvedPath,
  type ResourceType,
} from './schemas.js'

/** Longest filter or PATCH path, in characters. */
export const MAXIMUM_FILTER_LENGTH = 8192
/** Most comparisons in one filter. */
export const MAXIMUM_COMPARISONS = 50
/** Longest text that `co` looks for: each character of it may be compared at each of a stored text. */
export const MAXIMUM_SOUGHT_LENGTH = 256
/** Most comparisons that look at each resource, because no index answers them. */
export const MAXIMUM_UNINDEXED = 12
const MAXIMUM_DEPTH = 16

/** A PATCH path: an attribute (or a whole schema), perhaps with the values of it that a filter selects. */
export interface PatchPath {
  readonly target: ResolvedPath
  /** Selects values of a multi-valued attribute; its fields are sub-attributes. */
  readonly filter?: Criteria
  /** Sub-attribute of the selected values. */
  readonly subAttribute?: Attribute
}

/** Throws `filter.malformed` or `filter.tooComplex`; both are SCIM's `invalidFilter`. */
export function parseFilter(type: ResourceType, text: string, setting: FilterSetting = {}): Criteria {
  const parser = new Parser(text)
  const criteria = parser.alternatives(resourceScope(type, setting))
  parser.expectEnd()
  return criteria
}

/** Throws `patch.invalidPath`, or `filter.malformed` when the filter inside the path is what is wrong. */
export function parsePatchPath(type: ResourceType, text: string): PatchPath {
  const invalid = (message: string) => new IdentityCenterError('patch.invalidPath', message)
  if (text.length > MAXIMUM_FILTER_LENGTH) throw invalid('The path is too long.')
  const open = text.indexOf('[')
  const name = (open < 0 ? text : text.slice(0, open)).trim()
  const target = resolvePath(type, name)
  if (!target) throw invalid(`${type.name} has no attribute '${name}'.`)
  if (open < 0) return { target }
  if (target.kind !== 'attribute' || !target.attribute.multiValued || target.subAttribute) {
    throw invalid(`'${name}' has no values that a filter could select.`)
  }
  const { attribute } = target
  const parser = new Parser(text, open)
  const filter = parser.bracketed(valueScope(attribute))
  const rest = parser.rest()
  if (rest === '') return { target, filter }
  const subAttribute = rest.startsWith('.') ? findSubAttribute(attribute, rest.slice(1)) : undefined
  if (!subAttribute) throw invalid(`'${attribute.name}' has no sub-attribute '${rest}'.`)
  return { target, filter, subAttribute }
}

type Token =
  | { readonly kind: 'word' | 'string'; readonly text: string; readonly at: number }
  | { readonly kind: '(' | ')' | '[' | ']' | 'end'; readonly at: number }

const SPACE = /[ \t\r\n]*/y
const WORD = /[A-Za-z0-9_$:.+-]+/y
const STRING = /"(?:[^"\\]|\\.)*"/y
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i

const OPERATORS: ReadonlyMap<string, ComparisonOperator> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const).map((operator) => [operator, operator]),
)
class Parser {
  readonly #text: string
  #position: number
  #depth = 0
  #comparisons = 0
  #unindexed = 0
  #token: Token

  constructor(text: string, start = 0) {
    if (text.length > MAXIMUM_FILTER_LENGTH) {
      throw tooComplex(`The filter is longer than ${MAXIMUM_FILTER_LENGTH} characters.`)
    }
    this.#text = text
    this.#position = start
    this.#token = this.#read()
  }

  /** `term or term or …` */
  alternatives(scope: FilterScope): Criteria {
    return this.#joined('or', either, () => this.#joined('and', both, () => this.#term(scope)))
  }

  /** `[ filter ]` */
  bracketed(scope: FilterScope): Criteria {
    return this.#enclosed(']', scope)
  }

  expectEnd(): void {
    if (this.#token.kind !== 'end') throw this.#unexpected('the end of the filter')
  }

  /** What has not been read yet. */
  rest(): string {
    return this.#text.slice(this.#token.at).trim()
  }

  #joined(word: string, join: (...terms: readonly Criteria[]) => Criteria, parse: () => Criteria): Criteria {
    const first = parse()
    if (!this.#atWord(word)) return first
    const terms = [first]
    while (this.#atWord(word)) {
      this.#advance()
      terms.push(parse())
    }
    return join(...terms)
  }

  #term(scope: FilterScope): Criteria {
    const token = this.#token
    if (token.kind === '(') return this.#enclosed(')', scope)
    if (token.kind !== 'word') throw this.#unexpected('an attribute name')
    const next = this.#advance()
    if (next.kind === '(' && token.text.toLowerCase() === 'not') {
      return { kind: 'not', term: this.#enclosed(')', scope) }
    }
    if (next.kind === '[') return this.#selected(scope.values(token.text, token.at))
    return this.#comparison(scope, token.text, token.at)
  }

  /** `emails[…]`, and `emails[…].value eq "…"`, which Microsoft Entra ID asks where it matches users by address. */
  #selected({ scope, some }: ValueSelection): Criteria {
    const where = this.bracketed(scope)
    const token = this.#token
    if (token.kind !== 'word' || !token.text.startsWith('.')) return some(where)
    this.#advance()
    return some(both(where, this.#comparison(scope, token.text.slice(1), token.at)))
  }

  #comparison(scope: FilterScope, path: string, at: number): Criteria {
    this.#comparisons += 1
    if (this.#comparisons > MAXIMUM_COMPARISONS) {
      throw tooComplex(`The filter has more than ${MAXIMUM_COMPARISONS} comparisons.`)
    }
    if (this.#atWord('pr')) {
      this.#advance()
      return this.#bounded(scope, scope.presence(path, at))
    }
    const token = this.#token
    const operator = token.kind === 'word' ? OPERATORS.get(token.text.toLowerCase()) : undefined
    if (!operator) throw this.#unexpected('one of eq ne co sw ew gt ge lt le pr')
    this.#advance()
    const value = this.#value()
    if (operator === 'co' && typeof value === 'string' && value.length > MAXIMUM_SOUGHT_LENGTH) {
      throw tooComplex(`A text that 'co' looks for has at most ${MAXIMUM_SOUGHT_LENGTH} characters.`)
    }
    return this.#bounded(scope, scope.comparison(path, operator, value, at))
  }

  #bounded(scope: FilterScope, criteria: Criteria): Criteria {
    if (!scope.isIndexed(criteria)) this.#unindexed += 1
    if (this.#unindexed > MAXIMUM_UNINDEXED) {
      throw tooComplex(
        `The filter has more than ${MAXIMUM_UNINDEXED} comparisons besides eq with names, ids and e-mail addresses.`,
      )
    }
    return criteria
  }

  #value(): CriteriaValue {
    const token = this.#token
    if (token.kind === 'string') {
      this.#advance()
      return token.text
    }
    if (token.kind === 'word') {
      const literal = literalOf(token.text)
      if (literal !== undefined) {
        this.#advance()
        return literal
      }
    }
    throw this.#unexpected('a value: text in double quotes, true, false, null or a number')
  }

  #enclosed(close: ')' | ']', scope: FilterScope): Criteria {
    this.#depth += 1
    if (this.#depth > MAXIMUM_DEPTH) throw tooComplex(`The filter nests deeper than ${MAXIMUM_DEPTH} levels.`)
    this.#advance()
    const criteria = this.alternatives(scope)
    if (this.#token.kind !== close) throw this.#unexpected(`'${close}'`)
    // After a closing bracket a path may go on in ways that a filter may not; whoever asked looks at the rest.
    this.#advance()
    this.#depth -= 1
    return criteria
  }

  #atWord(word: string): boolean {
    return this.#token.kind === 'word' && this.#token.text.toLowerCase() === word
  }

  #advance(): Token {
    return (this.#token = this.#read())
  }

  #read(): Token {
    SPACE.lastIndex = this.#position
    SPACE.exec(this.#text)
    const at = SPACE.lastIndex
    const character = this.#text[at]
    if (character === undefined) return { kind: 'end', at }
    if (character === '(' || character === ')' || character === '[' || character === ']') {
      this.#position = at + 1
      return { kind: character, at }
    }
    const pattern = character === '"' ? STRING : WORD
    pattern.lastIndex = at
    const text = pattern.exec(this.#text)?.[0]
    if (text === undefined) {
      throw malformedFilter(
        character === '"' ? 'A text has no closing quote' : `Unexpected '${character}'`,
        at,
      )
    }
    this.#position = at + text.length
    return character === '"' ? { kind: 'string', text: unquote(text, at), at } : { kind: 'word', text, at }
  }

  #unexpected(wanted: string): IdentityCenterError {
    const token = this.#token
    if (token.kind === 'end') return malformedFilter(`Expected ${wanted}, but the filter ends`, token.at)
    const found = token.kind === 'word' || token.kind === 'string' ? token.text : token.kind
    return malformedFilter(`Expected ${wanted}, but '${found}' stands`, token.at)
  }
}

const tooComplex = (message: string) => new IdentityCenterError('filter.tooComplex', message)

function literalOf(word: string): CriteriaValue | undefined {
  switch (word.toLowerCase()) {
    case 'true':
      return true
    case 'false':
      return false
    case 'null':
      return null
    default:
      return NUMBER.test(word) ? Number(word) : undefined
  }
}

function unquote(quoted: string, at: number): string {
  let text: unknown
  try {
    text = JSON.parse(quoted)
  } catch {
    throw malformedFilter('A text is not written as JSON writes it', at)
  }
  if (typeof text === 'string' && isStorable(text)) return text
  throw malformedFilter('A text holds a character that no attribute can hold', at)
}
