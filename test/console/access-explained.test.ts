import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Group } from '../../server/domain/group.js'
import type { Account } from '../../server/domain/organization.js'
import type { User } from '../../server/domain/user.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

describe('pages that say who has access, and why', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let user: User
  let group: Group
  let account: Account

  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    // Looking is for those who may only read, too.
    browser = await world.admin('readOnly')
    user = await world.user('+ada')
    group = await world.group('=HYPERLINK("https://evil.example")')
    account = await world.account('Production')
    await world.services.groups.addMembers(world.administrator, group.id, [user.id])
    await world.assign(group, account, await world.configuration('Readers'))
  })
  afterAll(() => world.remove())

  it('name the path, who made the membership, and what the account has', async () => {
    const ofUser = textOf(await browser.get(`/admin/users/${user.id}/access`))
    expect(ofUser).toContain('Through the group =HYPERLINK')
    expect(ofUser).toContain('by Administrator admin')
    expect(ofUser).toContain('Gets in')
    expect(ofUser).toContain('version 2')
    expect(textOf(await browser.get(`/admin/accounts/${account.uin}/access`))).toContain('+ada')
    expect(textOf(await browser.get(`/admin/accounts/${account.uin}/access?search=zz`))).toContain(
      'No user of this name',
    )
    expect(textOf(await browser.get(`/admin/groups/${group.id}/access`))).toContain('Production')
    expect(textOf(await browser.get(`/admin/accounts/${account.uin}/access/cam-users`))).toContain(
      'The account has no CAM users.',
    )
    await world.services.users.setBlocked(world.administrator, user.id, true)
    expect(textOf(await browser.get(`/admin/users/${user.id}/access`))).toContain('User is blocked')
    await world.services.users.setBlocked(world.administrator, user.id, false)
  })

  it('are taken out as files whose cells no spreadsheet computes', async () => {
    const csv = await browser.get(`/admin/users/${user.id}/access/export?format=csv`)
    expect(csv.response.get('content-disposition')).toBe(`attachment; filename=access-${user.id}.csv`)
    const [heading, row, end] = csv.text.split('\r\n')
    expect(heading).toMatch(/^\uFEFFuserId,userName,/)
    expect(row).toContain(`,'+ada,`)
    expect(row).toContain(`,"'=HYPERLINK(""https://evil.example"")",`)
    expect(end).toBe('')
    const json = await browser.get(`/admin/accounts/${account.uin}/access/export?format=json`)
    expect(JSON.parse(json.text)).toMatchObject([{ userName: '+ada', path: 'group', state: 'open' }])
    const nobody = await world.user('nobody')
    const empty = await browser.get(`/admin/users/${nobody.id}/access/export?format=json`)
    expect(JSON.parse(empty.text)).toEqual([])
    expect((await browser.get(`/admin/users/${user.id}/access/export?format=xml`)).status).toBe(400)
    const all = await browser.get('/admin/access/action/export?action=cvm:DescribeInstances&format=json')
    expect(JSON.parse(all.text)).toMatchObject([{ userName: '+ada', outcome: 'always' }])
  })

  it('answer who can do something, and refuse what is no question', async () => {
    const found = textOf(await browser.get('/admin/access/action?action=cvm:DescribeInstances&resource='))
    expect(found).toContain('+ada')
    expect(found).toContain('Readers version 2 Allowed')
    const none = textOf(await browser.get('/admin/access/action?action=cos:DeleteBucket&resource='))
    expect(none).toContain('Nobody can do this in any account.')
    const where = await browser.get(`/admin/access/action?action=cvm:DescribeInstances&user=${user.id}`)
    expect(textOf(where)).toContain('Where +ada can do this')
    const wrong = await browser.get('/admin/access/action?action=cvm:*&resource=arn:aws')
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain('id="field-action-error"')
    expect(wrong.text).toContain('id="field-resource-error"')
    expect((await browser.get('/admin/access/action?action=cvm:Run&user=u-1')).status).toBe(404)
  })

  it('follow a request through every step', async () => {
    const why = (query: Readonly<Record<string, string>>) =>
      browser.get(`/admin/access/why?${new URLSearchParams(query).toString()}`)
    const question = { user: '+ada', account: 'Production', action: 'cvm:DescribeInstances', resource: '*' }
    const allowed = await why(question)
    expect(textOf(allowed)).toContain('The role of Readers allows it.')
    expect(allowed.text).toContain('class="why-deciding"')
    const denied = await why({ ...question, account: account.uin, action: 'cvm:RunInstances' })
    expect(textOf(denied)).toContain('No statement allows it. Add one')
    const wrong = await why({
      user: 'who',
      account: 'where',
      action: 'what',
      resource: 'x',
      context: 'qcs:ip = 1\nnonsense',
    })
    expect(wrong.status).toBe(400)
    for (const field of ['user', 'account', 'action', 'resource', 'context'])
      expect(wrong.text).toContain(`id="field-${field}-error"`)
    expect(textOf(wrong)).toContain('Line 2 is not of the form key = value.')
    expect((await browser.get('/admin/access')).status).toBe(200)
  })
})
