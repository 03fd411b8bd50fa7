/**
 * Values as clients send them -> values as the schema has them: names in schema spelling, types checked, read-only and
 * unknown attributes left out, unassigned ones absent (RFC 7643 section 2). Lenient where identity providers need it:
 * quoted booleans, and a bare text in place of `{ value }`. What PATCH takes beyond that is its own affair.
 */
import { IdentityCenterError, type ErrorCode } from '../server/domain/errors.js'
import { isStorable } from '../server/domain/storable-text.js'
import type { JsonObject, JsonValue } from '../server/domain/user.js'
import {
  findAttribute,
  findExtension,
  findSubAttribute,
  type Attribute,
  type ResourceType,
  type Schema,
} from './schemas.js'

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const INVALID = { User: 'user.attributeInvalid', Group: 'group.attributeInvalid' } as const satisfies Record<
  ResourceType['name'],
  ErrorCode
>

/** SCIM's `invalidValue` for one attribute. */
export const invalidValue = (type: ResourceType, field: string, problem: string): IdentityCenterError =>
  new IdentityCenterError(INVALID[type.name], `'${field}' ${problem}.`, { field })

/**
 * A resource from a request body. Throws `request.invalid` when the body is no resource of this type, and
 * `user.attributeInvalid` or `group.attributeInvalid` for a value its attribute cannot have.
 */
export function readResource(type: ResourceType, body: unknown): JsonObject {
  if (!isJsonObject(body)) {
    throw new IdentityCenterError(
      'request.invalid',
      `The body must be a JSON object: a ${type.name} resource.`,
    )
  }
  const resource: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.toLowerCase() === 'schemas') requireSchema(type, value)
    const extension = name.includes(':') ? findExtension(type, name) : undefined
    if (extension) {
      const values = readExtension(type, extension, value)
      if (values) resource[extension.id] = values
      continue
    }
    const attribute = findAttribute(type.schema, name)
    if (!attribute || attribute.mutability === 'readOnly') continue
    const read = readValue(type, attribute, value)
    if (read !== undefined) resource[attribute.name] = read
  }
  return resource
}

function requireSchema(type: ResourceType, value: unknown): void {
  const urn = type.schema.id.toLowerCase()
  if (Array.isArray(value) && value.some((item) => typeof item === 'string' && item.toLowerCase() === urn))
    return
  throw new IdentityCenterError('request.invalid', `'schemas' must be a list that holds ${type.schema.id}.`, {
    field: 'schemas',
  })
}

/** The attributes of an extension; `undefined` when none is assigned. */
function readExtension(type: ResourceType, extension: Schema, value: unknown): JsonObject | undefined {
  if (value === null) return undefined
  if (!isJsonObject(value)) throw invalidValue(type, extension.id, 'must be a JSON object')
  const values: Record<string, JsonValue> = {}
  for (const [name, item] of Object.entries(value)) {
    const attribute = findAttribute(extension, name)
    if (!attribute || attribute.mutability === 'readOnly') continue
    const read = readValue(type, attribute, item)
    if (read !== undefined) values[attribute.name] = read
  }
  return Object.keys(values).length > 0 ? values : undefined
}

/** Most values of one attribute of a user; the members of a group are bounded by their quota. */
export const MAXIMUM_VALUES = 500

/** Throws `user.attributeInvalid` when a user's attribute has more values than one can have. */
export function requireFewValues(type: ResourceType, attribute: Attribute, values: readonly unknown[]): void {
  if (type.name === 'User' && values.length > MAXIMUM_VALUES)
    throw invalidValue(type, attribute.name, `has more than ${MAXIMUM_VALUES} values`)
}

/** One attribute's value; `undefined` when it is null or empty, which is the same as unassigned. */
export function readValue(type: ResourceType, attribute: Attribute, value: unknown): JsonValue | undefined {
  if (!attribute.multiValued) return readSingle(type, attribute, value, attribute.name)
  if (value === null || value === undefined) return undefined
  if (!Array.isArray(value)) throw invalidValue(type, attribute.name, 'must be a list')
  requireFewValues(type, attribute, value)
  const items: JsonValue[] = []
  for (const item of value) {
    // A list that says nobody's id was not meant to be empty: taken for that, it would take everybody's access away.
    if (item === null && type.name === 'Group')
      throw invalidValue(type, `${attribute.name}.value`, 'is missing')
    const read = readSingle(type, attribute, item, attribute.name)
    if (read !== undefined) items.push(read)
  }
  const distinct = withoutDoubles(items)
  if (distinct.filter(isPrimary).length > 1)
    throw invalidValue(type, attribute.name, 'has more than one primary value')
  return distinct.length > 0 ? distinct : undefined
}

export const isPrimary = (item: JsonValue): boolean => isJsonObject(item) && item['primary'] === true

/** Values of the same value and type are one (RFC 7643 section 2.4); the later tells what the earlier left open. */
function withoutDoubles(items: readonly JsonValue[]): readonly JsonValue[] {
  const distinct = new Map<string, JsonValue>()
  for (const item of items) {
    const { value, type } = isJsonObject(item) ? item : {}
    const key = JSON.stringify(value === undefined ? item : [value, type])
    const before = distinct.get(key)
    distinct.set(key, isJsonObject(before) && isJsonObject(item) ? { ...before, ...item } : item)
  }
  return distinct.size < items.length ? [...distinct.values()] : items
}

/** One value of an attribute, also of a multi-valued one. */
export function readSingle(
  type: ResourceType,
  attribute: Attribute,
  value: unknown,
  field: string,
): JsonValue | undefined {
  if (value === null || value === undefined) return undefined
  // Microsoft Entra ID unassigns a manager so.
  if (value === '' && attribute.type === 'complex' && !attribute.multiValued) return undefined
  switch (attribute.type) {
    case 'complex':
      return readComplex(type, attribute, value, field)
    case 'boolean':
      return readBoolean(type, value, field)
    case 'string':
    case 'reference':
    case 'dateTime':
      return readText(type, value, field)
    case 'binary': {
      const text = readText(type, value, field)
      if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return text
      throw invalidValue(type, field, 'must be base64')
    }
    default:
      return attribute.type satisfies never
  }
}

function readComplex(
  type: ResourceType,
  attribute: Attribute,
  value: unknown,
  field: string,
): JsonObject | undefined {
  const given = typeof value === 'string' && findSubAttribute(attribute, 'value') ? { value } : value
  if (!isJsonObject(given)) throw invalidValue(type, field, 'must be a JSON object')
  const values: Record<string, JsonValue> = {}
  for (const [name, item] of Object.entries(given)) {
    const sub = findSubAttribute(attribute, name)
    if (!sub || sub.mutability === 'readOnly') continue
    // An address that is none: some clients send an e-mail so for who has none.
    if (item === null && sub.required && type.name === 'User') return undefined
    const read = readSingle(type, sub, item, `${field}.${sub.name}`)
    if (read !== undefined) values[sub.name] = read
  }
  for (const sub of attribute.subAttributes ?? []) {
    if (sub.required && values[sub.name] === undefined)
      throw invalidValue(type, `${field}.${sub.name}`, 'is missing')
  }
  return Object.keys(values).length > 0 ? values : undefined
}

function readBoolean(type: ResourceType, value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  if (text === 'true' || text === 'false') return text === 'true'
  throw invalidValue(type, field, 'must be true or false')
}

const MAXIMUM_TEXT = 65_536

function readText(type: ResourceType, value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalidValue(type, field, 'must be a text')
  if (value.length > MAXIMUM_TEXT)
    throw invalidValue(type, field, `is longer than ${MAXIMUM_TEXT} characters`)
  if (!isStorable(value)) {
    throw invalidValue(
      type,
      field,
      'holds a character that cannot be stored (NUL, or half of a surrogate pair)',
    )
  }
  return value
}
