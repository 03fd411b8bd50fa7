/** Texts of policies that may hold variables, and what variables and conditions look at. */
import { POLICY_VARIABLE } from './policy-document.js'
import { patternOfParts, textPattern, type TextPattern } from './text-pattern.js'

export type ContextScalar = string | number | boolean
/** Condition keys of a request, as `qcs:ip`. A key without values counts as missing. */
export type RequestContext = Readonly<Record<string, ContextScalar | readonly ContextScalar[]>>

/** What conditions and variables may look at. */
export interface Surroundings {
  readonly context: RequestContext
  /** The account that owns the policies and the caller. */
  readonly account: { readonly uin: string; readonly appId?: string }
  /** Number of the calling sub-user or of the root; absent for a role session, which has none. */
  readonly callerUin?: string
}

/** A text whose variables are filled in with each request; undefined where the caller lacks a variable's value. */
type VariableText<T> = (request: Surroundings) => T | undefined

/** Either the same for every request, or not. */
export type CompiledText<T> =
  { readonly fixed: T; readonly variable?: undefined } | { readonly variable: VariableText<T> }

/**
 * Compiles a text with asterisks and variables to a pattern. What a variable stands for is taken literally: an asterisk
 * in it is an asterisk.
 */
export function compilePattern(text: string): CompiledText<TextPattern> {
  if (!POLICY_VARIABLE.test(text)) return { fixed: textPattern(text) }
  const parts = text.split('*').map(fillIn)
  return {
    variable: (request) => {
      const filled = parts.map((part) => part(request))
      return filled.every((part) => part !== undefined) ? patternOfParts(filled) : undefined
    },
  }
}

/** The same without asterisks: everything is taken literally. */
export const compileLiteral = (text: string): CompiledText<string> =>
  POLICY_VARIABLE.test(text) ? { variable: fillIn(text) } : { fixed: text }

function fillIn(text: string): VariableText<string> {
  // Splitting by a capturing pattern alternates between plain text and variable names.
  const pieces = text.split(new RegExp(POLICY_VARIABLE, 'g'))
  return (request) => {
    let filled = ''
    for (const [index, piece] of pieces.entries()) {
      const value = index % 2 === 0 ? piece : variable(piece, request)
      if (value === undefined) return undefined
      filled += value
    }
    return filled
  }
}

function variable(name: string, request: Surroundings): string | undefined {
  if (name === 'uin') return request.callerUin
  return name === 'owner_uin' ? request.account.uin : request.account.appId
}
