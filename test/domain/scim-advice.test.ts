import { describe, expect, it } from 'vitest'
import { toScimError } from '../../scim/scim-errors.js'
import { ERROR_KINDS, IdentityCenterError, type ErrorCode } from '../../server/domain/errors.js'
import { scimAdviceOn, type ScimAdvice } from '../../server/domain/scim-advice.js'
import { texts, LANGUAGES } from '../../views/i18n/index.js'

/** Refusals that the SCIM door answers with. */
const REFUSALS: readonly (readonly [ErrorCode, ScimAdvice])[] = [
  ['actor.unauthenticated', 'credentialMissing'],
  ['scimCredential.invalid', 'credentialUnknown'],
  ['scim.disabled', 'switchedOff'],
  ['request.rateLimited', 'rateLimited'],
  ['scim.guardHeld', 'guardHeld'],
  ['scim.guardRefused', 'guardRefused'],
  ['user.nameInvalid', 'userNameInvalid'],
  ['user.nameTaken', 'userNameTaken'],
  ['user.attributeInvalid', 'attributeInvalid'],
  ['user.notFound', 'resourceGone'],
  ['user.quota', 'quota'],
  ['user.groupQuota', 'quota'],
  ['user.versionMismatch', 'versionMismatch'],
  ['group.nameInvalid', 'groupNameInvalid'],
  ['group.nameTaken', 'groupNameTaken'],
  ['group.attributeInvalid', 'attributeInvalid'],
  ['group.notFound', 'resourceGone'],
  ['group.quota', 'quota'],
  ['group.memberQuota', 'quota'],
  ['group.memberUnknown', 'memberUnknown'],
  ['group.memberNested', 'memberNested'],
  ['group.typeMismatch', 'typeMismatch'],
  ['group.hasMembers', 'groupHasMembers'],
  ['group.versionMismatch', 'versionMismatch'],
  ['request.notFound', 'addressUnknown'],
  ['request.versionUnknown', 'addressUnknown'],
  ['request.methodNotAllowed', 'methodUnknown'],
  ['request.tooLarge', 'tooLarge'],
  ['request.mediaType', 'mediaType'],
  ['request.notAcceptable', 'notAcceptable'],
  ['request.invalid', 'body'],
  ['request.malformedJson', 'body'],
  ['scim.notImplemented', 'notImplemented'],
  ['actor.forbidden', 'notYours'],
  ['filter.malformed', 'filter'],
  ['filter.tooComplex', 'filter'],
  ['page.invalid', 'paging'],
  ['page.cursorInvalid', 'paging'],
  ['page.countInvalid', 'paging'],
  ['patch.invalidSyntax', 'patchValue'],
  ['patch.invalidValue', 'patchValue'],
  ['patch.invalidPath', 'patchPath'],
  ['patch.noTarget', 'patchPath'],
  ['patch.mutability', 'readOnly'],
  ['patch.tooMany', 'tooLarge'],
  ['bulk.circular', 'bulk'],
  ['bulk.unresolved', 'bulk'],
  ['service.unavailable', 'busy'],
]

describe('what to change after a SCIM answer', () => {
  it.each(REFUSALS)('%s: %s', (errorCode, advice) => {
    const { status, scimType } = toScimError(new IdentityCenterError(errorCode, ''))
    expect(scimAdviceOn({ status, errorCode, ...(scimType && { scimType }) })).toBe(advice)
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
      ...REFUSALS.map(([, advice]) => advice),
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
