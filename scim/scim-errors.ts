/** Refusals as SCIM says them (RFC 7644 section 3.12). */
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

export interface ScimError {
  readonly status: number
  readonly scimType?: ScimType
}

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  precondition: 412,
  limit: 403,
  tooMany: 429,
  tooLarge: 413,
  mediaType: 415,
  unavailable: 503,
}

/** Codes that SCIM has more to say about than their kind does. */
const CLOSER: Readonly<Partial<Record<ErrorCode, Partial<ScimError>>>> = {
  'request.invalid': { scimType: 'invalidSyntax' },
  'request.malformedJson': { scimType: 'invalidSyntax' },
  'request.methodNotAllowed': { status: 405 },
  'scim.notImplemented': { status: 501 },
  'user.nameTaken': { scimType: 'uniqueness' },
  'user.nameInvalid': { scimType: 'invalidValue' },
  'user.attributeInvalid': { scimType: 'invalidValue' },
  'group.nameTaken': { scimType: 'uniqueness' },
  'group.nameInvalid': { scimType: 'invalidValue' },
  'group.attributeInvalid': { scimType: 'invalidValue' },
  'group.memberUnknown': { scimType: 'invalidValue' },
  'group.memberNested': { scimType: 'invalidValue' },
  'filter.malformed': { scimType: 'invalidFilter' },
  'filter.tooComplex': { scimType: 'invalidFilter' },
  'patch.invalidSyntax': { scimType: 'invalidSyntax' },
  'patch.invalidPath': { scimType: 'invalidPath' },
  'patch.invalidValue': { scimType: 'invalidValue' },
  'patch.noTarget': { scimType: 'noTarget' },
  'patch.mutability': { scimType: 'mutability' },
}

/** Status and scimType of a refusal. A code without a closer answer here is answered by its kind. */
export const toScimError = (error: IdentityCenterError): ScimError => ({
  status: STATUS[error.kind],
  ...CLOSER[error.code],
})

/** The error body; the status is a string there. */
export const errorBody = ({ status, scimType }: ScimError, detail: string) => ({
  schemas: [ERROR_SCHEMA],
  status: String(status),
  ...(scimType && { scimType }),
  detail,
})
