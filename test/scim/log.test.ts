/** What the SCIM door leaves in the log, and how often a credential may be used. */
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SettingName } from '../../server/domain/zone.js'
import type { ScimLogFilter } from '../../server/domain/scim-log.js'
import { createScimUsage } from '../../server/services/scim-usage.js'
import { engines } from '../support/engines.js'
import { createScimClient, createScimWorld, patchOp, SCIM, USER, type ScimWorld } from './scim-world.js'

const DAY = 24 * 60 * 60

describe.each(engines)('the SCIM log on %s', (engine) => {
  let world: ScimWorld
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `user${count}@example.com`
    // Whatever was only counted before is over.
    world.clock.advance(61)
  })

  const set = (setting: SettingName, value: string) =>
    world.services.zones.changeSetting(world.administrator, setting, value)
  const list = async (filter: ScimLogFilter = {}, limit = 100) =>
    (await world.services.scimLog.list(world.administrator, filter, { limit })).entries
  const get = (requestId: string) => world.services.scimLog.get(world.administrator, requestId)
  const idOf = (answer: { headers: Record<string, string> }) => answer.headers['x-request-id'] ?? ''

  it('keeps request and answer without secrets', async () => {
    const answer = await world.scim
      .post('/Users?attributes=userName', { schemas: [USER], userName: name, password: 'hunter2-hunter2' })
      .set('user-agent', 'Okta SCIM Client 1.0.0')
    expect(answer.status).toBe(201)
    const { id } = answer.body as { id: string }
    const record = await get(idOf(answer))
    expect(record).toMatchObject({
      requestId: idOf(answer),
      at: world.clock.now().toISOString(),
      credentialId: world.credentialId,
      method: 'POST',
      path: '/Users',
      query: 'attributes=userName',
      status: 201,
      resourceType: 'User',
      resourceId: id,
      userAgent: 'Okta SCIM Client 1.0.0',
      further: 0,
      remarks: {},
    })
    expect(record.address).toMatch(/127\.0\.0\.1|::1/)
    expect(record.milliseconds).toBeGreaterThan(0)
    expect(JSON.parse(record.request ?? '')).toEqual({
      schemas: [USER],
      userName: name,
      password: '[removed]',
    })
    expect(JSON.parse(record.answer ?? '')).toMatchObject({ id, userName: name })
    const rows = [
      ...(await world.db.selectFrom('scim_log').selectAll().execute()),
      ...(await world.db.selectFrom('scim_log_bodies').selectAll().execute()),
    ]
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(JSON.stringify(rows)).not.toContain(world.secret)
  })

  it('keeps refusals with what they said and why', async () => {
    const answer = await world.scim.post('/Users', { schemas: [USER], userName: `guest#EXT#${name}` })
    expect(answer.status).toBe(400)
    const record = await get(idOf(answer))
    expect(record).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      errorCode: 'user.nameInvalid',
      detail: (answer.body as { detail: string }).detail,
    })
    expect(JSON.parse(record.answer ?? '')).toEqual(answer.body)
    const unreadable = await world.scim.post('/Users', '{"userName": "tru')
    expect(await get(idOf(unreadable))).toMatchObject({ status: 400, errorCode: 'request.malformedJson' })
  })

  it('tells which members were passed over', async () => {
    const group = await world.scim.group(`Group ${count}`)
    await set('scim.unknownMembers', 'ignore')
    try {
      const members = [{ value: 'u-000000000000' }, { value: "x' or 1=1" }]
      const added = await world.scim.patch(
        `/Groups/${group}`,
        patchOp({ op: 'add', path: 'members', value: members }),
      )
      expect(added.status).toBe(204)
      expect(await get(idOf(added))).toMatchObject({
        resourceType: 'Group',
        resourceId: group,
        remarks: { unknownMembers: ['u-000000000000', "x' or 1=1"] },
      })
      const bulk = await world.scim.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          {
            method: 'PATCH',
            path: `/Groups/${group}`,
            data: patchOp({ op: 'add', path: 'members', value: members }),
          },
        ],
      })
      expect((await get(idOf(bulk))).remarks.unknownMembers).toHaveLength(2)
    } finally {
      await set('scim.unknownMembers', 'reject')
    }
  })

  it('finds lines by credential, status, resource, request and time, page by page', async () => {
    const since = world.clock.now().toISOString()
    const id = await world.scim.user(name)
    const missing = await world.scim.get('/Users/u-000000000000')
    for (let index = 0; index < 5; index += 1) {
      world.clock.advance(1)
      await world.scim.get(`/Users/${id}?index=${index}`)
    }
    const until = new Date(world.clock.now().getTime() + 1).toISOString()
    const within = { from: since, until }
    expect(await list(within)).toHaveLength(7)
    expect(await list({ ...within, credentialId: world.credentialId })).toHaveLength(7)
    expect(await list({ ...within, credentialId: 'scimcred-000000000000' })).toEqual([])
    expect(await list({ ...within, status: [400, 499] })).toMatchObject([{ requestId: idOf(missing) }])
    expect(await list({ ...within, status: [201, 201] })).toMatchObject([{ method: 'POST' }])
    expect(await list({ ...within, resource: id })).toHaveLength(6)
    expect(await list({ ...within, resource: 'Group' })).toEqual([])
    expect(await list({ requestId: idOf(missing) })).toHaveLength(1)
    expect(await list({ ...within, until: since })).toEqual([])

    const { scimLog } = world.services
    const queries: (string | undefined)[] = []
    let before: { at: string; requestId: string } | undefined
    do {
      const page = await scimLog.list(world.administrator, within, { limit: 2, ...(before && { before }) })
      expect(page.entries.length).toBeLessThanOrEqual(2)
      queries.push(...page.entries.map(({ query }) => query))
      before = page.next
    } while (before)
    expect(queries.slice(0, 5)).toEqual(['index=4', 'index=3', 'index=2', 'index=1', 'index=0'])
    expect(queries).toHaveLength(7)
  })

  it('names the credential behind a refusal where its secret is known', async () => {
    const { scimCredentials } = world.services
    const { credential, secret } = await scimCredentials.create(world.administrator, {
      expiresInSeconds: 3600,
    })
    const client = createScimClient(world.app, secret)
    expect((await client.get('/Users')).status).toBe(200)
    await scimCredentials.setStatus(world.administrator, credential.id, 'disabled')
    const disabled = await client.get('/Users')
    expect(disabled.status).toBe(401)
    await scimCredentials.setStatus(world.administrator, credential.id, 'enabled')
    world.clock.advance(3601)
    const expired = await client.get('/Users')
    expect(expired.status).toBe(401)
    for (const answer of [disabled, expired]) {
      expect(await get(idOf(answer))).toMatchObject({ status: 401, credentialId: credential.id })
    }
    await scimCredentials.setStatus(world.administrator, credential.id, 'disabled')
    await scimCredentials.remove(world.administrator, credential.id)
  })

  it('writes strangers down once in a minute and counts the rest', async () => {
    const { scimLog } = world.services
    const strange = () =>
      request(world.app)
        .get(`${SCIM}/Users?x=1`)
        .set('authorization', `Bearer ${'a'.repeat(64)}`)
    const since = { credentialId: 'none', from: world.clock.now().toISOString() }
    for (let index = 0; index < 30; index += 1) expect((await strange()).status).toBe(401)
    expect(await list(since)).toMatchObject([
      { status: 401, errorCode: 'scimCredential.invalid', further: 0 },
    ])
    world.clock.advance(30)
    await strange()
    await scimLog.flush()
    expect(await list(since)).toHaveLength(1)
    world.clock.advance(31)
    await scimLog.flush()
    expect(await list(since)).toMatchObject([{ further: 29 }, { further: 0 }])
    await strange()
    await strange()
    await scimLog.flush({ all: true })
    expect(await list(since)).toHaveLength(4)
  })

  it('holds so many requests and no more, failures longer than others', async () => {
    const { scimLog } = world.services
    await scimLog.flush()
    const before = await list({}, 1)
    const at = new Date(world.clock.now().getTime() + 1000)
    const exchange = (index: number, status: number) =>
      scimLog.record({
        requestId: `flood-${status}-${String(index).padStart(5, '0')}`,
        at,
        milliseconds: 1,
        method: 'GET',
        url: '/Users',
        credentialId: world.credentialId,
        bytes: 0,
        status,
      })
    for (let index = 0; index < 2000; index += 1) exchange(index, 200)
    for (let index = 0; index < 300; index += 1) exchange(index, 404)
    const lines = await list({ from: at.toISOString() }, 5000)
    expect(lines).toHaveLength(1000)
    expect(lines.filter(({ status }) => status === 404)).toHaveLength(200)
    expect(lines.reduce((total, { further }) => total + further, 0)).toBe(1300)
    expect(before).toHaveLength(1)
  })

  it('keeps so many days and lines as the settings say, and strangers apart', async () => {
    const { db, services } = world
    await set('scim.logRows', '1000')
    const before = await list({}, 5000)
    const clients = before.filter(({ credentialId }) => credentialId !== undefined).length
    const strangers = before.length - clients
    expect(clients).toBeGreaterThan(1000)
    expect(await services.maintenance.run()).toBeGreaterThanOrEqual(clients - 1000)
    const after = await list({}, 5000)
    expect(after.filter(({ credentialId }) => credentialId !== undefined)).toHaveLength(1000)
    expect(after.filter(({ credentialId }) => credentialId === undefined)).toHaveLength(strangers)
    // The newest stay.
    expect(after[0]).toEqual(before[0])
    world.clock.advance(15 * DAY)
    await world.scim.get('/Users')
    await services.scimLog.flush()
    await services.maintenance.run()
    expect(await list({}, 5000)).toHaveLength(1)
    expect(await db.selectFrom('scim_log_bodies').selectAll().execute()).toHaveLength(1)
    const counter = await db
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'scimLog')
      .executeTakeFirst()
    expect(counter?.value).toBe(1)
    await set('scim.logRows', '50000')
  })

  it('is for administrators', async () => {
    const { scimLog } = world.services
    await expect(scimLog.list({ kind: 'anonymous' }, {}, { limit: 1 })).rejects.toMatchObject({
      code: 'actor.forbidden',
    })
    await expect(scimLog.get({ kind: 'anonymous' }, 'x')).rejects.toMatchObject({ code: 'actor.forbidden' })
    await expect(get('no such request')).rejects.toMatchObject({ code: 'request.notFound' })
  })

  it('is written when the database could not be reached for a while, but for what was lost', async () => {
    const { scimLog } = world.services
    const bad = await world.scim.get('/Users?lost')
    await world.db.schema.alterTable('scim_log').renameTo('scim_log_away').execute()
    await expect(scimLog.flush()).rejects.toThrow()
    await world.db.schema.alterTable('scim_log_away').renameTo('scim_log').execute()
    const good = await world.scim.get('/Users?kept')
    expect(await list({ requestId: idOf(bad) })).toEqual([])
    expect(await list({ requestId: idOf(good) })).toHaveLength(1)
  })
})

describe.each(engines)('the limit of a SCIM credential on %s', (engine) => {
  let world: ScimWorld
  beforeAll(async () => {
    world = await createScimWorld(engine)
    await world.services.zones.changeSetting(world.administrator, 'scim.requestsPerMinute', '60')
  })
  afterAll(() => world.remove())

  it('answers 429 past it, with the time to wait, to this credential alone', async () => {
    const { services, administrator, app, scim } = world
    world.clock.set(new Date('2026-03-02T10:00:15.000Z'))
    for (let index = 0; index < 60; index += 1) expect((await scim.get('/ResourceTypes')).status).toBe(200)
    const refused = await scim.get('/ResourceTypes')
    expect(refused.status).toBe(429)
    expect(refused.headers['retry-after']).toBe('45')
    expect(refused.headers['content-type']).toMatch(/^application\/scim\+json/)
    expect(refused.body).toMatchObject({
      status: '429',
      detail: expect.stringMatching(/scim\.requestsPerMinute/) as string,
    })
    const other = await services.scimCredentials.create(administrator)
    expect((await createScimClient(app, other.secret).get('/ResourceTypes')).status).toBe(200)
    // However often it goes on: one line at once, one for the rest.
    world.clock.advance(1)
    for (let index = 0; index < 20; index += 1) await scim.get('/ResourceTypes')
    world.clock.advance(44)
    expect((await scim.get('/ResourceTypes')).status).toBe(200)
    world.clock.advance(60)
    const { entries } = await services.scimLog.list(administrator, { status: [429, 429] }, { limit: 100 })
    expect(entries.map(({ further }) => further)).toEqual([19, 0])
  })

  it('holds for all instances together, as soon as they have heard of each other', async () => {
    const { db, clock, credentialId } = world
    clock.set(new Date('2026-03-02T11:00:00.000Z'))
    const [one, two] = [createScimUsage({ db, clock }), createScimUsage({ db, clock })]
    for (let index = 0; index < 30; index += 1) {
      one.count(credentialId, 60)
      two.count(credentialId, 60)
    }
    one.count(credentialId, 60)
    await one.share()
    await two.share()
    expect(() => two.count(credentialId, 60)).toThrow(/its 60 requests of this minute/)
    // Has not heard of the other yet, and does so with its next round.
    one.count(credentialId, 60)
    await one.share()
    expect(() => one.count(credentialId, 60)).toThrow()
    clock.advance(60)
    one.count(credentialId, 60)
    await one.share()
    two.count(credentialId, 60)
    const stored = await db
      .selectFrom('scim_credentials')
      .select(['used_minute', 'used_requests'])
      .where('id', '=', credentialId)
      .executeTakeFirst()
    expect(stored).toEqual({ used_minute: '2026-03-02T11:01:00.000Z', used_requests: 1 })
  })
})
