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
})
