/**
 * The schemas that are served, as data: User with the enterprise extension, and Group (RFC 7643 sections 4, 7 and 8.7).
 * SCIMMY describes the standard ones; where this server is narrower the description is corrected here, so that
 * /Schemas tells what is true.
 */
import SCIMMY from 'scimmy'

export type AttributeType = 'string' | 'boolean' | 'dateTime' | 'reference' | 'binary' | 'complex'
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
export type Returned = 'always' | 'default' | 'request' | 'never'

/** An attribute and its characteristics (RFC 7643 section 2.2). */
export interface Attribute {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: Mutability
  readonly returned: Returned
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

export interface ResourceType {
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly description: string
  readonly schema: Schema
  readonly extensions: readonly Schema[]
}

export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What a definition of SCIMMY's may leave out. */
type Described = Omit<Partial<Attribute>, 'subAttributes'> &
  Pick<Attribute, 'name' | 'type'> & { readonly subAttributes?: readonly Described[] }

/** Characteristics that differ here, by attribute or `attribute.subAttribute`. */
type Corrections = Readonly<Record<string, Partial<Attribute>>>

function complete(described: Described, corrections: Corrections, prefix = ''): Attribute {
  const path = `${prefix}${described.name}`
  return {
    name: described.name,
    type: described.type,
    multiValued: described.multiValued ?? false,
    // SCIMMY calls the `display` of every value read-only; the standard's own schemas let clients write most of them.
    description: (described.description ?? '').replace(/ READ-ONLY\.$/, ''),
    required: described.required ?? false,
    // References and binary values are case exact (RFC 7643 sections 2.3.6 and 2.3.7).
    caseExact: described.caseExact === true || described.type === 'reference' || described.type === 'binary',
    mutability: described.mutability ?? 'readWrite',
    returned: described.returned ?? 'default',
    uniqueness: described.uniqueness ?? 'none',
    ...(described.canonicalValues?.length && { canonicalValues: described.canonicalValues }),
    ...(described.referenceTypes && { referenceTypes: described.referenceTypes }),
    ...(described.subAttributes && {
      subAttributes: described.subAttributes.map((sub) => complete(sub, corrections, `${path}.`)),
    }),
    ...corrections[path],
  }
}

function schemaOf(
  definition: { describe(): { id: string; name: string; description: string; attributes: unknown } },
  names: { readonly name: string; readonly description: string },
  corrections: Corrections,
): Schema {
  const { id, attributes } = definition.describe()
  // Its attributes show their characteristics only as JSON, and by the types of `Attribute`: its constructor sees to that.
  const described = JSON.parse(JSON.stringify(attributes)) as readonly Described[]
  return { id, ...names, attributes: described.map((attribute) => complete(attribute, corrections)) }
}

export const USER_SCHEMA = schemaOf(
  SCIMMY.Schemas.User.definition,
  { name: 'User', description: 'A person of the zone' },
  {
    userName: {
      description:
        'Name with which the user signs in: 1 to 128 of the characters A-Z a-z 0-9 + = , . @ _ -, unique in the zone without regard to case, manual users included. SAML NameID must equal it.',
    },
    active: {
      description:
        'Whether the user may sign in. False ends sessions and temporary credentials at once. True when never given.',
    },
    password: {
      description:
        'Accepted and dropped: it is never stored, compared or returned. Users sign in through SSO.',
    },
    'emails.value': { required: true },
    groups: { description: 'Groups the user is a direct member of. Changed through the Group resource.' },
    'groups.value': { caseExact: true },
    'groups.$ref': { referenceTypes: ['Group'] },
    'groups.type': { canonicalValues: ['direct'] },
  },
)

export const GROUP_SCHEMA = schemaOf(
  SCIMMY.Schemas.Group.definition,
  { name: 'Group', description: 'Users who share access' },
  {
    displayName: {
      description:
        'Name of the group: 1 to 128 characters, unique in the zone without regard to case, manual groups included.',
      uniqueness: 'server',
    },
    members: {
      description:
        'Members of the group: users only, no nested groups. A single group has them unless excludedAttributes names them; a list of groups has them only when attributes names them.',
    },
    'members.value': { description: 'Id of the user.', required: true, caseExact: true },
    'members.display': { mutability: 'readOnly' },
    'members.$ref': { mutability: 'readOnly', referenceTypes: ['User'] },
    'members.type': { canonicalValues: ['User'] },
  },
)

export const ENTERPRISE_USER_SCHEMA = schemaOf(
  SCIMMY.Schemas.EnterpriseUser.definition,
  { name: 'EnterpriseUser', description: 'What an organization adds to a user' },
  {},
)

export const USER_TYPE: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User accounts',
  schema: USER_SCHEMA,
  extensions: [ENTERPRISE_USER_SCHEMA],
}

export const GROUP_TYPE: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups of users',
  schema: GROUP_SCHEMA,
  extensions: [],
}

export const RESOURCE_TYPES: readonly ResourceType[] = [USER_TYPE, GROUP_TYPE]

const plain = (name: string, characteristics: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description: '',
  required: false,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'default',
  uniqueness: 'none',
  ...characteristics,
})

/** Attributes that every resource has (RFC 7643 section 3.1); no schema lists them. */
const COMMON_ATTRIBUTES: readonly Attribute[] = [
  plain('schemas', { multiValued: true, type: 'reference', returned: 'always' }),
  plain('id', { returned: 'always', uniqueness: 'server' }),
  plain('externalId', { mutability: 'readWrite' }),
  plain('meta', {
    type: 'complex',
    subAttributes: [
      plain('resourceType'),
      plain('created', { type: 'dateTime' }),
      plain('lastModified', { type: 'dateTime' }),
      plain('location', { type: 'reference' }),
      plain('version'),
    ],
  }),
]

/** What a path such as `name.familyName` or `urn:…:User:department` names. */
export type ResolvedPath =
  | {
      readonly kind: 'attribute'
      /** The extension it belongs to; absent for the core schema and the common attributes. */
      readonly extension?: Schema
      readonly attribute: Attribute
      readonly subAttribute?: Attribute
    }
  | { readonly kind: 'schema'; readonly schema: Schema }

type AttributeIndex = ReadonlyMap<string, Attribute>
const indexOf = (attributes: readonly Attribute[]): AttributeIndex =>
  new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]))

const COMMON_INDEX = indexOf(COMMON_ATTRIBUTES)
const SCHEMA_INDEXES: ReadonlyMap<string, AttributeIndex> = new Map(
  [USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_USER_SCHEMA].map((schema) => [
    schema.id,
    indexOf(schema.attributes),
  ]),
)

/** The attribute of the schema with that name, whatever its case; the common ones belong to each core schema. */
export function findAttribute(schema: Schema, name: string): Attribute | undefined {
  const key = name.toLowerCase()
  return (
    SCHEMA_INDEXES.get(schema.id)?.get(key) ??
    (schema.id === ENTERPRISE_USER ? undefined : COMMON_INDEX.get(key))
  )
}

export function findSubAttribute(attribute: Attribute, name: string): Attribute | undefined {
  const key = name.toLowerCase()
  return attribute.subAttributes?.find((sub) => sub.name.toLowerCase() === key)
}

/** The extension with that urn, whatever its case. */
export const findExtension = (type: ResourceType, urn: string): Schema | undefined =>
  type.extensions.find((extension) => extension.id.toLowerCase() === urn.toLowerCase())

/**
 * Finds what an attribute path names (RFC 7644 section 3.10): names and urns without regard to case, a schema urn in
 * front or not, also of an extension where the core schema has no such attribute (Microsoft's documentation shows
 * `manager` so). `undefined` when the type has no such attribute.
 */
export function resolvePath(type: ResourceType, path: string): ResolvedPath | undefined {
  const lower = path.toLowerCase()
  for (const schema of [type.schema, ...type.extensions]) {
    const urn = schema.id.toLowerCase()
    if (lower === urn) return { kind: 'schema', schema }
    // Behind the urn stands a colon; Microsoft Entra ID's oldest provisioning jobs put a dot.
    if (lower.startsWith(`${urn}:`) || lower.startsWith(`${urn}.`))
      return resolveName(type, schema, path.slice(urn.length + 1))
  }
  for (const schema of [type.schema, ...type.extensions]) {
    const resolved = resolveName(type, schema, path)
    if (resolved) return resolved
  }
  return undefined
}

function resolveName(type: ResourceType, schema: Schema, name: string): ResolvedPath | undefined {
  const [attributeName = '', subName, ...rest] = name.split('.')
  if (rest.length > 0) return undefined
  const attribute = findAttribute(schema, attributeName)
  if (!attribute) return undefined
  const found = {
    kind: 'attribute',
    attribute,
    ...(schema !== type.schema && { extension: schema }),
  } as const
  if (subName === undefined) return found
  const subAttribute = findSubAttribute(attribute, subName)
  return subAttribute && { ...found, subAttribute }
}
