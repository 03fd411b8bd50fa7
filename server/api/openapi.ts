/** The cloud API as paths of an OpenAPI 3.1 document. All actions share one address: a fragment tells their paths apart. */
import type { Action, ApiService } from './action.js'
import { inputSchemaOf, outputSchemaOf } from './reference.js'

type JsonObject = Readonly<Record<string, unknown>>

const header = (name: string, schema: JsonObject, description: string): JsonObject => ({
  name,
  in: 'header',
  required: true,
  description,
  schema,
})

/** `#/components/schemas/ApiError` is expected beside them, and the security scheme `tc3`. */
export const apiPaths = (services: readonly ApiService[]): JsonObject =>
  Object.fromEntries(
    services.flatMap((service) =>
      service.actions.map((action) => [
        `/#${service.name}.${service.version}.${action.name}`,
        { post: operationOf(service, action) },
      ]),
    ),
  )

function operationOf({ name: service, version }: ApiService, action: Action): JsonObject {
  const answer = outputSchemaOf(action)
  return {
    operationId: `${service}_${version.replaceAll('-', '')}_${action.name}`,
    tags: [service],
    summary: action.summary,
    ...(action.differs !== undefined && { description: action.differs }),
    security: action.access === 'signed' ? [{ tc3: [] }] : [],
    parameters: [
      header('X-TC-Action', { const: action.name }, 'Name of the action.'),
      header('X-TC-Version', { const: version }, 'Version of the service.'),
      ...(action.access === 'signed'
        ? [header('X-TC-Timestamp', { type: 'string' }, 'Seconds since 1970, within 300 of now.')]
        : []),
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: inputSchemaOf(action) } },
    },
    responses: {
      200: {
        description: 'The answer, or the refusal.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['Response'],
              properties: {
                Response: {
                  oneOf: [
                    {
                      ...answer,
                      properties: { ...answer.properties, RequestId: { type: 'string' } },
                      required: [...(answer.required ?? []), 'RequestId'],
                      additionalProperties: false,
                    },
                    { $ref: '#/components/schemas/ApiError' },
                  ],
                },
              },
            },
          },
        },
      },
    },
  }
}

export const API_COMPONENTS: { readonly schemas: JsonObject; readonly securitySchemes: JsonObject } = {
  schemas: {
    ApiError: {
      type: 'object',
      required: ['Error', 'RequestId'],
      properties: {
        Error: {
          type: 'object',
          required: ['Code', 'Message'],
          properties: { Code: { type: 'string' }, Message: { type: 'string' } },
        },
        RequestId: { type: 'string' },
      },
    },
  },
  securitySchemes: {
    tc3: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'TC3-HMAC-SHA256 over the request, by an API key or temporary credentials.',
    },
  },
}
