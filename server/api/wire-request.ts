/**
 * The three forms of a request: a JSON body and a query, both signed by TC3-HMAC-SHA256 in headers, and a query or form
 * whose parameters name the action and carry an older signature among them.
 */
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { ApiError } from './api-error.js'
import { parsePairs, unflatten } from './flat-parameters.js'
import { parseJsonParameters } from './json-parameters.js'
import { readBody } from './request-body.js'
import { isSignedWith, parseAuthorization, requireScopeOfDay } from './signature.js'
import { isV1SignedWith, readV1Signature, type ParameterPairs } from './signature-v1.js'

/** Who says to have signed a request, and the check of it. */
export interface Claim {
  readonly secretId: string
  /** Seconds since 1970, as they were sent. */
  readonly timestamp: string
  /** Throws `AuthFailure.SignatureFailure` when the claim contradicts itself. */
  requireConsistent(): void
  isSignedWith(secretKey: string, body: Buffer): boolean
}

export interface WireRequest {
  readonly action: string
  readonly version: string
  readonly region: string
  readonly token: string | undefined
  /** Throws `AuthFailure.InvalidAuthorization`, `MissingParameter`. */
  claim(): Claim
  /** What is still to be read; `limit` is in bytes. */
  readBody(limit: number): Promise<Buffer>
  /** As JSON would have them, for a schema to read. Throws `InvalidParameter`. */
  parameters(body: Buffer, schema: z.ZodType): unknown
}

const FORM = 'application/x-www-form-urlencoded'
/** As large as the cloud takes forms. Whose they are is known only when they are read. */
const LARGEST_FORM = 1024 * 1024
const EMPTY = Buffer.alloc(0)

/** Parameters of every action in the older form. */
const COMMON = new Set([
  'Action',
  'Version',
  'Region',
  'Timestamp',
  'Nonce',
  'SecretId',
  'Signature',
  'SignatureMethod',
  'Token',
  'Language',
  'RequestClient',
])

/** What follows the question mark of a request's target. */
export const queryOf = (req: IncomingMessage): string => {
  const target = req.url ?? ''
  const start = target.indexOf('?')
  return start < 0 ? '' : target.slice(start + 1)
}

/** Throws `UnsupportedProtocol`, `MissingParameter`, and what reading a form throws. */
export async function readWireRequest(req: IncomingMessage): Promise<WireRequest> {
  const query = queryOf(req)
  if (req.method === 'GET')
    return req.headers['x-tc-action'] === undefined ? inParameters(req, query) : inHeaders(req, query)
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return inHeaders(req, query)
  if (type === FORM && req.headers.authorization === undefined)
    return inParameters(req, (await readBody(req, LARGEST_FORM)).toString('utf8'))
  throw new ApiError(
    'UnsupportedProtocol',
    'Send JSON (application/json) signed by TC3-HMAC-SHA256, or a form signed by HmacSHA1 or HmacSHA256.',
  )
}

/** Regions become part of resource names: text that is none is no region. */
const regionOf = (text: string | undefined): string =>
  text !== undefined && /^[a-z0-9-]{1,32}$/.test(text) ? text : ''

function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name.toLowerCase()]
  return typeof value === 'string' ? value : value?.[0]
}

function requireHeader(req: IncomingMessage, name: string): string {
  const value = headerOf(req, name)
  if (value !== undefined && value !== '') return value
  throw new ApiError('MissingParameter', `The request is missing the header ${name}.`)
}

function inHeaders(req: IncomingMessage, query: string): WireRequest {
  const { method = '', headers } = req
  const isQuery = method === 'GET'
  return {
    action: requireHeader(req, 'X-TC-Action'),
    version: requireHeader(req, 'X-TC-Version'),
    region: regionOf(headerOf(req, 'X-TC-Region')),
    token: headerOf(req, 'X-TC-Token'),
    claim: () => {
      const authorization = parseAuthorization(headers.authorization)
      const timestamp = requireHeader(req, 'X-TC-Timestamp')
      return {
        secretId: authorization.secretId,
        timestamp,
        requireConsistent: () => requireScopeOfDay(authorization, timestamp),
        isSignedWith: (secretKey, body) =>
          isSignedWith(secretKey, { method, query, headers, body }, authorization, timestamp),
      }
    },
    readBody: async (limit) => (isQuery ? EMPTY : readBody(req, limit)),
    parameters: (body, schema) =>
      isQuery ? unflatten(parsePairs(query), schema) : parseJsonParameters(body),
  }
}

function inParameters(req: IncomingMessage, text: string): WireRequest {
  const pairs = parsePairs(text)
  const required = (name: string): string => {
    const value = pairs.get(name) ?? ''
    if (value !== '') return value
    throw new ApiError('MissingParameter', `The request is missing the required parameter \`${name}\`.`)
  }
  return {
    action: required('Action'),
    version: required('Version'),
    region: regionOf(pairs.get('Region')),
    token: pairs.get('Token'),
    claim: () => {
      const signature = readV1Signature(pairs)
      const { secretId, timestamp } = signature
      const signed = { method: req.method ?? '', host: req.headers.host ?? '', pairs }
      return {
        secretId,
        timestamp,
        requireConsistent: () => undefined,
        isSignedWith: (secretKey) => isV1SignedWith(secretKey, signed, signature),
      }
    },
    readBody: () => Promise.resolve(EMPTY),
    parameters: (_body, schema) => unflatten(ownOf(pairs), schema),
  }
}

/** The parameters that are the action's own. */
const ownOf = (pairs: ParameterPairs): ParameterPairs =>
  new Map([...pairs].filter(([name]) => !COMMON.has(name)))
