import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  contentHashOf,
  requireCustomPolicyName,
  requirePermissionConfigurationName,
  requirePolicyRoom,
  requireRelayState,
  requireSessionDuration,
  type ConfigurationPolicy,
} from '../../server/domain/permission-configuration.js'

const preset = (policyId: number): ConfigurationPolicy => ({
  type: 'preset',
  policyId,
  name: `preset${policyId}`,
  addedAt: '2026-03-02T09:00:00.000Z',
})
const custom = (name: string, document: string): ConfigurationPolicy => ({
  type: 'custom',
  name,
  document,
  addedAt: '2026-03-02T09:00:00.000Z',
})

describe('the name of a permission configuration', () => {
  it.each(['a', 'Read-Only', '0', '-', 'x'.repeat(128)])('may be %s', (name) => {
    expect(() => requirePermissionConfigurationName(name)).not.toThrow()
  })

  it.each(['', 'x'.repeat(129), 'read only', 'read_only', 'lesen-für-alle', 'a/b', 'a\n'])(
    'may not be %j',
    (name) => {
      expect(() => requirePermissionConfigurationName(name)).toThrow(
        expect.objectContaining({ code: 'permissionConfiguration.nameInvalid' }),
      )
    },
  )
})

describe('the session duration', () => {
  it.each([900, 3600, 43_200])('may be %d seconds', (seconds) => {
    expect(() => requireSessionDuration(seconds)).not.toThrow()
  })

  it.each([0, 899, 43_201, 900.5, Number.NaN, Number.POSITIVE_INFINITY, -900])('may not be %d', (seconds) => {
    expect(() => requireSessionDuration(seconds)).toThrow(
      expect.objectContaining({ code: 'permissionConfiguration.invalid' }),
    )
  })
})

describe('the relay state', () => {
  it.each([
    '',
    '/cvm',
    '/cvm?region=1#list',
    'https://console.cloud.tencent.com/cvm',
    'http://localhost:8080/x',
  ])('may be %j', (text) => {
    expect(() => requireRelayState(text)).not.toThrow()
  })

  it.each([
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'cvm',
    '/a b',
    '/a\r\nSet-Cookie: x',
    'https://',
    'https://exa mple',
    `/${'x'.repeat(1024)}`,
  ])('may not be %j', (text) => {
    expect(() => requireRelayState(text)).toThrow(
      expect.objectContaining({ code: 'permissionConfiguration.invalid' }),
    )
  })
})

describe('the name of a custom policy', () => {
  it('has 1 to 32 letters, digits and + = , . @ _ -', () => {
    expect(() => requireCustomPolicyName('a+=,.@_-9')).not.toThrow()
    expect(() => requireCustomPolicyName('x'.repeat(32))).not.toThrow()
    for (const name of ['', 'x'.repeat(33), 'a b', 'a:b', 'ä']) {
      expect(() => requireCustomPolicyName(name)).toThrow(
        expect.objectContaining({ code: 'policy.nameInvalid' }),
      )
    }
  })
})

describe('the number of policies', () => {
  it('is at most 100 of each type', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index)
    const full = [...hundred.map(preset), ...hundred.map((index) => custom(`p${index}`, '{}'))]
    expect(() => requirePolicyRoom(full)).not.toThrow()
    expect(() => requirePolicyRoom([...full, preset(100)])).toThrow(
      expect.objectContaining({ code: 'policy.limit', facts: { limit: 100, type: 'preset' } }),
    )
    expect(() => requirePolicyRoom([...full, custom('one-more', '{}')])).toThrow(
      expect.objectContaining({ code: 'policy.limit', facts: { limit: 100, type: 'custom' } }),
    )
  })
})

describe('the content hash', () => {
  const policies = [preset(1), preset(2), custom('a', '{"a":1}'), custom('b', '{"a":1}')]

  it('does not depend on the order of the policies or when they were added', () => {
    const expected = contentHashOf({ sessionDuration: 3600, policies })
    fc.assert(
      fc.property(fc.shuffledSubarray(policies, { minLength: policies.length }), (shuffled) => {
        const later = shuffled.map((policy) => ({ ...policy, addedAt: '2027-01-01T00:00:00.000Z' }))
        expect(contentHashOf({ sessionDuration: 3600, policies: later })).toBe(expected)
      }),
    )
  })

  it.each([
    ['the session duration', { sessionDuration: 3601, policies }],
    ['a policy more', { sessionDuration: 3600, policies: [...policies, preset(3)] }],
    ['a policy less', { sessionDuration: 3600, policies: policies.slice(1) }],
    [
      'one byte of a document',
      { sessionDuration: 3600, policies: [...policies.slice(0, 3), custom('b', '{"a":1} ')] },
    ],
    [
      'the name of a custom policy',
      { sessionDuration: 3600, policies: [...policies.slice(0, 3), custom('c', '{"a":1}')] },
    ],
  ])('changes with %s', (_, content) => {
    expect(contentHashOf(content)).not.toBe(contentHashOf({ sessionDuration: 3600, policies }))
  })
})
