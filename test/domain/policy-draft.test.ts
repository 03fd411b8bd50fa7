import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createActionCatalogue } from '../../server/domain/action-catalogue.js'
import { closestWord } from '../../server/domain/closest-word.js'
import { CONDITION_COMPARISONS, parsePolicyDocument } from '../../server/domain/policy-document.js'
import {
  draftOfPolicy,
  policyOfDraft,
  repeatedConditions,
  textOfDraft,
  type ConditionDraft,
  type PolicyDraft,
  type StatementDraft,
} from '../../server/domain/policy-draft.js'
import { policyWarnings } from '../../server/domain/policy-warnings.js'

const CONDITION: ConditionDraft = {
  quantifier: 'all',
  comparison: 'string_equal',
  ifExist: true,
  key: 'qcs:tag',
  values: ['a&b'],
}
const STATEMENT: StatementDraft = {
  effect: 'deny',
  actions: ['cvm:*'],
  resources: ['*'],
  conditions: [CONDITION],
}

const document = (changes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    version: '2.0',
    statement: [{ effect: 'allow', action: 'cvm:*', resource: '*', ...changes }],
  })

describe('a policy in the generator', () => {
  const lists = (text: fc.Arbitrary<string>) => fc.uniqueArray(text, { minLength: 1, maxLength: 3 })
  const drafts: fc.Arbitrary<PolicyDraft> = fc.array(
    fc.record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      actions: lists(fc.constantFrom('*', 'cvm:Describe*', 'name/cos:GetObject', 'permid/1')),
      resources: lists(fc.constantFrom('*', 'qcs::cvm:::instance/*', 'qcs::cos:gz:uid/1:b/a b')),
      conditions: fc.uniqueArray(
        fc.record({
          quantifier: fc.constantFrom('' as const, 'any' as const, 'all' as const),
          comparison: fc.constantFrom(...CONDITION_COMPARISONS.filter((name) => name.startsWith('string'))),
          ifExist: fc.boolean(),
          key: fc.constantFrom('qcs:tag', 'qcs:uin', '__proto__:x'),
          values: lists(fc.constantFrom('a', '${uin}', 'x y', '"', '\\')),
        }),
        { maxLength: 3, selector: ({ values: _values, ...named }) => JSON.stringify(named) },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )

  /** Conditions stand in the order of their operators: which of them comes first says nothing. */
  const sorted = (draft: PolicyDraft): unknown =>
    draft.map(({ conditions, ...rest }) => ({
      ...rest,
      conditions: conditions.map((each) => JSON.stringify(each)).sort(),
    }))

  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const text = policyOfDraft(draft)
        parsePolicyDocument(text, 'configuration')
        const read = draftOfPolicy(text, 'configuration')
        expect('draft' in read && sorted(read.draft)).toEqual(sorted(draft))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps its text byte for byte while it says the same', () => {
    const text = `{ "statement": {"resource":["*"], "action":"cvm:*", "effect":"allow",
      "condition": {"numeric_equal": {"a:b": 5}}}, "version":"2.0" }`
    const read = draftOfPolicy(text, 'configuration')
    if (!('draft' in read)) throw new Error('the generator shows it')
    expect(textOfDraft(read.draft, text, 'configuration')).toBe(text)
    const other = textOfDraft([...read.draft, STATEMENT], text, 'configuration')
    expect(JSON.parse(other)).toMatchObject({ statement: [{ action: 'cvm:*' }, { effect: 'deny' }] })
  })

  it('begins with an empty statement for no text', () => {
    expect(draftOfPolicy(' \n', 'configuration')).toMatchObject({
      draft: [{ actions: [], resources: ['*'] }],
    })
  })

  it.each<[string, string, string]>([
    ['is broken', '{', 'faulty'],
    ['has an empty value', document({ condition: { string_equal: { 'a:b': '' } } }), 'values'],
    ['has a value of two lines', document({ condition: { string_equal: { 'a:b': 'a\nb' } } }), 'values'],
    ['has white space at an end', document({ resource: 'qcs::cvm:::instance/ ' }), 'values'],
    [
      'has more statements than one looks through',
      JSON.stringify({
        version: '2.0',
        statement: Array(41).fill({ effect: 'allow', action: '*', resource: '*' }),
      }),
      'long',
    ],
  ])('stays JSON where it %s', (_what, text, obstacle) => {
    expect(draftOfPolicy(text, 'configuration')).toEqual({ obstacle })
  })

  it('is told where a key stands twice under one operator', () => {
    const twice = { ...STATEMENT, conditions: [CONDITION, { ...CONDITION, values: ['c'] }] }
    const apart = { ...STATEMENT, conditions: [CONDITION, { ...CONDITION, quantifier: 'any' as const }] }
    expect(repeatedConditions([STATEMENT, twice, apart])).toEqual([{ statement: 1, condition: 1 }])
  })
})

describe('what is warned of', () => {
  const catalogue = createActionCatalogue([
    { name: 'cvm', operations: ['RunInstances', 'DescribeInstances'] },
    { name: 'cam', operations: ['AttachUserPolicy'] },
    { name: 'cos', operations: [] },
  ])

  it.each<[string, Readonly<Record<string, unknown>>, readonly (string | undefined)[]]>([
    ['everything', { action: '*' }, ['allowsEverything']],
    ['everything, written out', { action: ['cvm:*', 'name/*:*'] }, ['allowsEverything']],
    ['everything denied', { effect: 'deny', action: '*' }, ['deniesEverything']],
    ['everything of CAM', { action: 'cam:*' }, ['grantsPermissions']],
    ['a part of CAM that gives permissions', { action: '*:Attach*' }, ['grantsPermissions']],
    ['everything under a condition', { action: '*', condition: { ip_equal: { 'qcs:ip': '10.0.0.1' } } }, []],
    ['everything on something', { action: '*', resource: 'qcs::cvm:::instance/*' }, []],
    ['a set of features', { action: 'permid/1' }, ['matchesNothing']],
    ['a misspelt service', { action: 'cmv:RunInstances' }, ['serviceUnknown', 'cvm:RunInstances']],
    ['a misspelt operation', { action: 'cvm:RunInstance' }, ['actionUnknown', 'cvm:RunInstances']],
    ['a pattern of nothing', { action: 'cvm:Delete*' }, ['actionUnknown']],
    ['other letters', { action: 'CVM:runinstances' }, []],
    ['a service without a list', { action: 'cos:Anything' }, []],
  ])('%s', (_what, changes, [kind, suggestion]) => {
    const warnings = policyWarnings(parsePolicyDocument(document(changes), 'configuration'), catalogue)
    expect(warnings.map((warning) => warning.kind)).toEqual(kind === undefined ? [] : [kind])
    expect(warnings[0]?.suggestion).toBe(suggestion)
  })

  it('finds actions by all words of a search, whole services first', () => {
    expect(catalogue.search('CVM ins', 2)).toEqual({
      actions: ['cvm:DescribeInstances', 'cvm:RunInstances'],
      total: 2,
    })
    expect(catalogue.search('c', 2)).toEqual({ actions: ['cam:*', 'cos:*'], total: 6 })
  })

  it('takes the closest word, and none from far away', () => {
    expect(closestWord('efect', ['action', 'effect'])).toBe('effect')
    expect(closestWord('EFFECT', ['effect'])).toBe('effect')
    expect(closestWord('effect', ['effect'])).toBeUndefined()
    expect(closestWord('ab', ['ba'])).toBeUndefined()
  })
})
