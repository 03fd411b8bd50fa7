/** The codes of the cloud API for every refusal that the product knows. */
import { describe, expect, it } from 'vitest'
import { toApiError } from '../../server/api/api-errors.js'
import { ERROR_KINDS, IdentityCenterError, type ErrorCode } from '../../server/domain/errors.js'

/** What a code may begin with: clients go by the part before the dot where they do not know the rest. */
const CLASSES =
  /^(FailedOperation|InvalidParameter|InvalidParameterValue|LimitExceeded|RequestLimitExceeded|RequestSizeLimitExceeded|ResourceNotFound|ServiceUnavailable|UnauthorizedOperation|UnsupportedProtocol)(\.[A-Z][A-Za-z0-9]*)?$/

describe('the codes of the cloud API', () => {
  const codes = Object.entries(ERROR_KINDS).map(([code, kind]) => ({
    code,
    kind,
    answer: toApiError(new IdentityCenterError(code as ErrorCode, '')).code,
  }))

  it('are the cloud’s, whatever is refused', () => {
    expect(codes.filter(({ answer }) => !CLASSES.test(answer))).toEqual([])
  })

  it('tell clients to try again only where that helps: Terraform does by itself', () => {
    const again = codes.filter(({ answer }) =>
      /^(RequestLimitExceeded|ResourceInUse|ResourceUnavailable)/.test(answer),
    )
    expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['tooMany']))
  })
})
