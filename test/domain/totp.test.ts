import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceptedTotpStep,
  hashRecoveryCode,
  looksLikeRecoveryCode,
  newRecoveryCodes,
  newTotpSecret,
  totpUri,
} from '../../server/domain/totp.js'
import { totpCode } from '../support/authenticator.js'

/** The key of RFC 6238 appendix B, "12345678901234567890", in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number): Date => new Date(seconds * 1000)

describe('one-time codes', () => {
  // The last six of the eight digits of RFC 6238 appendix B (SHA-1).
  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_111_111_111, '050471', 37_037_037],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
    [20_000_000_000, '353130', 666_666_666],
  ])('accepts the code of RFC 6238 at %d', (seconds, code, step) => {
    expect(acceptedTotpStep({ secret: RFC_SECRET, code, now: at(seconds) })).toBe(step)
  })

  it.each([
    [-60, undefined],
    [-30, -1],
    [0, 0],
    [29, 0],
    [30, 1],
    [60, undefined],
  ])('allows one step of drift: a code made %d seconds off', (offset, steps) => {
    const secret = newTotpSecret()
    const now = 1_700_000_010
    const step = acceptedTotpStep({ secret, code: totpCode(secret, at(now + offset)), now: at(now) })
    expect(step === undefined ? undefined : step - now / 30).toBe(steps)
  })

  it('refuses a step that was used, and the ones before it', () => {
    const secret = newTotpSecret()
    const now = at(1_700_000_010)
    const step = now.getTime() / 30_000
    const code = totpCode(secret, now)
    expect(acceptedTotpStep({ secret, code, now, lastStep: step - 1 })).toBe(step)
    expect(acceptedTotpStep({ secret, code, now, lastStep: step })).toBeUndefined()
    expect(acceptedTotpStep({ secret, code, now, lastStep: step + 1 })).toBeUndefined()
  })

  it('reads a code as apps show it, in two groups', () => {
    expect(acceptedTotpStep({ secret: RFC_SECRET, code: '287 082', now: at(59) })).toBe(1)
  })

  it('refuses every text that is no code, without an error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (code) => {
        fc.pre(!/^\d{6}$/.test(code.replace(/\s/g, '')))
        expect(acceptedTotpStep({ secret: RFC_SECRET, code, now: at(59) })).toBeUndefined()
      }),
    )
  })

  it('makes keys of 160 bits and an address that authenticator apps read', () => {
    const secret = newTotpSecret()
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(totpUri({ issuer: 'Identity Center', accountName: 'a+b@example.com', secret }))
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toContain('Identity Center:a+b@example.com')
    expect(uri.searchParams.get('secret')).toBe(secret)
    expect(uri.searchParams.get('issuer')).toBe('Identity Center')
  })
})

describe('recovery codes', () => {
  const subject = { kind: 'user', id: 'u-1' } as const

  it('are ten different ones', () => {
    const codes = newRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
  })

  it('are recognized however they are typed, and belong to one person', () => {
    const code = 'ABCD-EFGH-JKMN-PQRS'
    expect(looksLikeRecoveryCode(code)).toBe(true)
    expect(looksLikeRecoveryCode('123456')).toBe(false)
    expect(hashRecoveryCode(subject, 'abcd efgh jkmn pqrs')).toBe(hashRecoveryCode(subject, code))
    expect(hashRecoveryCode({ kind: 'user', id: 'u-2' }, code)).not.toBe(hashRecoveryCode(subject, code))
  })
})
