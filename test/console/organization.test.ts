/** Departments, members, invitations and service control policies in the console, and the invited side. One engine: pages only. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Account } from '../../server/domain/organization.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

let world: ConsoleWorld
let admin: ConsoleBrowser
let account: Account
let root: string

beforeAll(async () => {
  world = await createConsoleWorld('sqlite')
  admin = await world.admin()
  account = await world.account('Production')
  root = String((await world.services.organization.tree(world.administrator)).id)
})
afterAll(() => world.remove())

const addDepartment = async (name: string) =>
  String(
    (
      await world.services.organization.createNode(world.administrator, {
        parentId: Number(root) as never,
        name,
      })
    ).id,
  )

it('changes, moves and deletes departments', async () => {
  const [sales, emea] = [await addDepartment('Sales'), await addDepartment('EMEA')]
  expect((await admin.get(`/admin/accounts?node=${emea}`)).text).toContain(`/admin/departments/${emea}`)
  const path = `/admin/departments/${emea}`
  const changed = await admin.send(path, path, {
    name: 'Europe',
    node: sales,
    remark: 'East and west',
    tags: 'cost=42\nowner = ann',
  })
  expect(changed.location).toBe(`/admin/accounts?node=${emea}`)
  const page = await admin.get(path)
  for (const text of ['Europe', 'East and west', 'cost=42\nowner=ann']) expect(page.text).toContain(text)
  const into = `/admin/departments/${sales}`
  const refused = await admin.send(into, into, { name: 'Sales', node: emea })
  expect(refused.status).toBe(400)
  expect(textOf(refused)).toContain('cannot be moved into itself')
  const kept = await admin.send(`${into}/delete`, `${into}/delete`)
  expect(textOf(await admin.follow(kept))).toContain('move or remove them first')
  expect((await admin.send(`${path}/delete`, `${path}/delete`)).location).toBe('/admin/accounts')
  expect((await admin.get(path)).status).toBe(404)
})

it('changes and moves a department at once or not at all', async () => {
  const [north, south] = [await addDepartment('North'), await addDepartment('South')]
  await world.services.organization.createNode(world.administrator, {
    parentId: Number(north) as never,
    name: 'Harbour',
  })
  const path = `/admin/departments/${south}`
  const refused = await admin.send(path, path, { name: 'Harbour', node: north })
  expect(refused.status).toBe(409)
  const tree = await world.services.organization.tree(world.administrator)
  const stays = tree.children.find(({ name }) => name === 'South')
  expect(String(stays?.id)).toBe(south)
  // The old name is taken where it goes to; the new one is not.
  await world.services.organization.createNode(world.administrator, {
    parentId: Number(north) as never,
    name: 'South',
  })
  const moved = await admin.send(path, path, { name: 'Coast', node: north })
  expect(moved.location).toBe(`/admin/accounts?node=${south}`)
})

it('changes accounts, and deletes them by permit only', async () => {
  const path = `/admin/accounts/${account.uin}`
  await admin.send(`${path}/edit`, `${path}/edit`, { name: 'Live', node: root, tags: 'stage=live' })
  expect(textOf(await admin.get(path))).toContain('Live')
  expect((await admin.get(`${path}/edit`)).text).toContain('stage=live')
  const other = await world.account('Scrap')
  const scrap = `/admin/accounts/${other.uin}`
  const off = await admin.send(`${scrap}/remove`, `${scrap}/remove`)
  expect(textOf(await admin.follow(off))).toContain('organization.deleteMembers')
  await world.services.zones.changeSetting(world.administrator, 'organization.deleteMembers', 'true')
  await admin.send(`${scrap}/remove`, `${scrap}/remove`)
  expect((await admin.get(scrap)).status).toBe(404)

  const group = await world.group('Readers')
  await world.assign(group, account, await world.configuration('ReadOnly'))
  const blocked = textOf(await admin.get(`${path}/remove`))
  expect(blocked).toContain('Authorization ReadOnly')
  expect(blocked).toContain('Deployed configuration ReadOnly')
})

it('moves many accounts at once, all or none', async () => {
  const target = await addDepartment('Harvest')
  const [first, second] = [await world.account('First'), await world.account('Second')]
  const uins = [String(first.uin), String(second.uin)]
  const listed = await admin.get('/admin/accounts')
  const path = '/admin/accounts/move'
  const token = { _csrf: listed.text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? '' }
  const nothing = await admin.post(path, token)
  expect(textOf(await admin.follow(nothing))).toContain('Select at least one')
  const asked = await admin.post(path, { ...token, account: uins })
  expect(textOf(asked)).toContain('Move 2 accounts')
  const moved = await admin.submit(asked, path, { node: target })
  expect(textOf(await admin.follow(moved))).toContain('2 accounts were moved to Harvest.')
  const { items } = await world.services.organization.listAccounts(world.administrator, {
    page: { offset: 0, limit: 100 },
  })
  expect(items.filter(({ nodeId }) => String(nodeId) === target)).toHaveLength(2)
  const management = items.find(({ kind }) => kind === 'management')?.uin ?? ''
  const refused = await admin.submit(asked, path, { node: root, account: [...uins, management] })
  expect(textOf(refused)).toContain('The management account can be neither moved nor removed.')
  expect((await world.services.organization.getAccount(world.administrator, first.uin)).nodeId).toBe(
    Number(target),
  )
  expect((await admin.submit(asked, path, { node: '999999' })).status).toBe(404)
})

it('invites an account with a code that is shown once, and the account answers with it', async () => {
  const wrong = await admin.send('/admin/invitations/new', '/admin/invitations', {
    uin: '12',
    name: 'x',
    node: root,
  })
  expect(wrong.status).toBe(400)
  const shown = await admin.send('/admin/invitations/new', '/admin/invitations', {
    uin: '155500000001',
    name: 'Joiner',
    node: root,
  })
  const code =
    /value="([A-Za-z0-9_-]{43})"/.exec(shown.text.replace(/name="_csrf" value="[^"]*"/g, ''))?.[1] ?? ''
  expect(code).not.toBe('')
  expect((await admin.get('/admin/invitations')).text).not.toContain(code)

  const outside = world.anonymous()
  const refused = await outside.send('/invitation', '/invitation', { code: 'x'.repeat(43) })
  expect(refused.status).toBe(404)
  const asked = await outside.send('/invitation', '/invitation', { code })
  const text = textOf(asked)
  for (const part of ['155500000001', 'Joiner', 'Management account']) expect(text).toContain(part)
  const answered = await outside.submit(asked, '/invitation/answer', { code, answer: 'accept' })
  expect(textOf(answered)).toContain('has joined')
  expect(textOf(await admin.get('/admin/accounts/155500000001'))).toContain('Invited')
  expect((await outside.submit(asked, '/invitation/answer', { code, answer: 'reject' })).status).toBe(404)
  const path = '/admin/accounts/155500000001'
  await admin.send(`${path}/remove`, `${path}/remove`)
  expect((await admin.get(path)).status).toBe(404)
})

it('switches service control on, writes a policy, and shows from which level an account is limited', async () => {
  const start = '/admin/service-control'
  await admin.send(start, `${start}/on`)
  const bad = await admin.send(`${start}/new`, start, {
    name: 'NoCvm',
    policyMode: 'json',
    document: '{',
  })
  expect(bad.status).toBe(400)
  expect(textOf(bad)).toContain('Line 1')
  const document = '{"version":"2.0","statement":[{"effect":"deny","action":"cvm:*","resource":"*"}]}'
  const made = await admin.send(`${start}/new`, start, {
    name: 'NoCvm',
    description: 'No machines',
    policyMode: 'json',
    document,
  })
  const id = /\/(\d+)$/.exec(made.location ?? '')?.[1] ?? ''
  const tab = `/admin/accounts/${account.uin}/service-control`
  const levels = await admin.get(tab)
  expect(textOf(levels)).toMatch(/Live This account FullQcloudAccess .* Root Department FullQcloudAccess/)
  await admin.submit(levels, `${start}/attach`, { kind: 'node', target: root, policy: id })
  expect(textOf(await admin.get(tab))).toMatch(/Root Department FullQcloudAccess .* NoCvm/)
  expect((await admin.get(`${start}/${id}`)).text).toContain(`/admin/departments/${root}/service-control`)
  const department = `/admin/departments/${await addDepartment('Limited')}/service-control`
  const limits = await admin.get(department)
  expect(textOf(limits)).toMatch(/Limited This department FullQcloudAccess .* Root Department .* NoCvm/)
  const attached = await admin.submit(limits, `${start}/attach`, { policy: id })
  expect(attached.location).toBe(department)
  expect(textOf(await admin.follow(attached))).toMatch(
    /Limited This department FullQcloudAccess .* NoCvm .* Root/,
  )
  const detached = await admin.submit(await admin.get(department), `${start}/detach`, { policy: id })
  expect(textOf(await admin.follow(detached))).toContain('NoCvm was detached')
  const inUse = await admin.send(`${start}/${id}/delete`, `${start}/${id}/delete`)
  expect(textOf(await admin.follow(inUse))).toContain('detach it there first')
  const last = await admin.submit(await admin.get(tab), `${start}/detach`, {
    kind: 'account',
    target: account.uin,
    policy: '1',
  })
  expect(textOf(await admin.follow(last))).toContain('keeps at least one policy')
  await admin.submit(await admin.get(tab), `${start}/detach`, { kind: 'node', target: root, policy: id })
  await admin.send(`${start}/${id}/delete`, `${start}/${id}/delete`)
  expect((await admin.get(`${start}/${id}`)).status).toBe(404)
  await admin.send(`${start}/off`, `${start}/off`)
  expect(textOf(await admin.get(tab))).toContain('Nothing limits this account.')
})

it('lets readers look and change nothing', async () => {
  const reader = await world.admin('readOnly')
  const page = await reader.get('/admin/service-control')
  expect(page.status).toBe(200)
  const token = page.forms[0]?.hidden['_csrf'] ?? ''
  for (const path of [
    '/admin/service-control/on',
    `/admin/accounts/${account.uin}/remove`,
    `/admin/departments/${root}`,
    '/admin/invitations',
  ]) {
    expect([path, (await reader.post(path, { _csrf: token })).status]).toEqual([path, 403])
  }
})

it('rehearses faults of an account, and makes keys of the account itself', async () => {
  const path = `/admin/accounts/${account.uin}/simulation`
  const send = (fields: Readonly<Record<string, string>>) => admin.send(path, `${path}/faults`, fields)
  const refused = await send({ delay: '60001', errors: 'x', outage: 'on' })
  expect(refused.status).toBe(400)
  expect(refused.text).toContain('value="60001"')
  const saved = await admin.follow(await send({ delay: '250', errors: '100', outage: 'on' }))
  expect(textOf(saved)).toContain('Faults are set')
  expect(saved.text).toContain('value="250"')
  await expect(world.cam.client.describeRole(account.uin, 'none')).rejects.toMatchObject({
    code: 'cam.unavailable',
  })
  expect(textOf(await admin.follow(await send({ delay: '0', errors: '0' })))).not.toContain('Faults are set')
  const submission = /name="submission" value="([^"]+)"/.exec((await admin.get(path)).text)?.[1] ?? ''
  const shown = await admin.send(path, `${path}/keys`, { submission })
  const secretId = /AKID\w{32}/.exec(shown.text)?.[0] ?? ''
  expect(await world.services.camKeys.findHolder(secretId)).toMatchObject({ caller: { kind: 'root' } })
  expect((await admin.send(path, `${path}/keys`, { submission })).status).toBe(409)
  await admin.send(path, `${path}/keys/delete`, { secretId })
  expect(await world.services.camKeys.findHolder(secretId)).toBeUndefined()
})
