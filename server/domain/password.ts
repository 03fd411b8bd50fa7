/** The password rule, and passwords that the product makes. */
import { randomInt } from 'node:crypto'
import { IdentityCenterError } from './errors.js'

const MINIMUM = 8
const MAXIMUM = 32

/** Characters of generated passwords, without those that are easily mistaken for each other (0 O, 1 l I). */
const CLASSES = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '!#$%*+-=?@_'] as const
const GENERATED_LENGTH = 16

const pick = (characters: string): string => characters.charAt(randomInt(characters.length))

/** A password of 16 characters (about 95 bits) that satisfies `checkStrength`. */
export function generatePassword(): string {
  const all = CLASSES.join('')
  const characters: string[] = CLASSES.map(pick)
  while (characters.length < GENERATED_LENGTH) characters.push(pick(all))
  // Fisher-Yates, so that the first places do not always tell their class.
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    const moved = characters[last] ?? ''
    characters[last] = characters[other] ?? ''
    characters[other] = moved
  }
  return characters.join('')
}

/**
 * Throws `password.tooWeak` unless the password has 8 to 32 characters, among them an upper and a lower case letter,
 * a digit and a special character, and neither a space nor a control character.
 */
export function checkStrength(password: string): void {
  const length = [...password].length
  const strong =
    length >= MINIMUM &&
    length <= MAXIMUM &&
    /\p{Lu}/u.test(password) &&
    /\p{Ll}/u.test(password) &&
    /\p{Nd}/u.test(password) &&
    /[^\p{L}\p{M}\p{N}]/u.test(password) &&
    !/[\p{Z}\p{C}]/u.test(password)
  if (strong) return
  throw new IdentityCenterError(
    'password.tooWeak',
    `A password has ${MINIMUM} to ${MAXIMUM} characters with at least one upper case letter, one lower case letter, ` +
      'one digit and one special character, and no space.',
    { field: 'newPassword', minimum: MINIMUM, maximum: MAXIMUM },
  )
}

/** How long a generated initial password can be used for the first sign-in. */
export const INITIAL_PASSWORD_SECONDS = 7 * 24 * 60 * 60
