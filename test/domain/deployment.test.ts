import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionOf, planDeployment, type DeploymentStep } from '../../server/domain/deployment.js'
import type { AccountUin, PermissionConfigurationId, ZoneId } from '../../server/domain/ids.js'
import type { ConfigurationPolicy } from '../../server/domain/permission-configuration.js'
import { parsePolicyDocument } from '../../server/domain/policy-document.js'
import { MAXIMUM_ATTEMPTS, retryDelay } from '../../server/domain/task.js'

const place = { zoneId: 'z-abcdefghijkl' as ZoneId, accountUin: '100000000009' as AccountUin }
const addedAt = '2026-03-02T09:00:00.000Z'
const configuration = {
  id: 'rc-abcdefghijkl' as PermissionConfigurationId,
  name: 'Auditors',
  description: 'Read everything',
  sessionDuration: 7200,
  policies: [
    { type: 'preset', policyId: 900001, name: 'ReadOnlyAccess', addedAt },
    { type: 'custom', name: 'read', document: '{"version":"2.0"}', addedAt },
  ] satisfies readonly ConfigurationPolicy[],
}

const calls = (steps: readonly DeploymentStep[]) => steps.map(({ call }) => call)
const stepOf = <Call extends DeploymentStep['call']>(steps: readonly DeploymentStep[], call: Call) =>
  steps.find((step): step is Extract<DeploymentStep, { call: Call }> => step.call === call)

describe('the plan of a deployment', () => {
  const plan = planDeployment(place, { kind: 'deployed', samlMetadata: '<metadata/>', configuration })

  it('makes provider, role and policies, attaches exactly these and clears what is left of older ones', () => {
    expect(calls(plan)).toEqual([
      'putSamlProvider',
      'putRole',
      'putCustomPolicy',
      'attachPolicies',
      'deleteCustomPolicies',
    ])
    expect(stepOf(plan, 'putSamlProvider')).toMatchObject({
      name: 'TencentReservedSSO-z-abcdefghijkl',
      metadata: '<metadata/>',
    })
    expect(stepOf(plan, 'putRole')).toMatchObject({
      name: 'TencentCloudSSO-Auditors',
      description: 'Read everything',
      sessionDuration: 7200,
    })
    expect(stepOf(plan, 'attachPolicies')).toMatchObject({
      roleName: 'TencentCloudSSO-Auditors',
      preset: [{ id: 900001, name: 'ReadOnlyAccess' }],
      custom: ['rc-abcdefghijkl-read'],
    })
    expect(stepOf(plan, 'deleteCustomPolicies')).toMatchObject({
      prefix: 'rc-abcdefghijkl-',
      except: ['rc-abcdefghijkl-read'],
    })
  })

  it("gives the role a trust policy that names the zone's provider in this account and nobody else", () => {
    const trust = stepOf(plan, 'putRole')?.trustPolicy ?? ''
    expect(parsePolicyDocument(trust, 'trust').statements).toHaveLength(1)
    expect(JSON.parse(trust)).toEqual({
      version: '2.0',
      statement: [
        {
          effect: 'allow',
          action: 'name/sts:AssumeRoleWithSAML',
          principal: {
            federated: ['qcs::cam::uin/100000000009:saml-provider/TencentReservedSSO-z-abcdefghijkl'],
          },
        },
      ],
    })
  })

  it('keeps the document of a custom policy byte for byte', () => {
    fc.assert(
      fc.property(fc.string(), (document) => {
        const policies: ConfigurationPolicy[] = [{ type: 'custom', name: 'read', document, addedAt }]
        const steps = planDeployment(place, {
          kind: 'deployed',
          samlMetadata: '',
          configuration: { ...configuration, policies },
        })
        expect(stepOf(steps, 'putCustomPolicy')?.document).toBe(document)
      }),
    )
  })
})

describe('the plan of an undeployment', () => {
  const goal = { kind: 'undeployed', configuration } as const

  it('takes the role away before what it trusts, and the provider only with the last deployment', () => {
    expect(calls(planDeployment(place, { ...goal, lastInAccount: true }))).toEqual([
      'deleteRole',
      'deleteCustomPolicies',
      'deleteSamlProvider',
    ])
    expect(calls(planDeployment(place, { ...goal, lastInAccount: false }))).toEqual([
      'deleteRole',
      'deleteCustomPolicies',
    ])
  })
})

describe('the condition of a deployment', () => {
  it.each([
    ['deployed', 'h1', 'h1', 'deployed'],
    ['deployed', 'h1', 'h2', 'stale'],
    ['deploying', undefined, 'h1', 'deploying'],
    ['deploying', 'h1', 'h2', 'deploying'],
    ['failed', 'h1', 'h2', 'failed'],
    ['undeploying', 'h1', 'h1', 'undeploying'],
  ] as const)(
    'is, when %s with %s while %s is wanted, %s',
    (status, deployedHash, contentHash, condition) => {
      const deployed = { status, ...(deployedHash !== undefined && { deployedHash }) }
      expect(conditionOf(deployed, { contentHash })).toBe(condition)
    },
  )
})

describe('the delay before a retry', () => {
  it('doubles up to a minute and is spread over its second half', () => {
    expect([1, 2, 3, 6, 7, 9].map((attempts) => retryDelay(attempts, 1))).toEqual([1, 2, 4, 32, 60, 60])
    expect(retryDelay(3, 0)).toBe(2)
  })

  it('adds up to a few minutes in all', () => {
    const delays = Array.from({ length: MAXIMUM_ATTEMPTS - 1 }, (_, index) => retryDelay(index + 1, 1))
    expect(delays.reduce((sum, delay) => sum + delay)).toBe(243)
  })
})
