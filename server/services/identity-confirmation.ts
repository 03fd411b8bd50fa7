/**
 * Somebody who is signed in shows once more who they are, with both factors, before factors are changed. It makes a new
 * session, as every raise of privilege does.
 */
import type { Db, Tx } from '../../db/database.js'
import { findPassword } from '../../db/factors.js'
import { actorOf, type SessionView } from '../domain/session.js'
import type { ActorOrigin } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { confirmationAttempts } from '../domain/sign-in-throttle.js'
import type { AuditLog } from './audit-log.js'
import type { MfaService } from './mfa.js'
import { passkeyRefused, type PasskeyService } from './passkeys.js'
import type { PasswordHasher } from './password-hasher.js'
import type { OpenedSession, SessionService } from './sessions.js'
import { settle } from './settle.js'
import type { SignInThrottle } from './sign-in-throttle.js'

export interface IdentityConfirmationDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly hasher: PasswordHasher
  readonly throttle: SignInThrottle
  readonly mfa: MfaService
  readonly sessions: SessionService
  readonly passkeys: PasskeyService
}

export type IdentityConfirmation = ReturnType<typeof createIdentityConfirmation>

export function createIdentityConfirmation(deps: IdentityConfirmationDeps) {
  const { db, audit, hasher, throttle, mfa, sessions, passkeys } = deps

  /** Who came by the identity provider has no factors here to confirm with. */
  function requireLocal(session: SessionView): void {
    if (session.method === 'password') return
    throw new IdentityCenterError('signIn.methodOff', 'Your identity provider keeps your password.')
  }

  const record = (
    tx: Tx,
    session: SessionView,
    origin: ActorOrigin,
    detail: Readonly<Record<string, unknown>>,
    result: 'success' | 'failure' = 'success',
  ) =>
    audit.record(tx, actorOf(session, origin), {
      action: 'session.confirm',
      subject: { ...session.subject, name: session.name },
      result,
      detail,
    })

  return {
    /**
     * By the password and a code of the device (or a recovery code), which answer as one: neither is told to be the wrong
     * one. Throws `signIn.refused`, `signIn.locked`, `signIn.methodOff`.
     */
    async withPassword(
      session: SessionView,
      input: { readonly password: string; readonly code: string },
      origin: ActorOrigin,
    ): Promise<OpenedSession> {
      requireLocal(session)
      const attempt = { subject: confirmationAttempts(session.subject), address: origin.address }
      await throttle.requireNoDelay(attempt)
      const known = await findPassword(db, session.subject)
      const matches = await hasher.verify(known?.hash, input.password, origin.address)
      return settle(db, async (tx) => {
        const delay = await throttle.findDelay(tx, attempt)
        if (delay) return delay
        const current = matches && (await findPassword(tx, session.subject))?.hash === known?.hash
        // A wrong password uses no code up.
        const by = current ? await mfa.acceptCode(tx, session.subject, input.code) : undefined
        if (by === undefined) {
          await throttle.countFailure(tx, attempt)
          await record(tx, session, origin, { cause: current ? 'wrongCode' : 'wrongPassword' }, 'failure')
          return new IdentityCenterError('signIn.refused', 'The password or the code is not right.')
        }
        await throttle.forgive(tx, attempt)
        const opened = await sessions.replace(tx, session, [], origin)
        await record(tx, session, origin, { by, sessionId: opened.session.id })
        return opened
      })
    },

    /**
     * By a passkey that has made sure of its owner. Throws `passkey.refused`, `signIn.locked`, `signIn.methodOff`: nobody
     * guesses a passkey, but each refusal is written down.
     */
    async withPasskey(session: SessionView, answer: string, origin: ActorOrigin): Promise<OpenedSession> {
      requireLocal(session)
      const attempt = { subject: confirmationAttempts(session.subject), address: origin.address }
      await throttle.requireNoDelay(attempt)
      const proof = await passkeys.prove({ session }, 'confirm', answer)
      return settle(db, async (tx) => {
        const delay = await throttle.findDelay(tx, attempt)
        if (delay) return delay
        if (!('cause' in proof) && (await passkeys.use(tx, proof))) {
          await throttle.forgive(tx, attempt)
          const opened = await sessions.replace(tx, session, [], origin)
          await record(tx, session, origin, { by: 'passkey', sessionId: opened.session.id })
          return opened
        }
        const detail =
          'cause' in proof ? { cause: proof.cause, reason: proof.reason } : { cause: 'usedMeanwhile' }
        await throttle.countFailure(tx, attempt)
        await record(tx, session, origin, { ...detail, by: 'passkey' }, 'failure')
        return passkeyRefused()
      })
    },
  }
}
