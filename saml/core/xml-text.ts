/** Writing XML: templates with every value escaped. */
import { isXmlText } from './safe-xml.js'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Written raw, a parser would turn them into spaces or line feeds, and the signature would not hold.
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** The value as text or attribute. Throws RangeError for characters that XML cannot carry. */
function escapeXml(value: string): string {
  if (!isXmlText(value)) throw new RangeError('the value contains a character that XML does not allow')
  return value.replaceAll(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character)
}

/** A finished piece of XML, as opposed to a value that still has to be escaped. */
export class XmlText {
  constructor(readonly text: string) {}
}

type XmlValue = string | XmlText | readonly XmlText[] | undefined

/** Tagged template: strings are escaped, pieces made by `xml` are taken as they are, `undefined` is nothing. */
export function xml(parts: TemplateStringsArray, ...values: readonly XmlValue[]): XmlText {
  const rendered = values.map((value) => {
    if (value === undefined) return ''
    if (typeof value === 'string') return escapeXml(value)
    return value instanceof XmlText ? value.text : value.map((piece) => piece.text).join('')
  })
  return new XmlText(String.raw({ raw: parts }, ...rendered))
}
