/** What an account holds, on the pages of its own console. One engine: the services are tested with the API on both. */
import { beforeAll, expect, it } from 'vitest'
import type { PermissionConfigurationId, UserId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import { createCookieClient, type CookieClient, type Page } from '../support/cookie-client.js'
import { createPermissionWorld, DOCUMENT, type PermissionWorld } from '../support/permission-world.js'

let world: PermissionWorld
let account: Account
let userId: UserId
let browser: CookieClient

/** Enters the account under a role with the preset policies. */
async function enterWith(...presets: readonly string[]): Promise<CookieClient> {
  const { permissionConfigurations } = world.services
  const { id } = await permissionConfigurations.create(world.administrator, { name: presets.join('-') })
  await permissionConfigurations.attachPreset(world.administrator, id, presets)
  return enterUnder(id)
}

async function enterUnder(id: PermissionConfigurationId): Promise<CookieClient> {
  const { assignments, deploymentWorker, accountAccess } = world.services
  await assignments.assign(world.administrator, [world.triple(userId, account, { id })])
  await deploymentWorker.drain()
  const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
  const opening = { accountUin: account.uin, configurationId: id }
  const { samlResponse } = await accountAccess.open(actor, opening)
  const client = createCookieClient(world.app)
  await client.post('/account/acs', { SAMLResponse: samlResponse })
  return client
}

beforeAll(async () => {
  world = await createPermissionWorld('sqlite')
  userId = await world.user('jo')
  account = await world.account()
  browser = await enterWith('AdministratorAccess')
  return () => world.remove()
})

/** Sends a form from the page `from`, whether or not it stands there. */
async function send(
  from: string,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec((await browser.get(from)).text) ?? []
  return browser.post(action, { _csrf: token, ...fields })
}
const follow = async (answer: Promise<Page>): Promise<Page> => browser.follow(await answer)

it('makes users with what they sign in with, shown once, and lets them have policies, groups and keys', async () => {
  const shown = await send('/account/users', '/account/users', { name: 'ann', console: 'on', key: 'on' })
  const [secretId = ''] = /AKID\w{32}/.exec(shown.text) ?? []
  expect(await world.services.camKeys.findHolder(secretId)).toMatchObject({ caller: { name: 'ann' } })
  const taken = await send('/account/users', '/account/users', { name: 'ANN' })
  expect(taken.status).toBe(409)
  expect(taken.text).toContain('named ANN already')
  const [, uin = ''] = /\/account\/users\/(\d{12})/.exec(shown.text) ?? []
  const user = `/account/users/${uin}`
  const made = await send('/account/groups', '/account/groups', { name: 'Readers' })
  const group = made.location ?? ''
  expect(group).toMatch(/^\/account\/groups\/\d+$/)
  await send(group, `${group}/attach`, { policy: '900001' })
  expect((await follow(send(group, `${group}/add`, { user: uin }))).text).toContain('>ann<')
  await send(user, `${user}/attach`, { policy: '900008' })
  const page = await browser.get(user)
  for (const text of ['QcloudSTSFullAccess', 'ReadOnlyAccess', 'through Readers', secretId])
    expect(page.text).toContain(text)
  expect((await follow(send(user, `${user}/attach`, { policy: '7' }))).text).toContain('has no policy 7')
  const key = (await send(user, `${user}/keys`)).text
  expect(key).toMatch(/AKID\w{32}/)
  expect((await follow(send(user, `${user}/keys`))).text).toContain('at most 2')
  await send(user, `${user}/keys/status`, { secretId, status: 'disabled' })
  expect(await world.services.camKeys.findHolder(secretId)).toBeUndefined()
  expect((await follow(send(user, `${user}/delete`))).text).toContain('>ann<')
  const left = await follow(send(user, `${user}/delete`, { confirmed: 'on' }))
  expect(left.text).not.toContain('>ann<')
})

it('writes policies in versions, and roles', async () => {
  const wrong = await send('/account/policies', '/account/policies', { name: 'p', document: '{"version":1}' })
  expect(wrong.status).toBe(400)
  expect(wrong.text).toContain('{&quot;version&quot;:1}')
  const made = await send('/account/policies', '/account/policies', { name: 'p', document: DOCUMENT })
  const policy = made.location ?? ''
  await send(policy, `${policy}/version`, { document: DOCUMENT.replace('cos:Get*', 'cos:Put*') })
  expect((await browser.get(policy)).text).toContain('Version 2')
  await send(policy, `${policy}/default`, { version: '1' })
  await send(policy, `${policy}/forget`, { version: '2' })
  expect((await browser.get(policy)).text).not.toContain('Version 2')
  const listed = await browser.get('/account/roles')
  expect(listed.text).toContain('Made by the Identity Center')
  const trust =
    '{"version":"2.0","statement":[{"effect":"allow","action":"sts:AssumeRole","principal":{"service":"cvm.qcloud.com"}}]}'
  const role = (await send('/account/roles', '/account/roles', { name: 'r', document: trust })).location ?? ''
  await send(role, `${role}/attach`, { policy: policy.replace(/\D/g, '') })
  expect((await browser.get(role)).text).toContain('>p<')
  expect((await follow(send(policy, `${policy}/delete`, { confirmed: 'on' }))).status).toBe(200)
  expect((await follow(send(role, `${role}/delete`, { confirmed: 'on' }))).text).not.toContain('>r<')
})

it('decides with condition keys that are given, but not with those that the account knows itself', async () => {
  const { permissionConfigurations } = world.services
  const { id } = await permissionConfigurations.create(world.administrator, { name: 'office' })
  const document =
    '{"version":"2.0","statement":[{"effect":"allow","action":"cvm:*","resource":"*","condition":{"ip_equal":{"qcs:ip":"10.0.0.0/8"}}}]}'
  await permissionConfigurations.putCustomPolicy(world.administrator, id, 'office', document)
  const office = await enterUnder(id)
  const ask = async (context: string) => {
    const query = new URLSearchParams({ action: 'cvm:RunInstances', resource: '*', context })
    return office.get(`/account/access?${query.toString()}`)
  }
  expect((await ask('')).text).toContain('Denied')
  const allowed = (await ask('qcs:ip = 10.1.2.3')).text
  for (const text of ['Allowed', 'Statement 1', 'ip_equal']) expect(allowed).toContain(text)
  for (const wrong of ['qcs:mfa=true', 'x', 'a b=c']) expect((await ask(wrong)).status).toBe(400)
})

it('shows and does only what the visitor’s policies allow, and leaves the Identity Center’s things alone', async () => {
  const [, role = ''] =
    /href="(\/account\/roles\/\d+)">TencentCloudSSO/.exec((await browser.get('/account/roles')).text) ?? []
  expect((await browser.get(role)).text).not.toContain(`${role}/delete`)
  expect((await follow(send('/account/roles', `${role}/delete`, { confirmed: 'on' }))).text).toContain(
    'made by the Identity Center',
  )
  browser = await enterWith('QcloudCamReadOnlyAccess')
  expect((await browser.get('/account/users')).status).toBe(200)
  const refused = await send('/account/users', '/account/users', { name: 'bob' })
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('(cam:AddUser)')
  browser = await enterWith('QcloudCVMFullAccess')
  expect((await browser.get('/account/users')).status).toBe(403)
  expect((await browser.get('/account')).status).toBe(200)
})
