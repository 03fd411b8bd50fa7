/** Organization (2021-03-31): the actions of the identity center and of the directory, in the order of the reference. */
import type { ApiService } from './action.js'
import { groupActions, type GroupActionDeps } from './group-actions.js'
import { organizationActions, type OrganizationActionDeps } from './organization-actions.js'
import { roleAssignmentActions, type RoleAssignmentActionDeps } from './role-assignment-actions.js'
import { roleConfigurationActions, type RoleConfigurationActionDeps } from './role-configuration-actions.js'
import { samlActions, type SamlActionDeps } from './saml-actions.js'
import { scimActions, type ScimActionDeps } from './scim-actions.js'
import { serviceControlActions, type ServiceControlActionDeps } from './service-control-actions.js'
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
  UserSyncActionDeps &
  OrganizationActionDeps &
  ServiceControlActionDeps

/** What the cloud's organization service has beyond: sharing, identities, bills. */
const UNSUPPORTED = `
  AcceptJoinShareUnitInvitation AddOrganizationMemberEmail AddShareUnit AddShareUnitMembers AddShareUnitNode AddShareUnitResources
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
    ...organizationActions(deps),
    ...serviceControlActions(deps),
  ],
  unsupported: UNSUPPORTED.trim().split(/\s+/),
})
