/** Calls of Cloud Access Management in a member account. Unless a call says otherwise the account itself asks. */
import { DOCUMENT } from '../permission-world.js'
import {
  NO_SUCH_FIELD,
  READ_ONLY,
  UNKNOWN_UIN,
  type ActionCalls,
  type Calls,
  type CallWorld,
  type Parameters,
  type Refusal,
  type Wanted,
} from './call.js'

const CAM = '2019-01-16'
const NO_ID = 999_999
const NO_POLICY = 2
const PAGE = { Page: 1, Rp: 10 }

const ask = (made: CallWorld, action: string, parameters: Parameters) =>
  made.call(CAM, action, parameters, 'member')

const numberOf = (answer: Parameters, field: string) => Number(answer[field])

const make = {
  user: async (made: CallWorld) => {
    const Name = made.unique('user')
    return { Name, Uin: numberOf(await ask(made, 'AddUser', { Name }), 'Uin') }
  },
  withKey: async (made: CallWorld) => {
    const Name = made.unique('user')
    const answer = await ask(made, 'AddUser', { Name, UseApi: 1 })
    return { Name, TargetUin: numberOf(answer, 'Uin'), AccessKeyId: String(answer['SecretId']) }
  },
  group: async (made: CallWorld) => {
    const GroupName = made.unique('group')
    return { GroupName, GroupId: numberOf(await ask(made, 'CreateGroup', { GroupName }), 'GroupId') }
  },
  role: async (made: CallWorld) => {
    const RoleName = made.unique('role')
    await ask(made, 'CreateRole', { RoleName, PolicyDocument: trust(made) })
    return { RoleName }
  },
  policy: async (made: CallWorld) => {
    const PolicyName = made.unique('policy')
    const answer = await ask(made, 'CreatePolicy', { PolicyName, PolicyDocument: DOCUMENT })
    return { PolicyName, PolicyId: numberOf(answer, 'PolicyId') }
  },
  provider: async (made: CallWorld) => {
    const Name = made.unique('idp')
    await ask(made, 'CreateSAMLProvider', { Name, Description: '', SAMLMetadataDocument: made.metadata })
    return { Name }
  },
} as const

const trust = ({ member }: CallWorld) =>
  JSON.stringify({
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: 'name/sts:AssumeRole',
        principal: { qcs: [`qcs::cam::uin/${member}:root`] },
      },
    ],
  })

const DENIED = (wanted: Wanted = {}): Refusal => ['AuthFailure.UnauthorizedOperation', wanted, 'nobody']
const NO_USER: Refusal = ['ResourceNotFound.UserNotExist', { Name: 'nobody-at-all' }]
const MISSING: Refusal = ['MissingParameter', {}]
const roleless = (parameters: Parameters): readonly [Refusal, Refusal] => [
  ['InvalidParameter.RoleNotExist', { RoleName: 'none', ...parameters }],
  ['InvalidParameter.ParamError', parameters],
]

export const CAM_USER_CALLS: Calls = {
  AddUser: {
    works: { Name: 'first', ConsoleLogin: 1, UseApi: 1 },
    refused: [
      ['InvalidParameter.SubUserNameInUse', { Name: 'FIRST' }],
      ['InvalidParameter.UserNameIllegal', { Name: 'a b' }],
      ['InvalidParameter.PasswordViolatedRules', { Name: 'x', ConsoleLogin: 1, Password: 'weak' }],
      DENIED({ Name: 'y' }),
    ],
  },
  GetUser: { works: { Name: 'first' }, refused: [NO_USER, DENIED({ Name: 'first' })] },
  ListUsers: { works: {}, refused: [DENIED(), NO_SUCH_FIELD] },
  UpdateUser: {
    works: { Name: 'first', Remark: 'x' },
    refused: [NO_USER, ['InvalidParameter.ParamError', { Name: 'first', Email: 'x' }]],
  },
  DeleteUser: {
    works: async (made) => ({ Name: (await make.user(made)).Name }),
    refused: [NO_USER, ['OperationDenied.HaveKeys', { Name: 'first' }]],
  },
  DescribeSubAccounts: {
    works: { FilterSubAccountUin: [UNKNOWN_UIN] },
    refused: [MISSING, DENIED({ FilterSubAccountUin: [UNKNOWN_UIN] })],
  },
  GetUserAppId: { works: {}, refused: [NO_SUCH_FIELD, ['AuthFailure.InvalidAuthorization', {}, 'unsigned']] },
  CreateAccessKey: {
    works: async (made) => ({ TargetUin: (await make.user(made)).Uin }),
    refused: [
      ['InvalidParameter.UserNotExist', { TargetUin: UNKNOWN_UIN }],
      ['OperationDenied.SubUin', ({ member }) => ({ TargetUin: member }), 'nobody'],
    ],
  },
  ListAccessKeys: {
    works: async (made) => ({ TargetUin: (await make.user(made)).Uin }),
    refused: [['InvalidParameter.UserNotExist', { TargetUin: UNKNOWN_UIN }], DENIED()],
  },
  UpdateAccessKey: {
    works: async (made) => ({ ...keyOf(await make.withKey(made)), Status: 'Inactive' }),
    refused: [
      ['ResourceNotFound.SecretNotExist', { AccessKeyId: 'x', Status: 'Active' }],
      ['InvalidParameterValue', { AccessKeyId: 'x', Status: 'Off' }],
    ],
  },
  DeleteAccessKey: {
    works: async (made) => keyOf(await make.withKey(made)),
    refused: [['ResourceNotFound.SecretNotExist', { AccessKeyId: 'x' }], MISSING],
  },
}

const keyOf = ({ TargetUin, AccessKeyId }: Awaited<ReturnType<typeof make.withKey>>) => ({
  TargetUin,
  AccessKeyId,
})

const membership = async (made: CallWorld) => ({
  Info: [{ GroupId: (await make.group(made)).GroupId, Uin: (await make.user(made)).Uin }],
})
const MEMBERSHIP_REFUSALS: readonly [Refusal, Refusal] = [
  [
    'InvalidParameter.GroupNotExist',
    async (made) => ({ Info: [{ GroupId: 0, Uin: (await make.user(made)).Uin }] }),
  ],
  ['InvalidParameter.UserUinAndUinNotAllNull', { Info: [{ GroupId: 0 }] }],
]

export const CAM_GROUP_CALLS: Calls = {
  CreateGroup: {
    works: { GroupName: 'first' },
    refused: [
      ['InvalidParameter.GroupNameInUse', { GroupName: 'FIRST' }],
      ['InvalidParameter.ParamError', { GroupName: ' ' }],
    ],
  },
  GetGroup: {
    works: async (made) => groupOf(await make.group(made)),
    refused: [['ResourceNotFound.UserNotExist', { GroupId: NO_ID }], MISSING],
  },
  ListGroups: { works: {}, refused: [['InvalidParameterValue', { Rp: 201 }], DENIED()] },
  UpdateGroup: {
    works: async (made) => ({ ...groupOf(await make.group(made)), Remark: 'x' }),
    refused: [
      ['ResourceNotFound.GroupNotExist', { GroupId: NO_ID, Remark: 'x' }],
      [
        'InvalidParameter.GroupNameInUse',
        async (made) => ({ ...groupOf(await make.group(made)), GroupName: 'first' }),
      ],
    ],
  },
  DeleteGroup: {
    works: async (made) => groupOf(await make.group(made)),
    refused: [['ResourceNotFound.UserNotExist', { GroupId: NO_ID }], DENIED({ GroupId: NO_ID })],
  },
  AddUserToGroup: { works: membership, refused: MEMBERSHIP_REFUSALS },
  RemoveUserFromGroup: { works: membership, refused: MEMBERSHIP_REFUSALS },
  ListUsersForGroup: {
    works: async (made) => groupOf(await make.group(made)),
    refused: [
      ['ResourceNotFound.GroupNotExist', { GroupId: NO_ID }],
      ['InvalidParameterValue', { GroupId: NO_ID, Page: 0 }],
    ],
  },
  ListGroupsForUser: {
    works: async (made) => ({ SubUin: (await make.user(made)).Uin }),
    refused: [
      ['ResourceNotFound.UserNotExist', { SubUin: UNKNOWN_UIN }],
      ['InvalidParameter.UserUinAndUinNotAllNull', {}],
    ],
  },
}

const groupOf = ({ GroupId }: { readonly GroupId: number }) => ({ GroupId })

export const CAM_ROLE_CALLS: Calls = {
  CreateRole: {
    works: (made) => ({ RoleName: 'first', PolicyDocument: trust(made) }),
    refused: [
      ['InvalidParameter.RoleNameInUse', (made) => ({ RoleName: 'FIRST', PolicyDocument: trust(made) })],
      ['InvalidParameter.RoleNameError', (made) => ({ RoleName: '/', PolicyDocument: trust(made) })],
      ['InvalidParameter.PolicyDocumentError', { RoleName: 'x', PolicyDocument: 'x' }],
    ],
  },
  GetRole: { works: make.role, refused: roleless({}) },
  DescribeRoleList: { works: PAGE, refused: [MISSING, DENIED(PAGE)] },
  DeleteRole: { works: make.role, refused: roleless({}) },
  UpdateAssumeRolePolicy: {
    works: async (made) => ({ ...(await make.role(made)), PolicyDocument: trust(made) }),
    refused: [
      ['InvalidParameter.RoleNotExist', (made) => ({ RoleName: 'none', PolicyDocument: trust(made) })],
      ['InvalidParameter.PolicyDocumentError', { RoleName: 'first', PolicyDocument: 'x' }],
    ],
  },
  UpdateRoleDescription: {
    works: { RoleName: 'first', Description: 'x' },
    refused: [
      ...roleless({ Description: 'x' }),
      ['InvalidParameter.DescriptionLengthOverlimit', { RoleName: 'first', Description: 'x'.repeat(2000) }],
    ],
  },
  UpdateRoleConsoleLogin: {
    works: { RoleName: 'first', ConsoleLogin: 1 },
    refused: roleless({ ConsoleLogin: 1 }),
  },
  UpdateRoleSessionDuration: {
    works: { RoleName: 'first', SessionDuration: 900 },
    refused: [
      ['InvalidParameter.RoleNotExist', { RoleName: 'none', SessionDuration: 900 }],
      ['InvalidParameter.ParamError', { RoleName: 'first', SessionDuration: 899 }],
    ],
  },
  CreateSAMLProvider: {
    works: ({ metadata }) => ({ Name: 'first', Description: '', SAMLMetadataDocument: metadata }),
    refused: [
      [
        'InvalidParameter.IdentityNameInUse',
        ({ metadata }) => ({ Name: 'first', Description: '', SAMLMetadataDocument: metadata }),
      ],
      [
        'InvalidParameterValue.NameError',
        ({ metadata }) => ({ Name: '/', Description: '', SAMLMetadataDocument: metadata }),
      ],
      ['InvalidParameterValue.MetadataError', { Name: 'x', Description: '', SAMLMetadataDocument: 'PGE+' }],
    ],
  },
  GetSAMLProvider: {
    works: { Name: 'first' },
    refused: [['ResourceNotFound.IdentityNotExist', { Name: 'none' }], MISSING],
  },
  ListSAMLProviders: { works: {}, refused: [DENIED(), NO_SUCH_FIELD] },
  UpdateSAMLProvider: {
    works: { Name: 'first', Description: 'x' },
    refused: [
      ['ResourceNotFound.IdentityNotExist', { Name: 'none', Description: 'x' }],
      ['InvalidParameterValue.MetadataError', { Name: 'first', SAMLMetadataDocument: '<x>' }],
    ],
  },
  DeleteSAMLProvider: {
    works: make.provider,
    refused: [['ResourceNotFound.IdentityNotExist', { Name: 'none' }], DENIED({ Name: 'first' })],
  },
}

const policyOf = ({ PolicyId }: { readonly PolicyId: number }) => ({ PolicyId })
const policy = async (made: CallWorld) => policyOf(await make.policy(made))
const NO_VERSION = async (made: CallWorld) => ({ ...(await policy(made)), VersionId: 9 })

export const CAM_POLICY_CALLS: Calls = {
  CreatePolicy: {
    works: { PolicyName: 'first', PolicyDocument: DOCUMENT },
    refused: [
      ['FailedOperation.PolicyNameInUse', { PolicyName: 'first', PolicyDocument: DOCUMENT }],
      ['InvalidParameter.PolicyNameError', { PolicyName: '', PolicyDocument: DOCUMENT }],
      ['InvalidParameter.PolicyDocumentError', { PolicyName: 'x', PolicyDocument: 'x' }],
    ],
  },
  GetPolicy: {
    works: policy,
    refused: [['ResourceNotFound.PolicyIdNotFound', { PolicyId: NO_POLICY }], MISSING],
  },
  ListPolicies: { works: {}, refused: [['InvalidParameterValue', { Scope: 'x' }], DENIED()] },
  UpdatePolicy: {
    works: async (made) => ({ ...(await policy(made)), Description: 'x' }),
    refused: [
      ['InvalidParameter.PolicyIdError', { PolicyId: READ_ONLY, Description: 'x' }],
      ['InvalidParameter.PolicyIdNotExist', { PolicyId: 2_000_000_000, Description: 'x' }],
      ['FailedOperation.PolicyNameInUse', async (made) => ({ ...(await policy(made)), PolicyName: 'first' })],
    ],
  },
  DeletePolicy: {
    works: async (made) => ({ PolicyId: [(await make.policy(made)).PolicyId] }),
    refused: [
      ['InvalidParameter.PolicyIdError', { PolicyId: [READ_ONLY] }],
      ['InvalidParameter.ParamError', { PolicyId: [] }],
      ['ResourceNotFound.PolicyIdNotFound', { PolicyId: [NO_POLICY] }],
    ],
  },
  CreatePolicyVersion: {
    works: async (made) => ({ ...(await policy(made)), PolicyDocument: DOCUMENT, SetAsDefault: true }),
    refused: [
      [
        'InvalidParameter.PolicyIdNotExist',
        { PolicyId: NO_POLICY, PolicyDocument: DOCUMENT, SetAsDefault: true },
      ],
      [
        'InvalidParameter.PolicyDocumentError',
        { PolicyId: NO_POLICY, PolicyDocument: 'x', SetAsDefault: true },
      ],
    ],
  },
  GetPolicyVersion: {
    works: async (made) => ({ ...(await policy(made)), VersionId: 1 }),
    refused: [
      ['InvalidParameter.PolicyVersionNotExists', NO_VERSION],
      ['ResourceNotFound.PolicyIdNotFound', { PolicyId: NO_POLICY, VersionId: 1 }],
    ],
  },
  ListPolicyVersions: {
    works: policy,
    refused: [['ResourceNotFound.PolicyIdNotFound', { PolicyId: NO_POLICY }], MISSING],
  },
  SetDefaultPolicyVersion: {
    works: async (made) => {
      const named = await policy(made)
      const version = { ...named, PolicyDocument: DOCUMENT, SetAsDefault: false }
      return { ...named, VersionId: numberOf(await ask(made, 'CreatePolicyVersion', version), 'VersionId') }
    },
    refused: [
      [
        'FailedOperation.PolicyVersionAlreadyDefault',
        async (made) => ({ ...(await policy(made)), VersionId: 1 }),
      ],
      ['InvalidParameter.PolicyVersionNotExists', NO_VERSION],
    ],
  },
  DeletePolicyVersion: {
    works: async (made) => {
      const named = await policy(made)
      await ask(made, 'CreatePolicyVersion', { ...named, PolicyDocument: DOCUMENT, SetAsDefault: true })
      return { ...named, VersionId: [1] }
    },
    refused: [
      [
        'FailedOperation.PolicyVersionAlreadyDefault',
        async (made) => ({ ...(await policy(made)), VersionId: [1] }),
      ],
      ['InvalidParameter.PolicyIdNotExist', { PolicyId: NO_POLICY, VersionId: [1] }],
    ],
  },
}

/** Attaching or detaching: by the names of the fields that say to whom, and what refuses an unknown one. */
const attachment = (
  holder: (made: CallWorld) => Promise<Parameters>,
  unknown: Parameters,
  code: string,
): ActionCalls => ({
  works: async (made) => ({ ...(await holder(made)), PolicyId: READ_ONLY }),
  refused: [
    ['InvalidParameter.PolicyIdNotExist', async (made) => ({ ...(await holder(made)), PolicyId: NO_POLICY })],
    [code, { ...unknown, PolicyId: READ_ONLY }],
  ],
})
const userAs = (field: string) => async (made: CallWorld) => ({ [field]: (await make.user(made)).Uin })
const groupAs = (field: string) => async (made: CallWorld) => ({ [field]: (await make.group(made)).GroupId })
const roleAs = (field: string) => async (made: CallWorld) => ({ [field]: (await make.role(made)).RoleName })
const NO_CAM_USER = 'InvalidParameter.UserNotExist'
const NO_CAM_GROUP = 'ResourceNotFound.GroupNotExist'
const NO_ROLE = 'InvalidParameter.RoleNotExist'

export const CAM_ATTACHMENT_CALLS: Calls = {
  AttachUserPolicy: attachment(userAs('AttachUin'), { AttachUin: UNKNOWN_UIN }, NO_CAM_USER),
  DetachUserPolicy: attachment(userAs('DetachUin'), { DetachUin: UNKNOWN_UIN }, NO_CAM_USER),
  AttachGroupPolicy: attachment(groupAs('AttachGroupId'), { AttachGroupId: NO_ID }, NO_CAM_GROUP),
  DetachGroupPolicy: attachment(groupAs('DetachGroupId'), { DetachGroupId: NO_ID }, NO_CAM_GROUP),
  AttachRolePolicy: attachment(roleAs('AttachRoleName'), { AttachRoleName: 'none' }, NO_ROLE),
  DetachRolePolicy: attachment(roleAs('DetachRoleName'), { DetachRoleName: 'none' }, NO_ROLE),
  PutUserPermissionsBoundary: attachment(userAs('TargetUin'), { TargetUin: UNKNOWN_UIN }, NO_CAM_USER),
  PutRolePermissionsBoundary: attachment(roleAs('RoleName'), { RoleName: 'none' }, NO_ROLE),
  DeleteUserPermissionsBoundary: {
    works: userAs('TargetUin'),
    refused: [[NO_CAM_USER, { TargetUin: UNKNOWN_UIN }], MISSING],
  },
  DeleteRolePermissionsBoundary: { works: make.role, refused: roleless({}) },
  ListAttachedUserPolicies: {
    works: userAs('TargetUin'),
    refused: [['ResourceNotFound.UserNotExist', { TargetUin: UNKNOWN_UIN }], MISSING],
  },
  ListAttachedUserAllPolicies: {
    works: async (made) => ({ ...(await userAs('TargetUin')(made)), ...PAGE, AttachType: 0 }),
    refused: [
      ['ResourceNotFound.UserNotExist', { TargetUin: UNKNOWN_UIN, ...PAGE, AttachType: 0 }],
      ['InvalidParameterValue', { TargetUin: UNKNOWN_UIN, ...PAGE, AttachType: 5 }],
    ],
  },
  ListAttachedGroupPolicies: {
    works: groupAs('TargetGroupId'),
    refused: [[NO_CAM_GROUP, { TargetGroupId: NO_ID }], MISSING],
  },
  ListAttachedRolePolicies: {
    works: async (made) => ({ ...(await make.role(made)), ...PAGE }),
    refused: [['InvalidParameter.ParamError', { ...PAGE, RoleName: 'none' }], MISSING],
  },
  ListEntitiesForPolicy: {
    works: policy,
    refused: [
      ['InvalidParameter.PolicyIdError', { PolicyId: NO_POLICY }],
      ['InvalidParameterValue', { PolicyId: NO_POLICY, EntityFilter: 'x' }],
    ],
  },
}
