import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { createPortalWorld, PASSWORD, type PortalWorld } from './portal-world.js'

const SECURITY = '/portal/security'

describe.each(engines)('my security on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  /** Somebody with a session in each of these browsers. */
  async function signedIn(name: string, userAgents: readonly string[]) {
    const person = await world.person(name)
    const browsers = []
    let secret: string | undefined
    for (const userAgent of userAgents) {
      const browser = world.browser({ 'User-Agent': userAgent })
      if (secret === undefined) secret = await world.signIn(browser, person)
      else {
        world.nextCode()
        const page = await browser.follow(await world.enterPassword(browser, person))
        await browser.submit(page, '/portal/sign-in/code', { code: world.codeOf(secret) })
      }
      browsers.push(browser)
    }
    const [mine, other] = browsers
    if (!mine || !other) throw new Error('two browsers are needed')
    return { person, mine, other }
  }

  it('shows where one is signed in, and ends one session of them', async () => {
    const { mine, other } = await signedIn('watchful', ['Mine/1.0', 'Stolen/1.0 <b>'])
    const page = await mine.get(SECURITY)
    expect(page.text).toContain('Mine/1.0')
    expect(page.text).toContain('Stolen/1.0 &lt;b>')
    expect(page.text).toContain('Bound')
    const ended = await mine.submit(page, `${SECURITY}/sessions/s-`)
    expect((await mine.follow(ended)).text).toContain('The session has ended.')
    expect((await other.get('/portal')).location).toMatch(/login/)
    expect((await mine.get(SECURITY)).text).not.toContain('Stolen')
  })

  it('ends all other sessions at once', async () => {
    const { mine, other } = await signedIn('thorough', ['Mine/1.0', 'Other/1.0'])
    const ended = await mine.submit(await mine.get(SECURITY), `${SECURITY}/sessions/end-others`)
    expect((await mine.follow(ended)).text).toContain('One session has ended.')
    expect((await other.get('/portal')).location).toMatch(/login/)
  })

  it('does not end the sessions of others', async () => {
    const { mine } = await signedIn('curious', ['Mine/1.0', 'Other/1.0'])
    const { person, other } = await signedIn('victim', ['Theirs/1.0', 'Theirs/2.0'])
    const stored = await world.db
      .selectFrom('sessions')
      .select('id')
      .where('subject_id', '=', person.id)
      .execute()
    const page = await mine.get(SECURITY)
    const token = page.forms[0]?.hidden['_csrf'] ?? ''
    for (const { id } of stored) {
      expect((await mine.post(`${SECURITY}/sessions/${id}/end`, { _csrf: token })).status).toBe(404)
    }
    expect((await mine.post(`${SECURITY}/sessions/nonsense/end`, { _csrf: token })).status).toBe(404)
    expect((await other.get('/portal')).status).toBe(200)
  })

  it('changes the password of who knows the present one, and ends the other sessions', async () => {
    const { person, mine, other } = await signedIn('changes', ['Mine/1.0', 'Other/1.0'])
    const send = async (currentPassword: string, newPassword: string, repeatPassword = newPassword) =>
      mine.submit(await mine.get(SECURITY), `${SECURITY}/password`, {
        currentPassword,
        newPassword,
        repeatPassword,
      })
    const wrong = await send('Wrong-pass-1', 'Better-pass-1')
    expect(wrong.status).toBe(401)
    expect(wrong.text).toContain('The current password is not right.')
    for (const [next, repeated] of [
      ['weak', 'weak'],
      [PASSWORD, PASSWORD],
      ['Better-pass-1', 'Better-pass-2'],
    ]) {
      expect((await send(PASSWORD, next ?? '', repeated)).status).toBe(400)
    }
    expect((await other.get('/portal')).status).toBe(200)
    const done = await mine.follow(await send(PASSWORD, 'Better-pass-1'))
    expect(done.text).toContain('Your password has been changed.')
    expect((await mine.get(SECURITY)).text).not.toContain('Your password has been changed.')
    expect((await other.get('/portal')).location).toMatch(/login/)
    expect((await world.enterPassword(world.browser(), person)).status).toBe(401)
    expect(
      (await world.enterPassword(world.browser(), { ...person, password: 'Better-pass-1' })).status,
    ).toBe(303)
  })

  it('slows down guessing of the present password', async () => {
    const { mine } = await signedIn('left.open', ['Mine/1.0', 'Other/1.0'])
    const statuses: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      const page = await mine.submit(await mine.get(SECURITY), `${SECURITY}/password`, {
        currentPassword: `Wrong-pass-${failures}`,
        newPassword: 'Better-pass-1',
        repeatPassword: 'Better-pass-1',
      })
      statuses.push(page.status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })
})
