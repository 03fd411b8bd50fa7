/** Bearer credentials of SCIM clients: issue, enable, disable, delete, verify. */
import {
  deleteScimCredential,
  insertScimCredential,
  listScimCredentials,
  scimCredentialsByHash,
  setScimCredentialStatus,
  touchScimCredential,
} from '../../db/credentials.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { bumpRevision } from '../../db/zones.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { CONNECTION_TEST, newScimCredentialId, type ScimCredentialId } from '../domain/ids.js'
import {
  isUsable,
  MAXIMUM_SCIM_CREDENTIALS,
  requireCredentialLifetime,
  SCIM_CREDENTIAL_SECONDS,
  type ScimCredential,
} from '../domain/scim-credential.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import type { Zone } from '../domain/zone.js'
import type { AuditLog } from './audit-log.js'
import type { ZoneService } from './zones.js'

export interface ScimCredentialServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'current'>
}

export type ScimCredentialService = ReturnType<typeof createScimCredentialService>

/** 384 bits. */
const SECRET_BYTES = 48
/** The last use is kept to the minute, so that reading does not write. */
const LAST_USE_MS = 60_000

export function createScimCredentialService({ db, clock, audit, zones }: ScimCredentialServiceDeps) {
  let cache: { readonly revision: number; readonly byHash: ReadonlyMap<string, ScimCredential> } | undefined
  const lastUses = new Map<ScimCredentialId, number>()
  /** Hashes of the secrets of tests that are running in this process. */
  const testSecrets = new Set<string>()

  const subjectOf = (id: ScimCredentialId) => ({ kind: 'scimCredential', id })

  async function getWithin(tx: Tx, id: ScimCredentialId): Promise<ScimCredential> {
    const found = (await listScimCredentials(tx)).find((credential) => credential.id === id)
    if (found) return found
    throw new IdentityCenterError('scimCredential.notFound', 'There is no such SCIM credential.')
  }

  /** By the hash of their secrets; read anew only after the zone's revision changed. */
  async function byHash(
    zone: Pick<Zone, 'revision'> | undefined,
  ): Promise<ReadonlyMap<string, ScimCredential>> {
    const { revision } = zone ?? (await zones.current())
    if (cache?.revision !== revision) cache = { revision, byHash: await scimCredentialsByHash(db) }
    return cache.byHash
  }

  async function touch(id: ScimCredentialId, now: Date): Promise<void> {
    const last = lastUses.get(id)
    if (last !== undefined && now.getTime() - last < LAST_USE_MS) return
    lastUses.set(id, now.getTime())
    await touchScimCredential(db, id, now.toISOString())
  }

  return {
    /** Issues a credential, enabled, for one year unless told otherwise. Throws `scimCredential.limit`, `request.invalid`. */
    async create(
      actor: Actor,
      { expiresInSeconds = SCIM_CREDENTIAL_SECONDS.initial }: { readonly expiresInSeconds?: number } = {},
    ): Promise<{ readonly credential: ScimCredential; readonly secret: string }> {
      requireFullRights(actor)
      requireCredentialLifetime(expiresInSeconds)
      return inTransaction(db, async (tx) => {
        if ((await listScimCredentials(tx)).length >= MAXIMUM_SCIM_CREDENTIALS) {
          throw new IdentityCenterError(
            'scimCredential.limit',
            `There are ${MAXIMUM_SCIM_CREDENTIALS} SCIM credentials at most: delete one first.`,
            { limit: MAXIMUM_SCIM_CREDENTIALS },
          )
        }
        const secret = randomSecret(SECRET_BYTES)
        const now = clock.now()
        const credential: ScimCredential = {
          id: newScimCredentialId(),
          status: 'enabled',
          createdAt: now.toISOString(),
          expiresAt: secondsAfter(now, expiresInSeconds),
        }
        await insertScimCredential(tx, credential, hashSecret(secret))
        await bumpRevision(tx)
        await audit.record(tx, actor, {
          action: 'scimCredential.create',
          subject: subjectOf(credential.id),
          detail: { expiresAt: credential.expiresAt },
        })
        return { credential, secret }
      })
    },

    async list(actor: Actor): Promise<readonly ScimCredential[]> {
      requireReadRights(actor)
      return listScimCredentials(db)
    },

    /** Disabling counts from the next request on. Throws `scimCredential.notFound`. */
    async setStatus(actor: Actor, id: ScimCredentialId, status: ScimCredential['status']): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const credential = await getWithin(tx, id)
        if (credential.status === status) return
        await setScimCredentialStatus(tx, id, status)
        await bumpRevision(tx)
        await audit.record(tx, actor, {
          action: status === 'enabled' ? 'scimCredential.enable' : 'scimCredential.disable',
          subject: subjectOf(id),
        })
      })
    },

    /**
     * Deletes a credential. Only a disabled one (`scimCredential.enabled`), except by API, which has no such refusal.
     * Throws `scimCredential.notFound`.
     */
    async remove(actor: Actor, id: ScimCredentialId): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const credential = await getWithin(tx, id)
        if (credential.status === 'enabled' && actor.kind !== 'apiKey') {
          throw new IdentityCenterError(
            'scimCredential.enabled',
            'Disable the credential before deleting it.',
          )
        }
        await deleteScimCredential(tx, id)
        await bumpRevision(tx)
        await audit.record(tx, actor, { action: 'scimCredential.delete', subject: subjectOf(id) })
      })
    },

    /**
     * The actor behind a bearer secret; `undefined` for one that is unknown, disabled or expired. Looked up by its hash,
     * so time tells nothing of the secret; read from the database only after the zone's revision changed. The caller
     * may hand in the zone if it has just read it.
     */
    async authenticate(
      secret: string,
      zone?: Pick<Zone, 'revision'>,
    ): Promise<Extract<Actor, { kind: 'scim' }> | undefined> {
      const hash = hashSecret(secret)
      if (testSecrets.has(hash)) return { kind: 'scim', credentialId: CONNECTION_TEST }
      const credential = (await byHash(zone)).get(hash)
      const now = clock.now()
      if (!credential || !isUsable(credential, now)) return undefined
      await touch(credential.id, now)
      return { kind: 'scim', credentialId: credential.id }
    },

    /**
     * Runs `work` with a secret that opens the SCIM door of this process, and none after it: for the console's own test of
     * the connection, as the secrets of credentials are not known here. Throws `actor.forbidden`.
     */
    async withTestSecret<T>(actor: Actor, work: (secret: string) => Promise<T>): Promise<T> {
      requireFullRights(actor)
      await inTransaction(db, (tx) => audit.record(tx, actor, { action: 'scim.testConnection' }))
      const secret = randomSecret(SECRET_BYTES)
      const hash = hashSecret(secret)
      testSecrets.add(hash)
      try {
        return await work(secret)
      } finally {
        testSecrets.delete(hash)
      }
    },

    /** The credential behind a secret in whatever state, for the log: why somebody known was turned away. */
    holderOf: async (secret: string, zone?: Pick<Zone, 'revision'>): Promise<ScimCredential | undefined> =>
      (await byHash(zone)).get(hashSecret(secret)),
  }
}
