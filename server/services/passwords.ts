/** Setting passwords: by an administrator, and by their owner. */
import type { Db } from '../../db/database.js'
import {
  findPassword,
  putPassword,
  setPasswordMustChange,
  usersWhoMustChangePassword,
} from '../../db/factors.js'
import { deleteKnownDevicesOf } from '../../db/known-devices.js'
import { deleteSessionsOf } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { UserId } from '../domain/ids.js'
import { checkStrength, generatePassword, INITIAL_PASSWORD_SECONDS } from '../domain/password.js'
import type { SessionView, Subject } from '../domain/session.js'
import { breakGlassAttempts, passwordAttempts, passwordChangeAttempts } from '../domain/sign-in-throttle.js'
import type { AuditLog } from './audit-log.js'
import type { PasswordHasher } from './password-hasher.js'
import { settle } from './settle.js'
import type { Attempt, SignInThrottle } from './sign-in-throttle.js'

export interface PasswordReset {
  /** Generated when absent. */
  readonly password?: string | undefined
  readonly mustChange: boolean
}

export interface PasswordServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly hasher: PasswordHasher
  readonly throttle: SignInThrottle
}

export function createPasswordService({ db, clock, audit, hasher, throttle }: PasswordServiceDeps) {
  return {
    /**
     * Gives the subject a new password, ends its sessions and its sign-in delay, and returns the password to be shown
     * once. One that must be changed is worth nothing after 7 days. The caller has made sure that the subject exists.
     * Throws `password.tooWeak`.
     */
    async reset(
      actor: Actor,
      subject: Subject & { readonly name: string },
      { password = generatePassword(), mustChange }: PasswordReset,
    ): Promise<string> {
      requireFullRights(actor)
      checkStrength(password)
      const hash = await hasher.hash(password, actor.address)
      await inTransaction(db, async (tx) => {
        const now = clock.now()
        const expiresAt = mustChange ? secondsAfter(now, INITIAL_PASSWORD_SECONDS) : undefined
        await putPassword(tx, subject, { hash, mustChange, expiresAt }, now.toISOString())
        await deleteSessionsOf(tx, subject)
        await deleteKnownDevicesOf(tx, subject)
        await throttle.clear(tx, breakGlassAttempts(subject.name))
        await throttle.clear(tx, passwordAttempts(subject.kind, subject.name))
        await throttle.clear(tx, passwordChangeAttempts(subject))
        await audit.record(tx, actor, { action: 'password.reset', subject, detail: { mustChange } })
      })
      return password
    },

    /** Those of the users who have to change their password at the next sign-in. */
    async whoMustChange(actor: Actor, ids: readonly UserId[]): Promise<ReadonlySet<string>> {
      requireReadRights(actor)
      return usersWhoMustChangePassword(db, ids)
    },

    /**
     * Says whether the subject has to change the password at the next sign-in; nothing happens without a password. An
     * initial password that has expired is not revived: it takes a reset.
     */
    async setMustChange(
      actor: Actor,
      subject: Subject & { readonly name: string },
      mustChange: boolean,
    ): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        if (!(await setPasswordMustChange(tx, subject, mustChange, clock.now().toISOString()))) return
        await audit.record(tx, actor, { action: 'password.setMustChange', subject, detail: { mustChange } })
      })
    },

    /**
     * Changes the password of the signed-in person, who must know the current one; their other sessions end.
     * Throws `signIn.refused` for a wrong current password, `signIn.locked`, `password.tooWeak`, `password.reused`.
     */
    async changeOwn(
      actor: Actor,
      session: SessionView,
      input: { readonly currentPassword: string; readonly newPassword: string },
    ): Promise<void> {
      const { subject } = session
      checkStrength(input.newPassword)
      const attempt: Attempt = { subject: passwordChangeAttempts(subject), address: actor.address }
      await throttle.requireNoDelay(attempt)
      const known = await findPassword(db, subject)
      const matches = await hasher.verify(known?.hash, input.currentPassword, actor.address)
      if (matches && input.newPassword === input.currentPassword) throw reused()
      const hash = matches ? await hasher.hash(input.newPassword, actor.address) : undefined
      await settle(db, async (tx) => {
        const delay = await throttle.findDelay(tx, attempt)
        if (delay) return delay
        const event = { action: 'password.change', subject: { ...subject, name: session.name } }
        // A password that was replaced meanwhile is no longer the current one.
        if (hash === undefined || (await findPassword(tx, subject))?.hash !== known?.hash) {
          await throttle.countFailure(tx, attempt)
          await audit.record(tx, actor, { ...event, result: 'failure', detail: { cause: 'wrongPassword' } })
          return new IdentityCenterError('signIn.refused', 'The current password is not right.', {
            field: 'currentPassword',
          })
        }
        await throttle.forgive(tx, attempt)
        await putPassword(tx, subject, { hash, mustChange: false }, clock.now().toISOString())
        await deleteSessionsOf(tx, subject, session.id)
        return audit.record(tx, actor, event)
      })
    },
  }
}

export type PasswordService = ReturnType<typeof createPasswordService>

/** Refuses a new password that is the old one. */
export const reused = (): IdentityCenterError =>
  new IdentityCenterError('password.reused', 'Choose a password other than the present one.', {
    field: 'newPassword',
  })
