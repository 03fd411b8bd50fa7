/** Policies written in the console: the generator, the JSON, and what is said of both. One engine: pages only. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { BAD_POLICIES } from '../support/bad-policies.js'
import {
  createConsoleWorld,
  textOf,
  type ConsoleBrowser,
  type ConsoleWorld,
  type Fields,
} from './console-world.js'

let world: ConsoleWorld
let admin: ConsoleBrowser
let configuration: PermissionConfiguration
let path: string

beforeAll(async () => {
  world = await createConsoleWorld('sqlite')
  admin = await world.admin()
  configuration = await world.configuration('Written')
  path = `/admin/permission-configurations/${configuration.id}`
})
afterAll(() => world.remove())

/** The generator with one statement, as a browser sends it. */
const generator = (fields: Fields = {}): Fields => ({
  policyMode: 'visual',
  statements: '1',
  document: '',
  's0.effect': 'allow',
  's0.actions': 'cvm:Describe*',
  's0.resources': '*',
  's0.conditions': '0',
  ...fields,
})

const press = async (act: string, fields: Fields) =>
  admin.send(`${path}/custom/new`, `${path}/custom/new`, { ...fields, policyAct: act })

const documentIn = (text: string): string =>
  (/<textarea[^>]*name="document"[^>]*>([^<]*)</.exec(text)?.[1] ?? '').replaceAll('&quot;', '"')

const stored = async (name: string): Promise<string | undefined> => {
  const policies = await world.services.permissionConfigurations.listPolicies(
    world.administrator,
    configuration.id,
  )
  return policies.flatMap((each) => (each.type === 'custom' && each.name === name ? [each.document] : []))[0]
}

describe('the generator', () => {
  it('adds and removes by buttons, and loses nothing', async () => {
    const opened = await admin.get(`${path}/custom/new`)
    expect(opened.text).toContain('data-policy-editor="visual"')
    const added = await press('addStatement', generator({ name: 'mine', 's0.effect': 'deny' }))
    expect(added.text).toContain('value="mine"')
    expect(added.text).toContain('name="s1.actions"')
    expect(added.text).toMatch(/name="s0\.effect" value="deny" checked/)
    const condition = await press('addCondition:0', generator({ 's0.resources': 'half a resource' }))
    expect(condition.text).toContain('name="s0.c0.key"')
    expect(condition.text).toContain('half a resource')
    const two = generator({
      statements: '2',
      's1.effect': 'deny',
      's1.actions': 'cos:*',
      's1.resources': '*',
    })
    const removed = await press('removeStatement:0', two)
    expect(removed.text).toContain('>cos:*<')
    expect(removed.text).not.toContain('name="s1.actions"')
    expect((await press('removeStatement:0', generator())).text).toContain('name="s0.actions"')
    expect((await press('nonsense:99:x', generator())).text).toContain('>cvm:Describe*<')
  })

  it('finds actions in the catalogue and adds what is ticked', async () => {
    const found = await press('find:0', generator({ 's0.search': 'cvm describeinstances' }))
    expect(found.text).toContain('name="s0.found" value="cvm:DescribeInstances"')
    const ticked = await press('addFound:0', generator({ 's0.found': ['cvm:RunInstances', 'cvm:Describe*'] }))
    expect(ticked.text).toContain('>cvm:Describe*\ncvm:RunInstances<')
    const none = await press('find:0', generator({ 's0.search': 'no such thing' }))
    expect(textOf(none)).toContain('The catalogue has no such action.')
  })

  it('names a resource by its segments', async () => {
    const named = await press(
      'addResource:0',
      generator({
        's0.new.service': 'cvm',
        's0.new.region': 'ap-guangzhou',
        's0.new.resource': 'instance/*',
      }),
    )
    expect(named.text).toContain('>qcs::cvm:ap-guangzhou::instance/*<')
  })

  it('saves what it shows, and says at the field what is wrong', async () => {
    const conditions: Fields = {
      's0.conditions': '1',
      's0.c0.comparison': 'ip_equal',
      's0.c0.key': 'qcs:ip',
      's0.c0.values': '10.0.0.0/8\r\nnope',
    }
    const form = generator({ name: 'shown', ...conditions, 's0.actions': 'cvm:*\r\ncvm' })
    const refused = await admin.send(`${path}/custom/new`, `${path}/custom/new`, form)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('id="field-s0.actions-error"')
    expect(refused.text).toContain('id="field-s0.c0.values-error"')
    expect(textOf(refused)).toContain(
      'Statement 1, Actions, line 2: an action is "*" or <service>:<operation>.',
    )
    expect(refused.text).toContain('>10.0.0.0/8\nnope<')
    const saved = await admin.submit(refused, `${path}/custom/new`, {
      ...form,
      's0.actions': 'cvm:*',
      's0.c0.values': '10.0.0.0/8',
      's0.c0.quantifier': 'all',
    })
    expect(saved.location).toBe(`${path}/custom`)
    expect(JSON.parse((await stored('shown')) ?? '')).toEqual({
      version: '2.0',
      statement: [
        {
          effect: 'allow',
          action: 'cvm:*',
          resource: '*',
          condition: { 'for_all_value:ip_equal': { 'qcs:ip': '10.0.0.0/8' } },
        },
      ],
    })
  })

  it('refuses a key that stands twice under one comparison rather than lose one', async () => {
    const twice = generator({
      name: 'twice',
      's0.conditions': '2',
      's0.c0.key': 'qcs:uin',
      's0.c0.values': '1',
      's0.c1.key': 'qcs:uin',
      's0.c1.values': '2',
    })
    for (const act of ['', 'json']) {
      const refused = await press(act, twice)
      expect(refused.text).toContain('id="field-s0.c1.key-error"')
      expect(refused.text).toContain('data-policy-editor="visual"')
    }
    expect(await stored('twice')).toBeUndefined()
  })
})

describe('between the generator and the JSON', () => {
  const text =
    '{ "version": "2.0", "statement": { "effect": "allow", "action": ["cvm:*"], "resource": "*" } }'

  it('nothing is lost, not even the white space', async () => {
    const visual = await press('visual', { policyMode: 'json', document: text })
    expect(visual.text).toContain('>cvm:*<')
    const back = await press('json', generator({ document: text, 's0.actions': 'cvm:*' }))
    expect(documentIn(back.text)).toBe(text)
    const changed = await press('json', generator({ document: text, 's0.actions': 'cos:*' }))
    expect(JSON.parse(documentIn(changed.text))).toMatchObject({ statement: [{ action: 'cos:*' }] })
  })

  it('what the generator cannot show stays JSON and says why', async () => {
    const broken = await press('visual', { policyMode: 'json', document: '{"version":"2.0","statment":[]}' })
    expect(documentIn(broken.text)).toBe('{"version":"2.0","statment":[]}')
    expect(textOf(broken)).toContain('The generator shows only a policy without errors.')
    expect(textOf(broken)).toContain('Did you mean "statement"?')
    const empty = text.replace('"*" }', '"*", "condition": {"string_equal": {"a:b": ""}} }')
    const kept = await press('visual', { policyMode: 'json', document: empty })
    expect(textOf(kept)).toContain('values that do not fit on a line')
    expect(documentIn(kept.text)).toBe(empty)
  })
})

describe('a policy that nobody can mean', () => {
  it('is refused with the text kept', async () => {
    const empty = { what: 'is empty', document: ' ', message: 'the policy is empty' }
    for (const { what, document, message } of [empty, ...BAD_POLICIES]) {
      const fields = { name: 'odd', policyMode: 'json', document }
      const refused = await admin.send(`${path}/custom/new`, `${path}/custom/new`, fields)
      expect([what, refused.status, documentIn(refused.text)]).toEqual([what, 400, document])
      expect(textOf(refused)).toContain(message)
    }
    expect(await stored('odd')).toBeUndefined()
  })

  it('is too large to be read at all', async () => {
    const refused = await admin.send(`${path}/custom/new`, `${path}/custom/new`, {
      document: 'x'.repeat(200_000),
    })
    expect(refused.status).toBe(413)
  })
})

describe('the check while one writes', () => {
  const check = '/admin/policies/check'
  const token = async (browser: ConsoleBrowser) =>
    (await browser.get('/admin/audit')).text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? ''

  it('tells faults with their places, and warnings', async () => {
    const _csrf = await token(admin)
    const faulty = await admin.post(check, { _csrf, document: '{\n"version": "2.0", "statement": [{}]}' })
    expect(faulty.status).toBe(200)
    const report = JSON.parse(faulty.text) as { readonly tone: string; readonly remarks: readonly object[] }
    expect(report).toMatchObject({ tone: 'bad', title: 'There are 3 errors.' })
    expect(report.remarks[0]).toMatchObject({ kind: 'fault', line: 2, column: 33, target: 'field-document' })
    const risky = await admin.post(check, { _csrf, ...generator({ 's0.actions': '*\ncvm:RunInstance' }) })
    expect(JSON.parse(risky.text)).toMatchObject({
      tone: 'warning',
      remarks: [
        { message: 'Statement 1: everything is allowed, on every resource.' },
        { message: expect.stringContaining('Did you mean cvm:RunInstances?') as string },
      ],
    })
  })

  it('is for administrators who may write, with a form of ours, and so many times', async () => {
    expect((await admin.post(check, { document: '{}' })).status).toBe(403)
    const stranger = world.anonymous()
    expect((await stranger.post(check, { document: '{}' })).status).toBe(403)
    const reader = await world.admin('readOnly')
    expect((await reader.post(check, { _csrf: await token(reader), document: '{}' })).status).toBe(403)
    const _csrf = await token(admin)
    const asked = await Promise.all(
      Array.from({ length: 61 }, () => admin.post(check, { _csrf, document: '{}' })),
    )
    const statuses = new Set(asked.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    world.clock.advance(60)
  })
})

it('service control policies are written in the same editor', async () => {
  const start = '/admin/service-control'
  await admin.send(start, `${start}/on`)
  const opened = await admin.get(`${start}/new`)
  expect(opened.text).toContain('data-policy-editor="visual"')
  const again = await admin.submit(opened, start, generator({ name: 'NoCvm', policyAct: 'addStatement' }))
  expect(again.text).toContain('value="NoCvm"')
  const refused = await admin.submit(opened, start, generator({ name: 'NoCvm', 's0.actions': 'x' }))
  expect([refused.status, refused.text.includes('id="field-s0.actions-error"')]).toEqual([400, true])
  const made = await admin.submit(opened, start, generator({ name: 'NoCvm', 's0.effect': 'deny' }))
  const edit = await admin.get(made.location ?? '')
  expect(JSON.parse(documentIn(edit.text))).toMatchObject({ statement: [{ effect: 'deny' }] })
  expect((await admin.submit(edit, made.location ?? '', { name: 'NoCvm', document: '{' })).status).toBe(400)
})

describe('policies of an account', () => {
  const text = (action: string): string =>
    `{"version":"2.0","statement":[{"effect":"allow","action":"${action}","resource":"*"}]}`

  it('are listed, looked at and imported under names that are free', async () => {
    const account = await world.account('Source')
    const own = world.cam.accountClient
    const long = 'a-name-that-is-longer-than-thirty-two-characters'
    for (const [name, action] of [
      ['readers', 'cvm:Describe*'],
      [long, 'cos:*'],
    ] as const) {
      await own.putCustomPolicy(account.uin, { name, document: text(action) })
    }
    await world.cam.client.putCustomPolicy(account.uin, { name: 'deployed', document: text('*') })
    await world.services.permissionConfigurations.putCustomPolicy(
      world.administrator,
      configuration.id,
      'readers',
      text('cam:*'),
    )
    const start = `${path}/custom/import`
    const accounts = await admin.get(`${start}?search=Source`)
    expect(accounts.text).toContain(`${start}?account=${account.uin}`)
    const listed = await admin.get(`${start}?account=${account.uin}`)
    expect(listed.text).toContain(long)
    expect(listed.text).not.toContain('deployed')
    expect((await admin.get(`${start}?account=${account.uin}&search=READ`)).text).not.toContain(long)
    const none = await admin.submit(listed, start)
    expect(textOf(await admin.follow(none))).toContain('Select at least one policy first.')

    const shown = await admin.submit(listed, start, { policy: ['readers', long] })
    expect(shown.text).toContain('cvm:Describe*')
    expect(shown.text).toContain('value="readers-2"')
    expect(shown.text).toContain(`value="${long.slice(0, 32)}"`)
    const confirm = `${start}/confirm`
    const names = { name0: 'readers', name1: 'writers' }
    const taken = await admin.submit(shown, confirm, names)
    expect([taken.status, taken.text.includes('id="field-name0-error"')]).toEqual([409, true])
    const twice = await admin.submit(shown, confirm, { name0: 'same', name1: 'same' })
    expect(twice.text).toContain('id="field-name1-error"')
    const odd = await admin.submit(shown, confirm, { name0: 'with space', name1: 'writers' })
    expect([odd.status, odd.text.includes('id="field-name0-error"')]).toEqual([400, true])

    await own.putCustomPolicy(account.uin, { name: long, document: text('*') })
    const changed = await admin.submit(shown, confirm, { name0: 'readers-2', name1: 'writers' })
    expect(textOf(changed)).toContain('was changed in the account in the meantime')
    expect(await stored('readers-2')).toBeUndefined()
    const done = await admin.submit(changed, confirm, { name0: 'readers-2', name1: 'writers' })
    expect(textOf(await admin.follow(done))).toContain('2 policies were imported from Source.')
    expect(await stored('writers')).toBe(text('*'))
  })

  it('that are gone, and accounts that are not there or do not answer, are told', async () => {
    const start = `${path}/custom/import`
    expect((await admin.get(`${start}?account=100000000099`)).status).toBe(404)
    const account = await world.account('Silent')
    const opened = await admin.get(`${start}?search=Silent`)
    const token = opened.text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? ''
    const fields = { _csrf: token, account: account.uin, policy: 'gone' }
    expect(textOf(await admin.follow(await admin.post(start, fields)))).toContain('has no custom policy gone')
    await world.services.accountFaults.set(world.administrator, account.uin, {
      delayMilliseconds: 0,
      errorPermille: 0,
      outage: true,
    })
    const refused = await admin.get(`${start}?account=${account.uin}`)
    expect(textOf(await admin.follow(refused))).toContain('does not answer')
    const reader = await world.admin('readOnly')
    expect((await reader.post(start, fields)).status).toBe(403)
  })
})
