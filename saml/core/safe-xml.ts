/**
 * XML from strangers. A text is scanned for everything a SAML message never needs (DTD, entities, comments, processing
 * instructions, CDATA) and for its bounds before a parser sees it; parsers differ on exactly these, and signatures have
 * been forged with such differences.
 */
import { DOMParser, onWarningStopParsing, type Document, type Element } from '@xmldom/xmldom'
import { allWithin, attributesOf } from './elements.js'
import { SamlCheckError, quoted } from './saml-check.js'

export interface XmlBounds {
  /** Length of the text in UTF-16 code units. */
  readonly length: number
  readonly depth: number
  readonly tags: number
  /** Attributes of one tag: parsers compare each with all others. */
  readonly attributes: number
}

/** A response with some hundred group names is about 30,000 characters long, has one tag for each, and is less than 12 deep. */
export const MESSAGE_BOUNDS: XmlBounds = { length: 262_144, depth: 32, tags: 4000, attributes: 64 }

/**
 * A request to log out with a chain of certificates and fifty sessions is about 10,000 characters long. The thread that
 * answers requests checks it itself, which takes less than 10 ms within these bounds.
 */
export const LOGOUT_BOUNDS: XmlBounds = { length: 32_768, depth: 16, tags: 250, attributes: 16 }

/**
 * A response that asks for a role, the API takes it and so do the simulated accounts. Ours are 8,000 characters long; that
 * of an identity provider of an account has a value for each role. Checked where requests are answered, too: in 20 ms.
 */
export const ROLE_BOUNDS: XmlBounds = { length: 65_536, depth: 16, tags: 500, attributes: 16 }

const RESEND =
  'Let the identity provider send its message unchanged; if it does, its SAML library is at fault.'

/**
 * The text inside a base64 form field. Line breaks are allowed (RFC 2045), everything else is strict.
 * Throws `encoding` or `size`.
 */
export function decodeMessage(field: unknown, bounds: XmlBounds = MESSAGE_BOUNDS): string {
  if (typeof field !== 'string' || field === '') {
    throw new SamlCheckError('encoding', 'The message has to come as exactly one form field.', RESEND)
  }
  // Base64 is 4/3 of its bytes, line breaks add a little.
  if (field.length > bounds.length * 1.4) throw tooLarge(bounds)
  const base64 = field.replaceAll(/[\r\n]/g, '')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) {
    throw new SamlCheckError('encoding', 'The message is not strict base64.', RESEND)
  }
  return decodeText(bytes, bounds)
}

/** Bytes as UTF-8 text. Throws `encoding` or `size`. */
export function decodeText(bytes: Uint8Array, bounds: XmlBounds = MESSAGE_BOUNDS): string {
  if (bytes.length > bounds.length) throw tooLarge(bounds)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new SamlCheckError('encoding', 'The message is not valid UTF-8.', RESEND, { cause })
  }
}

/** Throws `size`, `forbiddenXml`, `xml` for a text that no parser shall see: a pass over it, which costs little. */
export function requireParsable(text: string, bounds: XmlBounds): void {
  if (text.length > bounds.length) throw tooLarge(bounds)
  scan(text, bounds)
}

/** The document in the text. Throws `size`, `forbiddenXml`, `xml`. */
export function parseXml(text: string, bounds: XmlBounds = MESSAGE_BOUNDS): Document {
  requireParsable(text, bounds)
  let document: Document
  try {
    document = new DOMParser({
      locator: false,
      onError: onWarningStopParsing,
      // The parser's own replacement follows XML 1.1 and folds further characters into line feeds.
      normalizeLineEndings: (source) => source.replaceAll(/\r\n?/g, '\n'),
    }).parseFromString(text, 'text/xml')
  } catch (cause) {
    throw new SamlCheckError('xml', 'The message is not well-formed XML.', RESEND, { cause })
  }
  for (const element of allWithin(rootOf(document))) requireNamespaces(element)
  return document
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'

/** What Namespaces in XML 1.0 reserves or forbids and parsers let pass, each in its own way. */
function requireNamespaces(element: Element): void {
  for (const { name, value, namespaceURI } of attributesOf(element)) {
    if (namespaceURI !== XMLNS_NAMESPACE) continue
    const reserved = /^xmlns:xml(?:ns)?$/.test(name) || value === XML_NAMESPACE || value === XMLNS_NAMESPACE
    const unbound = value === '' && name !== 'xmlns'
    if (reserved || unbound) {
      throw malformed(`it binds ${quoted(name)} to ${quoted(value)}`)
    }
  }
}

/** The root element; a parsed document always has one. */
export function rootOf(document: Document): Element {
  const root = document.documentElement
  if (!root) throw malformed('there is no root element')
  return root
}

const tooLarge = (bounds: XmlBounds) =>
  new SamlCheckError(
    'size',
    `The message is larger than ${bounds.length} characters.`,
    'Let the identity provider send fewer attributes (group lists are the usual cause).',
  )

const malformed = (what: string) =>
  new SamlCheckError('xml', `The message is not well-formed XML: ${what}.`, RESEND)

const forbidden = (what: string) =>
  new SamlCheckError(
    'forbiddenXml',
    `The message contains ${what}, which a SAML message never needs.`,
    RESEND,
  )

const XML_DECLARATION =
  /^<\?xml[ \t\r\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding=(?:"utf-8"|'utf-8'))?(?:[ \t\r\n]+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/i
const REFERENCE = /&(?:(?:amp|lt|gt|quot|apos)|#(?<decimal>[0-9]{1,7})|#x(?<hex>[0-9A-Fa-f]{1,6}));/y
const ILLEGAL_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** Whether XML 1.0 can carry the text at all (no control characters, no lone surrogates). */
export const isXmlText = (text: string): boolean => !ILLEGAL_CHARACTER.test(text)

/** Walks the text once, tag by tag. Leaves names and nesting of names to the parser. */
function scan(text: string, bounds: XmlBounds): void {
  if (ILLEGAL_CHARACTER.test(text)) throw malformed('it contains a character that XML does not allow')
  scanReferences(text)
  let depth = 0
  let tags = 0
  let at = XML_DECLARATION.exec(text)?.[0].length ?? 0
  for (at = text.indexOf('<', at); at !== -1; at = text.indexOf('<', at)) {
    const next = text[at + 1]
    if (next === '!') {
      if (text.startsWith('<!--', at)) throw forbidden('a comment')
      if (text.startsWith('<![CDATA[', at)) throw forbidden('a CDATA section')
      throw forbidden('a document type declaration')
    }
    if (next === '?') throw forbidden('a processing instruction, or an XML declaration other than UTF-8')
    const end = scanTag(text, at, bounds)
    if (next === '/') {
      depth -= 1
      if (depth < 0) throw malformed('an element is closed that was not opened')
    } else {
      tags += 1
      if (tags > bounds.tags) throw outOfBounds('elements', bounds.tags)
      if (text[end - 1] !== '/') depth += 1
      if (depth > bounds.depth) throw outOfBounds('nested elements', bounds.depth)
    }
    at = end + 1
  }
  if (depth !== 0) throw malformed('an element is not closed')
}

/** Only the five entities of XML itself and character references to legal characters. */
function scanReferences(text: string): void {
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    REFERENCE.lastIndex = at
    const groups = REFERENCE.exec(text)?.groups
    if (!groups) throw forbidden('an entity reference')
    const { decimal, hex } = groups
    if (decimal === undefined && hex === undefined) continue
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10)
    if (code > 0x10ffff || ILLEGAL_CHARACTER.test(String.fromCodePoint(code))) {
      throw malformed('it refers to a character that XML does not allow')
    }
  }
}

/** Position of the `>` that ends the tag which begins at `start`; counts its attributes by their quotes. */
function scanTag(text: string, start: number, bounds: XmlBounds): number {
  let attributes = 0
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at]
    if (character === '>') return at
    if (character === '<') break
    if (character !== '"' && character !== "'") continue
    attributes += 1
    if (attributes > bounds.attributes) throw outOfBounds('attributes of one element', bounds.attributes)
    const close = text.indexOf(character, at + 1)
    if (close === -1) break
    at = close
  }
  throw malformed('a tag does not end')
}

const outOfBounds = (what: string, limit: number) =>
  new SamlCheckError('size', `The message has more than ${limit} ${what}.`, RESEND)
