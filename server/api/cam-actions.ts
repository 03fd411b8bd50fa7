/** Cloud Access Management (2019-01-16): known, and managed here by other means than its API. */
import type { ApiService } from './action.js'

const UNSUPPORTED = `
  AddUser GetUser ListUsers UpdateUser DeleteUser DescribeSubAccounts GetUserAppId CreateAccessKey ListAccessKeys
  UpdateAccessKey DeleteAccessKey CreateGroup GetGroup ListGroups UpdateGroup DeleteGroup AddUserToGroup RemoveUserFromGroup
  ListUsersForGroup ListGroupsForUser CreateRole GetRole DescribeRoleList DeleteRole UpdateAssumeRolePolicy
  UpdateRoleDescription UpdateRoleConsoleLogin UpdateRoleSessionDuration AttachRolePolicy DetachRolePolicy
  ListAttachedRolePolicies CreatePolicy GetPolicy ListPolicies UpdatePolicy DeletePolicy AttachUserPolicy DetachUserPolicy
  ListAttachedUserPolicies ListAttachedUserAllPolicies AttachGroupPolicy DetachGroupPolicy ListAttachedGroupPolicies
  ListEntitiesForPolicy CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion
  CreateSAMLProvider GetSAMLProvider ListSAMLProviders UpdateSAMLProvider DeleteSAMLProvider PutUserPermissionsBoundary
  DeleteUserPermissionsBoundary PutRolePermissionsBoundary DeleteRolePermissionsBoundary BuildDataFlowAuthToken
  ConsumeCustomMFAToken CreateMessageReceiver CreateOIDCConfig CreateServiceLinkedRole CreateSubAccountLoginIpPolicy
  CreateUserOIDCConfig CreateUserSAMLConfig DeleteMessageReceiver DeleteOIDCConfig DeleteServiceLinkedRole DescribeOIDCConfig
  DescribeSafeAuthFlag DescribeSafeAuthFlagColl DescribeSafeAuthFlagIntl DescribeUserOIDCConfig DescribeUserSAMLConfig
  DisableUserSSO GetAccountSummary GetCustomMFATokenInfo GetPasswordRules GetRolePermissionBoundary GetSecurityLastUsed
  GetServiceLinkedRoleDeletionStatus GetUserPermissionBoundary ListAccounts ListCollaborators
  ListPoliciesGrantingServiceAccess ListReceiver ListWeChatWorkSubAccounts SetMfaFlag TagRole UntagRole UpdateOIDCConfig
  UpdatePasswordRules UpdateUserOIDCConfig UpdateUserSAMLConfig
`

export const camActions: ApiService = {
  name: 'cam',
  version: '2019-01-16',
  actions: [],
  unsupported: UNSUPPORTED.trim().split(/\s+/),
}
