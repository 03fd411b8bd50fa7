/**
 * Exclusive XML canonicalization without comments (https://www.w3.org/TR/xml-exc-c14n/), of elements that `parseXml` let
 * in: they hold elements and text and nothing else. Signatures are made over this form; what is believed of a message is
 * read from it and never from the message itself, so a mistake here could refuse a message but not change one.
 */
import type { Attr, Element, Node } from '@xmldom/xmldom'
import { attributesOf } from './elements.js'

/** Namespaces by prefix; the default one by the empty prefix, absent or '' for none. */
type Namespaces = ReadonlyMap<string, string>

export interface CanonicalForm {
  /** The one element below that is left out: an enveloped signature. */
  readonly without?: Element | undefined
  /** Prefixes that are declared wherever they are in scope (InclusiveNamespaces PrefixList). */
  readonly inclusivePrefixes?: readonly string[]
}

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'
const NONE: Namespaces = new Map()

/** The element as text. Throws TypeError for a node that is neither element nor text. */
export function canonicalize(
  element: Element,
  { without, inclusivePrefixes = [] }: CanonicalForm = {},
): string {
  const inclusive = inclusivePrefixes.map((prefix) => (prefix === '#default' ? '' : prefix))
  const pieces: string[] = []
  write(element, namespacesAround(element), NONE)
  return pieces.join('')

  function write(current: Element, outside: Namespaces, written: Namespaces): void {
    const attributes = attributesOf(current)
    const inScope = extend(outside, attributes)
    const own = attributes.filter(({ namespaceURI }) => namespaceURI !== XMLNS_NAMESPACE)
    const used = new Set([
      current.prefix ?? '',
      ...inclusive.filter((prefix) => prefix === '' || inScope.has(prefix)),
    ])
    for (const { prefix } of own) if (prefix && prefix !== 'xml') used.add(prefix)
    // Declared where it is used and not already said so by an element that is written around this one.
    const declared = [...used]
      .filter((prefix) => prefix !== 'xml' && (inScope.get(prefix) ?? '') !== (written.get(prefix) ?? ''))
      .sort(compare)
    pieces.push('<', current.tagName)
    for (const prefix of declared) {
      const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
      pieces.push(' ', name, '="', escapeAttribute(inScope.get(prefix) ?? ''), '"')
    }
    for (const { name, value } of own.sort(compareAttributes)) {
      pieces.push(' ', name, '="', escapeAttribute(value), '"')
    }
    pieces.push('>')
    const writtenHere =
      declared.length === 0
        ? written
        : new Map([...written, ...declared.map((prefix) => [prefix, inScope.get(prefix) ?? ''] as const)])
    for (let child = current.firstChild; child; child = child.nextSibling) {
      if (child === without) continue
      if (isElement(child)) write(child, inScope, writtenHere)
      else if (child.nodeType === child.TEXT_NODE) pieces.push(escapeText(child.nodeValue ?? ''))
      else throw new TypeError(`a node of type ${child.nodeType} has no canonical form here`)
    }
    pieces.push('</', current.tagName, '>')
  }
}

const isElement = (node: Node): node is Element => node.nodeType === node.ELEMENT_NODE

/** What the elements around declare, from the outermost inwards. */
function namespacesAround(element: Element): Namespaces {
  const parent = element.parentNode
  return parent && isElement(parent) ? extend(namespacesAround(parent), attributesOf(parent)) : NONE
}

function extend(outside: Namespaces, attributes: readonly Attr[]): Namespaces {
  const declarations = attributes.filter(({ namespaceURI }) => namespaceURI === XMLNS_NAMESPACE)
  if (declarations.length === 0) return outside
  return new Map([
    ...outside,
    ...declarations.map(
      ({ name, localName, value }) => [name === 'xmlns' ? '' : (localName ?? ''), value] as const,
    ),
  ])
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** By namespace, those without one first, then by local name. */
const compareAttributes = (left: Attr, right: Attr): number =>
  compare(left.namespaceURI ?? '', right.namespaceURI ?? '') ||
  compare(left.localName ?? '', right.localName ?? '')

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}
const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
}

const escapeAttribute = (value: string): string =>
  value.replaceAll(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] ?? character)
const escapeText = (value: string): string =>
  value.replaceAll(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] ?? character)
