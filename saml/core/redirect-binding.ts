/**
 * Messages in addresses (SAML bindings 3.4): deflated, base64, percent-encoded, and signed over exactly the text of the
 * query. A signature is made over bytes as they travel, so what was sent is verified, never what a parser made of it.
 */
import { createSign, createVerify, type KeyObject } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { decodeText, LOGOUT_BOUNDS } from './safe-xml.js'
import { SamlCheckError, type SamlCheck } from './saml-check.js'
import { SIGNATURE_METHODS } from './signature-algorithms.js'
import { algorithmRefused } from './signature.js'
import { ENCODING_DEFLATE, RSA_SHA256 } from './vocabulary.js'

export type MessageField = 'SAMLRequest' | 'SAMLResponse'

export interface MessageToSend {
  readonly field: MessageField
  readonly xml: string
  /** Given back as it came, when this answers a message that brought one. */
  readonly relayState?: string | undefined
  readonly privateKeyPem: string
}

/** The address to send a browser to: the message signed by RSA-SHA256. */
export function redirectAddress(
  location: string,
  { field, xml, relayState, privateKeyPem }: MessageToSend,
): string {
  const signed = [
    `${field}=${encodeURIComponent(deflateRawSync(Buffer.from(xml, 'utf8')).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
    `SigAlg=${encodeURIComponent(RSA_SHA256)}`,
  ].join('&')
  const signature = createSign('sha256').update(signed).sign(privateKeyPem, 'base64')
  const separator = new URL(location).search === '' ? '?' : '&'
  return `${location}${separator}${signed}&Signature=${encodeURIComponent(signature)}`
}

/** A message as it stood in an address, and what its signature is over. */
export interface RedirectMessage {
  readonly field: MessageField
  readonly xml: string
  readonly relayState: string | undefined
  readonly signed: string
  readonly algorithm: string
  readonly signature: string
}

const LONGEST_QUERY = 65_536
const REMEDY = 'Let the identity provider send its message unchanged by the HTTP-Redirect binding, signed.'

const refuse = (check: SamlCheck, message: string, remedy = REMEDY) =>
  new SamlCheckError(check, message, remedy)

/**
 * Reads the raw query text (without its question mark). Throws `encoding`, `size`, `signaturePresent`. Nothing of it may
 * be believed before `verifyRedirect`.
 */
export function readRedirect(query: string): RedirectMessage {
  if (query.length > LONGEST_QUERY)
    throw refuse('size', `The address is longer than ${LONGEST_QUERY} characters.`)
  const raw = rawParameters(query)
  const request = raw.get('SAMLRequest')
  const response = raw.get('SAMLResponse')
  if ((request === undefined) === (response === undefined)) {
    throw refuse('encoding', 'The address has to carry exactly one SAMLRequest or SAMLResponse.')
  }
  const encoding = raw.get('SAMLEncoding')
  if (encoding !== undefined && decoded(encoding) !== ENCODING_DEFLATE) {
    throw refuse('encoding', 'The message is encoded in a way other than DEFLATE.')
  }
  const algorithm = raw.get('SigAlg')
  const signature = raw.get('Signature')
  if (algorithm === undefined || signature === undefined) {
    throw refuse(
      'signaturePresent',
      'The message in the address is not signed.',
      'Let the identity provider sign its logout messages.',
    )
  }
  const field = request === undefined ? 'SAMLResponse' : 'SAMLRequest'
  const relayState = raw.get('RelayState')
  return {
    field,
    xml: inflate(decoded(request ?? response ?? '')),
    relayState: relayState === undefined ? undefined : decoded(relayState),
    signed: [
      `${field}=${request ?? response}`,
      ...(relayState === undefined ? [] : [`RelayState=${relayState}`]),
      `SigAlg=${algorithm}`,
    ].join('&'),
    algorithm: decoded(algorithm),
    signature: decoded(signature),
  }
}

/** Throws `signatureAlgorithm`, `signatureValue` unless one of the keys made the signature. */
export function verifyRedirect(
  { signed, algorithm, signature }: RedirectMessage,
  keys: readonly KeyObject[],
): void {
  const method = SIGNATURE_METHODS.get(algorithm)
  if (!method || method.padding) throw algorithmRefused('signature', algorithm)
  const bytes = Buffer.from(signature, 'base64')
  for (const key of keys) {
    if (key.asymmetricKeyType !== method.keyType) continue
    // Signatures of curves come as two numbers (as in XML) from some and in DER from others.
    const encodings = method.keyType === 'ec' ? (['ieee-p1363', 'der'] as const) : (['der'] as const)
    for (const dsaEncoding of encodings) {
      if (createVerify(method.hash).update(signed).verify({ key, dsaEncoding }, bytes)) return
    }
  }
  throw refuse(
    'signatureValue',
    'The signature was not made with any of the configured certificates, or the address was changed.',
    'Upload the current metadata of the identity provider, or add its new signing certificate here.',
  )
}

const NAMES: ReadonlySet<string> = new Set([
  'SAMLRequest',
  'SAMLResponse',
  'SAMLEncoding',
  'RelayState',
  'SigAlg',
  'Signature',
])

/** The parameters of the binding as they stand in the query. Throws `encoding` for one that is there twice. */
function rawParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const part of query.split('&')) {
    const at = part.indexOf('=')
    const name = at === -1 ? part : part.slice(0, at)
    if (!NAMES.has(name)) continue
    if (parameters.has(name)) throw refuse('encoding', `The address carries ${name} twice.`)
    parameters.set(name, at === -1 ? '' : part.slice(at + 1))
  }
  return parameters
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch (cause) {
    throw new SamlCheckError('encoding', 'The address is not percent-encoded UTF-8.', REMEDY, { cause })
  }
}

/** Bounded: a small message must not unpack to a large one. */
function inflate(base64: string): string {
  const compact = base64.replaceAll(/\s/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (compact === '' || bytes.toString('base64') !== compact) {
    throw refuse('encoding', 'The message in the address is not strict base64.')
  }
  let text: Buffer
  try {
    text = inflateRawSync(bytes, { maxOutputLength: LOGOUT_BOUNDS.length })
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new SamlCheckError(
        'size',
        `The message unpacks to more than ${LOGOUT_BOUNDS.length} bytes.`,
        REMEDY,
        {
          cause,
        },
      )
    }
    throw new SamlCheckError('encoding', 'The message in the address is not deflated.', REMEDY, { cause })
  }
  return decodeText(text, LOGOUT_BOUNDS)
}
