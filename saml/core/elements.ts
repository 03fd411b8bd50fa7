/** Walking an XML tree by namespace and local name; prefixes never matter. */
import type { Attr, Element, Node } from '@xmldom/xmldom'

const isElement = (node: Node): node is Element => node.nodeType === node.ELEMENT_NODE

export const isNamed = (element: Element, namespace: string, name: string): boolean =>
  element.namespaceURI === namespace && element.localName === name

/** All child elements, in order. */
export function elementsOf(parent: Node): Element[] {
  const elements: Element[] = []
  for (let child = parent.firstChild; child; child = child.nextSibling) {
    if (isElement(child)) elements.push(child)
  }
  return elements
}

/** Child elements of that name, in order. */
export const childrenOf = (parent: Element, namespace: string, name: string): Element[] =>
  elementsOf(parent).filter((child) => isNamed(child, namespace, name))

/** The one child of that name: absent when there is none or more than one. */
export function onlyChildOf(parent: Element, namespace: string, name: string): Element | undefined {
  const [first, second] = childrenOf(parent, namespace, name)
  return second === undefined ? first : undefined
}

/** The element and everything below it, in document order. */
export function* allWithin(element: Element): Generator<Element> {
  // Without recursion: handing each element through a generator for each level costs more than all that is done with it.
  const rest = [element]
  for (let next = rest.pop(); next; next = rest.pop()) {
    yield next
    rest.push(...elementsOf(next).reverse())
  }
}

/** The element's text, absent when it holds anything but text (children, comments). */
export function textOf(element: Element): string | undefined {
  const nodes = [...element.childNodes]
  if (!nodes.every((node) => node.nodeType === node.TEXT_NODE)) return undefined
  return nodes.map((node) => node.nodeValue ?? '').join('')
}

/** An attribute without a namespace, absent when the element has none of that name. */
export const attributeOf = (element: Element, name: string): string | undefined =>
  element.hasAttributeNS(null, name) ? (element.getAttributeNS(null, name) ?? undefined) : undefined

export const attributesOf = (element: Element): Attr[] => [...element.attributes]
