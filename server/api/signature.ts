/** TC3-HMAC-SHA256: what the Authorization header says, and whether a request was signed with a given key. Pure. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
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

/** Checks that the timestamp, in seconds since 1970, is of about now. Throws `AuthFailure.SignatureExpire`. */
export function requireTimely(timestamp: string, now: Date): void {
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (Math.abs(now.getTime() / 1000 - seconds) <= MAXIMUM_SKEW_SECONDS) return
  throw new ApiError(
    'AuthFailure.SignatureExpire',
    `The timestamp differs from the server's time by more than ${MAXIMUM_SKEW_SECONDS} seconds: check the clock of this computer.`,
  )
}

/** Checks that the credential scope is of the timestamp's day. Throws `AuthFailure.SignatureFailure`. */
export function requireScopeOfDay({ date }: Authorization, timestamp: string): void {
  if (new Date(Number(timestamp) * 1000).toISOString().slice(0, 10) === date) return
  throw new ApiError(
    'AuthFailure.SignatureFailure',
    'The date of the credential scope is not the UTC date of X-TC-Timestamp.',
  )
}

/** Whether the request was signed with the key. Clients differ in what they sign; each known way is tried. */
export function isSignedWith(
  secretKey: string,
  request: SignedRequest,
  authorization: Authorization,
  timestamp: string,
): boolean {
  const { date, service, signedHeaders } = authorization
  const signature = Buffer.from(authorization.signature, 'hex')
  const signingKey = signingKeyOf(secretKey, date, service)
  const head = `${request.method}\n/\n${request.query}\n`
  const tail = `\n${signedHeaders.join(';')}\n${hash('sha256', request.body)}`
  const tried = new Set<string>()
  for (const headers of canonicalForms(request, signedHeaders)) {
    if (tried.has(headers)) continue
    tried.add(headers)
    const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${hash('sha256', head + headers + tail)}`
    // Compared in constant time. Leaving off at the first that is right tells nothing: whoever is wrong sees all tried.
    if (timingSafeEqual(createHmac('sha256', signingKey).update(text).digest(), signature)) return true
  }
  return false
}

const KEPT_SIGNING_KEYS = 1000
/** A key is derived once for a day and service: that takes as long as all the rest of the check. */
const signingKeys = new Map<string, Buffer>()

function signingKeyOf(secretKey: string, date: string, service: string): Buffer {
  const name = `${secretKey} ${date} ${service}`
  const known = signingKeys.get(name)
  if (known) return known
  const hmac = (key: Uint8Array | string, part: string) => createHmac('sha256', key).update(part).digest()
  const derived = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request')
  signingKeys.set(name, derived)
  if (signingKeys.size > KEPT_SIGNING_KEYS) {
    const [oldest] = signingKeys.keys()
    if (oldest !== undefined) signingKeys.delete(oldest)
  }
  return derived
}

/**
 * The canonical headers in each form that clients sign. The Node SDK signs the host without the port that it sends, the
 * others with it; newer samples sign values in lower case, the SDKs as they are.
 */
function* canonicalForms(request: SignedRequest, signedHeaders: readonly string[]): Generator<string> {
  const valueOf = (name: string): string => {
    const value = request.headers[name]
    return (typeof value === 'string' ? value : (value?.join(', ') ?? '')).trim()
  }
  const form = (host: string, change: (value: string) => string): string => {
    let text = ''
    for (const name of signedHeaders) {
      const value = name === 'host' ? host : valueOf(name)
      text += `${name}:${name === 'content-type' ? value : change(value)}\n`
    }
    return text
  }
  for (const host of hostForms(valueOf('host'))) {
    yield form(host, (value) => value)
    yield form(host, (value) => value.toLowerCase())
  }
}

/** The host as it was sent, and without its port. */
export const hostForms = (host: string): readonly string[] => [host, host.replace(/:\d+$/, '')]
