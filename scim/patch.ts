/**
 * Applies the operations of a PATCH (RFC 7644 section 3.5.2) to a resource, as pure functions. All or nothing: the first
 * bad one throws.
 */
import { matchesCriteria, type Criteria } from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { JsonObject, JsonValue } from '../server/domain/user.js'
import {
  invalidValue,
  isJsonObject,
  isPrimary,
  readSingle,
  readValue,
  requireFewValues,
} from './attribute-values.js'
import type { PatchPath } from './filter.js'
import { fieldsOf } from './message.js'
import { nameOf, type PatchOperation, type Verb } from './patch-operations.js'
import { findSubAttribute, type Attribute, type ResourceType } from './schemas.js'

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
    Reflect.deleteProperty(draft, target.schema.id)
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
  const sent = verb === 'remove' ? undefined : singleOf(target, value)
  const given = readSingle(type, target, sent, field)
  // Adding what comes to nothing takes nothing away.
  if (verb === 'add' && given === undefined) return
  if (sub) {
    const complex = draftOf(holder[attribute.name])
    assign(complex, sub.name, given)
    assign(holder, attribute.name, complex)
    return
  }
  if (given === undefined && attribute.required) {
    throw new IdentityCenterError('patch.mutability', `'${field}' is required and cannot be removed.`)
  }
  if (!isJsonObject(given) && !isJsonObject(sent)) {
    assign(holder, attribute.name, given)
    return
  }
  const kept = draftOf(holder[attribute.name])
  for (const name of verb === 'replace' ? emptiedBy(attribute, sent) : []) Reflect.deleteProperty(kept, name)
  assign(holder, attribute.name, isJsonObject(given) ? merged(kept, given) : kept)
}

/**
 * The parts of a complex value that are sent as null: unassigned, while those that are not sent stay (section 3.5.2.3).
 * A reference goes with the value that it is of.
 */
function emptiedBy(attribute: Attribute, sent: unknown): readonly string[] {
  if (!isJsonObject(sent)) return []
  return Object.entries(sent).flatMap(([name, part]) => {
    const sub = part === null ? findSubAttribute(attribute, name) : undefined
    if (!sub || sub.mutability === 'readOnly') return []
    return sub.name === 'value' ? ['value', '$ref'] : [sub.name]
  })
}

/** A reference that was told for another value is not the new one's. */
function merged({ $ref, ...kept }: Draft, given: JsonObject): JsonObject {
  const isStale = given['value'] !== undefined && given['value'] !== kept['value']
  return { ...kept, ...($ref !== undefined && !isStale && { $ref }), ...given }
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
