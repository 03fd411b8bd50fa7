/**
 * What identity providers send, in the order in which they send it: request sequences written from the public SCIM
 * documentation of Okta, Microsoft Entra ID and OneLogin.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { createScimWorld, ENTERPRISE, GROUP, idIn, PATCH_OP, USER, type ScimWorld } from './scim-world.js'

describe.each(engines)('identity providers on %s', (engine) => {
  let world: ScimWorld
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())

  it('Okta: tests the connection, imports, pushes users and groups, deactivates', async () => {
    const { scim } = world
    const test = await scim.list('/Users', { startIndex: 1, count: 2 })
    expect(test.body).toMatchObject({ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] })
    expect((await scim.list('/Groups', { startIndex: 1, count: 100 })).status).toBe(200)

    // Looks the user up by name before it creates one.
    const lookup = await scim.list('/Users', {
      filter: 'userName eq "test.user@okta.local"',
      startIndex: 1,
      count: 100,
    })
    expect(lookup.body).toMatchObject({ totalResults: 0 })
    const pushed = {
      schemas: [USER],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    }
    const created = await scim.post('/Users', pushed)
    expect(created.status).toBe(201)
    const id = idIn(created.body)
    const again = await scim.list('/Users', {
      filter: 'userName eq "test.user@okta.local"',
      startIndex: 1,
      count: 100,
    })
    expect(again.body).toMatchObject({ totalResults: 1, Resources: [{ id, externalId: pushed.externalId }] })
    // Updates a profile by reading and putting the whole.
    const read = (await scim.get(`/Users/${id}`)).body as object
    const put = await scim.put(`/Users/${id}`, {
      ...read,
      name: { givenName: 'Another', familyName: 'User' },
    })
    expect(put.status).toBe(200)
    expect(put.body).toMatchObject({ name: { givenName: 'Another' }, active: true })

    const group = await scim.post('/Groups', { schemas: [GROUP], displayName: 'Test SCIMv2', members: [] })
    expect(group.status).toBe(201)
    const groupId = idIn(group.body)
    const push = await scim.patch(`/Groups/${groupId}`, {
      schemas: [PATCH_OP],
      Operations: [
        { op: 'remove', path: 'members[value eq "u-000000000000"]' },
        { op: 'add', path: 'members', value: [{ value: id, display: 'test.user@okta.local' }] },
      ],
    })
    expect(push.status).toBe(204)
    const rename = await scim.patch(`/Groups/${groupId}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', value: { id: groupId, displayName: 'Test SCIMv2 renamed' } }],
    })
    expect(rename.status).toBe(204)
    expect((await scim.get(`/Groups/${groupId}`)).body).toMatchObject({
      displayName: 'Test SCIMv2 renamed',
      members: [{ value: id, display: 'Test User' }],
    })

    const deactivated = await scim.patch(`/Users/${id}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', value: { active: false } }],
    })
    expect(deactivated.status).toBe(200)
    expect(deactivated.body).toMatchObject({ active: false })
    expect(await world.services.users.findByName('test.user@okta.local')).toMatchObject({ active: false })
  })

  it('Microsoft Entra ID: tests, creates, patches in its dialect, manages members, deletes', async () => {
    const { scim } = world
    // The connection test asks for somebody who is not there and wants an empty list, not a 404.
    const test = await scim.list('/Users', { filter: 'userName eq "non-existent user"' })
    expect(test.status).toBe(200)
    expect(test.body).toMatchObject({ totalResults: 0, Resources: [] })
    expect((await scim.list('/Users', { filter: 'externalId eq "jyoung"' })).body).toMatchObject({
      totalResults: 0,
    })

    const created = await scim.post('/Users', {
      schemas: [USER, ENTERPRISE],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
    })
    expect(created.status).toBe(201)
    const id = idIn(created.body)
    const patch = (...Operations: readonly object[]) =>
      scim.patch(`/Users/${id}`, { schemas: [PATCH_OP], Operations })

    const multi = await patch(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555 0100' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'DE' },
      { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Design' },
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: id },
    )
    expect(multi.status).toBe(200)
    expect(multi.body).toMatchObject({
      emails: [{ primary: true, type: 'work', value: 'updatedEmail@microsoft.com' }],
      name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
      phoneNumbers: [{ type: 'mobile', value: '+1 555 0100' }],
      addresses: [{ type: 'work', country: 'DE' }],
      [ENTERPRISE]: { department: 'Design', manager: { value: id } },
    })
    // It asks whether the manager is set already, by the bare name of the attribute.
    const managed = await scim.list('/Users', {
      filter: `id eq "${id}" and manager eq "${id}"`,
      attributes: 'id',
    })
    expect(managed.body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
    // Without a path, with dotted keys and urns: its older dialect.
    const dotted = await patch({
      op: 'replace',
      value: {
        displayName: 'Bjfe',
        'name.formatted': 'Bjfe P',
        'emails[type eq "work"].value': 'third@microsoft.com',
        [`${ENTERPRISE}:division`]: 'East',
        active: 'True',
      },
    })
    expect(dotted.status).toBe(200)
    expect(dotted.body).toMatchObject({
      displayName: 'Bjfe',
      name: { formatted: 'Bjfe P' },
      emails: [{ value: 'third@microsoft.com' }],
      [ENTERPRISE]: { division: 'East', department: 'Design' },
      active: true,
    })
    const renamed = await patch({ op: 'Replace', path: 'userName', value: 'renamed@testuser.com' })
    expect(renamed.body).toMatchObject({ id, userName: 'renamed@testuser.com' })
    const disabled = await patch({ op: 'Replace', path: 'active', value: 'False' })
    expect(disabled.body).toMatchObject({ active: false })

    const group = await scim.post('/Groups', {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'displayName',
      meta: { resourceType: 'Group' },
    })
    expect(group.status).toBe(201)
    const groupId = idIn(group.body)
    const lookup = await scim.list('/Groups', {
      excludedAttributes: 'members',
      filter: 'displayName eq "displayName"',
    })
    expect(lookup.body).toMatchObject({ totalResults: 1, Resources: [{ id: groupId }] })
    const members = (...Operations: readonly object[]) =>
      scim.patch(`/Groups/${groupId}`, { schemas: [PATCH_OP], Operations })
    const added = await members({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] })
    expect(added.status).toBe(204)
    const asked = await scim.list('/Groups', {
      filter: `id eq "${groupId}" and members eq "${id}"`,
      attributes: 'id',
    })
    expect(asked.body).toMatchObject({ totalResults: 1 })
    const updated = await members({
      op: 'Replace',
      path: 'displayName',
      value: '1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName',
    })
    expect(updated.status).toBe(204)
    const removed = await members({ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] })
    expect(removed.status).toBe(204)
    expect(await scim.members(groupId)).toEqual([])
    expect((await scim.delete(`/Groups/${groupId}`)).status).toBe(204)
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
    expect((await scim.get(`/Users/${id}`)).status).toBe(404)
  })

  it('Microsoft Entra ID: passes the checks of its app gallery on values that are emptied', async () => {
    const { scim } = world
    const paths = [
      'title',
      'name.givenName',
      'emails[type eq "work"].value',
      'phoneNumbers[type eq "mobile"].value',
      'addresses[type eq "work"].country',
      `${ENTERPRISE}:department`,
    ]
    const id = await scim.user('gallery@contoso.example', {
      title: 'Dr',
      name: { givenName: 'A', familyName: 'B' },
      emails: [{ type: 'work', value: 'gallery@contoso.example', primary: true }],
      phoneNumbers: [{ type: 'mobile', value: '1' }],
      addresses: [{ type: 'work', country: 'DE', locality: 'Berlin' }],
      [ENTERPRISE]: { department: 'Design' },
    })
    const patch = async (...Operations: readonly object[]) => {
      const answer = await scim.patch(`/Users/${id}`, { schemas: [PATCH_OP], Operations })
      expect(answer.status, answer.text).toBe(200)
      return answer.body as Record<string, unknown>
    }
    // First by empty texts, then by null.
    expect(await patch(...paths.map((path) => ({ op: 'replace', path, value: '' })))).toMatchObject({
      title: '',
      name: { givenName: '', familyName: 'B' },
      emails: [{ value: '' }],
      [ENTERPRISE]: { department: '' },
    })
    const emptied = await patch(...paths.map((path) => ({ op: 'replace', path, value: null })))
    for (const name of ['title', 'emails', ENTERPRISE]) expect(emptied).not.toHaveProperty([name])
    expect(emptied).toMatchObject({
      name: { familyName: 'B' },
      phoneNumbers: [{ type: 'mobile' }],
      addresses: [{ type: 'work', locality: 'Berlin' }],
    })
    // A manager comes, another takes the place, and goes.
    const manager = { path: `${ENTERPRISE}:manager` }
    expect(await patch({ op: 'Add', ...manager, value: 'u-1' })).toMatchObject({
      [ENTERPRISE]: { manager: { value: 'u-1' } },
    })
    expect(await patch({ op: 'replace', ...manager, value: id })).toMatchObject({
      [ENTERPRISE]: { manager: { value: id } },
    })
    expect(await patch({ op: 'replace', ...manager, value: '' })).not.toHaveProperty([ENTERPRISE])
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
  })

  it('OneLogin: reads the groups it cannot make, creates users, puts members into the groups', async () => {
    const { scim } = world
    const group = await world.services.groups.create(world.administrator, {
      type: 'synchronized',
      profile: { displayName: 'OneLogin Engineers', attributes: {} },
    })
    const groups = await scim.list('/Groups', { startIndex: 1, count: 100 })
    expect((groups.body as { Resources: readonly { id: string }[] }).Resources.map(({ id }) => id)).toContain(
      group.id,
    )
    const lookup = await scim.list('/Users', { filter: 'userName eq "one.login@example.com"' })
    expect(lookup.body).toMatchObject({ totalResults: 0 })
    const created = await scim.post('/Users', {
      schemas: [USER, ENTERPRISE],
      userName: 'one.login@example.com',
      externalId: '150000001',
      name: { givenName: 'One', familyName: 'Login', formatted: 'One Login' },
      emails: [{ value: 'one.login@example.com', type: 'work', primary: true }],
      active: true,
      [ENTERPRISE]: { department: '' },
    })
    expect(created.status).toBe(201)
    const id = idIn(created.body)
    const added = await scim.patch(`/Groups/${group.id}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
    })
    expect(added.status).toBe(204)
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ groups: [{ value: group.id }] })
    const suspended = await scim.put(`/Users/${id}`, {
      schemas: [USER],
      id,
      userName: 'one.login@example.com',
      externalId: '150000001',
      active: false,
    })
    expect(suspended.body).toMatchObject({ active: false })
    const removed = await scim.patch(`/Groups/${group.id}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }],
    })
    expect(removed.status).toBe(204)
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
  })

  it('Okta: passes the tests of its SCIM test suite', async () => {
    const { scim } = world
    const seeded = await scim.user('seed@spec.example', {
      name: { givenName: 'Seed', familyName: 'User' },
      emails: [{ primary: true, value: 'seed@spec.example', type: 'work' }],
      active: true,
    })
    const page = await scim.list('/Users', { count: 1, startIndex: 1 })
    expect(page.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      itemsPerPage: 1,
      startIndex: 1,
      totalResults: expect.any(Number) as number,
      Resources: [{ id: expect.any(String) as string, userName: expect.any(String) as string }],
    })
    expect((await scim.get(`/Users/${seeded}`)).body).toMatchObject({
      id: seeded,
      userName: 'seed@spec.example',
      name: { familyName: 'User', givenName: 'Seed' },
      active: true,
      emails: [{ value: 'seed@spec.example' }],
    })
    const invalid = await scim.list('/Users', { filter: 'userName eq "abcdefgh@atko.example"' })
    expect(invalid.body).toMatchObject({ totalResults: 0, Resources: [] })
    const missing = await scim.get('/Users/010101001010101011001010101011')
    expect(missing.status).toBe(404)
    expect(missing.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      detail: expect.stringMatching(/./) as string,
    })
    const person = {
      schemas: [USER],
      userName: 'Runscope300Abcdef@atko.example',
      name: { givenName: 'Runscope300Abcdef', familyName: 'Spec' },
      emails: [{ primary: true, value: 'Runscope300Abcdef@atko.example', type: 'work' }],
      displayName: 'Runscope300Abcdef Spec',
      active: true,
    }
    const created = await scim.post('/Users', person)
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ active: true, userName: person.userName, schemas: [USER] })
    expect((await scim.post('/Users', person)).status).toBe(409)
    const path = `/Users/${idIn(created.body)}`
    const renamed = await scim.put(path, {
      ...person,
      id: idIn(created.body),
      name: { givenName: 'Other', familyName: 'Spec' },
    })
    expect(renamed.body).toMatchObject({ name: { givenName: 'Other' } })
    const off = await scim.patch(path, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', value: { active: false } }],
    })
    expect(off.body).toMatchObject({ active: false })
    expect((await scim.get(path)).body).toMatchObject({ active: false })
    const back = await scim.put(path, { ...person, active: true })
    expect(back.body).toMatchObject({ active: true })
    const groups = await scim.get('/Groups')
    expect(groups.status).toBe(200)
  })

  it('Okta: imports page by page, and replaces the members of a pushed group', async () => {
    const { scim } = world
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) ids.push(await scim.user(`okta.import.${index}@example.com`))
    const seen: string[] = []
    for (let startIndex = 1, total = Number.POSITIVE_INFINITY; startIndex <= total; startIndex += 2) {
      const { body } = await scim.list('/Users', { startIndex, count: 2 })
      const { totalResults, Resources } = body as {
        totalResults: number
        Resources: readonly { id: string }[]
      }
      total = totalResults
      seen.push(...Resources.map(({ id }) => id))
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(ids))
    const groupId = await scim.group('Okta pushed')
    const push = (Operations: readonly object[]) =>
      scim.patch(`/Groups/${groupId}`, { schemas: [PATCH_OP], Operations })
    const members = ids.slice(0, 3).map((value) => ({ value, display: 'x' }))
    expect((await push([{ op: 'replace', path: 'members', value: members }])).status).toBe(204)
    expect(await scim.members(groupId)).toEqual([...ids.slice(0, 3)].sort())
    const put = await scim.put(`/Groups/${groupId}`, {
      schemas: [GROUP],
      id: groupId,
      displayName: 'Okta pushed',
      members: [{ value: ids[4], display: 'y' }],
    })
    expect(put.body).toMatchObject({ members: [{ value: ids[4] }] })
  })

  it.each([
    [
      'without aadOptscim062020',
      { replace: 'Replace', add: 'Add', off: 'False', on: 'True', together: false },
    ],
    ['with aadOptscim062020', { replace: 'replace', add: 'add', off: false, on: true, together: true }],
  ] as const)('Microsoft Entra ID: updates %s', async (_flavour, { replace, add, off, on, together }) => {
    const { scim } = world
    const name = `entra.${together ? 'new' : 'old'}`
    const id = await scim.user(`${name}@contoso.example`, {
      emails: [{ primary: true, type: 'work', value: `${name}@contoso.example` }],
      name: { givenName: 'A', familyName: 'B' },
    })
    const patch = async (...Operations: readonly object[]) => {
      const answer = await scim.patch(`/Users/${id}`, { Operations, schemas: [PATCH_OP] })
      expect(answer.status, answer.text).toBe(200)
      return answer.body as object
    }
    // It matches by the work address where that is the matching attribute, and asks with and and eq alone.
    for (const filter of [
      `emails[type eq "work"].value eq "${name.toUpperCase()}@contoso.example"`,
      `userName eq "${name}@contoso.example" and active eq true`,
    ]) {
      expect((await scim.list('/Users', { filter })).body, filter).toMatchObject({
        totalResults: 1,
        Resources: [{ id }],
      })
    }
    const changes = {
      displayName: 'Pvlo',
      'name.givenName': 'Gtfd',
      'name.familyName': 'Pkqf',
      externalId: `${name}-Eqpj`,
      [`${ENTERPRISE}:employeeNumber`]: 'Eqpj',
    }
    const address = { op: replace, path: 'emails[type eq "work"].value', value: 'new@contoso.example' }
    const changed = together
      ? await patch(address, { op: replace, value: changes })
      : await patch(
          address,
          ...Object.entries(changes).map(([path, value]) => ({ op: replace, path, value })),
        )
    expect(changed).toMatchObject({
      displayName: 'Pvlo',
      name: { givenName: 'Gtfd', familyName: 'Pkqf' },
      externalId: `${name}-Eqpj`,
      emails: [{ primary: true, type: 'work', value: 'new@contoso.example' }],
      [ENTERPRISE]: { employeeNumber: 'Eqpj' },
    })
    const added = await patch(
      { op: add, path: 'nickName', value: 'Babs' },
      { op: add, path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      { op: add, path: 'addresses[type eq "work"].formatted', value: 'Street 1' },
      { op: add, path: 'roles[primary eq "True"].value', value: 'Reader' },
      { op: add, path: `${ENTERPRISE}:manager`, value: id },
    )
    expect(added).toMatchObject({
      nickName: 'Babs',
      phoneNumbers: [{ type: 'mobile', value: '1' }],
      addresses: [{ type: 'work', formatted: 'Street 1' }],
      roles: [{ primary: true, value: 'Reader' }],
      [ENTERPRISE]: { manager: { value: id } },
    })
    // Attributes that were emptied at the source are removed one by one.
    const removed = await patch(
      { op: 'Remove', path: 'nickName' },
      { op: 'Remove', path: 'emails[type eq "work"].value' },
      { op: 'Remove', path: 'phoneNumbers[type eq "mobile"].value' },
      { op: 'Remove', path: `${ENTERPRISE}:manager` },
    )
    expect(removed).not.toHaveProperty('nickName')
    expect(removed).not.toHaveProperty('emails')
    expect(removed).not.toHaveProperty([ENTERPRISE, 'manager'])
    // Deleted softly, restored, and deleted for good.
    expect(await patch({ op: replace, path: 'active', value: off })).toMatchObject({ active: false })
    expect((await scim.list('/Users', { filter: `externalId eq "${name}-Eqpj"` })).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id, active: false }],
    })
    expect(await patch({ op: replace, path: 'active', value: on })).toMatchObject({ active: true })
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
    expect((await scim.get(`/Users/${id}`)).status).toBe(404)
  })

  it('Microsoft Entra ID: puts members into a group in batches, and takes them out in both dialects', async () => {
    const { scim } = world
    const ids: string[] = []
    for (let index = 0; index < 6; index += 1) ids.push(await scim.user(`batch.${index}@contoso.example`))
    const created = await scim.post('/Groups', {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'entra-batch',
      displayName: 'Entra batch',
      members: [],
      meta: { resourceType: 'Group' },
    })
    const groupId = idIn(created.body)
    const patch = async (...Operations: readonly object[]) =>
      expect((await scim.patch(`/Groups/${groupId}`, { schemas: [PATCH_OP], Operations })).status).toBe(204)
    const batch = (from: number, to: number) => ids.slice(from, to).map((value) => ({ $ref: null, value }))
    await patch({ op: 'Add', path: 'members', value: batch(0, 4) })
    await patch({ op: 'Add', path: 'members', value: batch(2, 6) })
    expect(await scim.members(groupId)).toEqual([...ids].sort())
    await patch({ op: 'Remove', path: 'members', value: batch(0, 2) })
    await patch(
      { op: 'remove', path: `members[value eq "${ids[2]}"]` },
      { op: 'remove', path: `members[value eq "${ids[3]}"]` },
    )
    expect(await scim.members(groupId)).toEqual([...ids.slice(4)].sort())
    expect((await scim.get(`/Groups/${groupId}?excludedAttributes=members`)).body).not.toHaveProperty(
      'members',
    )
    const renamed = {
      op: 'replace',
      value: { displayName: 'Entra batch renamed', externalId: 'entra-batch-2' },
    }
    await patch(renamed)
    const lookup = await scim.list('/Groups', {
      excludedAttributes: 'members',
      filter: 'displayName eq "Entra batch renamed"',
    })
    expect(lookup.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: groupId, externalId: 'entra-batch-2' }],
    })
  })

  it('OneLogin: updates users by PUT, suspends by PATCH, and moves members between its groups', async () => {
    const { scim } = world
    const [here, there] = [await scim.group('OneLogin here'), await scim.group('OneLogin there')]
    const id = await scim.user('move@onelogin.example', { externalId: '42' })
    expect((await scim.list('/Users', { filter: 'externalId eq "42"' })).body).toMatchObject({
      totalResults: 1,
    })
    const put = await scim.put(`/Users/${id}`, {
      schemas: [USER],
      userName: 'move@onelogin.example',
      externalId: '42',
      name: { givenName: 'Mo', familyName: 'Ve', formatted: 'Mo Ve' },
      emails: [{ value: 'move@onelogin.example', type: 'work', primary: true }],
      groups: [{ value: here }],
      active: true,
    })
    expect(put.body).toMatchObject({ name: { formatted: 'Mo Ve' } })
    const patch = (groupId: string, operation: object) =>
      scim.patch(`/Groups/${groupId}`, { schemas: [PATCH_OP], Operations: [operation] })
    expect((await patch(here, { op: 'add', path: 'members', value: [{ value: id }] })).status).toBe(204)
    expect((await patch(here, { op: 'remove', path: 'members', value: [{ value: id }] })).status).toBe(204)
    expect((await patch(there, { op: 'add', value: { members: [{ value: id }] } })).status).toBe(204)
    expect((await scim.get(`/Users/${id}?attributes=groups`)).body).toMatchObject({
      groups: [{ value: there }],
    })
    const suspended = await scim.patch(`/Users/${id}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    })
    expect(suspended.body).toMatchObject({ active: false })
  })

  it('SailPoint, JumpCloud, Ping and Google: the little that each does in its own way', async () => {
    const { scim } = world
    // SailPoint looks at what is offered, and aggregates with a count of its own.
    for (const path of [
      '/ServiceProviderConfig',
      '/ResourceTypes',
      '/Schemas',
      '/Users?startIndex=1&count=250',
    ]) {
      expect((await scim.get(path).set('accept', 'application/scim+json, application/json')).status).toBe(200)
    }
    // Ping writes operators with a capital, Google asks for one attribute of one.
    const id = await scim.user('others@example.com', {
      emails: [{ value: 'others@example.com', type: 'work' }],
    })
    expect((await scim.list('/Users', { filter: 'userName Eq "others@example.com"' })).body).toMatchObject({
      totalResults: 1,
    })
    expect(
      (await scim.list('/Users', { filter: 'userName eq "others@example.com"', attributes: 'id', count: 1 }))
        .body,
    ).toMatchObject({ Resources: [{ id }] })
    // JumpCloud puts the whole user, with what it read, and attributes of its own.
    const read = (await scim.get(`/Users/${id}`)).body as object
    const put = await scim.put(`/Users/${id}`, {
      ...read,
      'urn:jumpcloud:scim:schemas:extension:2.0:User': { a: 1 },
      costCentre: 'x',
      active: false,
    })
    expect(put.body).toMatchObject({ id, active: false, emails: [{ value: 'others@example.com' }] })
    expect(put.body).not.toHaveProperty('costCentre')
    expect(put.text).not.toContain('jumpcloud')
    // Plain JSON from clients that know no other.
    const plain = await scim
      .patch(`/Users/${id}`, { Operations: [{ op: 'replace', value: { active: true, title: 'T' } }] })
      .set('content-type', 'application/json; charset=UTF-8')
      .set('accept', 'application/json')
    expect(plain.headers['content-type']).toMatch(/^application\/json/)
    expect(plain.body).toMatchObject({ active: true, title: 'T' })
  })
})
