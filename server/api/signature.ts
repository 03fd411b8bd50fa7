/** TC3-HMAC-SHA256: what the Authorization header says, and whether a request was signed with a given key. Pure. */
import { createHash, createHmac } from 'node:crypto'
import { equalSecrets } from '../domain/secrets.js'
import { ApiError } from './api-error.js'

export interface Authorization {
  readonly secretId: string
  /** UTC date of the credential scope, `YYYY-MM-DD`. */
  readonly date: string
  /** Service of the credential scope: whatever the client makes of the endpoint's name. */
  readonly service: string
  /** In the order in which they were signed; content-type and host among them. */
  readonly signedHeaders: readonly string[]
  /** 64 hexadecimal digits. */
  readonly signature: string
}

export interface SignedRequest {
  readonly method: string
  /** As sent, without the question mark. */
  readonly query: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The bytes as they came. */
  readonly body: Uint8Array
}

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 +Credential=([A-Za-z0-9]{1,128})\/(\d{4}-\d\d-\d\d)\/([^/\s,]{1,128})\/tc3_request *, *SignedHeaders=([a-z0-9;-]{1,1024}) *, *Signature=([0-9a-f]{64})$/

/** Seconds that a request's time may differ from the server's. */
const MAXIMUM_SKEW_SECONDS = 300

/** Reads the header. Throws `AuthFailure.InvalidAuthorization` when it is missing or not of this form. */
export function parseAuthorization(header: string | undefined): Authorization {
  const match = AUTHORIZATION.exec(header ?? '')
  const [, secretId = '', date = '', service = '', headerList = '', signature = ''] = match ?? []
  const signedHeaders = headerList.split(';')
  if (!match || !signedHeaders.includes('host') || !signedHeaders.includes('content-type')) {
    throw new ApiError(
      'AuthFailure.InvalidAuthorization',
      'The Authorization header is not a TC3-HMAC-SHA256 signature over at least content-type and host.',
    )
  }
  return { secretId, date, service, signedHeaders, signature }
}

/**
 * Checks that the timestamp is of about now and of the credential scope's day. Throws `AuthFailure.SignatureExpire`,
 * `AuthFailure.SignatureFailure`.
 */
export function requireTimely(timestamp: string, authorization: Authorization, now: Date): void {
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (!(Math.abs(now.getTime() / 1000 - seconds) <= MAXIMUM_SKEW_SECONDS)) {
    throw new ApiError(
      'AuthFailure.SignatureExpire',
      `X-TC-Timestamp differs from the server's time by more than ${MAXIMUM_SKEW_SECONDS} seconds: check the clock of this computer.`,
    )
  }
  if (new Date(seconds * 1000).toISOString().slice(0, 10) !== authorization.date) {
    throw new ApiError(
      'AuthFailure.SignatureFailure',
      'The date of the credential scope is not the UTC date of X-TC-Timestamp.',
    )
  }
}

/** Whether the request was signed with the key. Clients differ in what they sign; each known way is tried. */
export function isSignedWith(
  secretKey: string,
  request: SignedRequest,
  authorization: Authorization,
  timestamp: string,
): boolean {
  const scope = `${authorization.date}/${authorization.service}/tc3_request`
  const signingKey = [authorization.date, authorization.service, 'tc3_request'].reduce<Uint8Array | string>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    `TC3${secretKey}`,
  )
  const bodyHash = createHash('sha256').update(request.body).digest('hex')
  let isRight = false
  for (const headers of canonicalForms(request, authorization.signedHeaders)) {
    const canonicalRequest = [
      request.method,
      '/',
      request.query,
      headers,
      authorization.signedHeaders.join(';'),
      bodyHash,
    ].join('\n')
    const hash = createHash('sha256').update(canonicalRequest).digest('hex')
    const text = ['TC3-HMAC-SHA256', timestamp, scope, hash].join('\n')
    const expected = createHmac('sha256', signingKey).update(text).digest('hex')
    // All forms are tried and compared in constant time: the time says nothing about how near a guess is.
    isRight = equalSecrets(expected, authorization.signature) || isRight
  }
  return isRight
}

/**
 * The canonical headers in each form that clients sign. The Node SDK signs the host without the port that it sends, the
 * others with it; newer samples sign values in lower case, the SDKs as they are.
 */
function canonicalForms(request: SignedRequest, signedHeaders: readonly string[]): ReadonlySet<string> {
  const valueOf = (name: string): string => {
    const value = request.headers[name]
    return (typeof value === 'string' ? value : (value?.join(', ') ?? '')).trim()
  }
  const form = (host: string, change: (value: string) => string): string =>
    signedHeaders
      .map((name) => {
        const value = name === 'host' ? host : valueOf(name)
        return `${name}:${name === 'content-type' ? value : change(value)}\n`
      })
      .join('')
  const host = valueOf('host')
  const hosts = [host, host.replace(/:\d+$/, '')]
  return new Set(
    hosts.flatMap((name) => [form(name, (value) => value), form(name, (value) => value.toLowerCase())]),
  )
}
