/** What of SCIM synchronization waits for an administrator: the adoption queue and the guard, as pages. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createConsoleWorld,
  scimActor,
  textOf,
  type ConsoleBrowser,
  type ConsoleWorld,
} from './console-world.js'

const LIST = '/admin/scim/adoption'
const GUARD = '/admin/scim/guard'

describe('what SCIM leaves to administrators', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let auditor: ConsoleBrowser
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
    browser = await world.admin()
    auditor = await world.admin('readOnly')
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `taken.${count}`
    // The last pushed stands first.
    world.clock.advance(1)
  })

  const push = (userName: string, more: object = {}) =>
    world.services.users
      .create(scimActor, {
        profile: { userName, emails: [], active: true, attributes: {}, ...more },
        type: 'synchronized',
      })
      .catch(() => undefined)
  const pushGroup = (displayName: string) =>
    world.services.groups
      .create(scimActor, { profile: { displayName, attributes: {} }, type: 'synchronized' })
      .catch(() => undefined)
  const caseOf = async (of: string, query = ''): Promise<string> => {
    const { text } = await browser.get(`${LIST}?search=${of}${query}`)
    const path = new RegExp(`href="(${LIST}/nc-[a-z0-9]{12})">${of}<`).exec(text)?.[1]
    if (path === undefined) throw new Error(`${of} is not listed: ${text}`)
    return path
  }

  describe('the adoption queue', () => {
    it('says what it is for while nothing waits', async () => {
      expect(textOf(await browser.get(LIST))).toContain('Nothing waits here.')
      expect(textOf(await browser.get(`${LIST}?status=rejected`))).toContain('Nothing has been rejected.')
      expect(textOf(await browser.get('/admin/'))).toContain('Names waiting for adoption 0')
    })

    it('shows both sides, and links', async () => {
      const user = await world.user(name)
      await world.services.users.change(world.administrator, user.id, (present) => ({
        ...present,
        displayName: 'Here <b>now</b>',
      }))
      await push(name, { displayName: 'Pushed', externalId: 'ext-1', active: false })
      expect(textOf(await browser.get('/admin/'))).toContain('Names waiting for adoption 1')
      const path = await caseOf(name)
      const shown = await browser.get(path)
      expect(shown.text).toContain('Here &lt;b>now&lt;/b>')
      for (const text of [
        'Pushed',
        'ext-1',
        `${name}@example.com`,
        'Enabled',
        'Disabled',
        'ends every session',
      ]) {
        expect(textOf(shown)).toContain(text)
      }
      const linked = await browser.submit(shown, `${path}/link`)
      expect(linked.location).toBe(LIST)
      expect(textOf(await browser.follow(linked))).toContain(`${name} was linked`)
      expect(textOf(await browser.get(`/admin/users/${user.id}`))).toContain('Imported')
      expect((await browser.get(path)).status).toBe(404)
      // The button of another who looked at the same time.
      const late = await browser.submit(shown, `${path}/link`)
      expect(textOf(await browser.follow(late))).toContain('This collision is over')
    })

    it('does not link what has changed since it was looked at', async () => {
      await world.user(name)
      await push(name)
      const path = await caseOf(name)
      const shown = await browser.get(path)
      await push(name, { displayName: 'Somebody else' })
      const refused = await browser.follow(await browser.submit(shown, `${path}/link`))
      expect(textOf(refused)).toContain('has changed since you looked')
      expect(await world.services.users.findByName(name)).toMatchObject({ type: 'manual' })
    })

    it('rejects, and shows the rejected by themselves', async () => {
      await world.group(name)
      await pushGroup(name)
      const path = await caseOf(name, '&kind=group')
      expect(textOf(await browser.get(`${LIST}?search=${name}&kind=user`))).toContain('Nothing matches')
      const rejected = await browser.send(path, `${path}/reject`)
      expect(textOf(await browser.follow(rejected))).toContain(`${name} was rejected`)
      expect((await browser.get(LIST)).text).not.toContain(path)
      expect(await caseOf(name, '&status=rejected')).toBe(path)
      const shown = await browser.get(path)
      expect(textOf(shown)).toContain('Rejected by admin')
      expect(shown.forms.map(({ action }) => action)).not.toContain(`${path}/reject`)
    })

    it('links several at once, and says who was left out', async () => {
      await world.user(name)
      await push(name)
      await world.group(`${name}.group`)
      await pushGroup(`${name}.group`)
      const shown = await browser.get(`${LIST}?search=${name}`)
      const sights = [...shown.text.matchAll(/name="sight" value="([^"]+)"/g)].map(([, sight]) => sight ?? '')
      expect(sights).toHaveLength(2)
      await world.services.groups.change(
        world.administrator,
        (await world.services.groups.findByName(`${name}.group`))!.id,
        { profile: (present) => ({ ...present, description: 'Changed meanwhile' }) },
      )
      const sent = await browser.submit(shown, `${LIST}/link`, { sight: [...sights, 'nonsense'] })
      const done = textOf(await browser.follow(sent))
      expect(done).toContain('1 name was linked')
      expect(done).toContain('1 name was left as it is: What was pushed or what is here has changed')
      expect(await world.services.users.findByName(name)).toMatchObject({ type: 'synchronized' })
      expect(await world.services.groups.findByName(`${name}.group`)).toMatchObject({ type: 'manual' })
      const none = await browser.submit(shown, `${LIST}/link`)
      expect(textOf(await browser.follow(none))).toContain('Select at least one first.')
    })

    it('offers no link while the imported one exists that was to get the name', async () => {
      const imported = await world.services.users.create(scimActor, {
        profile: { userName: `${name}.imported`, emails: [], active: true, attributes: {} },
        type: 'synchronized',
      })
      await world.user(name)
      await world.services.users
        .change(scimActor, imported.id, (present) => ({ ...present, userName: name }))
        .catch(() => undefined)
      const path = await caseOf(name)
      const shown = await browser.get(path)
      expect(textOf(shown)).toContain('This cannot be linked')
      expect(shown.text).toContain(`/admin/users/${imported.id}`)
      expect(shown.forms.map(({ action }) => action)).not.toContain(`${path}/link`)
    })

    it('pages a long queue, in both languages, and lets auditors look', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `long.${count}.${index}`)
      for (const each of names) {
        await world.user(each)
        await push(each)
      }
      const second = await browser.get(`${LIST}?search=long.${count}&page=2`)
      expect(textOf(second)).toContain('26–30 of 30')
      const path = await caseOf(`long.${count}.0`)
      const chinese = await auditor.get(`${path}?lang=zh-CN`)
      expect(chinese.text).toContain('名称冲突')
      expect(chinese.forms.filter(({ action }) => action.startsWith(LIST))).toEqual([])
      await auditor.get('/admin/?lang=en')
    })
  })

  describe('the guard', () => {
    const leave = async (...names: readonly string[]) => {
      for (const each of names) {
        const user = await world.services.users.findByName(each)
        if (!user) throw new Error(`no user ${each}`)
        await world.services.users.setActive(scimActor, user.id, false).catch(() => undefined)
      }
    }
    const isActive = async (of: string) => (await world.services.users.findByName(of))?.active

    beforeAll(async () => {
      for (const each of ['one', 'two', 'three', 'four', 'five']) await world.user(each, 'synchronized')
    })

    it('is off at first, and says so', async () => {
      expect(textOf(await browser.get(GUARD))).toContain('The guard is off')
      expect(textOf(await browser.get(GUARD))).toContain('Nothing has been held.')
    })

    it('is set on the settings page', async () => {
      for (const [setting, value] of [
        ['scim.guard', 'true'],
        ['scim.guardMinimum', '1'],
        ['scim.guardShare', '1'],
      ] as const) {
        const saved = await browser.send('/admin/settings', '/admin/settings', { name: setting, value })
        expect(saved.status).toBe(303)
      }
      const refused = await browser.send('/admin/settings', '/admin/settings', {
        name: 'scim.guardShare',
        value: '101',
      })
      expect(textOf(refused)).toContain('from 1 to 100')
      expect(textOf(await browser.get(GUARD))).toContain('0 of 1 allowed')
    })

    it('shows who would have lost access, and releases', async () => {
      await leave('one', 'two', 'three')
      expect(await isActive('two')).toBe(true)
      const overview = await browser.get('/admin/')
      expect(textOf(overview)).toContain('The guard holds SCIM requests')
      const shown = await browser.get(GUARD)
      for (const text of [
        'Holding',
        'two',
        'three',
        'User disabled',
        '2 users who lose access; allowed: 1',
      ]) {
        expect(textOf(shown)).toContain(text)
      }
      expect(textOf(await browser.get(`${GUARD}?search=TWO`))).toContain('1–1 of 1')
      expect(textOf(await browser.get(`${GUARD}?action=deleteGroup`))).toContain('Nothing matches')
      expect((await auditor.get(GUARD)).forms.filter(({ action }) => action.startsWith(`${GUARD}/`))).toEqual(
        [],
      )

      const refused = await browser.submit(shown, `${GUARD}/release`, { hours: '0', limit: '5' })
      expect(refused.status).toBe(400)
      expect(refused.text).toContain('id="field-hours-error"')
      expect(refused.text).toContain('value="5"')
      const released = await browser.submit(refused, `${GUARD}/release`, { hours: '1', limit: '2' })
      expect(textOf(await browser.follow(released))).toContain('Released: the retries')
      await leave('two')
      expect(await isActive('two')).toBe(false)
      expect(textOf(await browser.get(GUARD))).toContain('May still lose access 1')
      // The page of somebody who looked before says nothing that holds any more.
      const late = await browser.submit(shown, `${GUARD}/refuse`)
      expect(textOf(await browser.follow(late))).toContain('The guard has changed since you looked')
    })

    it('refuses until it is ended', async () => {
      // By then the administrator has to sign in again.
      world.clock.advance(2 * 3600)
      browser = await world.admin()
      await leave('three', 'four')
      expect(await isActive('four')).toBe(true)
      const refused = await browser.send(GUARD, `${GUARD}/refuse`)
      expect(textOf(await browser.follow(refused))).toContain('Refused: requests that take access away')
      expect(textOf(await browser.get('/admin/'))).toContain('The guard refuses every SCIM request')
      const ended = await browser.send(GUARD, `${GUARD}/resume`)
      const page = await browser.follow(ended)
      expect(textOf(page)).toContain('The guard is watching again')
      expect(textOf(page)).toContain('What was held the last time')
      await leave('four')
      expect(await isActive('four')).toBe(false)
    })
  })
})
