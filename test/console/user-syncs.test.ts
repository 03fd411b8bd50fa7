/** CAM user synchronization in the console: asking for it step by step, its pages, its tabs. One engine: pages only. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Group } from '../../server/domain/group.js'
import type { Account } from '../../server/domain/organization.js'
import type { User } from '../../server/domain/user.js'
import { userSyncHands, type UserSyncHands } from '../support/user-sync-world.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

let world: ConsoleWorld
let hands: UserSyncHands
let admin: ConsoleBrowser
let account: Account
let ann: User
let readers: Group

beforeAll(async () => {
  world = await createConsoleWorld('sqlite')
  hands = userSyncHands(world as never, world.administrator)
  admin = await world.admin()
  account = await world.account('Production')
  ann = await world.user('ann')
  readers = await world.group('Readers')
  await world.services.groups.addMembers(world.administrator, readers.id, [(await world.user('ben')).id])
})
afterAll(() => world.remove())

const drain = () => world.services.userSyncWorker.drain()

it('leads from the accounts to the progress, names who is replaced, and carries it out once', async () => {
  await hands.ownCamUser(account, 'BEN')
  const accounts = await admin.get('/admin/accounts')
  const principals = await admin.submit(accounts, '/admin/assignments/principals', {
    account: account.uin,
    from: 'accounts',
  })
  expect(principals.status).toBe(200)
  const picked = await admin.post('/admin/user-syncs/new/principals', {
    _csrf: csrfOf(accounts.text),
    account: account.uin,
    principal: [ann.id, readers.id],
    act: 'next',
  })
  expect(textOf(picked)).toContain('When the account has a CAM user of that name')
  const review = await admin.submit(picked, '/admin/user-syncs/new/policies', {
    description: 'night shift',
    conflictPolicy: 'replace',
    deletionPolicy: 'delete',
    act: 'next',
  })
  const shown = textOf(review)
  expect(shown).toContain('lose their policies, groups, keys and console password')
  expect(shown).toContain('Production BEN')
  expect(shown).toContain('This makes 2 synchronizations')
  const submitted = await admin.submit(review, '/admin/user-syncs', { act: 'submit' })
  expect(submitted.location).toMatch(/^\/admin\/user-syncs\/batches\/[0-9a-f-]{36}$/)
  const running = await admin.follow(submitted)
  expect(running.text).toContain('http-equiv="refresh"')
  await drain()
  expect(textOf(await admin.get(submitted.location ?? ''))).toContain('All 2 tasks are done.')
  expect((await admin.submit(review, '/admin/user-syncs', { act: 'submit' })).status).toBe(409)
  expect((await hands.camUsers(account)).map(({ name }) => name)).toEqual(['ann', 'ben'])
})

const csrfOf = (text: string): string => /name="_csrf" value="([^"]*)"/.exec(text)?.[1] ?? ''

it('asks for what is missing, and takes up what the address chose', async () => {
  const first = await admin.get(`/admin/user-syncs/new?principal=${ann.id}&account=1`)
  expect(first.text).toContain(`name="principal" value="${ann.id}"`)
  const again = await admin.submit(first, '/admin/user-syncs/new/accounts', { act: 'next' })
  expect(again.status).toBe(400)
  expect(textOf(again)).toContain('Choose at least one account.')
  expect((await admin.get('/admin/user-syncs/new/policies')).location).toBe('/admin/user-syncs/new')
})

it('lists syncs with their state, finds them, and shows them on the pages of user, group and account', async () => {
  const list = await admin.get('/admin/user-syncs')
  expect(textOf(list)).toContain('Production')
  expect(textOf(list)).toContain('Succeeded')
  expect(textOf(await admin.get('/admin/user-syncs?search=read'))).not.toContain('ann')
  expect(textOf(await admin.get('/admin/user-syncs?status=failed'))).toContain('match')
  expect(textOf(await admin.get('/admin/user-syncs/tasks'))).toContain('1 done')
  const ben = await world.services.users.findByName('ben')
  expect(textOf(await admin.get(`/admin/users/${ben!.id}/user-syncs`))).toContain('Through the group Readers')
  expect(textOf(await admin.get(`/admin/groups/${readers.id}/user-syncs`))).toContain('Production')
  expect(textOf(await admin.get(`/admin/accounts/${account.uin}/user-syncs`))).toContain('Readers')
  expect(textOf(await admin.get('/admin/'))).toMatch(/2 CAM user synchronizations/)
})

it('shows one with its users, changes it, and removes it after a question', async () => {
  const { id } = (await hands.syncOf(readers.id, account))!
  const path = `/admin/user-syncs/${id}`
  const page = textOf(await admin.get(path))
  for (const text of ['ben', 'Synchronized', 'night shift', 'Replace', 'Delete the CAM user']) {
    expect(page).toContain(text)
  }
  const tooLong = await admin.send(`${path}/edit`, `${path}/edit`, { description: 'x'.repeat(257) })
  expect(tooLong.status).toBe(400)
  await admin.send(`${path}/edit`, `${path}/edit`, { description: '', deletionPolicy: 'keep' })
  expect(await hands.syncOf(readers.id, account)).toMatchObject({ deletionPolicy: 'keep' })
  expect((await admin.send(path, `${path}/again`)).location).toBe(path)
  await drain()
  expect(textOf(await admin.get(`${path}/remove`))).toContain('stay in the account')
  const removed = await admin.send(`${path}/remove`, `${path}/remove`)
  expect(removed.location).toContain('/admin/user-syncs/batches/')
  await drain()
  expect((await admin.get(path)).status).toBe(404)
  expect((await hands.camUsers(account)).find(({ name }) => name === 'ben')).toMatchObject({
    managed_by: 'account',
  })
})

it('names a sync that stands in the way of deleting a user, with a link to it', async () => {
  const { id } = (await hands.syncOf(ann.id, account))!
  const blocked = await admin.get(`/admin/users/${ann.id}/delete`)
  expect(blocked.text).toContain(`href="/admin/user-syncs/${id}"`)
})

it('lets readers look and change nothing', async () => {
  const reader = await world.admin('readOnly')
  const { id } = (await hands.syncOf(ann.id, account))!
  const page = await reader.get(`/admin/user-syncs/${id}`)
  expect(page.status).toBe(200)
  expect(page.text).not.toContain(`/admin/user-syncs/${id}/remove`)
  const refused = await reader.post(`/admin/user-syncs/${id}/remove`, { _csrf: csrfOf(page.text) })
  expect(refused.status).toBe(403)
  expect((await reader.get('/admin/user-syncs/up-1')).status).toBe(404)
})
