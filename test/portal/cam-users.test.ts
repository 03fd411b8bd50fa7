/** The portal's CAM users: which are shown, and being in an account as one of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import type { CookieClient, Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'
import { userSyncHands, type UserSyncHands } from '../support/user-sync-world.js'
import { createPortalWorld, type Person, type PortalWorld } from './portal-world.js'

describe.each(engines)('CAM users in the portal on %s', (engine) => {
  let world: PortalWorld
  let hands: UserSyncHands
  let person: Person
  let browser: CookieClient
  let account: Account
  let group: GroupId

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    hands = userSyncHands(world as never, world.administrator)
    const { administrator, services } = world
    person = await world.person('employee')
    browser = world.browser()
    await world.signIn(browser, person)
    account = await services.organization.createAccount(administrator, { name: 'Payments' })
    const profile = { displayName: 'Payers', attributes: {} }
    ;({ id: group } = await services.groups.create(administrator, {
      profile,
      type: 'manual',
      members: [person.id],
    }))
  })
  afterAll(() => world.remove())

  const open = () => `/portal/cam-users/${account.uin}/open`
  const drain = () => world.services.userSyncWorker.drain()

  /** Sends what no form of the page sends, with its token. */
  const force = (who: CookieClient, page: Page, path: string) => who.post(path, page.forms[0]?.hidden ?? {})

  it('says what would be there while there is none, and opens nothing', async () => {
    const page = await browser.get('/portal/cam-users')
    expect(page.text).toContain('No CAM user')
    expect((await force(browser, page, open())).status).toBe(403)
    expect((await force(browser, page, '/portal/cam-users/x/open')).status).toBe(403)
  })

  it('lists account, number and name, and logs in to the console of the account as that CAM user', async () => {
    await world.services.userSyncs.create(world.administrator, [hands.wanted(group, account)])
    await drain()
    const [camUser] = await hands.camUsers(account)
    const page = await browser.get('/portal/cam-users')
    for (const text of ['Payments', account.uin, 'employee', camUser!.uin]) expect(page.text).toContain(text)
    expect((await browser.get('/portal/cam-users?q=nothing')).text).toContain('nothing')
    const opened = await browser.submit(page, open())
    expect(opened.location).toBe('/account')
    const overview = await browser.follow(opened)
    for (const text of ['Payments', 'CAM user', camUser!.uin, 'No policy is attached to the CAM user']) {
      expect(overview.text).toContain(text)
    }
    const answer = await browser.get('/account/access?action=cvm:RunInstances&resource=*')
    expect(answer.text).toContain('None of your policies allows it.')
    const { items } = await world.services.audit.search(world.administrator, {
      action: 'camUser.signIn',
      page: { offset: 0, limit: 10 },
    })
    expect(items.map(({ result }) => result)).toEqual(['success', 'failure'])
  })

  it('logs out, and not into somebody else’s CAM user', async () => {
    const left = await browser.submit(await browser.get('/account'), '/account/logout')
    expect(left.location).toBe('/portal')
    expect((await browser.get('/account')).status).toBe(401)
    const stranger = world.browser()
    await world.signIn(stranger, await world.person('stranger'))
    const page = await stranger.get('/portal/cam-users')
    expect((await force(stranger, page, open())).status).toBe(403)
  })

  it('ends at once for whoever leaves the group, before the account has been told', async () => {
    await browser.submit(await browser.get('/portal/cam-users'), open())
    expect((await browser.get('/account')).status).toBe(200)
    await world.services.groups.removeMembers(world.administrator, group, [person.id])
    expect(await hands.camUsers(account)).toHaveLength(1)
    expect((await browser.get('/account')).status).toBe(401)
    const page = await browser.get('/portal/cam-users')
    expect(page.text).toContain('No CAM user')
    expect((await force(browser, page, open())).status).toBe(403)
    await drain()
    expect(await hands.camUsers(account)).toEqual([])
  })

  it('ends for blocked users', async () => {
    await world.services.groups.addMembers(world.administrator, group, [person.id])
    await drain()
    await browser.submit(await browser.get('/portal/cam-users'), open())
    expect((await browser.get('/account')).status).toBe(200)
    await world.services.users.setBlocked(world.administrator, person.id, true)
    expect((await browser.get('/account')).status).toBe(401)
  })
})
