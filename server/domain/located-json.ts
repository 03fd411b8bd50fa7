/**
 * JSON (RFC 8259) read strictly, with the place of every value kept: for texts that people write and must be told
 * where they went wrong. Refuses what `JSON.parse` lets pass in silence: the same name twice in one object.
 */

interface Located {
  /** Index of the value's first character in the text. */
  readonly offset: number
}

export interface LocatedMember {
  readonly name: string
  readonly nameOffset: number
  readonly value: LocatedJson
}

export type LocatedString = Located & { readonly kind: 'string'; readonly value: string }
export type LocatedArray = Located & { readonly kind: 'array'; readonly items: readonly LocatedJson[] }
export type LocatedObject = Located & { readonly kind: 'object'; readonly members: readonly LocatedMember[] }

export type LocatedJson =
  | LocatedString
  /** `text` has all digits as written; `value` may have lost some. */
  | (Located & { readonly kind: 'number'; readonly value: number; readonly text: string })
  | (Located & { readonly kind: 'boolean'; readonly value: boolean })
  | (Located & { readonly kind: 'null' })
  | LocatedArray
  | LocatedObject

/** What stands where something else was expected, as a reader sees it. */
const seen = (found: string | undefined): string => found ?? 'the end of the text'

/** Everything that can be wrong with a text, and how it is said of what was found there. */
const JSON_PROBLEMS = {
  escapeDigits: () => '\\u is followed by four hexadecimal digits',
  escapeUnknown: () => 'this is not an escape that JSON knows',
  stringEndless: () => 'the string that begins here has no end',
  controlCharacter: () => 'a control character in a string is written as an escape',
  listContinues: (found) => `a comma or ] was expected here, not ${seen(found)}`,
  objectContinues: (found) => `a comma or } was expected here, not ${seen(found)}`,
  nameExpected: (found) => `a name in double quotes was expected here, not ${seen(found)}`,
  nameTwice: (found) => `the name ${found} stands twice in one object`,
  colonExpected: (found) => `a colon was expected here, not ${seen(found)}`,
  valueExpected: (found) => `a value was expected here, not ${seen(found)}`,
  tooDeep: (found) => `this nests deeper than ${found} levels`,
  textGoesOn: (found) => `the text goes on after its end, with ${seen(found)}`,
} satisfies Record<string, (found: string | undefined) => string>

export type JsonProblem = keyof typeof JSON_PROBLEMS

/** The text is not JSON, or nested too deeply; `offset` is where that shows. */
export class JsonTextError extends Error {
  constructor(
    readonly problem: JsonProblem,
    readonly offset: number,
    /** What the message names, quoted; absent for the end of the text. */
    readonly found?: string,
  ) {
    super(JSON_PROBLEMS[problem](found))
    this.name = 'JsonTextError'
  }
}

/** Line and column of an offset, both from 1; a column is one UTF-16 unit, as editors count. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1
  let lineStart = 0
  for (let index = 0; index < offset; index += 1) {
    const character = text[index]
    if (character === '\n' || (character === '\r' && text[index + 1] !== '\n')) {
      line += 1
      lineStart = index + 1
    }
  }
  return { line, column: offset - lineStart + 1 }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WHITE_SPACE = /[ \t\n\r]*/y
/** Everything a string may hold unescaped. */
const PLAIN = /[^"\\\u0000-\u001f]*/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Reads a whole text. Throws `JsonTextError` when it is not JSON or nests deeper than `maximumDepth`. */
export function parseLocatedJson(text: string, maximumDepth = 32): LocatedJson {
  let position = 0

  const fail = (problem: JsonProblem, offset: number, found?: string): never => {
    throw new JsonTextError(problem, offset, found)
  }
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = position
    const found = pattern.exec(text)?.[0] ?? ''
    position += found.length
    return found
  }
  const skipWhiteSpace = () => void take(WHITE_SPACE)
  /** Refuses what stands here, the character named as a reader sees it. */
  const failHere = (problem: JsonProblem): never => {
    const point = text.codePointAt(position)
    return fail(
      problem,
      position,
      point === undefined ? undefined : JSON.stringify(String.fromCodePoint(point)),
    )
  }

  const readEscape = (): string => {
    const start = position
    position += 1
    const letter = text[position] ?? ''
    position += 1
    if (letter === 'u') {
      const digits = text.slice(position, position + 4)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail('escapeDigits', start)
      position += 4
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    return ESCAPES[letter] ?? fail('escapeUnknown', start)
  }

  const readString = (): string => {
    const start = position
    position += 1
    let value = ''
    for (;;) {
      value += take(PLAIN)
      const character = text[position]
      if (character === '"') break
      if (character === undefined || character === '\n' || character === '\r') fail('stringEndless', start)
      if (character !== '\\') fail('controlCharacter', position)
      value += readEscape()
    }
    position += 1
    return value
  }

  const readArray = (depth: number): LocatedArray => {
    const offset = position
    const items: LocatedJson[] = []
    position += 1
    skipWhiteSpace()
    if (text[position] !== ']') {
      for (;;) {
        items.push(readValue(depth))
        if (text[position] !== ',') break
        position += 1
      }
      if (text[position] !== ']') failHere('listContinues')
    }
    position += 1
    return { kind: 'array', items, offset }
  }

  const readObject = (depth: number): LocatedObject => {
    const offset = position
    const members: LocatedMember[] = []
    const names = new Set<string>()
    position += 1
    skipWhiteSpace()
    if (text[position] !== '}') {
      for (;;) {
        skipWhiteSpace()
        const nameOffset = position
        if (text[position] !== '"') failHere('nameExpected')
        const name = readString()
        if (names.has(name)) fail('nameTwice', nameOffset, JSON.stringify(name))
        names.add(name)
        skipWhiteSpace()
        if (text[position] !== ':') failHere('colonExpected')
        position += 1
        members.push({ name, nameOffset, value: readValue(depth) })
        if (text[position] !== ',') break
        position += 1
      }
      if (text[position] !== '}') failHere('objectContinues')
    }
    position += 1
    return { kind: 'object', members, offset }
  }

  const readBareValue = (): LocatedJson => {
    const offset = position
    for (const [word, value] of [
      ['true', true],
      ['false', false],
    ] as const) {
      if (!text.startsWith(word, position)) continue
      position += word.length
      return { kind: 'boolean', value, offset }
    }
    if (text.startsWith('null', position)) {
      position += 4
      return { kind: 'null', offset }
    }
    const digits = take(NUMBER)
    if (digits === '') failHere('valueExpected')
    return { kind: 'number', value: Number(digits), text: digits, offset }
  }

  /** Reads a value and the white space around it. */
  function readValue(outerDepth: number): LocatedJson {
    const depth = outerDepth + 1
    skipWhiteSpace()
    if (depth > maximumDepth) fail('tooDeep', position, String(maximumDepth))
    const offset = position
    const first = text[position]
    const value: LocatedJson =
      first === '{'
        ? readObject(depth)
        : first === '['
          ? readArray(depth)
          : first === '"'
            ? { kind: 'string', value: readString(), offset }
            : readBareValue()
    skipWhiteSpace()
    return value
  }

  const value = readValue(0)
  if (position < text.length) failHere('textGoesOn')
  return value
}
