/** Cloud Access Management (2019-01-16): users, groups, roles, policies, SAML providers and keys of the caller's account. */
import type { ApiService } from './action.js'
import { camAttachmentActions, type CamAttachmentActionDeps } from './cam-attachment-actions.js'
import { camGroupActions, type CamGroupActionDeps } from './cam-group-actions.js'
import { camPolicyActions, type CamPolicyActionDeps } from './cam-policy-actions.js'
import { camRoleActions, type CamRoleActionDeps } from './cam-role-actions.js'
import { camUserActions, type CamUserActionDeps } from './cam-user-actions.js'

export type CamActionDeps = CamUserActionDeps &
  CamGroupActionDeps &
  CamRoleActionDeps &
  CamPolicyActionDeps &
  CamAttachmentActionDeps

const UNSUPPORTED = `
  BuildDataFlowAuthToken
  ConsumeCustomMFAToken CreateMessageReceiver CreateOIDCConfig CreateServiceLinkedRole CreateSubAccountLoginIpPolicy
  CreateUserOIDCConfig CreateUserSAMLConfig DeleteMessageReceiver DeleteOIDCConfig DeleteServiceLinkedRole DescribeOIDCConfig
  DescribeSafeAuthFlag DescribeSafeAuthFlagColl DescribeSafeAuthFlagIntl DescribeUserOIDCConfig DescribeUserSAMLConfig
  DisableUserSSO GetAccountSummary GetCustomMFATokenInfo GetPasswordRules GetRolePermissionBoundary GetSecurityLastUsed
  GetServiceLinkedRoleDeletionStatus GetUserPermissionBoundary ListAccounts ListCollaborators
  ListPoliciesGrantingServiceAccess ListReceiver ListWeChatWorkSubAccounts SetMfaFlag TagRole UntagRole UpdateOIDCConfig
  UpdatePasswordRules UpdateUserOIDCConfig UpdateUserSAMLConfig
`

export const camActions = (deps: CamActionDeps): ApiService => ({
  name: 'cam',
  version: '2019-01-16',
  actions: [
    ...camUserActions(deps),
    ...camGroupActions(deps),
    ...camRoleActions(deps),
    ...camPolicyActions(deps),
    ...camAttachmentActions(deps),
  ],
  unsupported: UNSUPPORTED.trim().split(/\s+/),
})
