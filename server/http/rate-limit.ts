/**
 * Bounds how often one address may ask for something expensive, in this process. Guessing is slowed by the sign-in
 * throttle, which all instances share; this keeps one client from taking all the time there is.
 */
import type { Request, RequestHandler } from 'express'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { networkOf } from '../domain/network.js'

export interface RateLimitOptions {
  readonly clock: Clock
  /** Requests at once. */
  readonly burst: number
  /** Requests per second in the long run. */
  readonly perSecond: number
}

const MAXIMUM_KEYS = 10_000

/** A token bucket for each address. */
function createBuckets({ clock, burst, perSecond }: RateLimitOptions) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const keyOf = (address: string | undefined): string => networkOf(address ?? '') ?? 'unknown'

  function tokensOf(key: string, now: number): number {
    const known = buckets.get(key)
    return known ? Math.min(burst, known.tokens + ((now - known.at) / 1000) * perSecond) : burst
  }

  return {
    /** Throws `request.rateLimited` with `facts.retryAfterSeconds` when the bucket of the address is empty. */
    requireToken(address: string | undefined): void {
      const tokens = tokensOf(keyOf(address), clock.now().getTime())
      if (tokens >= 1) return
      throw new IdentityCenterError(
        'request.rateLimited',
        'Too many requests from your address. Wait a moment.',
        { retryAfterSeconds: Math.ceil((1 - tokens) / perSecond) },
      )
    },

    /** Takes a token from the bucket of the address, if there is one. */
    takeToken(address: string | undefined): void {
      const key = keyOf(address)
      const now = clock.now().getTime()
      const tokens = Math.max(0, tokensOf(key, now) - 1)
      // Last used last: the first key is the one to forget when there are too many.
      buckets.delete(key)
      buckets.set(key, { tokens, at: now })
      if (buckets.size > MAXIMUM_KEYS) {
        const [oldest] = buckets.keys()
        if (oldest !== undefined) buckets.delete(oldest)
      }
    },
  }
}

/** Counts every request of an address. Throws `request.rateLimited` with `facts.retryAfterSeconds`. */
export function addressLimit(options: RateLimitOptions): (address: string | undefined) => void {
  const { requireToken, takeToken } = createBuckets(options)
  return (address) => {
    requireToken(address)
    takeToken(address)
  }
}

/** `addressLimit` for the doors that Express serves. */
export function rateLimit(options: RateLimitOptions): RequestHandler {
  const limit = addressLimit(options)
  return (req, _res, next) => {
    limit(req.ip)
    next()
  }
}

/**
 * Counts only what fails: for requests that cost a lot to refuse and that honest clients seldom get refused. Throws
 * `request.rateLimited` before anything is done when too much has failed.
 */
export function addressFailureLimit(
  options: RateLimitOptions,
): <T>(address: string | undefined, act: () => Promise<T>) => Promise<T> {
  const { requireToken, takeToken } = createBuckets(options)
  return async (address, act) => {
    requireToken(address)
    try {
      return await act()
    } catch (error) {
      takeToken(address)
      throw error
    }
  }
}

/**
 * The same for the doors that Express serves, where failures end elsewhere.
 * `require` goes before the handler and throws like `rateLimit`; `count` is called for each failure.
 */
export function failureLimit(options: RateLimitOptions): {
  readonly require: RequestHandler
  readonly count: (req: Request) => void
} {
  const { requireToken, takeToken } = createBuckets(options)
  return {
    require: (req, _res, next) => {
      requireToken(req.ip)
      next()
    },
    count: (req) => takeToken(req.ip),
  }
}
