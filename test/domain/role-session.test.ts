import { describe, expect, it } from 'vitest'
import {
  isTemporarySecretId,
  newTemporaryKey,
  parseRoleArn,
  parseSamlProviderArn,
  readRolePairs,
  requireRoleSessionName,
  sessionSeconds,
} from '../../server/domain/role-session.js'

describe('the names of roles and providers', () => {
  it.each([
    [
      'qcs::cam::uin/100000000001:roleName/A+b=c,d.e@f-g',
      { accountUin: '100000000001', name: 'A+b=c,d.e@f-g' },
    ],
    [
      'qcs::cam::uin/100000000001:role/4611686018427387905',
      { accountUin: '100000000001', id: '4611686018427387905' },
    ],
    [
      'qcs::cam::uin/100000000001:role/tencentcloudServiceRoleName/TKE',
      { accountUin: '100000000001', name: 'TKE' },
    ],
    ['qcs::cam::uin/1:roleName/x', undefined],
    ['qcs::cam:gz:uin/100000000001:roleName/x', undefined],
    ['qcs::cam::uin/100000000001:roleName/', undefined],
    ['qcs::cam::uin/100000000001:roleName/a/b', undefined],
    ['qcs::cam::uin/100000000001:role/name', undefined],
    ['', undefined],
  ])('%s', (arn, expected) => {
    expect(parseRoleArn(arn)).toEqual(expected)
  })

  it('name a provider of an account', () => {
    expect(parseSamlProviderArn('qcs::cam::uin/100000000001:saml-provider/P-1')).toEqual({
      accountUin: '100000000001',
      name: 'P-1',
    })
    expect(parseSamlProviderArn('qcs::cam::uin/100000000001:saml-provider/P/1')).toBeUndefined()
    expect(parseSamlProviderArn('qcs::cam::uin/100000000001:roleName/P')).toBeUndefined()
  })
})

describe('the Role attribute of an assertion', () => {
  const P = 'qcs::cam::uin/100000000001:saml-provider/P'
  const A = 'qcs::cam::uin/100000000001:roleName/A,1'
  const B = 'qcs::cam::uin/100000000001:roleName/B'

  it('pairs roles with their provider, several roles in one value or in several', () => {
    expect(readRolePairs([`${A};${B},${P}`, `${B},${P}`])).toEqual([
      { roleArn: A, principalArn: P },
      { roleArn: B, principalArn: P },
      { roleArn: B, principalArn: P },
    ])
  })

  it('leaves out what is no pair', () => {
    expect(readRolePairs(['', A, `${P};${A}`, 'x,y'])).toEqual([])
  })
})

describe('the length of a session', () => {
  it.each([
    [{}, 3600, 3600],
    [{}, 43_200, 7200],
    [{ durationSeconds: 900 }, 3600, 900],
    [{ durationSeconds: 3600 }, 3600, 3600],
    [{ durationSeconds: 7200, whenTooLong: 'cut' as const }, 3600, 3600],
  ])('%o of at most %d is %d', (wish, limit, expected) => {
    expect(sessionSeconds(wish, limit)).toBe(expected)
  })

  it('is refused beyond the limit of the role, and when it is no duration', () => {
    expect(() => sessionSeconds({ durationSeconds: 3601 }, 3600)).toThrow(
      expect.objectContaining({ code: 'sts.duration' }),
    )
    for (const durationSeconds of [0, -1, 1.5, Number.NaN]) {
      expect(() => sessionSeconds({ durationSeconds }, 3600)).toThrow(
        expect.objectContaining({ code: 'sts.invalid' }),
      )
    }
  })
})

describe('names and keys of a session', () => {
  it.each(['ab', 'jo.doe@example.com', 'ses-1_2+3=4,5', 'x'.repeat(128)])('accepts the name %s', (name) => {
    expect(() => requireRoleSessionName(name)).not.toThrow()
  })

  it.each(['', 'a', 'a b', 'a/b', 'ä'.repeat(3), 'x'.repeat(129)])('refuses the name "%s"', (name) => {
    expect(() => requireRoleSessionName(name)).toThrow(expect.objectContaining({ code: 'sts.invalid' }))
  })

  it('are told apart from permanent keys by the length of the SecretId', () => {
    const { tmpSecretId, token } = newTemporaryKey()
    expect(isTemporarySecretId(tmpSecretId)).toBe(true)
    expect(isTemporarySecretId(tmpSecretId.slice(0, 36))).toBe(false)
    expect(token.length).toBeLessThanOrEqual(4096)
  })
})
