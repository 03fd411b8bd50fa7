/**
 * Browsers in which somebody has signed in before. What such a browser fails is counted for it alone, so a stranger who
 * fails on purpose delays other strangers and never the owner.
 */
import { isKnownDevice, putKnownDevice } from '../../db/known-devices.js'
import type { Db, Tx } from '../../db/database.js'
import type { ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import type { Subject } from '../domain/session.js'
import { deviceAttempts } from '../domain/sign-in-throttle.js'
import type { Attempt } from './sign-in-throttle.js'

/** Where a sign-in comes from, with the hash of what the browser remembers of an earlier one. */
export interface SignInOrigin extends ActorOrigin {
  readonly device?: string
}

/** A device is forgotten when nobody signs in on it for so long. */
export const DEVICE_SECONDS = 90 * 24 * 60 * 60
const MAXIMUM_DEVICES = 20

export function createKnownDevices({ db, clock }: { db: Db; clock: Clock }) {
  return {
    /** How failures of this attempt on `key` are counted. Costs the same for a subject that does not exist. */
    async attemptOf(
      key: string,
      subject: Subject | undefined,
      { address, device }: SignInOrigin,
    ): Promise<Attempt> {
      if (device === undefined) return { subject: key, address }
      const nobody = { kind: 'user', id: '' } as const
      const known = await isKnownDevice(db, device, clock.now().toISOString(), subject ?? nobody)
      return known ? { subject: deviceAttempts(key, device), address: undefined } : { subject: key, address }
    },

    /**
     * Notes that the subject has signed in there. Returns the secret for the browser to keep where it has none of ours:
     * one that we have not given could be somebody else's.
     */
    async remember(tx: Tx, subject: Subject, device: string | undefined): Promise<string | undefined> {
      const now = clock.now()
      const expiresAt = secondsAfter(now, DEVICE_SECONDS)
      if (device !== undefined && (await isKnownDevice(tx, device, now.toISOString()))) {
        await putKnownDevice(tx, subject, device, expiresAt, MAXIMUM_DEVICES)
        return undefined
      }
      const secret = randomSecret()
      await putKnownDevice(tx, subject, hashSecret(secret), expiresAt, MAXIMUM_DEVICES)
      return secret
    },
  }
}

export type KnownDevices = ReturnType<typeof createKnownDevices>
