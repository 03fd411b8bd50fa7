/** A zone with people who sign in by password, and browsers in their hands. */
import { putPassword } from '../../db/factors.js'
import { inTransaction } from '../../db/transaction.js'
import type { UserId } from '../../server/domain/ids.js'
import { createPasswordHasher } from '../../server/services/password-hasher.js'
import { totpCode } from '../support/authenticator.js'
import { createTestContext, type TestContext, type TestContextOptions } from '../support/context.js'
import { createCookieClient, type CookieClient, type Page } from '../support/cookie-client.js'
import type { TestEngine } from '../support/engines.js'

export const LOGIN = '/acme/login'
export const PASSWORD = 'Trusted-pass-1'

export interface Person {
  readonly id: UserId
  readonly userName: string
  readonly password: string
}

export interface PersonOptions {
  readonly active?: boolean
  readonly blocked?: boolean
  readonly mustChange?: boolean
  readonly expiresAt?: string
}

export interface PortalWorld extends Omit<TestContext, 'browser'> {
  person(userName: string, options?: PersonOptions): Promise<Person>
  /** A browser at an address of its own. */
  browser(headers?: Record<string, string>): CookieClient
  /** Sends name and password from the login page. */
  enterPassword(browser: CookieClient, person: Pick<Person, 'userName' | 'password'>): Promise<Page>
  /** Goes through the enrolment that the browser is at; the key that was bound. */
  enrol(browser: CookieClient, page: Page): Promise<{ readonly secret: string; readonly page: Page }>
  /** Signs in for the first time, device bound: the key of it. */
  signIn(browser: CookieClient, person: Person): Promise<string>
  /** Moves the clock to the next code of every device. */
  nextCode(): void
  codeOf(secret: string): string
}

export async function createPortalWorld(
  engine: TestEngine,
  options: TestContextOptions = {},
): Promise<PortalWorld> {
  const context = await createTestContext(engine, {
    ...options,
    environment: { TRUST_PROXY: '1', ...options.environment },
  })
  const { app, db, clock, services, administrator } = context
  const hasher = createPasswordHasher()
  let browsers = 0

  const world: PortalWorld = {
    ...context,
    browser: (headers) => {
      browsers += 1
      return createCookieClient(app, { 'X-Forwarded-For': `10.0.0.${browsers}`, ...headers })
    },

    async person(userName, { active = true, blocked = false, mustChange = false, expiresAt } = {}) {
      const { id } = await services.users.create(administrator, {
        profile: { userName, emails: [], active, attributes: {} },
        type: 'manual',
      })
      if (blocked) await services.users.setBlocked(administrator, id, true)
      const hash = await hasher.hash(PASSWORD)
      const now = clock.now().toISOString()
      await inTransaction(db, async (tx) => {
        await putPassword(tx, { kind: 'user', id }, { hash, mustChange, expiresAt }, now)
      })
      return { id, userName, password: PASSWORD }
    },

    async enterPassword(browser, { userName, password }) {
      return browser.submit(await browser.get(LOGIN), LOGIN, { userName, password })
    },

    async enrol(browser, page) {
      const secret = /id="totp-key">([^<]+)</.exec(page.text)?.[1] ?? ''
      const code = totpCode(secret, clock.now())
      return { secret, page: await browser.submit(page, '/portal/sign-in/device', { code }) }
    },

    async signIn(browser, person) {
      const page = await browser.follow(await world.enterPassword(browser, person))
      const { secret } = await world.enrol(browser, page)
      return secret
    },

    nextCode: () => clock.advance(30),
    codeOf: (secret) => totpCode(secret, clock.now()),
  }
  return world
}
