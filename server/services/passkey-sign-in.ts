/** Signing in with passkeys: alone, as the second step after a password, and as the first second factor. */
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor } from '../domain/actor.js'
import { networkOf } from '../domain/network.js'
import type { SessionView, Subject } from '../domain/session.js'
import { passkeyAttempts } from '../domain/sign-in-throttle.js'
import type { AuditLog } from './audit-log.js'
import type { SignInOrigin } from './known-devices.js'
import type { MfaService } from './mfa.js'
import { passkeyRefused, type PasskeyService } from './passkeys.js'
import type { OpenedSession, SessionService } from './sessions.js'
import { settle } from './settle.js'
import { alreadyBound, passwordMethodOff } from './sign-in.js'
import { findCandidate, type Candidate, type SignInSteps } from './sign-in-steps.js'
import type { SignInNetworks } from './sign-in-networks.js'
import type { SignInThrottle } from './sign-in-throttle.js'
import type { ZoneService } from './zones.js'

type Door = 'portal' | 'console'

export interface PasskeySignInDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly throttle: SignInThrottle
  readonly mfa: MfaService
  readonly sessions: SessionService
  readonly passkeys: PasskeyService
  readonly steps: SignInSteps
  readonly signInNetworks: Pick<SignInNetworks, 'require'>
}

export type PasskeySignIn = ReturnType<typeof createPasskeySignIn>

export function createPasskeySignIn(deps: PasskeySignInDeps) {
  const { db, audit, zones, throttle, mfa, sessions, passkeys, steps, signInNetworks } = deps

  /** Whose passkey it is by now, and why they may not come in by this door. */
  async function ownerAt(
    tx: Tx,
    door: Door,
    subject: Subject,
  ): Promise<{ readonly owner?: Candidate; readonly cause?: string }> {
    const owner = await findCandidate(tx, subject)
    if (!owner) return { cause: 'unknownName' }
    if (subject.kind !== (door === 'portal' ? 'user' : 'administrator')) return { owner, cause: 'otherDoor' }
    return owner.enabled ? { owner } : { owner, cause: 'disabled' }
  }

  async function requireOpen(door: Door, origin: SignInOrigin): Promise<void> {
    if (door !== 'portal') return
    await signInNetworks.require(origin)
    if ((await zones.current()).loginMethod !== 'password') throw passwordMethodOff()
  }

  return {
    /**
     * Asks the browser for a passkey, whoever's. Throws `signIn.networkRefused` at the portal, and `signIn.methodOff` there
     * while SSO is on.
     */
    async begin(door: Door, browserSecret: string, origin: SignInOrigin) {
      await requireOpen(door, origin)
      return passkeys.beginProof({ browserSecret }, 'signIn', origin)
    },

    /**
     * The whole sign-in by one passkey that has made sure of its owner: two factors in one. Throws `passkey.refused` for
     * everything that can be wrong with it or with its owner, and like `begin`.
     */
    async finish(
      door: Door,
      browserSecret: string,
      answer: string,
      origin: SignInOrigin,
    ): Promise<OpenedSession> {
      await requireOpen(door, origin)
      const proof = await passkeys.prove({ browserSecret }, 'signIn', answer)
      const actor: Actor = { ...origin, kind: 'anonymous' }
      const network = networkOf(origin.address ?? '') ?? 'unknown'
      const attempt = { subject: passkeyAttempts(network), address: undefined }
      return settle(db, async (tx) => {
        // Nothing can be guessed here, so nobody has to wait; but who fails all the time must not fill the audit log.
        const refuse = async (cause: string, of?: Subject & { readonly name?: string }, reason?: string) => {
          if (await throttle.findDelay(tx, attempt)) return passkeyRefused()
          await throttle.countFailure(tx, attempt)
          await audit.record(tx, actor, {
            action: 'signIn.passkey',
            ...(of && { subject: of }),
            result: 'failure',
            detail: { door, cause, ...(reason !== undefined && { reason }) },
          })
          return passkeyRefused()
        }
        if ('cause' in proof) return refuse(proof.cause, proof.subject, proof.reason)
        const { owner, cause } = await ownerAt(tx, door, proof.passkey.subject)
        if (!owner || cause !== undefined) {
          return refuse(cause ?? 'unknownName', owner && { ...owner.subject, name: owner.name })
        }
        const subject = { ...owner.subject, name: owner.name }
        if (!(await passkeys.use(tx, proof))) return refuse('usedMeanwhile', subject)
        const opened = await sessions.open(tx, {
          kind: door,
          subject: owner.subject,
          method: 'password',
          origin,
        })
        await audit.record(tx, actor, {
          action: 'signIn.passkey',
          subject,
          detail: { door, sessionId: opened.session.id, passkeyId: proof.passkey.id },
        })
        return steps.complete(tx, opened, origin)
      })
    },

    /** Second step by a passkey of the person who gave the password. Throws `passkey.refused`. */
    async verify(session: SessionView, answer: string, origin: SignInOrigin): Promise<OpenedSession> {
      steps.requireNext(session, 'totp')
      const proof = await passkeys.prove({ session }, 'secondFactor', answer)
      return settle(db, async (tx) => {
        if (!('cause' in proof) && (await passkeys.use(tx, proof))) {
          return steps.pass(tx, session, origin, { by: 'passkey', passkeyId: proof.passkey.id })
        }
        const detail =
          'cause' in proof ? { cause: proof.cause, reason: proof.reason } : { cause: 'usedMeanwhile' }
        await steps.record(tx, session, origin, { ...detail, by: 'passkey' }, 'totp', 'failure')
        return passkeyRefused()
      })
    },

    /**
     * Makes a passkey the second factor of somebody who has none. The recovery codes are shown once.
     * Throws `passkey.refused`, `passkey.exists`, `passkey.nameInvalid`, `mfa.alreadyBound`.
     */
    async enrol(
      session: SessionView,
      input: { readonly answer: string; readonly name: string },
      origin: SignInOrigin,
    ): Promise<OpenedSession & { readonly recoveryCodes: readonly string[] }> {
      steps.requireNext(session, 'enrol')
      const registration = await passkeys.finishRegistration(session, input.answer)
      return inTransaction(db, async (tx) => {
        // Whoever knew the password may have enrolled in another browser meanwhile.
        if (await mfa.isBound(tx, session.subject)) throw alreadyBound()
        const passkey = await passkeys.store(tx, session.subject, registration, input.name)
        const recoveryCodes = await mfa.renewRecoveryCodes(tx, session.subject)
        const opened = await steps.pass(tx, session, origin, { by: 'passkey', passkeyId: passkey.id })
        return { ...opened, recoveryCodes }
      })
    },
  }
}
