import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createConsoleWorld,
  scimActor,
  textOf,
  type ConsoleBrowser,
  type ConsoleWorld,
} from './console-world.js'

describe('users in the console', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser

  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    browser = await world.admin()
  })
  afterAll(() => world.remove())

  describe('creating', () => {
    const create = (fields: Record<string, string>) =>
      browser.send('/admin/users/new', '/admin/users', { act: 'create', ...fields })

    it('makes users and shows their passwords in this one answer', async () => {
      const page = await create({
        'users.0.userName': 'new.one',
        'users.0.displayName': '=cmd|calc',
        'users.0.email': 'one@example.com',
        'users.1.userName': 'new.two',
      })
      expect(page.status).toBe(200)
      expect(page.location).toBeUndefined()
      expect(page.response.get('cache-control')).toBe('no-store')
      const href = /href="data:text\/csv;charset=utf-8,([^"]*)"/.exec(page.text)?.[1] ?? ''
      const lines = decodeURIComponent(href).split('\r\n')
      expect(lines[0]).toBe('\uFEFFUser name,Display name,Initial password,Login URL')
      // A cell that a spreadsheet would run is text there.
      expect(lines[1]).toMatch(/^new\.one,'=cmd\|calc,("?)\S+\1,http:\/\/localhost:8080\/acme\/login$/)
      expect(lines).toHaveLength(4)
      const password = /id="password-u-[a-z0-9]+" class="copy-value"[^>]*value="([^"]+)"/.exec(page.text)?.[1]
      expect(password).toBeTruthy()
      // Nowhere else: not on the user's page, not in the audit log.
      const user = await world.services.users.findByName('new.one')
      expect((await browser.get(`/admin/users/${user?.id}/security`)).text).not.toContain(password)
      const events = await world.db.selectFrom('audit_events').select('detail').execute()
      expect(JSON.stringify(events)).not.toContain(password)
    })

    it('carries a form out once, however often it is sent', async () => {
      const form = await browser.get('/admin/users/new')
      const fields = { act: 'create', 'users.0.userName': 'only.once' }
      expect((await browser.submit(form, '/admin/users', fields)).status).toBe(200)
      const again = await browser.submit(form, '/admin/users', fields)
      expect(again.status).toBe(409)
      expect(again.text).toContain('This form was sent before')
      // Also after the user is gone, when the name would be free again.
      const user = await world.services.users.findByName('only.once')
      await world.services.users.remove(world.administrator, user!.id)
      expect((await browser.submit(form, '/admin/users', fields)).status).toBe(409)
      expect(await world.services.users.findByName('only.once')).toBeUndefined()
    })

    it('adds a row and keeps what was entered, up to ten', async () => {
      let page = await browser.send('/admin/users/new', '/admin/users', {
        act: 'addRow',
        'users.0.userName': 'kept',
      })
      expect(page.text).toContain('name="users.0.userName"')
      expect(page.text).toContain('value="kept"')
      for (let rows = 2; rows < 10; rows += 1) {
        expect(page.text).toContain(`name="users.${rows - 1}.userName"`)
        const fields = Object.fromEntries(
          Array.from({ length: rows }, (_, index) => [`users.${index}.userName`, '']),
        )
        page = await browser.submit(page, '/admin/users', { act: 'addRow', ...fields })
      }
      expect(page.text).toContain('name="users.9.userName"')
      expect(page.text).not.toContain('Add another user')
    })

    it.each([
      [{ 'users.0.userName': '' }, 'users.0.userName', 'A user name has 1 to 64'],
      [{ 'users.0.userName': 'no spaces' }, 'users.0.userName', 'A user name has 1 to 64'],
      [{ 'users.0.userName': 'x'.repeat(65) }, 'users.0.userName', 'A user name has 1 to 64'],
      [{ 'users.0.userName': 'a.user', 'users.0.email': 'nobody' }, 'users.0.email', 'not an e-mail address'],
      [
        { 'users.0.userName': 'a.user', 'users.1.userName': 'A.User' },
        'users.1.userName',
        'Two users of this form have the same name.',
      ],
      [
        { 'users.0.userName': 'a.user', 'users.1.userName': 'NEW.ONE' },
        'users.1.userName',
        'NEW.ONE is held by',
      ],
    ])('says at the field what is wrong: %j', async (fields, field, message) => {
      const page = await create(fields)
      expect(page.status).toBeGreaterThanOrEqual(400)
      expect(page.text).toContain(`<a href="#field-${field}">`)
      expect(page.text).toContain(`id="field-${field}-error"`)
      expect(textOf(page)).toContain(message)
      expect(await world.services.users.findByName('a.user')).toBeUndefined()
      // The same form again, mended, goes through: its token is a fresh one.
      expect(page.forms.find(({ action }) => action === '/admin/users')?.hidden['submission']).toMatch(
        /^\S{43}$/,
      )
    })

    it('says when the zone is full', async () => {
      await world.services.zones.changeSetting(world.administrator, 'quota.users', '2')
      const page = await create({ 'users.0.userName': 'one.too.many' })
      expect(page.status).toBe(409)
      expect(textOf(page)).toContain('limit of 2 users')
      await world.services.zones.changeSetting(world.administrator, 'quota.users', '1000')
    })

    it('refuses a form without its token', async () => {
      const { hidden } = (await browser.get('/admin/users/new')).forms.find(
        ({ action }) => action === '/admin/users',
      )!
      const page = await browser.post('/admin/users', {
        _csrf: hidden['_csrf']!,
        act: 'create',
        'users.0.userName': 'tokenless',
      })
      expect(page.status).toBe(400)
    })
  })

  describe('the list', () => {
    it('finds by name, type and status, and sorts', async () => {
      await world.user('zeta')
      await world.services.users.create(world.administrator, {
        profile: { userName: 'imported', displayName: 'Zeta too', emails: [], active: false, attributes: {} },
        type: 'synchronized',
      })
      const names = async (query: string) =>
        [
          ...(await browser.get(`/admin/users?${query}`)).text.matchAll(/\/admin\/users\/u-\w+">([^<]+)</g),
        ].map(([, name]) => name)
      expect((await names('search=zeta')).sort()).toEqual(['imported', 'zeta'])
      expect(await names('search=ZETA@example')).toEqual(['zeta'])
      expect(await names('type=synchronized')).toEqual(['imported'])
      expect(await names('status=disabled')).toEqual(['imported'])
      expect((await names('sort=userName&direction=descending'))[0]).toBe('zeta')
      const none = await browser.get('/admin/users?search=nobody-at-all')
      expect(none.text).toContain('Nothing matches')
    })

    it('shows a thousand users in pages', async () => {
      const { db, services, administrator } = world
      await services.zones.changeSetting(administrator, 'quota.users', '2000')
      const now = world.clock.now().toISOString()
      const rows = Array.from({ length: 1000 }, (_, index) => ({
        id: `u-bulk${String(index).padStart(8, '0')}` as never,
        user_name: `bulk${index}`,
        user_name_key: `bulk${index}`,
        type: 'manual' as const,
        created_by: 'administrator' as const,
        active: 1 as const,
        blocked: 0 as const,
        emails: '[]',
        attributes: '{}',
        group_count: 0,
        version: 1,
        created_at: now,
        updated_at: now,
      }))
      for (let start = 0; start < rows.length; start += 100) {
        await db
          .insertInto('users')
          .values(rows.slice(start, start + 100))
          .execute()
      }
      const page = await browser.get('/admin/users?search=bulk&page=20')
      expect(textOf(page)).toContain('476–500 of 1000')
      expect(page.text.match(/type="checkbox" name="user"/g)).toHaveLength(25)
      expect(page.text).toContain('aria-label="Page 20" aria-current="page"')
      expect(page.text).toContain('/admin/users?search=bulk&amp;page=21')
      expect((await browser.get('/admin/users?search=bulk&page=41')).status).toBe(200)
      await db.deleteFrom('users').where('user_name', 'like', 'bulk%').execute()
    })

    it('does one thing to several users, and says who was left out', async () => {
      const [one, two] = [await world.user('several.one'), await world.user('several.two')]
      const disabled = await browser.send('/admin/users', '/admin/users/bulk', {
        act: 'disable',
        user: [one.id, two.id],
      })
      expect(disabled.status).toBe(303)
      expect(textOf(await browser.follow(disabled))).toContain('2 users were disabled.')
      const group = await world.group('Several')
      await world.services.groups.addMembers(world.administrator, group.id, [one.id])

      const asked = await browser.send('/admin/users', '/admin/users/bulk', {
        act: 'delete',
        user: [one.id, two.id],
      })
      expect(textOf(asked)).toContain('Delete 2 users?')
      const deleted = await browser.submit(asked, '/admin/users/bulk', {
        act: 'deleteConfirmed',
        user: [one.id, two.id],
      })
      const said = textOf(await browser.follow(deleted))
      expect(said).toContain('1 user was deleted.')
      expect(said).toContain('1 user was left as it is: several.one')
      expect(await world.services.users.findByName('several.two')).toBeUndefined()
    })

    it('adds several users to a group of their type', async () => {
      const [one, two] = [await world.user('joining.one'), await world.user('joining.two')]
      const group = await world.group('Joiners')
      const asked = await browser.send('/admin/users', '/admin/users/bulk', {
        act: 'join',
        user: [one.id, two.id],
      })
      expect(textOf(asked)).toContain('Add 2 users to a group')
      const nothing = await browser.submit(asked, '/admin/users/bulk', {
        act: 'joinConfirmed',
        user: [one.id, two.id],
        group: '',
      })
      expect(nothing.status).toBe(400)
      const searched = await browser.submit(asked, '/admin/users/bulk', {
        act: 'join',
        user: [one.id, two.id],
        search: 'JOINERS',
      })
      expect([...searched.text.matchAll(/<option value="(g-[^"]*)"/g)].map(([, id]) => id)).toEqual([
        group.id,
      ])
      const joined = await browser.submit(asked, '/admin/users/bulk', {
        act: 'joinConfirmed',
        user: [one.id, two.id],
        group: group.id,
      })
      expect(textOf(await browser.follow(joined))).toContain('2 users were added to Joiners.')
      expect((await world.services.groups.get(world.administrator, group.id)).memberCount).toBe(2)

      const imported = await world.user('joining.three', 'synchronized')
      const mixed = await browser.send('/admin/users', '/admin/users/bulk', {
        act: 'join',
        user: [one.id, imported.id],
      })
      expect(textOf(await browser.follow(mixed))).toContain('Select users of one type')
    })

    it('asks for a selection, and refuses an act it does not know', async () => {
      const none = await browser.send('/admin/users', '/admin/users/bulk', { act: 'enable' })
      expect(textOf(await browser.follow(none))).toContain('Select at least one user first.')
      const { id } = await world.user('selected')
      const odd = await browser.send('/admin/users', '/admin/users/bulk', { act: 'explode', user: id })
      expect(odd.status).toBe(400)
      const unknown = await browser.send('/admin/users', '/admin/users/bulk', { act: 'enable', user: 'x' })
      expect(unknown.status).toBe(404)
    })
  })

  describe('one user', () => {
    it('is edited; what the form does not show stays', async () => {
      const { id } = await world.services.users.create(world.administrator, {
        profile: {
          userName: 'edited',
          externalId: 'e-1',
          emails: [{ value: 'old@example.com', primary: true }, { value: 'second@example.com' }],
          active: true,
          attributes: { title: 'Boss' },
        },
        type: 'manual',
      })
      const sent = await browser.send(`/admin/users/${id}/edit`, `/admin/users/${id}/edit`, {
        displayName: 'Edited <b>',
        givenName: '',
        familyName: 'Name',
        email: 'new@example.com',
        description: '',
      })
      expect(sent.location).toBe(`/admin/users/${id}`)
      const page = await browser.follow(sent)
      expect(textOf(page)).toContain('edited was changed.')
      expect(page.text).toContain('Edited &lt;b>')
      expect(await world.services.users.get(world.administrator, id)).toMatchObject({
        displayName: 'Edited <b>',
        familyName: 'Name',
        externalId: 'e-1',
        attributes: { title: 'Boss' },
        emails: [{ value: 'new@example.com', primary: true }, { value: 'second@example.com' }],
      })
      const refused = await browser.send(`/admin/users/${id}/edit`, `/admin/users/${id}/edit`, {
        email: 'nobody',
        displayName: 'kept in the form',
      })
      expect(refused.status).toBe(400)
      expect(refused.text).toContain('id="field-email-error"')
      expect(refused.text).toContain('value="kept in the form"')
    })

    it('is disabled, blocked and let in again; every session ends', async () => {
      const user = await world.user('watched')
      const path = `/admin/users/${user.id}/security`
      const act = async (verb: string, fields: Record<string, string> = {}) =>
        textOf(await browser.follow(await browser.send(path, `/admin/users/${user.id}/${verb}`, fields)))
      expect(await act('status')).toContain('watched was disabled')
      expect(await act('status')).toContain('watched was enabled')
      expect(await act('block')).toContain('watched was blocked')
      expect((await browser.get(path)).text).toContain('status-bad">Blocked')
      expect(await act('unblock')).toContain('watched was unblocked')
    })

    it('has sessions that are listed and ended', async () => {
      const { inTransaction } = await import('../../db/transaction.js')
      const user = await world.user('signed.in')
      const open = () =>
        inTransaction(world.db, (tx) =>
          world.services.sessions.open(tx, {
            kind: 'portal',
            subject: { kind: 'user', id: user.id },
            method: 'password',
            origin: { address: '203.0.113.7', userAgent: 'Lynx' },
          }),
        )
      const first = await open()
      await open()
      await open()
      const path = `/admin/users/${user.id}/security`
      const page = await browser.get(path)
      expect(page.text.match(/203\.0\.113\.7/g)).toHaveLength(3)
      await browser.submit(page, `/admin/users/${user.id}/end-session`, { session: first.session.id })
      expect((await browser.get(path)).text.match(/203\.0\.113\.7/g)).toHaveLength(2)
      const ended = await browser.send(path, `/admin/users/${user.id}/end-all-sessions`)
      expect(textOf(await browser.follow(ended))).toContain('2 sessions have ended.')
    })

    it('gets a new password, generated or set, shown once', async () => {
      const user = await world.user('forgetful')
      const path = `/admin/users/${user.id}/reset-password`
      const page = await browser.send(path, path, { mode: 'generate', mustChange: 'on' })
      expect(page.status).toBe(200)
      expect(page.text).toMatch(/id="password" class="copy-value"[^>]*value="[^"]{8,32}"/)
      const set = await browser.send(path, path, { mode: 'set', password: 'Chosen-pass-1' })
      expect(set.text).toContain('value="Chosen-pass-1"')
      const weak = await browser.send(path, path, { mode: 'set', password: 'weak' })
      expect(weak.status).toBe(400)
      expect(weak.text).toContain('id="field-password-error"')
      expect(weak.text).not.toContain('value="weak"')
      const form = await browser.get(path)
      await browser.submit(form, path, { mode: 'generate' })
      expect((await browser.submit(form, path, { mode: 'generate' })).status).toBe(409)
    })

    it('shows what it can reach, directly and through which group', async () => {
      const user = await world.user('reaching')
      const group = await world.group('Reachers')
      await world.services.groups.addMembers(world.administrator, group.id, [user.id])
      const account = await world.account('Reached')
      const configuration = await world.configuration('Reach')
      await world.assign(user, account, configuration)
      await world.assign(group, account, configuration)
      const text = textOf(await browser.get(`/admin/users/${user.id}/permissions`))
      expect(text).toContain('Directly')
      expect(text).toContain('Through the group Reachers')
      expect(textOf(await browser.get(`/admin/groups/${group.id}/permissions`))).toContain('Reached')
    })

    it('is joined to a group and leaves it', async () => {
      const user = await world.user('mover')
      const group = await world.group('Movers')
      const asked = await browser.get(`/admin/users/${user.id}/join`)
      const joined = await browser.submit(asked, '/admin/users/bulk', {
        act: 'joinConfirmed',
        user: user.id,
        group: group.id,
      })
      expect(joined.location).toBe(`/admin/users/${user.id}`)
      const left = await browser.send(`/admin/users/${user.id}`, `/admin/users/${user.id}/leave`)
      expect(textOf(await browser.follow(left))).toContain('1 user was removed from Movers.')
      const page = await browser.get(`/admin/users/${user.id}`)
      expect(textOf(page)).toContain('This user is in no group.')
    })

    it('loses the MFA device after a question', async () => {
      const user = await world.user('bound')
      const path = `/admin/users/${user.id}/unbind-mfa`
      const asked = await browser.get(path)
      expect(textOf(asked)).toContain('Unbind the MFA device of bound?')
      expect(textOf(await browser.follow(await browser.submit(asked, path)))).toContain('was unbound')
    })

    it('that SCIM keeps can be blocked but not changed while synchronization is on', async () => {
      await world.services.zones.setScimStatus(world.administrator, 'enabled')
      const user = await world.services.users.create(scimActor, {
        profile: { userName: 'kept.by.scim', emails: [], active: true, attributes: {} },
        type: 'synchronized',
      })
      const page = await browser.get(`/admin/users/${user.id}/security`)
      expect(textOf(page)).toContain('This user is kept by the identity provider.')
      expect(page.text).not.toContain(`/admin/users/${user.id}/edit`)
      expect(page.text).not.toContain(`/admin/users/${user.id}/status`)
      const token = page.forms[0]?.hidden['_csrf'] ?? ''
      const refused = await browser.post(`/admin/users/${user.id}/status`, { _csrf: token, active: 'false' })
      expect(textOf(await browser.follow(refused))).toContain('is owned by the identity provider')
      const edited = await browser.post(`/admin/users/${user.id}/edit`, { _csrf: token, displayName: 'x' })
      expect(edited.status).toBe(403)
      const blocked = await browser.post(`/admin/users/${user.id}/block`, { _csrf: token })
      expect(textOf(await browser.follow(blocked))).toContain('was blocked')
      await world.services.zones.setScimStatus(world.administrator, 'disabled')
    })
  })

  describe('deleting', () => {
    it('asks first, then deletes one on whom nothing hangs', async () => {
      const user = await world.user('leaver')
      const path = `/admin/users/${user.id}/delete`
      const asked = await browser.get(path)
      expect(textOf(asked)).toContain('Delete leaver?')
      const deleted = await browser.submit(asked, path)
      expect(deleted.location).toBe('/admin/users')
      expect(textOf(await browser.follow(deleted))).toContain('leaver was deleted.')
      expect((await browser.get(`/admin/users/${user.id}`)).status).toBe(404)
    })

    it('names what is in the way, removes nothing, and removes all of it after a typed confirmation', async () => {
      const user = await world.user('entangled')
      const path = `/admin/users/${user.id}/delete`
      const asked = await browser.get(path)
      // Entangled between the question and the answer.
      const group = await world.group('Tangle')
      await world.services.groups.addMembers(world.administrator, group.id, [user.id])
      await world.assign(user, await world.account('Tangled'), await world.configuration('Tangling'))
      const refused = await browser.submit(asked, path)
      expect(refused.status).toBe(409)
      expect(refused.text).toContain(`<a href="/admin/groups/${group.id}">Tangle</a>`)
      expect(textOf(refused)).toContain('Tangling (Tangled)')
      expect((await world.services.users.get(world.administrator, user.id)).groupCount).toBe(1)

      const withLinks = `/admin/users/${user.id}/delete-with-links`
      const mistyped = await browser.submit(refused, withLinks, { confirmation: 'entangle' })
      expect(mistyped.status).toBe(400)
      expect(mistyped.text).toContain('id="field-confirmation-error"')
      expect((await world.services.users.get(world.administrator, user.id)).groupCount).toBe(1)
      const deleted = await browser.submit(mistyped, withLinks, { confirmation: 'entangled' })
      expect(textOf(await browser.follow(deleted))).toContain('entangled was deleted.')
      expect(await world.services.users.findByName('entangled')).toBeUndefined()
      expect((await world.services.groups.get(world.administrator, group.id)).memberCount).toBe(0)
    })
  })
})
