/** The product's own signing keys: of the SAML service provider, and of the RoleSAML identity provider. */
import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../db/database.js'
import {
  deleteSigningKey,
  insertSigningKey,
  listSigningKeys,
  setSigningKeyState,
  type SigningKeyRecord,
  type SigningKeyState,
  type SigningPurpose,
} from '../../db/signing-keys.js'
import type { Clock } from '../domain/clock.js'
import type { SecretBox } from '../domain/secrets.js'

export interface SigningKey {
  readonly id: string
  readonly state: SigningKeyState
  readonly createdAt: string
  /** PKCS #8 PEM. */
  readonly privateKeyPem: string
  /** X.509 PEM, self-signed with SHA-256. */
  readonly certificatePem: string
}

const sealedFor = (purpose: SigningPurpose): string => `signing-key:${purpose}`
const NAMES: Record<SigningPurpose, string> = {
  serviceProvider: 'Identity Center service provider',
  roleSaml: 'Identity Center RoleSAML',
}
const YEARS = 10

export type FreshSigningKey = Omit<SigningKey, 'state'> & {
  readonly purpose: SigningPurpose
}

export function createSigningKeyService({
  db,
  clock,
  secretBox,
}: {
  db: Db
  clock: Clock
  secretBox: SecretBox
}) {
  /** Private keys by id: opening one again for each message would cost more than signing it. */
  const opened = new Map<string, string>()

  function open(record: SigningKeyRecord): SigningKey {
    const { id, purpose, state, certificate, createdAt } = record
    const privateKeyPem = opened.get(id) ?? secretBox.open(sealedFor(purpose), record.sealedPrivateKey)
    opened.set(id, privateKeyPem)
    return { id, state, createdAt, privateKeyPem, certificatePem: certificate }
  }

  return {
    /** Makes a 2048-bit RSA key and its certificate. Slow: call it outside transactions, then `store`. */
    async make(purpose: SigningPurpose): Promise<FreshSigningKey> {
      const now = clock.now()
      const notAfterDate = new Date(now)
      notAfterDate.setUTCFullYear(now.getUTCFullYear() + YEARS)
      // Needed at the first start alone: no other start waits for it or holds it in memory.
      const { generate } = await import('selfsigned')
      const pair = await generate([{ name: 'commonName', value: NAMES[purpose] }], {
        keySize: 2048,
        algorithm: 'sha256',
        notBeforeDate: now,
        notAfterDate,
      })
      return {
        id: randomUUID(),
        purpose,
        privateKeyPem: pair.private,
        certificatePem: pair.cert,
        createdAt: now.toISOString(),
      }
    },

    async store(tx: Tx, key: FreshSigningKey, state: SigningKeyState = 'current'): Promise<void> {
      await insertSigningKey(tx, {
        id: key.id,
        purpose: key.purpose,
        sealedPrivateKey: secretBox.seal(sealedFor(key.purpose), key.privateKeyPem),
        certificate: key.certificatePem,
        createdAt: key.createdAt,
        state,
      })
    },

    /** The key to sign with. Throws when the first start has not made one. */
    async current(purpose: SigningPurpose): Promise<SigningKey> {
      const record = (await listSigningKeys(db, purpose)).find(({ state }) => state === 'current')
      if (!record) throw new Error(`there is no signing key for ${purpose}`)
      return open(record)
    },

    /**
     * All keys that the other side may go by: the one in use first, and its successor or predecessor while they roll
     * over. What was encrypted for any of them is read.
     */
    async published(purpose: SigningPurpose): Promise<readonly SigningKey[]> {
      const keys = (await listSigningKeys(db, purpose)).map(open)
      return [
        ...keys.filter(({ state }) => state === 'current'),
        ...keys.filter(({ state }) => state !== 'current'),
      ]
    },

    /** The key in use makes room for the next one and stays known. False when there is no next one. */
    async advance(tx: Tx, purpose: SigningPurpose): Promise<boolean> {
      const keys = await listSigningKeys(tx, purpose)
      const of = (wanted: SigningKeyState) => keys.find(({ state }) => state === wanted)
      const [next, current, previous] = [of('next'), of('current'), of('previous')]
      if (!next || !current) return false
      if (previous) await deleteSigningKey(tx, previous.id)
      await setSigningKeyState(tx, current.id, 'previous')
      await setSigningKeyState(tx, next.id, 'current')
      return true
    },

    /** The key that is to come. */
    async findNext(tx: Tx, purpose: SigningPurpose): Promise<SigningKey | undefined> {
      const record = (await listSigningKeys(tx, purpose)).find(({ state }) => state === 'next')
      return record && open(record)
    },

    has: async (tx: Tx, purpose: SigningPurpose, wanted: SigningKeyState): Promise<boolean> =>
      (await listSigningKeys(tx, purpose)).some(({ state }) => state === wanted),

    /** Removes the key in that state. False when there is none. */
    async remove(tx: Tx, purpose: SigningPurpose, wanted: 'next' | 'previous'): Promise<boolean> {
      const key = (await listSigningKeys(tx, purpose)).find(({ state }) => state === wanted)
      if (key) await deleteSigningKey(tx, key.id)
      return key !== undefined
    },
  }
}

export type SigningKeyService = ReturnType<typeof createSigningKeyService>
