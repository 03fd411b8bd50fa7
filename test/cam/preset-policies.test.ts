import { describe, expect, it } from 'vitest'
import { presetPolicies } from '../../server/cam/preset-policies.js'
import { ADMINISTRATOR_POLICIES } from '../../server/domain/administrator.js'
import { parsePolicyDocument } from '../../server/domain/policy-document.js'
import { compilePolicy, evaluate } from '../../server/domain/policy-evaluation.js'

const decide = (policyName: string, action: string) => {
  const policy = presetPolicies.findByName(policyName)
  if (!policy) throw new Error(`no preset policy ${policyName}`)
  const compiled = compilePolicy(policy.name, parsePolicyDocument(policy.document, 'identity'))
  const account = { uin: '100000000001', appId: '1250000001' }
  return evaluate({ identity: [compiled] }, { action, resources: ['*'], context: {}, account }).decision
}

describe('the catalogue of preset policies', () => {
  const all = presetPolicies.list()

  it('has 52 policies, each id and name once', () => {
    expect(all).toHaveLength(52)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(new Set(all.map(({ name }) => name.toLowerCase())).size).toBe(all.length)
  })

  it.each(all.map((policy) => [policy.name, policy] as const))(
    '%s is a policy and is found',
    (_name, policy) => {
      expect(() => parsePolicyDocument(policy.document, 'identity')).not.toThrow()
      expect(presetPolicies.find(policy.id)).toBe(policy)
      expect(presetPolicies.findByName(policy.name.toUpperCase())).toBe(policy)
    },
  )

  it('has the published ids and those that make administrators', () => {
    expect(presetPolicies.findByName('AdministratorAccess')?.id).toBe(1)
    expect(presetPolicies.findByName('QcloudCVMReadOnlyAccess')?.id).toBe(243334)
    for (const { id, name } of Object.values(ADMINISTRATOR_POLICIES)) {
      expect(presetPolicies.find(id)?.name).toBe(name)
    }
  })

  it.each([
    ['ReadOnlyAccess', 'vpc:DescribeVpcs', 'allow'],
    ['ReadOnlyAccess', 'vpc:CreateVpc', 'deny'],
    ['QCloudResourceFullAccess', 'cvm:RunInstances', 'allow'],
    ['QCloudResourceFullAccess', 'cam:AddUser', 'deny'],
    ['QcloudCVMReadOnlyAccess', 'cvm:DescribeInstances', 'allow'],
    ['QcloudCVMReadOnlyAccess', 'cvm:TerminateInstances', 'deny'],
    ['QcloudOrganizationReadOnlyAccess', 'organization:ListUsers', 'allow'],
    ['QcloudOrganizationReadOnlyAccess', 'organization:CreateUser', 'deny'],
  ])('%s for %s: %s', (policy, action, expected) => {
    expect(decide(policy, action)).toBe(expected)
  })
})
