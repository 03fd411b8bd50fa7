/**
 * Protocol messages: SearchRequest, PatchOp, BulkRequest (RFC 7644 section 8.2). The names of their attributes count
 * without regard to case, as those of all attributes do (RFC 7643 section 2.1).
 */
import type { JsonObject, JsonValue } from '../server/domain/user.js'
import { isJsonObject } from './attribute-values.js'

/** Attributes of a message by name in lower case. */
export type Fields = ReadonlyMap<string, JsonValue>

export const fieldsOf = (object: JsonObject): Fields =>
  new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]))

interface Message {
  readonly urn: string
  /** Made from the sentence that says what is wrong. */
  readonly refusal: (message: string) => Error
  /** Whether `schemas` may be left out. */
  readonly schemasOptional?: boolean
}

/** The fields of a message body. Throws what `refusal` makes when the body is no such message. */
export function readMessage(body: unknown, { urn, refusal, schemasOptional }: Message): Fields {
  const name = urn.slice(urn.lastIndexOf(':') + 1)
  if (!isJsonObject(body)) throw refusal(`The body must be a JSON object: a ${name} message.`)
  const fields = fieldsOf(body)
  const schemas = fields.get('schemas')
  if (schemas === undefined && schemasOptional) return fields
  const isUrn = (item: JsonValue) => typeof item === 'string' && item.toLowerCase() === urn.toLowerCase()
  if (Array.isArray(schemas) && schemas.some(isUrn)) return fields
  throw refusal(`'schemas' must be a list that holds ${urn}.`)
}
