/** The reference of the API in the console: what it tells, and what is tried there. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiExamples } from '../../server/console/api-examples.js'
import { createTestClock } from '../support/clock.js'
import { API_KEY } from '../support/context.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

const LIST_USERS = '/admin/api/2021-03-31/ListUsers'
const CREATE_GROUP = '/admin/api/2021-03-31/CreateGroup'

describe('the API in the console', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let ZoneId: string
  beforeAll(async () => {
    world = await createConsoleWorld('sqlite', { clock: createTestClock(new Date()) })
    browser = await world.admin()
    ZoneId = (await world.services.zones.current()).id
  })
  afterAll(() => world.remove())

  it('lists every action, and finds them by name and service', async () => {
    const first = await browser.get('/admin/api')
    expect(first.text).toContain('href="/admin/api/2021-03-31/CreateUser"')
    const found = await browser.get('/admin/api?search=instances&service=cvm')
    expect(found.text).toContain('href="/admin/api/2017-03-12/DescribeInstances"')
    expect(found.text).not.toContain('ListUsers')
    expect(textOf(await browser.get('/admin/api?search=%3Cscript%3E'))).toContain('Nothing')
    const chinese = textOf(await browser.get(`/admin/api?lang=zh-CN&search=${encodeURIComponent('空间')}`))
    expect(chinese).toContain('云 API 的全部接口')
    expect(chinese).toContain('重命名空间')
    const action = await browser.get(LIST_USERS)
    expect(textOf(action)).toContain('列出用户，最新的在前。')
    expect(textOf(action)).toContain('每页条数。')
    await browser.get('/admin/api?lang=en')
  })

  it('tells fields, limits, refusals and examples of an action', async () => {
    const page = await browser.get(LIST_USERS)
    const text = textOf(page)
    for (const part of [
      '1 to 100; default 10',
      'Users.NeedResetPassword',
      'InvalidParameter.NextTokenInvalid',
      ZoneId,
    ])
      expect(text).toContain(part)
    expect(page.text).toContain('tccli organization ListUsers')
    expect((await browser.get('/admin/api/2021-03-31/None')).status).toBe(404)
    expect((await browser.get('/admin/api/2018-08-13/AssumeRoleWithSAML')).text).not.toContain(
      '<form method="post" action="/admin/api',
    )
  })

  it('does what is tried, as the administrator, and records it', async () => {
    const parameters = JSON.stringify({ ZoneId, GroupName: 'tried', Description: '<b>' })
    const page = await browser.send(CREATE_GROUP, CREATE_GROUP, { parameters })
    expect(textOf(page)).toContain('The call succeeded.')
    expect(page.text).toContain(String(page.response.headers['x-request-id']))
    expect(page.text).not.toContain('<b>')
    expect(page.response.headers['cache-control']).toContain('no-store')
    const { items } = await world.services.audit.search(world.administrator, {
      page: { offset: 0, limit: 100 },
    })
    const requestId = page.response.headers['x-request-id']
    expect(items.filter((event) => event.requestId === requestId)).toMatchObject([
      {
        action: 'api.try',
        actorKind: 'administrator',
        actorName: 'admin',
        subjectId: 'organization:CreateGroup',
      },
      { action: 'group.create', actorKind: 'administrator', actorName: 'admin' },
    ])
    for (const [wrong, code] of [
      [parameters, 'InvalidParameter.GroupNameAlreadyExists'],
      ['{', 'InvalidParameter'],
      ['{"ZoneId":1}', 'InvalidParameter'],
      ['{"x":"\\u0000"}', 'InvalidParameter'],
    ] as const) {
      expect(textOf(await browser.send(CREATE_GROUP, CREATE_GROUP, { parameters: wrong }))).toContain(
        `refused: ${code}`,
      )
    }
  })

  it('lets those who may only read try what reads, by their policies', async () => {
    const reader = await world.admin('readOnly')
    const parameters = JSON.stringify({ ZoneId })
    expect(textOf(await reader.send(LIST_USERS, LIST_USERS, { parameters }))).toContain('The call succeeded.')
    const made = JSON.stringify({ ZoneId, GroupName: 'not-made' })
    const page = await reader.send(CREATE_GROUP, CREATE_GROUP, { parameters: made })
    expect(textOf(page)).toContain('refused: UnauthorizedOperation')
  })

  it('takes nothing from strangers and from other sites', async () => {
    const parameters = JSON.stringify({ ZoneId, GroupName: 'forged' })
    expect((await browser.post(CREATE_GROUP, { parameters })).status).toBe(403)
    expect((await world.anonymous().get('/admin/api')).status).toBe(303)
    expect((await world.anonymous().get('/admin/api/openapi.json')).status).toBe(303)
  })

  it('has an OpenAPI file that is valid', async () => {
    const file = JSON.parse((await browser.get('/admin/api/openapi.json')).text) as {
      paths: Record<string, unknown>
    }
    const paths = Object.entries(file.paths)
    expect(paths.map(([path]) => path)).toEqual(
      expect.arrayContaining(['/#cvm.2017-03-12.DescribeInstances', '/#cam.2019-01-16.GetUser']),
    )
    // The simulated services are hundreds of paths alike.
    const checked = paths.filter(([path]) => /^\/(?:scim|#organization|#sts)/.test(path))
    expect(checked.length).toBeGreaterThan(80)
    expect(await new Validator().validate({ ...file, paths: Object.fromEntries(checked) })).toMatchObject({
      valid: true,
    })
  })

  it('has an example for the shell that works', async () => {
    const server = createServer(world.app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const action = { service: 'organization', version: '2021-03-31', name: 'ListGroups', signed: true }
    const { curl } = apiExamples(action as never, { ZoneId, Filter: "it's" }, baseUrl)
    const child = spawn('sh', ['-c', curl], {
      env: {
        ...process.env,
        TENCENTCLOUD_SECRET_ID: API_KEY.secretId,
        TENCENTCLOUD_SECRET_KEY: API_KEY.secretKey,
      },
    })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await new Promise((resolve) => child.once('close', resolve))
    await new Promise((resolve) => server.close(resolve))
    expect(JSON.parse(printed)).toMatchObject({ Response: { TotalCounts: 0, Groups: [] } })
  })

  // The last one: it leaves the clock ahead of the others'.
  it('wants who tries what writes to have signed in just now, and lets anybody else read', async () => {
    const parameters = JSON.stringify({ ZoneId, GroupName: 'left-open' })
    const open = await browser.get(CREATE_GROUP)
    world.clock.advance(11 * 60)
    const refused = await browser.submit(open, CREATE_GROUP, { parameters })
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('left-open')
    expect(refused.text).toContain(`/admin/security/confirm?next=${encodeURIComponent(CREATE_GROUP)}`)
    const federation = '/admin/api/2018-08-13/GetFederationToken'
    for (const path of [CREATE_GROUP, federation, '/admin/api/2018-08-13/AssumeRole']) {
      const page = await browser.get(path)
      expect(textOf(page)).toContain('show once more who you are')
      expect(textOf(page)).not.toContain('Send as myself')
    }
    expect(
      textOf(await browser.send(LIST_USERS, LIST_USERS, { parameters: JSON.stringify({ ZoneId }) })),
    ).toContain('The call succeeded.')
    expect(await world.services.groups.findByName('left-open')).toBeUndefined()
    browser = await world.admin()
    expect(textOf(await browser.send(CREATE_GROUP, CREATE_GROUP, { parameters }))).toContain(
      'The call succeeded.',
    )
  })
})
