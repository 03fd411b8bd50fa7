/** Texts that both database engines keep as they are. */

// PostgreSQL has no NUL, and half of a surrogate pair is no character in UTF-8.
const UNSTORABLE = /\0|\p{Surrogate}/u

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text)

/** Whether every text within the value, names of fields included, can be stored. For values as JSON and forms have them. */
export function holdsOnlyStorable(value: unknown): boolean {
  // Whoever sends JSON chooses how deep it is: no recursion.
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') {
      if (!isStorable(next)) return false
    } else if (typeof next === 'object' && next !== null) {
      for (const [name, inner] of Object.entries(next)) open.push(name, inner)
    }
  }
  return true
}
