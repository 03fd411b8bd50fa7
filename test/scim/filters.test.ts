import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { createScimWorld, ENTERPRISE, ERROR, type ScimWorld } from './scim-world.js'

interface ListBody {
  readonly totalResults: number
  readonly itemsPerPage: number
  readonly startIndex?: number
  readonly nextCursor?: string
  readonly Resources: readonly {
    readonly id: string
    readonly userName: string
    readonly displayName: string
  }[]
}

/** A cursor of the same list whose page begins elsewhere. */
function forged(cursor: string, place: readonly string[]): string {
  const [list, seen, total] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly unknown[]
  return Buffer.from(JSON.stringify([list, seen, total, ...place])).toString('base64url')
}

describe.each(engines)('SCIM filters, order and pages on %s', (engine) => {
  let world: ScimWorld
  let teamId = ''
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    world = await createScimWorld(engine)
    const people: Record<string, object> = {
      anna: {
        externalId: 'A-1',
        displayName: 'Änne Åkesson',
        title: 'Engineer',
        name: { givenName: 'Anna', familyName: 'Akesson', middleName: 'Maria' },
        emails: [
          { value: 'Anna@Example.com', type: 'work', primary: true },
          { value: 'anna@home.example', type: 'home' },
        ],
        [ENTERPRISE]: { department: 'Engineering', manager: { value: 'boss' } },
      },
      bert: {
        externalId: 'a-1',
        displayName: 'Bert 100%_\\ "quoted"',
        active: false,
        title: 'engineer',
        emails: [{ value: 'bert@example.com', type: 'home' }],
        phoneNumbers: [{ value: '+49 1', type: 'mobile' }],
        [ENTERPRISE]: { department: 'Sales' },
      },
      carl: { displayName: "Carl O'Malley", nickName: '', name: { familyName: 'Zappa' } },
      dora: { displayName: 'Dora 中文 😀', externalId: 'D', roles: [{ value: 'admin', primary: true }] },
    }
    for (const [name, more] of Object.entries(people)) {
      ids[name] = await world.scim.user(name, more)
      world.clock.advance(60)
    }
    teamId = await world.scim.group('Team One', [ids['anna'] ?? '', ids['bert'] ?? ''])
    world.clock.advance(60)
    await world.scim.group('Team Two')
    await world.services.users.create(world.administrator, {
      type: 'manual',
      profile: { userName: 'manual', displayName: 'Manual', emails: [], active: true, attributes: {} },
    })
  })
  afterAll(() => world.remove())

  const bodyOf = (body: unknown) => body as ListBody
  async function found(filter: string): Promise<readonly string[]> {
    const answer = await world.scim.list('/Users', { filter })
    if (answer.status !== 200) throw new Error(`${filter}: ${answer.text}`)
    const body = bodyOf(answer.body)
    expect(body.totalResults).toBe(body.Resources.length)
    return body.Resources.map((user) => user.userName)
  }

  it.each<[string, readonly string[]]>([
    ['userName eq "ANNA"', ['anna']],
    ['userName eq "nobody"', []],
    ['userName eq "manual"', []],
    ['userName ne "anna"', ['bert', 'carl', 'dora']],
    ['userName co "R"', ['bert', 'carl', 'dora']],
    ['userName sw "D"', ['dora']],
    ['userName ew "A"', ['anna', 'dora']],
    ['userName gt "bert"', ['carl', 'dora']],
    ['userName ge "bert" and userName le "CARL"', ['bert', 'carl']],
    ['userName lt "b"', ['anna']],
    ['userName pr', ['anna', 'bert', 'carl', 'dora']],
    ['userName sw ""', ['anna', 'bert', 'carl', 'dora']],
    // caseExact decides: externalId is exact, title is not (RFC 7643 section 2.2).
    ['externalId eq "A-1"', ['anna']],
    ['externalId eq "a-1"', ['bert']],
    ['externalId pr', ['anna', 'bert', 'dora']],
    ['not (externalId pr)', ['carl']],
    ['externalId eq null', ['carl']],
    ['externalId ne null', ['anna', 'bert', 'dora']],
    ['title eq "ENGINEER"', ['anna', 'bert']],
    ['title ne "engineer"', ['carl', 'dora']],
    ['not (title eq "engineer")', ['carl', 'dora']],
    ['nickName pr', []],
    ['displayName eq "änne åkesson"', ['anna']],
    ['displayName co "ÅKES"', ['anna']],
    ['displayName co "中"', ['dora']],
    ['displayName co "\\ud83d\\ude00"', ['dora']],
    ['displayName co "%_\\\\"', ['bert']],
    ['displayName co "%z"', []],
    ['displayName co "_ert"', []],
    ['displayName co "\\"QUOTED\\""', ['bert']],
    ['displayName eq "Carl O\'Malley"', ['carl']],
    ['displayName eq "\' or 1=1 --"', []],
    ['name.familyName eq "zappa"', ['carl']],
    ['name.middleName eq "maria"', ['anna']],
    ['name pr', ['anna', 'carl']],
    ['active eq true', ['anna', 'carl', 'dora']],
    ['active eq "False"', ['bert']],
    ['active ne true', ['bert']],
    ['emails eq "anna@example.COM"', ['anna']],
    ['emails.value eq "anna@home.example"', ['anna']],
    ['emails co "@example.com"', ['anna', 'bert']],
    ['emails[type eq "work" and value co "@example.com"]', ['anna']],
    ['emails[type eq "home" and value eq "bert@example.com"]', ['bert']],
    ['emails[type eq "work" and value eq "bert@example.com"]', []],
    ['emails.primary eq true', ['anna']],
    ['emails[primary eq true and type eq "home"]', []],
    ['emails pr', ['anna', 'bert']],
    ['not (emails pr)', ['carl', 'dora']],
    ['not (emails.type eq "work")', ['bert', 'carl', 'dora']],
    ['phoneNumbers[type eq "mobile"]', ['bert']],
    ['phoneNumbers pr', ['bert']],
    ['roles.value eq "ADMIN"', ['dora']],
    ['roles[primary eq true]', ['dora']],
    ['roles.primary ne true', []],
    [`${ENTERPRISE}:department eq "engineering"`, ['anna']],
    [`${ENTERPRISE}:manager eq "boss"`, ['anna']],
    [`${ENTERPRISE}:manager.value pr`, ['anna']],
    [`${ENTERPRISE} pr`, ['anna', 'bert']],
    [`schemas eq "${ENTERPRISE}"`, ['anna', 'bert']],
    [`not (schemas eq "${ENTERPRISE}")`, ['carl', 'dora']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "carl"', ['carl']],
    ['meta.created gt "2026-03-02T09:01:30Z"', ['carl', 'dora']],
    ['meta.created le "2026-03-02T10:01:00+01:00"', ['anna', 'bert']],
    ['meta.created sw "2026-03-02T09:0"', ['anna', 'bert', 'carl', 'dora']],
    ['meta.resourceType eq "User"', ['anna', 'bert', 'carl', 'dora']],
    ['meta.version eq "W/\\"2\\""', ['anna', 'bert']],
    ['groups pr', ['anna', 'bert']],
    ['groups.display co "one"', ['anna', 'bert']],
    ['groups.type eq "direct"', ['anna', 'bert']],
    ['title pr and (active eq false or userName sw "a")', ['anna', 'bert']],
    ['not (title pr and not (active eq true))', ['anna', 'carl', 'dora']],
    ['(userName eq "anna") or ((userName eq "bert"))', ['anna', 'bert']],
  ])('%s', async (filter, expected) => {
    expect([...(await found(filter))].sort()).toEqual([...expected].sort())
  })

  it('finds users by id and by group', async () => {
    expect(await found(`id eq "${ids['carl'] ?? ''}"`)).toEqual(['carl'])
    expect([...(await found(`groups eq "${teamId}"`))].sort()).toEqual(['anna', 'bert'])
    expect(await found(`groups.value eq "${teamId}" and userName eq "bert"`)).toEqual(['bert'])
  })

  it('finds resources by their addresses, and by those they refer to', async () => {
    const users = `${world.baseUrl}/scim/v2/Users/`
    const carl = ids['carl'] ?? ''
    const everybody = ['anna', 'bert', 'carl', 'dora']
    const team = `${world.baseUrl}/scim/v2/Groups/${teamId}`
    const expected: readonly (readonly [string, readonly string[]])[] = [
      [`meta.location eq "${users}${carl}"`, ['carl']],
      [`meta.location eq "${users}${carl.toUpperCase()}"`, []],
      [`meta.location eq "https://elsewhere.example/scim/v2/Users/${carl}"`, []],
      [`meta.location eq "${carl}"`, []],
      [`meta.location ne "${users}${carl}"`, ['anna', 'bert', 'dora']],
      [`meta.location ne "x"`, everybody],
      [`meta.location sw "${users}"`, everybody],
      [`meta.location sw "${users.slice(0, 9)}"`, everybody],
      [`meta.location sw "${users}${carl.slice(0, -1)}"`, ['carl']],
      [`meta.location sw "ftp"`, []],
      [`meta.location ew "Users/${carl}"`, ['carl']],
      [`meta.location ew "Groups/${carl}"`, []],
      [`meta.location ew "${carl.slice(3)}"`, ['carl']],
      [`meta.location co "/v2/"`, everybody],
      [`meta.location co "/Users/${carl.slice(0, -2)}"`, ['carl']],
      [`meta.location co "${carl.slice(2, -2)}"`, ['carl']],
      [`meta.location co "/Groups/"`, []],
      [`meta.location ge "${users}${carl}" and meta.location le "${users}${carl}"`, ['carl']],
      [`meta.location gt "a"`, everybody],
      [`meta.location lt "a"`, []],
      [`meta.location pr`, everybody],
      [`meta.location eq null`, []],
      [`groups.$ref eq "${team}"`, ['anna', 'bert']],
      [`groups[$ref eq "${team}" and display sw "team"]`, ['anna', 'bert']],
      [`groups.$ref ew "Users/${carl}"`, []],
      [`groups.$ref pr`, ['anna', 'bert']],
      [`groups[$ref pr]`, ['anna', 'bert']],
      [`not (groups.$ref sw "${world.baseUrl}")`, ['carl', 'dora']],
    ]
    for (const [filter, names] of expected) expect([...(await found(filter))].sort(), filter).toEqual(names)
    const filter = `members.$ref eq "${users}${ids['anna'] ?? ''}"`
    expect((await world.scim.list('/Groups', { filter })).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: teamId }],
    })
    const root = await world.scim.list('/', { filter: `meta.location eq "${team}"` })
    expect(root.body).toMatchObject({ totalResults: 1, Resources: [{ id: teamId }] })
  })

  it('finds groups by name, id and member', async () => {
    const groups = async (filter: string) =>
      bodyOf((await world.scim.list('/Groups', { filter })).body).Resources.map((group) => group.displayName)
    expect(await groups('displayName eq "team one"')).toEqual(['Team One'])
    expect(await groups('displayName sw "team"')).toEqual(['Team One', 'Team Two'])
    expect(await groups('members pr')).toEqual(['Team One'])
    expect(await groups(`members eq "${ids['anna'] ?? ''}"`)).toEqual(['Team One'])
    expect(await groups(`id eq "${teamId}" and members eq "${ids['anna'] ?? ''}"`)).toEqual(['Team One'])
    expect(await groups(`id eq "${teamId}" and members eq "${ids['carl'] ?? ''}"`)).toEqual([])
    expect(await groups('members.display co "bert"')).toEqual(['Team One'])
    expect(await groups('not (members.display co "bert")')).toEqual(['Team Two'])
  })

  it.each([
    'userName eq',
    'userName is "x"',
    'shoeSize eq 5',
    'password eq "x"',
    'active gt true',
    'userName eq "a" or',
    `${'('.repeat(50)}userName pr${')'.repeat(50)}`,
    Array.from({ length: 200 }, () => 'title pr').join(' or '),
    'displayName eq "a\\u0000"',
  ])('refuses %j as invalidFilter', async (filter) => {
    const answer = await world.scim.list('/Users', { filter })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({
      schemas: [ERROR],
      scimType: 'invalidFilter',
      detail: expect.any(String) as string,
    })
  })

  it.each<[string, string, readonly string[]]>([
    ['userName', 'ascending', ['anna', 'bert', 'carl', 'dora']],
    ['userName', 'descending', ['dora', 'carl', 'bert', 'anna']],
    // Those without the attribute come last ascending and first descending (RFC 7644 section 3.4.2.3).
    ['externalId', 'ascending', ['anna', 'dora', 'bert', 'carl']],
    ['externalId', 'descending', ['carl', 'bert', 'dora', 'anna']],
    ['emails', 'ascending', ['anna', 'bert']],
    [`${ENTERPRISE}:department`, 'ascending', ['anna', 'bert']],
    ['meta.created', 'descending', ['dora', 'carl', 'bert', 'anna']],
    ['NAME.FAMILYNAME', 'ascending', ['anna', 'carl']],
  ])('orders by %s %s', async (sortBy, sortOrder, expected) => {
    const answer = await world.scim.list('/Users', { sortBy, sortOrder, count: expected.length })
    expect(bodyOf(answer.body).Resources.map((user) => user.userName)).toEqual(expected)
  })

  it.each<[string, Record<string, string>]>([
    ['an unknown attribute', { sortBy: 'shoeSize' }],
    ['a complex attribute', { sortBy: 'name' }],
    ['a password', { sortBy: 'password' }],
    ['an unknown order', { sortBy: 'userName', sortOrder: 'random' }],
    ['a text as startIndex', { startIndex: 'x' }],
    ['a fraction as count', { count: '1.5' }],
  ])('refuses %s as invalidValue', async (_what, query) => {
    const answer = await world.scim.list('/Users', query)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ scimType: 'invalidValue' })
  })

  it('pages by index in the order of creation', async () => {
    const page = async (startIndex: number, count: number) => {
      const body = bodyOf((await world.scim.list('/Users', { startIndex, count })).body)
      return { ...body, names: body.Resources.map((user) => user.userName) }
    }
    expect(await page(1, 2)).toMatchObject({
      totalResults: 4,
      itemsPerPage: 2,
      startIndex: 1,
      names: ['anna', 'bert'],
    })
    expect(await page(3, 2)).toMatchObject({
      totalResults: 4,
      itemsPerPage: 2,
      startIndex: 3,
      names: ['carl', 'dora'],
    })
    expect(await page(4, 2)).toMatchObject({ totalResults: 4, itemsPerPage: 1, names: ['dora'] })
    expect(await page(9, 2)).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] })
    // Below 1 is 1, below 0 is 0, above 100 is 100 (RFC 7644 section 3.4.2.4).
    expect(await page(-3, 1)).toMatchObject({ startIndex: 1, names: ['anna'] })
    expect(await page(1, -1)).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] })
    expect(await page(1, 100_000)).toMatchObject({ totalResults: 4, itemsPerPage: 4 })
    const filtered = await world.scim.list('/Users', { filter: 'active eq true', startIndex: 2, count: 1 })
    expect(filtered.body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 1,
      Resources: [{ userName: 'carl' }],
    })
  })

  it('pages by cursor to the end, in any order and under any filter', async () => {
    for (const query of [
      {},
      { filter: 'userName ne "carl"' },
      { sortBy: 'userName', sortOrder: 'descending' },
    ]) {
      const all = bodyOf((await world.scim.list('/Users', query)).body).Resources.map((user) => user.userName)
      const seen: string[] = []
      let cursor: string | undefined = ''
      while (cursor !== undefined) {
        const body: ListBody = bodyOf((await world.scim.list('/Users', { ...query, count: 1, cursor })).body)
        expect(body.totalResults).toBe(all.length)
        expect(body).not.toHaveProperty('startIndex')
        seen.push(...body.Resources.map((user) => user.userName))
        cursor = body.nextCursor
      }
      expect(seen).toEqual(all)
    }
  })

  it('refuses a cursor that is none, or of another list', async () => {
    const first = bodyOf((await world.scim.list('/Users', { count: 1, cursor: '' })).body)
    for (const query of [
      { cursor: 'x' },
      { cursor: Buffer.from('[1,2,3]').toString('base64url') },
      { cursor: first.nextCursor ?? '', filter: 'active eq true' },
      { cursor: forged(first.nextCursor ?? '', ['\0', 'u-1']) },
      { cursor: forged(first.nextCursor ?? '', ['2026-03-02T09:00:00.000Z', 'u-\ud800']) },
    ]) {
      const answer = await world.scim.list('/Users', query)
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ scimType: 'invalidCursor' })
    }
  })

  it('searches by POST, per type and over all', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
    const users = await world.scim.post('/Users/.search', {
      schemas,
      filter: 'title pr',
      attributes: ['userName'],
      sortBy: 'userName',
      count: 1,
    })
    expect(users.status).toBe(200)
    expect(users.body).toMatchObject({ totalResults: 2, itemsPerPage: 1, Resources: [{ userName: 'anna' }] })
    const all = await world.scim.post('/.search', {
      schemas,
      filter: 'displayName co "e"',
      startIndex: 2,
      count: 2,
    })
    // Users: Änne, Bert, Carl O'Malley; groups: both teams.
    expect(all.body).toMatchObject({ totalResults: 5, itemsPerPage: 2, startIndex: 2 })
    const rest = await world.scim.post('/.search', { schemas, filter: 'displayName co "e"', startIndex: 4 })
    expect(bodyOf(rest.body).Resources.map((resource) => resource.displayName)).toEqual([
      'Team One',
      'Team Two',
    ])
    const groupsOnly = await world.scim.post('/.search', { schemas, filter: 'members pr' })
    expect(groupsOnly.body).toMatchObject({ totalResults: 1, Resources: [{ id: teamId }] })
    const wrong = await world.scim.post('/.search', { schemas, filter: 'shoeSize pr' })
    expect(wrong.status).toBe(400)
    expect((await world.scim.post('/Users/.search', { schemas: ['x'] })).status).toBe(400)
  })

  it('stays quick under a hostile filter over hostile texts', async () => {
    await world.scim.user('hostile', { title: 'a'.repeat(65_536) })
    const start = performance.now()
    for (const operator of ['co', 'ew']) {
      const term = `title ${operator} "${'a'.repeat(255)}b"`
      const filter = Array.from({ length: 12 }, () => term).join(' or ')
      const answer = await world.scim.list('/Users', { filter })
      expect(answer.body).toMatchObject({ totalResults: 0 })
    }
    expect(performance.now() - start).toBeLessThan(1000)
    const found = await world.scim.list('/Users', { filter: `title ew "${'a'.repeat(300)}"` })
    expect(found.body).toMatchObject({ totalResults: 1 })
    const longest = await world.scim.list('/Users', { filter: `title co "${'a'.repeat(257)}"` })
    expect(longest.body).toMatchObject({ status: '400', scimType: 'invalidFilter' })
  })

  it('stays quick under a hostile filter', async () => {
    const term = `(emails[value co "${'a'.repeat(60)}" and type ne "x"] or ${ENTERPRISE}:department co "%_%")`
    const filter = Array.from({ length: 4 }, () => term).join(' and ')
    const start = performance.now()
    const answer = await world.scim.list('/Users', { filter })
    expect(answer.status).toBe(200)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
