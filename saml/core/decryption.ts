/**
 * Encrypted assertions and names (XML Encryption 1.1 as SAML uses it). What can be an oracle for an attacker is refused: RSA 1.5 keys
 * (Bleichenbacher) and Triple-DES always, CBC unless the signature on the message around it has been verified before
 * (Jager and Somorovsky, "How to break XML encryption"), or it is allowed all the same: then whoever asks has to see to it
 * that everything which depends on the text fails alike. Whatever fails after that fails alike here.
 */
import { constants, createDecipheriv, privateDecrypt, randomBytes } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { attributeOf, childrenOf, elementsOf, isNamed, onlyChildOf, textOf } from './elements.js'
import { decodeText } from './safe-xml.js'
import { SamlCheckError, quoted } from './saml-check.js'
import { SAML_ASSERTION, XML_ENCRYPTION, XML_ENCRYPTION_11, XML_SIGNATURE } from './vocabulary.js'

interface ContentCipher {
  readonly name: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc'
  readonly keyBytes: number
}

const CONTENT_CIPHERS: ReadonlyMap<string, ContentCipher> = new Map([
  [`${XML_ENCRYPTION_11}aes128-gcm`, { name: 'aes-128-gcm', keyBytes: 16 }],
  [`${XML_ENCRYPTION_11}aes192-gcm`, { name: 'aes-192-gcm', keyBytes: 24 }],
  [`${XML_ENCRYPTION_11}aes256-gcm`, { name: 'aes-256-gcm', keyBytes: 32 }],
  [`${XML_ENCRYPTION}aes128-cbc`, { name: 'aes-128-cbc', keyBytes: 16 }],
  [`${XML_ENCRYPTION}aes192-cbc`, { name: 'aes-192-cbc', keyBytes: 24 }],
  [`${XML_ENCRYPTION}aes256-cbc`, { name: 'aes-256-cbc', keyBytes: 32 }],
])

/** The key transport whose mask generation is always SHA-1 (which is no weakness there), and the one that names its own. */
const OAEP_MGF1_SHA1 = `${XML_ENCRYPTION}rsa-oaep-mgf1p`
const OAEP = `${XML_ENCRYPTION_11}rsa-oaep`

const OAEP_HASHES: ReadonlyMap<string, string> = new Map([
  [`${XML_SIGNATURE}sha1`, 'sha1'],
  [`${XML_ENCRYPTION}sha256`, 'sha256'],
  [`${XML_ENCRYPTION}sha512`, 'sha512'],
  [`${XML_ENCRYPTION_11}mgf1sha1`, 'sha1'],
  [`${XML_ENCRYPTION_11}mgf1sha256`, 'sha256'],
  [`${XML_ENCRYPTION_11}mgf1sha512`, 'sha512'],
])

const GCM_NONCE_BYTES = 12
const GCM_TAG_BYTES = 16
const BLOCK_BYTES = 16

const USE_GCM =
  'Let the identity provider encrypt with AES-GCM and RSA-OAEP. With AES-CBC it has to sign the response as well (Entra ID: signing option "Sign SAML response and assertion"), unless the setting saml.allowCbcEncryption is switched on, with the risk that it names.'

const refused = (message: string, found: string | undefined) =>
  new SamlCheckError('encryption', message, USE_GCM, { found })

/** One answer for a wrong key, a changed text, bad padding and what comes out of it: which of them it was is nobody's business. */
export const undecipherable = () =>
  new SamlCheckError(
    'decryption',
    'The assertion could not be decrypted with a key of this service provider.',
    'Give the identity provider the current metadata of this service provider: it encrypts for another key.',
  )

export interface Decryption {
  readonly privateKeys: readonly string[]
  /** Whether a verified signature covers the cipher text as it is. */
  readonly authentic: boolean
  /** Whether AES-CBC is taken where it is not authentic. */
  readonly allowCbc: boolean
}

/**
 * Whether somebody could change the cipher text piece by piece and learn about the text from what becomes of it. Of such
 * an assertion nobody may be told how it failed.
 */
export function isMalleable(encryptedAssertion: Element): boolean {
  const data = onlyChildOf(encryptedAssertion, XML_ENCRYPTION, 'EncryptedData')
  return CONTENT_CIPHERS.get(data ? algorithmOf(data) : '')?.name.endsWith('-cbc') ?? false
}

/**
 * The text inside an EncryptedAssertion. Throws `encryption` for a form or algorithm that is not accepted, `decryption`
 * when no key fits. What comes out is as untrusted as any text.
 */
export const decryptAssertion = (encryptedAssertion: Element, decryption: Decryption): string =>
  decrypt(encryptedAssertion, 'EncryptedAssertion', decryption)

/** The text inside an EncryptedID that a verified signature covers. Throws like `decryptAssertion`. */
export const decryptSignedId = (encryptedId: Element, privateKeys: readonly string[]): string =>
  decrypt(encryptedId, 'EncryptedID', { privateKeys, authentic: true, allowCbc: false })

function decrypt(
  encrypted: Element,
  name: 'EncryptedAssertion' | 'EncryptedID',
  { privateKeys, authentic, allowCbc }: Decryption,
): string {
  const data = onlyChildOf(encrypted, XML_ENCRYPTION, 'EncryptedData')
  if (!isNamed(encrypted, SAML_ASSERTION, name) || !data) {
    throw refused(`${name} does not hold exactly one EncryptedData.`, undefined)
  }
  const algorithm = algorithmOf(data)
  const cipher = CONTENT_CIPHERS.get(algorithm)
  if (!cipher)
    throw refused(`${name} is encrypted by ${quoted(algorithm)}, which is not accepted.`, algorithm)
  const byCbc = cipher.name.endsWith('-cbc')
  if (byCbc && !authentic && !allowCbc) {
    throw refused(
      'The assertion is encrypted by AES-CBC and the response around it is not signed, so an attacker could change it and learn from the answers.',
      algorithm,
    )
  }
  const encryptedKey = encryptedKeyOf(encrypted, data)
  const oaepHash = requireKeyTransport(encryptedKey)
  const wrapped = cipherValueOf(encryptedKey)
  const content = cipherValueOf(data)
  const contentKeys = privateKeys.map((privateKey) => unwrap(privateKey, oaepHash, wrapped, cipher.keyBytes))
  const fitting = contentKeys.filter((key) => key !== undefined)
  // Of an authentic text there is nothing to learn, and CBC would not notice that a key is wrong.
  if (fitting.length === 0 && authentic) throw undecipherable()
  // Else a random key takes the place of one that fits, so that a wrong key goes the same way as a wrong text.
  for (const key of fitting.length > 0 ? fitting : [randomBytes(cipher.keyBytes)]) {
    const plain = decipher(cipher, key, content)
    if (plain) return decodeText(plain)
  }
  throw undecipherable()
}

const algorithmOf = (encrypted: Element): string => {
  const method = onlyChildOf(encrypted, XML_ENCRYPTION, 'EncryptionMethod')
  return (method && attributeOf(method, 'Algorithm')) ?? ''
}

/** The one key: inside the KeyInfo of the data, or beside the data with a reference to it. */
function encryptedKeyOf(encryptedAssertion: Element, data: Element): Element {
  const keyInfo = onlyChildOf(data, XML_SIGNATURE, 'KeyInfo')
  const inside = keyInfo ? childrenOf(keyInfo, XML_ENCRYPTION, 'EncryptedKey') : []
  const beside = childrenOf(encryptedAssertion, XML_ENCRYPTION, 'EncryptedKey')
  const [key, ...others] = [...inside, ...beside]
  if (!key || others.length > 0) {
    throw refused(
      `The encrypted assertion holds ${inside.length + beside.length} keys instead of one.`,
      undefined,
    )
  }
  return key
}

/** The hash of the key transport. Node uses one for label and mask, so both have to be the same. */
function requireKeyTransport(encryptedKey: Element): string {
  const algorithm = algorithmOf(encryptedKey)
  const method = onlyChildOf(encryptedKey, XML_ENCRYPTION, 'EncryptionMethod')
  const named = (namespace: string, name: string): string | undefined => {
    const element = method && onlyChildOf(method, namespace, name)
    return element && attributeOf(element, 'Algorithm')
  }
  const digest = named(XML_SIGNATURE, 'DigestMethod')
  const hash = OAEP_HASHES.get(digest ?? `${XML_SIGNATURE}sha1`)
  const mask =
    algorithm === OAEP_MGF1_SHA1
      ? 'sha1'
      : OAEP_HASHES.get(named(XML_ENCRYPTION_11, 'MGF') ?? `${XML_ENCRYPTION_11}mgf1sha1`)
  const parameters = method ? elementsOf(method).some((element) => element.localName === 'OAEPparams') : false
  if (
    (algorithm === OAEP_MGF1_SHA1 || algorithm === OAEP) &&
    hash !== undefined &&
    hash === mask &&
    !parameters
  ) {
    return hash
  }
  throw refused(
    `The key of the assertion is encrypted by ${quoted(algorithm)}${digest === undefined ? '' : ` with ${quoted(digest)}`}, which is not accepted.`,
    algorithm,
  )
}

function cipherValueOf(encrypted: Element): Buffer {
  const data = onlyChildOf(encrypted, XML_ENCRYPTION, 'CipherData')
  const value = data && onlyChildOf(data, XML_ENCRYPTION, 'CipherValue')
  const base64 = (value && textOf(value))?.replaceAll(/[ \t\r\n]/g, '')
  const bytes = Buffer.from(base64 ?? '', 'base64')
  if (base64 !== undefined && base64 !== '' && bytes.toString('base64') === base64) return bytes
  throw refused('The encrypted assertion does not hold its cipher text as plain base64.', undefined)
}

/** The content key, if this private key is the one that it was encrypted for. */
function unwrap(privateKey: string, oaepHash: string, wrapped: Buffer, keyBytes: number): Buffer | undefined {
  try {
    const key = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      wrapped,
    )
    return key.length === keyBytes ? key : undefined
  } catch {
    return undefined
  }
}

/** The plain bytes, or nothing when the key does not fit or the text was changed. */
function decipher({ name }: ContentCipher, key: Buffer, content: Buffer): Buffer | undefined {
  try {
    if (name === 'aes-128-gcm' || name === 'aes-192-gcm' || name === 'aes-256-gcm') {
      if (content.length < GCM_NONCE_BYTES + GCM_TAG_BYTES) return undefined
      const nonce = content.subarray(0, GCM_NONCE_BYTES)
      const gcm = createDecipheriv(name, key, nonce, { authTagLength: GCM_TAG_BYTES })
      gcm.setAuthTag(content.subarray(-GCM_TAG_BYTES))
      return Buffer.concat([gcm.update(content.subarray(GCM_NONCE_BYTES, -GCM_TAG_BYTES)), gcm.final()])
    }
    const cbc = createDecipheriv(name, key, content.subarray(0, BLOCK_BYTES))
    // Only the last byte of the padding is defined (XML Encryption 5.2.1).
    cbc.setAutoPadding(false)
    const padded = Buffer.concat([cbc.update(content.subarray(BLOCK_BYTES)), cbc.final()])
    const padding = padded.at(-1) ?? 0
    return padding >= 1 && padding <= BLOCK_BYTES ? padded.subarray(0, -padding) : undefined
  } catch {
    return undefined
  }
}
