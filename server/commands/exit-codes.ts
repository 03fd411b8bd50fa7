/** What a failed command says and answers: one line on standard error, and a number that scripts can tell apart. */
import { ConfigError } from '../config.js'
import { DataFolderError } from '../data-folder.js'
import { isIdentityCenterError, type ErrorKind } from '../domain/errors.js'
import { EncryptionKeyError } from '../encryption-key.js'
import { ListenError } from '../main.js'
import { NewerSchemaError } from '../../db/migrations/index.js'

/** A bug, or something nobody foresaw. */
const UNEXPECTED = 1
/** Wrong arguments or values; commander's own complaints too. */
export const USAGE = 2
/** The environment, the data folder, the key, the schema or the port is not what a start needs. */
const CONFIGURATION = 3

export const EXIT_CODES = {
  invalid: USAGE,
  mediaType: USAGE,
  tooLarge: USAGE,
  notFound: 4,
  conflict: 5,
  precondition: 5,
  limit: 6,
  forbidden: 7,
  unauthenticated: 7,
  tooMany: 8,
  unavailable: 8,
} as const satisfies Record<ErrorKind, number>

export interface Failure {
  readonly exitCode: number
  readonly message: string
}

const SETUP_ERRORS = [ConfigError, DataFolderError, EncryptionKeyError, ListenError, NewerSchemaError]

/** Codes of PostgreSQL and of the network that mean the database cannot be reached with this DATABASE_URL. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '28P01',
  '28000',
  '3D000',
])

export function failureOf(error: unknown): Failure {
  if (isIdentityCenterError(error)) {
    return { exitCode: EXIT_CODES[error.kind], message: `${error.message}${blockersOf(error.facts)}` }
  }
  if (!(error instanceof Error)) return { exitCode: UNEXPECTED, message: String(error) }
  if (SETUP_ERRORS.some((kind) => error instanceof kind)) {
    return { exitCode: CONFIGURATION, message: error.message }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return {
      exitCode: CONFIGURATION,
      message: `The database file is damaged (${error.message}): restore a backup.`,
    }
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) {
    return { exitCode: CONFIGURATION, message: `The database file cannot be written to (${code}).` }
  }
  if (UNREACHABLE.has(code)) {
    return {
      exitCode: EXIT_CODES.unavailable,
      message: `The database of DATABASE_URL cannot be reached (${code}).`,
    }
  }
  return { exitCode: UNEXPECTED, message: error.message === '' ? error.name : error.message }
}

/** The names of what stands in the way, when the refusal lists it. */
function blockersOf(facts: Readonly<Record<string, unknown>>): string {
  const { blockers } = facts
  if (!Array.isArray(blockers)) return ''
  const names = blockers.map((blocker: unknown) =>
    typeof blocker === 'object' && blocker !== null && 'kind' in blocker && 'name' in blocker
      ? `${String(blocker.kind)} ${String(blocker.name)}`
      : String(blocker),
  )
  return names.length === 0 ? '' : ` (${names.join(', ')})`
}
