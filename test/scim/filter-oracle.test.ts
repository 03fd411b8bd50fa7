/** What the database finds by a filter is what `matchesCriteria` finds in the resources, on every engine. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseFilter } from '../../scim/filter.js'
import { findSubAttribute, resolvePath, USER_TYPE } from '../../scim/schemas.js'
import { foldCase, matchesCriteria } from '../../server/domain/criteria.js'
import type { JsonObject, JsonValue } from '../../server/domain/user.js'
import { engines } from '../support/engines.js'
import { filterArbitrary, textOf } from './filter-texts.js'
import { isWritable, rightValue, WRITABLE } from './schema-values.js'
import { createScimWorld, idIn, USER, type ScimWorld } from './scim-world.js'

/** The same people and filters on every run and every engine. */
const SEED = 20260302
const PEOPLE = 16

const person = fc
  .tuple(
    ...WRITABLE.map(({ attribute }) =>
      fc.option(rightValue(attribute), { freq: attribute.multiValued ? 1 : 2, nil: null }),
    ),
  )
  .map((values) => {
    const resource: Record<string, JsonValue> = {}
    const extensions: Record<string, Record<string, JsonValue>> = {}
    for (const [index, { extension, attribute }] of WRITABLE.entries()) {
      const holder = extension === undefined ? resource : (extensions[extension] ??= {})
      holder[attribute.name] = values[index] ?? null
    }
    return { ...resource, ...extensions }
  })

describe.each(engines)('filters on %s', (engine) => {
  let world: ScimWorld
  let resources: readonly JsonObject[] = []
  beforeAll(async () => {
    world = await createScimWorld(engine)
    for (const [index, resource] of fc.sample(person, { seed: SEED, numRuns: PEOPLE }).entries()) {
      const user = { schemas: [USER], ...resource, externalId: ['X', 'x', 'Y'][index], userName: `P${index}` }
      const answer = await world.scim.post('/Users', user)
      if (answer.status !== 201) throw new Error(answer.text)
      world.clock.advance(1)
    }
    const everybody = async () =>
      ((await world.scim.get('/Users')).body as { Resources: readonly JsonObject[] }).Resources
    const ids = (await everybody()).map((user) => idIn(user))
    await world.scim.group('Work', ids.slice(0, 4))
    await world.scim.group('Åsa', ids.slice(3, 6))
    resources = await everybody()
  })
  afterAll(() => world.remove())

  it('find what they find in the resources themselves', async () => {
    let matched = 0
    await fc.assert(
      fc.asyncProperty(filterArbitrary(), async (criteria) => {
        const filter = textOf(criteria)
        const found = await world.scim.post('/Users/.search', { filter, attributes: ['userName'] })
        if (found.status !== 200) {
          // Some are past the bounds on what no index answers.
          expect(found.body).toMatchObject({ status: '400', scimType: 'invalidFilter' })
          return
        }
        const expected = resources.filter((user) => matchesCriteria(parseFilter(USER_TYPE, filter), user))
        const { Resources } = found.body as { Resources: readonly JsonObject[] }
        matched += expected.length > 0 && expected.length < PEOPLE ? 1 : 0
        expect(Resources.map((user) => user['userName'])).toEqual(expected.map((user) => user['userName']))
      }),
      { seed: SEED, numRuns: 250 },
    )
    // Most of them tell some people from others, or nothing would be shown here.
    expect(matched).toBeGreaterThan(80)
  })

  const sortable = [
    ...['id', 'externalId', 'meta.created', 'meta.lastModified', 'meta.version', 'meta.resourceType'],
    ...['meta.location', 'schemas', 'groups', 'groups.value', 'groups.display', 'groups.type', 'groups.$ref'],
    ...WRITABLE.flatMap(({ extension, attribute }) => {
      const path = extension === undefined ? attribute.name : `${extension}:${attribute.name}`
      const subs = (attribute.subAttributes ?? []).filter(isWritable).map((sub) => `${path}.${sub.name}`)
      const isWhole = attribute.type !== 'complex' || subs.includes(`${path}.value`)
      return isWhole ? [path, ...subs] : subs
    }),
  ]

  it.each(sortable)('put users in the order of %s, those without it at the end', async (path) => {
    for (const sortOrder of ['ascending', 'descending']) {
      const { body } = await world.scim.list('/Users', { sortBy: path.toUpperCase(), sortOrder })
      const { Resources } = body as { Resources: readonly JsonObject[] }
      const keys = Resources.map((user) => sortKey(user, path))
      const assigned = keys.filter((key) => key !== undefined)
      const inOrder = [...assigned].sort(Buffer.compare)
      const expected = sortOrder === 'ascending' ? inOrder : inOrder.reverse()
      const absent = keys.slice(assigned.length).map(() => undefined)
      expect(keys).toEqual(sortOrder === 'ascending' ? [...expected, ...absent] : [...absent, ...expected])
      expect(Resources).toHaveLength(PEOPLE)
    }
  })
})

/** What a user is ordered by, as bytes: case counts where the schema says so. */
function sortKey(user: JsonObject, path: string): Buffer | undefined {
  const resolved = resolvePath(USER_TYPE, path)
  if (resolved?.kind !== 'attribute') throw new Error(`there is no ${path}`)
  const { attribute, extension } = resolved
  const sub = resolved.subAttribute ?? findSubAttribute(attribute, 'value')
  const holder = extension ? user[extension.id] : user
  const value = (holder as JsonObject | undefined)?.[attribute.name]
  const items = (Array.isArray(value) ? value : [value]) as readonly JsonValue[]
  const one = items.find((item) => (item as JsonObject | null)?.['primary'] === true) ?? items[0]
  const text = sub ? (one as JsonObject | undefined)?.[sub.name] : one
  if (text === undefined) return undefined
  return Buffer.from((sub ?? attribute).caseExact ? String(text as string) : foldCase(String(text as string)))
}
