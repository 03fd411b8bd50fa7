/**
 * How an action of the cloud API is declared: its name, what it does in words, the schemas of its parameters and of its
 * answer, and the work itself. Validation, documentation, explorer, OpenAPI and tests all read this one declaration.
 */
import type { z } from 'zod'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { CloudCaller } from '../domain/cloud-caller.js'
import type { RequestContext, RequestedResource } from '../domain/policy-evaluation.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'

/** Fields of the answer beside RequestId. */
export type ApiAnswer = Readonly<Record<string, unknown>>

/** A request for an action that nobody signs. */
export interface UnsignedCall {
  readonly origin: ActorOrigin
}

/** A request whose signature was right. */
export interface SignedCall {
  readonly origin: ActorOrigin
  readonly caller: CloudCaller
  /** The caller in the audit log. */
  readonly actor: Actor
  /** Of X-TC-Region; empty when there was none. */
  readonly region: string
  readonly context: RequestContext
  /** Throws `access.denied` unless the caller's policies allow this action on the resources. */
  require(resources: readonly RequestedResource[]): Promise<void>
  /** The caller as one who may perform this action on the zone. Throws `access.denied`. */
  requireManager(): Promise<Actor>
}

/** Fields of an answer beside RequestId, with their types. */
export type AnswerShape = z.ZodRawShape

/** What a handler has to answer for its action to be as declared. */
export type AnswerOf<Output extends AnswerShape> = {
  readonly [Name in keyof z.output<z.ZodObject<Output>>]: Unchanging<z.output<z.ZodObject<Output>>[Name]>
}

/** The same type as it looks to one who only reads: answers are put together from domain values. */
type Unchanging<Value> = Value extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Unchanging<Value[Name]> }
    : Value

/**
 * How near an action is to what the product is for: `P0` the identity center, `P1` the directory of the organization, CAM
 * and STS, `P2` service control policies, `P3` the rest.
 */
export type ActionPriority = 'P0' | 'P1' | 'P2' | 'P3'

/** What is said of every action. */
export interface Described<Output extends AnswerShape> {
  readonly name: string
  /** What it does, in one English sentence. */
  readonly summary: string
  readonly priority: ActionPriority
  /** Where it behaves otherwise than the cloud's, in words; absent where it does not. */
  readonly differs?: string
  /** Codes that it may refuse with beside those that any action may. */
  readonly refusals?: readonly string[]
  /** Its answer; the types of handlers come from it. */
  readonly output: Output
  /** Where this action's error codes differ from those of the rest. */
  readonly errors?: ErrorNames
}

interface DescribedAction extends Described<AnswerShape> {
  readonly input: z.ZodType
}

export type Action = DescribedAction &
  (
    | {
        readonly access: 'unsigned'
        readonly run: (call: UnsignedCall, parameters: unknown) => Promise<ApiAnswer>
      }
    | {
        readonly access: 'signed'
        readonly run: (call: SignedCall, parameters: unknown) => Promise<ApiAnswer>
      }
  )

/** Actions of one service in one version. */
export interface ApiService {
  /** As in policies: `sts`. */
  readonly name: string
  /** `YYYY-MM-DD`. */
  readonly version: string
  readonly actions: readonly Action[]
  /** Actions that the cloud has and this product does not: refused by another code than unknown ones. */
  readonly unsupported?: readonly string[]
}

interface Declared<Input extends z.ZodType, Output extends AnswerShape> extends Described<Output> {
  readonly input: Input
}

/** An action for every caller with a right signature; what it needs beyond that, it asks for itself. */
export const signedAction = <Input extends z.ZodType, Output extends AnswerShape>({
  handle,
  ...declared
}: Declared<Input, Output> & {
  readonly handle: (call: SignedCall, input: z.output<Input>) => Promise<AnswerOf<Output>>
}): Action => ({
  ...declared,
  access: 'signed',
  run: async (call, parameters) => handle(call, readParameters(declared.input, parameters)),
})

/** An action without signature: the parameters have to prove everything. */
export const unsignedAction = <Input extends z.ZodType, Output extends AnswerShape>({
  handle,
  ...declared
}: Declared<Input, Output> & {
  readonly handle: (call: UnsignedCall, input: z.output<Input>) => Promise<AnswerOf<Output>>
}): Action => ({
  ...declared,
  access: 'unsigned',
  run: async (call, parameters) => handle(call, readParameters(declared.input, parameters)),
})

/** An action on the zone: for identities of the management account whose policies allow it. */
export const managerAction = <Input extends z.ZodType, Output extends AnswerShape>({
  handle,
  ...declared
}: Declared<Input, Output> & {
  readonly handle: (actor: Actor, input: z.output<Input>) => Promise<AnswerOf<Output>>
}): Action => ({
  ...declared,
  access: 'signed',
  run: async (call, parameters) => {
    const read = readParameters(declared.input, parameters)
    return handle(await call.requireManager(), read)
  },
})

/** The parameters as the schema reads them. Throws the cloud's code for what is wrong with the first of them. */
function readParameters<Schema extends z.ZodType>(schema: Schema, parameters: unknown): z.output<Schema> {
  const parsed = schema.safeParse(parameters)
  if (parsed.success) return parsed.data
  throw parameterError(parsed.error.issues[0], parameters)
}

function parameterError(issue: z.core.$ZodIssue | undefined, parameters: unknown): ApiError {
  if (!issue) return new ApiError('InvalidParameter', 'The parameters are not valid.')
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.')
    return new ApiError('UnknownParameter', `The parameter \`${name}\` is not recognized.`)
  }
  const name = issue.path.join('.')
  if (valueAt(parameters, issue.path) === undefined)
    return new ApiError('MissingParameter', `The request is missing the required parameter \`${name}\`.`)
  const code = issue.code === 'invalid_type' ? 'InvalidParameter' : 'InvalidParameterValue'
  return new ApiError(code, `The parameter \`${name}\` is not valid: ${issue.message}.`)
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null && Object.hasOwn(current, key)
        ? (current as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    value,
  )
}
