/**
 * Signing in: a password or a federated identity, then the steps still owed, then a session that counts.
 * Refusals look alike from outside; the audit event tells them apart.
 */
import { findAdministratorByName } from '../../db/administrators.js'
import type { Db, Tx } from '../../db/database.js'
import { findPassword, putPassword } from '../../db/factors.js'
import { insertFederatedSession } from '../../db/federated-sessions.js'
import {
  deleteSessionsOf,
  findSignInTicket,
  insertSignInTicket,
  takeSignInTicket,
} from '../../db/sessions.js'
import { findSignInUser, findSignInUserByName } from '../../db/sign-in-users.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Federation } from '../domain/federation.js'
import type { UserId } from '../domain/ids.js'
import { checkStrength } from '../domain/password.js'
import { equalSecrets, hashSecret, randomSecret } from '../domain/secrets.js'
import {
  actorOf,
  isComplete,
  stepsAfterPassword,
  type Session,
  type SessionView,
  type SignInStep,
  type Subject,
} from '../domain/session.js'
import { passwordAttempts, totpAttempts } from '../domain/sign-in-throttle.js'
import { maySignIn } from '../domain/user.js'
import type { AuditLog } from './audit-log.js'
import type { MfaService } from './mfa.js'
import type { PasswordHasher } from './password-hasher.js'
import { reused } from './passwords.js'
import type { OpenedSession, SessionService } from './sessions.js'
import { settle } from './settle.js'
import type { Attempt, SignInThrottle } from './sign-in-throttle.js'
import type { ZoneService } from './zones.js'

/** A verified answer of the identity provider has named this person. */
export interface FederatedIdentity {
  readonly nameId: string
}

export interface TicketToIssue {
  readonly userId: UserId
  /** `hashSecret` of the cookie of the browser that asked. */
  readonly browserHash: string
  readonly relayState?: string | undefined
  /** ISO 8601: the identity provider's `SessionNotOnOrAfter`. */
  readonly sessionNotAfter?: string | undefined
  /** What the session is to remember of the one at the identity provider. */
  readonly federation?: Federation | undefined
}

const TICKET_SECONDS = 120
const NAME = /^[A-Za-z0-9+=,.@_-]{1,128}$/

interface Candidate {
  readonly subject: Subject
  readonly name: string
  readonly enabled: boolean
}

export interface SignInServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly hasher: PasswordHasher
  readonly throttle: SignInThrottle
  readonly mfa: MfaService
  readonly sessions: SessionService
  /** Called after an administrator has signed in completely. */
  readonly onAdministratorSignedIn?: () => void
}

export function createSignInService(deps: SignInServiceDeps) {
  const { db, clock, audit, zones, hasher, throttle, mfa, sessions } = deps

  const refusal = () => new IdentityCenterError('signIn.refused', 'The name or the password is not right.')

  async function findUser(from: Db | Tx, name: string): Promise<Candidate | undefined> {
    const user = NAME.test(name) ? await findSignInUserByName(from, name) : undefined
    return user && { subject: { kind: 'user', id: user.id }, name: user.userName, enabled: maySignIn(user) }
  }

  async function findAdministratorCandidate(from: Db | Tx, name: string): Promise<Candidate | undefined> {
    const found = NAME.test(name) ? await findAdministratorByName(from, name) : undefined
    return (
      found && {
        subject: { kind: 'administrator', id: found.uin },
        name: found.name,
        enabled: found.status === 'enabled',
      }
    )
  }

  async function passwordStep(
    door: 'portal' | 'console',
    find: (from: Db | Tx, name: string) => Promise<Candidate | undefined>,
    input: { readonly name: string; readonly password: string; readonly origin: ActorOrigin },
  ): Promise<OpenedSession> {
    const { name, password, origin } = input
    const holder = door === 'portal' ? 'user' : 'administrator'
    const attempt: Attempt = { subject: passwordAttempts(holder, name), address: origin.address }
    await throttle.requireNoDelay(attempt)
    const candidate = await find(db, name)
    const known = candidate && (await findPassword(db, candidate.subject))
    const matches = await hasher.verify(known?.hash, password)

    return settle(db, async (tx) => {
      const delay = await throttle.findDelay(tx, attempt)
      if (delay) return delay
      const current = await find(tx, name)
      const record = current && (await findPassword(tx, current.subject))
      const cause = causeOfRefusal(current, record, matches && record?.hash === known?.hash)
      const actor: Actor = { ...origin, kind: 'anonymous' }
      const subject = current && { ...current.subject, name: current.name }
      if (cause !== undefined || !current || !record) {
        await throttle.countFailure(tx, attempt)
        // A name nobody has may be a password typed into the wrong field: it is not written down.
        await audit.record(tx, actor, {
          action: 'signIn.password',
          ...(subject && { subject }),
          result: 'failure',
          detail: { door, cause },
        })
        return refusal()
      }
      await throttle.forgive(tx, attempt)
      const owedSteps = stepsAfterPassword({
        secondFactorBound: await mfa.isBound(tx, current.subject),
        mustChange: record.mustChange,
      })
      const opened = await sessions.open(tx, {
        kind: door,
        subject: current.subject,
        method: 'password',
        owedSteps,
        origin,
      })
      await audit.record(tx, actor, {
        action: 'signIn.password',
        ...(subject && { subject }),
        detail: { door, sessionId: opened.session.id, owedSteps },
      })
      return opened
    })
  }

  function causeOfRefusal(
    candidate: Candidate | undefined,
    password: { readonly expiresAt?: string } | undefined,
    matches: boolean,
  ): string | undefined {
    if (!candidate) return 'unknownName'
    if (!password) return 'noPassword'
    if (!matches) return 'wrongPassword'
    if (!candidate.enabled) return 'disabled'
    if (password.expiresAt !== undefined && password.expiresAt <= clock.now().toISOString())
      return 'passwordExpired'
    return undefined
  }

  /** Throws `signIn.stepMissing` unless this is the step that the session owes next. */
  function requireNextStep(session: Session, step: SignInStep): void {
    if (session.owedSteps[0] === step) return
    throw new IdentityCenterError(
      'signIn.stepMissing',
      'This step of the sign-in is not the one to be taken now.',
    )
  }

  /** Replaces the session by one that owes one step less, records it, and tells when the sign-in is complete. */
  async function passStep(
    tx: Tx,
    session: SessionView,
    origin: ActorOrigin,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<OpenedSession> {
    const [step, ...owedSteps] = session.owedSteps
    const opened = await sessions.replace(tx, session, owedSteps, origin)
    await recordStep(tx, session, origin, { ...detail, sessionId: opened.session.id, owedSteps }, step)
    if (session.kind === 'console' && isComplete(opened.session)) {
      afterCommit(tx, () => deps.onAdministratorSignedIn?.())
    }
    return opened
  }

  const recordStep = (
    tx: Tx,
    session: SessionView,
    origin: ActorOrigin,
    detail: Readonly<Record<string, unknown>>,
    step: SignInStep | undefined,
    result: 'success' | 'failure' = 'success',
  ) =>
    audit.record(tx, actorOf(session, origin), {
      action: `signIn.${step ?? 'complete'}`,
      subject: { ...session.subject, name: session.name },
      result,
      detail: { door: session.kind, ...detail },
    })

  return {
    /**
     * First step at the portal. The session owes `totp` or `enrol`, and `changePassword` if so. Throws `signIn.refused`
     * for an unknown, disabled or expired user and a wrong password alike, `signIn.methodOff` for everybody while SSO is
     * the login method, `signIn.locked` during a delay.
     */
    async withPassword(name: string, password: string, origin: ActorOrigin): Promise<OpenedSession> {
      if ((await zones.current()).loginMethod !== 'password') {
        throw new IdentityCenterError(
          'signIn.methodOff',
          'Signing in with a password is off: use single sign-on.',
        )
      }
      return passwordStep('portal', findUser, { name, password, origin })
    },

    /** First step at the console, whatever the login method of the zone is. Throws like `withPassword`. */
    administratorWithPassword: (
      name: string,
      password: string,
      origin: ActorOrigin,
    ): Promise<OpenedSession> =>
      passwordStep('console', findAdministratorCandidate, { name, password, origin }),

    /** Second step: a code of the bound device, or a recovery code. Throws `mfa.codeInvalid`, `signIn.locked`. */
    async verifyTotp(session: SessionView, code: string, origin: ActorOrigin): Promise<OpenedSession> {
      requireNextStep(session, 'totp')
      const { subject } = session
      // Not forgiven by a right password: whoever has that may not guess codes without end.
      const attempt: Attempt = { subject: totpAttempts(subject), address: origin.address }
      await throttle.requireNoDelay(attempt)
      return settle(db, async (tx) => {
        const delay = await throttle.findDelay(tx, attempt)
        if (delay) return delay
        const accepted = await mfa.acceptCode(tx, subject, code)
        if (accepted === undefined) {
          await throttle.countFailure(tx, attempt)
          await recordStep(tx, session, origin, { cause: 'wrongCode' }, 'totp', 'failure')
          return wrongCode()
        }
        await throttle.forgive(tx, attempt)
        return passStep(tx, session, origin, { by: accepted })
      })
    },

    /** Binds the device that the session was shown. The recovery codes are shown once. Throws `mfa.codeInvalid`, `mfa.alreadyBound`. */
    async confirmEnrolment(
      session: SessionView,
      code: string,
      origin: ActorOrigin,
    ): Promise<OpenedSession & { readonly recoveryCodes: readonly string[] }> {
      requireNextStep(session, 'enrol')
      return settle(db, async (tx) => {
        const recoveryCodes = await mfa.acceptFirstCode(tx, session, code)
        if (!recoveryCodes) {
          await recordStep(tx, session, origin, { cause: 'wrongCode' }, 'enrol', 'failure')
          return wrongCode()
        }
        return { ...(await passStep(tx, session, origin)), recoveryCodes }
      })
    },

    /**
     * Last step where the password was given by somebody else. The person's other sessions end.
     * Throws `password.tooWeak`, `password.reused`.
     */
    async changeOwedPassword(
      session: SessionView,
      newPassword: string,
      origin: ActorOrigin,
    ): Promise<OpenedSession> {
      requireNextStep(session, 'changePassword')
      checkStrength(newPassword)
      const known = await findPassword(db, session.subject)
      if (await hasher.verify(known?.hash, newPassword)) throw reused()
      const hash = await hasher.hash(newPassword)
      return inTransaction(db, async (tx) => {
        await putPassword(tx, session.subject, { hash, mustChange: false }, clock.now().toISOString())
        await deleteSessionsOf(tx, session.subject, session.id)
        return passStep(tx, session, origin)
      })
    },

    /**
     * The user whom the identity provider named: exists, is enabled, has exactly that name (but for ASCII case).
     * Nobody is created. Throws `signIn.federationFailed` with `facts.cause` `unknownUser` or `userDisabled`.
     */
    async withFederatedIdentity(
      tx: Tx,
      identity: FederatedIdentity,
    ): Promise<{ readonly id: UserId; readonly userName: string }> {
      const user = NAME.test(identity.nameId) ? await findSignInUserByName(tx, identity.nameId) : undefined
      if (!user)
        throw federationFailed(
          'unknownUser',
          'No user of the zone has the name that the identity provider sent.',
        )
      if (!maySignIn(user)) throw federationFailed('userDisabled', 'The user is disabled or blocked.')
      return { id: user.id, userName: user.userName }
    },

    /** A one-time ticket for `finishFederated`, good for two minutes. It is stored hashed and returned this once. */
    async issueTicket(
      tx: Tx,
      { userId, browserHash, relayState, sessionNotAfter, federation }: TicketToIssue,
    ): Promise<string> {
      const ticket = randomSecret()
      await insertSignInTicket(tx, hashSecret(ticket), {
        browserHash,
        userId,
        ...(relayState !== undefined && { relayState }),
        ...(sessionNotAfter !== undefined && { sessionNotAfter }),
        ...(federation && { federation }),
        expiresAt: secondsAfter(clock.now(), TICKET_SECONDS),
      })
      return ticket
    },

    /** As whom the ticket would sign this browser in, without using it up; nobody when it is not this browser's. */
    async previewFederated(
      ticket: string,
      browserSecret: string,
    ): Promise<{ readonly userName: string } | undefined> {
      const found = await findSignInTicket(db, hashSecret(ticket))
      if (!found || found.expiresAt <= clock.now().toISOString()) return undefined
      if (!equalSecrets(found.browserHash, hashSecret(browserSecret))) return undefined
      const user = await findSignInUser(db, found.userId)
      return user && { userName: user.userName }
    },

    /**
     * Trades a ticket for a session, if it is presented by the browser that asked for the sign-in. The ticket is used up
     * in any case. Throws `signIn.federationFailed` with `facts.cause`.
     */
    async finishFederated(
      ticket: string,
      browserSecret: string,
      origin: ActorOrigin,
    ): Promise<OpenedSession & { readonly relayState?: string }> {
      return settle(db, async (tx) => {
        const anonymous: Actor = { ...origin, kind: 'anonymous' }
        const taken = await takeSignInTicket(tx, hashSecret(ticket))
        const user = taken && (await findSignInUser(tx, taken.userId))
        const subject = user && { kind: 'user' as const, id: user.id, name: user.userName }
        const refuse = async (cause: string): Promise<IdentityCenterError> => {
          await audit.record(tx, anonymous, {
            action: 'signIn.federated',
            ...(subject && { subject }),
            result: 'failure',
            detail: { cause },
          })
          return federationFailed(cause, 'The sign-in could not be completed. Start it again.')
        }
        const now = clock.now().toISOString()
        if (!taken) return refuse('ticketUnknown')
        if (taken.expiresAt <= now) return refuse('ticketExpired')
        if (!equalSecrets(taken.browserHash, hashSecret(browserSecret))) return refuse('otherBrowser')
        if (!user || !subject) return refuse('unknownUser')
        if (!maySignIn(user)) return refuse('userDisabled')
        if ((await zones.within(tx)).loginMethod !== 'sso') return refuse('methodOff')
        if (taken.sessionNotAfter !== undefined && taken.sessionNotAfter <= now) return refuse('sessionOver')
        const opened = await sessions.open(tx, {
          kind: 'portal',
          subject: { kind: 'user', id: user.id },
          method: 'sso',
          notAfter: taken.sessionNotAfter,
          origin,
        })
        if (taken.federation) await insertFederatedSession(tx, opened.session.id, taken.federation)
        await audit.record(tx, anonymous, {
          action: 'signIn.federated',
          subject,
          detail: { sessionId: opened.session.id },
        })
        return { ...opened, ...(taken.relayState !== undefined && { relayState: taken.relayState }) }
      })
    },
  }
}

export type SignInService = ReturnType<typeof createSignInService>

const wrongCode = () =>
  new IdentityCenterError('mfa.codeInvalid', 'The code is not right, or it has been used.')

const federationFailed = (cause: string, message: string) =>
  new IdentityCenterError('signIn.federationFailed', message, { cause })
