/** A client of the cloud API: signs requests with TC3-HMAC-SHA256 as the cloud's own SDK does. */
import { createHash, createHmac } from 'node:crypto'

export interface Credentials {
  readonly secretId: string
  readonly secretKey: string
  readonly token?: string
}

export interface CloudCall {
  readonly service: string
  readonly version: string
  readonly action: string
  readonly region?: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** What stands under `Response`; an error is an answer like any other here. */
export interface CloudAnswer {
  readonly RequestId: string
  readonly Error?: { readonly Code: string; readonly Message: string }
  readonly [name: string]: unknown
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

export async function callCloud(
  endpoint: string,
  credentials: Credentials,
  call: CloudCall,
): Promise<CloudAnswer> {
  const { host } = new URL(endpoint)
  const body = JSON.stringify(call.parameters ?? {})
  const timestamp = Math.floor(Date.now() / 1000)
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10)
  const scope = `${date}/${call.service}/tc3_request`
  const contentType = 'application/json; charset=utf-8'
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${contentType}`,
    `host:${host}`,
    '',
    'content-type;host',
    sha256(body),
  ]
  const toSign = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonical.join('\n'))].join('\n')
  const signingKey = hmac(hmac(hmac(`TC3${credentials.secretKey}`, date), call.service), 'tc3_request')
  const signature = hmac(signingKey, toSign).toString('hex')
  const answer = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: {
      'content-type': contentType,
      authorization: `TC3-HMAC-SHA256 Credential=${credentials.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
      'x-tc-action': call.action,
      'x-tc-version': call.version,
      'x-tc-timestamp': String(timestamp),
      ...(call.region !== undefined && { 'x-tc-region': call.region }),
      ...(credentials.token !== undefined && { 'x-tc-token': credentials.token }),
    },
  })
  const { Response: response } = (await answer.json()) as { Response: CloudAnswer }
  return response
}
