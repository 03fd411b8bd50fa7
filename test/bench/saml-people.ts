/** People who sign in by SAML: an identity provider's key, and logins that are begun and answered but not yet brought back. */
import { parseSetCookie } from 'cookie'
import { Agent, request, type RequestOptions } from 'node:http'
import { inflateRawSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { attributeOf } from '../../saml/core/elements.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import { signResponse, type SigningKeyPair } from '../../saml/core/sign.js'

const ISSUER = 'https://idp.example/metadata'

export interface BenchProvider {
  readonly key: SigningKeyPair
  readonly metadata: string
}

export async function createProvider(): Promise<BenchProvider> {
  const pair = await generate([{ name: 'commonName', value: 'Bench identity provider' }], {
    keySize: 2048,
    algorithm: 'sha256',
  })
  const key = { privateKeyPem: pair.private, certificatePem: pair.cert }
  return {
    key,
    metadata: providerMetadata({
      entityId: ISSUER,
      ssoUrl: 'https://idp.example/login',
      certificates: [key.certificatePem],
    }),
  }
}

/** Who the responses are for. */
export interface Receiver {
  readonly entityId: string
  readonly acsUrl: string
}

/** A login that only has to be brought back to the door. */
export interface OpenLogin {
  readonly cookie: string
  /** Base64, as the form carries it. */
  readonly response: string
  /** The form, as the browser posts it: made before anything is measured. */
  readonly body: string
  /** Of the browser, as the proxy in front would report it: a company's people do not all come from one. */
  readonly address: string
  readonly receiver: Receiver
}

let people = 0

export function respond(
  key: SigningKeyPair,
  { entityId, acsUrl }: Receiver,
  { nameId, attributes, inResponseTo }: { nameId: string; attributes: number; inResponseTo: string },
): string {
  return signResponse({
    key,
    sign: 'assertion',
    issuer: ISSUER,
    destination: acsUrl,
    recipient: acsUrl,
    audience: entityId,
    nameId,
    issuedAt: new Date(),
    lifetimeSeconds: 300,
    inResponseTo,
    attributes: Object.fromEntries(
      Array.from({ length: attributes }, (_, index) => [`attribute-${index}`, [`value ${index}`]]),
    ),
  }).base64
}

/** Begins a login at the door and has the identity provider answer it. */
export async function beginLogin(
  url: string,
  key: SigningKeyPair,
  choices: { readonly nameId: string; readonly attributes: number },
): Promise<OpenLogin> {
  people += 1
  const address = `10.${(people >> 14) & 127}.${(people >> 7) & 127}.${(people & 127) + 1}`
  const answer = await fetch(`${url}/saml/login`, {
    redirect: 'manual',
    headers: { 'x-forwarded-for': address },
  })
  const [line = ''] = answer.headers.getSetCookie()
  const { name, value } = parseSetCookie(line)
  const asked = new URL(answer.headers.get('location') ?? '').searchParams.get('SAMLRequest') ?? ''
  const request = rootOf(parseXml(inflateRawSync(Buffer.from(asked, 'base64')).toString('utf8')))
  const acsUrl = attributeOf(request, 'AssertionConsumerServiceURL') ?? ''
  const receiver = { acsUrl, entityId: acsUrl.replace('/acs/', '/sp/') }
  const inResponseTo = attributeOf(request, 'ID') ?? ''
  const response = respond(key, receiver, { ...choices, inResponseTo })
  return {
    cookie: `${name}=${value}`,
    address,
    receiver,
    response,
    body: new URLSearchParams({ SAMLResponse: response }).toString(),
  }
}

/** Connections of the crowd. Plain requests cost who makes them a fraction of what `fetch` does, on the same processors. */
const agent = new Agent({ keepAlive: true })

/** Makes a request and reads the answer to its end. */
const send = (
  url: string,
  options: RequestOptions,
  body?: string,
): Promise<{ readonly status: number | undefined; readonly location: string | undefined }> =>
  new Promise((resolve, reject) => {
    request(url, { agent, ...options }, (answer) => {
      const { statusCode: status, headers } = answer
      answer
        .resume()
        .once('end', () => resolve({ status, location: headers.location }))
        .once('error', reject)
    })
      .once('error', reject)
      .end(body)
  })

/** Brings the answer back and takes the session. Throws unless the portal lets the person in. */
export async function finishLogin(url: string, login: OpenLogin): Promise<void> {
  const headers = { 'x-forwarded-for': login.address }
  const answered = await send(
    `${url}${new URL(login.receiver.acsUrl).pathname}`,
    { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } },
    login.body,
  )
  const finished = await send(`${url}${answered.location}`, { headers: { ...headers, cookie: login.cookie } })
  if (finished.location !== '/portal') {
    throw new Error(`the sign-in was answered ${answered.status} and ${finished.status}`)
  }
}
