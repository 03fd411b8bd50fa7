/**
 * Bounds how often one address may ask for something expensive, in this process. Guessing is slowed by the sign-in
 * throttle, which all instances share; this keeps one client from taking all the time there is.
 */
import type { RequestHandler } from 'express'
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

/** A token bucket for each address. Throws `request.rateLimited` with `facts.retryAfterSeconds`. */
export function rateLimit({ clock, burst, perSecond }: RateLimitOptions): RequestHandler {
  const buckets = new Map<string, { tokens: number; at: number }>()

  return (req, _res, next) => {
    const key = networkOf(req.ip ?? '') ?? 'unknown'
    const now = clock.now().getTime()
    const known = buckets.get(key)
    const tokens = known ? Math.min(burst, known.tokens + ((now - known.at) / 1000) * perSecond) : burst
    if (tokens < 1) {
      throw new IdentityCenterError(
        'request.rateLimited',
        'Too many requests from your address. Wait a moment.',
        {
          retryAfterSeconds: Math.ceil((1 - tokens) / perSecond),
        },
      )
    }
    // Last used last: the first key is the one to forget when there are too many.
    buckets.delete(key)
    buckets.set(key, { tokens: tokens - 1, at: now })
    if (buckets.size > MAXIMUM_KEYS) {
      const [oldest] = buckets.keys()
      if (oldest !== undefined) buckets.delete(oldest)
    }
    next()
  }
}
