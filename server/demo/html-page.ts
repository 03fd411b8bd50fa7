/** A page as the tour's browser holds it: forms with their fields, links and text. */
import { DOMParser, type Document, type Element } from '@xmldom/xmldom'

export interface PageForm {
  readonly action: URL
  readonly method: 'GET' | 'POST'
  readonly multipart: boolean
  /** Values as a browser would send them untouched: hidden and pre-filled fields, chosen options and ticked boxes. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Names and values of the submit buttons that carry one. */
  readonly buttons: readonly (readonly [name: string, value: string])[]
  /** Names of all fields, also those that are empty or not ticked. */
  readonly names: ReadonlySet<string>
  /** What may be chosen or ticked under a name: value and label. */
  readonly choices: readonly { readonly name: string; readonly value: string; readonly label: string }[]
}

export interface HtmlPage {
  readonly url: URL
  readonly status: number
  readonly forms: readonly PageForm[]
  readonly links: readonly { readonly href: URL; readonly text: string }[]
  /** All text that is shown, white space folded. */
  readonly text: string
  /** Text and value of the element with that id. */
  byId(id: string): { readonly text: string; readonly value: string } | undefined
  /** How many elements have that class. */
  count(className: string): number
  /** How far the page's progress bar is. */
  readonly progress: { readonly value: number; readonly max: number } | undefined
}

const all = (root: Document | Element, name: string): Element[] => [...root.getElementsByTagName(name)]
const attribute = (element: Element, name: string): string => element.getAttribute(name) ?? ''
/**
 * An empty value may stand without its quotes (WHATWG HTML, "empty attribute syntax"), as our pages write it; the parser then
 * gives the attribute its own name. A field that truly holds the word "value" is not told apart: the tour has none.
 */
const valueIn = (element: Element): string => attribute(element, 'value').replace(/^value$/, '')
const folded = (element: Element | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim()

export function parsePage(url: URL, status: number, html: string): HtmlPage {
  const document = new DOMParser({ onError: () => undefined }).parseFromString(html, 'text/html')
  const base = (target: string): URL => new URL(target, url)
  const body = all(document, 'body')[0] ?? null
  return {
    url,
    status,
    forms: all(document, 'form').flatMap((form) => [readForm(form, url), ...ofButtons(form, url)]),
    links: all(document, 'a')
      .filter((link) => link.hasAttribute('href') && URL.canParse(attribute(link, 'href'), url.href))
      .map((link) => ({ href: base(attribute(link, 'href')), text: folded(link) })),
    text: folded(body),
    count: (className) =>
      all(document, '*').filter((element) => attribute(element, 'class').split(/\s+/).includes(className))
        .length,
    progress: readProgress(all(document, 'progress')[0]),
    byId(id) {
      const element = document.getElementById(id)
      return element ? { text: folded(element), value: valueIn(element) } : undefined
    },
  }
}

function readForm(form: Element, url: URL): PageForm {
  const fields: [string, string][] = []
  const buttons: [string, string][] = []
  const names = new Set<string>()
  const choices: { name: string; value: string; label: string }[] = []

  for (const input of all(form, 'input')) {
    const name = attribute(input, 'name')
    if (name === '' || input.hasAttribute('disabled')) continue
    names.add(name)
    const type = attribute(input, 'type') || 'text'
    if (type === 'submit') buttons.push([name, valueIn(input)])
    else if (type === 'checkbox' || type === 'radio') {
      const value = valueIn(input) || 'on'
      choices.push({ name, value, label: labelOf(input) })
      if (input.hasAttribute('checked')) fields.push([name, value])
    } else if (type !== 'file') fields.push([name, valueIn(input)])
  }
  for (const area of all(form, 'textarea')) {
    names.add(attribute(area, 'name'))
    fields.push([attribute(area, 'name'), area.textContent ?? ''])
  }
  for (const select of all(form, 'select')) {
    const name = attribute(select, 'name')
    names.add(name)
    const options = all(select, 'option')
    for (const option of options) choices.push({ name, value: valueIn(option), label: folded(option) })
    const chosen = options.filter((option) => option.hasAttribute('selected'))
    const sent = chosen.length > 0 || select.hasAttribute('multiple') ? chosen : options.slice(0, 1)
    for (const option of sent) fields.push([name, valueIn(option)])
  }
  for (const button of all(form, 'button')) {
    if (attribute(button, 'name') !== '') buttons.push([attribute(button, 'name'), valueIn(button)])
  }
  return {
    action: new URL(attribute(form, 'action') || url.href, url),
    method: attribute(form, 'method').toLowerCase() === 'post' ? 'POST' : 'GET',
    multipart: attribute(form, 'enctype') === 'multipart/form-data',
    fields,
    buttons,
    names,
    choices,
  }
}

/** A button with an address of its own sends the form there: a form of its own to whoever presses it. */
const ofButtons = (form: Element, url: URL): readonly PageForm[] =>
  all(form, 'button')
    .filter((button) => button.hasAttribute('formaction'))
    .map((button) => ({
      ...readForm(form, url),
      action: new URL(attribute(button, 'formaction'), url),
    }))

function readProgress(bar: Element | undefined): HtmlPage['progress'] {
  return bar && { value: Number(attribute(bar, 'value')), max: Number(attribute(bar, 'max')) }
}

/** What a person would go by: what is read out for a box, or the text around it. */
function labelOf(input: Element): string {
  if (input.hasAttribute('aria-label')) return attribute(input, 'aria-label')
  const parent = input.parentNode
  return parent && parent.nodeType === parent.ELEMENT_NODE ? folded(parent as Element) : ''
}
