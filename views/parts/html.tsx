/**
 * HTML as text, for lists of thousands of elements: components cost each of them as much as all that is shown in it. What
 * is put into a template is escaped, and cannot be put where escaping would not help; there is no other way to make `Html`.
 */
type Value = string | number | Html | readonly Html[] | undefined

/** A finished piece of HTML. Only `html` makes it. */
export type Html = InstanceType<typeof FinishedHtml>

class FinishedHtml {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string =>
  /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character) : text

/** Templates that were looked at, as they are written. */
const known = new WeakMap<TemplateStringsArray, readonly string[]>()

/**
 * Tagged template: texts are escaped, finished pieces are taken as they are, `undefined` is nothing; line breaks of the
 * template and the blanks around them do not count. Throws TypeError at the first use of a template that has a value
 * anywhere but between tags or in a quoted attribute, in a script or style, in the place of a handler, or in an address
 * that is not a path of this site.
 */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Html {
  let parts = known.get(template)
  if (!parts) {
    requireSafePlaces(template)
    parts = template.map(withoutLineBreaks)
    known.set(template, parts)
  }
  let text = parts[0] ?? ''
  let index = 0
  for (const value of values) {
    index += 1
    text += written(value)
    text += parts[index] ?? ''
  }
  return new FinishedHtml(text)
}

const withoutLineBreaks = (part: string): string =>
  part
    .replaceAll(/>\s*\n\s*/g, '>')
    .replaceAll(/\s*\n\s*(?=[<>]|$)/g, '')
    .replaceAll(/\s*\n\s*/g, ' ')

function written(value: Value): string {
  if (value === undefined) return ''
  if (value instanceof FinishedHtml) return value.toString()
  return typeof value === 'object' ? value.map(written).join('') : escapeHtml(String(value))
}

const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'action', 'formaction'])

/** In front of a value that stands in an attribute: the name, and what is said of the value before it. */
const OPEN_ATTRIBUTE = /<[a-z][^<>]*\s([a-z-]+)="([^"<>]*)$/
/** The same for one that stands between tags. */
const BETWEEN_TAGS = /(?:^|>)[^<>]*$/
const NOT_TEXT = /<(?:script|style|textarea|title|iframe|template|!)/i

function requireSafePlaces(parts: TemplateStringsArray): void {
  let before = ''
  for (const part of parts.slice(0, -1)) {
    before += part
    const [, name, beginning = ''] = OPEN_ATTRIBUTE.exec(before) ?? []
    const safe =
      name === undefined
        ? BETWEEN_TAGS.test(before)
        : !/^(?:on|style$|srcdoc$)/.test(name) && (!ADDRESSES.has(name) || /^\/[^/]/.test(beginning))
    if (!safe || NOT_TEXT.test(before)) {
      throw new TypeError(`a value has no safe place after ${JSON.stringify(before.slice(-60))}`)
    }
    before += 'value'
  }
}

export interface HtmlListProps {
  /** Each a `li`. */
  readonly items: readonly Html[]
  readonly class: string
}

/** A list on a page whose items are finished HTML. */
export const HtmlList = ({ items, ...rest }: HtmlListProps) => (
  <ul class={rest.class} dangerouslySetInnerHTML={{ __html: items.join('') }} />
)
