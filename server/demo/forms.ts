/** Working with pages as a person does: find the form, fill it in, see that it was accepted. */
import type { Browser, FormInput } from './cookie-browser.js'
import type { HtmlPage, PageForm } from './html-page.js'

/** The form that posts to this path. Throws when the page has none. */
export function formTo(page: HtmlPage, path: string): PageForm {
  const form = page.forms.find(
    (candidate) => candidate.action.pathname === path && candidate.method === 'POST',
  )
  if (form) return form
  throw new Error(`${page.url.pathname} has no form to ${path}: ${page.text.slice(0, 300)}`)
}

/** The page itself, when it is what was hoped for. Throws with what the page says when it is an error. */
export function accepted(page: HtmlPage): HtmlPage {
  if (page.status < 400) return page
  throw new Error(`${page.url.pathname} answered ${page.status}: ${page.text.slice(0, 500)}`)
}

/** Opens a page and submits its form to `path`. */
export async function fillIn(
  browser: Browser,
  address: URL,
  path: string,
  input: FormInput,
): Promise<HtmlPage> {
  const page = accepted(await browser.open(address))
  return accepted(await browser.submit(page, formTo(page, path), input))
}

/** The value behind a choice whose label begins with `label`. Throws when it is not offered. */
export function choiceOf(form: PageForm, name: string, matches: (label: string) => boolean): string {
  const choice = form.choices.find((candidate) => candidate.name === name && matches(candidate.label.trim()))
  if (choice) return choice.value
  const offered = form.choices.filter((candidate) => candidate.name === name).map(({ label }) => label)
  throw new Error(`none of the choices of ${name} is the one: ${offered.join(' | ')}`)
}

/** Value of the element with that id. Throws when the page lacks it. */
export function valueOf(page: HtmlPage, id: string): string {
  const element = page.byId(id)
  if (element) return element.value === '' ? element.text : element.value
  throw new Error(`${page.url.pathname} shows no ${id}: ${page.text.slice(0, 300)}`)
}
