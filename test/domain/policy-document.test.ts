import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IdentityCenterError } from '../../server/domain/errors.js'
import {
  checkPolicyDocument,
  parsePolicyDocument,
  type PolicyKind,
} from '../../server/domain/policy-document.js'
import { MAXIMUM_POLICY_LENGTH, type PolicyFaultFacts } from '../../server/domain/policy-faults.js'

/** A whole document around one statement with these changes; undefined leaves an element out. */
const identity = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    version: '2.0',
    statement: [{ effect: 'allow', action: 'cvm:*', resource: '*', ...changes }],
  })

const trust = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: 'name/sts:AssumeRole',
        principal: { qcs: ['qcs::cam::uin/100000000001:root'] },
        ...changes,
      },
    ],
  })

/** What is wrong with a text, or undefined. */
function faultOf(text: string, kind: PolicyKind = 'identity'): PolicyFaultFacts | undefined {
  try {
    parsePolicyDocument(text, kind)
    return undefined
  } catch (error) {
    if (!(error instanceof IdentityCenterError) || error.code !== 'policy.invalid') throw error
    return error.facts as unknown as PolicyFaultFacts
  }
}

const reasonOf = (text: string, kind?: PolicyKind): string | undefined =>
  faultOf(text, kind)?.reason.replace('InvalidParameter.', '')

describe('what a policy may look like', () => {
  it.each<[string, string]>([
    ['a list of statements', identity()],
    [
      'one statement without a list',
      '{"statement":{"resource":"*","action":"*","effect":"deny"},"version":"2.0"}',
    ],
    [
      'every form of action',
      identity({ action: ['*', '*:*', 'cvm:Describe*', 'name/cos:*Bucket*', '*:List*', 'permid/280655'] }),
    ],
    [
      'every form of resource',
      identity({
        resource: [
          '*',
          'qcs::cvm:gz::instance/ins-1',
          'qcs::::uin/100000000001:instance/*',
          'qcs::cos:ap-guangzhou:uid/1250000001:b/a/x:y/*',
          'qcs::*::*:*',
        ],
      }),
    ],
    ['an empty list as no condition', identity({ condition: [] })],
    ['an empty object as no condition', identity({ condition: {} })],
    [
      'quantified and optional operators',
      identity({
        condition: {
          'for_all_value:string_equal_if_exist': { 'qcs:request_tag': ['a&b'] },
          numeric_less_than: { 'cvm:system_disk_size': 50 },
          ip_equal: { 'qcs:ip': ['10.217.182.3/24', '2001:db8::/32'] },
          date_less_than: { 'qcs:current_time': ['2022-05-31 00:00:00', '2022-05-31T00:00:00Z'] },
          null_equal: { 'qcs:tag': 'true' },
          bool_equal: { 'qcs:mfa': 'false' },
          binary_equal: { 'kms:aad': 'AQID' },
          numeric_equal: { 'cam:number': '${uin}' },
        },
      }),
    ],
  ])('accepts %s', (_what, text) => {
    expect(faultOf(text)).toBeUndefined()
  })

  it('accepts a trust policy with all three kinds of principals', () => {
    const principal = {
      qcs: ['qcs::cam::uin/100000000001:root', 'qcs::cam::uin/100000000001:uin/100000000002'],
      service: 'cvm.qcloud.com',
      federated: 'qcs::cam::uin/100000000001:saml-provider/P',
    }
    expect(parsePolicyDocument(trust({ principal }), 'trust').statements[0]?.principals).toEqual({
      qcs: principal.qcs,
      service: ['cvm.qcloud.com'],
      federated: ['qcs::cam::uin/100000000001:saml-provider/P'],
    })
  })
})

describe('the refused examples of the reference', () => {
  it.each<[string, string]>([
    ['VersionError', '{"version":"1.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}'],
    ['VersionError', '{"Version":"2.0","Statement":[]}'],
    ['StatementError', '{"version":"2.0","statement":[]}'],
    ['EffectError', identity({ effect: 'Allow' })],
    ['ActionMiss', identity({ action: undefined })],
    ['ResourceContentError', identity({ resource: 'qcs::cvm:gz:instance/ins-1' })],
    ['ResourceQcsError', identity({ resource: 'arn:aws:s3:::bucket' })],
    ['ResourceProjectError', identity({ resource: 'qcs:5:cvm:gz:uin/1:instance/*' })],
    ['ConditionTypeError', identity({ condition: { string_equals: { 'qcs:uin': '1' } } })],
    ['PrincipalError', identity({ principal: { qcs: ['qcs::cam::uin/100000000001:root'] } })],
  ])('%s: %s', (reason, text) => {
    expect(reasonOf(text)).toBe(reason)
  })
})

describe('one fault for each rule', () => {
  it.each<[string, string]>([
    ['PolicyDocumentError', ''],
    ['PolicyDocumentError', 'version: 2.0'],
    ['PolicyDocumentError', '[]'],
    ['PolicyDocumentError', '"2.0"'],
    ['PolicyDocumentError', `${identity()} and more`],
    ['PolicyDocumentError', identity().replace('"effect"', '"action":"cam:*","effect"')],
    ['PolicyDocumentError', '{"version":"2.0","version":"2.0","statement":[]}'],
    ['PolicyDocumentError', '['.repeat(10_000)],
    ['PolicyDocumentLengthOverLimit', identity({ action: Array(800).fill('cvm:Run*') })],
    ['VersionError', '{}'],
    ['VersionError', '{"version":2.0,"statement":[]}'],
    ['StatementError', '{"version":"2.0"}'],
    ['StatementError', '{"version":"2.0","statement":"allow"}'],
    ['StatementError', '{"version":"2.0","statement":["allow"]}'],
    ['StatementError', '{"version":"2.0","statement":[],"id":1}'],
    ['StatementError', identity({ notAction: '*' })],
    ['StatementError', identity({ sid: 'x' })],
    ['StatementError', identity({ Effect: 'allow' })],
    ['EffectError', identity({ effect: undefined })],
    ['EffectError', identity({ effect: true })],
    ['ActionError', identity({ action: [] })],
    ['ActionError', identity({ action: 5 })],
    ['ActionError', identity({ action: [['*']] })],
    ['ActionError', identity({ action: 'cvm' })],
    ['ActionError', identity({ action: 'cvm:' })],
    ['ActionError', identity({ action: ':Run' })],
    ['ActionError', identity({ action: 'a:b:c' })],
    ['ActionError', identity({ action: 'c*:Run' })],
    ['ActionError', identity({ action: 'permid/x' })],
    ['ResourceError', identity({ resource: undefined })],
    ['ResourceError', identity({ resource: [] })],
    ['ResourceError', identity({ resource: {} })],
    ['ResourceContentError', identity({ resource: '' })],
    ['ResourceContentError', identity({ resource: 'instance/ins-1' })],
    ['ResourceContentError', identity({ resource: 'qcs::cvm:::' })],
    ['ResourceServiceNotExist', identity({ resource: 'qcs::c m:::x' })],
    ['ResourceRegionError', identity({ resource: 'qcs::cvm:Guangzhou::x' })],
    ['ResourceRegionError', identity({ resource: 'qcs::cvm:xx::x' })],
    ['ResourceUinError', identity({ resource: 'qcs::cvm::100000000001:x' })],
    ['ResourceUinError', identity({ resource: 'qcs::cvm::uin/${uin}:x' })],
    ['ConditionError', identity({ condition: 'x' })],
    ['ConditionError', identity({ condition: [1] })],
    ['ConditionTypeError', identity({ condition: { null_equal_if_exist: { 'qcs:tag': 'true' } } })],
    ['ConditionTypeError', identity({ condition: { 'for_some_value:string_equal': { 'qcs:tag': 'x' } } })],
    ['ConditionTypeError', identity({ condition: { constructor: { 'qcs:tag': 'x' } } })],
    ['ConditionContentError', identity({ condition: { string_equal: 'x' } })],
    ['ConditionContentError', identity({ condition: { string_equal: {} } })],
    ['ConditionContentError', identity({ condition: { string_equal: { uin: 'x' } } })],
    ['ConditionContentError', identity({ condition: { string_equal: { 'qcs:uin': [] } } })],
    ['ConditionContentError', identity({ condition: { string_equal: { 'qcs:uin': null } } })],
    ['ConditionContentError', identity({ condition: { ip_equal: { 'qcs:ip': '10.0.0.0/33' } } })],
    ['ConditionContentError', identity({ condition: { ip_equal: { 'qcs:ip': '010.1.1.1' } } })],
    ['ConditionContentError', identity({ condition: { numeric_equal: { 'a:b': 'ten' } } })],
    ['ConditionContentError', identity({ condition: { date_equal: { 'a:b': '2022-02-30 00:00:00' } } })],
    ['ConditionContentError', identity({ condition: { bool_equal: { 'a:b': 'yes' } } })],
    ['ConditionContentError', identity({ condition: { null_equal: { 'a:b': 'null' } } })],
    ['ConditionContentError', identity({ condition: { binary_equal: { 'a:b': '***' } } })],
  ])('%s: %.90s', (reason, text) => {
    expect(reasonOf(text)).toBe(reason)
  })

  it.each<[string, string]>([
    ['PrincipalError', trust({ principal: undefined })],
    ['PrincipalError', trust({ principal: '*' })],
    ['PrincipalError', trust({ principal: {} })],
    ['PrincipalError', trust({ principal: { aws: '*' } })],
    ['PrincipalError', trust({ principal: { qcs: [] } })],
    ['PrincipalQcsError', trust({ principal: { qcs: 'qcs::cvm::uin/100000000001:root' } })],
    ['PrincipalQcsError', trust({ principal: { qcs: '*' } })],
    ['PrincipalQcsError', trust({ principal: { federated: 'qcs::cam::uin/100000000001:role/P' } })],
    ['PrincipalServiceNotExist', trust({ principal: { service: 'cvm' } })],
    ['StatementError', trust({ resource: '*' })],
  ])('%s in a trust policy: %.90s', (reason, text) => {
    expect(reasonOf(text, 'trust')).toBe(reason)
  })

  it('calls an empty text empty only where a permission configuration asks', () => {
    expect(reasonOf(' \n', 'configuration')).toBe('PolicyDocumentEmpty')
    expect(reasonOf(' \n', 'identity')).toBe('PolicyDocumentError')
  })
})

describe('length', () => {
  /** A policy with exactly this many characters that are not white space. */
  const ofLength = (length: number): string => {
    const pattern = (key: string) => identity({ condition: { string_equal: { 'a:b': key } } })
    return pattern('x'.repeat(length - pattern('').length))
  }

  it('counts to the limit and not beyond', () => {
    expect(reasonOf(ofLength(MAXIMUM_POLICY_LENGTH))).toBeUndefined()
    expect(reasonOf(ofLength(MAXIMUM_POLICY_LENGTH + 1))).toBe('PolicyDocumentLengthOverLimit')
  })

  it('does not count white space', () => {
    expect(reasonOf(`${' '.repeat(20_000)}${ofLength(MAXIMUM_POLICY_LENGTH)}\n`)).toBeUndefined()
  })
})

describe('the order of the rules', () => {
  it('reports the rule that stands first in the list, whichever statement breaks it', () => {
    const text = JSON.stringify({
      version: '2.0',
      statement: [
        { effect: 'allow', action: 'cvm:*' },
        { effect: 'Deny', action: 'cvm:*', resource: '*' },
      ],
    })
    expect(faultOf(text)).toMatchObject({
      reason: 'InvalidParameter.EffectError',
      path: 'statement[1].effect',
    })
  })

  it('reports the version before the statement, and the effect before action, resource and condition', () => {
    expect(reasonOf('{"version":"1.0","statement":[]}')).toBe('VersionError')
    expect(reasonOf(identity({ effect: 'x', action: 'x', resource: 'x', condition: 1 }))).toBe('EffectError')
    expect(reasonOf(identity({ action: 'x', resource: 'x', condition: 1 }))).toBe('ActionError')
    expect(reasonOf(identity({ resource: 'x', condition: 1, principal: {} }))).toBe('ResourceContentError')
    expect(reasonOf(identity({ condition: 1, principal: {} }))).toBe('ConditionError')
  })
})

describe('the place of a fault', () => {
  const text = `{
  "version": "2.0",
  "statement": [
    {
      "effect": "allow",
      "action": ["cvm:Run*", "cvm"],
      "resource": "*"
    }
  ]
}`

  it('is the line and column of the element, and its path', () => {
    expect(faultOf(text)).toEqual({
      reason: 'InvalidParameter.ActionError',
      problem: 'action',
      line: 6,
      column: 30,
      path: 'statement[0].action[1]',
      sentence: 'an action is "*" or <service>:<operation>.',
    })
  })

  it.each<[string, string, number, number]>([
    ['a missing comma', text.replace('"2.0",', '"2.0"'), 3, 3],
    ['a missing value', text.replace('"2.0"', ''), 2, 14],
    ['a name without quotes', text.replace('"effect"', 'effect'), 5, 7],
    ['a name that stands twice', text.replace('"resource"', '"effect"'), 7, 7],
    ['a string without an end', text.replace('"*"', '"*'), 7, 19],
    ['an unknown escape', text.replace('"*"', '"\\x"'), 7, 20],
    ['a text that ends too early', text.slice(0, 20), 2, 19],
    ['lines that end with carriage returns', text.replaceAll('\n', '\r\n').replace('"2.0",', '"2.0"'), 3, 3],
  ])('is found in %s', (_what, broken, line, column) => {
    expect(faultOf(broken)).toMatchObject({ reason: 'InvalidParameter.PolicyDocumentError', line, column })
  })

  it('is said in the message', () => {
    expect(() => parsePolicyDocument(text, 'identity')).toThrow('Line 6, column 30 (statement[0].action[1])')
  })
})

describe('what was probably meant', () => {
  it.each<[string, string, string]>([
    ['an element in another case', '{"Version":"2.0","statement":[]}', 'version'],
    ['a misspelt element', '{"version":"2.0","statment":[]}', 'statement'],
    ['an element of a statement', identity({ resources: '*' }), 'resource'],
    ['an effect in another case', identity({ effect: 'Allow' }), 'allow'],
    [
      'an operator',
      identity({ condition: { 'for_all_value:string_equals': { 'a:b': 'x' } } }),
      'for_all_value:string_equal',
    ],
  ])('is said of %s', (_what, text, suggestion) => {
    expect(faultOf(text)?.suggestion).toBe(suggestion)
    expect(() => parsePolicyDocument(text, 'identity')).toThrow(`Did you mean "${suggestion}"?`)
  })

  it('is not guessed from what is far from everything', () => {
    expect(faultOf(identity({ notAction: '*' }))?.suggestion).toBeUndefined()
    expect(faultOf(identity({ condition: { equals: { 'a:b': 'x' } } }))?.suggestion).toBeUndefined()
    expect(faultOf(identity({ ['x'.repeat(5000)]: '*' }))?.suggestion).toBeUndefined()
  })
})

describe('all faults at once', () => {
  it('are told in the order of the rules, each with its place', () => {
    const { faults } = checkPolicyDocument(
      `{"version": "2.0", "statement": [
        {"effect": "Allow", "action": ["cvm", "cvm:*", "x:"], "resource": "here", "condition": {"equal": {}}},
        {"action": "cvm:*", "resource": "*", "sid": "1"}
      ]}`,
      'identity',
    )
    expect(faults.map(({ facts }) => `${String(facts['line'])} ${String(facts['path'])}`)).toEqual([
      '3 statement[1].sid',
      '2 statement[0].effect',
      '3 statement[1].effect',
      '2 statement[0].action[0]',
      '2 statement[0].action[2]',
      '2 statement[0].resource',
      '2 statement[0].condition.equal',
    ])
  })

  it('are no more than fifty, whatever the text', () => {
    const text = `${' '.repeat(100_000)}${identity({ action: Array(1500).fill('x') })}`
    expect(checkPolicyDocument(text, 'identity').faults).toHaveLength(50)
  })
})

describe('any text at all', () => {
  it('is a policy or a fault within it, never another error', () => {
    const almost = fc
      .tuple(fc.constant(identity()), fc.nat(120), fc.string({ maxLength: 3 }))
      .map(([text, at, inserted]) => text.slice(0, at) + inserted + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost), (text) => {
        const fault = faultOf(text)
        if (!fault) return
        const lines = text.split(/\r\n|\r|\n/)
        expect(fault.line).toBeGreaterThanOrEqual(1)
        expect(fault.line).toBeLessThanOrEqual(lines.length)
        expect(fault.column).toBeGreaterThanOrEqual(1)
        expect(fault.column).toBeLessThanOrEqual((lines[fault.line - 1] ?? '').length + 2)
      }),
      { numRuns: 500 },
    )
  })

  it('is JSON exactly where the platform says so, but for names that stand twice', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const reason = faultOf(json)?.reason
        const parsed: unknown = JSON.parse(json)
        const object = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
        expect(reason === 'InvalidParameter.PolicyDocumentError').toBe(!object)
      }),
    )
  })
})
