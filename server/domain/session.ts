/** Sessions: whose they are, how long they live, and which steps of a sign-in they still owe. */
import type { Actor, ActorOrigin, AdministratorRights } from './actor.js'
import type { SessionId, SubUserUin, UserId } from './ids.js'

/** Who can hold a password, a second factor and sessions: a user of the zone, or an administrator (by sub-user number). */
export interface Subject {
  readonly kind: 'user' | 'administrator'
  readonly id: string
}

/** The door a session opens: the portal, the administration console, a simulated account's console. */
export type SessionKind = 'portal' | 'console' | 'account'
/** How it came about: password (and second factor), external IdP, or a role taken on from the portal. */
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
  /** The role session behind the console of a simulated account. */
  readonly roleSessionId?: string
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

/** Seconds without use, and since sign-in, after which a session ends. */
export const SESSION_LIMITS = {
  portal: { idle: 3600, absolute: 12 * 3600 },
  console: { idle: 30 * 60, absolute: 8 * 3600 },
  // Bounded by its role session, which is given with it.
  account: { idle: 12 * 3600, absolute: 12 * 3600 },
} as const satisfies Record<SessionKind, { idle: number; absolute: number }>

/** A sign-in that still owes steps must be finished within this many seconds. */
export const UNFINISHED_SIGN_IN_SECONDS = 15 * 60
/** Last use is written at most this often. */
export const LAST_SEEN_SECONDS = 60

export const isComplete = (session: Pick<Session, 'owedSteps'>): boolean => session.owedSteps.length === 0

/** Whether neither the idle nor the absolute limit has passed. */
export function isLive(session: Pick<Session, 'kind' | 'lastSeenAt' | 'expiresAt'>, now: Date): boolean {
  const idleSince = now.getTime() - Date.parse(session.lastSeenAt)
  return now.getTime() < Date.parse(session.expiresAt) && idleSince < SESSION_LIMITS[session.kind].idle * 1000
}

/** The steps owed after a right password. */
export function stepsAfterPassword(state: {
  secondFactorBound: boolean
  mustChange: boolean
}): readonly SignInStep[] {
  return [
    state.secondFactorBound ? 'totp' : 'enrol',
    ...(state.mustChange ? (['changePassword'] as const) : []),
  ]
}

/**
 * The actor that a session stands for. Throws for a session of a role in an account: CAM names those.
 * The subject's id was made in ids.ts as its kind says, hence the casts.
 */
export function actorOf(session: SessionView, origin: ActorOrigin): Actor {
  if (session.kind === 'account') throw new Error('a role in an account is no actor of the Identity Center')
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
        // An administrator without one of the two policies has no session; should one appear, it may only read.
        rights: session.rights ?? 'readOnly',
      }
}
