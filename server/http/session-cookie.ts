/**
 * Cookie <-> session for the browser doors. Handlers behind `requireSession` or `requireAdministrator` find who asks
 * with `sessionOf` and `requestActor`.
 */
import { parseCookie } from 'cookie'
import type { Request, RequestHandler, Response } from 'express'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin, AdministratorRights } from '../domain/actor.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { actorOf, isComplete, type SessionKind, type SessionView } from '../domain/session.js'
import { hashSecret } from '../domain/secrets.js'
import { DEVICE_SECONDS, type SignInOrigin } from '../services/known-devices.js'
import type { OpenedSession, SessionService } from '../services/sessions.js'

export interface SessionCookieDeps {
  readonly sessions: SessionService
  /** Whether browsers reach us by HTTPS: cookies are then `Secure` and `__Host-`. */
  readonly secure: boolean
}

/** Where a door sends those who have not signed in, or not completely. */
export interface SignInPlace {
  /** Path of the page that asks for the password, or for the step that is owed next. */
  readonly signInPath: (session: SessionView | undefined) => string | Promise<string>
}

/** Client address as the proxy setting allows it to be known, request id and browser: what every actor carries along. */
export function originOf(req: Request, res: Response): ActorOrigin {
  const requestId: unknown = res.locals['requestId']
  const userAgent = req.get('user-agent')
  return {
    ...(req.ip !== undefined && { address: req.ip }),
    ...(typeof requestId === 'string' && { requestId }),
    ...(userAgent !== undefined && { userAgent }),
  }
}

/** The session that the door's cookie names, be it complete or not; set by `authenticate`. */
export const findSession = (res: Response): SessionView | undefined =>
  res.locals['session'] as SessionView | undefined

/**
 * Refuses whoever has a session that is used from a network where it may not be. What ends sessions, or needs none, goes
 * before it: to that, such a browser is signed in nowhere.
 */
export const refuseOtherNetworks: RequestHandler = (_req, res, next) => {
  next(res.locals['networkRefusal'])
}

/** The session behind a guard. */
export function sessionOf(res: Response): SessionView {
  const session = findSession(res)
  if (!session) throw new Error('no guard of session-cookie.ts stands before this handler')
  return session
}

/** Who asks, behind a guard: the user of the portal or the administrator of the console. */
export function requestActor(res: Response): Actor {
  const actor = res.locals['actor'] as Actor | undefined
  if (!actor) throw new Error('no guard of session-cookie.ts stands before this handler')
  return actor
}

const DEVICE_SECRET = /^[A-Za-z0-9_-]{43}$/

export function createSessionCookies({ sessions, secure }: SessionCookieDeps) {
  const nameOf = (kind: SessionKind): string => `${secure ? '__Host-' : ''}${kind}-session`
  const deviceNameOf = (kind: SessionKind): string => `${secure ? '__Host-' : ''}${kind}-device`
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const

  function deviceOf(req: Request, kind: SessionKind): string | undefined {
    const secret = parseCookie(req.headers.cookie ?? '')[deviceNameOf(kind)]
    return secret !== undefined && DEVICE_SECRET.test(secret) ? secret : undefined
  }

  const tokenOf = (req: Request, kind: SessionKind): string | undefined =>
    parseCookie(req.headers.cookie ?? '')[nameOf(kind)]

  const isSafe = (req: Request): boolean => req.method === 'GET' || req.method === 'HEAD'

  /** A complete session, or an answer that leads to one: a page that was asked for comes back after the sign-in. */
  async function requireComplete(
    req: Request,
    res: Response,
    place: SignInPlace,
  ): Promise<SessionView | undefined> {
    const session = findSession(res)
    if (session && isComplete(session)) return session
    if (!isSafe(req)) {
      throw new IdentityCenterError('actor.unauthenticated', 'Your session has ended. Sign in again.')
    }
    const path = await place.signInPath(session)
    res.set('Cache-Control', 'no-store')
    res.redirect(303, session ? path : `${path}?next=${encodeURIComponent(req.originalUrl)}`)
    return undefined
  }

  return {
    tokenOf,

    /** Reads the cookie of this door. Goes before everything that asks for `findSession`, the CSRF check included. */
    authenticate:
      (kind: SessionKind): RequestHandler =>
      async (req, res, next) => {
        const token = tokenOf(req, kind)
        let session: SessionView | undefined
        try {
          session = token === undefined ? undefined : await sessions.authenticate(token, kind, req.ip)
        } catch (error) {
          if (!isIdentityCenterError(error, 'signIn.networkRefused')) throw error
          res.locals['networkRefusal'] = error
        }
        res.locals['session'] = session
        res.locals['sessionToken'] = session && token
        next()
      },

    /** Lets complete sessions of the portal pass. */
    requireSession:
      (place: SignInPlace): RequestHandler =>
      async (req, res, next) => {
        const session = await requireComplete(req, res, place)
        if (!session) return
        res.locals['actor'] = actorOf(session, originOf(req, res))
        next()
      },

    /**
     * Lets administrators pass who signed in completely; with `full`, only those who may change something. What changes
     * something (every method but GET and HEAD) always needs full rights, whatever page it belongs to. Throws
     * `actor.forbidden`, also for administrators whose policies deny everything to them.
     */
    requireAdministrator:
      (place: SignInPlace, rights: AdministratorRights = 'readOnly'): RequestHandler =>
      async (req, res, next) => {
        const session = await requireComplete(req, res, place)
        if (!session) return
        if (session.rights === undefined) {
          throw new IdentityCenterError(
            'actor.forbidden',
            'The policies of your CAM user deny what this console is for, or its permission boundary does not allow it.',
          )
        }
        const actor = actorOf(session, originOf(req, res))
        if (rights === 'full' || !isSafe(req)) requireFullRights(actor)
        res.locals['actor'] = actor
        next()
      },

    /** `originOf`, and whether somebody has signed in at this door in the browser before. */
    signInOrigin(req: Request, res: Response, kind: SessionKind): SignInOrigin {
      const secret = deviceOf(req, kind)
      return { ...originOf(req, res), ...(secret !== undefined && { device: hashSecret(secret) }) }
    },

    /**
     * Puts the token into the browser; the cookie ends with the browser, the session has its own limits. What the browser
     * is known by stays.
     */
    set(res: Response, { session, token, deviceSecret }: OpenedSession): void {
      res.cookie(nameOf(session.kind), token, attributes)
      const known = deviceSecret ?? (isComplete(session) ? deviceOf(res.req, session.kind) : undefined)
      if (known === undefined) return
      res.cookie(deviceNameOf(session.kind), known, { ...attributes, maxAge: DEVICE_SECONDS * 1000 })
    },

    clear(res: Response, kind: SessionKind): void {
      res.clearCookie(nameOf(kind), attributes)
    },
  }
}
