/**
 * Parameters of a query or a form: nested ones are flattened (`Tags.0.TagKey`), and all values are texts, which the
 * schema of the action makes numbers and booleans of.
 */
import { parse } from 'node:querystring'
import { z } from 'zod'
import { ApiError } from './api-error.js'
import type { ParameterPairs } from './signature-v1.js'

/** More than the longest list of the largest action has. */
const MAXIMUM_PAIRS = 10_000
const MAXIMUM_DEPTH = 8

/** Throws `InvalidParameter` for a name that stands there twice: of two values nobody knows which was meant. */
export function parsePairs(text: string): ParameterPairs {
  const pairs = new Map<string, string>()
  for (const [name, value] of Object.entries(parse(text, '&', '=', { maxKeys: MAXIMUM_PAIRS + 1 }))) {
    if (typeof value !== 'string')
      throw new ApiError('InvalidParameter', `The parameter \`${name}\` stands there more than once.`)
    pairs.set(name, value)
  }
  if (pairs.size > MAXIMUM_PAIRS)
    throw new ApiError('InvalidParameter', `The request has more than ${MAXIMUM_PAIRS} parameters.`)
  return pairs
}

type Node = string | Map<string, Node>

/** The parameters as JSON would have them. What does not fit the schema is left for the schema to refuse. */
export function unflatten(pairs: ParameterPairs, schema: z.ZodType): unknown {
  const root = new Map<string, Node>()
  for (const [name, value] of pairs) put(root, name, value)
  return readNode(root, schema)
}

function put(root: Map<string, Node>, name: string, value: string): void {
  const steps = name.split('.')
  const last = steps.pop() ?? ''
  let node = root
  if (steps.length >= MAXIMUM_DEPTH)
    throw new ApiError('InvalidParameter', `The parameter \`${name}\` is nested too deep.`)
  for (const step of steps) {
    const next = node.get(step) ?? new Map<string, Node>()
    if (typeof next === 'string')
      throw new ApiError('InvalidParameter', `The parameter \`${name}\` is a value and a list at once.`)
    node.set(step, next)
    node = next
  }
  if (node.has(last))
    throw new ApiError('InvalidParameter', `The parameter \`${name}\` is a value and a list at once.`)
  node.set(last, value)
}

function readNode(node: Node, wrapped: z.core.$ZodType | undefined): unknown {
  const schema = wrapped && unwrap(wrapped)
  if (typeof node === 'string') return readText(node, schema)
  if (schema instanceof z.ZodArray) {
    return [...node]
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([, item]) => readNode(item, schema.element))
  }
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {}
  // Entries become properties of the object's own, whatever their names.
  return Object.fromEntries(
    [...node].map(([name, item]) => [
      name,
      readNode(item, Object.hasOwn(shape, name) ? shape[name] : undefined),
    ]),
  )
}

function readText(text: string, schema: z.core.$ZodType | undefined): unknown {
  if (schema instanceof z.ZodNumber && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text)
  if (schema instanceof z.ZodBoolean && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return text
}

/** What a schema is about, without what it says of absence. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap()
  return inner
}
