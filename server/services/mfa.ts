/**
 * Second factors: enrolling, checking and unbinding one TOTP device for each user and administrator, and recovery codes.
 * Passkeys (passkeys.ts) count as one, too.
 */
import type { Db, Tx } from '../../db/database.js'
import {
  countRecoveryCodes,
  deleteSecondFactors,
  findTotpFactor,
  insertTotpFactor,
  putRecoveryCodes,
  useRecoveryCode,
  useTotpStep,
} from '../../db/factors.js'
import { deleteKnownDevicesOf } from '../../db/known-devices.js'
import { listPasskeys } from '../../db/passkeys.js'
import { addEnrolmentSecret, deleteSessionsOf, findEnrolmentSecret } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { SecretBox } from '../domain/secrets.js'
import { isOwn, requireRecent, type Session, type SessionView, type Subject } from '../domain/session.js'
import {
  acceptedTotpStep,
  hashRecoveryCode,
  looksLikeRecoveryCode,
  newRecoveryCodes,
  newTotpSecret,
  totpUri,
} from '../domain/totp.js'
import { totpAttempts } from '../domain/sign-in-throttle.js'
import type { AuditLog } from './audit-log.js'
import { settle } from './settle.js'
import type { SignInThrottle } from './sign-in-throttle.js'

export interface SecondFactorState {
  /** Bound with a device or at least one passkey. */
  readonly status: 'bound' | 'waiting'
  /** Since when a TOTP device is bound. */
  readonly boundAt?: string
  readonly passkeys: number
  /** Recovery codes that are left. */
  readonly recoveryCodes: number
}

/** What a device is taught with: shown once, to the browser that enrols. */
export interface Enrolment {
  /** Base32. */
  readonly secret: string
  /** `otpauth://…`, for the QR code. */
  readonly uri: string
}

const ISSUER = 'Identity Center'
const sealedFor = (subject: Subject): string => `totp:${subject.kind}:${subject.id}`

export interface MfaServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly secretBox: SecretBox
  readonly audit: AuditLog
  readonly throttle: SignInThrottle
}

export function createMfaService({ db, clock, secretBox, audit, throttle }: MfaServiceDeps) {
  /** New recovery codes in place of the old ones; they can be shown this once. */
  async function renewRecoveryCodes(tx: Tx, subject: Subject): Promise<readonly string[]> {
    const codes = newRecoveryCodes()
    await putRecoveryCodes(
      tx,
      subject,
      codes.map((code) => hashRecoveryCode(subject, code)),
    )
    return codes
  }

  /**
   * Binds the key that the session was shown, if the code is one of it, and returns the recovery codes; `undefined`
   * for a wrong code. Throws `mfa.alreadyBound` when another device was bound meanwhile.
   */
  async function acceptFirstCode(
    tx: Tx,
    session: Session,
    code: string,
  ): Promise<readonly string[] | undefined> {
    const sealedSecret = await findEnrolmentSecret(tx, session.id)
    if (sealedSecret === undefined) return undefined
    const now = clock.now()
    const step = acceptedTotpStep({
      secret: secretBox.open(sealedFor(session.subject), sealedSecret),
      code,
      now,
    })
    if (step === undefined) return undefined
    const factor = { sealedSecret, lastStep: step, boundAt: now.toISOString() }
    if (!(await insertTotpFactor(tx, session.subject, factor))) {
      throw new IdentityCenterError(
        'mfa.alreadyBound',
        'A device is bound already. Sign in again with its code.',
      )
    }
    return renewRecoveryCodes(tx, session.subject)
  }

  return {
    renewRecoveryCodes,
    acceptFirstCode,

    /**
     * Binds a device beside the passkeys of somebody who has just signed in; the recovery codes are new and shown once.
     * Throws `session.notRecent`, `mfa.codeInvalid`, `mfa.alreadyBound`.
     */
    async bindDevice(actor: Actor, session: SessionView, code: string): Promise<readonly string[]> {
      requireRecent(session, clock.now())
      return settle(db, async (tx) => {
        const codes = await acceptFirstCode(tx, session, code)
        await audit.record(tx, actor, {
          action: 'mfa.bind',
          subject: { ...session.subject, name: session.name },
          result: codes ? 'success' : 'failure',
        })
        return (
          codes ?? new IdentityCenterError('mfa.codeInvalid', 'The code is not right, or it has been used.')
        )
      })
    },

    /** What is bound, for its owner and for administrators. */
    async stateOf(actor: Actor, subject: Subject): Promise<SecondFactorState> {
      if (!isOwn(actor, subject)) requireReadRights(actor)
      const factor = await findTotpFactor(db, subject)
      const passkeys = (await listPasskeys(db, subject)).length
      return {
        status: factor || passkeys > 0 ? 'bound' : 'waiting',
        ...(factor && { boundAt: factor.boundAt }),
        passkeys,
        recoveryCodes: await countRecoveryCodes(db, subject),
      }
    },

    /** Whether there is a second factor of either kind. */
    isBound: async (tx: Tx, subject: Subject): Promise<boolean> =>
      (await findTotpFactor(tx, subject)) !== undefined || (await listPasskeys(tx, subject)).length > 0,

    /**
     * New recovery codes in place of those that are left, shown this once, for a session whose owner has just signed in.
     * Throws `session.notRecent`.
     */
    async replaceRecoveryCodes(actor: Actor, session: SessionView): Promise<readonly string[]> {
      requireRecent(session, clock.now())
      return inTransaction(db, async (tx) => {
        const codes = await renewRecoveryCodes(tx, session.subject)
        await audit.record(tx, actor, {
          action: 'mfa.renewRecoveryCodes',
          subject: { ...session.subject, name: session.name },
        })
        return codes
      })
    },

    /**
     * The key that this session enrols: the same one each time it is asked for, and never that of another session, so
     * nobody who knew the password first learns the key that the owner binds later.
     */
    async enrolmentOf(session: SessionView): Promise<Enrolment> {
      let sealed = await findEnrolmentSecret(db, session.id)
      if (sealed === undefined) {
        const fresh = secretBox.seal(sealedFor(session.subject), newTotpSecret())
        sealed = await inTransaction(db, async (tx) => {
          await addEnrolmentSecret(tx, session.id, fresh)
          return findEnrolmentSecret(tx, session.id)
        })
      }
      if (sealed === undefined) {
        throw new IdentityCenterError('session.ended', 'The session has ended. Sign in again.')
      }
      const secret = secretBox.open(sealedFor(session.subject), sealed)
      return { secret, uri: totpUri({ issuer: ISSUER, accountName: session.name, secret }) }
    },

    /** Uses up a code of the bound device, or a recovery code; `undefined` when it is none, or was used before. */
    async acceptCode(tx: Tx, subject: Subject, code: string): Promise<'totp' | 'recoveryCode' | undefined> {
      if (looksLikeRecoveryCode(code)) {
        return (await useRecoveryCode(tx, subject, hashRecoveryCode(subject, code)))
          ? 'recoveryCode'
          : undefined
      }
      const factor = await findTotpFactor(tx, subject)
      if (!factor) return undefined
      const secret = secretBox.open(sealedFor(subject), factor.sealedSecret)
      const step = acceptedTotpStep({ secret, code, now: clock.now(), lastStep: factor.lastStep })
      if (step === undefined) return undefined
      return (await useTotpStep(tx, subject, factor, step)) ? 'totp' : undefined
    },

    /** Removes device, passkeys and recovery codes and ends the sessions: the next sign-in enrols anew. */
    async unbind(actor: Actor, subject: Subject): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const wasBound = await deleteSecondFactors(tx, subject)
        await deleteSessionsOf(tx, subject)
        await deleteKnownDevicesOf(tx, subject)
        await throttle.clear(tx, totpAttempts(subject))
        await audit.record(tx, actor, { action: 'mfa.unbind', subject, detail: { wasBound } })
      })
    },
  }
}

export type MfaService = ReturnType<typeof createMfaService>
