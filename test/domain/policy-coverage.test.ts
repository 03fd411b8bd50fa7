import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowsEvery } from '../../server/domain/policy-coverage.js'
import { parsePolicyDocument } from '../../server/domain/policy-document.js'
import { compilePolicy, evaluate, type PolicyLayers } from '../../server/domain/policy-evaluation.js'

const account = { uin: '100000000001', appId: '1250000001' }
const OFFICE = { ip_equal: { 'qcs:ip': '198.51.100.0/24' } }

type Statement = Readonly<Record<string, unknown>>
const policy = (...statement: readonly Statement[]) =>
  compilePolicy('policy', parsePolicyDocument(JSON.stringify({ version: '2.0', statement }), 'identity'))
const allow = (action: string | readonly string[], more: Statement = {}): Statement => ({
  effect: 'allow',
  action,
  resource: '*',
  ...more,
})
const deny = (action: string | readonly string[], more: Statement = {}): Statement => ({
  ...allow(action, more),
  effect: 'deny',
})

const FULL = allow('organization:*')
const READ = ['organization:Describe*', 'organization:List*']

describe('operations of a kind are all allowed', () => {
  it.each<[string, PolicyLayers, { readonly full: boolean; readonly read: boolean }]>([
    ['by nothing', { identity: [] }, { full: false, read: false }],
    ['by a policy on all of them', { identity: [policy(FULL)] }, { full: true, read: true }],
    ['by a policy on everything', { identity: [policy(allow('*'))] }, { full: true, read: true }],
    ['by one on those that read', { identity: [policy(allow(READ))] }, { full: false, read: true }],
    ['to the account itself', { root: true, identity: [] }, { full: true, read: true }],
    [
      'but for a single one',
      { identity: [policy(FULL, deny('organization:DeleteUser'))] },
      { full: false, read: true },
    ],
    [
      'but for one that reads',
      { identity: [policy(FULL), policy(deny('organization:listusers'))] },
      { full: false, read: false },
    ],
    [
      'but for a pattern',
      { identity: [policy(FULL, deny('organization:D*User'))] },
      { full: false, read: false },
    ],
    [
      'but for what ends so',
      { identity: [policy(FULL, deny('organization:*User'))] },
      { full: false, read: false },
    ],
    [
      'where another service is denied',
      { identity: [policy(FULL, deny('cvm:*'))] },
      { full: true, read: true },
    ],
    ['where all services are denied', { identity: [policy(FULL, deny('*'))] }, { full: false, read: false }],
    [
      'where one thing is denied, which they are not on',
      { identity: [policy(FULL, deny('organization:*', { resource: 'qcs::organization:::node/1' }))] },
      { full: true, read: true },
    ],
    [
      'where they are denied elsewhere',
      { identity: [policy(FULL, deny('organization:*', { condition: OFFICE }))] },
      { full: true, read: true },
    ],
    [
      'where they are denied here',
      { identity: [policy(FULL, deny('organization:*', { condition: { ip_not_equal: OFFICE.ip_equal } }))] },
      { full: false, read: false },
    ],
    [
      'elsewhere only',
      { identity: [policy(allow('organization:*', { condition: OFFICE }))] },
      { full: false, read: false },
    ],
    [
      'within a boundary',
      { identity: [policy(FULL)], boundary: policy(allow('*')) },
      { full: true, read: true },
    ],
    [
      'beyond a boundary',
      { identity: [policy(FULL)], boundary: policy(allow(READ)) },
      { full: false, read: true },
    ],
    [
      'against a boundary',
      { identity: [policy(FULL)], boundary: policy(allow('cvm:*')) },
      { full: false, read: false },
    ],
    [
      'in a session of less',
      { root: true, identity: [], session: policy(allow(READ)) },
      { full: false, read: true },
    ],
    [
      'under service control of less',
      { identity: [policy(FULL)], serviceControl: [[policy(allow('*'))], [policy(allow(READ))]] },
      { full: false, read: true },
    ],
  ])('%s', (_how, layers, { full, read }) => {
    const surroundings = { account, context: { 'qcs:ip': '203.0.113.9' } }
    expect({
      full: allowsEvery(layers, ['organization:*'], surroundings),
      read: allowsEvery(layers, READ, surroundings),
    }).toEqual({ full, read })
  })

  it('only where each of them is', () => {
    const pattern = fc.constantFrom('*', 'o:*', 'o:A*', 'o:Ab*', 'o:*b', 'o:A*b', 'o:Ab', 'o:Ba', 'p:*')
    const statement = fc.record({ effect: fc.constantFrom('allow', 'deny'), action: pattern })
    const document = fc.array(statement, { minLength: 1, maxLength: 3 })
    const operation = fc.constantFrom('Ab', 'Abb', 'A', 'Acb', 'Ba', 'b', 'Bab')
    fc.assert(
      fc.property(
        fc.array(document, { maxLength: 3 }),
        fc.option(document),
        fc.constantFrom('o:*', 'o:A*', 'o:Ab'),
        operation,
        (documents, bounds, wanted, name) => {
          const compiled = (statements: readonly Statement[]) =>
            policy(...statements.map((each) => ({ resource: '*', ...each })))
          const layers = {
            identity: documents.map(compiled),
            ...(bounds && { boundary: compiled(bounds) }),
          }
          const surroundings = { account, context: {} }
          const isWanted = wanted.endsWith('*')
            ? `o:${name}`.startsWith(wanted.slice(0, -1))
            : `o:${name}` === wanted
          if (!isWanted || !allowsEvery(layers, [wanted], surroundings)) return
          const { decision } = evaluate(layers, { action: `o:${name}`, resources: [], ...surroundings })
          expect(decision).toBe('allow')
        },
      ),
    )
  })
})
