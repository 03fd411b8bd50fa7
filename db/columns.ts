/** Values as both engines can store them. better-sqlite3 refuses booleans and dates, so they are 0 | 1 and ISO 8601 text. */
import { sql, type Expression, type RawBuilder } from 'kysely'
import type { Flag } from './tables.js'

/** Whether the number can be that of a row: PostgreSQL does not look for one that its column could not hold. */
export const isRowNumber = (number: number): boolean =>
  Number.isInteger(number) && number >= 1 && number <= 2_147_483_647

export const toFlag = (value: boolean): Flag => (value ? 1 : 0)
export const fromFlag = (value: Flag): boolean => value === 1
export const toJson = (value: unknown): string => JSON.stringify(value)
/** Reads back what `toJson` wrote; the type is the writer's word. */
export const fromJson = <T>(text: string): T => JSON.parse(text) as T

/** The text itself inside a `like` pattern, whatever wildcards it holds; goes with `escape '\\'`. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`)

/** `column like` the given text with anything before and after it; the text's own wildcards are plain characters. */
export const contains = (column: Expression<string | null>, text: string): RawBuilder<boolean> =>
  sql<boolean>`${column} like ${`%${escapeLike(text)}%`} escape '\\'`

/** `column` begins with the given text. */
export const startsWith = (column: Expression<string | null>, text: string): RawBuilder<boolean> =>
  sql<boolean>`${column} like ${`${escapeLike(text)}%`} escape '\\'`
