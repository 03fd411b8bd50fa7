/** The older signatures, HmacSHA1 and HmacSHA256, which stand among the parameters of a query or a form. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from './api-error.js'
import { hostForms } from './signature.js'

/** Names and values as they were sent, decoded. */
export type ParameterPairs = ReadonlyMap<string, string>

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['HmacSHA1', 'sha1'],
  ['HmacSHA256', 'sha256'],
])

export interface V1Signature {
  readonly secretId: string
  /** Seconds since 1970. */
  readonly timestamp: string
  readonly digest: string
  readonly signature: Buffer
}

/**
 * What the parameters say of who signed them. Throws `AuthFailure.InvalidAuthorization` when they have no signature, or
 * one by an unknown method, and `MissingParameter` for what belongs to it.
 */
export function readV1Signature(pairs: ParameterPairs): V1Signature {
  const text = pairs.get('Signature') ?? ''
  const digest = DIGESTS.get(pairs.get('SignatureMethod') ?? 'HmacSHA1')
  if (text === '' || digest === undefined) {
    throw new ApiError(
      'AuthFailure.InvalidAuthorization',
      'The request has no Signature by HmacSHA1 or HmacSHA256, nor an Authorization header.',
    )
  }
  const required = (name: string): string => {
    const value = pairs.get(name) ?? ''
    if (value !== '') return value
    throw new ApiError('MissingParameter', `The request is missing the required parameter \`${name}\`.`)
  }
  required('Nonce')
  return {
    secretId: required('SecretId'),
    timestamp: required('Timestamp'),
    digest,
    signature: Buffer.from(text, 'base64'),
  }
}

/** Whether the parameters were signed with the key, for this host with or without its port. */
export function isV1SignedWith(
  secretKey: string,
  request: { readonly method: string; readonly host: string; readonly pairs: ParameterPairs },
  { digest, signature }: V1Signature,
): boolean {
  // By code units, as the clients sort.
  const text = [...request.pairs.keys()]
    .filter((name) => name !== 'Signature')
    .sort()
    .map((name) => `${name}=${request.pairs.get(name)}`)
    .join('&')
  return hostForms(request.host).some((host) => {
    const expected = createHmac(digest, secretKey).update(`${request.method}${host}/?${text}`).digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  })
}
