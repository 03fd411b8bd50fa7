/**
 * PATCH (RFC 7644 section 3.5.2) as pure functions: the body becomes operations, operations without a path are spread
 * over the attributes they name, and each is applied to a resource. All or nothing: the first bad one throws.
 */
import { matchesCriteria, type Criteria } from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { JsonObject, JsonValue } from '../server/domain/user.js'
import {
  invalidValue,
  isJsonObject,
  isPrimary,
  readExtension,
  readSingle,
  readValue,
  requireFewValues,
} from './attribute-values.js'
import { parsePatchPath, type PatchPath } from './filter.js'
import { fieldsOf, readMessage } from './message.js'
import { resolvePath, type Attribute, type ResourceType, type Schema } from './schemas.js'

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** Most operations in one request; one without a path counts for each attribute that it names. */
export const MAXIMUM_OPERATIONS = 1000

type Verb = 'add' | 'remove' | 'replace'

/** One operation on one attribute (or one extension as a whole). */
export interface PatchOperation {
  readonly verb: Verb
  readonly path: PatchPath
  /** As sent. */
  readonly value: unknown
}

/**
 * Reads a PatchOp body. Verbs count without regard to case, an empty path is none. Operations without a path become one
 * operation for each attribute of their value; unknown and read-only ones among them are left out, as in a POST.
 * Throws `patch.invalidSyntax`, `patch.tooMany`, `patch.noTarget`, `patch.invalidPath`, `patch.mutability`, `filter.malformed`.
 */
export function readPatch(type: ResourceType, body: unknown): readonly PatchOperation[] {
  const message = readMessage(body, { urn: PATCH_OP, schemasOptional: true, refusal: invalidSyntax })
  const operations = message.get('operations')
  if (!Array.isArray(operations) || operations.length === 0) {
    throw invalidSyntax("'Operations' must be a list of at least one operation.")
  }
  requireFewOperations(operations)
  const read: PatchOperation[] = []
  for (const [index, operation] of operations.entries()) {
    read.push(...readOperation(type, operation, index))
    requireFewOperations(read)
  }
  return read
}

function requireFewOperations(operations: readonly unknown[]): void {
  if (operations.length <= MAXIMUM_OPERATIONS) return
  throw new IdentityCenterError(
    'patch.tooMany',
    `A PATCH has at most ${MAXIMUM_OPERATIONS} operations; send the rest in another request.`,
  )
}

const invalidSyntax = (message: string) => new IdentityCenterError('patch.invalidSyntax', message)

function readOperation(type: ResourceType, operation: unknown, index: number): readonly PatchOperation[] {
  const which = `Operation ${index + 1}`
  if (!isJsonObject(operation)) throw invalidSyntax(`${which} must be a JSON object.`)
  const fields = fieldsOf(operation)
  const op = fields.get('op')
  const path = fields.get('path')
  const value = fields.get('value')
  const verb = typeof op === 'string' ? op.toLowerCase() : undefined
  if (verb !== 'add' && verb !== 'remove' && verb !== 'replace') {
    throw invalidSyntax(`${which}: 'op' must be add, remove or replace.`)
  }
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw new IdentityCenterError('patch.invalidPath', `${which}: 'path' must be a text.`)
  }
  if (verb !== 'remove' && value === undefined) {
    throw new IdentityCenterError('patch.invalidValue', `${which}: '${verb}' needs a value.`)
  }
  const target = path?.trim() ? parsePatchPath(type, path.trim()) : undefined
  if (!target || (target.target.kind === 'schema' && target.target.schema === type.schema)) {
    if (verb === 'remove') {
      throw new IdentityCenterError(
        'patch.noTarget',
        `${which}: 'remove' needs a path that says what to remove.`,
      )
    }
    return spread(type, verb, value, which)
  }
  requireWritable(target)
  return [{ verb, path: target, value }]
}

/** The operations that one without a path stands for. Keys may be paths themselves, as Microsoft Entra ID sends them. */
function spread(type: ResourceType, verb: Verb, value: unknown, which: string): readonly PatchOperation[] {
  if (!isJsonObject(value)) {
    throw new IdentityCenterError(
      'patch.invalidValue',
      `${which}: without a path the value must be a JSON object.`,
    )
  }
  const entries = Object.entries(value)
  requireFewOperations(entries)
  return entries.flatMap(([key, item]) => {
    const name = key.split('[', 1)[0]?.trim() ?? ''
    if (!resolvePath(type, name)) return []
    const path = parsePatchPath(type, key)
    if (path.target.kind === 'schema' && path.target.schema === type.schema) {
      throw new IdentityCenterError(
        'patch.invalidPath',
        `${which}: name the attributes of ${key} themselves.`,
      )
    }
    return isWritable(path) ? [{ verb, path, value: item }] : []
  })
}

function isWritable({ target, subAttribute }: PatchPath): boolean {
  if (target.kind === 'schema') return true
  return [target.attribute, target.subAttribute, subAttribute].every(
    (attribute) => attribute?.mutability !== 'readOnly',
  )
}

function requireWritable(path: PatchPath): void {
  if (isWritable(path) || path.target.kind !== 'attribute') return
  throw mutability(
    `'${nameOf(path.target.attribute, path.subAttribute ?? path.target.subAttribute)}' is read-only`,
  )
}

const mutability = (problem: string) => new IdentityCenterError('patch.mutability', `${problem}.`)

const nameOf = (attribute: Attribute, sub?: Attribute) =>
  sub ? `${attribute.name}.${sub.name}` : attribute.name

type Draft = Record<string, JsonValue>

/** Applies the operations in order and returns a new resource, in schema spelling as `readResource` makes it. */
export function applyPatch(
  type: ResourceType,
  resource: JsonObject,
  operations: readonly PatchOperation[],
): JsonObject {
  // What is nested is copied before it is changed.
  const draft: Draft = { ...resource }
  for (const operation of operations) applyOperation(type, draft, operation)
  return draft
}

function applyOperation(type: ResourceType, draft: Draft, { verb, path, value }: PatchOperation): void {
  const { target } = path
  if (target.kind === 'schema') {
    applyToExtension(type, draft, target.schema, verb, value)
    return
  }
  const { extension, attribute } = target
  const holder = extension ? draftOf(draft[extension.id]) : draft
  if (attribute.multiValued) applyToValues(type, holder, verb, attribute, path, value)
  else applyToSingle(type, holder, verb, attribute, target.subAttribute, value)
  if (extension) assign(draft, extension.id, holder)
}

const draftOf = (value: JsonValue | undefined): Draft => (isJsonObject(value) ? { ...value } : {})

/** Sets the value, or unassigns when it is absent or empty. */
function assign(holder: Draft, name: string, value: JsonValue | undefined): void {
  const empty =
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (isJsonObject(value) && Object.keys(value).length === 0)
  if (empty) Reflect.deleteProperty(holder, name)
  else holder[name] = value
}

function applyToExtension(
  type: ResourceType,
  draft: Draft,
  extension: Schema,
  verb: Verb,
  value: unknown,
): void {
  const values = verb === 'remove' ? undefined : readExtension(type, extension, value)
  if (!values) {
    // Replacing by nothing unassigns; adding nothing changes nothing.
    if (verb !== 'add') Reflect.deleteProperty(draft, extension.id)
    return
  }
  draft[extension.id] = { ...draftOf(draft[extension.id]), ...values }
}

function applyToSingle(
  type: ResourceType,
  holder: Draft,
  verb: Verb,
  attribute: Attribute,
  sub: Attribute | undefined,
  value: unknown,
): void {
  const field = nameOf(attribute, sub)
  const target = sub ?? attribute
  const given = verb === 'remove' ? undefined : readSingle(type, target, singleOf(target, value), field)
  if (sub) {
    const complex = draftOf(holder[attribute.name])
    assign(complex, sub.name, given)
    assign(holder, attribute.name, complex)
    return
  }
  if (given === undefined && attribute.required)
    throw mutability(`'${field}' is required and cannot be removed`)
  const merged = isJsonObject(given) ? { ...draftOf(holder[attribute.name]), ...given } : given
  assign(holder, attribute.name, merged)
}

function applyToValues(
  type: ResourceType,
  holder: Draft,
  verb: Verb,
  attribute: Attribute,
  path: PatchPath,
  value: unknown,
): void {
  const present = holder[attribute.name]
  const items = Array.isArray(present) ? present.map(draftOf) : []
  const sub = path.subAttribute ?? (path.target.kind === 'attribute' ? path.target.subAttribute : undefined)
  const changed =
    path.filter || sub
      ? changeSelected(type, items, { verb, attribute, filter: path.filter, sub, value })
      : changeWhole(type, items, verb, attribute, value)
  requireFewValues(type, attribute, changed)
  assign(holder, attribute.name, changed)
}

/**
 * One value in place of the list of one that clients send for it: Microsoft Entra ID's older dialect has
 * `[{ "value": … }]` for a manager and for plain texts alike.
 */
function singleOf(attribute: Attribute, value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 1) return value
  const [only] = value as readonly unknown[]
  if (attribute.type === 'complex') return only
  return isJsonObject(only) ? fieldsOf(only).get('value') : value
}

/** The list that a client means who sends one value in its place. */
export const listOf = (value: unknown): unknown =>
  value === undefined || value === null || Array.isArray(value) ? value : [value]

/** The whole list: append, replace, or remove (all values, or the given ones, as Microsoft Entra ID does). */
function changeWhole(
  type: ResourceType,
  items: readonly Draft[],
  verb: Verb,
  attribute: Attribute,
  value: unknown,
): readonly JsonObject[] {
  // A multi-valued attribute that clients may write is complex: its values are objects.
  const given = (readValue(type, attribute, listOf(value)) ?? []) as readonly JsonObject[]
  switch (verb) {
    case 'replace':
      return given
    case 'remove':
      return value === undefined || value === null
        ? []
        : items.filter((item) => !given.some((other) => isSameValue(item, other)))
    case 'add': {
      const changed: JsonObject[] = [...items]
      let primary: JsonObject | undefined
      for (const other of given) {
        // Only what was there before can be meant: the values of one list are told apart by their sender.
        const index = indexOfSame(items, other)
        const merged = { ...changed[index], ...other }
        if (index < 0) changed.push(merged)
        else changed[index] = merged
        if (isPrimary(other)) primary = merged
      }
      return withOnePrimary(changed, primary)
    }
    default:
      return verb satisfies never
  }
}

interface Selection {
  readonly verb: Verb
  readonly attribute: Attribute
  /** Absent: all values. */
  readonly filter: Criteria | undefined
  readonly sub: Attribute | undefined
  readonly value: unknown
}

/** The values that a filter selects, or one sub-attribute of them. */
function changeSelected(
  type: ResourceType,
  items: readonly Draft[],
  { verb, attribute, filter, sub, value }: Selection,
): readonly JsonObject[] {
  const selected = items.filter((item) => !filter || matchesCriteria(filter, item))
  const given = verb === 'remove' ? undefined : readSelected(type, attribute, sub, value)
  const implied = impliedBy(filter)
  if (selected.length === 0) {
    if (verb === 'remove' && !filter) return items
    // Adding to a value that is not there makes it, as far as the filter tells what it would be.
    if ((verb !== 'add' && filter) || !implied || !given) {
      throw new IdentityCenterError(
        'patch.noTarget',
        `No value of '${attribute.name}' meets the filter of the path.`,
      )
    }
    const made = { ...implied, ...given }
    return withOnePrimary([...items, made], isPrimary(made) ? made : undefined)
  }
  if (!given && !sub) return verb === 'add' ? items : items.filter((item) => !selected.includes(item))
  for (const item of selected) {
    if (verb === 'replace' && !sub) {
      for (const name of Object.keys(item))
        if (!implied || !(name in implied)) Reflect.deleteProperty(item, name)
    }
    if (given) Object.assign(item, given)
    else if (sub && verb !== 'add') Reflect.deleteProperty(item, sub.name)
  }
  // A value is nothing without what it must have: an address that is taken from an e-mail leaves none.
  if (!given && sub?.required && verb !== 'add') return items.filter((item) => !selected.includes(item))
  const primary = given && isPrimary(given) ? selected.at(-1) : undefined
  return withOnePrimary(
    items.filter((item) => Object.keys(item).length > 0),
    primary,
  )
}

/** What is to be written into each selected value; `undefined` when that is nothing. */
function readSelected(
  type: ResourceType,
  attribute: Attribute,
  sub: Attribute | undefined,
  value: unknown,
): JsonObject | undefined {
  if (sub) {
    const read = readSingle(type, sub, singleOf(sub, value), nameOf(attribute, sub))
    return read === undefined ? undefined : { [sub.name]: read }
  }
  const [only, ...more] = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (more.length > 0)
    throw invalidValue(type, attribute.name, 'takes one value where the path selects values')
  const read = readSingle(type, attribute, only, attribute.name)
  return isJsonObject(read) ? read : undefined
}

/** What the filter says a value is, when it is a conjunction of equalities: `type eq "work"` -> `{ type: 'work' }`. */
function impliedBy(filter: Criteria | undefined): JsonObject | undefined {
  if (!filter) return {}
  if (filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null) {
    return { [filter.field]: filter.value }
  }
  if (filter.kind !== 'and') return undefined
  const parts = filter.terms.map(impliedBy)
  return parts.every((part) => part !== undefined) ? (Object.assign({}, ...parts) as JsonObject) : undefined
}

/** The item that a value adds to: the one of its very type first, then any that it does not contradict. */
function indexOfSame(items: readonly JsonObject[], value: JsonObject): number {
  const exact = items.findIndex((item) => isSameValue(item, value) && item['type'] === value['type'])
  return exact < 0 ? items.findIndex((item) => isSameValue(item, value)) : exact
}

/** Values are the same when value and type are (RFC 7643 section 2.4); those without a value when they are equal. */
function isSameValue(left: JsonObject, right: JsonObject): boolean {
  if (left['value'] !== right['value']) return false
  if (right['value'] !== undefined) return right['type'] === undefined || left['type'] === right['type']
  return [...Object.keys(left), ...Object.keys(right)].every((name) => left[name] === right[name])
}

/** Setting one value primary takes that from the others (RFC 7644 section 3.5.2). */
const withOnePrimary = (
  items: readonly JsonObject[],
  primary: JsonObject | undefined,
): readonly JsonObject[] =>
  primary
    ? items.map((item) => (item !== primary && isPrimary(item) ? { ...item, primary: false } : item))
    : items
