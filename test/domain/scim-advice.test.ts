import { describe, expect, it } from 'vitest'
import { ERROR_KINDS, type ErrorCode } from '../../server/domain/errors.js'
import { scimAdviceOn, type ScimAdvice } from '../../server/domain/scim-advice.js'
import { texts, LANGUAGES } from '../../views/i18n/index.js'

/** Refusals that the SCIM door answers with, as it does. */
const REFUSALS: readonly (readonly [ErrorCode, number, string | undefined, ScimAdvice])[] = [
  ['actor.unauthenticated', 401, undefined, 'credentialMissing'],
  ['scimCredential.invalid', 401, undefined, 'credentialUnknown'],
  ['scim.disabled', 403, undefined, 'switchedOff'],
  ['request.rateLimited', 429, undefined, 'rateLimited'],
  ['scim.guardHeld', 429, undefined, 'guardHeld'],
  ['scim.guardRefused', 403, undefined, 'guardRefused'],
  ['user.nameInvalid', 400, 'invalidValue', 'userNameInvalid'],
  ['user.nameTaken', 409, 'uniqueness', 'userNameTaken'],
  ['user.attributeInvalid', 400, 'invalidValue', 'attributeInvalid'],
  ['user.notFound', 404, undefined, 'resourceGone'],
  ['user.quota', 403, undefined, 'quota'],
  ['user.groupQuota', 403, undefined, 'quota'],
  ['user.versionMismatch', 412, undefined, 'versionMismatch'],
  ['group.nameInvalid', 400, 'invalidValue', 'groupNameInvalid'],
  ['group.nameTaken', 409, 'uniqueness', 'groupNameTaken'],
  ['group.attributeInvalid', 400, 'invalidValue', 'attributeInvalid'],
  ['group.notFound', 404, undefined, 'resourceGone'],
  ['group.quota', 403, undefined, 'quota'],
  ['group.memberQuota', 403, undefined, 'quota'],
  ['group.memberUnknown', 400, 'invalidValue', 'memberUnknown'],
  ['group.memberNested', 400, 'invalidValue', 'memberNested'],
  ['group.typeMismatch', 409, undefined, 'typeMismatch'],
  ['group.hasMembers', 409, undefined, 'groupHasMembers'],
  ['group.versionMismatch', 412, undefined, 'versionMismatch'],
  ['request.notFound', 404, undefined, 'addressUnknown'],
  ['request.methodNotAllowed', 405, undefined, 'methodUnknown'],
  ['request.tooLarge', 413, undefined, 'tooLarge'],
  ['request.mediaType', 415, undefined, 'mediaType'],
  ['request.invalid', 400, 'invalidSyntax', 'body'],
  ['request.malformedJson', 400, 'invalidSyntax', 'body'],
  ['scim.notImplemented', 501, undefined, 'notImplemented'],
  ['actor.forbidden', 403, undefined, 'notYours'],
  ['filter.malformed', 400, 'invalidFilter', 'filter'],
  ['filter.tooComplex', 400, 'invalidFilter', 'filter'],
  ['page.invalid', 400, 'invalidValue', 'paging'],
  ['page.cursorInvalid', 400, 'invalidCursor', 'paging'],
  ['patch.invalidSyntax', 400, 'invalidSyntax', 'patchValue'],
  ['patch.invalidValue', 400, 'invalidValue', 'patchValue'],
  ['patch.invalidPath', 400, 'invalidPath', 'patchPath'],
  ['patch.noTarget', 400, 'noTarget', 'patchPath'],
  ['patch.mutability', 400, 'mutability', 'readOnly'],
  ['patch.tooMany', 413, undefined, 'tooLarge'],
  ['bulk.circular', 409, undefined, 'bulk'],
  ['bulk.unresolved', 409, undefined, 'bulk'],
  ['service.unavailable', 503, undefined, 'busy'],
]

describe('what to change after a SCIM answer', () => {
  it.each(REFUSALS)('%s (%i %s): %s', (errorCode, status, scimType, advice) => {
    expect(scimAdviceOn({ status, errorCode, ...(scimType !== undefined && { scimType }) })).toBe(advice)
  })

  it.each<[string, Parameters<typeof scimAdviceOn>[0], ScimAdvice | undefined]>([
    ['a success', { status: 200 }, undefined],
    ['nothing new', { status: 304 }, undefined],
    ['members left out', { status: 204, remarks: { unknownMembers: ['x'] } }, 'membersPassedOver'],
    [
      'a credential that is known and not in force',
      { status: 401, errorCode: 'scimCredential.invalid', credentialId: 'scimcred-aaaaaaaaaaaa' },
      'credentialUnusable',
    ],
    [
      'a code of a later version, by its SCIM type',
      { status: 400, errorCode: 'x.y', scimType: 'invalidFilter' },
      'filter',
    ],
    [
      'a name of a group',
      { status: 409, errorCode: 'x.y', scimType: 'uniqueness', resourceType: 'Group' },
      'groupNameTaken',
    ],
    ['a name of a user', { status: 409, scimType: 'uniqueness', resourceType: 'User' }, 'userNameTaken'],
    ['a code of a later version, by its status', { status: 429, errorCode: 'x.y' }, 'rateLimited'],
    ['a bug of ours', { status: 500 }, 'ourFault'],
    ['an odd status', { status: 418 }, 'body'],
  ])('%s', (_what, outcome, advice) => {
    expect(scimAdviceOn(outcome)).toBe(advice)
  })

  it('has an answer to every refusal there is', () => {
    for (const errorCode of Object.keys(ERROR_KINDS)) {
      expect(scimAdviceOn({ status: 400, errorCode })).toBeDefined()
    }
  })

  it.each(LANGUAGES)('is said in %s, in terms of the identity providers where they differ', (language) => {
    const { scimAdvice } = texts(language).console
    const reachable = new Set([
      ...REFUSALS.map(([, , , advice]) => advice),
      'credentialUnusable',
      'membersPassedOver',
      'ourFault',
    ])
    expect(new Set(Object.keys(scimAdvice))).toEqual(reachable)
    for (const { general, entra, okta, oneLogin } of Object.values(scimAdvice)) {
      for (const text of [general, entra, okta, oneLogin]) expect(text ?? 'x.').toMatch(/[.。)]$/)
    }
    // The one mistake that everybody makes.
    expect(scimAdvice.userNameInvalid.entra).toContain('#EXT#')
  })
})
