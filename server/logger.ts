/** The root logger and the list of what never gets into a log. */
import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger } from 'pino'

/** Names whose values are cut wherever they stand one or two levels deep in a logged object. */
const SECRETS = [
  'password',
  'secret',
  'secretKey',
  'token',
  'code',
  'cookie',
  'authorization',
  'samlResponse',
  'SAMLResponse',
  'privateKey',
]

/** JSON lines to standard error, or to the given destination. Each subsystem takes a named child: `logger.child({ name })`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  return pino(
    { level, redact: { paths, censor: '[cut]' }, timestamp: pino.stdTimeFunctions.isoTime, base: null },
    // Lines are written together, at the latest after a tenth of a second: a write of its own for each costs more than
    // the request it tells of. What is left is written at exit.
    destination ?? pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 100 }),
  )
}
