/** Values for the attributes of the schemas that are served: right ones at random, and wrong ones of every kind. */
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../server/domain/user.js'
import { ENTERPRISE_USER_SCHEMA, USER_SCHEMA, type Attribute } from '../../scim/schemas.js'

/** Texts that tell whether case, wildcards, quotes and characters beyond ASCII are taken for what they are. */
export const TEXTS: readonly string[] = [
  'work',
  'WORK',
  'home',
  'a',
  'A',
  'ab%_c',
  '%',
  '_',
  'O\'Hara "Q" \\',
  'Åsa',
  'åSA',
  'ΟΔΟΣ',
  'οδος',
  'Straße',
  'Жук',
  '中文',
  '😀',
  '￰',
  ' ',
]

export const isWritable = ({ mutability }: Attribute): boolean => mutability === 'readWrite'

/** Attributes that clients may write, with the key of their schema where it is an extension. */
export const WRITABLE: readonly { readonly extension?: string; readonly attribute: Attribute }[] = [
  ...USER_SCHEMA.attributes.map((attribute) => ({ attribute })),
  ...ENTERPRISE_USER_SCHEMA.attributes.map((attribute) => ({
    extension: ENTERPRISE_USER_SCHEMA.id,
    attribute,
  })),
].filter(({ attribute }) => isWritable(attribute))

const text = fc.constantFrom(...TEXTS)

/** A value that the attribute can have; of one with many values, a list. */
export function rightValue(attribute: Attribute): fc.Arbitrary<JsonValue> {
  if (!attribute.multiValued) return rightSingle(attribute)
  return fc
    .uniqueArray(rightSingle(attribute), {
      minLength: 1,
      maxLength: 3,
      selector: (item) => {
        const { value, type } = item as JsonObject
        return JSON.stringify(value === undefined ? item : [value, type])
      },
    })
    .map(withOnePrimary)
}

export function rightSingle(attribute: Attribute): fc.Arbitrary<JsonValue> {
  switch (attribute.type) {
    case 'boolean':
      return fc.boolean()
    case 'binary':
      return fc.constantFrom('AAEC', 'aaec', 'MIIDQzCCAqygAwIBAgICEAA=')
    case 'complex': {
      const subs = (attribute.subAttributes ?? []).filter(isWritable)
      const values = Object.fromEntries(subs.map((sub) => [sub.name, rightSingle(sub)]))
      const [first = ''] = subs.map((sub) => sub.name)
      return fc.record(values, { requiredKeys: [first] })
    }
    default:
      return attribute.name === 'userName' ? fc.constantFrom('anna', 'Bert', 'c.d@example.com') : text
  }
}

const withOnePrimary = (items: readonly JsonValue[]): readonly JsonValue[] => {
  const first = items.findIndex((item) => (item as JsonObject)['primary'] === true)
  return items.map((item, index) => {
    const { primary, ...rest } = item as JsonObject
    return primary === undefined || (primary === true && index !== first) ? rest : { ...rest, primary }
  })
}

/** Values that the attribute cannot have. */
export function wrongValues(attribute: Attribute): readonly unknown[] {
  if (!attribute.multiValued) return wrongSingles(attribute)
  return ['text', 5, true, {}, { value: 'x' }, ...wrongSingles(attribute).map((value) => [value])]
}

function wrongSingles(attribute: Attribute): readonly unknown[] {
  switch (attribute.type) {
    case 'boolean':
      return ['maybe', '', 0, 1, {}, [], [true]]
    case 'complex': {
      const subs = (attribute.subAttributes ?? []).filter(isWritable)
      const [first] = subs
      return [
        5,
        false,
        [],
        ...(subs.some((sub) => sub.name === 'value') ? [] : ['text']),
        ...subs.flatMap((sub) =>
          wrongSingles(sub).map((value) => ({
            ...(first?.required && { [first.name]: 'x' }),
            [sub.name]: value,
          })),
        ),
      ]
    }
    case 'binary':
      return [5, true, {}, [], 'not base64!']
    default:
      return [5, 1.5, true, {}, [], ['x'], 'a\0b', '\ud800']
  }
}
