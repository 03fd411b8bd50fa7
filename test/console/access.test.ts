/** Permission configurations, accounts, assignments, deployments and tasks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

let world: ConsoleWorld
let browser: ConsoleBrowser

beforeAll(async () => {
  world = await createConsoleWorld('sqlite')
  browser = await world.admin()
})
afterAll(() => world.remove())

const said = async (page: string, action: string, fields: Record<string, string> = {}): Promise<string> =>
  textOf(await browser.follow(await browser.send(page, action, fields)))

const CONFIGURATIONS = '/admin/permission-configurations'

describe('permission configurations in the console', () => {
  it('are made, and lead on to their policies', async () => {
    expect(textOf(await browser.get(CONFIGURATIONS))).toContain('There are no permission configurations yet.')
    const made = await browser.send(`${CONFIGURATIONS}/new`, CONFIGURATIONS, {
      name: 'Operators',
      description: 'Restart <things>',
      sessionDuration: '7200',
      relayState: '/cvm',
    })
    const page = await browser.follow(made)
    expect(textOf(page)).toContain('The permission configuration Operators was created.')
    expect(textOf(page)).toContain('2 hours')
    expect(page.text).toContain('Restart &lt;things>')
  })

  it.each([
    [{ name: '' }, 'name', 400],
    [{ name: 'no spaces' }, 'name', 400],
    [{ name: 'OPERATORS' }, 'name', 409],
    [{ name: 'Fine', sessionDuration: '60' }, 'sessionDuration', 400],
    [{ name: 'Fine', sessionDuration: 'long' }, 'sessionDuration', 400],
    [{ name: 'Fine', relayState: '//evil.example' }, 'relayState', 400],
  ])('are refused at the field: %j', async (fields, field, status) => {
    const page = await browser.send(`${CONFIGURATIONS}/new`, CONFIGURATIONS, fields)
    expect(page.status).toBe(status)
    expect(page.text).toContain(`id="field-${field}-error"`)
  })

  it('take preset policies out of a catalogue that can be searched', async () => {
    const { id } = await world.services.permissionConfigurations.create(world.administrator, {
      name: 'Presets',
    })
    const path = `${CONFIGURATIONS}/${id}`
    const found = await browser.get(`${path}/attach?search=readonlyaccess`)
    expect(found.text).toContain('ReadOnlyAccess')
    expect(found.text).not.toContain('AdministratorAccess')
    const policy = world.presetPolicies.findByName('ReadOnlyAccess')!
    const attached = await browser.submit(found, `${path}/attach`, { policy: String(policy.id) })
    expect(textOf(await browser.follow(attached))).toContain('1 policy was attached.')
    expect((await browser.get(`${path}/attach?search=readonlyaccess`)).text).toMatch(
      new RegExp(`value="${policy.id}"[^>]*disabled`),
    )
    const again = await browser.submit(found, `${path}/attach`, { policy: String(policy.id) })
    expect(textOf(await browser.follow(again))).toContain('is attached already')
    const none = await browser.submit(found, `${path}/attach`)
    expect(textOf(await browser.follow(none))).toContain('Select at least one policy first.')
    const unknown = await browser.submit(found, `${path}/attach`, { policy: '999999999' })
    expect(textOf(await browser.follow(unknown))).toContain('There is no preset policy')
    expect(await said(path, `${path}/detach`, { policy: String(policy.id) })).toContain(
      '1 policy was detached.',
    )
  })

  it('take custom policies, and name line and column of what cannot be read', async () => {
    const { id } = await world.services.permissionConfigurations.create(world.administrator, {
      name: 'Customs',
    })
    const path = `${CONFIGURATIONS}/${id}`
    const broken = '{\r\n  "version": "2.0",\r\n  "statement": [,]\r\n}'
    const refused = await browser.send(`${path}/custom/new`, `${path}/custom/new`, {
      name: 'broken',
      policyMode: 'json',
      document: broken,
    })
    expect(refused.status).toBe(400)
    expect(textOf(refused)).toContain('Line 3, column 17')
    expect(refused.text).toContain(`3:   &quot;statement&quot;: [,]\n${' '.repeat('3: '.length + 16)}^</pre>`)
    expect(refused.text).toContain('id="field-document-error"')
    expect(refused.text).toContain('&quot;statement&quot;: [,]')
    const good =
      '{ "version": "2.0", "statement": [{ "effect": "allow", "action": "cvm:*", "resource": "*" }] }'
    const saved = await browser.submit(refused, `${path}/custom/new`, { name: 'machines', document: good })
    expect(textOf(await browser.follow(saved))).toContain('The policy machines was saved.')
    const taken = await browser.send(`${path}/custom/new`, `${path}/custom/new`, {
      name: 'machines',
      policyMode: 'json',
      document: good,
    })
    expect(taken.status).toBe(409)
    expect(taken.text).toContain('id="field-name-error"')
    const edit = await browser.get(`${path}/custom/edit?name=machines`)
    const wrong = await browser.submit(edit, `${path}/custom/edit`, { document: '{}' })
    expect(wrong.status).toBe(400)
    expect(textOf(wrong)).toContain('Line 1, column 1')
    const changed = await browser.submit(edit, `${path}/custom/edit`, {
      document: good.replace('cvm:*', 'cbs:*'),
    })
    expect(textOf(await browser.follow(changed))).toContain('cbs:*')
    expect((await browser.get(`${path}/custom/edit?name=none`)).status).toBe(404)
    expect(await said(`${path}/custom`, `${path}/custom/remove`)).toContain(
      'The policy machines was removed.',
    )
  })

  it('change, and then need redeploying until it is done', async () => {
    const configuration = await world.configuration('Changing')
    await world.assign(await world.user('changer'), await world.account('Changed'), configuration)
    const path = `${CONFIGURATIONS}/${configuration.id}`
    const changed = await said(`${path}/edit`, `${path}/edit`, { sessionDuration: '1800', description: 'x' })
    expect(changed).toContain('Changing was changed.')
    expect(changed).toContain('1 account needs redeploying')
    expect(textOf(await browser.get(CONFIGURATIONS))).toContain('Needs redeploying')
    const planned = await browser.follow(await browser.send(`${path}/deployments`, `${path}/redeploy-all`))
    expect(textOf(planned)).toContain('Changing in 1 account From version 2 to version 3.')
    expect(textOf(planned)).toContain('Session duration 1 hour 30 minutes')
    expect(textOf(planned)).toContain('Nobody gains or loses a permission')
    expect(textOf(planned)).toContain('It concerns 1 user or group: changer')
    const apply = planned.forms.find(({ action }) => action.endsWith('/apply'))!.action
    expect((await browser.get(apply.replace('/apply', '/changes/1'))).status).toBe(200)
    expect((await browser.get(apply.replace('/apply', '/changes/2'))).status).toBe(404)
    // Somebody is faster: nothing is done, and the new plan is shown.
    await browser.send(`${path}/edit`, `${path}/edit`, { sessionDuration: '2700', description: 'x' })
    const again = await browser.follow(await browser.submit(planned, apply))
    expect(textOf(again)).toContain('Nothing was done. This is the new plan.')
    expect(textOf(again)).toContain('From version 2 to version 4.')
    const started = await browser.submit(
      again,
      again.forms.find(({ action }) => action.endsWith('/apply'))!.action,
    )
    expect(started.location).toMatch(/^\/admin\/tasks\/batches\//)
    const running = await browser.follow(started)
    expect(running.text).toContain('<meta http-equiv="refresh" content="2"/>')
    expect(textOf(running)).toContain('0 of 1 tasks are done')
    await world.services.deploymentWorker.drain()
    const done = await browser.get(started.location!)
    expect(done.text).not.toContain('http-equiv="refresh"')
    expect(textOf(done)).toContain('The task is done.')
    expect(textOf(await browser.get(path))).not.toContain('needs redeploying')
    const none = await browser.send(`${path}/deployments`, `${path}/redeploy`)
    expect(textOf(await browser.follow(none))).toContain('Select at least one account first.')
    const [deployment] = (
      await world.services.deployments.list(world.administrator, {
        configurationId: configuration.id,
        page: { offset: 0, limit: 1 },
      })
    ).items
    const one = await browser.send(`${path}/deployments`, `${path}/redeploy`, {
      account: deployment!.accountUin,
    })
    expect(textOf(await browser.follow(one))).toContain('Nothing in the account changes.')
    expect((await browser.get('/admin/deployments/plans/x')).status).toBe(404)
  })

  it('keep versions, which are compared and restored', async () => {
    const { id } = await world.configuration('Versioned')
    const path = `${CONFIGURATIONS}/${id}`
    await browser.send(`${path}/edit`, `${path}/edit`, {
      description: 'Said <later>',
      sessionDuration: '7200',
    })
    const list = await browser.get(`${path}/versions`)
    expect(textOf(list)).toMatch(/3 Current Settings changed admin .* 2 Preset policies attached admin/)
    const compared = await browser.get(`${path}/versions/compare?from=1&to=3`)
    expect(textOf(compared)).toContain('Description Not set Said <later>')
    expect(textOf(compared)).toContain('Session duration 1 hour 2 hours')
    expect(textOf(compared)).toContain('added ReadOnlyAccess')
    expect(textOf(await browser.get(`${path}/versions/compare?from=2&to=2`))).toContain('are the same')

    const asked = await browser.get(`${path}/versions/2/restore`)
    expect(textOf(asked)).toContain('Session duration 2 hours 1 hour')
    const restored = await browser.submit(asked, `${path}/versions/2/restore`)
    expect(textOf(await browser.follow(restored))).toContain('Version 2 was restored.')
    // The page that is still open elsewhere asks about what was.
    const again = await browser.submit(asked, `${path}/versions/2/restore`)
    expect(textOf(await browser.follow(again))).toContain('it is at version 4 now')
    for (const odd of ['compare?from=1&to=9', 'compare?from=x', '0/restore', '99999999999/restore']) {
      expect([odd, (await browser.get(`${path}/versions/${odd}`)).status]).toEqual([odd, 404])
    }
  })

  it('are not overwritten by who has not seen the latest change', async () => {
    const { id } = await world.configuration('Contested')
    const path = `${CONFIGURATIONS}/${id}`
    const fields = { sessionDuration: '3600', description: 'mine' }
    const mine = await browser.get(`${path}/edit`)
    await browser.submit(mine, `${path}/edit`, { ...fields, description: 'theirs' })
    const refused = await browser.submit(mine, `${path}/edit`, fields)
    expect(refused.status).toBe(412)
    expect(textOf(refused)).toContain('Somebody else has changed this in the meantime')
    expect(refused.text).toContain(`${path}/versions/compare?from=2&amp;to=3`)
    expect(refused.text).toContain('>mine</textarea>')
    expect((await browser.submit(refused, `${path}/edit`, fields)).status).toBe(303)

    const document = (action: string) =>
      `{"version":"2.0","statement":[{"effect":"allow","action":"${action}","resource":"*"}]}`
    const edit = `${path}/custom/edit`
    await browser.send(`${path}/custom/new`, `${path}/custom/new`, {
      name: 'own',
      policyMode: 'json',
      document: document('cos:*'),
    })
    const form = await browser.get(`${edit}?name=own`)
    expect((await browser.submit(form, edit, { document: document('cvm:*') })).status).toBe(303)
    const late = await browser.submit(form, edit, { document: document('vpc:*') })
    expect(late.status).toBe(412)
    expect(late.text).toContain('versions/compare')
    expect(late.text).toContain('vpc:*')
    expect((await browser.submit(late, edit, { document: document('vpc:*') })).status).toBe(303)
  })

  it('are deleted only without policies and deployments', async () => {
    const configuration = await world.configuration('Doomed')
    const path = `${CONFIGURATIONS}/${configuration.id}`
    const refused = await browser.get(`${path}/delete`)
    expect(textOf(refused)).toContain('Preset policy ReadOnlyAccess')
    expect((await browser.submit(refused, `${path}/delete-with-links`, { confirmation: 'x' })).status).toBe(
      400,
    )
    const deleted = await browser.submit(refused, `${path}/delete-with-links`, { confirmation: 'Doomed' })
    expect(textOf(await browser.follow(deleted))).toContain('Doomed was deleted.')

    const deployed = await world.configuration('Rooted')
    await world.assign(await world.user('rooted'), await world.account('Soil'), deployed)
    const rooted = await browser.get(`${CONFIGURATIONS}/${deployed.id}/delete`)
    expect(textOf(rooted)).toContain('Deployed in Soil')
    expect(rooted.text).not.toContain('delete-with-links')

    const { id } = await world.services.permissionConfigurations.create(world.administrator, { name: 'Bare' })
    const bare = await browser.get(`${CONFIGURATIONS}/${id}/delete`)
    await world.services.permissionConfigurations.attachPreset(world.administrator, id, ['ReadOnlyAccess'])
    const late = await browser.submit(bare, `${CONFIGURATIONS}/${id}/delete`)
    expect(late.status).toBe(409)
    expect(textOf(late)).toContain('This configuration is still in use')
  })
})

describe('accounts in the console', () => {
  it('are added to departments, and found there', async () => {
    const made = await browser.send('/admin/accounts/new-department', '/admin/accounts/new-department', {
      name: 'Engineering',
      node: String((await world.services.organization.tree(world.administrator)).id),
    })
    expect(textOf(await browser.follow(made))).toContain('The department Engineering was added.')
    const node = made.location!.replace(/\D/g, '')
    const added = await browser.send('/admin/accounts/new', '/admin/accounts', { name: 'Build farm', node })
    const page = await browser.follow(added)
    expect(textOf(page)).toContain('The account Build farm was added.')
    expect(textOf(page)).toContain('Root / Engineering')
    const listed = textOf(await browser.get(`/admin/accounts?node=${node}`))
    expect(listed).toContain('Build farm')
    expect(listed).not.toContain('Management account Management account')
    expect(textOf(await browser.get('/admin/accounts?search=FARM'))).toContain('Build farm')
    expect(textOf(await browser.get('/admin/accounts?search=nothing'))).toContain('Nothing matches')
  })

  it.each([
    ['/admin/accounts/new', '/admin/accounts', '', 400],
    ['/admin/accounts/new', '/admin/accounts', 'x'.repeat(26), 400],
    ['/admin/accounts/new', '/admin/accounts', 'Build farm', 409],
    ['/admin/accounts/new-department', '/admin/accounts/new-department', '', 400],
    ['/admin/accounts/new-department', '/admin/accounts/new-department', 'Engineering', 409],
  ])('%s refuses the name %#', async (page, action, name, status) => {
    const root = String((await world.services.organization.tree(world.administrator)).id)
    const refused = await browser.send(page, action, { name, node: root })
    expect(refused.status).toBe(status)
    expect(refused.text).toContain('id="field-name-error"')
    expect((await browser.send(page, action, { name: 'Fine', node: '999' })).status).toBe(404)
  })
})

/** Carries out what the wizard submitted. */
async function drainBatches(): Promise<void> {
  await world.services.batchWorker.drain()
  await world.services.deploymentWorker.drain()
}

describe('configuring access', () => {
  it('goes through its four steps and shows the progress', async () => {
    const account = await world.account('Target')
    const user = await world.user('wizard.user')
    const group = await world.group('Wizards')
    const configuration = await world.configuration('Wizardry')
    const bare = await world.services.permissionConfigurations.create(world.administrator, {
      name: 'Nothing-in-it',
    })

    const principals = await browser.send('/admin/accounts', '/admin/assignments/principals', {
      from: 'accounts',
      account: account.uin,
    })
    expect(principals.status).toBe(200)
    expect(textOf(principals)).toContain('wizard.user')
    // What was ticked stays through a search that does not find it.
    const searched = await browser.submit(principals, '/admin/assignments/principals', {
      act: 'search',
      search: 'Wizards',
      principal: user.id,
    })
    expect(textOf(searched)).toContain('1 chosen')
    expect(searched.text).toMatch(new RegExp(`value="${user.id}" checked`))
    const nobody = await browser.submit(principals, '/admin/assignments/principals', { act: 'next' })
    expect(nobody.status).toBe(400)
    expect(textOf(nobody)).toContain('Choose at least one user or group.')

    const configurations = await browser.submit(searched, '/admin/assignments/principals', {
      act: 'next',
      principal: [user.id, group.id],
    })
    expect(textOf(configurations)).toContain('Choose what they may do there.')
    const back = await browser.submit(configurations, '/admin/assignments/configurations', { act: 'back' })
    expect(textOf(back)).toContain('2 chosen')
    const review = await browser.submit(configurations, '/admin/assignments/configurations', {
      act: 'next',
      configuration: [configuration.id, bare.id],
    })
    const text = textOf(review)
    expect(text).toContain('This makes 4 assignments')
    expect(text).toContain('without any permission: Nothing-in-it.')
    for (const name of ['Target', 'wizard.user', 'Wizards', 'Wizardry']) expect(text).toContain(name)

    const [form] = review.forms.filter(({ action }) => action === '/admin/assignments')
    const fields = {
      ...form!.hidden,
      act: 'submit',
      account: account.uin,
      principal: [user.id, group.id],
      configuration: [configuration.id, bare.id],
    }
    const submitted = await browser.post('/admin/assignments', fields)
    expect(submitted.location).toMatch(/^\/admin\/tasks\/batches\//)
    const waiting = await browser.follow(submitted)
    expect(textOf(waiting)).toContain('0 of 4 tasks are done')
    expect(waiting.text).toContain('<meta http-equiv="refresh" content="2"/>')
    await drainBatches()
    const done = await browser.get(submitted.location!)
    expect(textOf(done)).toContain('All 4 tasks are done.')
    expect(done.text).not.toContain('http-equiv="refresh"')
    // The same form once more leads to what it did before.
    expect((await browser.post('/admin/assignments', fields)).location).toBe(submitted.location)
    expect((await browser.post('/admin/assignments', { ...fields, submission: 'x' })).status).toBe(400)
    expect(textOf(await browser.get('/admin/tasks/batches'))).toContain('admin 4 Finished')
    expect(textOf(await browser.get(`/admin/accounts/${account.uin}`))).toContain('Wizards')
    expect(textOf(await browser.get(`/admin/accounts/${account.uin}/deployments`))).toContain('Wizardry')
  })

  it('is for a department with everything below it, for a time, and can be held up', async () => {
    const { services, administrator } = world
    const department = await services.organization.createNode(administrator, {
      name: 'Harbour',
      parentId: (await services.organization.tree(administrator)).id,
    })
    const below = { name: 'Quay', parentId: department.id }
    const { id: nodeId } = await services.organization.createNode(administrator, below)
    for (const name of ['North-Quay', 'South-Quay']) {
      await services.organization.createAccount(administrator, { name, nodeId })
    }
    const [user, configuration] = [
      await world.user('harbour.master'),
      await world.configuration('Harbouring'),
    ]
    const query = `principal=${user.id}&configuration=${configuration.id}`
    const offered = await browser.get(`/admin/assignments/new?${query}`)
    expect(textOf(offered)).toMatch(/Departments, with everything below them .*Harbour 2 accounts/)
    let page = await browser.submit(offered, '/admin/assignments/accounts', {
      act: 'next',
      node: [String(department.id), String(nodeId)],
    })
    for (const step of ['principals', 'configurations']) {
      page = await browser.submit(page, `/admin/assignments/${step}`, { act: 'next' })
    }
    expect(textOf(page)).toContain(
      'This makes 2 assignments, each carried out as a task of its own. All 2 are new.',
    )
    const wrong = await browser.submit(page, '/admin/assignments', { act: 'submit', start: '31.3.2026' })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain('id="field-start-error"')
    expect(wrong.text).toContain('value="31.3.2026"')
    const submitted = await browser.submit(wrong, '/admin/assignments', {
      act: 'submit',
      start: '',
      end: '2026-03-05T18:00+01:00',
    })
    const path = submitted.location!
    await services.batchWorker.drain()
    const act = async (name: string) =>
      textOf(await browser.follow(await browser.send(path, `${path}/${name}`)))
    expect(await act('pause')).toContain('Paused: what was under way')
    await drainBatches()
    expect(textOf(await browser.get(path))).toContain('0 succeeded, 0 failed, 2 in progress')
    expect(await act('resume')).toContain('0 of 2 tasks are done')
    await drainBatches()
    const done = textOf(await browser.get(path))
    expect(done).toContain('2 succeeded')
    expect(done).toContain('until 2026-03-05 17:00 UTC')
    expect(done).not.toContain('Cancel')
    expect(textOf(await browser.get(`/admin/users/${user.id}/permissions`))).toContain(
      'until 2026-03-05 17:00 UTC',
    )
    const overview = await browser.get('/admin/')
    expect(textOf(overview)).toContain('2 assignments end by themselves within 7 days.')
    // What is counted leads to what was counted.
    const href = /href="([^"]*)">2 assignments end by themselves/.exec(overview.text)?.[1] ?? ''
    const ending = await browser.get(href)
    expect(textOf(ending)).toContain('1–2 of 2')

    // One of them goes on: not an hour longer than is entered, and not into the past.
    const change = /href="(\/admin\/assignments\/period[^"]*)"/.exec(ending.text)?.[1]
    const form = await browser.get(change?.replaceAll('&amp;', '&') ?? '')
    expect(form.text).toContain('value="2026-03-05T17:00Z"')
    const past = await browser.submit(form, '/admin/assignments/period', { end: '2026-01-01' })
    expect(past.status).toBe(400)
    expect(past.text).toContain('id="field-end-error"')
    expect(textOf(past)).toContain('The end has passed already.')
    const changed = await browser.submit(form, '/admin/assignments/period', { start: '', end: '' })
    expect(textOf(await browser.follow(changed))).toContain('counts was changed.')
    expect(textOf(await browser.get('/admin/'))).toContain('1 assignment ends by itself within 7 days.')
    expect(textOf(await browser.get(href))).toContain('1–1 of 1')
    const reader = await world.admin('readOnly')
    expect((await reader.get(href)).text).not.toContain('/admin/assignments/period')
    const denied = await reader.submit(form, '/admin/assignments/period', { end: '' })
    expect(denied.status).toBe(403)
    expect((await browser.get('/admin/assignments/period?account=1')).status).toBe(404)
  })

  it('warns of whom it gives nothing, and submits nothing that was not seen', async () => {
    const { services, administrator } = world
    const users = [
      await world.user('idle-disabled'),
      await world.user('idle-blocked'),
      await world.user('busy'),
    ]
    await services.users.setActive(administrator, users[0]!.id, false)
    await services.users.setBlocked(administrator, users[1]!.id, true)
    const [empty, full] = [await world.group('Deserted'), await world.group('Crowded')]
    await services.groups.addMembers(administrator, full.id, [users[2]!.id])
    const [staying, leaving] = [await world.account('Staying'), await world.account('Leaving')]
    const configuration = await world.configuration('Warned')
    const query = [
      ...[...users, empty, full].map(({ id }) => `principal=${id}`),
      ...[staying, leaving].map(({ uin }) => `account=${uin}`),
      `configuration=${configuration.id}`,
    ].join('&')
    let page = await browser.get(`/admin/assignments/new?${query}`)
    for (const step of ['accounts', 'principals', 'configurations']) {
      page = await browser.submit(page, `/admin/assignments/${step}`, { act: 'next' })
    }
    const review = textOf(page)
    expect(review).toContain('until they may sign in: idle-disabled, idle-blocked.')
    expect(review).toContain('whoever joins later gets this access: Deserted.')
    expect(review).toContain('This makes 10 assignments')

    // An account is removed while somebody looks at the review, and somebody writes ids of his own into the form.
    await services.zones.changeSetting(administrator, 'organization.deleteMembers', 'true')
    await services.members.delete(administrator, leaving.uin)
    const batches = async () =>
      (await services.assignmentBatches.list(administrator, { offset: 0, limit: 9 })).total
    const before = await batches()
    const strange = await browser.submit(page, '/admin/assignments', {
      act: 'submit',
      account: [staying.uin, leaving.uin, staying.uin, '100000999999', 'x'],
    })
    expect(strange.status).toBe(409)
    expect(textOf(strange)).toContain('3 of what was chosen are no longer there')
    expect(textOf(strange)).toContain('This makes 5 assignments')
    expect(await batches()).toBe(before)
    const nothing = await browser.submit(page, '/admin/assignments', {
      act: 'submit',
      account: [leaving.uin],
    })
    expect(nothing.status).toBe(400)
    expect(textOf(nothing)).toContain('1 of what was chosen is no longer there')
    const submitted = await browser.submit(strange, '/admin/assignments', { act: 'submit' })
    await drainBatches()
    expect(textOf(await browser.get(submitted.location!))).toContain('5 succeeded, 0 failed')
  })

  it('begins with what the address names, and forgets what is not there', async () => {
    const user = await world.user('named')
    const page = await browser.get(
      `/admin/assignments/new?principal=${user.id}&principal=u-000000000000&account=nonsense`,
    )
    expect(page.status).toBe(200)
    expect(page.text).toContain(`<input type="hidden" name="principal" value="${user.id}"/>`)
    expect(page.text).not.toContain('value="u-000000000000"')
    const empty = await browser.send('/admin/accounts', '/admin/assignments/principals', { from: 'accounts' })
    expect(textOf(await browser.follow(empty))).toContain('Select at least one account first.')
    expect((await browser.get('/admin/assignments/principals')).location).toBe('/admin/assignments/new')
  })

  it('tells which of the tasks did not succeed', async () => {
    const [account, other] = [await world.account('Twice'), await world.account('Once')]
    const user = await world.user('twice')
    const configuration = await world.configuration('Again')
    await world.assign(user, account, configuration)
    /** Through all steps, from what the address names. */
    const submit = async (accounts: readonly string[]) => {
      const query = accounts.map((uin) => `account=${uin}`).join('&')
      let page = await browser.get(
        `/admin/assignments/new?${query}&principal=${user.id}&configuration=${configuration.id}`,
      )
      for (const step of ['accounts', 'principals', 'configurations']) {
        page = await browser.submit(page, `/admin/assignments/${step}`, { act: 'next' })
      }
      return browser.submit(page, '/admin/assignments', { act: 'submit' })
    }
    const submitted = await submit([account.uin, other.uin])
    await drainBatches()
    const text = textOf(await browser.follow(submitted))
    expect(text).toContain('1 succeeded, 1 failed')
    const narrowed = textOf(await browser.get(`${submitted.location}?status=success`))
    expect(narrowed).not.toContain('exists already')
    expect(narrowed).toContain('1–1 of 1')
    expect(text).toContain('1 of 2 tasks did not succeed.')
    expect(text).toContain('This assignment exists already.')
    expect(textOf(await browser.get('/admin/tasks?status=failed'))).toContain(
      'This assignment exists already.',
    )
    expect(textOf(await browser.get('/admin/tasks?type=deprovisionRoleConfiguration'))).toContain(
      'Nothing matches',
    )
    // Tried again, it is found done: one task, and all of them.
    const failed = await browser.get(submitted.location!)
    const [retry] = failed.forms.filter(({ action }) => /^\/admin\/tasks\/t-.*retry$/.test(action))
    const retried = await browser.submit(failed, retry!.action)
    expect(retried.location).toBe(submitted.location)
    expect(textOf(await browser.follow(retried))).toContain('All 2 tasks are done.')
    const late = await browser.follow(await browser.submit(failed, `${submitted.location}/retry`))
    expect(textOf(late)).toContain('0 failed')
    await drainBatches()
    // Nothing to do at all: the review says so.
    const nothing = await submit([account.uin, other.uin])
    expect(nothing.status).toBe(409)
    expect(textOf(nothing)).toContain('All of these assignments exist already.')
  })

  it('is taken back one by one, after a question', async () => {
    const account = await world.account('Revoked')
    const user = await world.user('revoked')
    const configuration = await world.configuration('Revocable')
    await world.assign(user, account, configuration)
    const listed = await browser.get(`/admin/accounts/${account.uin}`)
    const href = /href="(\/admin\/assignments\/remove[^"]*)"/.exec(listed.text)?.[1]?.replaceAll('&amp;', '&')
    const asked = await browser.get(href!)
    expect(textOf(asked)).toContain('Remove this authorization?')
    const removed = await browser.submit(asked, '/admin/assignments/remove')
    const page = await browser.follow(removed)
    expect(textOf(page)).toContain('1 assignment was removed.')
    expect(textOf(page)).toContain('Nobody may reach this account yet.')
    const again = await browser.submit(asked, '/admin/assignments/remove')
    expect(textOf(await browser.follow(again))).toContain('There is no such assignment.')
    expect((await browser.get(href!)).status).toBe(404)
  })

  it('is undeployed in two steps: the assignments, then the deployment', async () => {
    const account = await world.account('Cleared')
    const user = await world.user('cleared')
    const configuration = await world.configuration('Clearing')
    await world.assign(user, account, configuration)
    const path = `/admin/deployments/undeploy?configuration=${configuration.id}&account=${account.uin}`
    const first = await browser.get(path)
    expect(textOf(first)).toContain('cleared')
    expect(first.text).not.toContain('action="/admin/deployments/undeploy"')
    const { hidden } = first.forms.find(({ action }) => action.endsWith('remove-assignments'))!
    // The second step by itself is refused while the first is not done.
    const early = await browser.post('/admin/deployments/undeploy', hidden)
    expect(textOf(await browser.follow(early))).toContain('remove them first')
    const second = await browser.follow(await browser.submit(first, '/admin/deployments/remove-assignments'))
    expect(textOf(second)).toContain('1 assignment was removed.')
    expect(textOf(second)).toContain('Undeploying removes the role')
    const started = await browser.submit(second, '/admin/deployments/undeploy')
    expect(started.location).toMatch(/^\/admin\/tasks\/batches\//)
    await world.services.deploymentWorker.drain()
    expect(textOf(await browser.get(started.location!))).toContain('The task is done.')
    expect((await browser.get(path)).status).toBe(404)
    const { items } = await world.services.deployments.list(world.administrator, {
      accountUin: account.uin,
      page: { offset: 0, limit: 1 },
    })
    expect(items).toEqual([])
  })
})

describe('while a task is at a deployment', () => {
  it('nothing of it is taken out, deleted or planned, and each says why', async () => {
    const account = await world.account('Occupied')
    const configuration = await world.configuration('Occupying')
    await world.assign(await world.user('occupier'), account, configuration)
    const place = { configurationId: configuration.id, accountUin: account.uin }
    const path = `${CONFIGURATIONS}/${configuration.id}`
    const undeploy = `/admin/deployments/undeploy?configuration=${configuration.id}&account=${account.uin}`
    await browser.send(undeploy, '/admin/deployments/remove-assignments')
    await world.services.deployments.redeploy(world.administrator, [place])
    expect(await said(undeploy, '/admin/deployments/undeploy')).toContain(
      'being deployed. Wait until that is done.',
    )
    for (const act of ['delete', 'delete-with-links']) {
      const token = (await browser.get(`${path}/edit`)).forms.find(({ action }) => action.endsWith('/edit'))!
      const refused = await browser.post(`${path}/${act}`, { ...token.hidden, confirmation: 'Occupying' })
      expect([act, refused.status]).toEqual([act, 409])
      expect(textOf(refused)).toContain('Deployed in Occupied')
    }
    const planned = await browser.send(`${path}/deployments`, `${path}/redeploy`, { account: account.uin })
    const page = await browser.follow(planned)
    expect(textOf(page)).toContain('1 place is left as it is')
    expect(textOf(page)).toContain('A task is in progress there.')
    expect(page.text).not.toContain('/apply"')
    await world.services.deploymentWorker.drain()
    expect((await world.services.deployments.get(world.administrator, place)).condition).toBe('deployed')
  })
})

describe('drift in the console', () => {
  it('is shown by account and line, on the pages of what it is about, and repaired by one click', async () => {
    const account = await world.account('Drifting')
    const configuration = await world.configuration('Drifted')
    await world.assign(await world.user('drift-user'), account, configuration)
    const check = `/admin/accounts/${account.uin}/deployments`
    expect(textOf(await browser.get(check))).toContain('has not been compared')
    await world.db
      .updateTable('cam_attachments')
      .set({ policy_id: 1, policy_name: 'AdministratorAccess' })
      .where('account_uin', '=', account.uin)
      .where('policy_name', '=', 'ReadOnlyAccess')
      .execute()
    expect(await said(check, '/admin/drift/check')).toContain('Drifting was looked at.')
    expect(textOf(await browser.get(check))).toContain('1 object in this account is not as it was deployed.')
    const path = `${CONFIGURATIONS}/${configuration.id}`
    expect(textOf(await browser.get(path))).toContain(
      'In 1 account this configuration is not as it was deployed.',
    )
    expect(textOf(await browser.get(CONFIGURATIONS))).toMatch(/Drifted 1 hour 1 Differs/)
    expect(textOf(await browser.get('/admin/'))).toContain('1 account is not as it was deployed.')

    const page = await browser.get(`/admin/drift?account=${account.uin}`)
    expect(textOf(page)).toContain('Changed Role TencentCloudSSO-Drifted')
    expect(textOf(page)).toContain(
      'added AdministratorAccess Preset policy removed ReadOnlyAccess Preset policy',
    )
    const repaired = await browser.submit(page, '/admin/drift/repair')
    expect(repaired.location).toMatch(/^\/admin\/tasks\/batches\//)
    await world.services.deploymentWorker.drain()
    expect(textOf(await browser.get('/admin/drift'))).toContain('Nothing differs in the accounts')
    expect(await said('/admin/drift', '/admin/drift/check')).toContain('accounts will be looked at.')
    expect((await browser.get('/admin/drift')).text).toContain('http-equiv="refresh"')
  })

  it('takes no word of a form for what is extra', async () => {
    const account = await world.account('Undrifted')
    const token = (await browser.get('/admin/drift')).text.match(/name="_csrf" value="([^"]*)"/)?.[1] ?? ''
    const send = (action: string, fields: Record<string, string>) =>
      browser.post(`/admin/drift/${action}`, { _csrf: token, account: account.uin, ...fields })
    expect((await send('remove', { kind: 'account', name: 'x' })).status).toBe(400)
    expect(textOf(await browser.follow(await send('remove', { kind: 'role', name: '../x' })))).toContain(
      'no such object any more',
    )
    expect(textOf(await browser.follow(await send('repair', {})))).toContain('not deployed in this account')
    expect((await send('repair', { account: '1' })).status).toBe(404)
    expect((await browser.get('/admin/drift?account=1')).status).toBe(404)
    expect((await browser.get('/admin/drift?configuration=x')).status).toBe(404)
  })
})
