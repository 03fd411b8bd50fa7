/** The door itself: who is let in, which media types, what errors look like, what discovery tells. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scimRouter } from '../../scim/scim-router.js'
import { systemClock } from '../../server/domain/clock.js'
import { createExchanges } from '../../server/http/exchange.js'
import { createLogger } from '../../server/logger.js'
import type { GroupService } from '../../server/services/groups.js'
import type { UserService } from '../../server/services/users.js'
import { engines } from '../support/engines.js'
import {
  createScimClient,
  createScimWorld,
  ENTERPRISE,
  ERROR,
  GROUP,
  idIn,
  MEDIA_TYPE,
  SCIM,
  USER,
  type ScimWorld,
} from './scim-world.js'

describe.each(engines)('the SCIM door on %s', (engine) => {
  let world: ScimWorld
  let log = ''
  beforeAll(async () => {
    const logger = createLogger('info', { write: (line: string) => void (log += line) })
    world = await createScimWorld(engine, { logger })
  })
  afterAll(() => world.remove())

  const raw = () => request(world.app)

  it('gives every answer a request id, in both spellings', async () => {
    for (const answer of [
      await raw().get(`${SCIM}/ServiceProviderConfig`),
      await raw().get(`${SCIM}/Users`),
      await world.scim.get('/Users'),
      await world.scim.post('/Users', '{'),
      await world.scim.get('/nothing'),
    ]) {
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(answer.headers['x-requestid']).toBe(answer.headers['x-request-id'])
    }
  })

  it('tells its configuration without authentication, and nothing else', async () => {
    const config = await raw().get(`${SCIM}/ServiceProviderConfig`)
    expect(config.status).toBe(200)
    expect(config.headers['content-type']).toContain(MEDIA_TYPE)
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 100 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, maxPageSize: 100 },
      authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
      meta: { location: `${world.baseUrl}/scim/v2/ServiceProviderConfig` },
    })
    for (const path of ['/ResourceTypes', '/Schemas', '/Users', '/Groups', '/Me', '/Bulk', '/nothing', '/']) {
      expect((await raw().get(`${SCIM}${path}`)).status, path).toBe(401)
    }
  })

  it.each<[string, string | undefined]>([
    ['no credential', undefined],
    ['an unknown secret', 'Bearer nonsense'],
    ['another scheme', 'Basic YTpi'],
    ['a bearer without secret', 'Bearer'],
    ['a bearer that is no token', 'Bearer a b'],
    ['the empty secret', 'Bearer '],
    ['a hash in place of the secret', 'Bearer 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'],
  ])('answers %s with 401, a SCIM error and WWW-Authenticate', async (_what, authorization) => {
    const asked = raw().get(`${SCIM}/Users`)
    const answer = await (authorization === undefined ? asked : asked.set('authorization', authorization))
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="SCIM"/)
    expect(answer.headers['content-type']).toContain(MEDIA_TYPE)
    expect(answer.body).toMatchObject({
      schemas: [ERROR],
      status: '401',
      detail: expect.any(String) as string,
    })
  })

  it('stops a credential that is disabled, deleted or expired at once, and keeps its last use to the minute', async () => {
    const { scimCredentials } = world.services
    const { credential, secret } = await scimCredentials.create(world.administrator, {
      expiresInSeconds: 3600,
    })
    const other = createScimClient(world.app, secret)
    const lastUsed = async () =>
      (await scimCredentials.list(world.administrator)).find(({ id }) => id === credential.id)?.lastUsedAt
    expect(await lastUsed()).toBeUndefined()
    expect((await other.get('/Users')).status).toBe(200)
    const first = world.clock.now().toISOString()
    expect(await lastUsed()).toBe(first)
    world.clock.advance(59)
    await other.get('/Users')
    expect(await lastUsed()).toBe(first)
    world.clock.advance(1)
    await other.get('/Users')
    expect(await lastUsed()).toBe(world.clock.now().toISOString())

    await scimCredentials.setStatus(world.administrator, credential.id, 'disabled')
    const disabled = await other.get('/Users')
    expect(disabled.status).toBe(401)
    expect(disabled.headers['www-authenticate']).toContain('invalid_token')
    expect((await world.scim.get('/Users')).status).toBe(200)
    await scimCredentials.setStatus(world.administrator, credential.id, 'enabled')
    expect((await other.get('/Users')).status).toBe(200)
    world.clock.advance(3600)
    expect((await other.get('/Users')).status).toBe(401)

    await scimCredentials.setStatus(world.administrator, credential.id, 'disabled')
    await scimCredentials.remove(world.administrator, credential.id)
    expect((await other.get('/Users')).status).toBe(401)
  })

  it('refuses everything while the switch is off', async () => {
    const id = await world.scim.user('before.switch')
    await world.services.zones.setScimStatus(world.administrator, 'disabled')
    try {
      for (const answer of [
        await world.scim.get('/Users'),
        await world.scim.get(`/Users/${id}`),
        await world.scim.post('/Users', { schemas: [USER], userName: 'while.off' }),
        await world.scim.delete(`/Users/${id}`),
        await world.scim.get('/Schemas'),
        await world.scim.post('/Bulk', '{'),
      ]) {
        expect(answer.status).toBe(403)
        expect(answer.body).toMatchObject({
          schemas: [ERROR],
          status: '403',
          detail: expect.stringMatching(/disabled/) as string,
        })
      }
      expect((await raw().get(`${SCIM}/ServiceProviderConfig`)).status).toBe(200)
      // A wrong credential learns nothing of the switch.
      expect((await raw().get(`${SCIM}/Users`).set('authorization', 'Bearer x')).status).toBe(401)
    } finally {
      await world.services.zones.setScimStatus(world.administrator, 'enabled')
    }
    expect((await world.scim.get(`/Users/${id}`)).status).toBe(200)
  })

  it('describes resource types and schemas as they are served', async () => {
    const types = await world.scim.get('/ResourceTypes')
    expect(types.body).toMatchObject({
      totalResults: 2,
      Resources: [
        {
          id: 'User',
          endpoint: '/Users',
          schema: USER,
          schemaExtensions: [{ schema: ENTERPRISE, required: false }],
        },
        { id: 'Group', endpoint: '/Groups', schema: GROUP },
      ],
    })
    expect((await world.scim.get('/ResourceTypes/User')).body).toMatchObject({ id: 'User' })
    expect((await world.scim.get('/ResourceTypes/Shoe')).status).toBe(404)

    const schemas = await world.scim.get('/Schemas')
    const { Resources } = schemas.body as {
      Resources: readonly { id: string; attributes: readonly object[] }[]
    }
    expect(Resources.map(({ id }) => id)).toEqual([USER, ENTERPRISE, GROUP])
    const attribute = (schema: string, name: string) =>
      Resources.find(({ id }) => id === schema)?.attributes.find((one) => 'name' in one && one.name === name)
    expect(attribute(USER, 'userName')).toMatchObject({
      required: true,
      uniqueness: 'server',
      caseExact: false,
    })
    expect(attribute(USER, 'password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' })
    expect(attribute(USER, 'groups')).toMatchObject({ mutability: 'readOnly', multiValued: true })
    expect(attribute(USER, 'emails')).toMatchObject({ type: 'complex', multiValued: true })
    expect(attribute(GROUP, 'members')).toMatchObject({
      subAttributes: expect.arrayContaining([
        expect.objectContaining({ name: 'value', mutability: 'immutable', required: true }),
        expect.objectContaining({ name: 'type', canonicalValues: ['User'] }),
      ]) as object,
    })
    expect((await world.scim.get(`/Schemas/${USER.toUpperCase()}`)).body).toMatchObject({
      id: USER,
      meta: { location: `${world.baseUrl}/scim/v2/Schemas/${USER}` },
    })
    expect((await world.scim.get('/Schemas/urn:nothing')).status).toBe(404)
    expect((await world.scim.get('/Schemas?filter=id%20pr')).status).toBe(403)
  })

  it('takes both media types and answers in the one that was asked for', async () => {
    const send = (type: string, userName: string) =>
      raw()
        .post(`${SCIM}/Users`)
        .set('authorization', `Bearer ${world.secret}`)
        .set('content-type', type)
        .send(JSON.stringify({ schemas: [USER], userName }))
    expect((await send('application/json', 'media.a')).status).toBe(201)
    expect((await send('application/SCIM+json; charset=utf-8', 'media.b')).status).toBe(201)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'json']) {
      const answer = await send(type, 'media.c')
      expect(answer.status).toBe(415)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '415' })
    }
    expect((await send('application/json; charset=latin1', 'media.d')).status).toBe(415)
    const plain = await world.scim.get('/Users').set('accept', 'application/json')
    expect(plain.headers['content-type']).toMatch(/^application\/json/)
    const either = await world.scim.get('/Users').set('accept', 'application/json, application/scim+json')
    expect(either.headers['content-type']).toContain(MEDIA_TYPE)
  })

  it.each([
    '',
    '{',
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x"',
    'userName=x',
    '\u0000',
    '[',
    '{"userName":"\\ud8',
    '['.repeat(200_000),
  ])('answers the malformed body %#', async (body) => {
    const answer = await raw()
      .post(`${SCIM}/Users`)
      .set('authorization', `Bearer ${world.secret}`)
      .set('content-type', MEDIA_TYPE)
      .send(body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidSyntax' })
  })

  it.each([
    'null',
    '5',
    '"x"',
    '[]',
    'true',
    '{"schemas":["urn:other"],"userName":"x"}',
    '{"schemas":"x","userName":"x"}',
  ])('answers a body that is no resource: %s', async (body) => {
    const answer = await world.scim.post('/Users', body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ schemas: [ERROR], scimType: 'invalidSyntax' })
  })

  it('survives deep nesting, prototype keys and duplicate keys', async () => {
    const depth = 100_000
    const deep = `{"schemas":["${USER}"],"userName":"deep","name":${'{"x":'.repeat(depth)}1${'}'.repeat(depth)}}`
    expect((await world.scim.post('/Users', deep)).status).toBe(201)
    const polluting = `{"schemas":["${USER}"],"userName":"proto","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}`
    const created = await world.scim.post('/Users', polluting)
    expect(created.status).toBe(201)
    expect(created.text).not.toContain('admin')
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
    const twice = await world.scim.post(
      '/Users',
      `{"schemas":["${USER}"],"userName":"first","userName":"second"}`,
    )
    expect(twice.body).toMatchObject({ userName: 'second' })
    const bulk = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":${'['.repeat(depth)}${']'.repeat(depth)}}]}`
    const answer = await world.scim.post('/Bulk', bulk)
    expect(answer.body).toMatchObject({ Operations: [{ status: '400' }] })
  })

  it('refuses bodies that are too large with 413', async () => {
    const answer = await world.scim.post('/Users', {
      schemas: [USER],
      userName: 'big',
      title: 'x'.repeat(10_000_000),
    })
    expect(answer.status).toBe(413)
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '413' })
    // Only groups have members by the hundred thousand.
    const roles = Array.from({ length: 60_000 }, (_, index) => ({ value: `role ${index}` }))
    expect((await world.scim.post('/Users', { schemas: [USER], userName: 'big', roles })).status).toBe(413)
    const members = roles.map(({ value }) => ({ value }))
    const group = await world.scim.post('/Groups', { schemas: [GROUP], displayName: 'big', members })
    expect(group.body).toMatchObject({ status: '400', scimType: 'invalidValue' })
    // Not read at all without a credential.
    const stranger = await raw()
      .post(`${SCIM}/Users`)
      .set('content-type', MEDIA_TYPE)
      .send(`"${'x'.repeat(1000)}"`)
    expect(stranger.status).toBe(401)
  })

  it('refuses a body that turns out too large while it comes, and one that is compressed', async () => {
    const server = createServer((req, res) => void world.app(req, res)).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const sent = httpRequest({
          port,
          method: 'POST',
          path: `${SCIM}/Users`,
          headers: { authorization: `Bearer ${world.secret}`, 'content-type': MEDIA_TYPE },
        })
        sent.on('error', reject).on('response', (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () => resolve({ status: response.statusCode, text }))
        })
        // Without a length, piece by piece.
        for (let piece = 0; piece < 40; piece += 1) sent.write(' '.repeat(65_536))
        sent.end('{}')
      })
      expect(answer.status).toBe(413)
      expect(JSON.parse(answer.text)).toMatchObject({ schemas: [ERROR], status: '413' })
    } finally {
      server.close()
    }
    const zipped = await world.scim.post('/Users', '{}').set('content-encoding', 'gzip')
    expect(zipped.status).toBe(415)
  })

  it('answers unknown addresses with 404 and wrong methods with 405 and Allow', async () => {
    for (const path of ['/nothing', '/Users/a/b', '/users/u-1/x', '/Users/a/.search']) {
      const answer = await world.scim.get(path)
      expect(answer.status, path).toBe(404)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' })
    }
    const wrong = await world.scim.put('/Users', {})
    expect(wrong.status).toBe(405)
    expect(wrong.headers['allow']).toBe('GET, HEAD, POST, OPTIONS')
    expect(wrong.body).toMatchObject({ schemas: [ERROR], status: '405' })
    expect((await world.scim.delete('/Schemas')).status).toBe(405)
    expect((await world.scim.get('/Users/%ff')).status).toBeLessThan(500)
  })

  it('is reached with a trailing slash and in any case', async () => {
    const id = await world.scim.user('slash')
    expect((await world.scim.get('/Users/')).status).toBe(200)
    expect((await world.scim.get(`/users/${id}/`)).body).toMatchObject({ id })
    expect((await raw().get('/SCIM/v2/ServiceProviderConfig/')).status).toBe(200)
  })

  it('answers HEAD without a body', async () => {
    const id = await world.scim.user('head')
    const answer = await raw().head(`${SCIM}/Users/${id}`).set('authorization', `Bearer ${world.secret}`)
    expect(answer.status).toBe(200)
    expect(answer.headers['etag']).toBe('W/"1"')
    expect(answer.text ?? '').toBe('')
  })

  it('says honestly that /Me has nobody to stand for', async () => {
    for (const answer of [await world.scim.get('/Me'), await world.scim.patch('/Me', '{}')]) {
      expect(answer.status).toBe(501)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '501' })
    }
  })

  it('writes every change to the audit log with the credential and the request id, and no secret to any log', async () => {
    const created = await world.scim.post('/Users', {
      schemas: [USER],
      userName: 'audited',
      password: 'Hidden-pass-1',
    })
    const { items } = await world.services.audit.search(world.administrator, {
      subjectId: idIn(created.body),
      page: { offset: 0, limit: 10 },
    })
    expect(items).toMatchObject([
      {
        action: 'user.create',
        actorKind: 'scim',
        actorId: world.credentialId,
        requestId: created.headers['x-request-id'],
        subjectName: 'audited',
      },
    ])
    expect(log).toContain('/scim/v2/Users')
    expect(log).not.toContain(world.secret)
    expect(log).not.toContain('Hidden-pass-1')
  })
})

describe('a failure of the SCIM door itself', () => {
  it('is answered with 500 and the request id, without a stack, and told to the log', async () => {
    let log = ''
    const logger = createLogger('info', { write: (line: string) => void (log += line) })
    const failing = () => Promise.reject(new Error('disk on fire'))
    const door = scimRouter({
      baseUrl: 'http://localhost',
      clock: systemClock,
      beginExchange: createExchanges({ logger, observe: () => undefined }),
      addressOf: () => undefined,
      logger,
      recorder: { record: () => undefined },
      services: {
        scimCredentials: { authenticate: failing, holderOf: failing },
        scimUsage: { count: () => undefined },
        zones: { current: failing },
        users: {} as UserService,
        groups: {} as GroupService,
      },
    })
    const app: RequestListener = (req, res) => void door(req, res)
    const answer = await createScimClient(app, 'secret').get('/Users')
    expect(answer.status).toBe(500)
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '500' })
    expect(answer.text).toContain(answer.headers['x-request-id'])
    expect(answer.text).not.toContain('disk')
    expect(log).toContain('disk on fire')
  })
})
