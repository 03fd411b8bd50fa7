/**
 * Bulk (RFC 7644 section 3.7): operations one after the other, each by itself all or nothing. An operation that refers
 * to the result of a later one waits for it; operations that refer to each other in a circle are refused.
 */
import type { Actor } from '../server/domain/actor.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { JsonObject } from '../server/domain/user.js'
import { entityTag, type ScimAnswer } from './answer.js'
import { DEFAULT_SELECTION } from './attribute-selection.js'
import { isJsonObject } from './attribute-values.js'
import { fieldsOf, readMessage } from './message.js'
import type { ResourceEndpoints } from './resource-endpoints.js'
import { errorBody, type ScimFailure } from './scim-errors.js'

export const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
export const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
/** Advertised and enforced; the payload is in bytes. */
export const BULK_LIMITS = { maxOperations: 1000, maxPayloadSize: 1_048_576 } as const

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof METHODS)[number]

interface BulkOperation {
  readonly method: Method
  readonly path: string
  readonly bulkId?: string
  readonly version?: string
  readonly data?: unknown
}

interface BulkRequest {
  readonly operations: readonly BulkOperation[]
  /** Stop after so many failures. */
  readonly failOnErrors: number
}

const invalid = (message: string) => new IdentityCenterError('request.invalid', message)

/** Throws `request.invalid`, `request.tooLarge`. */
export function readBulk(body: unknown): BulkRequest {
  const message = readMessage(body, { urn: BULK_REQUEST, refusal: invalid })
  const failOnErrors = message.get('failonerrors') ?? undefined
  if (
    failOnErrors !== undefined &&
    !(typeof failOnErrors === 'number' && Number.isInteger(failOnErrors) && failOnErrors > 0)
  ) {
    throw invalid("'failOnErrors' must be a whole number from 1.")
  }
  const operations = message.get('operations')
  if (!Array.isArray(operations)) throw invalid("'Operations' must be a list.")
  if (operations.length > BULK_LIMITS.maxOperations) {
    throw new IdentityCenterError(
      'request.tooLarge',
      `A bulk request has at most ${BULK_LIMITS.maxOperations} operations (maxOperations); this one has ${operations.length}.`,
    )
  }
  const read = operations.map((operation: unknown, index) => readOperation(operation, index))
  const ids = read.map((operation) => operation.bulkId).filter((id) => id !== undefined)
  if (new Set(ids).size < ids.length) throw invalid("Each 'bulkId' must be used once.")
  return { operations: read, failOnErrors: failOnErrors ?? Number.POSITIVE_INFINITY }
}

function readOperation(operation: unknown, index: number): BulkOperation {
  const which = `Operation ${index + 1}`
  if (!isJsonObject(operation)) throw invalid(`${which} must be a JSON object.`)
  const fields = fieldsOf(operation)
  const path = fields.get('path')
  const bulkId = fields.get('bulkid')
  const version = fields.get('version')
  const data = fields.get('data')
  const name = fields.get('method')
  const method = typeof name === 'string' && METHODS.find((candidate) => candidate === name.toUpperCase())
  if (!method) throw invalid(`${which}: 'method' must be one of ${METHODS.join(', ')}.`)
  if (typeof path !== 'string') throw invalid(`${which}: 'path' must be a text.`)
  if (bulkId !== undefined && (typeof bulkId !== 'string' || bulkId === '')) {
    throw invalid(`${which}: 'bulkId' must be a text.`)
  }
  if (method === 'POST' && bulkId === undefined) throw invalid(`${which}: POST needs a 'bulkId'.`)
  if (version !== undefined && typeof version !== 'string')
    throw invalid(`${which}: 'version' must be a text.`)
  return {
    method,
    path,
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    ...(data !== undefined && { data }),
  }
}

type Result = JsonObject & { readonly status: string }

/** Runs a bulk request; the results stand in the order of its operations. */
export async function runBulk(
  endpoints: readonly ResourceEndpoints[],
  actor: Actor,
  request: BulkRequest,
  failureOf: (error: unknown) => ScimFailure,
): Promise<ScimAnswer> {
  const run = new BulkRun(endpoints, actor, request, failureOf)
  const body = { schemas: [BULK_RESPONSE], Operations: await run.results() }
  const { unknownMembers } = run
  return { status: 200, body, ...(unknownMembers.length > 0 && { remarks: { unknownMembers } }) }
}

class BulkRun {
  readonly #byBulkId: ReadonlyMap<string, number>
  /** Ids of what was made, by bulkId. */
  readonly #made = new Map<string, string>()
  readonly #results = new Map<number, Result>()
  #failures = 0
  /** Of all operations together. */
  readonly unknownMembers: string[] = []

  constructor(
    private readonly endpoints: readonly ResourceEndpoints[],
    private readonly actor: Actor,
    private readonly request: BulkRequest,
    private readonly failureOf: (error: unknown) => ScimFailure,
  ) {
    this.#byBulkId = new Map(
      request.operations.flatMap(({ bulkId }, index) =>
        bulkId === undefined ? [] : [[bulkId, index] as const],
      ),
    )
  }

  async results(): Promise<readonly Result[]> {
    for (const index of this.request.operations.keys()) {
      if (this.#failures >= this.request.failOnErrors) break
      await this.#run(index, new Set())
    }
    return [...this.#results].sort(([left], [right]) => left - right).map(([, result]) => result)
  }

  /** Runs an operation after those it refers to; `waiting` are the operations that wait for it. */
  async #run(index: number, waiting: ReadonlySet<number>): Promise<void> {
    const operation = this.request.operations[index]
    if (!operation || this.#results.has(index)) return
    try {
      const within = new Set([...waiting, index])
      for (const reference of referencesIn(operation)) await this.#require(reference, within)
      // What it refers to may have failed so often that nothing more is to be done.
      if (this.#failures >= this.request.failOnErrors) return
      const answer = await this.#perform(operation)
      for (const id of answer.remarks?.unknownMembers ?? []) this.unknownMembers.push(id)
      this.#results.set(index, resultOf(operation, answer, this.#locationOf(operation)))
    } catch (error) {
      const failure = this.failureOf(error)
      const location = this.#locationOf(operation)
      this.#failures += 1
      this.#results.set(index, {
        ...namesOf(operation),
        ...(location !== undefined && { location }),
        status: String(failure.status),
        response: errorBody(failure),
      })
    }
  }

  async #require(bulkId: string, waiting: ReadonlySet<number>): Promise<void> {
    if (this.#made.has(bulkId)) return
    const index = this.#byBulkId.get(bulkId)
    if (index !== undefined && waiting.has(index)) {
      throw new IdentityCenterError(
        'bulk.circular',
        `The operations refer to each other in a circle, by bulkId:${bulkId}.`,
      )
    }
    if (index !== undefined) await this.#run(index, waiting)
    if (!this.#made.has(bulkId)) {
      throw new IdentityCenterError('bulk.unresolved', `Nothing was made under bulkId:${bulkId}.`)
    }
  }

  /** What the operation's path names: a resource type, and one resource unless it is a POST. */
  #target({ path, method }: BulkOperation) {
    // Relative to the base address, with a slash in front or not.
    const [name = '', id = '', ...rest] = this.#resolved(path).replace(/^\//, '').split('/')
    const endpoint = this.endpoints.find(
      ({ type }) => type.endpoint.toLowerCase() === `/${name.toLowerCase()}`,
    )
    const isWhole = rest.length === 0 && (id === '') === (method === 'POST')
    return endpoint && isWhole ? { endpoint, id } : undefined
  }

  /** Address of what an operation other than POST is about, also where it fails (RFC 7644 section 3.7.3). */
  #locationOf(operation: BulkOperation): string | undefined {
    const { endpoint, id = '' } = this.#target(operation) ?? {}
    return id === '' || referencesOf(id).length > 0 ? undefined : endpoint?.locationOf(id)
  }

  async #perform(operation: BulkOperation): Promise<ScimAnswer> {
    const target = this.#target(operation)
    if (!target) {
      throw invalid(`There is no ${operation.method} ${operation.path.slice(0, 128)} in a bulk request.`)
    }
    const { endpoint, id } = target
    const request = {
      actor: this.actor,
      body: replaceIn(operation.data, (text) => this.#resolved(text)),
      selection: DEFAULT_SELECTION,
      ...(operation.version !== undefined && { ifMatch: operation.version }),
    }
    switch (operation.method) {
      case 'POST': {
        const answer = await endpoint.create(request)
        const made = answer.location?.split('/').at(-1)
        if (operation.bulkId !== undefined && made !== undefined) this.#made.set(operation.bulkId, made)
        return answer
      }
      case 'PUT':
        return endpoint.replace(id, request)
      case 'PATCH':
        return endpoint.patch(id, request)
      case 'DELETE':
        return endpoint.remove(id, request)
      default:
        return operation.method satisfies never
    }
  }

  #resolved(text: string): string {
    return text.replace(
      REFERENCES,
      (reference: string, bulkId: string) => this.#made.get(bulkId) ?? reference,
    )
  }
}

/** A reference stands where an id can: as a whole text, as a segment of an address, in quotes in the path of a PATCH. */
const REFERENCES = /(?<=^|["/])bulkId:([^"/\s]+)(?=["/]|$)/g
/** Deeper than any resource nests. */
const MAXIMUM_DEPTH = 12

const referencesOf = (text: string): readonly string[] =>
  [...text.matchAll(REFERENCES)].map(([, bulkId]) => bulkId).filter((bulkId) => bulkId !== undefined)

function referencesIn({ path, data }: BulkOperation): ReadonlySet<string> {
  const references = new Set(referencesOf(path))
  replaceIn(data, (text) => {
    for (const reference of referencesOf(text)) references.add(reference)
    return text
  })
  return references
}

/** The data with each text in it replaced. Throws `request.invalid` when it nests deeper than any resource. */
function replaceIn(data: unknown, replace: (text: string) => string, depth = 0): unknown {
  if (depth > MAXIMUM_DEPTH) throw invalid('The data of a bulk operation nests too deep.')
  if (typeof data === 'string') return replace(data)
  if (Array.isArray(data)) return data.map((item: unknown) => replaceIn(item, replace, depth + 1))
  if (!isJsonObject(data)) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, replaceIn(value, replace, depth + 1)]),
  )
}

const namesOf = ({ method, bulkId }: BulkOperation): JsonObject => ({
  method,
  ...(bulkId !== undefined && { bulkId }),
})

const resultOf = (
  operation: BulkOperation,
  answer: ScimAnswer,
  location: string | undefined = answer.location,
): Result => ({
  ...namesOf(operation),
  ...(location !== undefined && { location }),
  ...(answer.version !== undefined && { version: entityTag(answer.version) }),
  status: String(answer.status),
})
