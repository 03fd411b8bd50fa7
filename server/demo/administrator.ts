/** What the administrator of the tour does, in the console and by nothing but its pages. */
import { setTimeout as delay } from 'node:timers/promises'
import { generateSync } from 'otplib'
import type { Browser } from './cookie-browser.js'
import { accepted, choiceOf, fillIn, formTo, valueOf } from './forms.js'
import type { HtmlPage } from './html-page.js'

const POLL_MS = 100
const TASKS_WITHIN_MS = 30_000

export interface ConfigurationToMake {
  readonly name: string
  readonly description: string
  readonly preset: readonly string[]
  readonly custom: { readonly name: string; readonly document: string }
}

export interface AssignmentToMake {
  /** Account numbers. */
  readonly accounts: readonly string[]
  readonly group: string
  readonly configuration: string
}

export function createAdministrator(browser: Browser, origin: string) {
  const at = (path: string): URL => new URL(path, origin)

  /** One step of the assignment wizard: search, tick what was meant, go on. */
  async function pick(page: HtmlPage, step: string, field: string, wanted: string): Promise<HtmlPage> {
    const path = `/admin/assignments/${step}`
    const found = accepted(
      await browser.submit(page, formTo(page, path), { search: wanted }, ['act', 'search']),
    )
    const form = formTo(found, path)
    const value = choiceOf(form, field, (label) => label === wanted || label.startsWith(`${wanted} `))
    return accepted(await browser.submit(found, form, { [field]: [value] }, ['act', 'next']))
  }

  return {
    /** Password, then a device: answers the key of that device. */
    async signIn(name: string, password: string): Promise<string> {
      const enrolment = await fillIn(browser, at('/admin/login'), '/admin/login', {
        userName: name,
        password,
      })
      const secret = valueOf(enrolment, 'totp-key').replaceAll(' ', '')
      const [form] = enrolment.forms.filter((candidate) => candidate.names.has('code'))
      if (!form) throw new Error('the console asks for no code')
      accepted(await browser.submit(enrolment, form, { code: generateSync({ secret }) }))
      accepted(await browser.open(at('/admin/')))
      return secret
    },

    async addDepartment(name: string): Promise<void> {
      await fillIn(browser, at('/admin/accounts/new-department'), '/admin/accounts/new-department', { name })
    },

    /** Answers the number of the new account. */
    async addAccount(name: string, department: string): Promise<string> {
      const page = accepted(await browser.open(at('/admin/accounts/new')))
      const form = formTo(page, '/admin/accounts')
      const node = choiceOf(form, 'node', (label) => label === department)
      accepted(await browser.submit(page, form, { name, node }))
      const list = accepted(await browser.open(at(`/admin/accounts?search=${encodeURIComponent(name)}`)))
      const link = list.links.find(({ text }) => text === name)
      const uin = link && /\d{12}$/.exec(link.href.pathname)?.[0]
      if (uin === undefined) throw new Error(`the account ${name} is not in the list`)
      return uin
    },

    async enableScim(): Promise<void> {
      const page = accepted(await browser.open(at('/admin/scim')))
      accepted(await browser.submit(page, formTo(page, '/admin/scim/status')))
    },

    async createScimCredential(): Promise<{ readonly baseUrl: string; readonly secret: string }> {
      const page = await fillIn(browser, at('/admin/scim'), '/admin/scim/credentials', {})
      return { baseUrl: valueOf(page, 'base-url'), secret: valueOf(page, 'credential-secret') }
    },

    async uploadMetadata(metadata: string): Promise<void> {
      const metadataFile = new File([metadata], 'metadata.xml', { type: 'application/xml' })
      await fillIn(browser, at('/admin/sso'), '/admin/sso/metadata', { metadataFile })
    },

    async switchToSso(): Promise<void> {
      await fillIn(browser, at('/admin/sso/method?to=sso'), '/admin/sso/method', {})
    },

    async makeConfiguration(wanted: ConfigurationToMake): Promise<void> {
      const { name, description } = wanted
      const list = '/admin/permission-configurations'
      const made = await fillIn(browser, at(`${list}/new`), list, { name, description })
      const path = made.url.pathname
      for (const policyName of wanted.preset) {
        const page = accepted(
          await browser.open(at(`${path}/attach?search=${encodeURIComponent(policyName)}`)),
        )
        const form = formTo(page, `${path}/attach`)
        const words = (label: string): readonly string[] => label.split(/[\s,.:]+/)
        const policy = choiceOf(form, 'policy', (label) => words(label).includes(policyName))
        accepted(await browser.submit(page, form, { policy: [policy] }))
      }
      const { custom } = wanted
      await fillIn(browser, at(`${path}/custom/new`), `${path}/custom/new`, {
        name: custom.name,
        // As text: the generator is for those who have none.
        policyMode: 'json',
        document: custom.document,
      })
    },

    /** Answers the page that shows the progress of the tasks. */
    async assign({ accounts, group, configuration }: AssignmentToMake): Promise<URL> {
      const list = accepted(await browser.open(at('/admin/accounts')))
      const chosen = formTo(list, '/admin/assignments/principals')
      let page = accepted(await browser.submit(list, chosen, { account: accounts }, ['from', 'accounts']))
      page = await pick(page, 'principals', 'principal', group)
      page = await pick(page, 'configurations', 'configuration', configuration)
      page = accepted(await browser.submit(page, formTo(page, '/admin/assignments'), {}, ['act', 'submit']))
      return page.url
    },

    /** Waits until all tasks of a submission are done and answers how many they were. Throws when one failed. */
    async waitForTasks(progressPage: URL): Promise<number> {
      for (const deadline = Date.now() + TASKS_WITHIN_MS; Date.now() < deadline; await delay(POLL_MS)) {
        const page = accepted(await browser.open(progressPage))
        if (!page.progress || page.progress.value < page.progress.max) continue
        if (page.count('status-bad') > 0) throw new Error(`a task failed: ${page.text}`)
        return page.progress.max
      }
      throw new Error(`the tasks of ${progressPage.pathname} are not done`)
    },
  }
}
