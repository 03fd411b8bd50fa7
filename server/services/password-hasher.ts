/** Hashing and checking passwords: argon2id off the main thread, only so many at a time. */
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { IdentityCenterError } from '../domain/errors.js'

/** OWASP's recommendation: 19 MiB, two passes, one lane. Algorithm 2 is argon2id (a `const enum` that isolated modules cannot read). */
const ARGON2ID = 2
const PARAMETERS: Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What an unknown name is checked against: same parameters, nobody's password. */
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$44KdVFNmicJyXB9Dlv4oYQ$vZ4Ap3owrI144YfExts5vjPTl5EsD38GCQDioeKIOT8'
const LONGEST_PASSWORD = 512

interface Parameters {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

export interface PasswordHasherOptions {
  /** What new hashes are made with; KiB, passes, lanes. */
  readonly parameters?: Parameters
  /** Hashes computed at the same time; each takes 19 MiB and a thread of the pool of four. */
  readonly concurrency?: number
  /** Callers that may wait; more are refused with 'service.unavailable'. */
  readonly queue?: number
}

export function createPasswordHasher({
  parameters = PARAMETERS,
  concurrency = 2,
  queue = 500,
}: PasswordHasherOptions = {}) {
  const { memoryCost, timeCost, parallelism } = parameters
  const beginning = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`

  let running = 0
  const waiting: (() => void)[] = []

  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      if (waiting.length >= queue) {
        throw new IdentityCenterError(
          'service.unavailable',
          'Too many sign-ins at this moment: try again shortly.',
        )
      }
      // The one who ends hands its place on, so `running` does not change in between.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  // The same password typed on another system may arrive composed otherwise.
  const normalized = (password: string): string => password.normalize('NFKC')

  return {
    hash: (password: string): Promise<string> =>
      bounded(() => argon2Hash(normalized(password), { algorithm: ARGON2ID, ...parameters })),

    /** Whether the hash was made with other parameters than new ones are: to be made anew when its password is known. */
    isOutdated: (hash: string): boolean => !hash.startsWith(beginning),

    /**
     * Whether the password is the one behind the hash. Without a hash (unknown name, no password set) it takes as long
     * and answers false.
     */
    verify: (hash: string | undefined, password: string): Promise<boolean> =>
      bounded(async () => {
        const text = normalized(password.slice(0, LONGEST_PASSWORD))
        const matches = await argon2Verify(hash ?? NOBODYS_HASH, text)
        return matches && hash !== undefined && password.length <= LONGEST_PASSWORD
      }),
  }
}

export type PasswordHasher = ReturnType<typeof createPasswordHasher>
