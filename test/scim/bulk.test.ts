import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { createScimWorld, ENTERPRISE, ERROR, GROUP, patchOp, USER, type ScimWorld } from './scim-world.js'

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

interface BulkBody {
  readonly Operations: readonly {
    readonly status: string
    readonly location?: string
    readonly bulkId?: string
  }[]
}

describe.each(engines)('SCIM Bulk on %s', (engine) => {
  let world: ScimWorld
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())

  const bulk = (Operations: readonly object[], more: object = {}) =>
    world.scim.post('/Bulk', { schemas: [BULK_REQUEST], Operations, ...more })
  const user = (bulkId: string, more: object = {}) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { schemas: [USER], userName: `bulk.${bulkId}`, ...more },
  })
  const statuses = (body: unknown) => (body as BulkBody).Operations.map((operation) => operation.status)

  it('creates, changes and deletes, and refers to what it made, also ahead', async () => {
    const answer = await bulk([
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'team',
        data: {
          schemas: [GROUP],
          displayName: 'Bulk team',
          members: [{ value: 'bulkId:a' }, { value: 'bulkId:b' }],
        },
      },
      user('a', { [ENTERPRISE]: { manager: { value: 'bulkId:b' } } }),
      user('b'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:b',
        data: patchOp({ op: 'add', path: 'title', value: 'Boss' }),
      },
      {
        method: 'PUT',
        path: '/Users/bulkId:a',
        version: 'W/"9"',
        data: { schemas: [USER], userName: 'bulk.a' },
      },
      { method: 'DELETE', path: '/Users/u-000000000000' },
    ])
    expect(answer.status).toBe(200)
    expect(statuses(answer.body)).toEqual(['201', '201', '201', '200', '412', '404'])
    const { Operations } = answer.body as BulkBody
    expect(Operations.map((operation) => operation.bulkId)).toEqual([
      'team',
      'a',
      'b',
      undefined,
      undefined,
      undefined,
    ])
    const members = await world.scim.members(Operations[0]?.location?.split('/').at(-1) ?? '')
    expect(members).toHaveLength(2)
    const boss = await world.services.users.findByName('bulk.b')
    expect(boss?.attributes).toEqual({ title: 'Boss' })
    expect((await world.services.users.findByName('bulk.a'))?.attributes[ENTERPRISE]).toEqual({
      manager: { value: boss?.id },
    })
    expect(Operations[4]).toMatchObject({ response: { schemas: [ERROR], status: '412' } })
    // Every result but that of a POST which failed tells the address (RFC 7644 section 3.7.3).
    expect(Operations[4]?.location).toBe(Operations[1]?.location)
    expect(Operations[5]?.location).toMatch(/\/scim\/v2\/Users\/u-000000000000$/)
  })

  it('takes a reference for one only where an id can stand', async () => {
    const answer = await bulk([
      user('ref', { title: 'as bulkId:nowhere says', displayName: 'bulkId: none' }),
      {
        METHOD: 'post',
        Path: 'Groups',
        bulkId: 'crew',
        data: {
          schemas: [GROUP],
          displayName: 'Crew',
          members: [{ value: 'bulkId:ref', $ref: '../Users/bulkId:ref' }],
        },
      },
      {
        method: 'PATCH',
        path: '/Users/bulkId:ref',
        data: patchOp({ op: 'replace', path: 'nickName', value: 'R' }),
      },
      {
        method: 'PATCH',
        path: '/Groups/bulkId:crew',
        data: patchOp({ op: 'remove', path: 'members[value eq "bulkId:ref"]' }),
      },
      {
        method: 'PUT',
        path: '/Groups/bulkId:crew',
        version: 'W/"2"',
        data: { schemas: [GROUP], displayName: 'Crew 2' },
      },
      { method: 'DELETE', path: 'Groups/bulkId:crew' },
    ])
    expect(statuses(answer.body)).toEqual(['201', '201', '200', '204', '200', '204'])
    expect(await world.services.users.findByName('bulk.ref')).toMatchObject({
      attributes: { title: 'as bulkId:nowhere says', nickName: 'R' },
    })
  })

  it('stops after failOnErrors failures', async () => {
    const missing = { method: 'DELETE', path: '/Users/u-000000000000' }
    const answer = await bulk([missing, user('c'), missing, user('d')], { failOnErrors: 2 })
    expect(statuses(answer.body)).toEqual(['404', '201', '404'])
    expect(await world.services.users.findByName('bulk.d')).toBeUndefined()
  })

  it('refuses operations that refer to each other in a circle, or to nothing', async () => {
    const manager = (bulkId: string) => ({ [ENTERPRISE]: { manager: { value: `bulkId:${bulkId}` } } })
    const answer = await bulk([
      user('x', manager('y')),
      user('y', manager('x')),
      user('z', manager('nowhere')),
      user('self', manager('self')),
    ])
    expect(statuses(answer.body)).toEqual(['409', '409', '409', '409'])
    expect(await world.services.users.findByName('bulk.x')).toBeUndefined()
  })

  it.each<[string, object]>([
    ['no operations', {}],
    ['another message', { schemas: ['x'], Operations: [] }],
    ['operations that are no list', { Operations: {} }],
    ['an operation that is no object', { Operations: ['x'] }],
    ['an unknown method', { Operations: [{ method: 'GET', path: '/Users' }] }],
    ['no path', { Operations: [{ method: 'DELETE' }] }],
    ['POST without bulkId', { Operations: [{ method: 'POST', path: '/Users', data: {} }] }],
    ['a bulkId used twice', { Operations: [user('t'), user('t')] }],
    ['a failOnErrors of none', { Operations: [], failOnErrors: 0 }],
  ])('refuses %s', async (_what, body) => {
    const answer = await world.scim.post('/Bulk', { schemas: [BULK_REQUEST], ...body })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ schemas: [ERROR], scimType: 'invalidSyntax' })
  })

  it('answers operations on what cannot be changed so', async () => {
    const answer = await bulk([
      { method: 'DELETE', path: '/Users' },
      { method: 'POST', path: '/Users/u-1', bulkId: 'p', data: {} },
      { method: 'PATCH', path: '/Schemas/x', data: {} },
      { method: 'DELETE', path: '/Users/a/b' },
    ])
    expect(statuses(answer.body)).toEqual(['400', '400', '400', '400'])
  })

  it('enforces its advertised limits', async () => {
    const many = Array.from({ length: 1001 }, () => ({ method: 'DELETE', path: '/Users/u-000000000000' }))
    expect((await bulk(many)).status).toBe(413)
    expect((await bulk([user('big', { title: 'x'.repeat(1_048_576) })])).status).toBe(413)
  })
})
