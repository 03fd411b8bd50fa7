/** What this service provider offers, told truthfully (RFC 7643 sections 5 to 7, RFC 9865 section 4). */
import { IdentityCenterError } from '../server/domain/errors.js'
import { BULK_LIMITS } from './bulk.js'
import { LIST_RESPONSE } from './list-pages.js'
import { MAXIMUM_PAGE } from './list-request.js'
import { RESOURCE_TYPES, type ResourceType, type Schema } from './schemas.js'

export function serviceProviderConfig(baseUrl: string): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, ...BULK_LIMITS },
    filter: { supported: true, maxResults: MAXIMUM_PAGE },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: MAXIMUM_PAGE,
      maxPageSize: MAXIMUM_PAGE,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'SCIM credential',
        description: 'The secret of a SCIM credential of the Identity Center, as a bearer token.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}

function describeType(type: ResourceType, baseUrl: string): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map((extension) => ({ schema: extension.id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  }
}

function describeSchema(schema: Schema, baseUrl: string): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    ...schema,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

const listOf = (resources: readonly object[]): object => ({
  schemas: [LIST_RESPONSE],
  totalResults: resources.length,
  itemsPerPage: resources.length,
  startIndex: 1,
  Resources: resources,
})

const SCHEMAS: readonly Schema[] = RESOURCE_TYPES.flatMap((type) => [type.schema, ...type.extensions])

export const listResourceTypes = (baseUrl: string): object =>
  listOf(RESOURCE_TYPES.map((type) => describeType(type, baseUrl)))

export const listSchemas = (baseUrl: string): object =>
  listOf(SCHEMAS.map((schema) => describeSchema(schema, baseUrl)))

/** Throws `request.notFound`. */
export function findResourceType(name: string, baseUrl: string): object {
  const type = RESOURCE_TYPES.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  if (type) return describeType(type, baseUrl)
  throw new IdentityCenterError(
    'request.notFound',
    'There is no such resource type: there are User and Group.',
  )
}

/** Throws `request.notFound`. */
export function findSchema(urn: string, baseUrl: string): object {
  const schema = SCHEMAS.find((candidate) => candidate.id.toLowerCase() === urn.toLowerCase())
  if (schema) return describeSchema(schema, baseUrl)
  const known = SCHEMAS.map((candidate) => candidate.id).join(', ')
  throw new IdentityCenterError('request.notFound', `There is no such schema: there are ${known}.`)
}
