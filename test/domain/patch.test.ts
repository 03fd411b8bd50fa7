import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIdentityCenterError } from '../../server/domain/errors.js'
import type { JsonObject } from '../../server/domain/user.js'
import { MAXIMUM_VALUES, readResource } from '../../scim/attribute-values.js'
import { MAXIMUM_SEARCHES, readGroupPatch } from '../../scim/group-patch.js'
import { MAXIMUM_OPERATIONS, PATCH_OP, readPatch } from '../../scim/patch-operations.js'
import { applyPatch } from '../../scim/patch.js'
import { ENTERPRISE_USER, USER_TYPE } from '../../scim/schemas.js'

const body = (...Operations: readonly unknown[]) => ({ schemas: [PATCH_OP], Operations })
const patch = (resource: JsonObject, ...operations: readonly unknown[]) =>
  applyPatch(USER_TYPE, resource, readPatch(USER_TYPE, body(...operations)))

function failure(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (isIdentityCenterError(error)) return error.code
    throw error
  }
  return 'none'
}

const person: JsonObject = {
  userName: 'bjensen',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  active: true,
  emails: [
    { value: 'b@example.com', type: 'work', primary: true },
    { value: 'b@home.example', type: 'home' },
  ],
  [ENTERPRISE_USER]: { department: 'Sales', manager: { value: '26118915' } },
}

describe('applyPatch', () => {
  it.each<[string, unknown, JsonObject]>([
    ['add sets a simple attribute', { op: 'add', path: 'title', value: 'Dr' }, { title: 'Dr' }],
    [
      'replace of an absent attribute adds it',
      { op: 'replace', path: 'nickName', value: 'B' },
      { nickName: 'B' },
    ],
    ['verbs count without regard to case', { op: 'Replace', path: 'title', value: 'Dr' }, { title: 'Dr' }],
    ['an empty path is no path', { op: 'replace', path: '', value: { title: 'Dr' } }, { title: 'Dr' }],
    [
      'a path to a sub-attribute',
      { op: 'replace', path: 'name.familyName', value: 'Smith' },
      { name: { givenName: 'Barbara', familyName: 'Smith' } },
    ],
    [
      'a complex value is merged',
      { op: 'replace', path: 'name', value: { familyName: 'Smith' } },
      { name: { givenName: 'Barbara', familyName: 'Smith' } },
    ],
    ['string booleans', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
    [
      'dotted keys without a path',
      { op: 'Replace', value: { 'name.givenName': 'Babs', active: 'False' } },
      { name: { givenName: 'Babs', familyName: 'Jensen' }, active: false },
    ],
    [
      'urn-prefixed path',
      { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'Dr' },
      { title: 'Dr' },
    ],
    [
      'urn-prefixed extension path',
      { op: 'add', path: `${ENTERPRISE_USER}:department`, value: 'IT' },
      { [ENTERPRISE_USER]: { department: 'IT', manager: { value: '26118915' } } },
    ],
    [
      'urn-prefixed key without a path',
      { op: 'replace', value: { [`${ENTERPRISE_USER}:costCenter`]: '7' } },
      { [ENTERPRISE_USER]: { department: 'Sales', manager: { value: '26118915' }, costCenter: '7' } },
    ],
    [
      'an extension as a whole',
      { op: 'add', value: { [ENTERPRISE_USER]: { division: 'East' } } },
      { [ENTERPRISE_USER]: { department: 'Sales', manager: { value: '26118915' }, division: 'East' } },
    ],
    [
      'a manager as a bare id',
      { op: 'Add', path: `${ENTERPRISE_USER}:manager`, value: 'u-1' },
      { [ENTERPRISE_USER]: { department: 'Sales', manager: { value: 'u-1' } } },
    ],
    [
      'a manager without the urn, as a list of one',
      { op: 'Add', path: 'manager', value: [{ $ref: 'https://idp.example/Users/u-1', value: 'u-1' }] },
      {
        [ENTERPRISE_USER]: {
          department: 'Sales',
          manager: { $ref: 'https://idp.example/Users/u-1', value: 'u-1' },
        },
      },
    ],
    [
      'a value path',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
      {
        emails: [
          { value: 'new@example.com', type: 'work', primary: true },
          { value: 'b@home.example', type: 'home' },
        ],
      },
    ],
    [
      'a value path as a key without a path',
      { op: 'replace', value: { 'emails[type eq "home"].value': 'new@home.example' } },
      {
        emails: [
          { value: 'b@example.com', type: 'work', primary: true },
          { value: 'new@home.example', type: 'home' },
        ],
      },
    ],
    [
      'add at a value path that matches nothing makes the value',
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 1' },
      { phoneNumbers: [{ type: 'mobile', value: '+49 1' }] },
    ],
    [
      'replace of a selected value keeps what the filter says of it',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'new@example.com' } },
      {
        emails: [
          { value: 'new@example.com', type: 'work' },
          { value: 'b@home.example', type: 'home' },
        ],
      },
    ],
    [
      'setting one value primary takes it from the others',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      {
        emails: [
          { value: 'b@example.com', type: 'work', primary: false },
          { value: 'b@home.example', type: 'home', primary: true },
        ],
      },
    ],
    [
      'adding a primary value takes it from the others',
      { op: 'add', path: 'emails', value: [{ value: 'c@example.com', type: 'other', primary: true }] },
      {
        emails: [
          { value: 'b@example.com', type: 'work', primary: false },
          { value: 'b@home.example', type: 'home' },
          { value: 'c@example.com', type: 'other', primary: true },
        ],
      },
    ],
    [
      'adding a value that is there keeps one',
      { op: 'add', path: 'emails', value: [{ value: 'b@home.example', type: 'home', display: 'Home' }] },
      {
        emails: [
          { value: 'b@example.com', type: 'work', primary: true },
          { value: 'b@home.example', type: 'home', display: 'Home' },
        ],
      },
    ],
    [
      'one object in place of a list',
      { op: 'replace', path: 'emails', value: { value: 'one@example.com' } },
      { emails: [{ value: 'one@example.com' }] },
    ],
    ['remove of an attribute', { op: 'remove', path: 'emails' }, { emails: undefined as never }],
    [
      'remove of the selected values',
      { op: 'remove', path: 'emails[type eq "home"]' },
      { emails: [{ value: 'b@example.com', type: 'work', primary: true }] },
    ],
    [
      'remove of a sub-attribute of the selected values',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      {
        emails: [
          { value: 'b@example.com', type: 'work' },
          { value: 'b@home.example', type: 'home' },
        ],
      },
    ],
    [
      'remove with a value array',
      { op: 'Remove', path: 'emails', value: [{ value: 'b@home.example' }] },
      { emails: [{ value: 'b@example.com', type: 'work', primary: true }] },
    ],
    [
      'remove of an extension',
      { op: 'remove', path: ENTERPRISE_USER },
      { [ENTERPRISE_USER]: undefined as never },
    ],
    ['replace by null unassigns', { op: 'replace', path: 'name', value: null }, { name: undefined as never }],
    [
      'unknown attributes without a path are passed over',
      { op: 'add', value: { shoeSize: 5, title: 'Dr' } },
      { title: 'Dr' },
    ],
    [
      'read-only attributes without a path are passed over',
      { op: 'replace', value: { id: 'x', title: 'Dr' } },
      { title: 'Dr' },
    ],
    [
      'a prototype key is an unknown attribute',
      JSON.parse('{"op":"add","value":{"__proto__":{"title":"Dr"}}}'),
      {},
    ],
  ])('%s', (_name, operation, changes) => {
    const before = structuredClone(person)
    const expected = Object.fromEntries(
      Object.entries({ ...person, ...changes }).filter(([, v]) => v !== undefined),
    )
    expect(patch(person, operation)).toEqual(expected)
    expect(person).toEqual(before)
  })

  it('applies operations in order', () => {
    const changed = patch(
      person,
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails[type eq "work"].value', value: 'w@example.com' },
      { op: 'add', path: 'emails[type eq "work"].primary', value: 'True' },
    )
    expect(changed['emails']).toEqual([{ type: 'work', value: 'w@example.com', primary: true }])
  })

  it.each<[string, string, unknown]>([
    ['remove without a path', 'patch.noTarget', { op: 'remove' }],
    [
      'replace at a value path that matches nothing',
      'patch.noTarget',
      { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' },
    ],
    [
      'remove at a value path that matches nothing',
      'patch.noTarget',
      { op: 'remove', path: 'emails[type eq "other"]' },
    ],
    [
      'add where the filter does not say what to make',
      'patch.noTarget',
      { op: 'add', path: 'phoneNumbers[value co "1"].type', value: 'x' },
    ],
    ['unknown path', 'patch.invalidPath', { op: 'add', path: 'shoeSize', value: 5 }],
    ['path that is no text', 'patch.invalidPath', { op: 'add', path: 5, value: 5 }],
    ['bad filter in the path', 'filter.malformed', { op: 'add', path: 'emails[type is "x"]', value: {} }],
    ['read-only attribute', 'patch.mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['read-only meta', 'patch.mutability', { op: 'replace', path: 'meta.created', value: 'x' }],
    ['read-only groups', 'patch.mutability', { op: 'add', path: 'groups', value: [{ value: 'g-1' }] }],
    ['required attribute removed', 'patch.mutability', { op: 'remove', path: 'userName' }],
    ['wrong type', 'user.attributeInvalid', { op: 'replace', path: 'title', value: 5 }],
    ['wrong type of active', 'user.attributeInvalid', { op: 'replace', path: 'active', value: 'maybe' }],
    ['wrong type inside', 'user.attributeInvalid', { op: 'replace', path: 'emails', value: [5] }],
    [
      'two primary values',
      'user.attributeInvalid',
      {
        op: 'replace',
        path: 'emails',
        value: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
    ],
    [
      'several values for one',
      'user.attributeInvalid',
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'a' }, { value: 'b' }] },
    ],
    ['no value', 'patch.invalidValue', { op: 'add', path: 'title' }],
    ['value that is no object without a path', 'patch.invalidValue', { op: 'add', value: 'x' }],
    ['unknown verb', 'patch.invalidSyntax', { op: 'move', path: 'title', value: 'x' }],
    ['no verb', 'patch.invalidSyntax', { path: 'title', value: 'x' }],
    ['operation that is no object', 'patch.invalidSyntax', 'add'],
  ])('refuses %s', (_name, code, operation) => {
    expect(failure(() => patch(person, operation))).toBe(code)
  })

  it('refuses bodies that are no PatchOp', () => {
    for (const wrong of [
      null,
      [],
      'x',
      {},
      { Operations: [] },
      { Operations: {} },
      { schemas: ['x'], Operations: [{}] },
    ]) {
      expect(failure(() => readPatch(USER_TYPE, wrong))).toBe('patch.invalidSyntax')
    }
    const many = Array.from({ length: MAXIMUM_OPERATIONS + 1 }, () => ({
      op: 'add',
      path: 'title',
      value: 'x',
    }))
    expect(failure(() => readPatch(USER_TYPE, body(...many)))).toBe('patch.tooMany')
    // One without a path counts for each attribute that it names.
    const spread = Array.from({ length: MAXIMUM_OPERATIONS / 2 + 1 }, () => ({
      op: 'add',
      value: { title: 'x', nickName: 'y' },
    }))
    expect(failure(() => readPatch(USER_TYPE, body(...spread)))).toBe('patch.tooMany')
    const wide = Object.fromEntries(
      Array.from({ length: MAXIMUM_OPERATIONS + 1 }, (_, index) => [
        `emails[type eq "${index}"].value`,
        'a@b.example',
      ]),
    )
    expect(failure(() => readPatch(USER_TYPE, body({ op: 'add', value: wide })))).toBe('patch.tooMany')
  })

  it('bounds how many values an attribute has, whatever way they come', () => {
    const roles = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ value: `r${from + index}` }))
    const add = (value: unknown) => ({ op: 'add', path: 'roles', value })
    expect(patch(person, add(roles(0, MAXIMUM_VALUES)))['roles']).toHaveLength(MAXIMUM_VALUES)
    for (const operations of [
      [add(roles(0, MAXIMUM_VALUES + 1))],
      [add(roles(0, MAXIMUM_VALUES)), add(roles(MAXIMUM_VALUES, 1))],
      [add(roles(0, MAXIMUM_VALUES)), { op: 'add', path: 'roles[type eq "x"].value', value: 'one more' }],
    ]) {
      expect(failure(() => patch(person, ...operations))).toBe('user.attributeInvalid')
    }
    // Adding what is there already adds nothing.
    const twice = patch(person, add(roles(0, MAXIMUM_VALUES)), add(roles(0, MAXIMUM_VALUES)))
    expect(twice['roles']).toHaveLength(MAXIMUM_VALUES)
  })

  it('answers any operation with a resource or a refusal, and never changes what it was given', () => {
    const path = fc.oneof(
      fc.constantFrom(
        '',
        'userName',
        'emails',
        'emails[type eq "work"].value',
        'emails[primary eq true]',
        'name',
        'name.givenName',
        'active',
      ),
      fc.constantFrom(
        ENTERPRISE_USER,
        `${ENTERPRISE_USER}:manager`,
        'groups',
        'members',
        'password',
        'id',
        '__proto__',
      ),
      fc.string(),
    )
    const operation = fc.record(
      { op: fc.constantFrom('add', 'Replace', 'REMOVE'), path, value: fc.jsonValue({ maxDepth: 4 }) },
      { requiredKeys: ['op'] },
    )
    const before = structuredClone(person)
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), (operations) => {
        let patched: JsonObject | undefined
        const code = failure(() => (patched = patch(person, ...operations)))
        expect(code).toMatch(/^(none|patch\.|filter\.|user\.attributeInvalid)/)
        expect(person).toEqual(before)
        // Whatever came out is a resource that would be accepted as one.
        if (patched) expect(readResource(USER_TYPE, patched)).toEqual(patched)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('readGroupPatch', () => {
  const none = () => Promise.resolve([])
  const members = async (...operations: readonly unknown[]) =>
    (await readGroupPatch(body(...operations), none)).members

  it.each<[string, readonly unknown[], unknown]>([
    [
      'add',
      [{ op: 'add', path: 'members', value: [{ value: 'u-1' }, { value: 'u-2' }] }],
      { add: ['u-1', 'u-2'], remove: [] },
    ],
    [
      'add of one object',
      [{ op: 'Add', path: 'members', value: { value: 'u-1' } }],
      { add: ['u-1'], remove: [] },
    ],
    [
      'add without a path',
      [{ op: 'add', value: { members: [{ value: 'u-1' }] } }],
      { add: ['u-1'], remove: [] },
    ],
    [
      'add of the same twice',
      [{ op: 'add', path: 'members', value: [{ value: 'u-1' }, { value: 'u-1' }] }],
      { add: ['u-1'], remove: [] },
    ],
    ['remove by filter', [{ op: 'remove', path: 'members[value eq "u-1"]' }], { add: [], remove: ['u-1'] }],
    [
      'remove by a filter of several',
      [{ op: 'remove', path: 'members[value eq "u-1" or value eq "u-2"]' }],
      { add: [], remove: ['u-1', 'u-2'] },
    ],
    [
      'remove by value array',
      [{ op: 'Remove', path: 'members', value: [{ value: 'u-1' }] }],
      { add: [], remove: ['u-1'] },
    ],
    ['remove of all', [{ op: 'remove', path: 'members' }], { replaceWith: [] }],
    ['replace', [{ op: 'replace', path: 'members', value: [{ value: 'u-1' }] }], { replaceWith: ['u-1'] }],
    ['replace by an empty list', [{ op: 'replace', path: 'members', value: [] }], { replaceWith: [] }],
    [
      'urn-prefixed path',
      [{ op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members', value: [{ value: 'u-1' }] }],
      { add: ['u-1'], remove: [] },
    ],
    [
      'many operations folded in order',
      [
        { op: 'add', path: 'members', value: [{ value: 'u-1' }] },
        { op: 'remove', path: 'members[value eq "u-1"]' },
        { op: 'remove', path: 'members[value eq "u-2"]' },
        { op: 'add', path: 'members', value: [{ value: 'u-2' }] },
      ],
      { add: ['u-2'], remove: ['u-1'] },
    ],
    [
      'adding after replacing',
      [
        { op: 'replace', path: 'members', value: [{ value: 'u-1' }] },
        { op: 'add', path: 'members', value: [{ value: 'u-2' }] },
        { op: 'remove', path: 'members[value eq "u-1"]' },
      ],
      { replaceWith: ['u-2'] },
    ],
    ['a rename alone', [{ op: 'replace', value: { id: 'g-1', displayName: 'New' } }], undefined],
  ])('%s', async (_name, operations, change) => {
    expect(await members(...operations)).toEqual(change)
  })

  it('asks for the members that a filter selects by other means than ids', async () => {
    const { members: change } = await readGroupPatch(
      body({ op: 'remove', path: 'members[display co "bob"]' }),
      (criteria) => {
        expect(criteria).toMatchObject({ field: 'display', operator: 'co', value: 'bob' })
        return Promise.resolve(['u-9'])
      },
    )
    expect(change).toEqual({ add: [], remove: ['u-9'] })
  })

  it('bounds how often a patch looks at every member', async () => {
    const removals = (count: number, path: string) =>
      Array.from({ length: count }, () => ({ op: 'remove', path }))
    const search = 'members[display co "bob"]'
    await expect(members(...removals(MAXIMUM_SEARCHES, search))).resolves.toBeDefined()
    await expect(members(...removals(MAXIMUM_SEARCHES + 1, search))).rejects.toMatchObject({
      code: 'patch.tooMany',
    })
    // Ids are no search.
    await expect(members(...removals(MAXIMUM_SEARCHES + 1, 'members[value eq "u-1"]'))).resolves.toBeDefined()
  })

  it.each<[string, string, unknown]>([
    [
      'a nested group',
      'group.memberNested',
      { op: 'add', path: 'members', value: [{ value: 'g-1', type: 'Group' }] },
    ],
    [
      'a member without an id',
      'group.attributeInvalid',
      { op: 'add', path: 'members', value: [{ display: 'x' }] },
    ],
    ['a number as an id', 'group.attributeInvalid', { op: 'add', path: 'members', value: [{ value: 5 }] }],
    // A list that says nobody's id must not be taken for an empty one.
    ['null as a member', 'group.attributeInvalid', { op: 'replace', path: 'members', value: [null] }],
    ['null as an id', 'group.attributeInvalid', { op: 'replace', path: 'members', value: [{ value: null }] }],
    [
      'a changed member',
      'patch.mutability',
      { op: 'replace', path: 'members[value eq "u-1"].value', value: 'u-2' },
    ],
    [
      'a changed display',
      'patch.mutability',
      { op: 'replace', path: 'members[value eq "u-1"].display', value: 'x' },
    ],
  ])('refuses %s', async (_name, code, operation) => {
    await expect(members(operation)).rejects.toMatchObject({ code })
  })
})

describe('readResource', () => {
  it('takes names in any case and gives them in schema spelling', () => {
    expect(
      readResource(USER_TYPE, {
        SCHEMAS: [USER_TYPE.schema.id.toUpperCase()],
        USERNAME: 'bjensen',
        NAME: { GIVENNAME: 'Barbara' },
        [ENTERPRISE_USER.toUpperCase()]: { DEPARTMENT: 'Sales' },
      }),
    ).toEqual({
      userName: 'bjensen',
      name: { givenName: 'Barbara' },
      [ENTERPRISE_USER]: { department: 'Sales' },
    })
  })

  it('leaves out what is read-only, unknown or unassigned', () => {
    expect(
      readResource(USER_TYPE, {
        id: 'x',
        meta: {},
        groups: [{}],
        shoeSize: 5,
        title: null,
        emails: [],
        name: {},
        userName: 'b',
      }),
    ).toEqual({ userName: 'b' })
  })

  it.each<[string, unknown]>([
    ['userName', { userName: 5 }],
    ['userName', { userName: 'a\0b' }],
    ['title', { title: '\ud800' }],
    ['title', { title: 'x'.repeat(65_537) }],
    ['name', { name: [] }],
    ['name.givenName', { name: { givenName: {} } }],
    ['active', { active: 1 }],
    ['emails.value', { emails: [{ value: true }] }],
    ['emails.primary', { emails: [{ value: 'a', primary: 'maybe' }] }],
    [
      'emails',
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: 'True' },
        ],
      },
    ],
    ['emails', { emails: [[]] }],
    ['x509Certificates.value', { x509Certificates: [{ value: 'not base64!' }] }],
    [ENTERPRISE_USER, { [ENTERPRISE_USER]: 'Sales' }],
    ['manager', { [ENTERPRISE_USER]: { manager: 5 } }],
  ])('names %s when its value is wrong', (field, wrong) => {
    try {
      readResource(USER_TYPE, { userName: 'b', ...(wrong as object) })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'user.attributeInvalid', facts: { field } })
    }
  })
})
