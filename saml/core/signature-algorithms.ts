/**
 * The signature and digest algorithms that are accepted, and the ones of them that xml-crypto does not bring along.
 * SHA-1, HMAC and DSA are not among them: what is not in these tables is refused.
 */
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  KeyObject,
  sign,
  verify,
  type BinaryLike,
  type KeyLike,
} from 'node:crypto'
import type { HashAlgorithm, SignatureAlgorithm } from 'xml-crypto'
import {
  DIGEST_SHA256,
  DIGEST_SHA384,
  DIGEST_SHA512,
  ECDSA_SHA256,
  ECDSA_SHA384,
  ECDSA_SHA512,
  RSA_PSS_SHA256,
  RSA_SHA256,
  RSA_SHA384,
  RSA_SHA512,
} from './vocabulary.js'

export type Hash = 'sha256' | 'sha384' | 'sha512'

/** How a signature value is made: with which kind of key, over which hash. */
export interface SignatureMethod {
  readonly keyType: 'rsa' | 'ec'
  readonly hash: Hash
  readonly padding?: 'pss'
}

/** By the identifier that a message names (RFC 9231). */
export const SIGNATURE_METHODS: ReadonlyMap<string, SignatureMethod> = new Map([
  [RSA_SHA256, { keyType: 'rsa', hash: 'sha256' }],
  [RSA_SHA384, { keyType: 'rsa', hash: 'sha384' }],
  [RSA_SHA512, { keyType: 'rsa', hash: 'sha512' }],
  [RSA_PSS_SHA256, { keyType: 'rsa', hash: 'sha256', padding: 'pss' }],
  [ECDSA_SHA256, { keyType: 'ec', hash: 'sha256' }],
  [ECDSA_SHA384, { keyType: 'ec', hash: 'sha384' }],
  [ECDSA_SHA512, { keyType: 'ec', hash: 'sha512' }],
])

export const DIGESTS: ReadonlyMap<string, Hash> = new Map([
  [DIGEST_SHA256, 'sha256'],
  [DIGEST_SHA384, 'sha384'],
  [DIGEST_SHA512, 'sha512'],
])

/** Signatures with these are the only ones that xml-crypto, and the libraries on top of it, know by themselves. */
const KNOWN_TO_LIBRARIES: ReadonlySet<string> = new Set([
  RSA_SHA256,
  RSA_SHA512,
  RSA_PSS_SHA256,
  DIGEST_SHA256,
  DIGEST_SHA512,
])

/** Whether xml-crypto knows the signature or digest algorithm without our help. */
export const isKnownToLibraries = (algorithm: string): boolean => KNOWN_TO_LIBRARIES.has(algorithm)

/** Whether the key made that signature of the text by that method, and is of the kind that the method is for. */
export function isSignatureOf(
  { keyType, hash, padding }: SignatureMethod,
  key: KeyObject,
  text: string,
  signature: Buffer,
): boolean {
  // Node would verify with whatever key it gets.
  if (key.asymmetricKeyType !== keyType) return false
  const pss = padding === 'pss' && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  }
  return verify(hash, Buffer.from(text, 'utf8'), { key, dsaEncoding, ...pss }, signature)
}

// XML signatures hold the two numbers of an ECDSA signature one after the other, not in DER (RFC 4051 section 3.4.1).
const dsaEncoding = 'ieee-p1363'

function signatureAlgorithm(name: string, hash: Hash): new () => SignatureAlgorithm {
  return class implements SignatureAlgorithm {
    getAlgorithmName(): string {
      return name
    }
    getSignature(signedInfo: BinaryLike, privateKey: KeyLike): string {
      const key = privateKey instanceof KeyObject ? privateKey : createPrivateKey(privateKey)
      return sign(hash, toBytes(signedInfo), { key, dsaEncoding }).toString('base64')
    }
    verifySignature(material: string, publicKey: KeyLike, signatureValue: string): boolean {
      const key = publicKey instanceof KeyObject ? publicKey : createPublicKey(publicKey)
      return verify(hash, toBytes(material), { key, dsaEncoding }, Buffer.from(signatureValue, 'base64'))
    }
  }
}

const toBytes = (data: BinaryLike): NodeJS.ArrayBufferView =>
  typeof data === 'string' ? Buffer.from(data, 'utf8') : data

class Sha384 implements HashAlgorithm {
  getAlgorithmName(): string {
    return DIGEST_SHA384
  }
  getHash(xml: string): string {
    return createHash('sha384').update(xml, 'utf8').digest('base64')
  }
}

/** What `SignedXml` has to be told, by identifier. */
export const FURTHER_SIGNATURE_ALGORITHMS: Readonly<Record<string, new () => SignatureAlgorithm>> =
  Object.fromEntries(
    [...SIGNATURE_METHODS]
      .filter(([name]) => !isKnownToLibraries(name))
      .map(([name, { hash }]) => [name, signatureAlgorithm(name, hash)]),
  )

export const FURTHER_DIGESTS: Readonly<Record<string, new () => HashAlgorithm>> = {
  [DIGEST_SHA384]: Sha384,
}
