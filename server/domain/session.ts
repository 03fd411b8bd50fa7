/** Sessions: whose they are, how long they live, and which steps of a sign-in they still owe. */
import type { Actor, ActorOrigin, AdministratorRights } from './actor.js'
import { IdentityCenterError } from './errors.js'
import type { SessionId, SubUserUin, UserId } from './ids.js'
import type { Settings } from './zone.js'

/**
 * Who can hold a password, a second factor and sessions: a user of the zone, or a sub-user of an account by number. What
 * the latter's password opens is the account's own console, and the administration to those who are administrators.
 */
export interface Subject {
  readonly kind: 'user' | 'administrator'
  readonly id: string
}

/** The door a session opens: the portal, the administration console, a simulated account's console. */
export type SessionKind = 'portal' | 'console' | 'account'
/** How it came about: password (and second factor), external IdP, or an account entered from the portal (`role`). */
export type SignInMethod = 'password' | 'sso' | 'role'
/** What stands between a password and a session that counts, in the order in which it is asked for. */
export type SignInStep = 'totp' | 'enrol' | 'changePassword'

export interface Session {
  readonly id: SessionId
  readonly kind: SessionKind
  readonly subject: Subject
  readonly method: SignInMethod
  /** Empty once the session counts. */
  readonly owedSteps: readonly SignInStep[]
  /** Signed in with a password while SSO was the login method. */
  readonly breakGlass: boolean
  /** The role session behind the console of a simulated account. */
  readonly roleSessionId?: string
  /** The CAM user in whose place somebody is in the console of a simulated account. */
  readonly camUserUin?: SubUserUin
  readonly address?: string
  readonly userAgent?: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
}

/** A live session with what every page needs to know of its owner. */
export interface SessionView extends Session {
  /** User name or administrator name. */
  readonly name: string
  readonly displayName?: string
  /** Of administrators only. */
  readonly rights?: AdministratorRights
}

/** Seconds without use, and since the sign-in, after which a session ends. */
export interface SessionLimits {
  readonly idle: number
  readonly absolute: number
}

const MINUTE = 60
const HOUR = 3600
/** A way in for emergencies stays open no longer than one of them should last. */
const BREAK_GLASS_LIMITS: SessionLimits = { idle: 15 * MINUTE, absolute: HOUR }
/** Bounded by its role session, which is given with it. */
const ACCOUNT_LIMITS: SessionLimits = { idle: 12 * HOUR, absolute: 12 * HOUR }
/** How long somebody may stay in the console of an account as a CAM user, seconds. */
export const CAM_USER_VISIT_SECONDS = 2 * HOUR
const CAM_USER_LIMITS: SessionLimits = { idle: CAM_USER_VISIT_SECONDS, absolute: CAM_USER_VISIT_SECONDS }

/** The limits of a session under the settings as they are now. */
export function sessionLimits(
  { kind, method, breakGlass }: Pick<Session, 'kind' | 'method' | 'breakGlass'>,
  settings: Settings,
): SessionLimits {
  switch (kind) {
    case 'portal': {
      const idle = settings['session.portalIdleMinutes'] * MINUTE
      const absolute = settings['session.portalAbsoluteHours'] * HOUR
      return breakGlass
        ? {
            idle: Math.min(idle, BREAK_GLASS_LIMITS.idle),
            absolute: Math.min(absolute, BREAK_GLASS_LIMITS.absolute),
          }
        : { idle, absolute }
    }
    case 'console':
      return {
        idle: settings['session.consoleIdleMinutes'] * MINUTE,
        absolute: settings['session.consoleAbsoluteHours'] * HOUR,
      }
    case 'account':
      return method === 'password' ? CAM_USER_LIMITS : ACCOUNT_LIMITS
    default:
      return kind satisfies never
  }
}

/** A sign-in that still owes steps must be finished within this many seconds. */
export const UNFINISHED_SIGN_IN_SECONDS = 15 * 60
/** Last use is written at most this often. */
export const LAST_SEEN_SECONDS = 60

export const isComplete = (session: Pick<Session, 'owedSteps'>): boolean => session.owedSteps.length === 0

/** Whether none of its limits has passed; limits that were lowered since count for it too. */
export function isLive(
  session: Pick<Session, 'lastSeenAt' | 'createdAt' | 'expiresAt'>,
  limits: SessionLimits,
  now: Date,
): boolean {
  const since = (at: string): number => (now.getTime() - Date.parse(at)) / 1000
  return (
    now.getTime() < Date.parse(session.expiresAt) &&
    since(session.createdAt) < limits.absolute &&
    since(session.lastSeenAt) < limits.idle
  )
}

/** A sign-in counts as recent for this long: what changes factors needs one. */
export const RECENT_SECONDS = 10 * 60

/** Whether the owner has just shown who they are. Every step of a sign-in, and every confirmation, makes a new session. */
export const isRecent = (session: Pick<Session, 'createdAt' | 'owedSteps'>, now: Date): boolean =>
  isComplete(session) && now.getTime() - Date.parse(session.createdAt) < RECENT_SECONDS * 1000

/** Throws `session.notRecent`. */
export function requireRecent(session: Pick<Session, 'createdAt' | 'owedSteps'>, now: Date): void {
  if (isRecent(session, now)) return
  throw new IdentityCenterError('session.notRecent', 'Confirm that it is you first.')
}

/** Whether the actor is the subject itself. */
export const isOwn = (actor: Actor, subject: Subject): boolean =>
  (actor.kind === 'user' && subject.kind === 'user' && actor.userId === subject.id) ||
  ((actor.kind === 'administrator' || actor.kind === 'camUser') &&
    subject.kind === 'administrator' &&
    actor.uin === subject.id)

/**
 * The steps owed after a right password. Accounts demand no second factor of their users, but whoever has bound one (an
 * administrator) shows it there too: the password alone must not be worth more at another door.
 */
export function stepsAfterPassword(
  kind: SessionKind,
  state: { secondFactorBound: boolean; mustChange: boolean },
): readonly SignInStep[] {
  return [
    ...(state.secondFactorBound ? (['totp'] as const) : kind === 'account' ? [] : (['enrol'] as const)),
    ...(state.mustChange ? (['changePassword'] as const) : []),
  ]
}

/**
 * The actor that a session stands for. In an account that is a CAM user with a password, who has no rights in the Identity
 * Center whatever they may be at its own doors. Throws for a session that was opened from the portal: CAM names those.
 * The subject's id was made in ids.ts as its kind says, hence the casts.
 */
export function actorOf(session: SessionView, origin: ActorOrigin): Actor {
  if (session.kind === 'account') {
    if (session.subject.kind === 'user')
      throw new Error('whoever entered an account is no actor by the session')
    return { ...origin, kind: 'camUser', uin: session.subject.id as SubUserUin, name: session.name }
  }
  return session.subject.kind === 'user'
    ? {
        ...origin,
        kind: 'user',
        userId: session.subject.id as UserId,
        name: session.name,
        sessionId: session.id,
      }
    : {
        ...origin,
        kind: 'administrator',
        uin: session.subject.id as SubUserUin,
        name: session.name,
        // Whoever has no rights left gets no further than to his own security: see `requireAdministrator`.
        rights: session.rights ?? 'readOnly',
      }
}
