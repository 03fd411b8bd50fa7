/** Secrets: making, hashing, comparing, and sealing them for the database. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** `bytes` random bytes as base64url text; 32 bytes (256 bits) unless told otherwise. */
export const randomSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** `length` random letters and digits without bias. */
export function randomAlphanumeric(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += ALPHANUMERIC[byte % 62]
  }
  return text
}

/**
 * SHA-256 as base64url: the form in which bearer secrets of at least 128 random bits rest.
 * Passwords are not such secrets; they take argon2id.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** Equality of two texts in time that does not depend on where they differ (their digests are compared). */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  )
}

/** Name of the value that the first start seals, and its purpose: whoever opens it has the key of that database. */
export const ENCRYPTION_KEY_CHECK = 'encryption-key-check'

/** Seals texts for storage. `purpose` binds a sealed text to its column, so it cannot be moved to another. */
export interface SecretBox {
  /** Short public name of the key in use, stored in front of what it sealed. */
  readonly keyId: string
  seal(purpose: string, plain: string): string
  /** Throws when the text was sealed by another key or for another purpose, or was changed. */
  open(purpose: string, sealed: string): string
}

/**
 * AES-256-GCM under a key derived from the 32-byte master key. Sealed form: `v1.<keyId>.<nonce>.<tag>.<text>`, base64url.
 * Throws RangeError when the master key is not 32 bytes.
 */
export function createSecretBox(masterKey: Uint8Array): SecretBox {
  if (masterKey.length !== 32) throw new RangeError('the encryption key must be 32 bytes')
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', masterKey, 'identity-center', info, 32))
  const key = derive('secret-box')
  const keyId = derive('key-id').toString('base64url').slice(0, 8)
  return {
    keyId,
    seal(purpose, plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [
        'v1',
        keyId,
        ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url')),
      ].join('.')
    },
    open(purpose, sealed) {
      const [version, sealedBy, nonce, tag, text] = sealed.split('.')
      if (version !== 'v1' || sealedBy !== keyId || !nonce || !tag || text === undefined) {
        throw new Error(`a sealed value for ${purpose} does not fit the encryption key in use`)
      }
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      })
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(Buffer.from(tag, 'base64url'))
      return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString(
        'utf8',
      )
    },
  }
}
