/** The product's own signing keys: of the SAML service provider, and of the RoleSAML identity provider. */
import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../db/database.js'
import { insertSigningKey, listSigningKeys, type SigningPurpose } from '../../db/signing-keys.js'
import type { Clock } from '../domain/clock.js'
import type { SecretBox } from '../domain/secrets.js'

export interface SigningKey {
  readonly id: string
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

export type FreshSigningKey = SigningKey & { readonly purpose: SigningPurpose; readonly createdAt: string }

export function createSigningKeyService({
  db,
  clock,
  secretBox,
}: {
  db: Db
  clock: Clock
  secretBox: SecretBox
}) {
  const opened = new Map<string, SigningKey>()

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

    async store(tx: Tx, key: FreshSigningKey): Promise<void> {
      await insertSigningKey(tx, {
        id: key.id,
        purpose: key.purpose,
        sealedPrivateKey: secretBox.seal(sealedFor(key.purpose), key.privateKeyPem),
        certificate: key.certificatePem,
        createdAt: key.createdAt,
      })
    },

    /** The key to sign with: the newest of its purpose. Throws when the first start has not made one. */
    async current(purpose: SigningPurpose): Promise<SigningKey> {
      const [newest] = await listSigningKeys(db, purpose)
      if (!newest) throw new Error(`there is no signing key for ${purpose}`)
      let key = opened.get(newest.id)
      if (!key) {
        key = {
          id: newest.id,
          privateKeyPem: secretBox.open(sealedFor(purpose), newest.sealedPrivateKey),
          certificatePem: newest.certificate,
        }
        opened.set(newest.id, key)
      }
      return key
    },
  }
}

export type SigningKeyService = ReturnType<typeof createSigningKeyService>
