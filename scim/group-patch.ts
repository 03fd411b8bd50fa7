/**
 * PATCH of a group without its members at hand: what concerns attributes and what concerns members are told apart, and
 * the member operations are folded into one change by id. A group of 100,000 costs what a group of 10 does.
 */
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Criteria } from '../server/domain/criteria.js'
import type { MembershipChange } from '../server/domain/group.js'
import type { JsonValue } from '../server/domain/user.js'
import { invalidValue, isJsonObject, readValue } from './attribute-values.js'
import { findAttribute, GROUP_SCHEMA, GROUP_TYPE, type Attribute } from './schemas.js'
import { readPatch, type PatchOperation } from './patch-operations.js'
import { listOf } from './patch.js'

export interface GroupPatch {
  /** Operations for `applyPatch`, none of them on members. */
  readonly attributes: readonly PatchOperation[]
  /** Absent when no operation names members. */
  readonly members?: MembershipChange
}

/** Most operations of one PATCH whose filter looks at every member. */
export const MAXIMUM_SEARCHES = 20

/** Finds present members by other means than their ids: what a filter in a path may ask for. */
export type MemberFinder = (criteria: Criteria) => Promise<readonly string[]>

/** Reads a PatchOp body for a group. Throws as `readPatch` does, and `group.memberNested` for a group as a member. */
export async function readGroupPatch(body: unknown, find: MemberFinder): Promise<GroupPatch> {
  const operations = readPatch(GROUP_TYPE, body)
  const attributes = operations.filter((operation) => !concernsMembers(operation))
  if (attributes.length === operations.length) return { attributes }
  if (operations.filter(searches).length > MAXIMUM_SEARCHES) {
    throw new IdentityCenterError(
      'patch.tooMany',
      `A PATCH looks for members by other means than their ids at most ${MAXIMUM_SEARCHES} times: name them by value.`,
    )
  }
  const fold = new MembershipFold()
  for (const operation of operations)
    if (concernsMembers(operation)) await foldOperation(fold, operation, find)
  return { attributes, members: fold.change() }
}

const concernsMembers = ({ path: { target } }: PatchOperation): boolean =>
  target.kind === 'attribute' && target.attribute.name === 'members'

const searches = ({ verb, path: { filter } }: PatchOperation): boolean =>
  verb === 'remove' && filter !== undefined && !idsNamedBy(filter)

async function foldOperation(
  fold: MembershipFold,
  { verb, path, value }: PatchOperation,
  find: MemberFinder,
): Promise<void> {
  if (path.subAttribute || (path.target.kind === 'attribute' && path.target.subAttribute)) {
    throw new IdentityCenterError('patch.mutability', 'A member is added or removed as a whole, not changed.')
  }
  if (path.filter) {
    const named = idsNamedBy(path.filter)
    switch (verb) {
      case 'remove':
        fold.remove(named ?? (await find(path.filter)))
        return
      case 'add':
        if (!named) {
          throw new IdentityCenterError(
            'patch.noTarget',
            'A member is added by its id: members[value eq "…"].',
          )
        }
        fold.add(named)
        return
      case 'replace':
        throw new IdentityCenterError(
          'patch.mutability',
          'A member is added or removed as a whole, not changed.',
        )
      default:
        return verb satisfies never
    }
  }
  switch (verb) {
    case 'add':
      fold.add(memberIds(value))
      return
    case 'replace':
      fold.replace(memberIds(value))
      return
    case 'remove':
      if (value === undefined || value === null) fold.replace([])
      else fold.remove(memberIds(value))
      return
    default:
      return verb satisfies never
  }
}

/** The ids of a filter that names members by id only: `value eq "…"`, or several joined by `or`. */
function idsNamedBy(filter: Criteria): readonly string[] | undefined {
  if (filter.kind === 'compare') {
    return filter.field === 'value' && filter.operator === 'eq' && typeof filter.value === 'string'
      ? [filter.value]
      : undefined
  }
  if (filter.kind !== 'or') return undefined
  const parts = filter.terms.map(idsNamedBy)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

/**
 * The ids in a value of `members`. Throws `group.memberNested` when one says that it is a group, and
 * `group.attributeInvalid` for what is no member.
 */
export function memberIds(value: unknown): readonly string[] {
  const members: JsonValue = readValue(GROUP_TYPE, MEMBERS, listOf(value)) ?? []
  if (!Array.isArray(members)) return []
  return members.map((member: JsonValue) => {
    const { value: id, type } = isJsonObject(member) ? member : {}
    // The schema requires the value, and that it is a text.
    if (typeof id !== 'string') throw invalidValue(GROUP_TYPE, 'members.value', 'is missing')
    if (typeof type === 'string') requireUserType(type, id)
    return id
  })
}

function requireUserType(type: string, id: string): void {
  switch (type.toLowerCase()) {
    case 'user':
      return
    case 'group':
      throw new IdentityCenterError(
        'group.memberNested',
        `Members are users: the group ${id.slice(0, 128)} cannot be a member of a group. Push its users instead.`,
      )
    default:
      throw invalidValue(GROUP_TYPE, 'members.type', 'must be User')
  }
}

const MEMBERS: Attribute = requireAttribute('members')

function requireAttribute(name: string): Attribute {
  const attribute = findAttribute(GROUP_SCHEMA, name)
  if (!attribute) throw new Error(`the Group schema has no ${name}`)
  return attribute
}

/** Member operations in order, as one change. */
class MembershipFold {
  #replaced = false
  readonly #added = new Set<string>()
  readonly #removed = new Set<string>()

  add(ids: readonly string[]): void {
    for (const id of ids) {
      this.#removed.delete(id)
      this.#added.add(id)
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#added.delete(id)
      this.#removed.add(id)
    }
  }

  replace(ids: readonly string[]): void {
    this.#replaced = true
    this.#removed.clear()
    this.#added.clear()
    this.add(ids)
  }

  change(): MembershipChange {
    return this.#replaced
      ? { replaceWith: [...this.#added] }
      : { add: [...this.#added], remove: [...this.#removed] }
  }
}
