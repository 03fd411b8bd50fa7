import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import {
  createScimWorld,
  ENTERPRISE,
  ERROR,
  idIn,
  MEDIA_TYPE,
  patchOp,
  USER,
  type ScimWorld,
} from './scim-world.js'

describe.each(engines)('SCIM users on %s', (engine) => {
  let world: ScimWorld
  let count = 0
  let name = ''
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    count += 1
    name = `user${count}`
  })

  const full = () => ({
    schemas: [USER, ENTERPRISE],
    userName: name,
    externalId: `ext-${name}`,
    name: {
      formatted: 'Ms. Barbara J Jensen',
      familyName: 'Jensen',
      givenName: 'Barbara',
      middleName: 'Jane',
    },
    displayName: 'Babs Jensen',
    nickName: 'Babs',
    profileUrl: 'https://login.example.com/bjensen',
    title: 'Tour Guide',
    userType: 'Employee',
    preferredLanguage: 'en-US',
    locale: 'en-US',
    timezone: 'America/Los_Angeles',
    active: true,
    emails: [
      { value: `${name}@example.com`, type: 'work', primary: true },
      { value: `${name}@home.example`, type: 'home' },
    ],
    phoneNumbers: [{ value: 'tel:555-555-5555', type: 'work' }],
    ims: [{ value: 'someaimhandle', type: 'aim' }],
    photos: [{ value: 'https://photos.example.com/F', type: 'photo' }],
    addresses: [
      { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood', primary: true },
    ],
    entitlements: [{ value: 'one' }],
    roles: [{ value: 'guide' }],
    x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAA=' }],
    [ENTERPRISE]: { employeeNumber: '701984', department: 'Tours', manager: { value: '26118915' } },
  })

  it('keeps and returns every attribute as it was pushed', async () => {
    const created = await world.scim.post('/Users', full())
    expect(created.status).toBe(201)
    const id = idIn(created.body)
    expect(id).toMatch(/^u-[a-z0-9]{12}$/)
    const location = `${world.baseUrl}/scim/v2/Users/${id}`
    expect(created.headers).toMatchObject({
      location,
      etag: 'W/"1"',
      'content-type': expect.stringContaining(MEDIA_TYPE) as string,
    })
    const now = world.clock.now().toISOString()
    expect(created.body).toEqual({
      ...full(),
      id,
      meta: { resourceType: 'User', created: now, lastModified: now, location, version: 'W/"1"' },
    })
    const read = await world.scim.get(`/Users/${id}`)
    expect(read.status).toBe(200)
    expect(read.headers['etag']).toBe('W/"1"')
    expect(read.body).toEqual(created.body)
  })

  it('marks imported users and keeps them apart from manual ones', async () => {
    const id = await world.scim.user(name)
    const user = await world.services.users.findByName(name)
    expect(user).toMatchObject({
      id,
      type: 'synchronized',
      createdBy: 'scim',
      description: 'SCIM Synchronization',
      active: true,
    })
    const manual = await world.services.users.create(world.administrator, {
      type: 'manual',
      profile: { userName: `${name}.manual`, emails: [], active: true, attributes: {} },
    })
    for (const method of ['get', 'delete'] as const) {
      const answer = await world.scim[method](`/Users/${manual.id}`)
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' })
    }
    const changed = await world.scim.patch(
      `/Users/${manual.id}`,
      patchOp({ op: 'replace', path: 'title', value: 'x' }),
    )
    expect(changed.status).toBe(404)
    const found = await world.scim.list('/Users', { filter: `userName eq "${name}.manual"` })
    expect(found.body).toMatchObject({ totalResults: 0, Resources: [] })
  })

  it('drops a password without storing, returning or logging it', async () => {
    const created = await world.scim.post('/Users', { ...full(), password: 'Sup3r-secret!' })
    expect(created.status).toBe(201)
    expect(created.text).not.toContain('Sup3r')
    const id = idIn(created.body)
    await world.scim.patch(
      `/Users/${id}`,
      patchOp({ op: 'replace', path: 'password', value: 'Sup3r-second!' }),
    )
    await world.scim.put(`/Users/${id}`, { ...full(), password: 'Sup3r-third!' })
    const events = await world.services.audit.search(world.administrator, {
      subjectId: id,
      page: { offset: 0, limit: 10 },
    })
    expect(JSON.stringify(events)).not.toContain('Sup3r')
    const user = await world.services.users.findByName(name)
    expect(JSON.stringify(user)).not.toContain('Sup3r')
  })

  it('answers 409 uniqueness and says which kind of user holds the name, whatever the case', async () => {
    await world.scim.user(name)
    const again = await world.scim.post('/Users', { schemas: [USER], userName: name.toUpperCase() })
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      schemas: [ERROR],
      status: '409',
      scimType: 'uniqueness',
      detail: expect.stringMatching(/held by another imported user/) as string,
    })
    const manual = `${name}.m`
    await world.services.users.create(world.administrator, {
      type: 'manual',
      profile: { userName: manual, emails: [], active: true, attributes: {} },
    })
    const taken = await world.scim.post('/Users', { schemas: [USER], userName: manual })
    expect(taken.status).toBe(409)
    expect(taken.body).toMatchObject({
      scimType: 'uniqueness',
      detail: expect.stringMatching(/created manually/) as string,
    })
    // Renaming onto a taken name is the same refusal.
    const other = await world.scim.user(`${name}.other`)
    const renamed = await world.scim.patch(
      `/Users/${other}`,
      patchOp({ op: 'replace', path: 'userName', value: name }),
    )
    expect(renamed.status).toBe(409)
    expect(renamed.body).toMatchObject({ scimType: 'uniqueness' })
  })

  it.each([
    '',
    'has space',
    'guest_contoso.com#EXT#@fabrikam.example',
    'ünï',
    'a/b',
    'a\u0000b',
    'x'.repeat(129),
  ])('refuses the user name %j and names the mapping to change', async (userName) => {
    const answer = await world.scim.post('/Users', { schemas: [USER], userName })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidValue' })
  })

  it('tells what to change at the identity provider when a name is outside the alphabet', async () => {
    const answer = await world.scim.post('/Users', {
      schemas: [USER],
      userName: 'guest#EXT#@fabrikam.example',
    })
    expect(answer.body).toMatchObject({
      detail: expect.stringMatching(/identity provider maps to userName/) as string,
    })
  })

  it.each<[string, object]>([
    ['no userName', { displayName: 'x' }],
    ['a number as userName', { userName: 5 }],
    [
      'two primary e-mails',
      {
        userName: 'a',
        emails: [
          { value: 'a@x', primary: true },
          { value: 'b@x', primary: true },
        ],
      },
    ],
    ['an e-mail without value', { userName: 'a', emails: [{ type: 'work' }] }],
    ['a text as active', { userName: 'a', active: 'maybe' }],
    ['a list as name', { userName: 'a', name: ['x'] }],
    ['an externalId beyond all bounds', { userName: 'a', externalId: 'x'.repeat(513) }],
    [
      'attributes beyond all bounds',
      { userName: 'a', roles: Array.from({ length: 4000 }, () => ({ value: 'x'.repeat(40) })) },
    ],
  ])('refuses %s as invalidValue', async (_what, body) => {
    const answer = await world.scim.post('/Users', { schemas: [USER], ...body })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ scimType: 'invalidValue', detail: expect.any(String) as string })
  })

  it('replaces by PUT, keeping the status where the body says nothing of it', async () => {
    const id = idIn((await world.scim.post('/Users', full())).body)
    await world.scim.patch(`/Users/${id}`, patchOp({ op: 'replace', path: 'active', value: false }))
    const replaced = await world.scim.put(`/Users/${id}`, {
      schemas: [USER],
      userName: name,
      displayName: 'New',
    })
    expect(replaced.status).toBe(200)
    expect(replaced.body).toMatchObject({ id, displayName: 'New', active: false })
    expect(replaced.body).not.toHaveProperty('emails')
    expect(replaced.body).not.toHaveProperty('title')
    expect(replaced.body).not.toHaveProperty([ENTERPRISE])
    expect(replaced.body).toMatchObject({ schemas: [USER], meta: { version: 'W/"3"' } })
  })

  it('patches and answers 200 with the user', async () => {
    const id = idIn((await world.scim.post('/Users', full())).body)
    world.clock.advance(5)
    const patched = await world.scim.patch(
      `/Users/${id}`,
      patchOp(
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Sales' },
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
      ),
    )
    expect(patched.status).toBe(200)
    expect(patched.headers['etag']).toBe('W/"2"')
    expect(patched.body).toMatchObject({
      active: false,
      emails: [
        { value: 'new@example.com', type: 'work', primary: true },
        { value: `${name}@home.example`, type: 'home' },
      ],
      [ENTERPRISE]: { employeeNumber: '701984', department: 'Sales' },
      meta: { version: 'W/"2"', lastModified: world.clock.now().toISOString() },
    })
    // A patch that changes nothing is no new version.
    const same = await world.scim.patch(
      `/Users/${id}`,
      patchOp({ op: 'replace', path: 'active', value: false }),
    )
    expect(same.status).toBe(200)
    expect(same.headers['etag']).toBe('W/"2"')
  })

  it.each<[string, string, object]>([
    ['noTarget', 'remove without a path', { op: 'remove' }],
    [
      'noTarget',
      'a value path that finds nothing',
      { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' },
    ],
    ['invalidPath', 'an unknown attribute', { op: 'add', path: 'shoeSize', value: 5 }],
    [
      'invalidFilter',
      'a bad filter in the path',
      { op: 'add', path: 'emails[type is "x"].value', value: 'x' },
    ],
    ['invalidValue', 'a wrong type', { op: 'replace', path: 'title', value: 5 }],
    ['invalidValue', 'a name outside the alphabet', { op: 'replace', path: 'userName', value: 'no spaces' }],
    ['invalidSyntax', 'an unknown verb', { op: 'move', path: 'title', value: 'x' }],
    ['mutability', 'a read-only attribute', { op: 'replace', path: 'id', value: 'u-other0000000' }],
    ['mutability', 'the groups of a user', { op: 'add', path: 'groups', value: [{ value: 'g-1' }] }],
    ['mutability', 'removal of a required attribute', { op: 'remove', path: 'userName' }],
  ])('answers %s for %s, and changes nothing', async (scimType, _what, operation) => {
    const id = await world.scim.user(name)
    const answer = await world.scim.patch(
      `/Users/${id}`,
      patchOp({ op: 'replace', path: 'title', value: 'changed' }, operation),
    )
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '400', scimType })
    const read = await world.scim.get(`/Users/${id}`)
    expect(read.body).not.toHaveProperty('title')
    expect(read.body).toMatchObject({ meta: { version: 'W/"1"' } })
  })

  it('ends sessions and memberships with a deleted user, and answers 404 from then on', async () => {
    const id = await world.scim.user(name)
    const group = await world.scim.group(`team of ${name}`, [id])
    const deleted = await world.scim.delete(`/Users/${id}`)
    expect(deleted.status).toBe(204)
    expect(deleted.text).toBe('')
    expect((await world.scim.get(`/Users/${id}`)).status).toBe(404)
    expect((await world.scim.delete(`/Users/${id}`)).status).toBe(404)
    expect(await world.scim.members(group)).toEqual([])
  })

  it('answers 404 for ids that are none, or of another kind', async () => {
    const group = await world.scim.group(`group of ${name}`)
    for (const id of ['x', group, 'u-000000000000', 'u-1%00', '%F0%9F%98%80', '..%2f..']) {
      const answer = await world.scim.get(`/Users/${id}`)
      expect(answer.status).toBe(404)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' })
    }
  })

  it('returns what attributes and excludedAttributes ask for', async () => {
    const id = idIn((await world.scim.post('/Users', full())).body)
    const some = await world.scim.get(
      `/Users/${id}?attributes=USERNAME,name.familyName,emails.value,${ENTERPRISE}:department,nothing`,
    )
    expect(some.body).toEqual({
      schemas: [USER, ENTERPRISE],
      id,
      userName: name,
      name: { familyName: 'Jensen' },
      emails: [{ value: `${name}@example.com` }, { value: `${name}@home.example` }],
      [ENTERPRISE]: { department: 'Tours' },
    })
    const most = await world.scim.get(
      `/Users/${id}?excludedAttributes=id,emails.type,meta,urn:ietf:params:scim:schemas:core:2.0:User:name`,
    )
    expect(most.body).toMatchObject({
      id,
      userName: name,
      emails: [{ value: `${name}@example.com`, primary: true }, {}],
    })
    expect(most.body).not.toHaveProperty('meta')
    expect(most.body).not.toHaveProperty('name')
    // Of a value of which nothing is asked for there is nothing to return.
    const parts = await world.scim.get(
      `/Users/${id}?attributes=emails.primary,name.honorificPrefix,ims.display`,
    )
    expect(parts.body).toEqual({ schemas: [USER, ENTERPRISE], id, emails: [{ primary: true }] })
    const without = await world.scim.get(
      `/Users/${id}?excludedAttributes=roles.value,photos.value,photos.type`,
    )
    expect(without.body).toMatchObject({ ims: [{ value: 'someaimhandle' }] })
    expect(without.body).not.toHaveProperty('roles')
    expect(without.body).not.toHaveProperty('photos')
    const answer = await world.scim.post('/Users?attributes=userName', {
      schemas: [USER],
      userName: `${name}.x`,
      title: 'x',
    })
    expect(Object.keys(answer.body as object).sort()).toEqual(['id', 'schemas', 'userName'])
  })

  it('honours If-Match and If-None-Match', async () => {
    const id = await world.scim.user(name)
    const path = `/Users/${id}`
    const known = await world.scim.get(path).set('if-none-match', 'W/"1"')
    expect(known.status).toBe(304)
    expect(known.text).toBe('')
    expect((await world.scim.get(path).set('if-none-match', 'W/"7"')).status).toBe(200)

    const change = patchOp({ op: 'replace', path: 'title', value: 'a' })
    expect((await world.scim.patch(path, change).set('if-match', 'W/"1"')).status).toBe(200)
    const stale = await world.scim
      .patch(path, patchOp({ op: 'replace', path: 'title', value: 'b' }))
      .set('if-match', 'W/"1"')
    expect(stale.status).toBe(412)
    expect(stale.body).toMatchObject({ schemas: [ERROR], status: '412' })
    expect(
      (await world.scim.put(path, { schemas: [USER], userName: name }).set('if-match', 'nonsense')).status,
    ).toBe(412)
    expect((await world.scim.delete(path).set('if-match', '"1"')).status).toBe(412)
    expect((await world.scim.get(path)).body).toMatchObject({ title: 'a' })
    expect((await world.scim.patch(path, change).set('if-match', '*')).status).toBe(200)
    expect((await world.scim.delete(path).set('if-match', 'W/"9", W/"2"')).status).toBe(204)
  })

  it('shows the groups of a user, and lets nobody set them there', async () => {
    const id = await world.scim.user(name, { groups: [{ value: 'g-1' }] })
    expect((await world.scim.get(`/Users/${id}`)).body).not.toHaveProperty('groups')
    const group = await world.scim.group(`crew of ${name}`, [id])
    const read = await world.scim.get(`/Users/${id}`)
    expect(read.body).toMatchObject({
      groups: [
        {
          value: group,
          display: `crew of ${name}`,
          type: 'direct',
          $ref: `${world.baseUrl}/scim/v2/Groups/${group}`,
        },
      ],
    })
  })

  it('refuses one user more than the quota, and creates nothing', async () => {
    const small = await createScimWorld(engine, { environment: { QUOTA_USERS: '2' } })
    try {
      await small.scim.user('one')
      await small.scim.user('two')
      const third = await small.scim.post('/Users', { schemas: [USER], userName: 'three' })
      expect(third.status).toBe(403)
      expect(third.body).toMatchObject({
        status: '403',
        detail: expect.stringMatching(/limit of 2 users/) as string,
      })
      const list = await small.scim.get('/Users')
      expect(list.body).toMatchObject({ totalResults: 2 })
      await small.scim.delete(`/Users/${idIn((list.body as { Resources: unknown[] }).Resources[0])}`)
      expect((await small.scim.post('/Users', { schemas: [USER], userName: 'three' })).status).toBe(201)
    } finally {
      await small.remove()
    }
  })
})
