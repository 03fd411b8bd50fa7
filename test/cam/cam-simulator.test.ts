import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listAttachments, findRole, putFaults, type CamFaults } from '../../db/cam.js'
import { inTransaction } from '../../db/transaction.js'
import type { RoleSettings } from '../../server/cam/cam-client.js'
import { ACCESS_CONTROL_ROLE } from '../../server/domain/organization.js'
import { MANAGEMENT, MEMBER, openTestCloud, type TestCloud } from '../support/cloud.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, type FakeIdp } from '../support/fake-idp.js'

const CVM_READ_ONLY = { id: 243334, name: 'QcloudCVMReadOnlyAccess' }
const ADMINISTRATOR = { id: 1, name: 'AdministratorAccess' }
const DOCUMENT = '{"version":"2.0","statement":[{"effect":"allow","action":"cos:*","resource":"*"}]}'

const role = (changes: Partial<RoleSettings> = {}): RoleSettings => ({
  name: 'TencentCloudSSO-ops',
  description: 'Operators',
  sessionDuration: 3600,
  trustPolicy: JSON.stringify({
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: 'name/sts:AssumeRoleWithSAML',
        principal: { federated: [`qcs::cam::uin/${MEMBER}:saml-provider/P`] },
      },
    ],
  }),
  ...changes,
})

describe.each(engines)('the simulated accounts on %s', (engine) => {
  let cloud: TestCloud
  let idp: FakeIdp
  const client = () => cloud.simulator.client

  beforeAll(async () => {
    idp = await createFakeIdp()
  })
  beforeEach(async () => {
    cloud = await openTestCloud(engine)
    return () => cloud.remove()
  })

  async function setFaults(faults: Partial<CamFaults>): Promise<void> {
    await inTransaction(cloud.db, (tx) =>
      putFaults(tx, MEMBER, { delayMilliseconds: 0, errorPermille: 0, outage: false, ...faults }),
    )
  }

  it('make a role with its policies and describe it as it is', async () => {
    await client().putRole(MEMBER, role())
    await client().putCustomPolicy(MEMBER, { name: 'rc-1-storage', document: DOCUMENT })
    await client().attachPolicies(MEMBER, role().name, { preset: [CVM_READ_ONLY], custom: ['rc-1-storage'] })
    expect(await client().describeRole(MEMBER, role().name)).toEqual({
      ...role(),
      preset: [CVM_READ_ONLY],
      custom: [{ name: 'rc-1-storage', document: DOCUMENT }],
    })
    expect(await client().describeRole(MANAGEMENT, role().name)).toBeUndefined()
  })

  it('change nothing further when every call is repeated', async () => {
    const deploy = async () => {
      await client().putSamlProvider(MEMBER, { name: 'P', description: '', metadata: idp.metadata() })
      await client().putRole(MEMBER, role())
      await client().putCustomPolicy(MEMBER, { name: 'rc-1-storage', document: DOCUMENT })
      await client().attachPolicies(MEMBER, role().name, {
        preset: [ADMINISTRATOR],
        custom: ['rc-1-storage'],
      })
      await client().deleteCustomPolicies(MEMBER, 'rc-1-', ['rc-1-storage'])
      return findRole(cloud.db, MEMBER, role().name)
    }
    const first = await deploy()
    cloud.clock.advance(60)
    expect(await deploy()).toEqual(first)
    const undeploy = async () => {
      await client().deleteRole(MEMBER, role().name)
      await client().deleteCustomPolicies(MEMBER, 'rc-1-', [])
      await client().deleteSamlProvider(MEMBER, 'P')
    }
    await undeploy()
    await undeploy()
    expect(await client().describeRole(MEMBER, role().name)).toBeUndefined()
  })

  it('attach exactly the policies named, and take the others away', async () => {
    await client().putRole(MEMBER, role())
    await client().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT })
    await client().putCustomPolicy(MEMBER, { name: 'rc-1-b', document: DOCUMENT })
    await client().attachPolicies(MEMBER, role().name, { preset: [ADMINISTRATOR], custom: ['rc-1-a'] })
    await client().attachPolicies(MEMBER, role().name, { preset: [CVM_READ_ONLY], custom: ['rc-1-b'] })
    const described = await client().describeRole(MEMBER, role().name)
    expect(described?.preset).toEqual([CVM_READ_ONLY])
    expect(described?.custom.map(({ name }) => name)).toEqual(['rc-1-b'])
  })

  it('take a changed document and changed settings over', async () => {
    const changed = DOCUMENT.replace('cos:*', 'cos:Get*')
    await client().putRole(MEMBER, role())
    await client().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT })
    await client().attachPolicies(MEMBER, role().name, { preset: [], custom: ['rc-1-a'] })
    await client().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: changed })
    await client().putRole(MEMBER, role({ sessionDuration: 7200 }))
    expect(await client().describeRole(MEMBER, role().name)).toMatchObject({
      sessionDuration: 7200,
      custom: [{ name: 'rc-1-a', document: changed }],
    })
  })

  it('delete only the policies with the prefix that are not kept, and detach them', async () => {
    await client().putRole(MEMBER, role())
    for (const name of ['rc-1-a', 'rc-1-b', 'rc-2-a']) {
      await client().putCustomPolicy(MEMBER, { name, document: DOCUMENT })
    }
    await client().attachPolicies(MEMBER, role().name, { preset: [], custom: ['rc-1-a', 'rc-1-b', 'rc-2-a'] })
    await client().deleteCustomPolicies(MEMBER, 'rc-1-', ['rc-1-b'])
    const described = await client().describeRole(MEMBER, role().name)
    expect(described?.custom.map(({ name }) => name)).toEqual(['rc-1-b', 'rc-2-a'])
  })

  it.each([
    [
      'a role whose trust policy is none',
      () => client().putRole(MEMBER, role({ trustPolicy: DOCUMENT })),
      'policy.invalid',
    ],
    [
      'a role with a session too long',
      () => client().putRole(MEMBER, role({ sessionDuration: 43201 })),
      'sts.duration',
    ],
    [
      'a role with a name that is none',
      () => client().putRole(MEMBER, role({ name: 'a b' })),
      'policy.nameInvalid',
    ],
    [
      'a policy that is none',
      () => client().putCustomPolicy(MEMBER, { name: 'x', document: '{}' }),
      'policy.invalid',
    ],
    [
      'a provider without metadata',
      () => client().putSamlProvider(MEMBER, { name: 'P', description: '', metadata: '<a/>' }),
      'identityProvider.metadataInvalid',
    ],
    [
      'policies for a role that is not there',
      () => client().attachPolicies(MEMBER, 'none', { preset: [], custom: [] }),
      'role.notFound',
    ],
  ])('refuse %s', async (_what, attempt, code) => {
    await expect(attempt()).rejects.toMatchObject({ code })
  })

  it('attach nothing when one of the policies is unknown', async () => {
    await client().putRole(MEMBER, role())
    const unknownPreset = { preset: [ADMINISTRATOR, { id: 5, name: 'none' }], custom: [] }
    await expect(client().attachPolicies(MEMBER, role().name, unknownPreset)).rejects.toMatchObject({
      code: 'policy.notFound',
    })
    const unknownCustom = { preset: [ADMINISTRATOR], custom: ['none'] }
    await expect(client().attachPolicies(MEMBER, role().name, unknownCustom)).rejects.toMatchObject({
      code: 'policy.notFound',
    })
    expect(await client().describeRole(MEMBER, role().name)).toMatchObject({ preset: [], custom: [] })
  })

  it('give a member account the role of its management account', async () => {
    const made = await findRole(cloud.db, MEMBER, ACCESS_CONTROL_ROLE)
    expect(made?.trustPolicy).toContain(`qcs::cam::uin/${MANAGEMENT}:root`)
    const attached = await listAttachments(cloud.db, { kind: 'role', id: made?.id ?? '' })
    expect(attached.map(({ policyName }) => policyName)).toEqual(['AdministratorAccess'])
    expect(await findRole(cloud.db, MANAGEMENT, ACCESS_CONTROL_ROLE)).toBeUndefined()
  })

  describe('between the two sides', () => {
    const account = () => cloud.simulator.accountClient

    it('what the Identity Center made is locked for the account', async () => {
      await client().putSamlProvider(MEMBER, { name: 'P', description: '', metadata: idp.metadata() })
      await client().putRole(MEMBER, role())
      await client().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT })
      const attempts = [
        account().putRole(MEMBER, role({ description: 'mine' })),
        account().deleteRole(MEMBER, role().name),
        account().attachPolicies(MEMBER, role().name, { preset: [ADMINISTRATOR], custom: [] }),
        account().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT.replace('cos', 'cvm') }),
        account().putSamlProvider(MEMBER, { name: 'P', description: 'mine', metadata: idp.metadata() }),
        account().deleteSamlProvider(MEMBER, 'P'),
      ]
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'cam.managed' } })
      }
      await account().deleteCustomPolicies(MEMBER, 'rc-', [])
      await client().attachPolicies(MEMBER, role().name, { preset: [], custom: ['rc-1-a'] })
      expect(await client().describeRole(MEMBER, role().name)).toMatchObject({
        description: 'Operators',
        custom: [{ name: 'rc-1-a', document: DOCUMENT }],
      })
    })

    it('what the account made stays the account’s, whatever its case', async () => {
      await account().putRole(MEMBER, role({ name: 'tencentcloudsso-OPS' }))
      await account().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT })
      await expect(client().putRole(MEMBER, role())).rejects.toMatchObject({ code: 'cam.nameTaken' })
      await expect(client().deleteRole(MEMBER, role().name)).rejects.toMatchObject({ code: 'cam.nameTaken' })
      await expect(
        client().putCustomPolicy(MEMBER, { name: 'rc-1-a', document: DOCUMENT }),
      ).rejects.toMatchObject({ code: 'cam.nameTaken' })
    })
  })

  describe('with faults', () => {
    it('are slow', async () => {
      await setFaults({ delayMilliseconds: 250 })
      await client().putRole(MEMBER, role())
      await client().putRole(MANAGEMENT, role())
      expect(cloud.slept).toEqual([250])
    })

    it('do not answer during an outage, and do again after it', async () => {
      await setFaults({ outage: true })
      await expect(client().putRole(MEMBER, role())).rejects.toMatchObject({ code: 'cam.unavailable' })
      expect(await findRole(cloud.db, MEMBER, role().name)).toBeUndefined()
      await setFaults({})
      await client().putRole(MEMBER, role())
      expect(await findRole(cloud.db, MEMBER, role().name)).toBeDefined()
    })

    it('fail at their rate, before the change or after it', async () => {
      await setFaults({ errorPermille: 500 })
      cloud.chances.push(0.4, 0.4)
      await expect(client().putRole(MEMBER, role())).rejects.toMatchObject({ code: 'cam.unavailable' })
      expect(await findRole(cloud.db, MEMBER, role().name)).toBeUndefined()
      cloud.chances.push(0.4, 0.6)
      await expect(client().putRole(MEMBER, role())).rejects.toMatchObject({ code: 'cam.unavailable' })
      expect(await findRole(cloud.db, MEMBER, role().name)).toBeDefined()
      cloud.chances.push(0.6)
      await client().deleteRole(MEMBER, role().name)
      expect(await findRole(cloud.db, MEMBER, role().name)).toBeUndefined()
    })
  })
})
