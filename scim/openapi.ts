/** The SCIM door as paths of an OpenAPI 3.1 document, from the schemas that it serves. */
import { RESOURCE_TYPES, type Attribute, type ResourceType, type Schema } from './schemas.js'

type JsonObject = Readonly<Record<string, unknown>>

const TYPES: Readonly<Record<Attribute['type'], JsonObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  dateTime: { type: 'string', format: 'date-time' },
  reference: { type: 'string' },
  binary: { type: 'string', contentEncoding: 'base64' },
  complex: { type: 'object' },
}

function schemaOfAttribute(attribute: Attribute): JsonObject {
  const { type, multiValued, subAttributes, description, canonicalValues } = attribute
  const one: JsonObject = {
    ...TYPES[type],
    ...(subAttributes && { properties: propertiesOf(subAttributes) }),
    ...(canonicalValues && { examples: canonicalValues }),
  }
  return {
    ...(multiValued ? { type: 'array', items: one } : one),
    ...(description !== '' && { description }),
    ...(attribute.mutability === 'readOnly' && { readOnly: true }),
    ...(attribute.mutability === 'writeOnly' && { writeOnly: true }),
  }
}

/** Without `$ref`: readers of OpenAPI take a property of that name for a reference. */
const propertiesOf = (attributes: readonly Attribute[]): JsonObject =>
  Object.fromEntries(
    attributes
      .filter(({ name }) => name !== '$ref')
      .map((attribute) => [attribute.name, schemaOfAttribute(attribute)]),
  )

const schemaOf = ({ attributes }: Schema): JsonObject => ({
  type: 'object',
  properties: propertiesOf(attributes),
})

const resourceSchema = ({ schema, extensions }: ResourceType): JsonObject => ({
  type: 'object',
  required: ['schemas', ...schema.attributes.filter(({ required }) => required).map(({ name }) => name)],
  properties: {
    schemas: { type: 'array', items: { type: 'string' } },
    ...propertiesOf(schema.attributes),
    ...Object.fromEntries(extensions.map((extension) => [extension.id, schemaOf(extension)])),
  },
})

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })
const content = (schema: JsonObject): JsonObject => ({ 'application/scim+json': { schema } })
const answer = (description: string, schema?: JsonObject): JsonObject => ({
  description,
  ...(schema && { content: content(schema) }),
})
const REFUSED = { default: answer('A refusal (RFC 7644 section 3.12).', reference('ScimError')) }

const query = (name: string, schema: JsonObject, description: string): JsonObject => ({
  name,
  in: 'query',
  description,
  schema,
})
const SELECTION = [
  query('attributes', { type: 'string' }, 'Attributes to return, with commas between.'),
  query('excludedAttributes', { type: 'string' }, 'Attributes to leave out, with commas between.'),
]
const LIST = [
  query('filter', { type: 'string' }, 'RFC 7644 section 3.4.2.2.'),
  query('startIndex', { type: 'integer', minimum: 1 }, 'Number of the first entry.'),
  query('count', { type: 'integer', minimum: 0 }, 'Entries of one page, 100 at most.'),
  query('cursor', { type: 'string' }, 'RFC 9865; empty for the first page.'),
  query('sortBy', { type: 'string' }, 'Attribute to sort by.'),
  query('sortOrder', { enum: ['ascending', 'descending'] }, 'Ascending unless given.'),
  ...SELECTION,
]

function operation(summary: string, rest: JsonObject, responses: JsonObject): JsonObject {
  return {
    tags: ['scim'],
    summary,
    security: [{ scim: [] }],
    ...rest,
    responses: { ...responses, ...REFUSED },
  }
}

function pathsOf({ name, endpoint }: ResourceType): JsonObject {
  const body = { requestBody: { required: true, content: content(reference(name)) } }
  const one = answer(`The ${name.toLowerCase()}.`, reference(name))
  const list = answer('One page.', reference('ScimList'))
  const patch = { requestBody: { required: true, content: content(reference('ScimPatch')) } }
  return {
    [`/scim/v2${endpoint}`]: {
      get: operation(`Lists ${name} resources.`, { parameters: LIST }, { 200: list }),
      post: operation(`Makes a ${name}.`, body, { 201: one }),
    },
    [`/scim/v2${endpoint}/.search`]: {
      post: operation(
        `Lists ${name} resources; the query stands in the body.`,
        { requestBody: { required: true, content: content({ type: 'object' }) } },
        { 200: list },
      ),
    },
    [`/scim/v2${endpoint}/{id}`]: {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: operation(`Tells of one ${name}.`, { parameters: SELECTION }, { 200: one }),
      put: operation(`Replaces a ${name}.`, body, { 200: one }),
      patch: operation(
        `Changes a ${name}.`,
        patch,
        name === 'Group' ? { 204: answer('Changed.') } : { 200: one },
      ),
      delete: operation(`Deletes a ${name}.`, {}, { 204: answer('Deleted.') }),
    },
  }
}

const discovery = (summary: string, security: readonly JsonObject[]): JsonObject => ({
  get: { ...operation(summary, {}, { 200: answer('As RFC 7643 has it.', { type: 'object' }) }), security },
})

export const scimPaths = (): JsonObject => ({
  ...Object.fromEntries(RESOURCE_TYPES.flatMap((type) => Object.entries(pathsOf(type)))),
  '/scim/v2/Bulk': {
    post: operation(
      'Does many operations (RFC 7644 section 3.7).',
      { requestBody: { required: true, content: content({ type: 'object' }) } },
      { 200: answer('What became of each.', { type: 'object' }) },
    ),
  },
  '/scim/v2/ServiceProviderConfig': discovery('Tells what this server can do.', []),
  '/scim/v2/ResourceTypes': discovery('Tells what resources there are.', [{ scim: [] }]),
  '/scim/v2/Schemas': discovery('Tells what attributes resources have.', [{ scim: [] }]),
})

export const scimComponents = (): { readonly schemas: JsonObject; readonly securitySchemes: JsonObject } => ({
  schemas: {
    ...Object.fromEntries(RESOURCE_TYPES.map((type) => [type.name, resourceSchema(type)])),
    ScimList: {
      type: 'object',
      properties: {
        schemas: { type: 'array', items: { type: 'string' } },
        totalResults: { type: 'integer' },
        itemsPerPage: { type: 'integer' },
        startIndex: { type: 'integer' },
        nextCursor: { type: 'string' },
        Resources: { type: 'array', items: { type: 'object' } },
      },
    },
    ScimPatch: {
      type: 'object',
      required: ['schemas', 'Operations'],
      properties: {
        schemas: { type: 'array', items: { type: 'string' } },
        Operations: {
          type: 'array',
          items: {
            type: 'object',
            required: ['op'],
            properties: { op: { type: 'string' }, path: { type: 'string' }, value: {} },
          },
        },
      },
    },
    ScimError: {
      type: 'object',
      properties: {
        schemas: { type: 'array', items: { type: 'string' } },
        status: { type: 'string' },
        scimType: { type: 'string' },
        detail: { type: 'string' },
      },
    },
  },
  securitySchemes: { scim: { type: 'http', scheme: 'bearer', description: 'Secret of a SCIM credential.' } },
})
