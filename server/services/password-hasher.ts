/** Hashing and checking passwords: argon2id off the main thread, only so many at a time. */
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { IdentityCenterError } from '../domain/errors.js'
import { createFairQueue } from '../domain/fair-queue.js'
import { siteOf } from '../domain/network.js'

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
  /** Callers that may wait, shared fairly among where they come from; more are refused with 'service.unavailable'. */
  readonly queue?: number
}

interface Waiting {
  readonly begin: () => void
  readonly refuse: (reason: unknown) => void
}

/** Half of a full queue is done after it. */
const RETRY_AFTER_SECONDS = 10

const crowded = () =>
  new IdentityCenterError('service.unavailable', 'Too many sign-ins at this moment: try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })

export function createPasswordHasher({
  parameters = PARAMETERS,
  concurrency = 2,
  queue = 500,
}: PasswordHasherOptions = {}) {
  const { memoryCost, timeCost, parallelism } = parameters
  const beginning = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`

  let running = 0
  const waiting = createFairQueue<Waiting>({ room: queue, sizeOf: () => 1 })

  async function bounded<T>(address: string | undefined, work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      // The one who ends hands its place on, so `running` does not change in between.
      await new Promise<void>((begin, refuse) => {
        waiting.add(siteOf(address), { begin, refuse })?.refuse(crowded())
      })
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.take()
      if (next) next.begin()
      else running -= 1
    }
  }

  // The same password typed on another system may arrive composed otherwise.
  const normalized = (password: string): string => password.normalize('NFKC')

  return {
    /** `address`: who has it done. Where many wait, those of the address that waits with most come last. */
    hash: (password: string, address?: string): Promise<string> =>
      bounded(address, () => argon2Hash(normalized(password), { algorithm: ARGON2ID, ...parameters })),

    /** Whether the hash was made with other parameters than new ones are: to be made anew when its password is known. */
    isOutdated: (hash: string): boolean => !hash.startsWith(beginning),

    /**
     * Whether the password is the one behind the hash. Without a hash (unknown name, no password set) it takes as long
     * and answers false. `address` as above.
     */
    verify: (hash: string | undefined, password: string, address?: string): Promise<boolean> =>
      bounded(address, async () => {
        const text = normalized(password.slice(0, LONGEST_PASSWORD))
        const matches = await argon2Verify(hash ?? NOBODYS_HASH, text)
        return matches && hash !== undefined && password.length <= LONGEST_PASSWORD
      }),
  }
}

export type PasswordHasher = ReturnType<typeof createPasswordHasher>
