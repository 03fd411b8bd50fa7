/** How many decisions one core takes for a role with ten policies of twenty statements. */
import { parsePolicyDocument } from '../../server/domain/policy-document.js'
import {
  compilePolicy,
  evaluate,
  type AccessRequest,
  type CompiledPolicy,
} from '../../server/domain/policy-evaluation.js'

const POLICIES = 10
const STATEMENTS = 20
const SECONDS = 2
const SERVICES = ['cvm', 'cos', 'vpc', 'cdb', 'cam', 'clb', 'tke', 'scf', 'cls', 'kms'] as const
const OPERATIONS = [
  ['Describe*', 'Inquiry*'],
  ['RunInstances', 'StartInstances', 'StopInstances', 'RebootInstances'],
  ['*Tags'],
  ['DeleteBucket', 'PutBucketPolicy'],
  ['Get*', 'List*', 'Head*'],
] as const

export interface DecisionFigure {
  readonly what: string
  /** Of processor time. */
  readonly perSecond: number
}

/** `serviceOf` says which service a statement speaks of. */
function role(serviceOf: (policy: number, statement: number) => string): readonly CompiledPolicy[] {
  return Array.from({ length: POLICIES }, (_, policy) => {
    const statement = Array.from({ length: STATEMENTS }, (_, number) => {
      const service = serviceOf(policy, number)
      const operations = OPERATIONS[number % OPERATIONS.length] ?? []
      return {
        effect: number % 5 === 3 ? 'deny' : 'allow',
        action: operations.map((operation) => `${service}:${operation}`),
        resource:
          number % 4 === 0 ? '*' : [`qcs::${service}:::thing/${policy}-*`, `qcs::${service}:gz::set/*`],
        ...(number % 7 === 6 && { condition: { ip_equal: { 'qcs:ip': ['10.0.0.0/8', '192.168.0.0/16'] } } }),
      }
    })
    const text = JSON.stringify({ version: '2.0', statement })
    return compilePolicy(`policy ${policy}`, parsePolicyDocument(text, 'identity'))
  })
}

const request = (service: string, operation: string, resource: string): AccessRequest => ({
  action: `${service}:${operation}`,
  resources: [resource],
  context: { 'qcs:ip': '10.1.2.3', 'qcs:owner_uin': '100000000001' },
  account: { uin: '100000000001', appId: '1250000001' },
})

/** Allowed, denied by a statement, and denied because none allows. */
const requestsOn = (services: readonly string[]): readonly AccessRequest[] =>
  services.flatMap((service) => [
    request(service, 'DescribeInstances', '*'),
    request(service, 'RunInstances', `qcs::${service}:ap-guangzhou:uin/100000000001:thing/4-ins`),
    request(service, 'DeleteBucket', `qcs::${service}:ap-guangzhou:uin/100000000001:thing/7-b`),
    request(service, 'ModifyThing', `qcs::${service}:ap-guangzhou:uin/100000000001:thing/1-x`),
  ])

function measure(what: string, policies: readonly CompiledPolicy[], requests: readonly AccessRequest[]) {
  const layers = { identity: policies }
  const decideAll = () => {
    for (const each of requests) evaluate(layers, each)
  }
  for (let round = 0; round < 500; round += 1) decideAll()
  const start = process.cpuUsage()
  const busy = () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1_000_000
  }
  let decisions = 0
  while (busy() < SECONDS) {
    for (let round = 0; round < 100; round += 1) decideAll()
    decisions += requests.length * 100
  }
  return { what, perSecond: Math.round(decisions / busy()) }
}

/** One role whose statements are about many services, and one whose statements are all about the same. */
export const policyDecisions = (): readonly DecisionFigure[] => [
  measure(
    'decisions a second, statements about ten services',
    role((policy, number) => SERVICES[(policy + number) % SERVICES.length] ?? 'cvm'),
    requestsOn(SERVICES),
  ),
  measure(
    'decisions a second, all statements about one service',
    role(() => 'cvm'),
    requestsOn(['cvm']),
  ),
]
