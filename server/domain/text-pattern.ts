/** Texts with asterisks, each of which stands for any characters. Taken apart once, compared many times. */

export interface TextPattern {
  readonly first: string
  readonly middle: readonly string[]
  /** Absent where the text has no asterisk: it then stands for itself. */
  readonly last: string | undefined
}

export function textPattern(text: string): TextPattern {
  const parts = text.split('*')
  return patternOfParts(parts)
}

/** A pattern of what stands between its asterisks, in order. */
export const patternOfParts = (parts: readonly string[]): TextPattern => ({
  first: parts[0] ?? '',
  middle: parts.slice(1, -1),
  last: parts.length > 1 ? parts[parts.length - 1] : undefined,
})

/** Whether the text is the parts of the pattern in order with anything between them. Takes linear time. */
export function matchesPattern({ first, middle, last }: TextPattern, text: string): boolean {
  if (last === undefined) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  const end = text.length - last.length
  let position = first.length
  for (const part of middle) {
    const found = text.indexOf(part, position)
    if (found === -1 || found + part.length > end) return false
    position = found + part.length
  }
  return true
}
