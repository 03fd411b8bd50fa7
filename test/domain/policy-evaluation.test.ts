import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parsePolicyDocument,
  type PolicyCondition,
  type PolicyStatement,
} from '../../server/domain/policy-document.js'
import {
  compilePolicy,
  evaluate,
  isTrusted,
  type AccessRequest,
  type CompiledPolicy,
  type Decision,
  type PolicyLayers,
  type RequestContext,
  type TrustedParty,
} from '../../server/domain/policy-evaluation.js'
import { decideNaively, type NaivePolicy } from './naive-policy-evaluation.js'

interface Example {
  readonly number: number
  readonly point: string
  readonly given: {
    readonly policies?: readonly unknown[]
    readonly boundary?: unknown
    readonly session?: unknown
    readonly scp?: readonly (readonly unknown[])[]
    readonly root?: boolean
  }
  readonly request: {
    readonly action: string
    readonly resource: string
    readonly keys?: RequestContext
    readonly service_linked?: boolean
  }
  readonly result: 'allow' | 'deny'
}

const ACCOUNT = { uin: '100000000001', appId: '1250000001' }
const SUB_USER = '100000000002'
const INSTANCE = 'qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-1'
const EVERYTHING = { version: '2.0', statement: [{ effect: 'allow', action: '*', resource: '*' }] }

const compile = (document: unknown, name = 'policy'): CompiledPolicy =>
  compilePolicy(name, parsePolicyDocument(JSON.stringify(document), 'identity'))

const statement = (changes: Readonly<Record<string, unknown>> = {}) => ({
  version: '2.0',
  statement: [{ effect: 'allow', action: '*', resource: '*', ...changes }],
})

function decide(layers: Partial<PolicyLayers>, request: Partial<AccessRequest>): Decision {
  return evaluate(
    { identity: [], ...layers },
    {
      action: 'cvm:RunInstances',
      resources: [INSTANCE],
      context: {},
      account: ACCOUNT,
      callerUin: SUB_USER,
      ...request,
    },
  )
}

const examples = JSON.parse(
  readFileSync(new URL('policy-examples.json', import.meta.url), 'utf8'),
) as readonly Example[]

describe('the worked examples of the policy reference', () => {
  it('are all there', () => {
    expect(examples.map(({ number }) => number)).toEqual(Array.from({ length: 55 }, (_, index) => index + 1))
  })

  it.each(examples)('$number: $point', ({ given, request, result }) => {
    const layers: PolicyLayers = {
      identity: (given.policies ?? []).map((document, index) => compile(document, `policy ${index + 1}`)),
      ...(given.boundary !== undefined && { boundary: compile(given.boundary) }),
      ...(given.session !== undefined && { session: compile(given.session) }),
      ...(given.scp && {
        serviceControl: given.scp.map((level) => level.map((document) => compile(document))),
      }),
      root: given.root ?? false,
      serviceLinkedRole: request.service_linked ?? false,
    }
    const { decision } = decide(layers, {
      action: request.action,
      resources: [request.resource],
      context: request.keys ?? {},
    })
    expect(decision).toBe(result)
  })
})

describe('the reason of a decision', () => {
  const all = compile(EVERYTHING, 'AdministratorAccess')
  const noCvm = compile(
    {
      version: '2.0',
      statement: [
        { effect: 'allow', action: 'cos:*', resource: '*' },
        { effect: 'deny', action: 'cvm:*', resource: '*' },
      ],
    },
    'no-cvm',
  )
  const onlyCos = compile(statement({ action: 'cos:*' }), 'only-cos')

  it.each<[string, Partial<PolicyLayers>, Partial<Decision>]>([
    [
      'the policy and statement that allow',
      { identity: [onlyCos, all] },
      { reason: 'identityAllow', decidedBy: { policy: 'AdministratorAccess', statement: 1 } },
    ],
    [
      'the policy and statement that deny',
      { identity: [all, noCvm] },
      { reason: 'identityDeny', decidedBy: { policy: 'no-cvm', statement: 2 } },
    ],
    ['that no policy allows', { identity: [onlyCos] }, { reason: 'identityNoAllow' }],
    ['that the root needs no policy', { root: true }, { reason: 'rootKey' }],
    [
      'the boundary that denies',
      { identity: [all], boundary: noCvm },
      { reason: 'boundaryDeny', decidedBy: { policy: 'no-cvm', statement: 2 } },
    ],
    [
      'the boundary that does not allow',
      { identity: [all], boundary: onlyCos },
      { reason: 'boundaryNoAllow' },
    ],
    ['the session policy that denies', { identity: [all], session: noCvm }, { reason: 'sessionDeny' }],
    [
      'the session policy that does not allow',
      { identity: [all], session: onlyCos },
      { reason: 'sessionNoAllow' },
    ],
    [
      'the service control policy that denies',
      { identity: [all], serviceControl: [[all], [all, noCvm]] },
      { reason: 'serviceControlDeny', decidedBy: { policy: 'no-cvm', statement: 2 } },
    ],
    [
      'the level that does not allow',
      { identity: [all], serviceControl: [[all], [onlyCos]] },
      { reason: 'serviceControlNoAllow' },
    ],
  ])('names %s', (_what, layers, expected) => {
    expect(decide(layers, {})).toMatchObject({ ...expected, resource: INSTANCE })
  })

  it('names no statement where none matched', () => {
    expect(decide({ identity: [onlyCos] }, {})).not.toHaveProperty('decidedBy')
  })

  it('asks service control policies before everything else', () => {
    const layers = { identity: [noCvm], serviceControl: [[onlyCos]] }
    expect(decide(layers, {}).reason).toBe('serviceControlNoAllow')
  })

  it('exempts the root of a member from service control policies', () => {
    expect(decide({ root: true, serviceControl: [[]] }, {}).decision).toBe('allow')
  })
})

describe('resources', () => {
  const on = (resource: string | readonly string[], action = '*') => ({
    identity: [compile(statement({ action, resource }))],
  })

  it('must each be allowed on their own, and the refused one is named', () => {
    const other = 'qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-2'
    expect(decide(on(INSTANCE), { resources: [INSTANCE, other] })).toMatchObject({
      decision: 'deny',
      resource: other,
    })
    expect(decide(on([INSTANCE, other]), { resources: [INSTANCE, other] }).decision).toBe('allow')
  })

  it('may be allowed by different statements', () => {
    const other = 'qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-2'
    const layers = {
      identity: [compile(statement({ resource: INSTANCE })), compile(statement({ resource: other }))],
    }
    expect(decide(layers, { resources: [INSTANCE, other] }).decision).toBe('allow')
  })

  it('count as everything where an operation names none', () => {
    expect(decide(on(INSTANCE), { resources: [] })).toMatchObject({ decision: 'deny', resource: '*' })
    expect(decide(on('*'), { resources: [] }).decision).toBe('allow')
  })

  it('with several names are met by any of them, by deny as by allow', () => {
    const role = [
      'qcs::cam::uin/100000000001:roleName/R',
      'qcs::cam::uin/100000000001:role/4611686018427387905',
    ]
    for (const name of role) {
      expect(decide(on(name), { resources: [role] }).decision).toBe('allow')
      const denied = {
        identity: [compile(EVERYTHING), compile(statement({ effect: 'deny', resource: name }))],
      }
      expect(decide(denied, { resources: [role] })).toMatchObject({ decision: 'deny', resource: role[0] })
    }
  })

  it.each<[string, string, string, 'allow' | 'deny']>([
    [
      'an App id is its account',
      'qcs::cos::uin/100000000001:b/*',
      'qcs::cos:ap-guangzhou:uid/1250000001:b/x',
      'allow',
    ],
    [
      'another App id is another account',
      'qcs::cos::uin/100000000001:b/*',
      'qcs::cos:ap-guangzhou:uid/1250000009:b/x',
      'deny',
    ],
    ['an asterisk is any account', 'qcs::cos::*:b/*', 'qcs::cos:ap-guangzhou:uid/1250000009:b/x', 'allow'],
    [
      'an empty account in the request is the own one',
      'qcs::cvm:::instance/*',
      'qcs::cvm:ap-guangzhou::instance/ins-1',
      'allow',
    ],
    [
      'old and new region names are one',
      'qcs::cvm:ap-guangzhou::instance/*',
      'qcs::cvm:gz::instance/ins-1',
      'allow',
    ],
    [
      'a narrow region does not cover a request without one',
      'qcs::cvm:gz::instance/*',
      'qcs::cvm:::instance/ins-1',
      'deny',
    ],
    ['an asterisk spans slashes and colons', 'qcs::cos:::b/*/end', 'qcs::cos:::b/1:2/3/end', 'allow'],
    ['a pattern is bound to both ends', 'qcs::cos:::b/*/end', 'qcs::cos:::b/1/end/more', 'deny'],
    ['two parts of a pattern do not overlap', 'qcs::cos:::ab*ba', 'qcs::cos:::aba', 'deny'],
    ['a question mark is a question mark', 'qcs::cos:::b/?', 'qcs::cos:::b/x', 'deny'],
    ['case counts', 'qcs::cos:::B/x', 'qcs::cos:::b/x', 'deny'],
    ['an unknown variable is plain text', 'qcs::cos:::${name}', 'qcs::cos:::${name}', 'allow'],
    ['the owner is a variable', 'qcs::cos:::b/${owner_uin}', 'qcs::cos:::b/100000000001', 'allow'],
    ['the App id is a variable', 'qcs::cos:::b-${app_id}/*', 'qcs::cos:::b-1250000001/x', 'allow'],
    ['what is not a resource name is met by everything only', 'qcs::*:::*', 'instance/ins-1', 'deny'],
  ])('%s', (_what, wanted, requested, expected) => {
    expect(decide(on(wanted), { resources: [requested] }).decision).toBe(expected)
  })

  it('with a variable that the caller has no value for match nothing', () => {
    const roleSession: AccessRequest = {
      action: 'cos:GetObject',
      resources: ['qcs::cos:::b/undefined'],
      context: {},
      account: ACCOUNT,
    }
    expect(evaluate({ identity: on('qcs::cos:::b/${uin}').identity }, roleSession).decision).toBe('deny')
    expect(evaluate({ identity: on('qcs::cos:::b/${uin}*').identity }, roleSession).decision).toBe('deny')
  })
})

describe('actions', () => {
  it.each<[string, string, 'allow' | 'deny']>([
    ['CVM:RUNINSTANCES', 'cvm:RunInstances', 'allow'],
    ['*:Describe*', 'vpc:DescribeVpcs', 'allow'],
    ['*:Describe*', 'vpc:CreateVpc', 'deny'],
    ['name/*:*', 'vpc:CreateVpc', 'allow'],
    ['cvm:*Instance', 'cvm:RunInstances', 'deny'],
    ['cvm:Run?nstances', 'cvm:RunInstances', 'deny'],
    ['permid/280655', 'permid/280655', 'deny'],
    ['cvm:*', 'cvmx:RunInstances', 'deny'],
  ])('%s for %s: %s', (action, asked, expected) => {
    expect(decide({ identity: [compile(statement({ action }))] }, { action: asked }).decision).toBe(expected)
  })
})

describe('conditions', () => {
  it.each<[string, unknown, RequestContext, boolean]>([
    ['a key of another case is missing', { string_equal: { 'qcs:IP': 'x' } }, { 'qcs:ip': 'x' }, false],
    ['an inherited property is no key', { string_like: { 'a:constructor': '*' } }, {}, false],
    ['an empty list is missing', { string_equal_if_exist: { 'a:b': 'x' } }, { 'a:b': [] }, true],
    ['an empty list is null', { null_equal: { 'a:b': 'true' } }, { 'a:b': [] }, true],
    ['null false needs the key', { null_equal: { 'a:b': 'false' } }, {}, false],
    ['null false is met by the key', { null_equal: { 'a:b': 'false' } }, { 'a:b': '' }, true],
    ['one of several values is enough', { string_equal: { 'a:b': 'x' } }, { 'a:b': ['y', 'x'] }, true],
    [
      'not one of several negated values',
      { string_not_equal: { 'a:b': ['x', 'y'] } },
      { 'a:b': ['y', 'x'] },
      false,
    ],
    [
      'all values negated',
      { 'for_all_value:string_not_equal': { 'a:b': 'x' } },
      { 'a:b': ['y', 'x'] },
      false,
    ],
    ['like with an asterisk', { string_like: { 'a:b': 'img/*.png' } }, { 'a:b': 'img/1/2.png' }, true],
    ['not like', { string_not_like: { 'a:b': 'img/*' } }, { 'a:b': 'doc/1' }, true],
    ['an asterisk elsewhere is an asterisk', { string_equal: { 'a:b': 'i*' } }, { 'a:b': 'img' }, false],
    ['not equal without case', { string_not_equal_ignore_case: { 'a:b': 'X' } }, { 'a:b': 'x' }, false],
    ['numbers with and without decimals', { numeric_equal: { 'a:b': '50.0' } }, { 'a:b': 50 }, true],
    [
      'long integers keep their digits',
      { numeric_equal: { 'a:b': '4611686018427387905' } },
      { 'a:b': '4611686018427387904' },
      false,
    ],
    ['a text is no number', { numeric_less_than: { 'a:b': 5 } }, { 'a:b': '' }, false],
    ['a text is no number, negated', { numeric_not_equal: { 'a:b': 5 } }, { 'a:b': 'five' }, false],
    ['greater', { numeric_greater_than: { 'a:b': 5 } }, { 'a:b': 5 }, false],
    ['greater or equal', { numeric_greater_than_equal: { 'a:b': 5 } }, { 'a:b': 5 }, true],
    [
      'dates of two forms',
      { date_equal: { 'a:b': '2022-05-31 00:00:00' } },
      { 'a:b': '2022-05-31T08:00:00+08:00' },
      true,
    ],
    [
      'a date that does not exist',
      { date_not_equal: { 'a:b': '2022-05-31' } },
      { 'a:b': '2022-02-30' },
      false,
    ],
    ['a later date', { date_greater_than: { 'a:b': '2022-05-31' } }, { 'a:b': '2022-05-31T00:00:01Z' }, true],
    ['booleans', { bool_equal: { 'a:b': 'true' } }, { 'a:b': true }, true],
    ['binary values', { binary_equal: { 'a:b': 'AQID' } }, { 'a:b': 'AQID' }, true],
    ['an IPv6 range', { ip_equal: { 'qcs:ip': '2001:db8::1/32' } }, { 'qcs:ip': '2001:db8:ffff::2' }, true],
    [
      'an IPv4 address in IPv6 clothes',
      { ip_equal: { 'qcs:ip': '10.0.0.0/8' } },
      { 'qcs:ip': '::ffff:10.1.2.3' },
      true,
    ],
    [
      'a range in IPv6 clothes',
      { ip_equal: { 'qcs:ip': '::ffff:10.0.0.0/104' } },
      { 'qcs:ip': '10.1.2.3' },
      true,
    ],
    ['another family', { ip_equal: { 'qcs:ip': '::/0' } }, { 'qcs:ip': '10.1.2.3' }, false],
    ['a text is no address', { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } }, { 'qcs:ip': 'localhost' }, false],
    ['a variable in a value', { string_equal: { 'a:b': 'u-${uin}' } }, { 'a:b': `u-${SUB_USER}` }, true],
    ['a variable in a number', { numeric_equal: { 'a:b': '${owner_uin}' } }, { 'a:b': ACCOUNT.uin }, true],
  ])('%s', (_what, condition, context, met) => {
    const { decision } = decide({ identity: [compile(statement({ condition }))] }, { context })
    expect(decision).toBe(met ? 'allow' : 'deny')
  })
})

describe('trust policies', () => {
  const trust = (principal: unknown, action = 'name/sts:AssumeRole', changes: object = {}) =>
    compilePolicy(
      'trust',
      parsePolicyDocument(
        JSON.stringify({ version: '2.0', statement: [{ effect: 'allow', action, principal, ...changes }] }),
        'trust',
      ),
    )
  const asks = (
    policy: CompiledPolicy,
    party: TrustedParty,
    action: 'sts:AssumeRole' | 'sts:AssumeRoleWithSAML' = 'sts:AssumeRole',
    context: RequestContext = {},
  ) => isTrusted(policy, { action, party, context, account: { uin: '100000000009' } })

  const OWNER = 'qcs::cam::uin/100000000001:root'
  const subUser: TrustedParty = { kind: 'qcs', names: [OWNER, 'qcs::cam::uin/100000000001:uin/100000000002'] }
  const root: TrustedParty = { kind: 'qcs', names: [OWNER, 'qcs::cam::uin/100000000001:uin/100000000001'] }
  const role = [
    'qcs::cam::uin/100000000009:roleName/R',
    'qcs::cam::uin/100000000009:role/4611686018427387905',
  ]
  const mayAssume = (identity: readonly CompiledPolicy[]) =>
    decide({ identity }, { action: 'sts:AssumeRole', resources: [role] }).decision

  it('T1: the root of a trusted account', () => {
    expect(asks(trust({ qcs: [OWNER] }), root)).toBe(true)
  })

  it('T2: a sub-user of a trusted account also needs an allow of his own', () => {
    expect(asks(trust({ qcs: [OWNER] }), subUser)).toBe(true)
    expect(mayAssume([])).toBe('deny')
  })

  it('T3: which names the role', () => {
    expect(mayAssume([compile(statement({ action: 'sts:AssumeRole', resource: role[0] }))])).toBe('allow')
    expect(mayAssume([compile(statement({ action: 'sts:AssumeRole', resource: role[1] }))])).toBe('allow')
  })

  it('T4: another sub-user than the trusted one, whatever he may do', () => {
    const policy = trust({ qcs: ['qcs::cam::uin/100000000001:uin/100000000003'] })
    expect(asks(policy, subUser)).toBe(false)
  })

  const provider = 'qcs::cam::uin/100000000009:saml-provider/P'
  const federated = trust({ federated: [provider] }, 'name/sts:AssumeRoleWithSAML')

  it('T5, T7: the trusted provider and no other', () => {
    expect(asks(federated, { kind: 'federated', name: provider }, 'sts:AssumeRoleWithSAML')).toBe(true)
    const other = 'qcs::cam::uin/100000000009:saml-provider/Q'
    expect(asks(federated, { kind: 'federated', name: other }, 'sts:AssumeRoleWithSAML')).toBe(false)
  })

  it('T8: a key is not a provider', () => {
    expect(asks(federated, root)).toBe(false)
    expect(asks(trust({ federated: [provider] }, 'sts:*'), root)).toBe(false)
  })

  it('lets the trust deny win over its allow', () => {
    const policy = compilePolicy(
      'trust',
      parsePolicyDocument(
        JSON.stringify({
          version: '2.0',
          statement: [
            { effect: 'allow', action: 'sts:*', principal: { qcs: OWNER } },
            { effect: 'deny', action: 'sts:AssumeRole', principal: { qcs: subUser.names[1] } },
          ],
        }),
        'trust',
      ),
    )
    expect(asks(policy, root)).toBe(true)
    expect(asks(policy, subUser)).toBe(false)
  })

  it('asks its conditions', () => {
    const policy = trust({ federated: [provider] }, 'sts:AssumeRoleWithSAML', {
      condition: { string_equal: { 'saml:aud': 'cloud.tencent.com' } },
    })
    const party: TrustedParty = { kind: 'federated', name: provider }
    expect(asks(policy, party, 'sts:AssumeRoleWithSAML', { 'saml:aud': 'cloud.tencent.com' })).toBe(true)
    expect(asks(policy, party, 'sts:AssumeRoleWithSAML', {})).toBe(false)
  })
})

describe('whatever the policies', () => {
  const actionArbitrary = fc.constantFrom(
    '*',
    'cvm:*',
    'cvm:Run*',
    'cvm:RunInstances',
    'cos:*',
    '*:Describe*',
  )
  const resourceArbitrary = fc.constantFrom('*', INSTANCE, 'qcs::cvm:::instance/*', 'qcs::cos:::b/*')
  const statementArbitrary = fc.record<PolicyStatement>({
    effect: fc.constantFrom('allow', 'deny'),
    actions: fc.array(actionArbitrary, { minLength: 1, maxLength: 3 }),
    resources: fc.array(resourceArbitrary, { minLength: 1, maxLength: 3 }),
    principals: fc.constant({ qcs: [], service: [], federated: [] }),
    conditions: fc.constant([]),
  })
  const policyArbitrary = fc
    .array(statementArbitrary, { maxLength: 4 })
    .map((statements) => compilePolicy('p', { kind: 'identity', statements }))
  const requestArbitrary = fc.record({
    action: fc.constantFrom('cvm:RunInstances', 'cvm:DescribeInstances', 'cos:GetObject'),
    resources: fc.constantFrom([INSTANCE], ['*'], ['qcs::cos:::b/x', INSTANCE]),
  })
  const policies = fc.array(policyArbitrary, { maxLength: 4 })

  it('their order says nothing', () => {
    fc.assert(
      fc.property(policies, requestArbitrary, (identity, request) => {
        const { decision } = decide({ identity }, request)
        expect(decide({ identity: [...identity].reverse() }, request).decision).toBe(decision)
      }),
    )
  })

  it('a deny of everything ends every allow', () => {
    const denyAll = compile(statement({ effect: 'deny' }))
    fc.assert(
      fc.property(policies, requestArbitrary, (identity, request) => {
        expect(decide({ identity: [...identity, denyAll] }, request)).toMatchObject({ decision: 'deny' })
      }),
    )
  })

  it('boundary, session and service control policies only take away', () => {
    fc.assert(
      fc.property(policies, policyArbitrary, requestArbitrary, (identity, limit, request) => {
        if (decide({ identity }, request).decision === 'allow') return
        expect(decide({ identity, boundary: limit }, request).decision).toBe('deny')
        expect(decide({ identity, session: limit }, request).decision).toBe('deny')
        expect(decide({ identity, serviceControl: [[limit]] }, request).decision).toBe('deny')
      }),
    )
  })

  it('an allow stands only where some statement allows', () => {
    fc.assert(
      fc.property(fc.array(fc.array(statementArbitrary)), requestArbitrary, (documents, request) => {
        const identity = documents.map((statements) => {
          const denials = statements.filter(({ effect }) => effect === 'deny')
          return compilePolicy('p', { kind: 'identity', statements: denials })
        })
        expect(decide({ identity }, request).decision).toBe('deny')
      }),
    )
  })

  it('the order of the statements of one says nothing', () => {
    fc.assert(
      fc.property(fc.array(statementArbitrary), requestArbitrary, (statements, request) => {
        const decided = (ordered: readonly PolicyStatement[]) =>
          decide({ identity: [compilePolicy('p', { kind: 'identity', statements: ordered })] }, request)
        expect(decided([...statements].reverse()).decision).toBe(decided(statements).decision)
      }),
    )
  })

  it('a deny that is added never allows more, an allow never less', () => {
    const changed = (statements: readonly PolicyStatement[], added: PolicyStatement, request: object) =>
      [statements, [...statements, added]].map(
        (all) =>
          decide({ identity: [compilePolicy('p', { kind: 'identity', statements: all })] }, request).decision,
      )
    fc.assert(
      fc.property(
        fc.array(statementArbitrary),
        statementArbitrary,
        requestArbitrary,
        (statements, added, request) => {
          const [before, after] = changed(statements, added, request)
          if (before !== after) expect(after).toBe(added.effect)
        },
      ),
    )
  })

  it('an asterisk in place of a part allows no less', () => {
    const wider = (text: string, from: number, length: number) =>
      `${text.slice(0, from)}*${text.slice(from + length)}`
    const operation = fc.constantFrom('RunInstances', 'Run*', 'DescribeInstances', '*Instances')
    const path = fc.constantFrom('instance/ins-1', 'instance/*', 'instance/ins-2', '*/ins-1')
    fc.assert(
      fc.property(
        operation,
        path,
        requestArbitrary,
        fc.nat(12),
        fc.nat(4),
        (action, resource, request, at, cut) => {
          const asked = (wantedAction: string, wantedResource: string) =>
            decide(
              {
                identity: [
                  compile(
                    statement({ action: `cvm:${wantedAction}`, resource: `qcs::cvm:::${wantedResource}` }),
                  ),
                ],
              },
              request,
            ).decision
          if (asked(action, resource) === 'deny') return
          expect(asked(wider(action, at, cut), resource)).toBe('allow')
          expect(asked(action, wider(resource, at, cut))).toBe('allow')
        },
      ),
    )
  })

  it('a pattern matches what a regular expression of it matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '/'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (wanted, asked) => {
        const expected = new RegExp(`^${wanted.replaceAll('*', '.*')}$`).test(asked)
        const { decision } = decide(
          { identity: [compile(statement({ resource: `qcs::cos:::${wanted}` }))] },
          { resources: [`qcs::cos:::${asked}`] },
        )
        expect(decision).toBe(expected ? 'allow' : 'deny')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('compiled policies', () => {
  const conditionArbitrary = fc.record<PolicyCondition>({
    comparison: fc.constantFrom(
      'string_equal',
      'string_not_equal',
      'string_like',
      'numeric_less_than',
      'null_equal',
    ),
    quantifier: fc.constantFrom('any', 'all'),
    ifExist: fc.boolean(),
    key: fc.constantFrom('a:b', 'a:c'),
    values: fc.array(fc.constantFrom('1', '2', 'true', 'x*', '${uin}', '${app_id}'), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  const some = (...texts: readonly string[]) =>
    fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 })
  const statementArbitrary = fc.record<PolicyStatement>({
    effect: fc.constantFrom('allow', 'allow', 'deny'),
    actions: some(
      '*',
      '*:*',
      'cvm:*',
      'CVM:Run*',
      'name/cvm:RunInstances',
      'cvm:*Instances',
      'cos:GetObject',
      '*:Get*',
      '*:RunInstances',
      'permid/7',
    ),
    resources: some(
      '*',
      'qcs::cvm:gz::instance/*',
      'qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-1',
      'qcs::::*:*',
      'qcs::cos:::b-${app_id}/*',
      'qcs::cos::uid/1250000001:b-*/${uin}',
      'qcs::cos:sh:uin/100000000009:b/*',
    ),
    principals: fc.constant({ qcs: [], service: [], federated: [] }),
    conditions: fc.array(conditionArbitrary, { maxLength: 2 }),
  })
  const policyArbitrary = fc.record<NaivePolicy>({
    name: fc.constantFrom('p', 'q', 'r'),
    statements: fc.array(statementArbitrary, { maxLength: 6 }),
  })
  const pool = fc.array(policyArbitrary, { maxLength: 4 })
  const layersArbitrary = fc.record(
    {
      identity: pool,
      serviceControl: fc.array(pool, { maxLength: 3 }),
      boundary: policyArbitrary,
      session: policyArbitrary,
    },
    { requiredKeys: ['identity'] },
  )
  const value = fc.constantFrom('1', '2', 'x9', 100_000_000_002, true)
  const requestArbitrary = fc.record(
    {
      action: fc.constantFrom('cvm:RunInstances', 'CVM:DescribeInstances', 'cos:GetObject', 'tke:GetCluster'),
      resources: fc.array(
        fc.constantFrom(
          '*',
          'qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-1',
          'qcs::cvm:gz::instance/ins-2',
          'qcs::cos:ap-shanghai:uid/1250000001:b-1250000001/100000000002',
          'qcs::cos:sh:uin/100000000009:b/x:y/z',
        ),
        { minLength: 1, maxLength: 2 },
      ),
      context: fc.dictionary(
        fc.constantFrom('a:b', 'a:c'),
        fc.oneof(value, fc.array(value, { maxLength: 3 })),
      ),
      account: fc.constantFrom(ACCOUNT, { uin: ACCOUNT.uin }),
      callerUin: fc.constant(SUB_USER),
    },
    { requiredKeys: ['action', 'resources', 'context', 'account'] },
  )

  it('decide as the plain rules do, by the same statement', () => {
    const compiled = ({ name, statements }: NaivePolicy) =>
      compilePolicy(name, { kind: 'identity', statements })
    fc.assert(
      fc.property(layersArbitrary, requestArbitrary, (layers, request) => {
        const { identity, serviceControl, boundary, session } = layers
        const { decision, reason, decidedBy } = evaluate(
          {
            identity: identity.map(compiled),
            ...(serviceControl && { serviceControl: serviceControl.map((level) => level.map(compiled)) }),
            ...(boundary && { boundary: compiled(boundary) }),
            ...(session && { session: compiled(session) }),
          },
          request,
        )
        const by = decidedBy ? `${decidedBy.policy}#${decidedBy.statement}` : 'none'
        expect(`${decision} ${reason} ${by}`).toBe(decideNaively(layers, request))
      }),
      { numRuns: 600 },
    )
  })
})
