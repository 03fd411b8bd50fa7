/** What to change so that a SCIM request does not fail again. The sentences are the pages': they stand in two languages. */
import type { ErrorCode } from './errors.js'
import type { ScimLogEntry, ScimRemarks } from './scim-log.js'

export type ScimAdvice =
  | 'credentialMissing'
  | 'credentialUnknown'
  | 'credentialUnusable'
  | 'switchedOff'
  | 'rateLimited'
  | 'userNameInvalid'
  | 'userNameTaken'
  | 'groupNameInvalid'
  | 'groupNameTaken'
  | 'attributeInvalid'
  | 'quota'
  | 'memberUnknown'
  | 'memberNested'
  | 'membersPassedOver'
  | 'typeMismatch'
  | 'groupHasMembers'
  | 'guardHeld'
  | 'guardRefused'
  | 'resourceGone'
  | 'addressUnknown'
  | 'methodUnknown'
  | 'notImplemented'
  | 'versionMismatch'
  | 'filter'
  | 'paging'
  | 'patchPath'
  | 'patchValue'
  | 'readOnly'
  | 'notYours'
  | 'tooLarge'
  | 'mediaType'
  | 'notAcceptable'
  | 'body'
  | 'bulk'
  | 'busy'
  | 'ourFault'

/** By our own name of the refusal: the closest there is. */
const BY_CODE: Readonly<Partial<Record<ErrorCode, ScimAdvice>>> = {
  'actor.unauthenticated': 'credentialMissing',
  'scimCredential.invalid': 'credentialUnknown',
  'scim.disabled': 'switchedOff',
  'request.rateLimited': 'rateLimited',
  'user.nameInvalid': 'userNameInvalid',
  'user.nameTaken': 'userNameTaken',
  'user.attributeInvalid': 'attributeInvalid',
  'user.notFound': 'resourceGone',
  'user.quota': 'quota',
  'user.groupQuota': 'quota',
  'user.versionMismatch': 'versionMismatch',
  'group.nameInvalid': 'groupNameInvalid',
  'group.nameTaken': 'groupNameTaken',
  'group.attributeInvalid': 'attributeInvalid',
  'group.notFound': 'resourceGone',
  'group.quota': 'quota',
  'group.memberQuota': 'quota',
  'group.memberUnknown': 'memberUnknown',
  'group.memberNested': 'memberNested',
  'group.typeMismatch': 'typeMismatch',
  'group.hasMembers': 'groupHasMembers',
  'group.versionMismatch': 'versionMismatch',
  'scim.guardHeld': 'guardHeld',
  'scim.guardRefused': 'guardRefused',
  'request.notFound': 'addressUnknown',
  'request.versionUnknown': 'addressUnknown',
  'request.methodNotAllowed': 'methodUnknown',
  'request.tooLarge': 'tooLarge',
  'request.mediaType': 'mediaType',
  'request.notAcceptable': 'notAcceptable',
  'request.invalid': 'body',
  'request.malformedJson': 'body',
  'scim.notImplemented': 'notImplemented',
  'actor.forbidden': 'notYours',
  'filter.malformed': 'filter',
  'filter.tooComplex': 'filter',
  'page.invalid': 'paging',
  'page.cursorInvalid': 'paging',
  'page.countInvalid': 'paging',
  'patch.invalidSyntax': 'patchValue',
  'patch.invalidValue': 'patchValue',
  'patch.invalidPath': 'patchPath',
  'patch.noTarget': 'patchPath',
  'patch.mutability': 'readOnly',
  'patch.tooMany': 'tooLarge',
  'bulk.circular': 'bulk',
  'bulk.unresolved': 'bulk',
  'service.unavailable': 'busy',
}

/** By the name that SCIM has for it (RFC 7644 table 9, RFC 9865). */
const BY_SCIM_TYPE: Readonly<Record<string, ScimAdvice>> = {
  invalidFilter: 'filter',
  uniqueness: 'userNameTaken',
  mutability: 'readOnly',
  invalidSyntax: 'body',
  invalidPath: 'patchPath',
  noTarget: 'patchPath',
  invalidValue: 'attributeInvalid',
  invalidCursor: 'paging',
  invalidCount: 'paging',
  invalidVers: 'addressUnknown',
  tooMany: 'tooLarge',
}

const BY_STATUS: Readonly<Record<number, ScimAdvice>> = {
  400: 'body',
  401: 'credentialUnknown',
  403: 'notYours',
  404: 'resourceGone',
  405: 'methodUnknown',
  406: 'notAcceptable',
  412: 'versionMismatch',
  413: 'tooLarge',
  415: 'mediaType',
  429: 'rateLimited',
  501: 'notImplemented',
  503: 'busy',
}

type Outcome = Pick<ScimLogEntry, 'status' | 'scimType' | 'errorCode' | 'resourceType' | 'credentialId'> & {
  readonly remarks?: ScimRemarks
}

/** What to advise on an answer; `undefined` where nothing went wrong. */
export function scimAdviceOn(outcome: Outcome): ScimAdvice | undefined {
  const { status, scimType, errorCode, resourceType, credentialId, remarks } = outcome
  if (status < 400) return remarks?.unknownMembers ? 'membersPassedOver' : undefined
  const known = errorCode === undefined ? undefined : (BY_CODE as Record<string, ScimAdvice>)[errorCode]
  // Its secret was the right one: it is only not in force.
  if (known === 'credentialUnknown' && credentialId !== undefined) return 'credentialUnusable'
  if (known) return known
  if (scimType === 'uniqueness' && resourceType === 'Group') return 'groupNameTaken'
  return BY_SCIM_TYPE[scimType ?? ''] ?? BY_STATUS[status] ?? (status >= 500 ? 'ourFault' : 'body')
}
