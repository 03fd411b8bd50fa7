import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchAuditEvents } from '../../db/audit.js'
import { engines } from '../support/engines.js'
import { setCookiesOf, type Page } from '../support/cookie-client.js'
import { createPortalWorld, LOGIN, PASSWORD, type PortalWorld } from './portal-world.js'

/** What a visitor sees of a page, without what differs from browser to browser. */
const seen = (page: Page): unknown => ({
  status: page.status,
  text: page.text.replace(/\s?value(="[^"]*")?/g, ''),
})

describe.each(engines)('signing in by password on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  const causes = async (userName: string) => {
    const { items } = await searchAuditEvents(world.db, {
      action: 'signIn.',
      search: userName,
      page: { offset: 0, limit: 100 },
    })
    return items.map(({ action, result, detail }) => {
      const { cause } = JSON.parse(detail) as { cause?: string }
      return [action, result, ...(cause === undefined ? [] : [cause])].join(' ')
    })
  }

  it('binds a device at the first sign-in, shows recovery codes once and asks for a code from then on', async () => {
    const person = await world.person('first.time')
    const browser = world.browser()
    const device = await browser.follow(await world.enterPassword(browser, person))
    expect(device.status).toBe(200)
    expect(device.text).toContain('<svg')
    const { secret, page } = await world.enrol(browser, device)
    expect(page.status).toBe(200)
    expect(page.text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).toHaveLength(10)
    expect(page.response.get('cache-control')).toBe('no-store')
    expect((await browser.get('/portal')).status).toBe(200)

    const second = world.browser()
    world.nextCode()
    const codePage = await second.follow(await world.enterPassword(second, person))
    const entered = await second.submit(codePage, '/portal/sign-in/code', { code: world.codeOf(secret) })
    expect(entered.location).toBe('/portal')
    const home = await second.follow(entered)
    expect(home.status).toBe(200)
    expect(home.text).toContain('first.time')
    expect(await causes('first.time')).toEqual([
      'signIn.totp success',
      'signIn.password success',
      'signIn.enrol success',
      'signIn.password success',
    ])
  })

  it('shows the same key when the enrolment page is loaded again, and another one to another browser', async () => {
    const person = await world.person('two.browsers')
    const keyOn = (page: Page) => /id="totp-key">([^<]+)</.exec(page.text)?.[1]
    const mine = world.browser()
    const page = await mine.follow(await world.enterPassword(mine, person))
    const again = await mine.get('/portal/sign-in/device')
    expect(keyOn(again)).toBe(keyOn(page))
    const other = world.browser()
    const theirs = await other.follow(await world.enterPassword(other, person))
    expect(keyOn(theirs)).not.toBe(keyOn(page))

    await world.enrol(mine, page)
    const late = await world.enrol(other, theirs)
    expect(late.page.status).toBe(409)
  })

  it('keeps nowhere what was typed as a name, which may be a password in the wrong field', async () => {
    const typed = 'Hunter2-in-the-wrong-field'
    await world.enterPassword(world.browser(), { userName: typed, password: '' })
    const attempts = await world.db.selectFrom('sign_in_attempts').selectAll().execute()
    const { items } = await searchAuditEvents(world.db, { page: { offset: 0, limit: 10 } })
    expect(items[0]).toMatchObject({ action: 'signIn.password', result: 'failure' })
    expect(JSON.stringify([attempts, items]).toLowerCase()).not.toContain('hunter2')
  })

  it('refuses unknown, disabled, blocked and expired users and wrong passwords alike', async () => {
    const good = await world.person('alike')
    const causesOfPeople = {
      'alike.disabled': await world.person('alike.disabled', { active: false }),
      'alike.blocked': await world.person('alike.blocked', { blocked: true }),
      'alike.expired': await world.person('alike.expired', { expiresAt: world.clock.now().toISOString() }),
    }
    const wrong = await world.enterPassword(world.browser(), { ...good, password: 'Wrong-pass-1' })
    expect(wrong.status).toBe(401)
    for (const person of [
      ...Object.values(causesOfPeople),
      { userName: 'alike.nobody', password: PASSWORD },
      { userName: 'no such name ✗', password: PASSWORD },
      { userName: '', password: '' },
      { userName: 'alike', password: 'x'.repeat(512) },
    ]) {
      expect(seen(await world.enterPassword(world.browser(), person))).toEqual(seen(wrong))
    }
    expect(await causes('alike.disabled')).toEqual(['signIn.password failure disabled'])
    expect(await causes('alike.blocked')).toEqual(['signIn.password failure disabled'])
    expect(await causes('alike.expired')).toEqual(['signIn.password failure passwordExpired'])
  })

  it('does not write down a name that nobody has', async () => {
    await world.enterPassword(world.browser({ 'X-Forwarded-For': '198.51.100.77' }), {
      userName: 'Secret-typed-1',
      password: 'x',
    })
    const { items } = await searchAuditEvents(world.db, {
      action: 'signIn.',
      page: { offset: 0, limit: 500 },
    })
    expect(JSON.stringify(items)).not.toContain('ecret-typed-1')
    expect(items.filter(({ address }) => address === '198.51.100.77')).toHaveLength(1)
  })

  it('matches the user name without regard to ASCII case, and joins no look-alikes', async () => {
    const person = await world.person('kelvin')
    const upper = await world.enterPassword(world.browser(), { ...person, userName: 'KELVIN' })
    expect(upper.status).toBe(303)
    const kelvinSign = await world.enterPassword(world.browser(), { ...person, userName: '\u212Aelvin' })
    expect(kelvinSign.status).toBe(401)
  })

  it('refuses wrong codes and a code that was used, also in parallel', async () => {
    const person = await world.person('codes')
    const secret = await world.signIn(world.browser(), person)
    world.nextCode()
    const waiting = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const browser = world.browser()
        return { browser, page: await browser.follow(await world.enterPassword(browser, person)) }
      }),
    )
    const [first] = waiting
    if (!first) throw new Error('nobody waits')
    const wrong = await first.browser.submit(first.page, '/portal/sign-in/code', { code: '000000' })
    expect(wrong.status).toBe(401)
    const code = world.codeOf(secret)
    const answers = await Promise.all(
      waiting.map(({ browser, page }) => browser.submit(page, '/portal/sign-in/code', { code })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401, 401, 401])
  })

  it('takes each recovery code once, in place of the device', async () => {
    const person = await world.person('recovers')
    const browser = world.browser()
    const device = await browser.follow(await world.enterPassword(browser, person))
    const { page } = await world.enrol(browser, device)
    const [code = ''] = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(page.text) ?? []
    const begin = async () => {
      const again = world.browser()
      const codePage = await again.follow(await world.enterPassword(again, person))
      return () => again.submit(codePage, '/portal/sign-in/code', { code: code.toLowerCase() })
    }
    const together = await Promise.all([begin(), begin(), begin()])
    const answers = await Promise.all(together.map((use) => use()))
    expect(answers.map(({ location }) => location).filter(Boolean)).toEqual(['/portal'])
    expect((await (await begin())()).status).toBe(401)
  })

  it('lets nobody pass who still owes a step', async () => {
    const person = await world.person('halfway')
    const browser = world.browser()
    const step = await world.enterPassword(browser, person)
    for (const path of ['/portal', '/portal/security', '/portal/cam-users']) {
      expect((await browser.get(path)).location).toBe('/portal/sign-in/device')
    }
    for (const path of ['/portal/sign-in/code', '/portal/sign-in/password']) {
      expect((await browser.get(path)).location).toBe('/portal/sign-in/device')
    }
    world.clock.advance(15 * 60)
    expect((await browser.get(step.location ?? '')).location).toBe(LOGIN)
  })

  it('asks for a new password where somebody else made it, and takes only a good one', async () => {
    const person = await world.person('must.change', { mustChange: true })
    const browser = world.browser()
    const device = await browser.follow(await world.enterPassword(browser, person))
    const { page } = await world.enrol(browser, device)
    expect(page.text).toContain('href="/portal/sign-in/password"')
    const form = await browser.get('/portal/sign-in/password')
    const send = (newPassword: string, repeatPassword = newPassword) =>
      browser.submit(form, '/portal/sign-in/password', { newPassword, repeatPassword })
    for (const [first, second] of [
      ['Other-pass-1', 'Other-pass-2'],
      ['weak', 'weak'],
      [PASSWORD, PASSWORD],
    ]) {
      expect((await send(first ?? '', second)).status).toBe(400)
    }
    expect((await send('Other-pass-1')).location).toBe('/portal')
    expect((await browser.get('/portal')).status).toBe(200)
    expect((await world.enterPassword(world.browser(), person)).status).toBe(401)
    const next = world.browser()
    expect((await world.enterPassword(next, { ...person, password: 'Other-pass-1' })).location).toBe(
      '/portal/sign-in/code',
    )
  })

  it('gives a new cookie at every step, and nothing for the ones before', async () => {
    const person = await world.person('rotates')
    const browser = world.browser()
    browser.cookies.set('portal-session', 'A'.repeat(43))
    const entered = await world.enterPassword(browser, person)
    const half = browser.cookies.get('portal-session')
    expect(half).not.toBe('A'.repeat(43))
    const page = await browser.follow(entered)
    await world.enrol(browser, page)
    const full = browser.cookies.get('portal-session')
    expect(full).not.toBe(half)
    const thief = world.browser()
    thief.cookies.set('portal-session', half ?? '')
    expect((await thief.get('/portal')).location).toMatch(/^\/acme\/login/)
    expect((await browser.get('/portal')).status).toBe(200)
  })

  it('ends with log out, which a link alone does not do', async () => {
    const person = await world.person('leaves')
    const browser = world.browser()
    await world.signIn(browser, person)
    const token = browser.cookies.get('portal-session') ?? ''
    const question = await browser.get('/portal/logout')
    expect((await browser.get('/portal')).status).toBe(200)
    const left = await browser.submit(question, '/portal/logout')
    expect(left.location).toBe(LOGIN)
    expect(browser.cookies.has('portal-session')).toBe(false)
    browser.cookies.set('portal-session', token)
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
  })

  it('ends a session when its user is disabled, and by its limits', async () => {
    const person = await world.person('is.disabled')
    const browser = world.browser()
    await world.signIn(browser, person)
    await world.db.updateTable('users').set({ active: 0 }).where('id', '=', person.id).execute()
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
    await world.db.updateTable('users').set({ active: 1 }).where('id', '=', person.id).execute()
    expect((await browser.get('/portal')).status).toBe(200)

    for (let hours = 1; hours < 12; hours += 0.5) {
      world.clock.advance(1800)
      expect((await browser.get('/portal')).status).toBe(200)
    }
    world.clock.advance(3600)
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
  })

  it('leads back to the page that was asked for first, and nowhere else', async () => {
    const person = await world.person('wanders')
    const browser = world.browser()
    const asked = await browser.get('/portal/security')
    expect(asked.location).toBe(`${LOGIN}?next=%2Fportal%2Fsecurity`)
    const login = await browser.follow(asked)
    const device = await browser.follow(await browser.submit(login, LOGIN, { ...person }))
    const { secret, page } = await world.enrol(browser, device)
    expect(page.text).toContain('href="/portal/security"')

    for (const evil of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      world.nextCode()
      const victim = world.browser()
      const form = await victim.get(`${LOGIN}?next=${encodeURIComponent(evil)}`)
      const codePage = await victim.follow(await victim.submit(form, LOGIN, { ...person }))
      const done = await victim.submit(codePage, '/portal/sign-in/code', { code: world.codeOf(secret) })
      expect(done.location).toBe('/portal')
    }
  })

  it('knows one space name', async () => {
    for (const path of ['/other/login', '/ACME/login', '/acme', '/portal/nothing', '/acme/login/x']) {
      const browser = world.browser()
      const page = await browser.follow(await browser.get(path))
      expect([path, page.status]).toEqual([path, path.startsWith('/portal') ? 200 : 404])
    }
    expect((await world.browser().get('/')).location).toBe('/portal')
  })

  it('speaks Chinese to those who ask for it', async () => {
    const page = await world.browser({ 'Accept-Language': 'zh-CN,zh;q=0.9' }).get(LOGIN)
    expect(page.text).toContain('lang="zh-CN"')
    expect(page.text).toContain('用户名')
    const browser = world.browser()
    await browser.get(`${LOGIN}?lang=zh-CN`)
    expect((await browser.get(LOGIN)).text).toContain('用户名')
  })

  it('sends pages that other sites cannot frame, script or store', async () => {
    const { response } = await world.browser().get(LOGIN)
    const policy = response.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("form-action 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(response.get('cache-control')).toBe('no-store')
    expect(response.get('x-content-type-options')).toBe('nosniff')
    expect(response.get('x-frame-options')).toBe('DENY')
    expect(response.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.get('x-powered-by')).toBeUndefined()

    const redirect = (await world.browser().get('/portal')).response
    expect(redirect.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
    expect(redirect.get('x-content-type-options')).toBe('nosniff')
    expect(redirect.get('strict-transport-security')).toBeUndefined()
  })
})

describe.each(engines)('guessing on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  const from = (address: string) => world.browser({ 'X-Forwarded-For': address })
  const guess = (address: string, userName: string, password = 'Wrong-pass-1') =>
    world.enterPassword(from(address), { userName, password })

  it('is slowed down for the name after ten failures, wherever they come from, known or not', async () => {
    const person = await world.person('guessed')
    for (const [index, userName] of [person.userName, 'guessed.nobody'].entries()) {
      for (let failures = 1; failures <= 10; failures += 1) {
        expect((await guess(`192.0.2.${100 * index + failures}`, userName)).status).toBe(401)
      }
    }
    const known = await guess('192.0.2.50', 'guessed', PASSWORD)
    const unknown = await guess('192.0.2.51', 'guessed.nobody', PASSWORD)
    expect(known.status).toBe(429)
    expect(known.response.get('retry-after')).toBe('15')
    expect(seen(known)).toEqual(seen(unknown))

    world.clock.advance(15)
    expect((await guess('192.0.2.52', 'guessed')).status).toBe(401)
    expect((await guess('192.0.2.53', 'guessed')).response.get('retry-after')).toBe('30')
    world.clock.advance(30)
    expect((await guess('192.0.2.54', 'guessed', PASSWORD)).status).toBe(303)
    for (let failures = 1; failures <= 9; failures += 1) await guess(`192.0.2.${60 + failures}`, 'guessed')
    expect((await guess('192.0.2.70', 'guessed', PASSWORD)).status).toBe(303)
  })

  it('is slowed down for the address, however it is written, and not for others', async () => {
    const person = await world.person('neighbour')
    for (let failures = 1; failures <= 10; failures += 1) {
      expect((await guess('2001:db8:0:7::' + String(failures), `spray.${failures}`)).status).toBe(401)
    }
    expect((await guess('2001:db8:0:7:ffff::1', person.userName, PASSWORD)).status).toBe(429)
    expect((await guess('2001:db8:0:8::1', person.userName, PASSWORD)).status).toBe(303)
  })

  it('cannot clear an address by signing in to an own account in between', async () => {
    const own = await world.person('own.account')
    const statuses: number[] = []
    // Ten names fail; from then on the own account does not get in either.
    for (let round = 1; round <= 6; round += 1) {
      statuses.push((await guess('203.0.113.9', `other.${round}a`)).status)
      statuses.push((await guess('203.0.113.9', `other.${round}b`)).status)
      statuses.push((await guess('203.0.113.9', own.userName, PASSWORD)).status)
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.slice(14).every((status) => status === 429)).toBe(true)
  })

  it('forgives an office in which people mistype and then succeed', async () => {
    for (let colleague = 1; colleague <= 12; colleague += 1) {
      const person = await world.person(`colleague.${colleague}`)
      expect((await guess('203.0.113.20', person.userName)).status).toBe(401)
      expect((await guess('203.0.113.20', person.userName, PASSWORD)).status).toBe(303)
    }
  })

  it('gains nothing from many guesses at the same time', async () => {
    await world.person('parallel')
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, index) => guess(`198.51.100.${index + 1}`, 'parallel')),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  it('delays nobody of many who sign in at the same time from one address', async () => {
    const people = await Promise.all(
      Array.from({ length: 15 }, (_, index) => world.person(`monday.${index + 1}`)),
    )
    const answers = await Promise.all(
      people.map((person) => guess('203.0.113.40', person.userName, PASSWORD)),
    )
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 303))
    const one = people[0]?.userName ?? ''
    const again = await Promise.all(Array.from({ length: 15 }, () => guess('203.0.113.41', one, PASSWORD)))
    expect(again.map(({ status }) => status)).toEqual(again.map(() => 303))
  })

  it('delays nobody else when one person mistypes many times', async () => {
    const forgetful = await world.person('forgetful')
    for (let failures = 1; failures <= 11; failures += 1) await guess('203.0.113.30', forgetful.userName)
    expect((await guess('203.0.113.30', forgetful.userName, PASSWORD)).status).toBe(429)
    const colleague = await world.person('beside.forgetful')
    expect((await guess('203.0.113.30', colleague.userName, PASSWORD)).status).toBe(303)
  })

  it('is slowed down for codes as well, and a right password does not help', async () => {
    const person = await world.person('code.guessed')
    const secret = await world.signIn(from('198.51.100.200'), person)
    world.nextCode()
    const statuses: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      const browser = from(`198.51.100.${200 + failures}`)
      const page = await browser.follow(await world.enterPassword(browser, person))
      statuses.push((await browser.submit(page, '/portal/sign-in/code', { code: '000000' })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    world.clock.advance(15)
    const browser = from('198.51.100.240')
    const page = await browser.follow(await world.enterPassword(browser, person))
    expect((await browser.submit(page, '/portal/sign-in/code', { code: world.codeOf(secret) })).status).toBe(
      303,
    )
  })
})

describe.each(engines)('forms from elsewhere on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  it('are refused without the token of this browser', async () => {
    const person = await world.person('forged')
    const browser = world.browser()
    const page = await browser.get(LOGIN)
    const token = page.forms[0]?.hidden['_csrf'] ?? ''
    const fields = { userName: person.userName, password: person.password }
    expect((await browser.post(LOGIN, fields)).status).toBe(403)
    for (const forged of ['', 'x', `${token}x`]) {
      expect((await browser.post(LOGIN, { ...fields, _csrf: forged })).status).toBe(403)
    }
    const other = world.browser()
    await other.get(LOGIN)
    expect((await other.post(LOGIN, { ...fields, _csrf: token })).status).toBe(403)
    expect((await world.browser().post(LOGIN, { ...fields, _csrf: token })).status).toBe(403)
    expect((await browser.post(LOGIN, { ...fields, _csrf: token })).status).toBe(303)
  })

  it.each([
    ['Sec-Fetch-Site', 'cross-site', 403],
    ['Sec-Fetch-Site', 'same-site', 403],
    ['Sec-Fetch-Site', 'same-origin', 303],
    ['Origin', 'https://evil.example', 403],
    ['Origin', 'null', 403],
    ['Origin', 'http://localhost:8080', 303],
  ])('are told by %s: %s is answered %d', async (header, value, status) => {
    const person = await world.person(`origin.${value.replaceAll(/[^a-z]/g, '')}`)
    const browser = world.browser()
    const page = await browser.get(LOGIN)
    browser.headers[header] = value
    expect((await browser.submit(page, LOGIN, { ...person })).status).toBe(status)
  })

  it('are refused on every form behind the sign-in, with a token from before it too', async () => {
    const person = await world.person('inside')
    const browser = world.browser()
    const before = (await browser.get(LOGIN)).forms[0]?.hidden['_csrf'] ?? ''
    await world.signIn(browser, person)
    for (const path of [
      '/portal/logout',
      '/portal/security/password',
      '/portal/security/sessions/end-others',
      '/portal/security/sessions/s-0000000000000000/end',
      '/portal/accounts/100000000001/rc-000000000000/open',
      '/portal/accounts/100000000001/rc-000000000000/credentials',
      '/portal/sign-in/code',
    ]) {
      expect((await browser.post(path, {})).status).toBe(403)
      expect((await browser.post(path, { _csrf: before })).status).toBe(403)
    }
    expect((await browser.get('/portal')).status).toBe(200)
  })

  it('that are too large or not forms are refused without a stack trace', async () => {
    const browser = world.browser()
    const large = await browser.post(LOGIN, { password: 'x'.repeat(200_000) })
    expect(large.status).toBe(413)
    expect(large.text).not.toContain('node_modules')
    const many = await browser.post(
      LOGIN,
      Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, ''])),
    )
    expect(many.status).toBe(413)
  })
})

describe.each(engines)('cookies on %s', (engine) => {
  it.each([
    ['http://localhost:8080', /^portal-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/],
    ['https://id.example.com', /^__Host-portal-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/],
  ])('keep the session from script and other sites under %s', async (baseUrl, flags) => {
    const world = await createPortalWorld(engine, { environment: { BASE_URL: baseUrl } })
    try {
      const browser = world.browser()
      const entered = await world.enterPassword(browser, await world.person('cookie'))
      const lines = setCookiesOf(entered)
      expect(lines.filter((line) => flags.test(line))).toHaveLength(1)
      for (const line of lines) expect(line).toContain('HttpOnly')
      expect(entered.response.get('strict-transport-security') !== undefined).toBe(
        baseUrl.startsWith('https:'),
      )
      const stored = await world.db.selectFrom('sessions').select('token_hash').execute()
      expect(stored.map(({ token_hash }) => lines.some((line) => line.includes(token_hash)))).toEqual([false])
    } finally {
      await world.remove()
    }
  })
})

describe.each(engines)('the login method on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  it('ends the sessions of the other method when it changes, and refuses every password alike', async () => {
    const person = await world.person('switched')
    const browser = world.browser()
    await world.signIn(browser, person)
    const halfway = world.browser()
    await world.enterPassword(halfway, await world.person('switched.halfway'))
    const form = await world.browser().get(LOGIN)
    expect(form.status).toBe(200)
    const early = world.browser()
    const earlyForm = await early.get(LOGIN)

    const { privateKeyPem: _, certificatePem } = await world.services.signingKeys.make('serviceProvider')
    await world.services.identityProvider.setManually(world.administrator, {
      entityId: 'https://idp.example/metadata',
      loginUrl: 'https://idp.example/sso',
      certificate: certificatePem,
    })
    await world.services.zones.setLoginMethod(world.administrator, 'sso')

    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
    expect((await halfway.get('/portal/sign-in/device')).location).toBe(LOGIN)
    const login = await world.browser().get(`${LOGIN}?next=/portal/security`)
    expect(login.text).toContain('href="/saml/login?RelayState=%2Fportal%2Fsecurity"')
    expect(login.forms.some(({ action }) => action.startsWith(LOGIN))).toBe(false)
    const right = await early.submit(earlyForm, LOGIN, { ...person })
    const wrong = await early.submit(earlyForm, LOGIN, { userName: 'nobody', password: 'x' })
    expect(right.status).toBe(403)
    expect(seen(right)).toEqual(seen(wrong))

    await world.services.zones.setLoginMethod(world.administrator, 'password')
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
  })
})
