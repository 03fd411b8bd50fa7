/** Policies that nobody can mean: each door that takes a policy refuses all of them. */

const statement = (changes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    version: '2.0',
    statement: [{ effect: 'allow', action: 'cvm:*', resource: '*', ...changes }],
  })

/** A policy that would be right, with this many characters. */
function ofLength(length: number): string {
  const around = (value: string) => statement({ condition: { string_equal: { 'a:b': value } } })
  return around('x'.repeat(length - around('').length))
}

export interface BadPolicy {
  readonly what: string
  readonly document: string
  /** The cloud's code without its class. */
  readonly reason: string
  /** Part of what people are told. */
  readonly message: string
}

const bad = (what: string, document: string, reason: string, message: string): BadPolicy => ({
  what,
  document,
  reason,
  message,
})

export const BAD_POLICIES: readonly BadPolicy[] = [
  bad('is not JSON', 'version: 2.0', 'PolicyDocumentError', 'a value was expected here'),
  bad('has 6,145 characters', ofLength(6145), 'PolicyDocumentLengthOverLimit', 'at most 6144 characters'),
  bad(
    'has a name twice',
    '{"version":"2.0","version":"2.0"}',
    'PolicyDocumentError',
    'stands twice in one object',
  ),
  bad('nests deeply', '['.repeat(5000), 'PolicyDocumentError', 'nests deeper than 16 levels'),
  bad(
    'nests deeply in objects',
    '{"version":'.repeat(3000),
    'PolicyDocumentError',
    'nests deeper than 16 levels',
  ),
  bad('has an unknown element', statement({ notAction: '*' }), 'StatementError', 'has no such element'),
  bad('has the effect in another case', statement({ effect: 'Allow' }), 'EffectError', 'in lower case'),
  bad(
    'has five segments',
    statement({ resource: 'qcs::cvm:gz:instance/x' }),
    'ResourceContentError',
    'six segments',
  ),
  bad(
    'has another scheme',
    statement({ resource: 'arn:aws:s3:::bucket' }),
    'ResourceQcsError',
    'begins with "qcs:"',
  ),
  bad(
    'has a project',
    statement({ resource: 'qcs:5:cvm:gz::x' }),
    'ResourceProjectError',
    'the project, must be empty',
  ),
  bad(
    'has no such operator',
    statement({ condition: { string_equals: { 'qcs:uin': '1' } } }),
    'ConditionTypeError',
    'no such condition operator',
  ),
  bad(
    'compares what is no address',
    statement({ condition: { ip_equal: { 'qcs:ip': 'here' } } }),
    'ConditionContentError',
    'not a value that ip_equal can compare',
  ),
]
