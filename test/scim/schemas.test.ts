import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.js'
import { createScimWorld, ENTERPRISE, GROUP, USER, type ScimWorld } from './scim-world.js'

interface Attribute {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: string
  readonly returned: string
  readonly uniqueness: string
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

/** One line: the name and what differs from a plain text that clients may write and read. */
function lineOf(attribute: Attribute): string {
  const { name, type, multiValued, required, caseExact, mutability, returned, uniqueness } = attribute
  return [
    name,
    type !== 'string' && type,
    multiValued && 'many',
    required && 'required',
    caseExact && 'exact',
    mutability !== 'readWrite' && mutability,
    returned !== 'default' && returned,
    uniqueness !== 'none' && uniqueness,
    attribute.canonicalValues?.join('|'),
    attribute.referenceTypes && `-> ${attribute.referenceTypes.join('|')}`,
  ]
    .filter((part) => typeof part === 'string')
    .join(' ')
}

const linesOf = (attributes: readonly Attribute[], indent = ''): readonly string[] =>
  attributes.flatMap((attribute) => [
    indent + lineOf(attribute),
    ...linesOf(attribute.subAttributes ?? [], `${indent}  `),
  ])

const values = (name: string, types?: string, value = 'value') => [
  `${name} complex many`,
  `  ${value}`,
  '  display',
  `  type${types === undefined ? '' : ` ${types}`}`,
  '  primary boolean',
]

/** RFC 7643 sections 4 and 8.7.1, with the departures that `docs/scim.md` lists. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  [USER]: [
    'userName required server',
    'name complex',
    ...['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map(
      (part) => `  ${part}`,
    ),
    'displayName',
    'nickName',
    'profileUrl reference exact -> external',
    ...['title', 'userType', 'preferredLanguage', 'locale', 'timezone'],
    'active boolean',
    'password writeOnly never',
    ...values('emails', 'work|home|other', 'value required'),
    ...values('phoneNumbers', 'work|home|mobile|fax|pager|other'),
    ...values('ims', 'aim|gtalk|icq|xmpp|msn|skype|qq|yahoo'),
    ...values('photos', 'photo|thumbnail', 'value reference exact -> external'),
    'addresses complex many',
    ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map(
      (part) => `  ${part}`,
    ),
    '  type work|home|other',
    '  primary boolean',
    'groups complex many readOnly',
    '  value exact readOnly',
    '  $ref reference exact readOnly -> Group',
    '  display readOnly',
    '  type readOnly direct',
    ...values('entitlements'),
    ...values('roles'),
    ...values('x509Certificates', undefined, 'value binary exact'),
  ],
  [ENTERPRISE]: [
    ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'],
    'manager complex',
    '  value',
    '  $ref reference exact -> User',
    '  displayName readOnly',
  ],
  [GROUP]: [
    'displayName required server',
    'members complex many',
    '  value required exact immutable',
    '  display readOnly',
    '  $ref reference exact readOnly -> User',
    '  type immutable User',
  ],
}

describe('/Schemas', () => {
  let world: ScimWorld
  beforeAll(async () => {
    world = await createScimWorld(engines[0] ?? 'sqlite')
  })
  afterAll(() => world.remove())

  it.each(Object.keys(EXPECTED))('describes %s', async (urn) => {
    const { body } = await world.scim.get(`/Schemas/${urn}`)
    const { attributes, meta } = body as { attributes: readonly Attribute[]; meta: object }
    expect(linesOf(attributes)).toEqual(EXPECTED[urn])
    expect(meta).toEqual({ resourceType: 'Schema', location: `${world.baseUrl}/scim/v2/Schemas/${urn}` })
    for (const { description } of attributes) expect(description).not.toBe('')
  })
})
