/** What SCIM takes from HTTP: media types, methods, conditions, versions of the protocol; and searching from the root. */
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import {
  createScimWorld,
  ENTERPRISE,
  ERROR,
  GROUP,
  idIn,
  MEDIA_TYPE,
  patchOp,
  SCIM,
  USER,
  type ScimWorld,
} from './scim-world.js'

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

interface ListBody {
  readonly totalResults: number
  readonly startIndex?: number
  readonly nextCursor?: string
  readonly Resources: readonly { readonly displayName?: string; readonly userName?: string }[]
}

describe.each(engines)('SCIM as a protocol on %s', (engine) => {
  let world: ScimWorld
  beforeAll(async () => {
    world = await createScimWorld(engine)
  })
  afterAll(() => world.remove())

  const authorized = (sent: request.Test) => sent.set('authorization', `Bearer ${world.secret}`)

  it.each<[string, string | undefined]>([
    ['', MEDIA_TYPE],
    ['*/*', MEDIA_TYPE],
    ['application/*', MEDIA_TYPE],
    ['application/scim+json', MEDIA_TYPE],
    ['APPLICATION/SCIM+JSON;q=0.1', MEDIA_TYPE],
    ['application/json', 'application/json'],
    ['application/json;charset=utf-8', 'application/json'],
    ['application/json, application/scim+json', MEDIA_TYPE],
    ['application/json, application/scim+json;q=0.9', 'application/json'],
    ['application/scim+json;q=0, */*', 'application/json'],
    ['text/html, */*;q=0.1', MEDIA_TYPE],
    ['text/html, image/gif, *; q=.2', MEDIA_TYPE],
    ['text/html', undefined],
    ['application/xml, text/*', undefined],
    ['application/scim+json;q=0, application/json;q=0', undefined],
  ])('answers Accept %j with %s', async (accept, mediaType) => {
    const answer = await world.scim.get('/Users?count=0').set('accept', accept)
    expect(answer.status).toBe(mediaType === undefined ? 406 : 200)
    expect(answer.headers['content-type']).toMatch(
      new RegExp(`^${(mediaType ?? MEDIA_TYPE).replace('+', '\\+')};`),
    )
    if (mediaType === undefined) expect(answer.body).toMatchObject({ schemas: [ERROR], status: '406' })
  })

  it('changes nothing for a client that takes no answer', async () => {
    const refused = await world.scim
      .post('/Users', { schemas: [USER], userName: 'unacceptable' })
      .set('accept', 'text/html')
    expect(refused.status).toBe(406)
    expect(await world.services.users.findByName('unacceptable')).toBeUndefined()
  })

  it('reads a body with a byte order mark, and refuses one that is not UTF-8', async () => {
    const send = (body: Buffer) => {
      const sent = authorized(request(world.app).post(`${SCIM}/Users`)).set('content-type', MEDIA_TYPE)
      sent.write(body)
      return sent
    }
    const text = JSON.stringify({ schemas: [USER], userName: 'with.mark', displayName: 'Zoë' })
    const marked = await send(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]))
    expect(marked.body).toMatchObject({ userName: 'with.mark', displayName: 'Zoë' })
    const latin = await send(Buffer.from(text.replace('with.mark', 'in.latin'), 'latin1'))
    expect(latin.status).toBe(400)
    expect(latin.body).toMatchObject({ schemas: [ERROR], scimType: 'invalidSyntax' })
  })

  it('tells the methods of each address by OPTIONS and in 405', async () => {
    for (const [path, allow] of [
      ['/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
      ['/', 'GET, HEAD, OPTIONS'],
      ['/Users', 'GET, HEAD, POST, OPTIONS'],
      ['/Users/u-1', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
      ['/Groups/.search', 'POST, OPTIONS'],
      ['/Bulk', 'POST, OPTIONS'],
      ['/Schemas', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const options = await authorized(request(world.app).options(`${SCIM}${path}`))
      expect(options.status, path).toBe(204)
      expect(options.headers['allow'], path).toBe(allow)
    }
    expect((await request(world.app).options(`${SCIM}/Users`)).status).toBe(401)
    for (const path of ['/Users', '/Users/.search', '/Bulk', '/.search', '/ResourceTypes/User']) {
      const answer = await world.scim.delete(path)
      expect(answer.status, path).toBe(405)
      expect(answer.headers['allow'], path).toContain('OPTIONS')
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '405' })
    }
  })

  it('refuses versions of the protocol that it does not speak', async () => {
    for (const path of ['/scim/v1/Users', '/scim/v3', '/SCIM/V1.1/Users']) {
      const answer = await request(world.app).get(path)
      expect(answer.status, path).toBe(400)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '400', scimType: 'invalidVers' })
    }
    for (const path of ['/scim', '/scim/Users', '/scim/version']) {
      const answer = await request(world.app).get(path)
      expect(answer.status, path).toBe(404)
      expect(answer.headers['content-type']).toContain(MEDIA_TYPE)
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' })
    }
  })

  it('names the resource by Location, Content-Location and meta.location alike', async () => {
    const created = await world.scim.post('/Users', { schemas: [USER], userName: 'located' })
    const { location } = (created.body as { meta: { location: string } }).meta
    const path = location.slice(`${world.baseUrl}${SCIM}`.length)
    for (const answer of [
      created,
      await world.scim.get(path),
      await world.scim.get(`${path}/`),
      await world.scim.put(path, { schemas: [USER], userName: 'located', title: 'x' }),
      await world.scim.patch(path, patchOp({ op: 'replace', path: 'title', value: 'y' })),
    ]) {
      expect(answer.headers).toMatchObject({ location, 'content-location': location })
      expect(answer.body).toMatchObject({ meta: { location, version: answer.headers['etag'] as string } })
    }
  })

  it.each(['Users', 'Groups'])('meets the conditions of requests for %s', async (kind) => {
    const made =
      kind === 'Users'
        ? await world.scim.user('conditional')
        : await world.scim.group('conditional', [await world.scim.user('conditional.member')])
    const path = `/${kind}/${made}`
    const { version } = ((await world.scim.get(path)).body as { meta: { version: string } }).meta
    const strong = version.slice(2)
    const put = (name: string) =>
      world.scim.put(
        path,
        kind === 'Users'
          ? { schemas: [USER], userName: 'conditional', displayName: name }
          : { schemas: [GROUP], displayName: name },
      )
    const patch = (name: string) =>
      world.scim.patch(path, patchOp({ op: 'replace', path: 'displayName', value: name }))
    const get = () => world.scim.get(path)

    for (const known of [version, strong, '*', `W/"0", ${version}`, `"x",${strong}`]) {
      const answer = await get().set('if-none-match', known)
      expect(answer.status, known).toBe(304)
      expect(answer.text).toBe('')
      expect(answer.headers['etag']).toBe(version)
      expect((await get().set('if-match', known)).status, known).toBe(200)
      // A change on condition that it is not there, or not at this version, is refused.
      for (const refused of [
        await put('a').set('if-none-match', known),
        await patch('b').set('if-none-match', known),
        await world.scim.delete(path).set('if-none-match', known),
      ]) {
        expect(refused.status, known).toBe(412)
        expect(refused.body).toMatchObject({ schemas: [ERROR], status: '412' })
      }
    }
    for (const other of ['W/"0"', '"77"', 'nonsense', '', 'W/"1000000000000000000000"', `"${version}"`]) {
      if (other !== '') expect((await get().set('if-none-match', other)).status, other).toBe(200)
      for (const refused of [
        await get().set('if-match', other),
        await put('a').set('if-match', other),
        await patch('b').set('if-match', other),
        await world.scim.delete(path).set('if-match', other),
      ]) {
        expect(refused.status, other).toBe(412)
      }
    }
    expect((await get()).headers['etag']).toBe(version)
    expect((await patch('one').set('if-match', version)).status).toBeLessThan(300)
    expect((await put('two').set('if-match', '*')).status).toBe(200)
    expect((await put('three').set('if-none-match', version)).status).toBe(200)
    // What is not there is not found, whatever the condition.
    const missing = `/${kind}/${kind === 'Users' ? 'u' : 'g'}-000000000000`
    expect((await world.scim.delete(missing).set('if-match', '*')).status).toBe(404)
    if (kind === 'Groups') await put('three').send()
    const { version: last } = ((await get()).body as { meta: { version: string } }).meta
    await world.services.zones.changeSetting(world.administrator, 'scim.deleteGroupsWithMembers', 'true')
    expect((await world.scim.delete(path).set('if-match', `"0", ${last}`)).status).toBe(204)
  })

  describe('from the root', () => {
    beforeAll(async () => {
      // One after the other, as lists are in the order of creation.
      const later = async (made: Promise<string>) => {
        await made
        world.clock.advance(1)
      }
      await later(
        world.scim.user('root.a', { displayName: 'Root A', title: 'x', [ENTERPRISE]: { department: 'D' } }),
      )
      await later(world.scim.user('root.b', { displayName: 'Root B' }))
      await later(world.scim.group('Root C'))
      await later(world.scim.group('Root D'))
    })
    const here = 'displayName sw "Root "'
    const search = async (filter: string, more: object = {}) => {
      const answer = await world.scim.post('/.search', {
        SCHEMAS: [SEARCH.toUpperCase()],
        Filter: `${here} and (${filter})`,
        ...more,
      })
      expect(answer.status, answer.text).toBe(200)
      return answer.body as ListBody
    }
    const names = (body: ListBody) => body.Resources.map(({ displayName }) => displayName?.slice(-1)).join('')

    // Attributes of another type are unassigned (RFC 7644 section 3.4.2.1).
    it.each<[string, string]>([
      ['userName pr', 'AB'],
      ['userName eq "root.a"', 'A'],
      ['userName eq "root.a" or displayName eq "root c"', 'AC'],
      ['not (userName eq "root.a")', 'BCD'],
      ['userName ne "root.a"', 'BCD'],
      ['userName eq null', 'CD'],
      ['userName ne null', 'AB'],
      ['not (title pr)', 'BCD'],
      ['emails eq null', 'ABCD'],
      ['emails[type eq "work"] or members pr', ''],
      ['emails.type ne "work"', ''],
      ['members eq null', 'ABCD'],
      ['meta.resourceType eq "Group"', 'CD'],
      [`schemas eq "${GROUP}"`, 'CD'],
      [`schemas eq "${USER}"`, 'AB'],
      [`schemas co "enterprise"`, 'A'],
      [`${ENTERPRISE} pr`, 'A'],
      [`${ENTERPRISE}:department eq "d"`, 'A'],
      [`${GROUP}:displayName eq "Root D"`, 'D'],
      [`${USER} pr`, 'AB'],
    ])('%s finds %s', async (filter, expected) => {
      expect(names(await search(filter))).toBe(expected)
    })

    it('refuses what no type has', async () => {
      for (const body of [
        { filter: 'shoeSize pr' },
        { filter: 'userName eq "x" and members[shoe pr]' },
        { sortBy: 'shoeSize' },
      ]) {
        const answer = await world.scim.post('/.search', { schemas: [SEARCH], ...body })
        expect(answer.status).toBe(400)
        expect(answer.body).toMatchObject({ schemas: [ERROR] })
      }
    })

    it('pages by index and by cursor, also by GET, in the order asked for', async () => {
      const second = await search('id pr', { startIndex: 2, count: 2 })
      expect(second).toMatchObject({ totalResults: 4, itemsPerPage: 2, startIndex: 2 })
      expect(names(second)).toBe('BC')
      expect(names(await search('id pr', { sortBy: 'displayName', sortOrder: 'descending' }))).toBe('BADC')
      expect(names(await search('id pr', { sortBy: 'userName' }))).toBe('ABCD')
      for (const count of [1, 3]) {
        let seen = ''
        let cursor: string | undefined = ''
        for (let pages = 0; cursor !== undefined && pages < 10; pages += 1) {
          const answer = await world.scim.list('/', {
            filter: here,
            count,
            cursor,
            attributes: 'displayName',
          })
          const body = answer.body as ListBody
          expect(body.totalResults).toBe(4)
          expect(body).not.toHaveProperty('startIndex')
          seen += names(body)
          cursor = body.nextCursor
        }
        expect(seen).toBe('ABCD')
      }
      const foreign = await world.scim.list('/Users', { count: 1, cursor: '' })
      const answer = await world.scim.list('/', { cursor: (foreign.body as ListBody).nextCursor ?? '' })
      expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidCursor' })
      expect((await world.scim.get('/')).status).toBe(200)
      expect((await request(world.app).get(`${SCIM}/`)).status).toBe(401)
    })
  })

  it('refuses counts that a page by cursor cannot have, in the words of RFC 9865', async () => {
    for (const count of ['0', '-1', 'ten', '1.5']) {
      const answer = await world.scim.list('/Users', { cursor: '', count })
      expect(answer.status, count).toBe(400)
      expect(answer.body).toMatchObject({ schemas: [ERROR], scimType: 'invalidCount' })
    }
    expect((await world.scim.get('/Users?cursor&count=1')).body).toMatchObject({ itemsPerPage: 1 })
    expect((await world.scim.list('/Users', { cursor: '', count: 1000 })).status).toBe(200)
  })

  it('bounds how many attributes a request names', async () => {
    const attributes = Array.from({ length: 501 }, (_, index) => `a${index}`)
    const answer = await world.scim.post('/Users/.search', { schemas: [SEARCH], attributes })
    expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' })
    expect(idIn((await world.scim.get(`/Users?count=1`)).body)).toBeUndefined()
  })
})
