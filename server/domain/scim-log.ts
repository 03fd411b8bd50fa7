/** What SCIM clients sent and were answered, as administrators may see it: without secrets, and cut to size. */
import type { ErrorCode } from './errors.js'
import type { ScimCredentialId } from './ids.js'
import { networkOf } from './network.js'

/**
 * One request of a SCIM client and its answer, as the door saw it. The bodies are there by reference: nothing is read of
 * them before the answer is sent.
 */
export interface ScimExchange {
  readonly requestId: string
  readonly at: Date
  readonly milliseconds: number
  readonly method: string
  /** Path and query below the base URL, as they came. */
  readonly url: string
  /** Absent where nobody was authenticated. */
  readonly credentialId?: ScimCredentialId
  readonly address?: string
  readonly userAgent?: string
  /** What both bodies weigh on the wire, as far as it was announced. */
  readonly bytes: number
  /** The parsed body of the request. */
  readonly request?: unknown
  readonly status: number
  /** Where the resource stands that the answer is about. */
  readonly location?: string
  readonly answer?: unknown
  readonly failure?: ScimExchangeFailure
  readonly remarks?: ScimRemarks
}

export interface ScimExchangeFailure {
  /** Absent for a bug of ours. */
  readonly code?: ErrorCode
  readonly scimType?: string
  readonly detail: string
}

/** What the client was not told. */
export interface ScimRemarks {
  /** Members that were left out because nobody knows them (setting `scim.unknownMembers`). */
  readonly unknownMembers?: readonly string[]
}

/** Told of every answered request. Quick, and throws nothing. */
export interface ScimRecorder {
  record(exchange: ScimExchange): void
}

/** A line of the log. */
export interface ScimLogEntry {
  readonly requestId: string
  readonly at: string
  readonly credentialId?: string
  readonly method: string
  readonly path: string
  /** As it came, without the question mark. */
  readonly query?: string
  readonly status: number
  readonly scimType?: string
  /** Our own name of the refusal. */
  readonly errorCode?: string
  readonly detail?: string
  readonly resourceType?: string
  readonly resourceId?: string
  readonly address?: string
  readonly userAgent?: string
  readonly milliseconds: number
  /** Requests that are not written down by themselves and that this line stands for as well. */
  readonly further: number
}

/** A line with the bodies, as JSON texts. */
export interface ScimLogRecord extends ScimLogEntry {
  readonly request?: string
  readonly answer?: string
  readonly remarks: ScimRemarks
}

export interface ScimLogFilter {
  /** A credential, or `none`: nobody was authenticated. */
  readonly credentialId?: string
  /** First and last status. */
  readonly status?: readonly [number, number]
  /** A resource type (`User`, `Group`) or the id of a resource. */
  readonly resource?: string
  readonly requestId?: string
  /** ISO 8601; the end itself is not part of it. */
  readonly from?: string
  readonly until?: string
}

/** The place of a line in the order of time. */
export interface ScimLogPlace {
  readonly at: string
  readonly requestId: string
}

/** Most of each body, in characters, more or less. */
export const BODY_CHARACTERS = 8192
/** Of what was asked for and found: it can be asked for again, and identity providers page through all of it. */
const FOUND_CHARACTERS = 2048

const LONGEST = {
  path: 512,
  query: 2048,
  detail: 2048,
  id: 128,
  userAgent: 256,
  name: 128,
  text: 1024,
} as const
const NAMED_MEMBERS = 100
const MAXIMUM_DEPTH = 12
const SECRET = '[removed]'

/** Names of what nobody but its owner may know; of attributes, parameters and PATCH paths alike. */
const SECRET_NAME = /passw|secret|token|authorization|credential|api_?key|private_?key/i
/** `password eq "…"`: what is compared with a secret is one. */
const SECRET_COMPARISON =
  /((?:passw|secret|token|credential)\w{0,32}(?:["\]]|\[\s?\w{1,32})?(?:\s|\+|%20)+(?:eq|ne|co|sw|ew|gt|ge|lt|le)(?:\s|\+|%20)+)(?:"(?:[^"\\]|\\.)*"?|%22.*?(?:%22|$)|[^\s"]+)/gi
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi

/** The line that is written for an exchange; `further` as in `ScimLogEntry`. */
export function toLogRecord(exchange: ScimExchange, bodies: ScimLogBodies, further: number): ScimLogRecord {
  const [path = '', query] = splitOnce(exchange.url, '?')
  const { failure, credentialId, address, userAgent } = exchange
  return {
    requestId: exchange.requestId,
    at: exchange.at.toISOString(),
    method: exchange.method,
    path: cut(path, LONGEST.path),
    status: exchange.status,
    milliseconds: exchange.milliseconds,
    further,
    ...(credentialId !== undefined && { credentialId }),
    ...(query !== undefined && query !== '' && { query: withoutSecretParameters(cut(query, LONGEST.query)) }),
    ...(failure?.scimType !== undefined && { scimType: failure.scimType }),
    ...(failure?.code !== undefined && { errorCode: failure.code }),
    ...(failure && { detail: cut(failure.detail, LONGEST.detail) }),
    ...resourceOf(path, exchange.location),
    ...(address !== undefined && { address }),
    ...(userAgent !== undefined && { userAgent: cut(userAgent, LONGEST.userAgent) }),
    ...bodies,
    remarks: remarksOf(exchange),
  }
}

export interface ScimLogBodies {
  readonly request?: string
  readonly answer?: string
}

export function bodiesOf({ method, status, request, answer }: ScimExchange): ScimLogBodies {
  const limit = method === 'GET' && status < 400 ? FOUND_CHARACTERS : BODY_CHARACTERS
  return {
    ...(request !== undefined && { request: presentableJson(request) }),
    ...(answer !== undefined && { answer: presentableJson(answer, limit) }),
  }
}

function remarksOf({ remarks = {} }: ScimExchange): ScimRemarks {
  const { unknownMembers } = remarks
  if (!unknownMembers) return remarks
  const named = unknownMembers.slice(0, NAMED_MEMBERS).map((id) => cut(id, LONGEST.id))
  const more = unknownMembers.length - named.length
  return { unknownMembers: more > 0 ? [...named, `… ${more} more`] : named }
}

/**
 * Under which name an exchange is only counted while others of that name keep coming; `undefined` for one that is written
 * down by itself. Strangers, and clients that do not slow down when told to, must not push others out of the log.
 */
export function countedAs({
  credentialId,
  status,
  address,
  failure,
}: Pick<ScimExchange, 'credentialId' | 'status' | 'address' | 'failure'>): string | undefined {
  if (credentialId !== undefined) {
    return failure?.code === 'request.rateLimited' ? `${credentialId} ${status}` : undefined
  }
  return `${networkOf(address ?? '') ?? 'unknown'} ${status}`
}

/** The resource that a path, or the address of what was made, is about. */
function resourceOf(
  path: string,
  location: string | undefined,
): Pick<ScimLogEntry, 'resourceType' | 'resourceId'> {
  const [, name = '', inPath] = /^\/+(users|groups)(?:\/+([^/]+))?/i.exec(path) ?? []
  if (name === '') return {}
  const id = inPath === undefined || inPath.startsWith('.') ? location?.split('/').at(-1) : inPath
  return {
    resourceType: name.toLowerCase() === 'users' ? 'User' : 'Group',
    ...(id !== undefined && { resourceId: cut(id, LONGEST.id) }),
  }
}

/**
 * The value as JSON of about `limit` characters: secrets are taken out, long texts cut, long lists and objects end with a
 * word of how many are missing.
 */
export function presentableJson(value: unknown, limit = BODY_CHARACTERS): string {
  let left = limit
  const text = (whole: string): string => {
    const part = cut(whole, Math.max(0, Math.min(LONGEST.text, left)))
    left -= part.length
    return part
  }

  function reduce(item: unknown, depth: number): unknown {
    left -= 4
    if (typeof item === 'string') return text(item)
    if (typeof item !== 'object' || item === null) return item
    if (depth >= MAXIMUM_DEPTH) return '…'
    return Array.isArray(item) ? reduceList(item, depth) : reduceObject(item, depth)
  }

  function reduceList(items: readonly unknown[], depth: number): unknown {
    const kept: unknown[] = []
    for (const item of items) {
      if (left <= 0) break
      kept.push(reduce(item, depth + 1))
    }
    const missing = items.length - kept.length
    return missing > 0 ? [...kept, `… ${missing} more`] : kept
  }

  function reduceObject(item: object, depth: number): unknown {
    const entries = Object.entries(item)
    const path = entries.find(([name]) => name.toLowerCase() === 'path')?.[1] as unknown
    const patchesSecret = typeof path === 'string' && SECRET_NAME.test(path)
    const kept: [string, unknown][] = []
    for (const [name, inner] of entries) {
      if (left <= 0) break
      left -= name.length
      const secret = SECRET_NAME.test(name) || (patchesSecret && name.toLowerCase() === 'value')
      kept.push([name.length > LONGEST.name ? text(name) : name, secret ? SECRET : reduce(inner, depth + 1)])
    }
    const missing = entries.length - kept.length
    return Object.fromEntries(missing > 0 ? [...kept, ['…', `${missing} more`]] : kept)
  }

  return JSON.stringify(reduce(value, 0)) ?? 'null'
}

function withoutSecretParameters(query: string): string {
  const parameters = query.split('&').map((parameter) => {
    const [name = '', value] = splitOnce(parameter, '=')
    return value !== undefined && SECRET_NAME.test(name) ? `${name}=${SECRET}` : parameter
  })
  return parameters.join('&')
}

const withoutSecrets = (text: string): string =>
  text.replace(SECRET_COMPARISON, `$1${SECRET}`).replace(BEARER, `$1 ${SECRET}`)

// PostgreSQL has no NUL, and half of a surrogate pair is no character in UTF-8.
const UNSTORABLE = /\0|\p{Surrogate}/gu
const SUSPICIOUS = /[\0\uD800-\uDFFF]|passw|secret|token|credential|bearer|basic/i

/** At most so many characters, of those that can be stored, and no secret among them. */
function cut(text: string, limit: number): string {
  const part = text.length > limit ? `${text.slice(0, limit)}…` : text
  // Hardly any text needs the closer look, and a sync brings a lot of them.
  return SUSPICIOUS.test(part) ? withoutSecrets(part.replace(UNSTORABLE, '\uFFFD')) : part
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)]
}
