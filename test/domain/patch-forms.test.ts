/** PATCH (RFC 7644 section 3.5.2): each operation with each form of path on each kind of attribute. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readResource } from '../../scim/attribute-values.js'
import { readGroupPatch } from '../../scim/group-patch.js'
import { PATCH_OP, readPatch } from '../../scim/patch-operations.js'
import { applyPatch } from '../../scim/patch.js'
import { ENTERPRISE_USER, USER_TYPE } from '../../scim/schemas.js'
import { isIdentityCenterError } from '../../server/domain/errors.js'
import type { JsonObject, JsonValue } from '../../server/domain/user.js'
import { rightSingle, rightValue, WRITABLE } from '../scim/schema-values.js'

const CORE = USER_TYPE.schema.id
const message = (...Operations: readonly unknown[]) => ({ schemas: [PATCH_OP], Operations })
const patch = (resource: JsonObject, ...operations: readonly unknown[]) =>
  applyPatch(USER_TYPE, resource, readPatch(USER_TYPE, message(...operations)))

/** What comes out: the change, or the code of the refusal. */
function outcome(resource: JsonObject, operation: unknown): JsonObject | string {
  try {
    const after = patch(resource, operation)
    const names = [...new Set([...Object.keys(resource), ...Object.keys(after)])]
    return Object.fromEntries(
      names
        .filter((name) => JSON.stringify(resource[name]) !== JSON.stringify(after[name]))
        .map((name) => [name, after[name] ?? null]),
    )
  } catch (error) {
    if (isIdentityCenterError(error)) return error.code
    throw error
  }
}

const work = { value: 'b@work.example', type: 'work', primary: true }
const home = { value: 'b@home.example', type: 'home' }
const mobile = { value: '1', type: 'mobile' }
const person: JsonObject = {
  userName: 'bjensen',
  title: 'Dr',
  active: true,
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [work, home],
  phoneNumbers: [mobile],
  addresses: [{ type: 'work', locality: 'Berlin', country: 'DE' }],
  [ENTERPRISE_USER]: { department: 'Sales', manager: { value: 'u-1', $ref: '../Users/u-1' } },
}
const enterprise = (more: JsonObject): JsonObject => ({
  [ENTERPRISE_USER]: { department: 'Sales', manager: { value: 'u-1', $ref: '../Users/u-1' }, ...more },
})

type Row = readonly [op: string, path: string | undefined, value: unknown, expected: JsonObject | string]
const NOTHING: JsonObject = {}

describe.each<[string, readonly Row[]]>([
  [
    'one text',
    [
      ['add', 'title', 'Prof', { title: 'Prof' }],
      ['add', 'nickName', 'B', { nickName: 'B' }],
      ['replace', 'title', 'Prof', { title: 'Prof' }],
      ['replace', 'nickName', 'B', { nickName: 'B' }],
      ['replace', 'title', 'Dr', NOTHING],
      ['replace', 'title', null, { title: null }],
      ['add', 'title', null, NOTHING],
      ['add', 'title', [{ value: null }], NOTHING],
      ['replace', 'title', [{ value: null }], { title: null }],
      ['add', undefined, { title: null, nickName: 'B' }, { nickName: 'B' }],
      ['remove', 'title', undefined, { title: null }],
      ['remove', 'nickName', undefined, NOTHING],
      ['remove', 'title', 'whatever', { title: null }],
      ['ADD', 'TITLE', 'Prof', { title: 'Prof' }],
      ['add', `${CORE}:title`, 'Prof', { title: 'Prof' }],
      ['add', `${CORE.toUpperCase()}:TITLE`, 'Prof', { title: 'Prof' }],
      ['add', undefined, { title: 'Prof', NICKNAME: 'B' }, { title: 'Prof', nickName: 'B' }],
      ['replace', '  ', { title: 'Prof' }, { title: 'Prof' }],
      ['replace', CORE, { title: 'Prof' }, { title: 'Prof' }],
      ['replace', undefined, { [CORE.toLowerCase()]: { TITLE: 'Prof' } }, { title: 'Prof' }],
      ['replace', undefined, { [`${CORE}:title`]: 'Prof' }, { title: 'Prof' }],
      ['replace', 'title', [{ value: 'Prof' }], { title: 'Prof' }],
      ['add', 'title', ['Prof'], 'user.attributeInvalid'],
      ['add', 'title', { value: 'Prof' }, 'user.attributeInvalid'],
      ['add', 'title', 5, 'user.attributeInvalid'],
      ['add', 'title', undefined, 'patch.invalidValue'],
      ['add', 'title.first', 'x', 'patch.invalidPath'],
      ['add', 'title[value eq "Dr"]', 'x', 'patch.invalidPath'],
    ],
  ],
  [
    'one boolean',
    [
      ['replace', 'active', false, { active: false }],
      ['Replace', 'active', 'False', { active: false }],
      ['Replace', 'active', 'TRUE', NOTHING],
      ['add', undefined, { active: 'false' }, { active: false }],
      ['replace', 'active', [{ value: 'False' }], { active: false }],
      ['replace', 'active', 'no', 'user.attributeInvalid'],
      ['replace', 'active', 0, 'user.attributeInvalid'],
      ['replace', 'active', '', 'user.attributeInvalid'],
    ],
  ],
  [
    'one complex value',
    [
      ['add', 'name', { middleName: 'J' }, { name: { ...(person['name'] as JsonObject), middleName: 'J' } }],
      ['replace', 'name', { familyName: 'X' }, { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['replace', 'name', [{ familyName: 'X' }], { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['replace', 'name.familyName', 'X', { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['add', 'NAME.FAMILYNAME', 'X', { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['replace', `${CORE}:name.familyName`, 'X', { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['replace', undefined, { 'name.familyName': 'X' }, { name: { givenName: 'Barbara', familyName: 'X' } }],
      ['remove', 'name.familyName', undefined, { name: { givenName: 'Barbara' } }],
      ['remove', 'name.middleName', undefined, NOTHING],
      ['remove', 'name', undefined, { name: null }],
      // Null empties what it stands for, and nothing beside it.
      ['replace', 'name', { familyName: null }, { name: { givenName: 'Barbara' } }],
      ['replace', 'name', { familyName: null, givenName: 'B' }, { name: { givenName: 'B' } }],
      ['replace', undefined, { name: { FAMILYNAME: null } }, { name: { givenName: 'Barbara' } }],
      ['replace', 'name', { familyName: null, givenName: null }, { name: null }],
      ['replace', 'name', {}, NOTHING],
      ['replace', 'name', { shoeSize: 5 }, NOTHING],
      ['replace', 'name', null, { name: null }],
      ['replace', 'name', '', { name: null }],
      ['add', 'name', { familyName: null }, NOTHING],
      ['add', 'name.familyName', null, NOTHING],
      ['replace', 'name', 'Barbara', 'user.attributeInvalid'],
      ['replace', 'name', { familyName: 5 }, 'user.attributeInvalid'],
      ['replace', 'name.shoeSize', 'x', 'patch.invalidPath'],
      ['replace', 'name.familyName.x', 'x', 'patch.invalidPath'],
    ],
  ],
  [
    'many complex values',
    [
      ['add', 'emails', [{ value: 'c@x.example' }], { emails: [work, home, { value: 'c@x.example' }] }],
      ['add', 'emails', { value: 'c@x.example' }, { emails: [work, home, { value: 'c@x.example' }] }],
      ['add', 'emails', [home], NOTHING],
      ['add', 'emails', [{ value: 'b@home.example' }], NOTHING],
      [
        'add',
        'emails',
        { value: 'c@x.example', primary: true },
        { emails: [{ ...work, primary: false }, home, { value: 'c@x.example', primary: true }] },
      ],
      ['replace', 'emails', [home], { emails: [home] }],
      ['replace', 'emails', home, { emails: [home] }],
      ['replace', 'emails', [home, home], { emails: [home] }],
      ['replace', 'emails', [], { emails: null }],
      ['replace', 'ims', [{ value: 'x', type: 'xmpp' }], { ims: [{ value: 'x', type: 'xmpp' }] }],
      ['remove', 'emails', undefined, { emails: null }],
      ['remove', 'ims', undefined, NOTHING],
      ['remove', 'emails', [{ value: 'b@home.example' }], { emails: [work] }],
      ['remove', 'emails', [{ value: 'b@home.example', type: 'work' }], NOTHING],
      ['remove', 'emails', [], NOTHING],
      ['replace', 'emails', [{ type: 'work', VALUE: null }, home], { emails: [home] }],
      ['replace', 'emails', [{ type: 'work' }], 'user.attributeInvalid'],
      ['replace', 'emails', 5, 'user.attributeInvalid'],
      ['replace', 'emails', [work, { ...home, primary: true }], 'user.attributeInvalid'],
    ],
  ],
  [
    'one part of many values',
    [
      ['replace', 'phoneNumbers.type', 'fax', { phoneNumbers: [{ value: '1', type: 'fax' }] }],
      ['remove', 'phoneNumbers.type', undefined, { phoneNumbers: [{ value: '1' }] }],
      ['add', 'ims.value', 'x', { ims: [{ value: 'x' }] }],
      ['replace', 'ims.value', 'x', { ims: [{ value: 'x' }] }],
      ['remove', 'ims.value', undefined, NOTHING],
      ['replace', 'phoneNumbers.shoeSize', 'x', 'patch.invalidPath'],
    ],
  ],
  [
    'selected values',
    [
      [
        'replace',
        'emails[type eq "home"]',
        { value: 'n@x.example' },
        { emails: [work, { value: 'n@x.example', type: 'home' }] },
      ],
      ['add', 'emails[type eq "home"]', { display: 'H' }, 'user.attributeInvalid'],
      [
        'add',
        'phoneNumbers[type eq "mobile"]',
        { display: 'M' },
        { phoneNumbers: [{ ...mobile, display: 'M' }] },
      ],
      [
        'add',
        'phoneNumbers[type eq "fax"]',
        { value: '2' },
        { phoneNumbers: [mobile, { type: 'fax', value: '2' }] },
      ],
      [
        'add',
        'phoneNumbers[type eq "fax"]',
        [{ value: '2' }],
        { phoneNumbers: [mobile, { type: 'fax', value: '2' }] },
      ],
      ['remove', 'emails[type eq "home"]', undefined, { emails: [work] }],
      ['remove', 'emails[TYPE EQ "HOME"]', undefined, { emails: [work] }],
      ['remove', 'emails[value ew ".example"]', undefined, { emails: null }],
      ['remove', 'emails[type eq "home" and value sw "b@"]', undefined, { emails: [work] }],
      ['remove', 'emails[not (primary eq true)]', undefined, { emails: [work] }],
      ['remove', 'emails[type eq "other"]', undefined, 'patch.noTarget'],
      ['remove', 'ims[type eq "xmpp"]', undefined, 'patch.noTarget'],
      ['replace', 'emails[type eq "other"]', { value: 'x' }, 'patch.noTarget'],
      ['add', 'phoneNumbers[value co "9"]', { type: 'fax' }, 'patch.noTarget'],
      ['replace', 'emails[type eq "home"]', [home, work], 'user.attributeInvalid'],
      ['replace', 'emails[type is "home"]', {}, 'filter.malformed'],
      ['replace', 'emails[shoeSize eq "home"]', {}, 'filter.malformed'],
      ['replace', 'emails[type eq "home"', {}, 'filter.malformed'],
      ['replace', 'emails[]', {}, 'filter.malformed'],
      ['replace', 'name[givenName eq "x"]', {}, 'patch.invalidPath'],
    ],
  ],
  [
    'one part of selected values',
    [
      [
        'replace',
        'emails[type eq "home"].value',
        'n@x.example',
        { emails: [work, { ...home, value: 'n@x.example' }] },
      ],
      [
        'Add',
        'phoneNumbers[type eq "fax"].value',
        '2',
        { phoneNumbers: [mobile, { type: 'fax', value: '2' }] },
      ],
      ['Add', 'roles[primary eq "True"].value', 'admin', { roles: [{ primary: true, value: 'admin' }] }],
      [
        'replace',
        undefined,
        { 'emails[type eq "home"].value': 'n@x.example' },
        { emails: [work, { ...home, value: 'n@x.example' }] },
      ],
      [
        'replace',
        'emails[type eq "home"].primary',
        'True',
        {
          emails: [
            { ...work, primary: false },
            { ...home, primary: true },
          ],
        },
      ],
      // As a key without a path it says what the address is, whether there was one or not.
      [
        'replace',
        undefined,
        { 'phoneNumbers[type eq "fax"].value': '2' },
        { phoneNumbers: [mobile, { type: 'fax', value: '2' }] },
      ],
      ['replace', undefined, { 'emails[type eq "other"].value': null }, 'patch.noTarget'],
      ['remove', 'phoneNumbers[type eq "mobile"].value', undefined, { phoneNumbers: [{ type: 'mobile' }] }],
      // An e-mail without its address is none: that is how Microsoft Entra ID takes one away.
      ['Remove', 'emails[type eq "home"].value', undefined, { emails: [work] }],
      ['replace', 'emails[type eq "home"].value', null, { emails: [work] }],
      [
        'replace',
        'addresses[type eq "work"].locality',
        'Bonn',
        { addresses: [{ type: 'work', locality: 'Bonn', country: 'DE' }] },
      ],
      ['replace', 'emails[type eq "other"].value', 'x', 'patch.noTarget'],
      ['remove', 'emails[type eq "other"].value', undefined, 'patch.noTarget'],
      ['replace', 'emails[type eq "home"].value', 5, 'user.attributeInvalid'],
      ['replace', 'emails[type eq "home"].shoeSize', 'x', 'patch.invalidPath'],
      ['replace', 'emails[type eq "home"]value', 'x', 'patch.invalidPath'],
    ],
  ],
  [
    'an extension',
    [
      ['add', `${ENTERPRISE_USER}:department`, 'IT', enterprise({ department: 'IT' })],
      ['add', `${ENTERPRISE_USER.toLowerCase()}:DEPARTMENT`, 'IT', enterprise({ department: 'IT' })],
      ['add', `${ENTERPRISE_USER}.department`, 'IT', enterprise({ department: 'IT' })],
      ['add', 'department', 'IT', enterprise({ department: 'IT' })],
      ['replace', `${ENTERPRISE_USER}:manager`, 'u-2', enterprise({ manager: { value: 'u-2' } })],
      ['replace', `${ENTERPRISE_USER}:manager`, { value: 'u-2' }, enterprise({ manager: { value: 'u-2' } })],
      [
        'replace',
        `${ENTERPRISE_USER}:manager.value`,
        'u-2',
        enterprise({ manager: { value: 'u-2', $ref: '../Users/u-1' } }),
      ],
      [
        'Add',
        `${ENTERPRISE_USER}:manager`,
        [{ $ref: 'x', value: 'u-2' }],
        enterprise({ manager: { $ref: 'x', value: 'u-2' } }),
      ],
      ['remove', `${ENTERPRISE_USER}:manager`, undefined, { [ENTERPRISE_USER]: { department: 'Sales' } }],
      ['remove', ENTERPRISE_USER, undefined, { [ENTERPRISE_USER]: null }],
      ['replace', ENTERPRISE_USER, { division: 'D' }, enterprise({ division: 'D' })],
      ['add', undefined, { [ENTERPRISE_USER]: { division: 'D' } }, enterprise({ division: 'D' })],
      ['add', undefined, { [`${ENTERPRISE_USER}:division`]: 'D' }, enterprise({ division: 'D' })],
      // A reference to the manager before is none to the one after.
      ['replace', `${ENTERPRISE_USER}:manager`, '', { [ENTERPRISE_USER]: { department: 'Sales' } }],
      [
        'replace',
        undefined,
        { [ENTERPRISE_USER]: { manager: null } },
        { [ENTERPRISE_USER]: { department: 'Sales' } },
      ],
      [
        'replace',
        undefined,
        { [ENTERPRISE_USER]: { manager: { value: 'u-2' } } },
        enterprise({ manager: { value: 'u-2' } }),
      ],
      [
        'replace',
        ENTERPRISE_USER,
        { manager: null, DEPARTMENT: 'IT', division: 'East' },
        { [ENTERPRISE_USER]: { department: 'IT', division: 'East' } },
      ],
      ['replace', ENTERPRISE_USER, { department: null, manager: null }, { [ENTERPRISE_USER]: null }],
      ['replace', ENTERPRISE_USER, {}, NOTHING],
      ['replace', ENTERPRISE_USER, null, { [ENTERPRISE_USER]: null }],
      [
        'replace',
        `${ENTERPRISE_USER}:manager`,
        { value: null },
        { [ENTERPRISE_USER]: { department: 'Sales' } },
      ],
      ['add', `${ENTERPRISE_USER}:manager`, '', NOTHING],
      ['add', ENTERPRISE_USER, null, NOTHING],
      ['add', ENTERPRISE_USER, { manager: null }, NOTHING],
      ['add', ENTERPRISE_USER, { shoeSize: 5 }, NOTHING],
      ['replace', ENTERPRISE_USER, { department: 5 }, 'user.attributeInvalid'],
      ['replace', `${ENTERPRISE_USER}:department`, 5, 'user.attributeInvalid'],
      ['replace', ENTERPRISE_USER, 'Sales', 'user.attributeInvalid'],
      ['replace', `${ENTERPRISE_USER}:shoeSize`, 'x', 'patch.invalidPath'],
      ['replace', 'urn:example:other:User:x', 'x', 'patch.invalidPath'],
    ],
  ],
  [
    'what may not be written',
    [
      ['replace', 'id', 'x', 'patch.mutability'],
      ['remove', 'id', undefined, 'patch.mutability'],
      ['add', 'schemas', ['x'], 'patch.mutability'],
      ['remove', 'schemas', [ENTERPRISE_USER], 'patch.mutability'],
      // Some clients name the extension before they write its attributes.
      ['add', 'schemas', [CORE, ENTERPRISE_USER.toUpperCase()], NOTHING],
      ['add', 'schemas', ENTERPRISE_USER, NOTHING],
      ['replace', 'meta', {}, 'patch.mutability'],
      ['replace', 'meta.lastModified', '2026-01-01T00:00:00Z', 'patch.mutability'],
      ['add', 'groups', [{ value: 'g-1' }], 'patch.mutability'],
      ['remove', 'groups[value eq "g-1"]', undefined, 'patch.mutability'],
      ['replace', `${ENTERPRISE_USER}:manager.displayName`, 'x', 'patch.mutability'],
      ['remove', 'userName', undefined, 'patch.mutability'],
      ['replace', 'userName', null, 'patch.mutability'],
      // Among others they are passed over, as in a POST.
      ['replace', undefined, { id: 'x', meta: {}, schemas: ['x'], groups: [], title: 'X' }, { title: 'X' }],
      ['add', `${ENTERPRISE_USER}:manager`, { value: 'u-1', displayName: 'x' }, NOTHING],
    ],
  ],
  [
    'no such attribute, and no operation at all',
    [
      ['add', 'shoeSize', 5, 'patch.invalidPath'],
      ['add', undefined, { shoeSize: 5 }, NOTHING],
      ['add', '__proto__', {}, 'patch.invalidPath'],
      ['add', 'constructor.prototype', {}, 'patch.invalidPath'],
      ['remove', undefined, undefined, 'patch.noTarget'],
      ['remove', '', 'x', 'patch.noTarget'],
      ['remove', CORE, undefined, 'patch.noTarget'],
      ['add', undefined, 'x', 'patch.invalidValue'],
      ['add', undefined, null, 'patch.invalidValue'],
      ['add', undefined, { [CORE]: { [CORE]: { title: 'x' } } }, 'patch.invalidPath'],
      ['add', undefined, { [CORE]: 'x' }, 'patch.invalidValue'],
      ['add', undefined, [{ title: 'x' }], 'patch.invalidValue'],
      ['add', undefined, undefined, 'patch.invalidValue'],
      ['move', 'title', 'x', 'patch.invalidSyntax'],
      ['', 'title', 'x', 'patch.invalidSyntax'],
    ],
  ],
])('%s', (_kind, rows) => {
  it.each(
    rows.map(
      ([op, path, value, expected]) =>
        [`${op} ${String(path)} ${JSON.stringify(value) ?? ''}`, { op, path, value }, expected] as const,
    ),
  )('%s', (_name, operation, expected) => {
    const before = structuredClone(person)
    expect(outcome(person, operation)).toEqual(expected)
    expect(person).toEqual(before)
  })
})

describe('a patch of any attribute', () => {
  const paths = WRITABLE.map(({ extension, attribute }) => ({
    attribute,
    path: extension === undefined ? attribute.name : `${extension}:${attribute.name}`,
  })).filter(({ attribute }) => !attribute.required)
  const anyPath = fc.constantFrom(...paths)
  const pathAndValue = anyPath.chain(({ attribute, path }) =>
    rightValue(attribute).map((value) => ({ attribute, path, value })),
  )
  const empty: JsonObject = { userName: 'bjensen' }

  it('is undone by removing what was added', () => {
    fc.assert(
      fc.property(pathAndValue, ({ path, value }) => {
        const added = patch(empty, { op: 'add', path, value })
        expect(added).not.toEqual(empty)
        expect(patch(added, { op: 'remove', path })).toEqual(empty)
      }),
    )
  })

  it('says the same twice as once', () => {
    fc.assert(
      fc.property(pathAndValue, fc.constantFrom('add', 'replace', 'remove'), ({ path, value }, op) => {
        const once = patch(person, { op, path, value: op === 'remove' ? undefined : value })
        expect(patch(once, { op, path, value: op === 'remove' ? undefined : value })).toEqual(once)
      }),
    )
  })

  it('keeps what one list tells apart, by add as by replace', () => {
    const value = [
      { value: '+1', type: 'work' },
      { value: '+1', primary: false },
    ]
    const added = patch(empty, { op: 'add', path: 'phoneNumbers', value })
    expect(added).toEqual({ ...empty, phoneNumbers: value })
    expect(patch(added, { op: 'add', path: 'phoneNumbers', value })).toEqual(added)
  })

  it('says the same with a path and without, by add and by replace where nothing is', () => {
    fc.assert(
      fc.property(pathAndValue, ({ path, value }) => {
        const added = patch(empty, { op: 'add', path, value })
        expect(patch(empty, { op: 'replace', path, value })).toEqual(added)
        expect(patch(empty, { op: 'Add', value: { [path]: value } })).toEqual(added)
        expect(patch(empty, { op: 'Replace', value: { [path.toUpperCase()]: value } })).toEqual(added)
      }),
    )
  })

  it('comes out as a PUT of the same would', () => {
    fc.assert(
      fc.property(fc.array(pathAndValue, { maxLength: 6 }), (changes) => {
        const operations = changes.map(({ path, value }) => ({ op: 'replace', path, value }))
        if (operations.length === 0) return
        const patched = patch(person, ...operations)
        expect(readResource(USER_TYPE, patched)).toEqual(patched)
      }),
    )
  })

  it('adds one value to many, and takes it away again', () => {
    const many = fc.constantFrom(...paths.filter(({ attribute }) => attribute.multiValued))
    const one = many.chain(({ attribute, path }) =>
      rightSingle(attribute).map((value) => ({ path, value: value as JsonObject })),
    )
    fc.assert(
      fc.property(one, ({ path, value }) => {
        fc.pre(typeof value['value'] === 'string' && value['primary'] !== true)
        const marked: JsonValue = {
          ...value,
          value: `${path === 'x509Certificates' ? 'AAECzz' : 'unheard of'}`,
        }
        const added = patch(person, { op: 'add', path, value: marked })
        expect(patch(added, { op: 'remove', path, value: [marked] })).toEqual(person)
        const filter = `${path}[value eq ${JSON.stringify(marked['value'])}]`
        expect(patch(added, { op: 'remove', path: filter })).toEqual(person)
      }),
    )
  })
})

describe('a patch of members', () => {
  const ids = fc.subarray(['u-1', 'u-2', 'u-3', 'u-4', 'u-5'])
  const valued = (list: readonly string[]) => list.map((value) => ({ value }))
  interface Step {
    readonly operation: object
    readonly apply: (members: ReadonlySet<string>) => ReadonlySet<string>
  }
  const without = (members: ReadonlySet<string>, list: readonly string[]) =>
    new Set([...members].filter((id) => !list.includes(id)))
  const step: fc.Arbitrary<Step> = fc.oneof(
    ids.map((list) => ({
      operation: { op: 'add', path: 'members', value: valued(list) },
      apply: (members: ReadonlySet<string>) => new Set([...members, ...list]),
    })),
    ids.map((list) => ({
      operation: { op: 'Remove', path: 'members', value: valued(list) },
      apply: (members: ReadonlySet<string>) => without(members, list),
    })),
    ids
      .filter((list) => list.length > 0)
      .map((list) => ({
        operation: { op: 'remove', path: `members[${list.map((id) => `value eq "${id}"`).join(' or ')}]` },
        apply: (members: ReadonlySet<string>) => without(members, list),
      })),
    ids.map((list) => ({
      operation: { op: 'replace', value: { members: valued(list) } },
      apply: () => new Set(list),
    })),
    fc.constant({ operation: { op: 'remove', path: 'members' }, apply: () => new Set<string>() }),
  )

  it('is one change that comes to what its operations come to, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.array(step, { minLength: 1, maxLength: 6 }), async (present, steps) => {
        const { members } = await readGroupPatch(message(...steps.map(({ operation }) => operation)), () =>
          Promise.reject(new Error('these name members by id')),
        )
        if (!members) throw new Error('there is a change')
        const changed =
          'replaceWith' in members
            ? new Set(members.replaceWith)
            : without(new Set([...present, ...members.add]), members.remove)
        const expected = steps.reduce<ReadonlySet<string>>((set, { apply }) => apply(set), new Set(present))
        expect([...changed].sort()).toEqual([...expected].sort())
      }),
    )
  })
})
