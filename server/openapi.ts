/** The OpenAPI 3.1 document of the doors for programs: the cloud API and SCIM. */
import { scimComponents, scimPaths } from '../scim/openapi.js'
import type { ApiService } from './api/action.js'
import { API_COMPONENTS, apiPaths } from './api/openapi.js'

export function openApiDocument(baseUrl: string, services: readonly ApiService[]): object {
  const scim = scimComponents()
  return {
    openapi: '3.1.0',
    info: {
      title: 'Identity Center',
      version: '1',
      description: 'Cloud API v3 (POST /, actions told apart by headers) and SCIM 2.0.',
    },
    servers: [{ url: baseUrl }],
    paths: { ...scimPaths(), ...apiPaths(services) },
    components: {
      schemas: { ...scim.schemas, ...API_COMPONENTS.schemas },
      securitySchemes: { ...scim.securitySchemes, ...API_COMPONENTS.securitySchemes },
    },
  }
}
