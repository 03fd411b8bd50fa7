/** What can be wrong with a policy: the cloud's code of it, how it is said, and where it stands. */
import { IdentityCenterError } from './errors.js'
import type { JsonProblem } from './located-json.js'

/** The cloud's code of what is wrong with a policy. */
export type PolicyFault = `InvalidParameter.${
  | 'PolicyDocumentError'
  | 'PolicyDocumentLengthOverLimit'
  | 'PolicyDocumentEmpty'
  | 'VersionError'
  | 'StatementError'
  | 'EffectError'
  | 'ActionMiss'
  | 'ActionError'
  | 'ResourceError'
  | 'ResourceContentError'
  | 'ResourceQcsError'
  | 'ResourceProjectError'
  | 'ResourceServiceNotExist'
  | 'ResourceRegionError'
  | 'ResourceUinError'
  | 'ConditionError'
  | 'ConditionTypeError'
  | 'ConditionContentError'
  | 'PrincipalError'
  | 'PrincipalQcsError'
  | 'PrincipalQcsNotExist'
  | 'PrincipalServiceNotExist'}`

/** Characters of a policy, white space not counted. */
export const MAXIMUM_POLICY_LENGTH = 6144

/** Rules of the language, each with what it says to those who broke it; `found` is what they wrote, or a limit. */
const PROBLEMS = {
  empty: () => 'the policy is empty',
  notAnObject: () => 'a policy is a JSON object',
  tooLong: (found) => `a policy has at most ${found} characters, white space not counted`,
  version: () => 'a policy has the element "version" with the text "2.0"; element names are in lower case',
  statementMissing: () => 'a policy has the element "statement"',
  elementUnknown: () => 'a policy has no such element, only "version" and "statement"',
  statementsEmpty: () => 'at least one statement is needed',
  statementNotAnObject: () => 'a statement is an object',
  statementElementUnknown: () =>
    'a statement of this policy has no such element; element names are in lower case',
  effect: () => 'the effect is "allow" or "deny", in lower case',
  listEmpty: () => 'the list is empty',
  textExpected: () => 'a text is needed here, or a list of texts',
  actionMissing: () => 'a statement has the element "action"',
  action: () => 'an action is "*" or <service>:<operation>',
  resourceMissing: () => 'a statement has the element "resource"',
  resourceSegments: () =>
    'a resource is "*" or has the six segments qcs:<project>:<service>:<region>:<account>:<resource>',
  resourceScheme: () => 'a resource begins with "qcs:"',
  resourceProject: () => 'the second segment, the project, must be empty',
  resourceService: () => 'the third segment is a service, "*" or empty',
  resourceRegion: () => 'the fourth segment is a region such as ap-guangzhou or empty',
  resourceAccount: () => 'the fifth segment is uin/<number>, uid/<app id>, "*" or empty',
  conditionNotAnObject: () => 'a condition is an object',
  operatorUnknown: () => 'there is no such condition operator',
  operatorEmpty: () => 'an operator holds an object with at least one key',
  conditionKey: () => 'a condition key has the form <service>:<key>',
  conditionValue: (found) => `this is not a value that ${found} can compare`,
  principalForbidden: () => 'only the trust policy of a role names principals',
  principalMissing: () => 'a statement of a trust policy has the element "principal"',
  principalNotAnObject: () => 'a principal is an object with "qcs", "service" or "federated"',
  principalUnknown: () => 'a principal is "qcs", "service" or "federated"',
  principalQcs: () => 'this is not a CAM identity such as qcs::cam::uin/<account>:root',
  principalFederated: () =>
    'this is not an identity provider such as qcs::cam::uin/<account>:saml-provider/<name>',
  principalService: () => 'this is not a service such as cvm.qcloud.com',
} satisfies Record<string, (found: string | undefined) => string>

/** A rule of the language by its name. */
export type PolicyRule = keyof typeof PROBLEMS
/** What is wrong, by name: a rule of the language, or of JSON. */
export type PolicyProblem = PolicyRule | JsonProblem

/** Facts of the error `policy.invalid`. Line and column count from 1. */
export interface PolicyFaultFacts {
  readonly reason: PolicyFault
  readonly problem: PolicyProblem
  readonly line: number
  readonly column: number
  /** The element, such as `statement[0].condition.ip_equal`; empty for the document itself. */
  readonly path: string
  /** What was written, or the limit: as the problem needs it. */
  readonly found?: string
  /** What was probably meant. */
  readonly suggestion?: string
  /** What is wrong and what was probably meant, in English, without the place. */
  readonly sentence: string
}

/** How a rule is said. */
export const ruleText = (rule: PolicyRule, found?: string): string => PROBLEMS[rule](found)

/** The error `policy.invalid`; `what` is how the problem is said. */
export class PolicyFaultError extends IdentityCenterError {
  override readonly facts: Readonly<Record<string, unknown>> & PolicyFaultFacts

  constructor(fault: Omit<PolicyFaultFacts, 'sentence'>, what: string) {
    const { line, column, path, suggestion } = fault
    const where = path === '' ? `Line ${line}, column ${column}` : `Line ${line}, column ${column} (${path})`
    const meant = suggestion === undefined ? '' : ` Did you mean ${JSON.stringify(suggestion)}?`
    const sentence = `${what}.${meant}`
    const facts = { ...fault, sentence }
    super('policy.invalid', `${where}: ${sentence}`, facts)
    this.facts = facts
  }
}
