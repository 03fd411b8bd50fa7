/**
 * The calls of the Terraform provider `tencentcloudstack/tencentcloud`, resource by resource and in its order: what it
 * sends when it creates, reads, updates and deletes, how it polls, and what it reads of the answers without asking whether
 * it is there. docs/terraform.md is the list of what is known to work.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { openCallWorld, type Caller, type CallWorld, type Parameters } from '../support/calls/call.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { DOCUMENT } from '../support/permission-world.js'
import { callApi } from '../support/tc3.js'

const [engine = 'sqlite'] = engines
const VERSION = '2021-03-31'
const SERVICE_CONTROL = 'SERVICE_CONTROL_POLICY'

type Answer = Readonly<Record<string, unknown>>

let made: CallWorld

beforeAll(async () => {
  made = await openCallWorld(engine)
  return () => made.close()
})

const organization = (action: string, parameters: Parameters = {}, caller?: Caller): Promise<Answer> =>
  made.call(VERSION, action, parameters, caller)
/** Calls that name the zone. */
const zone = (action: string, parameters: Parameters = {}): Promise<Answer> =>
  organization(action, { ZoneId: made.ZoneId, ...parameters })
const refusal = (code: string) => ({ code })
const object = (answer: Answer, field: string): Answer => answer[field] as Answer
const list = (answer: Answer, field: string): readonly Answer[] => answer[field] as readonly Answer[]
const text = (answer: Answer, field: string): string => {
  expect(answer[field], field).toEqual(expect.any(String))
  return answer[field] as string
}
const number = (answer: Answer, field: string): number => {
  expect(answer[field], field).toEqual(expect.any(Number))
  return answer[field] as number
}

/** Waits as the provider does: for these two states, by this name, whatever others come before. */
async function settle(action: 'GetTaskStatus' | 'GetProvisioningTaskStatus', TaskId: string): Promise<void> {
  const status = async () => text(object(await zone(action, { TaskId }), 'TaskStatus'), 'Status')
  expect(['InProgress', 'Success']).toContain(await status())
  const { deploymentWorker, userSyncWorker } = made.world.services
  await deploymentWorker.drain()
  await userSyncWorker.drain()
  expect(await status()).toBe('Success')
}

const addUser = async () => {
  const answer = await zone('CreateUser', { UserName: made.unique('tf-user') })
  return text(object(answer, 'UserInfo'), 'UserId')
}
const addGroup = async () => {
  const answer = await zone('CreateGroup', { GroupName: made.unique('tf-group') })
  return text(object(answer, 'GroupInfo'), 'GroupId')
}
const addConfiguration = async () => {
  const answer = await zone('CreateRoleConfiguration', { RoleConfigurationName: made.unique('tf-rc') })
  return text(object(answer, 'RoleConfigurationInfo'), 'RoleConfigurationId')
}

describe('the provider', () => {
  it.each(['organization', 'cam', 'sts'])(
    'comes to a name of its own for each service: %s',
    async (service) => {
      // domain = "id.example:8080": the service goes in front, and Go signs the host with its port.
      const { answer } = await callApi(made.world.app, {
        ...{ action: 'GetCallerIdentity', version: '2018-08-13', key: API_KEY, at: made.world.clock.now() },
        ...{ host: `${service}.id.example:8080`, service },
      })
      expect(answer).toMatchObject({ Type: 'CAMUser' })
    },
  )

  it('takes on a role with a policy that it encodes as a form does', async () => {
    const RoleName = made.unique('deployer')
    const principal = { qcs: [`qcs::cam::uin/${made.member}:root`] }
    const statement = [{ effect: 'allow', action: 'name/sts:AssumeRole', principal }]
    const PolicyDocument = JSON.stringify({ version: '2.0', statement })
    await made.call('2019-01-16', 'CreateRole', { RoleName, PolicyDocument }, 'member')
    const spaced = DOCUMENT.replaceAll(':"', ': "')
    const answer = await made.call(
      '2018-08-13',
      'AssumeRole',
      {
        RoleArn: `qcs::cam::uin/${made.member}:roleName/${RoleName}`,
        RoleSessionName: 'terraform',
        DurationSeconds: 7200,
        Policy: new URLSearchParams({ p: spaced }).toString().slice(2),
      },
      'member',
    )
    for (const field of ['TmpSecretId', 'TmpSecretKey', 'Token']) text(object(answer, 'Credentials'), field)
  })
})

describe('users and groups', () => {
  it('tencentcloud_identity_center_user', async () => {
    const created = await zone('CreateUser', {
      ...{ UserName: 'tf-jo', FirstName: 'Jo', LastName: 'Doe', DisplayName: 'Jo Doe' },
      ...{ Description: 'made by Terraform', Email: 'tf-jo@example.com', UserStatus: 'Enabled' },
    })
    const UserId = text(object(created, 'UserInfo'), 'UserId')
    const read = async () => object(await zone('GetUser', { UserId }), 'UserInfo')
    expect(await read()).toMatchObject({ UserName: 'tf-jo', UserType: 'Manual', Email: 'tf-jo@example.com' })
    await zone('UpdateUserStatus', { UserId, NewUserStatus: 'Disabled' })
    // All that is not empty goes along with what has changed.
    await zone('UpdateUser', {
      ...{ UserId, NewFirstName: 'Jo', NewLastName: 'Doe', NewDisplayName: 'J. Doe' },
      ...{ NewDescription: 'made by Terraform', NewEmail: 'tf-jo@example.com' },
    })
    expect(await read()).toMatchObject({ DisplayName: 'J. Doe', UserStatus: 'Disabled', LastName: 'Doe' })
    await zone('DeleteUser', { UserId })
    await expect(read()).rejects.toMatchObject(refusal('ResourceNotFound.UserNotExist'))
  })

  it('tencentcloud_identity_center_group', async () => {
    const created = await zone('CreateGroup', {
      GroupName: 'tf-sales',
      Description: 'd',
      GroupType: 'Manual',
    })
    const GroupId = text(object(created, 'GroupInfo'), 'GroupId')
    const read = async () => object(await zone('GetGroup', { GroupId }), 'GroupInfo')
    expect(await read()).toMatchObject({ GroupName: 'tf-sales', MemberCount: 0, GroupType: 'Manual' })
    await zone('UpdateGroup', { GroupId, NewGroupName: 'tf-selling', NewDescription: 'e' })
    expect(await read()).toMatchObject({ GroupName: 'tf-selling', Description: 'e' })
    await zone('DeleteGroup', { GroupId })
    await expect(read()).rejects.toMatchObject(refusal('InvalidParameter.GroupNotExist'))
  })

  it('tencentcloud_identity_center_user_group_attachment', async () => {
    const [UserId, GroupId] = [await addUser(), await addGroup()]
    const joined = async () =>
      list(await zone('ListJoinedGroupsForUser', { UserId, MaxResults: 100 }), 'JoinedGroups')
    await zone('AddUserToGroup', { GroupId, UserId })
    expect(await joined()).toMatchObject([{ GroupId }])
    await zone('RemoveUserFromGroup', { GroupId, UserId })
    // Not among them: the provider drops it from its state.
    expect(await joined()).toEqual([])
  })

  it('the data sources of users, groups and role configurations', async () => {
    const prefix = made.unique('tf-many')
    for (let index = 0; index < 12; index += 1) {
      await zone('CreateGroup', { GroupName: `${prefix}-${index}` })
      await zone('CreateRoleConfiguration', { RoleConfigurationName: `${prefix}-${index}` })
    }
    /** Without MaxResults, until it is told that there is no more; an answer that does not tell is an error. */
    const all = async (action: string, field: string, parameters: Parameters) => {
      const found: Answer[] = []
      for (let next: Parameters = {}; ;) {
        const answer = await zone(action, { ...parameters, ...next })
        found.push(...list(answer, field))
        expect(answer['IsTruncated']).toEqual(expect.any(Boolean))
        if (answer['IsTruncated'] !== true) return found
        next = { NextToken: text(answer, 'NextToken') }
      }
    }
    const sorted = { SortField: 'CreateTime', SortType: 'Asc' }
    expect(await all('ListGroups', 'Groups', { Filter: `GroupName sw ${prefix}`, ...sorted })).toHaveLength(
      12,
    )
    expect(await all('ListGroups', 'Groups', { Filter: `GroupName EQ ${prefix}-7` })).toHaveLength(1)
    const named = (filter: string) =>
      all('ListRoleConfigurations', 'RoleConfigurations', { Filter: `RoleConfigurationName ${filter}` })
    expect(await named(`sw ${prefix.toUpperCase()}`)).toHaveLength(12)
    expect(await named(`eq ${prefix}-7`)).toMatchObject([{ RoleConfigurationName: `${prefix}-7` }])
    expect(await named('sw %')).toEqual([])
    const UserId = await addUser()
    const users = await all('ListUsers', 'Users', {
      UserType: 'Manual',
      UserStatus: 'Enabled',
      Filter: UserId,
    })
    expect(users).toMatchObject([{ UserId, IsSelected: false }])
  })
})

describe('permissions', () => {
  it('tencentcloud_identity_center_role_configuration', async () => {
    const created = await zone('CreateRoleConfiguration', {
      ...{ RoleConfigurationName: 'tf-operate', Description: 'd', SessionDuration: 7200, RelayState: '' },
    })
    const RoleConfigurationId = text(object(created, 'RoleConfigurationInfo'), 'RoleConfigurationId')
    const read = async () =>
      object(await zone('GetRoleConfiguration', { RoleConfigurationId }), 'RoleConfigurationInfo')
    expect(await read()).toMatchObject({ RoleConfigurationName: 'tf-operate', SessionDuration: 7200 })
    const change = { NewDescription: 'e', NewSessionDuration: 900 }
    await zone('UpdateRoleConfiguration', { RoleConfigurationId, ...change })
    expect(await read()).toMatchObject({ Description: 'e', SessionDuration: 900 })
    await zone('DeleteRoleConfiguration', { RoleConfigurationId })
    await expect(read()).rejects.toMatchObject(refusal('InvalidParameter.RoleConfigurationNotExist'))
  })

  it('…_role_configuration_permission_policy_attachment and its two custom sisters', async () => {
    const RoleConfigurationId = await addConfiguration()
    const configuration = { RoleConfigurationId }
    const read = async (RolePolicyType: string) =>
      list(
        await zone('ListPermissionPoliciesInRoleConfiguration', { ...configuration, RolePolicyType }),
        'RolePolicies',
      )
    const system = { ...configuration, RolePolicyType: 'System' }
    const custom = { ...configuration, RolePolicyType: 'Custom' }

    // The data source `cam_policies`, which administrators may read.
    const catalogue = list(await made.call('2019-01-16', 'ListPolicies', { Page: 1, Rp: 200 }), 'List')
    const readOnly = catalogue.find((policy) => policy['PolicyName'] === 'ReadOnlyAccess') ?? {}
    const PolicyId = number(readOnly, 'PolicyId')
    await zone('AddPermissionPolicyToRoleConfiguration', { ...system, RolePolicies: [{ PolicyId }] })
    const [attached = {}] = await read('System')
    expect(attached).toMatchObject({
      RolePolicyId: PolicyId,
      RolePolicyName: 'ReadOnlyAccess',
      RolePolicyType: 'System',
    })
    await zone('RemovePermissionPolicyFromRoleConfiguration', { ...system, RolePolicyId: PolicyId })

    // Compared as text: what was sent comes back byte for byte.
    const document = `${DOCUMENT}\n`
    const one = { RolePolicyNames: ['one'], CustomPolicyDocument: document }
    await zone('AddPermissionPolicyToRoleConfiguration', { ...custom, ...one })
    const two = { RolePolicyNames: ['two', 'three'], CustomPolicyDocuments: [document, DOCUMENT] }
    await zone('AddPermissionPolicyToRoleConfiguration', { ...custom, ...two })
    const documents = (await read('Custom')).map((policy) => [
      policy['RolePolicyName'],
      policy['RolePolicyDocument'],
    ])
    expect(Object.fromEntries(documents)).toEqual({ one: document, two: document, three: DOCUMENT })
    for (const RolePolicyName of ['one', 'two', 'three'])
      await zone('RemovePermissionPolicyFromRoleConfiguration', {
        ...custom,
        RolePolicyId: 0,
        RolePolicyName,
      })
    expect(await read('Custom')).toEqual([])
  })

  it('tencentcloud_identity_center_role_assignment', async () => {
    const [PrincipalId, RoleConfigurationId] = [await addGroup(), await addConfiguration()]
    const place = { RoleConfigurationId, TargetType: 'MemberUin', TargetUin: made.member }
    const triple = { ...place, PrincipalType: 'Group', PrincipalId }
    const read = async () =>
      list(await zone('ListRoleAssignments', { ...triple, MaxResults: 10 }), 'RoleAssignments')

    const created = await zone('CreateRoleAssignment', { RoleAssignmentInfo: [triple] })
    const [task = {}] = list(created, 'Tasks')
    expect(task['Status']).not.toBe('Failed')
    expect(text(task, 'RoleConfigurationId')).toBe(RoleConfigurationId)
    await settle('GetTaskStatus', text(task, 'TaskId'))
    expect(await read()).toMatchObject([
      { ...triple, TargetName: expect.any(String), PrincipalName: /^tf-group/ },
    ])

    const deleted = await zone('DeleteRoleAssignment', { ...triple, DeprovisionStrategy: 'None' })
    await settle('GetTaskStatus', text(object(deleted, 'Task'), 'TaskId'))
    const dismantled = await zone('DismantleRoleConfiguration', place)
    await settle('GetTaskStatus', text(object(dismantled, 'Task'), 'TaskId'))
    expect(await read()).toEqual([])
    // Empty too when the configuration is gone: the provider drops the assignment and does not fail.
    await zone('DeleteRoleConfiguration', { RoleConfigurationId })
    expect(await read()).toEqual([])
  })

  it('does not destroy what goes with its last assignment, nor one of two: both are the provider’s own', async () => {
    const RoleConfigurationId = await addConfiguration()
    const place = { RoleConfigurationId, TargetType: 'MemberUin', TargetUin: made.member }
    const triples = await Promise.all(
      [1, 2].map(async () => ({ ...place, PrincipalType: 'User', PrincipalId: await addUser() })),
    )
    await zone('CreateRoleAssignment', { RoleAssignmentInfo: triples })
    await made.world.services.deploymentWorker.drain()
    const DeprovisionStrategy = 'DeprovisionForLastRoleAssignmentOnAccount'
    const codes = [
      'FailedOperation.RoleConfigurationAuthorizationExist',
      'ResourceNotFound.RoleConfigurationProvisioningNotFound',
    ]
    for (const [index, triple] of triples.entries()) {
      const deleted = await zone('DeleteRoleAssignment', { ...triple, DeprovisionStrategy })
      await settle('GetTaskStatus', text(object(deleted, 'Task'), 'TaskId'))
      await expect(zone('DismantleRoleConfiguration', place)).rejects.toMatchObject(
        refusal(codes[index] ?? ''),
      )
    }
  })

  it('tencentcloud_provision_role_configuration_operation, and the data source of provisionings', async () => {
    const place = {
      ...{ RoleConfigurationId: await addConfiguration(), TargetType: 'MemberUin', TargetUin: made.member },
    }
    const provisioned = await zone('ProvisionRoleConfiguration', place)
    await settle('GetTaskStatus', text(object(provisioned, 'Task'), 'TaskId'))
    const query = { ...place, DeploymentStatus: 'Deployed', MaxResults: 100 }
    const answer = await zone('ListRoleConfigurationProvisionings', query)
    expect(list(answer, 'RoleConfigurationProvisionings')).toMatchObject([place])
    expect(answer['IsTruncated']).toBe(false)
  })

  it('tencentcloud_identity_center_user_sync_provisioning', async () => {
    const wanted = {
      ...{ Description: 'd', PrincipalId: await addUser(), PrincipalType: 'User', TargetUin: made.member },
      ...{ TargetType: 'MemberUin', DuplicationStrategy: 'KeepBoth', DeletionStrategy: 'Keep' },
    }
    const created = await zone('CreateUserSyncProvisioning', { UserSyncProvisionings: [wanted] })
    const [task = {}] = list(created, 'Tasks')
    const UserProvisioningId = text(task, 'UserProvisioningId')
    await settle('GetProvisioningTaskStatus', text(task, 'TaskId'))
    const read = async () =>
      object(await zone('GetUserSyncProvisioning', { UserProvisioningId }), 'UserProvisioning')
    expect(await read()).toMatchObject({ ...wanted, Status: 'Enabled', UserProvisioningId })
    const change = { NewDescription: 'e', NewDeletionStrategy: 'Delete' }
    await zone('UpdateUserSyncProvisioning', { UserProvisioningId, ...change })
    expect(await read()).toMatchObject({ Description: 'e', DeletionStrategy: 'Delete' })
    const deleted = await zone('DeleteUserSyncProvisioning', { UserProvisioningId })
    await settle('GetProvisioningTaskStatus', text(object(deleted, 'Tasks'), 'TaskId'))
    await expect(read()).rejects.toMatchObject(refusal('ResourceNotFound.UserProvisioningNotFound'))
  })
})

describe('the zone', () => {
  it('tencentcloud_open_identity_center_operation is refused: the zone is open', async () => {
    await expect(organization('OpenIdentityCenter', { ZoneName: 'test' })).rejects.toMatchObject(
      refusal('FailedOperation.IdentityCenterAlreadyOpen'),
    )
  })

  it('…_external_saml_identity_provider, by metadata and by hand', async () => {
    const read = async () =>
      object(await zone('GetExternalSAMLIdentityProvider'), 'SAMLIdentityProviderConfiguration')
    // Each read of the provider asks for this first.
    const serviceProvider = object(await zone('GetZoneSAMLServiceProviderInfo'), 'SAMLServiceProvider')
    for (const field of ['EntityId', 'ZoneId', 'EncodedMetadataDocument', 'AcsUrl'])
      text(serviceProvider, field)

    const EncodedMetadataDocument = made.metadata
    await zone('SetExternalSAMLIdentityProvider', { EncodedMetadataDocument })
    await zone('SetExternalSAMLIdentityProvider', { SSOStatus: 'Enabled' })
    expect(await read()).toMatchObject({ EncodedMetadataDocument, SSOStatus: 'Enabled' })
    await zone('SetExternalSAMLIdentityProvider', { SSOStatus: 'Disabled' })
    await zone('ClearExternalSAMLIdentityProvider')
    await expect(read()).rejects.toMatchObject(refusal('ResourceNotFound.SAMLIdentityProviderNotFound'))

    const byHand = { EntityId: 'https://idp.example', LoginUrl: 'https://idp.example/sso' }
    const [first = '', second = ''] = made.certificates
    const set = await zone('SetExternalSAMLIdentityProvider', {
      ...{ ...byHand, SSOStatus: 'Enabled', X509Certificate: first, EncodedMetadataDocument: '' },
    })
    expect(set['CertificateIds']).toHaveLength(1)
    await zone('SetExternalSAMLIdentityProvider', { SSOStatus: 'Enabled' })
    expect(await read()).toMatchObject({
      ...byHand,
      SSOStatus: 'Enabled',
      CertificateIds: set['CertificateIds'],
    })

    // tencentcloud_organization_external_saml_idp_certificate: its text is compared with what is read.
    const X509Certificate = second.replaceAll(/-----[A-Z ]+-----|\s/g, '')
    const added = await zone('AddExternalSAMLIdPCertificate', { X509Certificate })
    const CertificateId = text(added, 'CertificateId')
    const certificates = list(await zone('ListExternalSAMLIdPCertificates'), 'SAMLIdPCertificates')
    expect(certificates).toContainEqual(expect.objectContaining({ CertificateId, X509Certificate }))
    await zone('RemoveExternalSAMLIdPCertificate', { CertificateId })

    await zone('SetExternalSAMLIdentityProvider', { SSOStatus: 'Disabled' })
    await zone('ClearExternalSAMLIdentityProvider')
  })

  it('…_scim_credential, its status, and that of the synchronization', async () => {
    const CredentialId = text(await zone('CreateSCIMCredential'), 'CredentialId')
    const read = async () => list(await zone('ListSCIMCredentials', { CredentialId }), 'SCIMCredentials')
    expect(await read()).toMatchObject([{ CredentialId, Status: 'Enabled', CredentialType: 'BearerToken' }])
    await zone('UpdateSCIMCredentialStatus', { CredentialId, NewStatus: 'Disabled' })
    expect(await read()).toMatchObject([{ Status: 'Disabled' }])
    await zone('DeleteSCIMCredential', { CredentialId })
    expect(await read()).toEqual([])

    for (const SCIMSynchronizationStatus of ['Enabled', 'Disabled']) {
      await zone('UpdateSCIMSynchronizationStatus', { SCIMSynchronizationStatus })
      expect(await zone('GetSCIMSynchronizationStatus')).toMatchObject({ SCIMSynchronizationStatus })
    }
  })

  it('tencentcloud_organization_ip_whitelist_config: the list comes back as it was written, and is cleared', async () => {
    for (const IpWhitelist of [['192.0.2.0/24', '2001:db8::/32', '10.0.0.1/32', '198.51.100.7'], []]) {
      await zone('UpdateIPWhitelist', { IpWhitelist })
      expect(await zone('GetIPWhitelist')).toMatchObject({ IpWhitelist })
    }
  })
})

describe('the organization', () => {
  const nodes = async () =>
    list(await organization('DescribeOrganizationNodes', { Offset: 0, Limit: 50 }), 'Items')
  const members = async () =>
    list(await organization('DescribeOrganizationMembers', { Offset: 0, Limit: 50 }), 'Items')

  it('tencentcloud_organization_instance, imported: the root can be renamed, and nothing is destroyed', async () => {
    const created = organization('CreateOrganization')
    await expect(created).rejects.toMatchObject(refusal('FailedOperation.OrganizationExistAlready'))
    const RootNodeId = number(await organization('DescribeOrganization'), 'RootNodeId')
    await organization('UpdateOrganizationNode', { NodeId: RootNodeId, Name: 'Everything' })
    expect(await nodes()).toContainEqual(expect.objectContaining({ NodeId: RootNodeId, Name: 'Everything' }))
    const destroyed = organization('DeleteOrganization')
    await expect(destroyed).rejects.toMatchObject(refusal('FailedOperation.OrganizationNotEmpty'))
  })

  it('tencentcloud_organization_org_node', async () => {
    const node = { ParentNodeId: made.OrgId, Name: made.unique('tf-node'), Remark: 'r' }
    const NodeId = number(await organization('AddOrganizationNode', node), 'NodeId')
    const read = async () => (await nodes()).find((one) => one['NodeId'] === NodeId)
    expect(await read()).toMatchObject(node)
    await organization('UpdateOrganizationNode', { NodeId, Name: `${node.Name}-2` })
    expect(await read()).toMatchObject({ Name: `${node.Name}-2`, Remark: 'r' })
    await organization('DeleteOrganizationNodes', { NodeId: [NodeId] })
    expect(await read()).toBeUndefined()
  })

  it('tencentcloud_organization_org_member', async () => {
    const Name = made.unique('tf-member')
    const node = { ParentNodeId: made.OrgId, Name: made.unique('tf-home') }
    const NodeId = number(await organization('AddOrganizationNode', node), 'NodeId')
    const financial = { PolicyType: 'Financial', PermissionIds: [1, 2] }
    const member = { ...financial, Name, AccountName: Name, NodeId: made.OrgId, Remark: 'r', RecordId: 0 }
    const MemberUin = number(await organization('CreateOrganizationMember', member), 'Uin')
    const read = async () => (await members()).find((one) => one['MemberUin'] === MemberUin)
    // permission_ids are compared with these two, which are all that there are here.
    expect(await read()).toMatchObject({
      Name,
      OrgPolicyType: 'Financial',
      OrgPermission: [{ Id: 1 }, { Id: 2 }],
    })
    await organization('MoveOrganizationNodeMembers', { NodeId, MemberUin: [MemberUin] })
    // When both have changed the numbers come twice.
    const update = { MemberUin, Name: `${Name}-2`, ...financial, PermissionIds: [1, 2, 1, 2] }
    await organization('UpdateOrganizationMember', update)
    expect(await read()).toMatchObject({ Name: `${Name}-2`, NodeId, MemberType: 'Create' })
    await expect(organization('DeleteOrganizationMembers', { MemberUin: [MemberUin] })).rejects.toMatchObject(
      refusal('UnsupportedOperation.CreateMemberNotAllowDelete'),
    )
    // force_delete_account, where the zone's setting permits it.
    const { zones } = made.world.services
    await zones.changeSetting(made.world.administrator, 'organization.deleteMembers', 'true')
    await organization('DeleteAccount', { MemberUin })
    expect(await read()).toBeUndefined()
  })

  it('tencentcloud_organization_org_manage_policy_config, …_policy and …_policy_target', async () => {
    const config = { OrganizationId: made.OrgId, PolicyType: SERVICE_CONTROL }
    const status = async () =>
      number(await organization('DescribePolicyConfig', { OrganizationId: made.OrgId, Type: 0 }), 'Status')
    expect(await status()).toBe(0)
    await organization('EnablePolicyType', config)
    expect(await status()).toBe(1)

    const policy = { Name: 'tf_no_machines', Content: DOCUMENT, Type: SERVICE_CONTROL, Description: 'd' }
    const PolicyId = number(await organization('CreatePolicy', policy), 'PolicyId')
    const read = async () => {
      const query = { PolicyType: SERVICE_CONTROL, Page: 1, Rp: 200 }
      const listed = list(await organization('ListPolicies', query), 'List')
      if (!listed.some((one) => one['PolicyId'] === PolicyId)) return undefined
      return organization('DescribePolicy', { PolicyId, PolicyType: SERVICE_CONTROL })
    }
    expect(await read()).toMatchObject({
      PolicyName: policy.Name,
      PolicyDocument: DOCUMENT,
      Description: 'd',
    })
    await organization('UpdatePolicy', { PolicyId, ...policy, Description: 'e' })
    expect(await read()).toMatchObject({ Description: 'e' })

    const node = { ParentNodeId: made.OrgId, Name: made.unique('tf-target') }
    const TargetId = number(await organization('AddOrganizationNode', node), 'NodeId')
    const attachment = { TargetId, TargetType: 'NODE', PolicyId, Type: SERVICE_CONTROL }
    const targets = async () => {
      const query = { PolicyType: SERVICE_CONTROL, PolicyId, TargetType: 'Node' }
      return list(await organization('ListTargetsForPolicy', query), 'List')
    }
    await organization('AttachPolicy', attachment)
    expect(await targets()).toMatchObject([{ Uin: TargetId, RelatedType: 1 }])
    await organization('DetachPolicy', attachment)
    expect(await targets()).toEqual([])

    await organization('DeletePolicy', { PolicyId, Type: SERVICE_CONTROL })
    expect(await read()).toBeUndefined()
    await organization('DisablePolicyType', config)
    expect(await status()).toBe(0)
  })
})
