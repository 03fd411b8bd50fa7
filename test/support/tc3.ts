/** A client of the cloud API that signs by hand, so that a test can get every part of it wrong. */
import { createHash, createHmac } from 'node:crypto'
import request from 'supertest'
import type { App } from 'supertest/types.js'

export interface ApiKeyPair {
  readonly secretId: string
  readonly secretKey: string
  readonly token?: string
}

export interface ApiRequest {
  readonly action: string
  readonly version: string
  readonly key?: ApiKeyPair
  /** Sent as it is when it is text. */
  readonly body?: unknown
  /** Of the request, and of its signature. */
  readonly at: Date
  readonly host?: string
  /** Host as it is signed, when it differs from the one sent. */
  readonly signedHost?: string
  /** Credential scope; the date is that of `at` unless given. */
  readonly service?: string
  readonly date?: string
  readonly signedHeaders?: readonly string[]
  /** Changes values before they are signed. */
  readonly sign?: (value: string) => string
  /** Headers sent in place of, or beside, the usual ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

export interface ApiResponse {
  readonly status: number
  readonly type: string
  readonly requestId: string
  /** `Response` of the body. */
  readonly answer: Record<string, unknown> & { readonly Error?: { Code: string; Message: string } }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The headers of a signed request. */
export function signedHeaders(wanted: ApiRequest, body: string): Record<string, string> {
  const timestamp = String(Math.floor(wanted.at.getTime() / 1000))
  const date = wanted.date ?? wanted.at.toISOString().slice(0, 10)
  const service = wanted.service ?? 'sts'
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: wanted.host ?? 'id.example',
    'x-tc-action': wanted.action,
    'x-tc-version': wanted.version,
    'x-tc-timestamp': timestamp,
    ...(wanted.key?.token !== undefined && { 'x-tc-token': wanted.key.token }),
  }
  for (const [name, value] of Object.entries(wanted.headers ?? {})) {
    if (value === undefined) delete headers[name]
    else headers[name] = value
  }
  if (wanted.key) {
    const names = wanted.signedHeaders ?? ['content-type', 'host']
    const change = wanted.sign ?? ((value: string) => value)
    const canonical = names
      .map((name) => {
        const value = name === 'host' ? (wanted.signedHost ?? headers['host'] ?? '') : (headers[name] ?? '')
        return `${name}:${name === 'content-type' ? value : change(value)}\n`
      })
      .join('')
    const scope = `${date}/${service}/tc3_request`
    const canonicalRequest = ['POST', '/', '', canonical, names.join(';'), sha256(body)].join('\n')
    const text = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest)].join('\n')
    const key = hmac(hmac(hmac(`TC3${wanted.key.secretKey}`, date), service), 'tc3_request')
    headers['authorization'] ??=
      `TC3-HMAC-SHA256 Credential=${wanted.key.secretId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${hmac(key, text).toString('hex')}`
  }
  return headers
}

/** Signs and sends. */
export async function callApi(app: App, wanted: ApiRequest): Promise<ApiResponse> {
  const body = typeof wanted.body === 'string' ? wanted.body : JSON.stringify(wanted.body ?? {})
  const response = await request(app)
    .post('/')
    .set(signedHeaders(wanted, body))
    // Text is sent as it stands: what is signed is what goes out.
    .send(body)
    .buffer(true)
    .parse((incoming, done) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => (text += chunk))
      incoming.on('end', () => done(null, text))
    })
  const parsed = JSON.parse(response.body as string) as { Response: ApiResponse['answer'] }
  return {
    status: response.status,
    type: String(response.headers['content-type']),
    requestId: String(response.headers['x-request-id']),
    answer: parsed.Response,
  }
}
