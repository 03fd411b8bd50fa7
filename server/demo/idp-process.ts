/**
 * A small SAML identity provider in a process of its own, for the tour: its metadata, a page to choose a user on, and
 * signed responses. It trusts whoever opens its page, so it listens on this machine only and is for rehearsal alone.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { attributeOf, onlyChildOf, textOf } from '../../saml/core/elements.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import { signResponse, type SigningKeyPair } from '../../saml/core/sign.js'
import { SAML_ASSERTION } from '../../saml/core/vocabulary.js'

const RESPONSE_SECONDS = 120
const LARGEST_REQUEST = 64 * 1024

interface AuthnRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string
}

function readAuthnRequest(deflated: string): AuthnRequest {
  const text = inflateRawSync(Buffer.from(deflated, 'base64'), { maxOutputLength: LARGEST_REQUEST }).toString(
    'utf8',
  )
  const root = rootOf(parseXml(text))
  const issuerElement = onlyChildOf(root, SAML_ASSERTION, 'Issuer')
  const issuer = issuerElement && textOf(issuerElement)
  const id = attributeOf(root, 'ID')
  const acsUrl = attributeOf(root, 'AssertionConsumerServiceURL')
  if (id === undefined || issuer === undefined || acsUrl === undefined) throw new Error('not an AuthnRequest')
  return { id, issuer, acsUrl }
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
const page = (body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rehearsal identity provider</title></head><body>${body}</body></html>`
const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escape(value)}"/>`

function choicePage(request: string, relayState: string): string {
  return page(
    `<h1>Rehearsal identity provider</h1><form method="post" action="/sso">${hidden('SAMLRequest', request)}${hidden('RelayState', relayState)}` +
      '<label>Sign in as <input name="user" autofocus="autofocus"/></label> <button>Sign in</button></form>',
  )
}

function responsePage(
  request: AuthnRequest,
  relayState: string,
  user: string,
  issuer: string,
  key: SigningKeyPair,
): string {
  const { base64 } = signResponse({
    key,
    sign: 'assertion',
    issuer,
    destination: request.acsUrl,
    recipient: request.acsUrl,
    audience: request.issuer,
    nameId: user,
    inResponseTo: request.id,
    issuedAt: new Date(),
    lifetimeSeconds: RESPONSE_SECONDS,
  })
  return page(
    `<form method="post" action="${escape(request.acsUrl)}">${hidden('SAMLResponse', base64)}${hidden('RelayState', relayState)}` +
      '<button>Continue</button></form><script>document.forms[0].submit()</script>',
  )
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > LARGEST_REQUEST) throw new Error('too long')
  }
  return new URLSearchParams(body)
}

async function main(): Promise<void> {
  const pair = await generate([{ name: 'commonName', value: 'Rehearsal identity provider' }], {
    keySize: 2048,
    algorithm: 'sha256',
  })
  const key = { privateKeyPem: pair.private, certificatePem: pair.cert }
  let origin = ''

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin)
    const html = (text: string) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
        .end(text)
    const answer = async (): Promise<void> => {
      if (request.method === 'GET' && url.pathname === '/metadata') {
        const metadata = providerMetadata({
          entityId: `${origin}/metadata`,
          ssoUrl: `${origin}/sso`,
          certificates: [key.certificatePem],
        })
        response.writeHead(200, { 'content-type': 'application/samlmetadata+xml' }).end(metadata)
      } else if (request.method === 'GET' && url.pathname === '/sso') {
        html(choicePage(url.searchParams.get('SAMLRequest') ?? '', url.searchParams.get('RelayState') ?? ''))
      } else if (request.method === 'POST' && url.pathname === '/sso') {
        const form = await readForm(request)
        const authnRequest = readAuthnRequest(form.get('SAMLRequest') ?? '')
        const relayState = form.get('RelayState') ?? ''
        html(responsePage(authnRequest, relayState, form.get('user') ?? '', `${origin}/metadata`, key))
      } else response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found.\n')
    }
    answer().catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${String(error)}\n`)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    process.send?.({ origin })
  })
  // Whoever started the rehearsal is gone.
  process.once('disconnect', () => process.exit(0))
}

void main()
