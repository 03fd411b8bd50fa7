/** Which attributes a client wants back: `attributes` and `excludedAttributes` (RFC 7644 section 3.9). */
import type { JsonObject, JsonValue } from '../server/domain/user.js'
import { isJsonObject } from './attribute-values.js'
import { resolvePath, type ResourceType } from './schemas.js'

/** A tree of names; `true` stands for the attribute with all that is in it. */
type Names = Map<string, Names | true>

export interface AttributeSelection {
  /** Nothing in particular was asked for. */
  readonly isDefault: boolean
  /** Whether the top-level attribute is named as wanted, as unwanted, or not at all. */
  mentions(attribute: string): 'included' | 'excluded' | 'unmentioned'
  apply(resource: JsonObject): JsonObject
}

/** Returned whatever is asked for (RFC 7643 section 3.1). */
const ALWAYS = ['schemas', 'id'] as const

/** All attributes that are returned by default. */
export const DEFAULT_SELECTION: AttributeSelection = {
  isDefault: true,
  mentions: () => 'unmentioned',
  apply: (resource) => resource,
}

/** Names that the type does not have are passed over: a client may name what other servers offer. */
export function selectAttributes(
  type: ResourceType,
  attributes: readonly string[],
  excluded: readonly string[],
): AttributeSelection {
  if (attributes.length === 0 && excluded.length === 0) return DEFAULT_SELECTION
  const wanted = attributes.length > 0 ? namesOf(type, attributes) : undefined
  const unwanted = namesOf(type, excluded)
  for (const name of ALWAYS) {
    wanted?.set(name, true)
    unwanted.delete(name)
  }
  return {
    isDefault: false,
    mentions(attribute) {
      if (unwanted.get(attribute) === true) return 'excluded'
      if (!wanted) return 'unmentioned'
      return wanted.has(attribute) ? 'included' : 'excluded'
    },
    apply(resource) {
      const kept = wanted ? pick(resource, wanted) : resource
      return unwanted.size > 0 ? omit(kept, unwanted) : kept
    },
  }
}

function namesOf(type: ResourceType, paths: readonly string[]): Names {
  const names: Names = new Map()
  for (const path of paths) {
    const resolved = resolvePath(type, path.trim())
    if (!resolved) continue
    if (resolved.kind === 'schema') {
      if (resolved.schema !== type.schema) names.set(resolved.schema.id, true)
      else for (const attribute of type.schema.attributes) names.set(attribute.name, true)
      continue
    }
    const { extension, attribute, subAttribute } = resolved
    insert(
      names,
      [extension?.id, attribute.name, subAttribute?.name].filter((name) => name !== undefined),
    )
  }
  return names
}

function insert(names: Names, [first, ...rest]: readonly string[]): void {
  if (first === undefined) return
  const present = names.get(first)
  if (present === true) return
  if (rest.length === 0) {
    names.set(first, true)
    return
  }
  const inner: Names = present ?? new Map<string, Names | true>()
  names.set(first, inner)
  insert(inner, rest)
}

function pick(resource: JsonObject, names: Names): JsonObject {
  const kept: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(resource)) {
    const inner = names.get(name)
    const picked = inner instanceof Map ? within(value, (object) => pick(object, inner)) : value
    if (inner && picked !== undefined) kept[name] = picked
  }
  return kept
}

function omit(resource: JsonObject, names: Names): JsonObject {
  const kept: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(resource)) {
    const inner = names.get(name)
    if (inner === true) continue
    const rest = inner ? within(value, (object) => omit(object, inner)) : value
    if (rest !== undefined) kept[name] = rest
  }
  return kept
}

/** The value with each object in it changed; an object of which nothing is left is no value (RFC 7643 section 2.5). */
function within(value: JsonValue, change: (object: JsonObject) => JsonObject): JsonValue | undefined {
  if (Array.isArray(value)) {
    const kept = value
      .map((item: JsonValue) => within(item, change))
      .filter((item: JsonValue | undefined) => item !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  if (!isJsonObject(value)) return value
  const changed = change(value)
  return Object.keys(changed).length > 0 ? changed : undefined
}
