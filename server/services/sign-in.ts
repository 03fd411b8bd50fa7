/**
 * Signing in: a password or a federated identity, then the steps still owed, then a session that counts.
 * Refusals look alike from outside; the audit event tells them apart.
 */
import { breakGlassIsOpenTo, noteBreakGlassUse } from '../../db/break-glass.js'
import type { Db, Tx } from '../../db/database.js'
import { findPassword, putPassword, upgradePasswordHash } from '../../db/factors.js'
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
import { stepsAfterPassword, type SessionKind, type SessionView } from '../domain/session.js'
import {
  accountPasswordAttempts,
  breakGlassAttempts,
  passwordAttempts,
  totpAttempts,
} from '../domain/sign-in-throttle.js'
import { isUserName, maySignIn } from '../domain/user.js'
import type { AuditLog } from './audit-log.js'
import type { KnownDevices, SignInOrigin } from './known-devices.js'
import type { MfaService } from './mfa.js'
import type { PasswordHasher } from './password-hasher.js'
import { reused } from './passwords.js'
import type { OpenedSession, SessionService } from './sessions.js'
import { settle } from './settle.js'
import {
  auditedAs,
  findCandidateByName,
  findCandidateInAccount,
  type Candidate,
  type SignInSteps,
} from './sign-in-steps.js'
import type { SignInNetworks } from './sign-in-networks.js'
import type { SignInThrottle } from './sign-in-throttle.js'
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

/** The door somebody signs in at, and by which way. */
interface Entrance {
  readonly door: SessionKind
  /** With a password although SSO is the login method. */
  readonly breakGlass: boolean
  /** What failures are counted by. */
  readonly attempts: string
  /** Whom the name means there. */
  readonly find: (from: Db | Tx) => Promise<Candidate | undefined>
}

/** Somebody in an account, as typed. */
interface AccountCredentials {
  readonly account: string
  readonly name: string
  readonly password: string
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
  readonly devices: KnownDevices
  readonly steps: SignInSteps
  readonly signInNetworks: Pick<SignInNetworks, 'require'>
  /** Called after somebody has entered a right password by break-glass: administrators are to learn of it. */
  readonly onBreakGlass?: (use: { readonly userName: string; readonly address: string | undefined }) => void
}

export function createSignInService(deps: SignInServiceDeps) {
  const { db, clock, audit, zones, hasher, throttle, mfa, sessions, devices, steps, signInNetworks } = deps

  const refusal = () => new IdentityCenterError('signIn.refused', 'The name or the password is not right.')

  async function passwordStep(
    { door, breakGlass, attempts, find }: Entrance,
    password: string,
    origin: SignInOrigin,
  ): Promise<OpenedSession> {
    const candidate = await find(db)
    const attempt = await devices.attemptOf(attempts, candidate?.subject, origin)
    await throttle.requireNoDelay(attempt)
    const known = candidate && (await findPassword(db, candidate.subject))
    const matches = await hasher.verify(known?.hash, password, origin.address)
    const upgraded =
      matches && known && hasher.isOutdated(known.hash)
        ? await hasher.hash(password, origin.address)
        : undefined

    return settle(db, async (tx) => {
      const delay = await throttle.findDelay(tx, attempt)
      if (delay) return delay
      const current = await find(tx)
      const record = current && (await findPassword(tx, current.subject))
      const allowed = current && (!breakGlass || (await breakGlassIsOpenTo(tx, current.subject.id as UserId)))
      const cause =
        causeOfRefusal(current, record, matches && record?.hash === known?.hash) ??
        (allowed ? undefined : 'notNamedForBreakGlass')
      const actor: Actor = { ...origin, kind: 'anonymous' }
      const subject = current && { ...auditedAs(door, current.subject), name: current.name }
      if (cause !== undefined || !current || !record) {
        await throttle.countFailure(tx, attempt)
        // A name nobody has may be a password typed into the wrong field: it is not written down.
        await audit.record(tx, actor, {
          action: breakGlass ? 'signIn.breakGlass' : 'signIn.password',
          ...(subject && { subject }),
          result: 'failure',
          detail: { door, cause },
        })
        return refusal()
      }
      await throttle.forgive(tx, attempt)
      if (upgraded !== undefined) await upgradePasswordHash(tx, current.subject, record.hash, upgraded)
      const owedSteps = stepsAfterPassword(door, {
        secondFactorBound: await mfa.isBound(tx, current.subject),
        mustChange: record.mustChange,
      })
      const opened = await sessions.open(tx, {
        kind: door,
        subject: current.subject,
        method: 'password',
        owedSteps,
        breakGlass,
        origin,
      })
      if (breakGlass) await announceBreakGlass(tx, current, origin)
      await audit.record(tx, actor, {
        action: breakGlass ? 'signIn.breakGlass' : 'signIn.password',
        ...(subject && { subject }),
        detail: { door, sessionId: opened.session.id, owedSteps },
      })
      return steps.complete(tx, opened, origin)
    })
  }

  /** At the right password, not only at the end: it is known to somebody, be it the owner or not. */
  async function announceBreakGlass(
    tx: Tx,
    { subject, name }: Candidate,
    { address }: ActorOrigin,
  ): Promise<void> {
    await noteBreakGlassUse(tx, subject.id as UserId, { at: clock.now().toISOString(), address })
    afterCommit(tx, () => deps.onBreakGlass?.({ userName: name, address }))
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

  /** Whether the portal takes passwords of the users named for it although SSO is the login method. */
  async function breakGlassIsOn(): Promise<boolean> {
    const { loginMethod, settings } = await zones.current()
    return loginMethod === 'sso' && settings['signIn.breakGlass']
  }

  return {
    /**
     * First step at the portal. The session owes `totp` or `enrol`, and `changePassword` if so. Throws `signIn.refused`
     * for an unknown, disabled or expired user and a wrong password alike, `signIn.methodOff` for everybody while SSO is
     * the login method, `signIn.locked` during a delay, and before all of these `signIn.networkRefused`.
     */
    async withPassword(name: string, password: string, origin: SignInOrigin): Promise<OpenedSession> {
      await signInNetworks.require(origin)
      if ((await zones.current()).loginMethod !== 'password') throw passwordMethodOff()
      return passwordStep(
        {
          door: 'portal',
          breakGlass: false,
          attempts: passwordAttempts('user', name),
          find: (from) => findCandidateByName(from, 'user', name),
        },
        password,
        origin,
      )
    },

    breakGlassIsOn,

    /**
     * First step at the portal by break-glass. Refuses whoever is not named for it like a wrong password; throws
     * `signIn.methodOff` for everybody unless it is on, else like `withPassword`.
     */
    async withBreakGlass(name: string, password: string, origin: SignInOrigin): Promise<OpenedSession> {
      await signInNetworks.require(origin)
      if (!(await breakGlassIsOn())) throw passwordMethodOff()
      return passwordStep(
        {
          door: 'portal',
          breakGlass: true,
          attempts: breakGlassAttempts(name),
          find: (from) => findCandidateByName(from, 'user', name),
        },
        password,
        origin,
      )
    },

    /** First step at the console, whatever the login method of the zone is. Throws like `withPassword`. */
    administratorWithPassword: (
      name: string,
      password: string,
      origin: SignInOrigin,
    ): Promise<OpenedSession> =>
      passwordStep(
        {
          door: 'console',
          breakGlass: false,
          attempts: passwordAttempts('administrator', name),
          find: (from) => findCandidateByName(from, 'administrator', name),
        },
        password,
        origin,
      ),

    /**
     * First step at a simulated account, whatever the login method of the zone is; the only one for a user who has bound
     * no second factor and need not change the password. Throws `signIn.refused` alike for accounts and users that are not
     * there, without a password, disabled or made by the Identity Center, else like `withPassword`.
     */
    camUserWithPassword: (
      { account, name, password }: AccountCredentials,
      origin: SignInOrigin,
    ): Promise<OpenedSession> =>
      passwordStep(
        {
          door: 'account',
          breakGlass: false,
          attempts: accountPasswordAttempts(account, name),
          find: (from) => findCandidateInAccount(from, account, name),
        },
        password,
        origin,
      ),

    /** Second step: a code of the bound device, or a recovery code. Throws `mfa.codeInvalid`, `signIn.locked`. */
    async verifyTotp(session: SessionView, code: string, origin: SignInOrigin): Promise<OpenedSession> {
      steps.requireNext(session, 'totp')
      const { subject } = session
      // Not forgiven by a right password: whoever has that may not guess codes without end.
      const attempt = await devices.attemptOf(totpAttempts(subject), subject, origin)
      await throttle.requireNoDelay(attempt)
      return settle(db, async (tx) => {
        const delay = await throttle.findDelay(tx, attempt)
        if (delay) return delay
        const accepted = await mfa.acceptCode(tx, subject, code)
        if (accepted === undefined) {
          await throttle.countFailure(tx, attempt)
          await steps.record(tx, session, origin, { cause: 'wrongCode' }, 'totp', 'failure')
          return wrongCode()
        }
        await throttle.forgive(tx, attempt)
        return steps.pass(tx, session, origin, { by: accepted })
      })
    },

    /** Binds the device that the session was shown. The recovery codes are shown once. Throws `mfa.codeInvalid`, `mfa.alreadyBound`. */
    async confirmEnrolment(
      session: SessionView,
      code: string,
      origin: SignInOrigin,
    ): Promise<OpenedSession & { readonly recoveryCodes: readonly string[] }> {
      steps.requireNext(session, 'enrol')
      return settle(db, async (tx) => {
        // Whoever knew the password may have enrolled in another browser meanwhile, a passkey perhaps.
        if (await mfa.isBound(tx, session.subject)) throw alreadyBound()
        const recoveryCodes = await mfa.acceptFirstCode(tx, session, code)
        if (!recoveryCodes) {
          await steps.record(tx, session, origin, { cause: 'wrongCode' }, 'enrol', 'failure')
          return wrongCode()
        }
        return { ...(await steps.pass(tx, session, origin)), recoveryCodes }
      })
    },

    /**
     * Last step where the password was given by somebody else. The person's other sessions end.
     * Throws `password.tooWeak`, `password.reused`.
     */
    async changeOwedPassword(
      session: SessionView,
      newPassword: string,
      origin: SignInOrigin,
    ): Promise<OpenedSession> {
      steps.requireNext(session, 'changePassword')
      checkStrength(newPassword)
      const known = await findPassword(db, session.subject)
      if (await hasher.verify(known?.hash, newPassword, origin.address)) throw reused()
      const hash = await hasher.hash(newPassword, origin.address)
      return inTransaction(db, async (tx) => {
        await putPassword(tx, session.subject, { hash, mustChange: false }, clock.now().toISOString())
        await deleteSessionsOf(tx, session.subject, session.id)
        return steps.pass(tx, session, origin)
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
      const user = isUserName(identity.nameId) ? await findSignInUserByName(tx, identity.nameId) : undefined
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
     * in any case but one: `signIn.networkRefused`, whoever it is for. Throws `signIn.federationFailed` with `facts.cause`.
     */
    async finishFederated(
      ticket: string,
      browserSecret: string,
      origin: SignInOrigin,
    ): Promise<OpenedSession & { readonly relayState?: string }> {
      await signInNetworks.require(origin)
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
        // Known from now on: by a password too, where break-glass lets this person in while the provider is away.
        const known = await steps.complete(tx, opened, origin)
        return { ...known, ...(taken.relayState !== undefined && { relayState: taken.relayState }) }
      })
    },
  }
}

export type SignInService = ReturnType<typeof createSignInService>

const wrongCode = () =>
  new IdentityCenterError('mfa.codeInvalid', 'The code is not right, or it has been used.')

/** For everybody while SSO is the login method. */
export const passwordMethodOff = (): IdentityCenterError =>
  new IdentityCenterError('signIn.methodOff', 'Signing in with a password is off: use single sign-on.')

export const alreadyBound = (): IdentityCenterError =>
  new IdentityCenterError('mfa.alreadyBound', 'A second step is set up already. Sign in again with it.')

const federationFailed = (cause: string, message: string) =>
  new IdentityCenterError('signIn.federationFailed', message, { cause })
