import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createConsoleWorld,
  scimActor,
  textOf,
  type ConsoleBrowser,
  type ConsoleWorld,
} from './console-world.js'

describe('groups in the console', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser

  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    browser = await world.admin()
  })
  afterAll(() => world.remove())

  it('say what to do while there are none', async () => {
    expect(textOf(await browser.get('/admin/groups'))).toContain('There are no groups yet.')
  })

  it('are made by hand, also as one that SCIM may fill', async () => {
    const made = await browser.send('/admin/groups/new', '/admin/groups', {
      displayName: 'For OneLogin',
      description: 'Filled over SCIM',
      type: 'synchronized',
    })
    expect(made.status).toBe(303)
    const page = await browser.follow(made)
    expect(textOf(page)).toContain('The group For OneLogin was created.')
    expect(textOf(page)).toContain('Imported')
    const group = await world.services.groups.findByName('for onelogin')
    expect(group).toMatchObject({ type: 'synchronized', createdBy: 'administrator' })
    // The message is said once.
    expect(textOf(await browser.get(`/admin/groups/${group?.id}`))).not.toContain('was created.')
  })

  it.each([
    [{ displayName: '' }, 400, '1 to 128 characters'],
    [{ displayName: 'x'.repeat(129) }, 400, '1 to 128 characters'],
    [{ displayName: 'FOR ONELOGIN' }, 409, 'FOR ONELOGIN'],
  ])('are refused at the field: %j', async (fields, status, message) => {
    const page = await browser.send('/admin/groups/new', '/admin/groups', fields)
    expect(page.status).toBe(status)
    expect(page.text).toContain('id="field-displayName-error"')
    expect(textOf(page)).toContain(message)
  })

  it('are found by name and type, and sorted', async () => {
    await world.group('Alpha')
    await world.group('Beta')
    const names = async (query: string) =>
      [
        ...(await browser.get(`/admin/groups?${query}`)).text.matchAll(/\/admin\/groups\/g-\w+">([^<]+)</g),
      ].map(([, name]) => name)
    expect(await names('search=alp')).toEqual(['Alpha'])
    expect(await names('type=synchronized')).toEqual(['For OneLogin'])
    expect(await names('sort=displayName&direction=ascending')).toEqual(['Alpha', 'Beta', 'For OneLogin'])
  })

  it('change name and description', async () => {
    const group = await world.group('Before')
    const path = `/admin/groups/${group.id}/edit`
    const changed = await browser.send(path, path, { displayName: 'After', description: 'New' })
    expect(textOf(await browser.follow(changed))).toContain('The group After was changed.')
    const refused = await browser.send(path, path, { displayName: 'alpha' })
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('value="alpha"')
  })

  it('take users in and let them go, many at once', async () => {
    const group = await world.group('Crew')
    const crew = await Promise.all(['c.one', 'c.two', 'c.three'].map((name) => world.user(name)))
    await world.user('c.imported', 'synchronized')
    const path = `/admin/groups/${group.id}`
    const offered = await browser.get(`${path}/add-members?search=c.`)
    expect(offered.text).not.toContain('c.imported')
    const added = await browser.submit(offered, `${path}/add-members`, { user: crew.map(({ id }) => id) })
    const page = await browser.follow(added)
    expect(textOf(page)).toContain('3 users were added to Crew.')
    // Members are no longer offered.
    expect(textOf(await browser.get(`${path}/add-members?search=c.`))).toContain(
      'No user of this type matches.',
    )
    const removed = await browser.submit(page, `${path}/remove-members`, {
      user: [crew[0]!.id, crew[1]!.id],
    })
    expect(textOf(await browser.follow(removed))).toContain('2 users were removed from Crew.')
    const gone = await browser.submit(page, `${path}/remove-members`, { user: crew[0]!.id })
    expect(textOf(await browser.follow(gone))).toContain('has no such member')
    const none = await browser.submit(page, `${path}/remove-members`)
    expect(textOf(await browser.follow(none))).toContain('Select at least one user first.')
  })

  it('keep to the quota of members', async () => {
    await world.services.zones.changeSetting(world.administrator, 'quota.groupUsers', '1')
    const group = await world.group('Small')
    const two = await Promise.all(['s.one', 's.two'].map((name) => world.user(name)))
    const path = `/admin/groups/${group.id}/add-members`
    const refused = await browser.send(path, path, { user: two.map(({ id }) => id) })
    const page = await browser.follow(refused)
    expect(page.text).toContain('notice-danger')
    expect((await world.services.groups.get(world.administrator, group.id)).memberCount).toBe(0)
    await world.services.zones.changeSetting(world.administrator, 'quota.groupUsers', '1000')
  })

  it('that SCIM made keep their members while synchronization is on', async () => {
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
    const group = await world.services.groups.create(scimActor, {
      profile: { displayName: 'Pushed', attributes: {} },
      type: 'synchronized',
    })
    const page = await browser.get(`/admin/groups/${group.id}`)
    expect(textOf(page)).toContain('This group is kept by the identity provider.')
    expect(page.text).not.toContain('add-members')
    const user = await world.user('pushed.user', 'synchronized')
    const token = page.forms[0]?.hidden['_csrf'] ?? ''
    const refused = await browser.post(`/admin/groups/${group.id}/add-members`, {
      _csrf: token,
      user: user.id,
    })
    expect(textOf(await browser.follow(refused))).toContain('owned by the identity provider')
    await world.services.zones.setScimStatus(world.administrator, 'disabled')
  })

  it('are deleted, with what hangs on them only after a typed confirmation', async () => {
    const group = await world.group('Doomed & co')
    const user = await world.user('doomed.user')
    const path = `/admin/groups/${group.id}/delete`
    const asked = await browser.get(path)
    await world.services.groups.addMembers(world.administrator, group.id, [user.id])
    const refused = await browser.submit(asked, path)
    expect(refused.status).toBe(409)
    expect(refused.text).toContain(`<a href="/admin/users/${user.id}">doomed.user</a>`)
    const withLinks = `/admin/groups/${group.id}/delete-with-links`
    expect((await browser.submit(refused, withLinks, { confirmation: 'Doomed' })).status).toBe(400)
    const deleted = await browser.submit(refused, withLinks, { confirmation: 'Doomed & co' })
    expect(textOf(await browser.follow(deleted))).toContain('The group Doomed & co was deleted.')
    expect((await world.services.users.get(world.administrator, user.id)).groupCount).toBe(0)

    const empty = await world.group('Empty')
    const gone = await browser.send(`/admin/groups/${empty.id}/delete`, `/admin/groups/${empty.id}/delete`)
    expect(gone.location).toBe('/admin/groups')
  })
})
