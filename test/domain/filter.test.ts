import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesCriteria, type Criteria } from '../../server/domain/criteria.js'
import { isIdentityCenterError } from '../../server/domain/errors.js'
import type { JsonObject } from '../../server/domain/user.js'
import {
  MAXIMUM_COMPARISONS,
  MAXIMUM_FILTER_LENGTH,
  MAXIMUM_UNINDEXED,
  parseFilter,
  parsePatchPath,
} from '../../scim/filter.js'
import { ENTERPRISE_USER, GROUP_TYPE, USER_TYPE } from '../../scim/schemas.js'

const parse = (text: string) => parseFilter(USER_TYPE, text)

function failure(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (isIdentityCenterError(error)) return error.code
    throw error
  }
  return 'none'
}

describe('parseFilter', () => {
  const title = { kind: 'compare', field: 'title', operator: 'eq', value: 'x' } as const
  const active = { kind: 'compare', field: 'active', operator: 'eq', value: true } as const
  const nick = { kind: 'present', field: 'nickName' } as const

  it.each<[string, Criteria]>([
    ['userName eq "bjensen"', { kind: 'compare', field: 'userName', operator: 'eq', value: 'bjensen' }],
    ['USERNAME EQ "bjensen"', { kind: 'compare', field: 'userName', operator: 'eq', value: 'bjensen' }],
    ['userName eq"bjensen"', { kind: 'compare', field: 'userName', operator: 'eq', value: 'bjensen' }],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      { kind: 'compare', field: 'userName', operator: 'sw', value: 'J' },
    ],
    [
      'urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:user:department co "ng"',
      { kind: 'compare', field: `${ENTERPRISE_USER}:department`, operator: 'co', value: 'ng' },
    ],
    [
      `${ENTERPRISE_USER}:manager.displayName pr`,
      { kind: 'present', field: `${ENTERPRISE_USER}:manager.displayName` },
    ],
    [`${ENTERPRISE_USER} pr`, { kind: 'present', field: `${ENTERPRISE_USER}:` }],
    ['externalId eq "A"', { kind: 'compare', field: 'externalId', operator: 'eq', value: 'A', exact: true }],
    [
      'name.familyName co "O\'Malley"',
      { kind: 'compare', field: 'name.familyName', operator: 'co', value: "O'Malley" },
    ],
    ['active eq "True"', active],
    ['title eq null', { kind: 'compare', field: 'title', operator: 'eq', value: null }],
    [
      'title eq "\\"quoted\\" \\u00e9 \\\\ 中文"',
      { kind: 'compare', field: 'title', operator: 'eq', value: '"quoted" é \\ 中文' },
    ],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      {
        kind: 'compare',
        field: 'meta.lastModified',
        operator: 'gt',
        value: '2011-05-13T04:42:34.000Z',
        exact: true,
      },
    ],
    [
      'meta.created ge "2026-01-01T02:00:00+02:00"',
      {
        kind: 'compare',
        field: 'meta.created',
        operator: 'ge',
        value: '2026-01-01T00:00:00.000Z',
        exact: true,
      },
    ],
    [
      'emails co "@example.com"',
      {
        kind: 'some',
        field: 'emails',
        where: { kind: 'compare', field: 'value', operator: 'co', value: '@example.com' },
      },
    ],
    [
      'emails.type eq "work"',
      {
        kind: 'some',
        field: 'emails',
        where: { kind: 'compare', field: 'type', operator: 'eq', value: 'work' },
      },
    ],
    [
      'emails[type eq "work" and value co "@example.com"]',
      {
        kind: 'some',
        field: 'emails',
        where: {
          kind: 'and',
          terms: [
            { kind: 'compare', field: 'type', operator: 'eq', value: 'work' },
            { kind: 'compare', field: 'value', operator: 'co', value: '@example.com' },
          ],
        },
      },
    ],
    // Precedence: not, then and, then or (RFC 7644 section 3.4.2.2).
    [
      'title eq "x" or active eq true and nickName pr',
      { kind: 'or', terms: [title, { kind: 'and', terms: [active, nick] }] },
    ],
    [
      '(title eq "x" or active eq true) and nickName pr',
      { kind: 'and', terms: [{ kind: 'or', terms: [title, active] }, nick] },
    ],
    ['not (title eq "x" or active eq true)', { kind: 'not', term: { kind: 'or', terms: [title, active] } }],
    ['not(title eq "x") and nickName pr', { kind: 'and', terms: [{ kind: 'not', term: title }, nick] }],
    ['((nickName pr))', nick],
    ['id pr', { kind: 'and', terms: [] }],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', { kind: 'and', terms: [] }],
    [
      `schemas eq "${ENTERPRISE_USER}"`,
      { kind: 'or', terms: [{ kind: 'present', field: `${ENTERPRISE_USER}:` }] },
    ],
    ['schemas co "core"', { kind: 'and', terms: [] }],
    [
      'emails[type eq "work"].value eq "x"',
      {
        kind: 'some',
        field: 'emails',
        where: {
          kind: 'and',
          terms: [
            { kind: 'compare', field: 'type', operator: 'eq', value: 'work' },
            { kind: 'compare', field: 'value', operator: 'eq', value: 'x' },
          ],
        },
      },
    ],
    ['emails eq null', { kind: 'not', term: { kind: 'present', field: 'emails' } }],
    ['emails.type ne null', { kind: 'some', field: 'emails', where: { kind: 'present', field: 'type' } }],
    ['schemas eq "urn:other"', { kind: 'or', terms: [] }],
  ])('reads %s', (text, criteria) => {
    expect(parse(text)).toEqual(criteria)
  })

  it('reads members by id with and without the sub-attribute', () => {
    const byId: Criteria = {
      kind: 'some',
      field: 'members',
      where: { kind: 'compare', field: 'value', operator: 'eq', value: 'u-1', exact: true },
    }
    for (const text of ['members eq "u-1"', 'members.value eq "u-1"', 'members[value eq "u-1"]']) {
      expect(parseFilter(GROUP_TYPE, text)).toEqual(byId)
    }
  })

  it.each([
    '',
    'userName',
    'userName eq',
    'userName eq bjensen',
    'userName eq "bjensen',
    "userName eq 'bjensen'",
    'userName is "x"',
    'eq "x"',
    'shoeSize eq "x"',
    'name.shoeSize eq "x"',
    'name eq "x"',
    'addresses eq "x"',
    'addresses[shoe pr]',
    'emails[type eq "work"',
    'emails[type[value pr] pr]',
    'userName[value eq "x"]',
    'userName eq "a" userName eq "b"',
    'userName eq "a" and',
    'userName eq "a" & active eq true',
    'not userName eq "a"',
    '(userName eq "a"',
    'userName eq "a")',
    'active gt true',
    'active eq "yes"',
    'active eq 1',
    'title eq 5',
    'title gt null',
    'title co true',
    'meta.created gt "yesterday"',
    'meta.created gt 5',
    'meta.location eq "x"',
    'password eq "secret"',
    'password pr',
    'x509Certificates.value gt "AA"',
    'title eq "\u0000"',
    'title eq "\\u0000"',
    'title eq "\\ud800"',
    'title eq "\\x"',
    'schemas gt true',
    '__proto__ eq "x"',
    'constructor pr',
  ])('refuses %j', (text) => {
    expect(failure(() => parse(text))).toBe('filter.malformed')
  })

  it('says at which character it stopped', () => {
    expect(() => parse('userName eq "a" and shoeSize gt 5')).toThrow(/'shoeSize' \(character 21/)
  })

  it('bounds length, depth and number of comparisons', () => {
    const many = (count: number, term: string) => Array.from({ length: count }, () => term).join(' or ')
    expect(failure(() => parse(many(MAXIMUM_COMPARISONS, 'userName eq "x"')))).toBe('none')
    expect(failure(() => parse(many(MAXIMUM_COMPARISONS + 1, 'userName eq "x"')))).toBe('filter.tooComplex')
    // What no index answers costs a look at each resource.
    expect(failure(() => parse(many(MAXIMUM_UNINDEXED, 'emails[value co "x"]')))).toBe('none')
    expect(failure(() => parse(many(MAXIMUM_UNINDEXED + 1, 'emails[value co "x"]')))).toBe(
      'filter.tooComplex',
    )
    expect(failure(() => parse(many(MAXIMUM_UNINDEXED + 1, 'emails[value eq "x"]')))).toBe('none')
    expect(failure(() => parse(many(MAXIMUM_UNINDEXED + 1, 'roles[value eq "x"]')))).toBe('filter.tooComplex')
    expect(failure(() => parse(many(10_000, 'title pr')))).toBe('filter.tooComplex')
    expect(failure(() => parse(`${'('.repeat(16)}title pr${')'.repeat(16)}`))).toBe('none')
    expect(failure(() => parse(`${'('.repeat(17)}title pr${')'.repeat(17)}`))).toBe('filter.tooComplex')
    expect(failure(() => parse('not('.repeat(2000)))).toBe('filter.tooComplex')
    expect(failure(() => parse(`title eq "${'x'.repeat(MAXIMUM_FILTER_LENGTH)}"`))).toBe('filter.tooComplex')
  })

  it('answers any text with criteria or a refusal, never with another failure', () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        'userName',
        'emails',
        'active',
        'eq',
        'co',
        'pr',
        'and',
        'or',
        'not',
        '(',
        ')',
        '[',
        ']',
        ' ',
      ),
      fc.constantFrom('"', '\\', 'true', 'null', '1', '.', 'value', 'urn:', '$', '"a"'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), fc.constantFrom('', ' '), (parts, glue) => {
        expect(['none', 'filter.malformed', 'filter.tooComplex']).toContain(
          failure(() => parse(parts.join(glue))),
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('reads back any text value it is given in JSON quoting', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        (text) => {
          expect(parse(`title eq ${JSON.stringify(text)}`)).toEqual({ ...title, value: text })
        },
      ),
    )
  })

  it('means by and, or and not what logic means by them', () => {
    // Random formulas over two facts, judged by the parser and by JavaScript.
    const formula = fc.letrec<{ node: { text: string; truth: (x: boolean, y: boolean) => boolean } }>(
      (tie) => ({
        node: fc.oneof(
          { maxDepth: 5 },
          fc.constant({ text: 'title eq "x"', truth: (x: boolean) => x }),
          fc.constant({ text: 'active eq true', truth: (_x: boolean, y: boolean) => y }),
          tie('node').map((inner) => ({
            text: `not (${inner.text})`,
            truth: (x: boolean, y: boolean) => !inner.truth(x, y),
          })),
          fc.tuple(tie('node'), tie('node')).map(([left, right]) => ({
            text: `(${left.text}) and (${right.text})`,
            truth: (x: boolean, y: boolean) => left.truth(x, y) && right.truth(x, y),
          })),
          fc.tuple(tie('node'), tie('node')).map(([left, right]) => ({
            text: `(${left.text} or (${right.text}))`,
            truth: (x: boolean, y: boolean) => left.truth(x, y) || right.truth(x, y),
          })),
        ),
      }),
    ).node
    fc.assert(
      fc.property(formula, fc.boolean(), fc.boolean(), ({ text, truth }, x, y) => {
        fc.pre(failure(() => parse(text)) === 'none')
        expect(matchesCriteria(parse(text), { title: x ? 'X' : 'other', active: y })).toBe(truth(x, y))
      }),
    )
  })
})

describe('matchesCriteria', () => {
  const person: JsonObject = {
    userName: 'Bjensen',
    externalId: 'Abc',
    active: true,
    name: { familyName: 'Jensen' },
    emails: [
      { value: 'b@example.com', type: 'work', primary: true },
      { value: 'b@home.example', type: 'home' },
    ],
  }
  it.each([
    ['userName eq "bJENSEN"', true],
    ['externalId eq "abc"', false],
    ['externalId eq "Abc"', true],
    ['userName co "jen"', true],
    ['userName sw "bj"', true],
    ['userName ew "SEN"', true],
    ['userName gt "a"', true],
    ['userName lt "a"', false],
    ['userName ge "bjensen" and userName le "bjensen"', true],
    ['title pr', false],
    ['name.familyName pr', true],
    ['title ne "x"', true],
    ['title eq null', true],
    ['userName ne null', true],
    ['emails[type eq "work" and value co "home"]', false],
    ['emails[type eq "home" and value co "home"]', true],
    ['emails.primary eq true', true],
    ['not (emails pr)', false],
    ['title gt "a"', false],
  ])('%s -> %s', (text, expected) => {
    expect(matchesCriteria(parse(text), person)).toBe(expected)
  })
})

describe('parsePatchPath', () => {
  it('reads attribute, sub-attribute, urn, extension and value path', () => {
    expect(parsePatchPath(USER_TYPE, 'NAME.familyname').target).toMatchObject({
      attribute: { name: 'name' },
      subAttribute: { name: 'familyName' },
    })
    expect(parsePatchPath(USER_TYPE, `${ENTERPRISE_USER}:Department`).target).toMatchObject({
      extension: { id: ENTERPRISE_USER },
      attribute: { name: 'department' },
    })
    expect(parsePatchPath(USER_TYPE, ENTERPRISE_USER).target).toMatchObject({ kind: 'schema' })
    expect(parsePatchPath(USER_TYPE, 'emails[type eq "work"].value')).toMatchObject({
      target: { attribute: { name: 'emails' } },
      filter: { field: 'type', value: 'work' },
      subAttribute: { name: 'value' },
    })
    expect(
      parsePatchPath(USER_TYPE, 'urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"]'),
    ).toMatchObject({ target: { attribute: { name: 'emails' } }, filter: { field: 'type' } })
  })

  it.each([
    ['shoeSize', 'patch.invalidPath'],
    ['name.shoeSize', 'patch.invalidPath'],
    ['name.familyName.first', 'patch.invalidPath'],
    ['userName[value eq "x"]', 'patch.invalidPath'],
    ['emails.value[value eq "x"]', 'patch.invalidPath'],
    ['emails[type eq "work"].shoe', 'patch.invalidPath'],
    ['emails[type eq "work"]value', 'patch.invalidPath'],
    ['emails[type eq "work"].value.more', 'patch.invalidPath'],
    ['x'.repeat(MAXIMUM_FILTER_LENGTH + 1), 'patch.invalidPath'],
    ['emails[type eq "work"', 'filter.malformed'],
    ['emails[]', 'filter.malformed'],
    ['emails[shoe eq "work"]', 'filter.malformed'],
    ['emails[type eq "work"] %', 'filter.malformed'],
  ])('refuses %j', (text, code) => {
    expect(failure(() => parsePatchPath(USER_TYPE, text))).toBe(code)
  })
})
