/** Refusals as SCIM says them (RFC 7644 section 3.12). */
import { STATUS_OF_KIND } from '../server/http/http-errors.js'
import type { ErrorCode, ErrorKind, IdentityCenterError } from '../server/domain/errors.js'

export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error'

type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'tooMany'
  | 'invalidVers'
  /** RFC 9865 section 2.1. */
  | 'invalidCursor'
  | 'invalidCount'

export interface ScimError {
  readonly status: number
  readonly scimType?: ScimType
}

/** A quota is a refusal of the service provider, not a conflict. */
const STATUS: Readonly<Record<ErrorKind, number>> = { ...STATUS_OF_KIND, limit: 403 }

/** Codes that SCIM has more to say about than their kind does. */
const CLOSER: Readonly<Partial<Record<ErrorCode, Partial<ScimError>>>> = {
  'request.invalid': { scimType: 'invalidSyntax' },
  'request.malformedJson': { scimType: 'invalidSyntax' },
  'request.methodNotAllowed': { status: 405 },
  'request.notAcceptable': { status: 406 },
  'request.versionUnknown': { scimType: 'invalidVers' },
  'scim.notImplemented': { status: 501 },
  'user.nameTaken': { scimType: 'uniqueness' },
  'user.nameInvalid': { scimType: 'invalidValue' },
  'user.attributeInvalid': { scimType: 'invalidValue' },
  'group.nameTaken': { scimType: 'uniqueness' },
  'group.nameInvalid': { scimType: 'invalidValue' },
  'group.attributeInvalid': { scimType: 'invalidValue' },
  'group.memberUnknown': { scimType: 'invalidValue' },
  'group.memberNested': { scimType: 'invalidValue' },
  'page.invalid': { scimType: 'invalidValue' },
  'page.cursorInvalid': { scimType: 'invalidCursor' },
  'page.countInvalid': { scimType: 'invalidCount' },
  'filter.malformed': { scimType: 'invalidFilter' },
  'filter.tooComplex': { scimType: 'invalidFilter' },
  'patch.invalidSyntax': { scimType: 'invalidSyntax' },
  'patch.invalidPath': { scimType: 'invalidPath' },
  'patch.invalidValue': { scimType: 'invalidValue' },
  'patch.noTarget': { scimType: 'noTarget' },
  'patch.mutability': { scimType: 'mutability' },
  'patch.tooMany': { scimType: 'tooMany' },
}

/** Status and scimType of a refusal. A code without a closer answer here is answered by its kind. */
export const toScimError = (error: IdentityCenterError): ScimError => ({
  status: STATUS[error.kind],
  ...CLOSER[error.code],
})

/** A refusal with its words. */
export interface ScimFailure extends ScimError {
  readonly detail: string
  /** For the log; absent for a bug of ours. */
  readonly code?: ErrorCode
}

/** The error body; the status is a string there. */
export const errorBody = ({ status, scimType, detail }: ScimFailure) => ({
  schemas: [ERROR_SCHEMA],
  status: String(status),
  ...(scimType && { scimType }),
  detail,
})
