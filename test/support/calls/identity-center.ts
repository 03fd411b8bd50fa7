/** Calls of the identity center's own actions; the zone is put in where a call does not name one. */
import { DOCUMENT } from '../permission-world.js'
import {
  ANOTHER_ZONE,
  hands,
  NO_SUCH_FIELD,
  target,
  UNKNOWN,
  UNKNOWN_UIN,
  type ActionCalls,
  type Calls,
  type CallWorld,
  type Refusal,
} from './call.js'

const UserId = `u-${UNKNOWN}`
const GroupId = `g-${UNKNOWN}`
const RoleConfigurationId = `rc-${UNKNOWN}`
const UserProvisioningId = `up-${UNKNOWN}`

const NO_USER: Refusal = ['ResourceNotFound.UserNotExist', { UserId }]
const NO_GROUP: Refusal = ['InvalidParameter.GroupNotExist', { GroupId }]
const WRONG_TOKEN: Refusal = ['InvalidParameter.NextTokenInvalid', { NextToken: 'x' }]
const TOO_MANY: Refusal = ['InvalidParameterValue', { MaxResults: 101 }]
const MISSING: Refusal = ['MissingParameter', {}]
/** A number that no account can have; one that nobody has finds nothing. */
const NO_ACCOUNT: Refusal = ['FailedOperation.OrganizationMemberNotExist', { TargetUin: 5 }]
const FILTERS: ActionCalls['refused'] = [
  WRONG_TOKEN,
  TOO_MANY,
  NO_ACCOUNT,
  ['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId: 'x' }],
]

export const ZONE_CALLS: Calls = {
  OpenIdentityCenter: {
    works: 'never',
    refused: [
      ['FailedOperation.IdentityCenterAlreadyOpen', { ZoneName: 'another' }],
      ['InvalidParameterValue.ZoneNameFormatError', { ZoneName: '-' }],
    ],
  },
  DescribeIdentityCenter: { works: {}, refused: [NO_SUCH_FIELD, ['UnauthorizedOperation', {}, 'nobody']] },
  UpdateZone: {
    works: { NewZoneName: 'acme-2' },
    refused: [
      ['InvalidParameterValue.ZoneNameFormatError', { NewZoneName: 'A' }],
      ['FailedOperation.ZoneIdNotExist', { ZoneId: `z-${UNKNOWN}`, NewZoneName: 'x1' }],
    ],
  },
  GetZoneStatistics: { works: {}, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  GetIPWhitelist: { works: {}, refused: [ANOTHER_ZONE, ['UnauthorizedOperation', {}, 'nobody']] },
  UpdateIPWhitelist: {
    works: { IpWhitelist: ['192.0.2.0/24', '2001:db8::/32'] },
    refused: [
      ['InvalidParameter', { IpWhitelist: ['192.0.2.1/24'] }],
      ['InvalidParameterValue', { IpWhitelist: Array<string>(101).fill('192.0.2.1') }],
      ['UnauthorizedOperation', { IpWhitelist: [] }, 'nobody'],
    ],
  },
}

export const USER_CALLS: Calls = {
  CreateUser: {
    works: { UserName: 'first', FirstName: 'A', Email: 'first@example.com' },
    refused: [
      ['InvalidParameter.UsernameFormatError', { UserName: 'a b' }],
      ['InvalidParameter.UsernameAlreadyExists', async (made) => ({ UserName: await named(made) })],
      MISSING,
    ],
  },
  GetUser: { works: hands.user, refused: [NO_USER, MISSING] },
  ListUsers: { works: { MaxResults: 1 }, refused: [WRONG_TOKEN, TOO_MANY] },
  UpdateUser: {
    works: async (made) => ({ ...(await hands.user(made)), NewDescription: 'x' }),
    refused: [
      NO_USER,
      [
        'InvalidParameterValue',
        async (made) => ({ ...(await hands.user(made)), NewFirstName: 'x'.repeat(65) }),
      ],
    ],
  },
  UpdateUserStatus: {
    works: async (made) => ({ ...(await hands.user(made)), NewUserStatus: 'Disabled' }),
    refused: [
      ['ResourceNotFound.UserNotExist', { UserId, NewUserStatus: 'Disabled' }],
      ['InvalidParameterValue', { UserId, NewUserStatus: 'Off' }],
    ],
  },
  DeleteUser: {
    works: hands.user,
    refused: [
      NO_USER,
      [
        'InvalidParameter.UserAlreadyExistsGroup',
        async (made) => only(await hands.membership(made), 'UserId'),
      ],
      [
        'FailedOperation.RoleConfigurationAuthorizationExist',
        async (made) => ({ UserId: (await hands.assigned(made)).triple.PrincipalId }),
      ],
    ],
  },
  ListJoinedGroupsForUser: {
    works: hands.user,
    refused: [
      NO_USER,
      [
        'InvalidParameter.NextTokenInvalid',
        async (made) => ({ ...(await hands.user(made)), NextToken: 'x' }),
      ],
    ],
  },
}

export const GROUP_CALLS: Calls = {
  CreateGroup: {
    works: { GroupName: 'first' },
    refused: [
      ['InvalidParameter.GroupNameFormatError', { GroupName: 'a b' }],
      ['InvalidParameter.GroupNameAlreadyExists', async (made) => ({ GroupName: await grouped(made) })],
    ],
  },
  GetGroup: { works: hands.group, refused: [NO_GROUP, MISSING] },
  ListGroups: {
    works: {},
    refused: [WRONG_TOKEN, TOO_MANY, ['ResourceNotFound.UserNotExist', { FilterUsers: [UserId] }]],
  },
  UpdateGroup: {
    works: async (made) => ({ ...(await hands.group(made)), NewDescription: 'x' }),
    refused: [
      NO_GROUP,
      [
        'InvalidParameter.GroupNameAlreadyExists',
        async (made) => ({ ...(await hands.group(made)), NewGroupName: await grouped(made) }),
      ],
    ],
  },
  DeleteGroup: {
    works: hands.group,
    refused: [
      NO_GROUP,
      [
        'FailedOperation.DeleteGroupNotAllowExistUser',
        async (made) => only(await hands.membership(made), 'GroupId'),
      ],
    ],
  },
  AddUserToGroup: {
    works: async (made) => ({ ...(await hands.user(made)), ...(await hands.group(made)) }),
    refused: [
      ['InvalidParameter.GroupNotExist', async (made) => ({ ...(await hands.user(made)), GroupId })],
      ['ResourceNotFound.UserNotExist', async (made) => ({ ...(await hands.group(made)), UserId })],
      ['InvalidParameter.GroupUserAlreadyExists', hands.membership],
    ],
  },
  RemoveUserFromGroup: {
    works: hands.membership,
    refused: [
      ['InvalidParameter.GroupNotExist', async (made) => ({ ...(await hands.user(made)), GroupId })],
      [
        'InvalidParameter.GroupUserNotExist',
        async (made) => ({ ...(await hands.user(made)), ...(await hands.group(made)) }),
      ],
    ],
  },
  ListGroupMembers: {
    works: hands.group,
    refused: [
      NO_GROUP,
      [
        'InvalidParameter.NextTokenInvalid',
        async (made) => ({ ...(await hands.group(made)), NextToken: 'x' }),
      ],
    ],
  },
}

const credential = async ({ world }: CallWorld) => {
  const made = await world.services.scimCredentials.create(world.administrator, {})
  return { CredentialId: made.credential.id as string }
}
const CredentialId = `scimcred-${UNKNOWN}`

export const SCIM_CALLS: Calls = {
  GetSCIMSynchronizationStatus: { works: {}, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  UpdateSCIMSynchronizationStatus: {
    works: { SCIMSynchronizationStatus: 'Disabled' },
    refused: [['InvalidParameter.ScimSyncStatusError', { SCIMSynchronizationStatus: 'On' }], MISSING],
  },
  ListSCIMCredentials: { works: { CredentialId }, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  UpdateSCIMCredentialStatus: {
    works: async (made) => ({ ...(await credential(made)), NewStatus: 'Disabled' }),
    refused: [
      ['InvalidParameter.ScimCredentialNotFound', { CredentialId, NewStatus: 'Disabled' }],
      ['InvalidParameter.UserScimCredentialStatusError', { CredentialId, NewStatus: 'Off' }],
    ],
  },
  DeleteSCIMCredential: {
    works: credential,
    refused: [['InvalidParameter.ScimCredentialNotFound', { CredentialId }], MISSING],
  },
  // One is there already, from above: this makes the second.
  CreateSCIMCredential: {
    works: { ExpireDuration: 3600 },
    refused: [
      ['LimitExceeded.ScimCredentialLimitExceeded', {}],
      ['InvalidParameterValue', { ExpireDuration: 60 }],
    ],
  },
}

/** In the order of an identity provider's life: each call finds what the one before left. */
export const SAML_CALLS: Calls = {
  GetZoneSAMLServiceProviderInfo: { works: {}, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  SetExternalSAMLIdentityProvider: {
    works: ({ metadata }) => ({ EncodedMetadataDocument: metadata }),
    refused: [
      ['FailedOperation.DecodeMetadataDocumentFailed', { EncodedMetadataDocument: '***' }],
      ['FailedOperation.XMLDataUnmarshalFailed', { EncodedMetadataDocument: 'PGEvPg==' }],
      ['InvalidParameterValue.SSoStatusInvalid', { SSOStatus: 'On' }],
      ['InvalidParameterValue.X509CertificateFormatError', { X509Certificate: 'x' }],
    ],
  },
  GetExternalSAMLIdentityProvider: { works: {}, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  AddExternalSAMLIdPCertificate: {
    works: ({ certificates }) => ({ X509Certificate: certificates[0] }),
    refused: [
      [
        'FailedOperation.X509CertificateAlreadyExist',
        ({ certificates }) => ({ X509Certificate: certificates[0] }),
      ],
      [
        'FailedOperation.X509CertificateLimitExceeded',
        ({ certificates }) => ({ X509Certificate: certificates[1] }),
      ],
      ['InvalidParameterValue.X509CertificateFormatError', { X509Certificate: 'x' }],
    ],
  },
  ListExternalSAMLIdPCertificates: { works: {}, refused: [ANOTHER_ZONE, NO_SUCH_FIELD] },
  RemoveExternalSAMLIdPCertificate: {
    works: certificate,
    refused: [
      ['FailedOperation.X509CertificateMinimumRequired', certificate],
      ['ResourceNotFound.X509CertificateNotFound', { CertificateId: `idp-c-${UNKNOWN}` }],
    ],
  },
  ClearExternalSAMLIdentityProvider: {
    works: {},
    refused: [['ResourceNotFound.SAMLIdentityProviderNotFound', {}], ANOTHER_ZONE],
  },
}

/** The first certificate of the identity provider. */
async function certificate({ world }: CallWorld) {
  const provider = await world.services.identityProvider.find()
  return { CertificateId: provider?.certificates[0]?.id ?? '' }
}

const SYSTEM = { RolePolicyType: 'System', RolePolicyNames: ['ReadOnlyAccess'] }

export const ROLE_CONFIGURATION_CALLS: Calls = {
  CreateRoleConfiguration: {
    works: { RoleConfigurationName: 'first' },
    refused: [
      ['InvalidParameter.ConfigurationNameAlreadyExists', { RoleConfigurationName: 'first' }],
      ['InvalidParameter.ConfigurationNameFormatError', { RoleConfigurationName: 'a b' }],
      ['InvalidParameter.ParamError', { RoleConfigurationName: 'second', SessionDuration: 60 }],
    ],
  },
  GetRoleConfiguration: {
    works: hands.configuration,
    refused: [['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId }], MISSING],
  },
  ListRoleConfigurations: {
    works: { Filter: 'RoleConfigurationName sw f' },
    refused: [WRONG_TOKEN, TOO_MANY, ['FailedOperation.OrganizationMemberNotExist', { FilterTargets: [5] }]],
  },
  UpdateRoleConfiguration: {
    works: async (made) => ({ ...(await hands.configuration(made)), NewDescription: 'x' }),
    refused: [
      ['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId }],
      [
        'InvalidParameter.ParamError',
        async (made) => ({ ...(await hands.configuration(made)), NewSessionDuration: 60 }),
      ],
    ],
  },
  DeleteRoleConfiguration: {
    works: hands.emptyConfiguration,
    refused: [
      ['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId }],
      ['InvalidParameter.RolePolicyAlreadyExist', hands.configuration],
      [
        'FailedOperation.RoleConfigurationProvisioningAlreadyDeployed',
        async (made) => only((await hands.assigned(made)).triple, 'RoleConfigurationId'),
      ],
    ],
  },
  AddPermissionPolicyToRoleConfiguration: {
    works: async (made) => ({ ...(await hands.emptyConfiguration(made)), ...SYSTEM }),
    refused: [
      ['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId, ...SYSTEM }],
      [
        'InvalidParameter.PolicyNameAlreadyExists',
        async (made) => ({ ...(await hands.configuration(made)), ...SYSTEM }),
      ],
      [
        'InvalidParameter.RolePolicyNotExist',
        async (made) => ({ ...(await hands.configuration(made)), ...SYSTEM, RolePolicyNames: ['None'] }),
      ],
    ],
  },
  RemovePermissionPolicyFromRoleConfiguration: {
    works: async (made) => ({
      ...(await hands.configuration(made)),
      ...{ RolePolicyType: 'Custom', RolePolicyName: 'read' },
    }),
    refused: [
      [
        'InvalidParameter.RolePolicyNotExist',
        async (made) => ({
          ...(await hands.configuration(made)),
          ...{ RolePolicyType: 'Custom', RolePolicyName: 'x' },
        }),
      ],
      ['InvalidParameter.ParamError', { RoleConfigurationId, RolePolicyType: 'System' }],
    ],
  },
  ListPermissionPoliciesInRoleConfiguration: {
    works: hands.configuration,
    refused: [['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId }], MISSING],
  },
  UpdateCustomPolicyForRoleConfiguration: {
    works: async (made) => ({
      ...(await hands.configuration(made)),
      ...{ CustomPolicyName: 'read', NewCustomPolicyDocument: DOCUMENT },
    }),
    refused: [
      [
        'InvalidParameter.PolicyTypeError',
        async (made) => ({
          ...(await hands.configuration(made)),
          ...{ CustomPolicyName: 'ReadOnlyAccess', NewCustomPolicyDocument: DOCUMENT },
        }),
      ],
      [
        'InvalidParameter.RolePolicyNotExist',
        async (made) => ({ ...(await hands.configuration(made)), CustomPolicyName: 'x' }),
      ],
      [
        'InvalidParameter.PolicyDocumentEmpty',
        async (made) => ({ ...(await hands.configuration(made)), CustomPolicyName: 'read' }),
      ],
    ],
  },
}

const NOT_A_MEMBER = { TargetUin: UNKNOWN_UIN }

export const ASSIGNMENT_CALLS: Calls = {
  CreateRoleAssignment: {
    works: async (made) => ({ RoleAssignmentInfo: [await hands.triple(made)] }),
    refused: [
      [
        'FailedOperation.OrganizationMemberNotExist',
        async (made) => ({ RoleAssignmentInfo: [{ ...(await hands.triple(made)), ...NOT_A_MEMBER }] }),
      ],
      [
        'FailedOperation.RoleConfigurationAuthorizationAlreadyExist',
        async (made) => ({ RoleAssignmentInfo: [(await hands.assigned(made)).triple] }),
      ],
      [
        'LimitExceeded.CreateRoleAssignmentLimitExceeded',
        async (made) => ({ RoleAssignmentInfo: Array<unknown>(51).fill(await hands.triple(made)) }),
      ],
      [
        'ResourceNotFound.UserNotExist',
        async (made) => ({ RoleAssignmentInfo: [{ ...(await hands.triple(made)), PrincipalId: UserId }] }),
      ],
    ],
  },
  ListRoleAssignments: { works: {}, refused: FILTERS },
  DeleteRoleAssignment: {
    works: async (made) => (await hands.assigned(made)).triple,
    refused: [
      ['ResourceNotFound.RoleConfigurationAuthorizationNotFound', hands.triple],
      [
        'FailedOperation.OrganizationMemberNotExist',
        async (made) => ({ ...(await hands.triple(made)), ...NOT_A_MEMBER }),
      ],
    ],
  },
  ProvisionRoleConfiguration: {
    works: hands.place,
    refused: [
      ['InvalidParameter.RoleConfigurationNotExist', (made) => ({ ...target(made), RoleConfigurationId })],
      [
        'FailedOperation.OrganizationMemberNotExist',
        async (made) => ({ ...(await hands.place(made)), ...NOT_A_MEMBER }),
      ],
      [
        'InvalidParameter.ParamError',
        async (made) => ({ ...(await hands.place(made)), TargetType: 'ManagerUin' }),
      ],
    ],
  },
  DismantleRoleConfiguration: {
    works: async (made) => {
      const { triple } = await hands.assigned(made)
      await made.call('2021-03-31', 'DeleteRoleAssignment', { ZoneId: made.ZoneId, ...triple })
      await made.world.services.deploymentWorker.drain()
      return placeOf(triple)
    },
    refused: [
      ['ResourceNotFound.RoleConfigurationProvisioningNotFound', hands.place],
      [
        'FailedOperation.RoleConfigurationAuthorizationExist',
        async (made) => placeOf((await hands.assigned(made)).triple),
      ],
    ],
  },
  ListRoleConfigurationProvisionings: { works: {}, refused: FILTERS },
  GetTaskStatus: {
    works: async (made) => only(await hands.assigned(made), 'TaskId'),
    refused: [['ResourceNotFound.RoleConfigurationTaskNotFound', { TaskId: `t-${UNKNOWN}` }], MISSING],
  },
  ListTasks: { works: {}, refused: FILTERS },
}

const syncOf = async (made: CallWorld) => ({
  ...target(made),
  PrincipalType: 'User',
  PrincipalId: await made.world.user(),
  DuplicationStrategy: 'KeepBoth',
  DeletionStrategy: 'Delete',
})
const NO_SYNC: Refusal = ['ResourceNotFound.UserProvisioningNotFound', { UserProvisioningId }]

export const USER_SYNC_CALLS: Calls = {
  CreateUserSyncProvisioning: {
    works: async (made) => ({ UserSyncProvisionings: [await syncOf(made)] }),
    refused: [
      [
        'FailedOperation.OrganizationMemberNotExist',
        async (made) => ({ UserSyncProvisionings: [{ ...(await syncOf(made)), ...NOT_A_MEMBER }] }),
      ],
      [
        'ResourceNotFound.UserNotExist',
        async (made) => ({ UserSyncProvisionings: [{ ...(await syncOf(made)), PrincipalId: UserId }] }),
      ],
    ],
  },
  GetUserSyncProvisioning: {
    works: async (made) => only(await hands.sync(made), 'UserProvisioningId'),
    refused: [NO_SYNC, MISSING],
  },
  ListUserSyncProvisionings: { works: {}, refused: [WRONG_TOKEN, TOO_MANY, NO_ACCOUNT] },
  UpdateUserSyncProvisioning: {
    works: async (made) => ({ ...only(await hands.sync(made), 'UserProvisioningId'), NewDescription: 'x' }),
    refused: [NO_SYNC, ['InvalidParameterValue', { UserProvisioningId, NewDeletionStrategy: 'Burn' }]],
  },
  DeleteUserSyncProvisioning: {
    works: async (made) => only(await hands.sync(made), 'UserProvisioningId'),
    refused: [NO_SYNC, MISSING],
  },
  GetProvisioningTaskStatus: {
    works: async (made) => only(await hands.sync(made), 'TaskId'),
    refused: [['ResourceNotFound.UserProvisioningTaskNotFound', { TaskId: `t-${UNKNOWN}` }], MISSING],
  },
}

/** One field of an object, under its name. */
const only = <Name extends string>(from: Readonly<Record<Name, unknown>>, name: Name) => ({
  [name]: from[name],
})

const placeOf = ({
  PrincipalType: _type,
  PrincipalId: _id,
  ...place
}: Awaited<ReturnType<typeof hands.triple>>) => place

const named = async ({ world }: CallWorld) => {
  const id = await world.user()
  return (await world.services.users.get(world.administrator, id)).userName
}
const grouped = async ({ world }: CallWorld) => {
  const id = await world.group()
  return (await world.services.groups.get(world.administrator, id)).displayName
}
