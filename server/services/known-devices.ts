/**
 * Browsers in which somebody has signed in before, by whatever method, and the networks they did so from. What such a
 * browser or network fails is counted for it alone, so a stranger who fails on purpose delays other strangers and never
 * the owner.
 */
import { isKnownDevice, networkAsDevice, putKnownDevice } from '../../db/known-devices.js'
import type { Db, Tx } from '../../db/database.js'
import type { ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import { networkOf } from '../domain/network.js'
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
      const whose = subject ?? ({ kind: 'user', id: '' } as const)
      const now = clock.now().toISOString()
      if (device !== undefined && (await isKnownDevice(db, device, now, whose))) {
        return { subject: deviceAttempts(key, device), address: undefined }
      }
      const network = networkOfAddress(address)
      const known = network !== undefined && (await isKnownDevice(db, network, now, whose))
      // Many may stand behind one address: what they fail still counts for that.
      return { subject: known ? deviceAttempts(key, network) : key, address }
    },

    /**
     * Notes that the subject has signed in there. Returns the secret for the browser to keep where it has none of ours:
     * one that we have not given could be somebody else's.
     */
    async remember(tx: Tx, subject: Subject, { device, address }: SignInOrigin): Promise<string | undefined> {
      const now = clock.now()
      const expiresAt = secondsAfter(now, DEVICE_SECONDS)
      const network = networkOfAddress(address)
      if (network !== undefined) await putKnownDevice(tx, subject, network, expiresAt, MAXIMUM_DEVICES)
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

function networkOfAddress(address: string | undefined): string | undefined {
  const network = address === undefined ? undefined : networkOf(address)
  return network === undefined ? undefined : networkAsDevice(network)
}

export type KnownDevices = ReturnType<typeof createKnownDevices>
