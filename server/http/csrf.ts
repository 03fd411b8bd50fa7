/**
 * Forms of ours are accepted from pages of ours only. A form carries a token that is derived from two secrets of the
 * browser that asked for it: a visitor cookie, and the session of the door (so a token from before the sign-in, or of
 * another session, is worth nothing). What the browser itself says of the request's source is checked as well.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { Request, RequestHandler, Response } from 'express'
import { IdentityCenterError } from '../domain/errors.js'
import { equalSecrets, randomSecret } from '../domain/secrets.js'

export interface CsrfDeps {
  readonly secure: boolean
  /** Origin under which the product is known. */
  readonly baseUrl: string
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const VISITOR = /^[A-Za-z0-9_-]{43}$/
const FIELD = '_csrf'
const TOKEN_BYTES = 32
const MASKED = /^[A-Za-z0-9_-]{86}$/

const xor = (left: Buffer, right: Buffer): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))

/**
 * The token under a mask of its own for each answer: pages are compressed, and a text that stays the same beside one that
 * somebody else chooses (a search in the address) could be guessed from the lengths of many answers.
 */
function masked(token: Buffer): string {
  const mask = randomBytes(TOKEN_BYTES)
  return Buffer.concat([mask, xor(mask, token)]).toString('base64url')
}

function unmasked(text: unknown): string | undefined {
  if (typeof text !== 'string' || !MASKED.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return xor(bytes.subarray(0, TOKEN_BYTES), bytes.subarray(TOKEN_BYTES)).toString('base64url')
}

export function createCsrf({ secure, baseUrl }: CsrfDeps) {
  const cookieName = `${secure ? '__Host-' : ''}visitor`

  function findVisitor(req: Request): string | undefined {
    const value = parseCookie(req.headers.cookie ?? '')[cookieName]
    return value !== undefined && VISITOR.test(value) ? value : undefined
  }

  function tokenFor(visitor: string, res: Response): Buffer {
    const sessionToken: unknown = res.locals['sessionToken']
    return createHmac('sha256', visitor)
      .update(`csrf:${typeof sessionToken === 'string' ? sessionToken : ''}`)
      .digest()
  }

  /** The browser's own word: another site's page is refused whatever token it holds. Absent headers prove nothing. */
  function comesFromElsewhere(req: Request): boolean {
    const site = req.get('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
    const origin = req.get('origin')
    if (origin === undefined || origin === baseUrl) return false
    // Reached by another of its names (127.0.0.1 for localhost): the host that was asked is the page's host too.
    return !URL.canParse(origin) || new URL(origin).host !== req.get('host')
  }

  return {
    comesFromElsewhere,

    /** The secret of the visitor cookie: who the browser is before anybody has signed in. */
    findVisitor,

    /** The token for the forms of this answer; gives the browser its visitor cookie if it has none. */
    csrfToken: (req: Request, res: Response): string => {
      let visitor = findVisitor(req) ?? (res.locals['visitor'] as string | undefined)
      if (visitor === undefined) {
        visitor = randomSecret()
        res.locals['visitor'] = visitor
        res.cookie(cookieName, visitor, { httpOnly: true, sameSite: 'lax', secure, path: '/' })
      }
      return masked(tokenFor(visitor, res))
    },

    /** Throws `request.csrf` unless the request only reads, or carries the token of this browser and session in `_csrf`. */
    requireCsrf: ((req, res, next) => {
      if (!SAFE_METHODS.has(req.method)) {
        const visitor = findVisitor(req)
        const body: unknown = req.body
        const given = unmasked(
          typeof body === 'object' && body !== null && FIELD in body ? body[FIELD] : undefined,
        )
        if (
          visitor === undefined ||
          given === undefined ||
          comesFromElsewhere(req) ||
          !equalSecrets(given, tokenFor(visitor, res).toString('base64url'))
        ) {
          throw new IdentityCenterError(
            'request.csrf',
            'The form was too old, or it did not come from this site.',
          )
        }
      }
      next()
    }) satisfies RequestHandler,
  }
}

export type Csrf = ReturnType<typeof createCsrf>
