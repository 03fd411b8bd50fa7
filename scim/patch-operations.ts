/**
 * The body of a PATCH (RFC 7644 section 3.5.2) -> operations, each on one attribute. What one says of many attributes,
 * because it has no path or because its path is a schema, is spread over them.
 */
import { IdentityCenterError } from '../server/domain/errors.js'
import { invalidValue, isJsonObject } from './attribute-values.js'
import { parsePatchPath, type PatchPath } from './filter.js'
import { fieldsOf, readMessage } from './message.js'
import { resolvePath, type Attribute, type ResourceType, type Schema } from './schemas.js'

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** Most operations in one request; one without a path counts for each attribute that it names. */
export const MAXIMUM_OPERATIONS = 1000

export type Verb = 'add' | 'remove' | 'replace'

/** One operation on one attribute, or the removal of an extension as a whole. */
export interface PatchOperation {
  readonly verb: Verb
  readonly path: PatchPath
  /** As sent. */
  readonly value: unknown
}

/**
 * Reads a PatchOp body. Verbs count without regard to case, an empty path is none. Operations without a path become one
 * operation for each attribute of their value; unknown and read-only ones among them are left out, as in a POST.
 * Throws `patch.invalidSyntax`, `patch.tooMany`, `patch.noTarget`, `patch.invalidPath`, `patch.invalidValue`,
 * `patch.mutability`, `filter.malformed`.
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
    read.push(...readOperation(type, operation, `Operation ${index + 1}`))
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

function readOperation(type: ResourceType, operation: unknown, which: string): readonly PatchOperation[] {
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
  if (verb === 'remove') return [readRemoval(type, target, value, which)]
  if (!target) return spreadOverResource({ type, verb, which }, value)
  if (target.target.kind === 'schema') return spreadOver({ type, verb, which }, target.target.schema, value)
  if (isMentionOfSchemas(type, target, value)) return []
  requireWritable(target)
  return assignment(verb, target, value)
}

function readRemoval(
  type: ResourceType,
  path: PatchPath | undefined,
  value: unknown,
  which: string,
): PatchOperation {
  if (!path || (path.target.kind === 'schema' && path.target.schema === type.schema)) {
    throw new IdentityCenterError(
      'patch.noTarget',
      `${which}: 'remove' needs a path that says what to remove.`,
    )
  }
  requireWritable(path)
  return { verb: 'remove', path, value }
}

/** Adding null adds nothing: only `replace` and `remove` take something away. */
const assignment = (verb: Verb, path: PatchPath, value: unknown): readonly PatchOperation[] =>
  verb === 'add' && value === null ? [] : [{ verb, path, value }]

/** An operation whose value names many attributes. */
interface Spreading {
  readonly type: ResourceType
  readonly verb: 'add' | 'replace'
  /** For messages. */
  readonly which: string
}

/** What a value says of the resource. Its keys may be paths, as Microsoft Entra ID sends them, and schemas. */
function spreadOverResource(spreading: Spreading, value: unknown): readonly PatchOperation[] {
  return entriesOf(spreading, value).flatMap(([key, item]) => {
    const resolved = resolvePath(spreading.type, nameIn(key))
    return resolved?.kind === 'schema'
      ? spreadOver(spreading, resolved.schema, item)
      : assignmentOf(spreading, key, item)
  })
}

/** What a value says of the attributes of one schema. */
function spreadOver(spreading: Spreading, schema: Schema, value: unknown): readonly PatchOperation[] {
  const { type, verb, which } = spreading
  if (schema === type.schema) {
    return entriesOf(spreading, value).flatMap(([key, item]) => {
      if (resolvePath(type, nameIn(key))?.kind !== 'schema') return assignmentOf(spreading, key, item)
      throw new IdentityCenterError(
        'patch.invalidPath',
        `${which}: name the attributes of ${key} themselves.`,
      )
    })
  }
  if (value === null) {
    return verb === 'add' ? [] : [{ verb: 'remove', path: { target: { kind: 'schema', schema } }, value }]
  }
  if (!isJsonObject(value)) throw invalidValue(type, schema.id, 'must be a JSON object')
  return entriesOf(spreading, value).flatMap(([key, item]) =>
    assignmentOf(spreading, `${schema.id}:${key}`, item),
  )
}

function entriesOf({ which }: Spreading, value: unknown): readonly (readonly [string, unknown])[] {
  if (!isJsonObject(value)) {
    throw new IdentityCenterError(
      'patch.invalidValue',
      `${which}: without a path the value must be a JSON object.`,
    )
  }
  const entries = Object.entries(value)
  requireFewOperations(entries)
  return entries
}

/** The name in a key that may go on with a filter in brackets. */
const nameIn = (key: string): string => key.split('[', 1)[0]?.trim() ?? ''

/** A key with its value, unless no attribute has that name or clients may not write it. */
function assignmentOf({ type, verb }: Spreading, key: string, value: unknown): readonly PatchOperation[] {
  if (!resolvePath(type, nameIn(key))) return []
  const path = parsePatchPath(type, key)
  if (!isWritable(path)) return []
  // There is no rule for a selection in a key: it says what the selected value is, and makes it where there is none.
  const makes = verb === 'replace' && path.filter && path.subAttribute && value !== null
  return assignment(makes ? 'add' : verb, path, value)
}

/** Whether all that is said is which of the type's schemas the resource has: that follows from its attributes. */
function isMentionOfSchemas(type: ResourceType, { target }: PatchPath, value: unknown): boolean {
  if (target.kind !== 'attribute' || target.attribute.name !== 'schemas') return false
  const named: readonly unknown[] = Array.isArray(value) ? value : [value]
  return named.every((urn) => typeof urn === 'string' && resolvePath(type, urn)?.kind === 'schema')
}

function isWritable({ target, subAttribute }: PatchPath): boolean {
  if (target.kind === 'schema') return true
  return [target.attribute, target.subAttribute, subAttribute].every(
    (attribute) => attribute?.mutability !== 'readOnly',
  )
}

function requireWritable(path: PatchPath): void {
  if (isWritable(path) || path.target.kind !== 'attribute') return
  const name = nameOf(path.target.attribute, path.subAttribute ?? path.target.subAttribute)
  throw new IdentityCenterError('patch.mutability', `'${name}' is read-only.`)
}

/** An attribute, or a part of it, as messages name it. */
export const nameOf = (attribute: Attribute, sub?: Attribute): string =>
  sub ? `${attribute.name}.${sub.name}` : attribute.name
