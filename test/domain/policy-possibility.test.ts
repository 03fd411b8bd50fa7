import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePolicyDocument, type PolicyStatement } from '../../server/domain/policy-document.js'
import {
  compilePolicy,
  evaluate,
  type CompiledPolicy,
  type RequestContext,
} from '../../server/domain/policy-evaluation.js'
import { examine } from '../../server/domain/policy-examination.js'
import { allOf, openRequest, possibilityOf } from '../../server/domain/policy-possibility.js'
import { askedAction, askedResource } from '../../server/domain/policy-statement.js'

const ACCOUNT = { uin: '100000000001', appId: '1250000001' }

const policy = (...statement: readonly object[]): CompiledPolicy =>
  compilePolicy('p', parsePolicyDocument(JSON.stringify({ version: '2.0', statement }), 'identity'))
const allow = (changes: object = {}) => ({ effect: 'allow', action: 'cos:*', resource: '*', ...changes })
const deny = (changes: object = {}) => ({ effect: 'deny', action: 'cos:*', resource: '*', ...changes })
const BUCKET = { resource: 'qcs::cos:::b/*' }
const AT_HOME = { condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }

describe('what an action amounts to', () => {
  it.each<[string, readonly object[], string | undefined, string]>([
    ['an allowance of everything', [allow()], undefined, 'always'],
    ['no allowance', [allow({ action: 'cvm:*' })], undefined, 'denied'],
    ['a denial of everything', [allow(), deny()], undefined, 'denied'],
    ['an allowance on some resources', [allow(BUCKET)], undefined, 'conditional resource'],
    ['the same, on one of them', [allow(BUCKET)], 'qcs::cos:::b/x', 'always'],
    ['the same, on another', [allow(BUCKET)], 'qcs::cos:::c/x', 'denied'],
    ['the same, on everything at once', [allow(BUCKET)], '*', 'denied'],
    ['an allowance under a condition', [allow(AT_HOME)], '*', 'conditional condition'],
    ['a denial on some resources', [allow(), deny(BUCKET)], undefined, 'conditional resource'],
    ['a denial under a condition', [allow(), deny(AT_HOME)], undefined, 'conditional condition'],
    ['limits of both kinds', [allow(BUCKET), deny(AT_HOME)], undefined, 'conditional resource condition'],
    ['an allowance without limits beside one with', [allow(AT_HOME), allow()], undefined, 'always'],
  ])('by %s', (_what, statements, resource, expected) => {
    const question = { action: 'cos:DeleteBucket', ...(resource !== undefined && { resource }) }
    const { outcome, limits } = possibilityOf([policy(...statements)], openRequest(question, ACCOUNT))
    const said = [
      outcome,
      ...(limits.resource ? ['resource'] : []),
      ...(limits.condition ? ['condition'] : []),
    ]
    expect(said.join(' ')).toBe(expected)
  })

  it('over several layers is what all of them leave', () => {
    const request = openRequest({ action: 'cos:DeleteBucket' }, ACCOUNT)
    const [free, limited, none] = [[allow()], [allow(AT_HOME)], [deny()]].map((statements) =>
      possibilityOf([policy(...statements)], request),
    )
    expect(allOf([free!, free!]).outcome).toBe('always')
    expect(allOf([free!, limited!])).toEqual({ outcome: 'conditional', limits: limited!.limits })
    expect(allOf([limited!, none!]).outcome).toBe('denied')
  })
})

describe('whatever the policies', () => {
  const statementArbitrary = fc.record<PolicyStatement>({
    effect: fc.constantFrom('allow', 'allow', 'deny'),
    actions: fc.constantFrom(['*'], ['cos:*'], ['cos:Delete*', 'cvm:*'], ['cvm:Run*']),
    resources: fc.constantFrom(['*'], ['qcs::cos:::b/*'], ['qcs::cos:::b/1', 'qcs::cvm:::*']),
    principals: fc.constant({ qcs: [], service: [], federated: [] }),
    conditions: fc.constantFrom(
      [],
      [
        {
          comparison: 'string_equal' as const,
          quantifier: 'any' as const,
          ifExist: false,
          key: 'a:b',
          values: ['1'],
        },
      ],
    ),
  })
  const policies = fc.array(
    fc
      .array(statementArbitrary, { maxLength: 4 })
      .map((statements) => compilePolicy('p', { kind: 'identity', statements })),
    { maxLength: 3 },
  )
  const resource = fc.constantFrom('*', 'qcs::cos:::b/1', 'qcs::cos:::b/2', 'qcs::cos:::c/1')
  const context = fc.constantFrom<RequestContext>({}, { 'a:b': '1' }, { 'a:b': '2' })

  it('what is always so is so for every resource and context, and every step agrees with the decision', () => {
    fc.assert(
      fc.property(policies, resource, context, (identity, named, given) => {
        const action = 'cos:DeleteBucket'
        const request = { action, resources: [named], context: given, account: ACCOUNT }
        const { decision, decidedBy } = evaluate({ identity }, request)
        for (const question of [{ action }, { action, resource: named }]) {
          const { outcome } = possibilityOf(identity, openRequest(question, ACCOUNT))
          // Everything at once is more than any resource: there, what some resources are denied does not count.
          if (outcome !== 'conditional' && (named !== '*' || 'resource' in question))
            expect(decision).toBe(outcome === 'always' ? 'allow' : 'deny')
        }
        const finding = examine(
          identity,
          askedResource(askedAction(action), named, { context: given, account: ACCOUNT }),
        )
        expect(finding.outcome === 'allow').toBe(decision === 'allow')
        const [deciding] = finding.statements.filter(({ decides }) => decides)
        expect(deciding?.statement).toBe(decidedBy?.statement)
      }),
      { numRuns: 400 },
    )
  })
})
