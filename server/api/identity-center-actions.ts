/** Organization (2021-03-31): the actions of the identity center, in the order of its reference. */
import type { ApiService } from './action.js'
import { groupActions, type GroupActionDeps } from './group-actions.js'
import { roleAssignmentActions, type RoleAssignmentActionDeps } from './role-assignment-actions.js'
import { roleConfigurationActions, type RoleConfigurationActionDeps } from './role-configuration-actions.js'
import { samlActions, type SamlActionDeps } from './saml-actions.js'
import { scimActions, type ScimActionDeps } from './scim-actions.js'
import { userActions, type UserActionDeps } from './user-actions.js'
import { userSyncActions, type UserSyncActionDeps } from './user-sync-actions.js'
import { zoneOverviewActions, type ZoneActionDeps } from './zone-actions.js'

export type IdentityCenterDeps = ZoneActionDeps &
  UserActionDeps &
  GroupActionDeps &
  ScimActionDeps &
  SamlActionDeps &
  RoleConfigurationActionDeps &
  RoleAssignmentActionDeps &
  UserSyncActionDeps

/** What the cloud's organization service has beyond: directory, service control policies, invitations, sharing. */
const UNSUPPORTED = `
  GetIPWhitelist UpdateIPWhitelist CreateOrganization DescribeOrganization
  DeleteOrganization AddOrganizationNode DescribeOrganizationNodes UpdateOrganizationNode DeleteOrganizationNodes
  MoveOrganizationNodeMembers CreateOrganizationMember DescribeOrganizationMembers UpdateOrganizationMember
  DeleteOrganizationMembers InviteOrganizationMember QuitOrganization DeleteAccount CheckAccountDelete EnablePolicyType
  DisablePolicyType DescribePolicyConfig CreatePolicy UpdatePolicy DeletePolicy DescribePolicy ListPolicies AttachPolicy
  DetachPolicy ListTargetsForPolicy ListPoliciesForTarget DescribeEffectivePolicy AcceptJoinShareUnitInvitation
  AddOrganizationMemberEmail AddShareUnit AddShareUnitMembers AddShareUnitNode AddShareUnitResources
  BindOrganizationMemberAuthAccount BindOrganizationPolicySubAccount CancelOrganizationMemberAuthAccount
  CancelOrganizationPolicySubAccount CreateOrgServiceAssign CreateOrganizationIdentity CreateOrganizationMemberAuthIdentity
  CreateOrganizationMemberPolicy CreateOrganizationMembersPolicy DeleteOrgServiceAssign DeleteOrganizationIdentity
  DeleteOrganizationMemberAuthIdentity DeleteOrganizationMembersPolicy DeleteShareUnit DeleteShareUnitMembers
  DeleteShareUnitNode DeleteShareUnitResources DescribeOrganizationAuthNode DescribeOrganizationFinancialByMember
  DescribeOrganizationFinancialByMonth DescribeOrganizationFinancialByProduct DescribeOrganizationMemberAuthAccounts
  DescribeOrganizationMemberAuthIdentities DescribeOrganizationMemberEmailBind DescribeOrganizationMemberPolicies
  DescribeOrganizationMembersAuthPolicy DescribeResourceToShareMember DescribeShareAreas DescribeShareUnitMembers
  DescribeShareUnitNodes DescribeShareUnitResources DescribeShareUnits ListNonCompliantResource ListOrgServiceAssignMember
  ListOrganizationIdentity ListOrganizationService RejectJoinShareUnitInvitation SendOrgMemberAccountBindEmail
  UpdateOrganizationIdentity UpdateOrganizationMemberEmailBind UpdateOrganizationMembersPolicy UpdateShareUnit
`

export const identityCenterActions = (deps: IdentityCenterDeps): ApiService => ({
  name: 'organization',
  version: '2021-03-31',
  actions: [
    ...zoneOverviewActions(deps),
    ...userActions(deps),
    ...groupActions(deps),
    ...scimActions(deps),
    ...samlActions(deps),
    ...roleConfigurationActions(deps),
    ...roleAssignmentActions(deps),
    ...userSyncActions(deps),
  ],
  unsupported: UNSUPPORTED.trim().split(/\s+/),
})
