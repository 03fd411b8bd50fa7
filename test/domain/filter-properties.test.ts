import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFilter, parsePatchPath } from '../../scim/filter.js'
import { ENTERPRISE_USER, USER_TYPE, type Attribute } from '../../scim/schemas.js'
import { filterArbitrary, textOf } from '../scim/filter-texts.js'

describe('filters', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(filterArbitrary(), fc.boolean(), (criteria, shout) => {
        const text = textOf(criteria, { shout })
        // Past the bounds there is nothing to compare.
        fc.pre(text.length < 4000 && (text.match(/ (pr|[a-z]{2} )/gi)?.length ?? 0) <= 10)
        expect(parseFilter(USER_TYPE, text)).toEqual(criteria)
      }),
      { numRuns: 500 },
    )
  })
})

describe('paths', () => {
  const paths = [USER_TYPE.schema, ...USER_TYPE.extensions].flatMap((schema) =>
    schema.attributes.flatMap((attribute) =>
      [undefined, ...(attribute.subAttributes ?? [])].map((sub) => ({ schema, attribute, sub })),
    ),
  )

  it.each(paths.map((path) => [`${path.schema.name} ${nameOf(path)}`, path] as const))(
    'of %s are found with and without the urn, in any case',
    (_name, { schema, attribute, sub }) => {
      const expected = {
        target: {
          kind: 'attribute',
          attribute,
          ...(sub && { subAttribute: sub }),
          ...(schema.id === ENTERPRISE_USER && { extension: schema }),
        },
      }
      const plain = nameOf({ attribute, sub })
      for (const path of [plain, `${schema.id}:${plain}`]) {
        for (const written of [path, path.toUpperCase(), path.toLowerCase(), ` ${path} `]) {
          expect(parsePatchPath(USER_TYPE, written)).toEqual(expected)
        }
      }
      if (attribute.multiValued && sub) {
        const selected = parsePatchPath(USER_TYPE, `${attribute.name}[type eq "work"].${sub.name}`)
        expect(selected).toMatchObject({
          target: { attribute },
          filter: { field: 'type', value: 'work' },
          subAttribute: sub,
        })
      }
    },
  )
})

function nameOf({ attribute, sub }: { attribute: Attribute; sub: Attribute | undefined }): string {
  return sub ? `${attribute.name}.${sub.name}` : attribute.name
}
