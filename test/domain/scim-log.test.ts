import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScimCredentialId } from '../../server/domain/ids.js'
import {
  BODY_CHARACTERS,
  countedAs,
  presentableJson,
  toLogRecord,
  type ScimExchange,
} from '../../server/domain/scim-log.js'

const shown = (value: unknown): unknown => JSON.parse(presentableJson(value))

const exchange = (more: Partial<ScimExchange> = {}): ScimExchange => ({
  requestId: 'request',
  at: new Date('2026-03-02T09:00:00.000Z'),
  milliseconds: 1.5,
  method: 'GET',
  url: '/Users',
  bytes: 0,
  status: 200,
  credentialId: 'scimcred-aaaaaaaaaaaa' as ScimCredentialId,
  ...more,
})
const record = (more: Partial<ScimExchange>) => toLogRecord(exchange(more), {}, 0)

describe('bodies in the SCIM log', () => {
  it.each<[string, unknown, unknown]>([
    ['a password', { userName: 'a', password: 'hunter2' }, { userName: 'a', password: '[removed]' }],
    ['a password in another case', { PassWord: { value: 'x' } }, { PassWord: '[removed]' }],
    ['an old password', { oldPassword: 'x' }, { oldPassword: '[removed]' }],
    [
      'tokens and keys',
      { a: [{ accessToken: 'x', apiKey: 'y', api_key: 'z' }] },
      { a: [{ accessToken: '[removed]', apiKey: '[removed]', api_key: '[removed]' }] },
    ],
    [
      'a PATCH of the password',
      { Operations: [{ op: 'replace', path: 'password', value: 'hunter2' }] },
      { Operations: [{ op: 'replace', path: 'password', value: '[removed]' }] },
    ],
    [
      'a PATCH by urn, in capitals',
      {
        Operations: [
          { op: 'Add', Path: 'urn:ietf:params:scim:schemas:core:2.0:User:Password', Value: 'hunter2' },
        ],
      },
      {
        Operations: [
          { op: 'Add', Path: 'urn:ietf:params:scim:schemas:core:2.0:User:Password', Value: '[removed]' },
        ],
      },
    ],
    [
      'a PATCH without a path',
      { Operations: [{ op: 'replace', value: { active: true, password: 'hunter2' } }] },
      { Operations: [{ op: 'replace', value: { active: true, password: '[removed]' } }] },
    ],
    [
      'a filter that asks for a password',
      { filter: 'userName eq "a" and password eq "hunter2"' },
      { filter: 'userName eq "a" and password eq [removed]' },
    ],
    [
      'a path that selects by a password',
      { Operations: [{ op: 'remove', path: 'password[value eq "hunter2"]' }] },
      { Operations: [{ op: 'remove', path: 'password[value eq [removed]]' }] },
    ],
    [
      'a header in a text',
      { note: 'Authorization: Bearer abcdefghijkl' },
      { note: 'Authorization: Bearer [removed]' },
    ],
  ])('are without %s', (_what, body, expected) => {
    expect(shown(body)).toEqual(expected)
  })

  it('keep everything else, names that are no plain ones included', () => {
    const body = JSON.parse('{"__proto__":{"a":1},"constructor":"x","list":[true,null,1.5,"é😀"]}') as unknown
    expect(presentableJson(body)).toBe(JSON.stringify(body))
  })

  it('end long lists, objects and texts with what is missing', () => {
    const members = Array.from({ length: 5000 }, (_, index) => ({ value: `u-${index}` }))
    const reduced = shown({ members }) as { members: unknown[] }
    expect(reduced.members.at(-1)).toBe(`… ${5000 - reduced.members.length + 1} more`)
    expect(reduced.members[0]).toEqual({ value: 'u-0' })
    expect(shown('x'.repeat(5000))).toBe(`${'x'.repeat(1024)}…`)
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`name${index}`, index]))
    expect((shown(wide) as Record<string, string>)['…']).toMatch(/^\d+ more$/)
    const deep = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`) as unknown
    expect(presentableJson(deep)).toBe(`${'['.repeat(12)}"…"${']'.repeat(12)}`)
  })

  it('stay JSON, bounded and storable, whatever is in them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = presentableJson(value)
        JSON.parse(text)
        expect(text.length).toBeLessThan(BODY_CHARACTERS * 8)
        expect(text).not.toMatch(/\0|\p{Surrogate}/u)
      }),
    )
  })

  it('cost little, however a client words them', () => {
    const start = performance.now()
    presentableJson({
      a: 'passw'.repeat(200_000),
      b: `password${' '.repeat(200_000)}`,
      c: `password eq "${'\\'.repeat(200_000)}`,
      d: 'bearer '.repeat(100_000),
    })
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('lines of the SCIM log', () => {
  it.each<[string, Partial<ScimExchange>, object]>([
    [
      'a list',
      { url: '/Users?startIndex=1' },
      { path: '/Users', query: 'startIndex=1', resourceType: 'User' },
    ],
    ['one user', { url: '/users/u-1' }, { resourceType: 'User', resourceId: 'u-1' }],
    [
      'a group with a slash too many',
      { url: '//Groups//g-1/' },
      { resourceType: 'Group', resourceId: 'g-1' },
    ],
    [
      'a user that was made',
      { url: '/Users', method: 'POST', location: 'https://x/scim/v2/Users/u-2' },
      { resourceType: 'User', resourceId: 'u-2' },
    ],
    ['a search', { url: '/Users/.search' }, { resourceType: 'User' }],
    [
      'a refusal',
      {
        status: 400,
        failure: { code: 'user.nameInvalid', scimType: 'invalidValue', detail: 'A user\0name' },
      },
      { status: 400, errorCode: 'user.nameInvalid', scimType: 'invalidValue', detail: 'A user\uFFFDname' },
    ],
    [
      'a refusal in our own words',
      { status: 401, failure: { detail: 'The SCIM credential is unknown: credentials are in the console.' } },
      { detail: 'The SCIM credential is unknown: credentials are in the console.' },
    ],
    [
      'a filter for a secret',
      { url: '/Users?filter=password%20eq%20%22hunter2%22&count=1' },
      { query: 'filter=password%20eq%20[removed]&count=1' },
    ],
    [
      'a secret in the address',
      { url: '/Users?access_token=abc&x=1' },
      { query: 'access_token=[removed]&x=1' },
    ],
    [
      'members that nobody knows',
      { remarks: { unknownMembers: Array.from({ length: 150 }, (_, index) => `x${index}`) } },
      { remarks: { unknownMembers: expect.arrayContaining(['x0', 'x99', '… 50 more']) as unknown } },
    ],
  ])('tell of %s', (_what, more, expected) => {
    expect(record(more)).toMatchObject(expected)
  })

  it('name no resource where there is none', () => {
    for (const url of ['/Users', '/Users/.search', '/Schemas/urn:x:User', '/ServiceProviderConfig', '/']) {
      expect(record({ url })).not.toHaveProperty('resourceId')
    }
  })

  it.each<[string, Partial<ScimExchange>, string | undefined]>([
    ['a request of a client', {}, undefined],
    ['its failure', { status: 500 }, undefined],
    [
      'one past the limit',
      { status: 429, failure: { code: 'request.rateLimited', detail: '' } },
      'scimcred-aaaaaaaaaaaa 429',
    ],
    ['one that the guard holds', { status: 429, failure: { code: 'scim.guardHeld', detail: '' } }, undefined],
    ['a stranger', { credentialId: undefined, status: 401, address: '203.0.113.7' }, '203.0.113.7 401'],
    [
      'a stranger of a large network',
      { credentialId: undefined, status: 401, address: '2001:db8:1:2:3::4' },
      '2001:db8:1:2::/64 401',
    ],
    ['nobody knows whom', { credentialId: undefined, status: 401 }, 'unknown 401'],
  ])('count %s', (_what, more, expected) => {
    expect(countedAs(exchange(more))).toBe(expected)
  })
})
