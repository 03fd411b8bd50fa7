/** The reference of the API out of the declarations: fields with their types, limits and words. */
import { z } from 'zod'
import type { ApiActionEntry, ApiActionReference, ApiField } from '../domain/api-reference.js'
import type { Action, ApiService } from './action.js'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** JSON Schema (2020-12) of what clients send. */
export const inputSchemaOf = ({ input }: Action): JsonSchema =>
  withoutDialect(z.toJSONSchema(input, { io: 'input' }))

/** JSON Schema (2020-12) of an answer, without RequestId. */
export const outputSchemaOf = ({ output }: Action): JsonSchema =>
  withoutDialect(z.toJSONSchema(z.object(output), { io: 'output' }))

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema
}

export const entryOf = ({ name: service, version }: ApiService, action: Action): ApiActionEntry => ({
  service,
  version,
  name: action.name,
  summary: action.summary,
  priority: action.priority,
  ...(action.differs !== undefined && { differs: action.differs }),
})

export const referenceOf = (service: ApiService, action: Action): ApiActionReference => ({
  ...entryOf(service, action),
  refusals: action.refusals ?? [],
  signed: action.access === 'signed',
  writes: actionWrites(action.name),
  parameters: fieldsOf(inputSchemaOf(action)),
  answer: fieldsOf(outputSchemaOf(action)),
})

/** The cloud's names say it, but for one: a federation token is as good as a key. */
const READING = /^(?:Check|Describe|Get(?!FederationToken)|Inquire|List|Query|Search)/
/** Whether an action of that name changes something or hands credentials out. */
export const actionWrites = (name: string): boolean => !READING.test(name)

function fieldsOf(schema: JsonSchema): readonly ApiField[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property as JsonSchema, required.has(name)),
  )
}

function fieldOf(name: string, schema: JsonSchema, required: boolean): ApiField {
  const item = schema.type === 'array' ? (schema.items as JsonSchema) : undefined
  return {
    name,
    type: typeOf(schema),
    required,
    description: schema.description ?? item?.description ?? '',
    limits: [...limitsOf(schema), ...(item ? limitsOf(item) : [])],
    fields: fieldsOf(item ?? schema),
  }
}

function typeOf(schema: JsonSchema): string {
  if (schema.type === 'array') return `${typeOf(schema.items as JsonSchema)}[]`
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one)).join(' | ')
  return schema.type === 'integer' ? 'int' : String(schema.type ?? 'any')
}

function limitsOf(schema: JsonSchema): readonly string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const])
  const numbers = [minimum, maximum].map((bound) =>
    bound !== undefined && Number.isSafeInteger(bound) && Math.abs(bound) < Number.MAX_SAFE_INTEGER
      ? bound
      : undefined,
  )
  const initial: unknown = schema.default
  return [
    ...(values.length > 0 ? [values.map(String).filter(Boolean).join(' | ')] : []),
    ...range(numbers[0], numbers[1], ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' entries'),
    ...(initial === undefined || initial === '' || Array.isArray(initial)
      ? []
      : [`default ${JSON.stringify(initial)}`]),
  ]
}

function range(from: number | undefined, to: number | undefined, what: string): readonly string[] {
  if (from !== undefined && to !== undefined) return [`${from} to ${to}${what}`]
  if (to !== undefined) return [`at most ${to}${what}`]
  return from === undefined ? [] : [`at least ${from}${what}`]
}
