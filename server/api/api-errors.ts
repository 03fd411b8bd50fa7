/** Refusals as the cloud API says them. The status of its answers is always 200; clients go by the code. */
import type { ErrorCode, ErrorKind, IdentityCenterError } from '../domain/errors.js'
import { ApiError } from './api-error.js'

/** A code, or the choice of one by what the error says. */
type CodeOf = string | ((error: IdentityCenterError) => string)

/** What one action answers differently from the rest. */
export type ErrorNames = Readonly<Partial<Record<ErrorCode, CodeOf>>>

const CODE_OF_KIND: Readonly<Record<ErrorKind, string>> = {
  invalid: 'InvalidParameter',
  unauthenticated: 'UnauthorizedOperation',
  forbidden: 'UnauthorizedOperation',
  notFound: 'ResourceNotFound',
  conflict: 'FailedOperation',
  precondition: 'FailedOperation',
  limit: 'LimitExceeded',
  tooMany: 'RequestLimitExceeded',
  tooLarge: 'RequestSizeLimitExceeded',
  mediaType: 'UnsupportedProtocol',
  unavailable: 'ServiceUnavailable',
}

/** Which kind of thing holds on to what cannot be deleted, with the code that says so; the first one found is told. */
const blockerCode =
  (codes: Readonly<Record<string, string>>): CodeOf =>
  ({ facts }) => {
    const blockers = Array.isArray(facts['blockers']) ? (facts['blockers'] as readonly unknown[]) : []
    for (const [kind, code] of Object.entries(codes)) {
      const isOfKind = (blocker: unknown) =>
        typeof blocker === 'object' && blocker !== null && 'kind' in blocker && blocker.kind === kind
      if (blockers.some(isOfKind)) return code
    }
    return 'FailedOperation'
  }

/** Codes that the cloud has more to say about than their kind does. */
const CLOSER: ErrorNames = {
  'user.notFound': 'ResourceNotFound.UserNotExist',
  'user.nameTaken': 'InvalidParameter.UsernameAlreadyExists',
  'user.nameInvalid': 'InvalidParameter.UsernameFormatError',
  'user.emailTaken': 'InvalidParameter.EmailAlreadyExists',
  'user.attributeInvalid': 'InvalidParameter.ParamError',
  'user.synchronized': 'FailedOperation.SynchronizedUserNotUpdate',
  'user.manual': 'FailedOperation.ManualUserNotUpdate',
  'user.inUse': blockerCode({
    group: 'InvalidParameter.UserAlreadyExistsGroup',
    assignment: 'FailedOperation.RoleConfigurationAuthorizationExist',
    userSync: 'FailedOperation.UserProvisioningExists',
  }),
  'user.quota': 'FailedOperation.UserOverUpperLimit',
  'user.groupQuota': 'FailedOperation.UserAddGroupCountOverUpperLimit',
  'group.notFound': 'InvalidParameter.GroupNotExist',
  'group.nameTaken': 'InvalidParameter.GroupNameAlreadyExists',
  'group.nameInvalid': 'InvalidParameter.GroupNameFormatError',
  'group.attributeInvalid': 'InvalidParameter.ParamError',
  'group.synchronized': 'FailedOperation.SynchronizedGroupNotUpdate',
  'group.manual': 'FailedOperation.ManualGroupNotUpdate',
  'group.inUse': blockerCode({
    user: 'FailedOperation.DeleteGroupNotAllowExistUser',
    assignment: 'FailedOperation.RoleConfigurationAuthorizationExist',
    userSync: 'FailedOperation.UserProvisioningExists',
  }),
  'group.hasMembers': 'FailedOperation.DeleteGroupNotAllowExistUser',
  'group.memberUnknown': 'ResourceNotFound.UserNotExist',
  'group.memberExists': 'InvalidParameter.GroupUserAlreadyExists',
  'group.memberMissing': 'InvalidParameter.GroupUserNotExist',
  'group.typeMismatch': 'FailedOperation.GroupTypeUserTypeNotMatch',
  'group.quota': 'FailedOperation.GroupOverUpperLimit',
  'group.memberQuota': 'FailedOperation.GroupUserCountOverUpperLimit',
  'filter.malformed': 'InvalidParameter.ParamError',
  'filter.tooComplex': 'InvalidParameter.ParamError',
  'scimCredential.notFound': 'InvalidParameter.ScimCredentialNotFound',
  'scimCredential.limit': 'LimitExceeded.ScimCredentialLimitExceeded',
  'zone.notOpen': 'FailedOperation.IdentityCenterNotOpen',
  'zone.alreadyOpen': 'FailedOperation.IdentityCenterAlreadyOpen',
  'zone.notFound': 'FailedOperation.ZoneIdNotExist',
  'zone.nameInvalid': 'InvalidParameterValue.ZoneNameFormatError',
  'zone.nameTaken': 'InvalidParameterValue.IdentityCenterZoneNameAlreadyExist',
  'identityProvider.notFound': 'ResourceNotFound.SAMLIdentityProviderNotFound',
  'identityProvider.metadataInvalid': 'FailedOperation.XMLDataUnmarshalFailed',
  'identityProvider.incomplete': 'InvalidParameterValue.SSoStatusInvalid',
  'identityProvider.inUse': 'FailedOperation.SSoStatusEnableNotClearIdentityProvider',
  'certificate.notFound': 'ResourceNotFound.X509CertificateNotFound',
  'certificate.invalid': 'InvalidParameterValue.X509CertificateFormatError',
  'certificate.exists': 'FailedOperation.X509CertificateAlreadyExist',
  'certificate.limit': 'FailedOperation.X509CertificateLimitExceeded',
  'certificate.last': 'FailedOperation.X509CertificateMinimumRequired',
  'permissionConfiguration.notFound': 'InvalidParameter.RoleConfigurationNotExist',
  'permissionConfiguration.nameTaken': 'InvalidParameter.ConfigurationNameAlreadyExists',
  'permissionConfiguration.nameInvalid': 'InvalidParameter.ConfigurationNameFormatError',
  'permissionConfiguration.invalid': 'InvalidParameter.ParamError',
  'permissionConfiguration.inUse': blockerCode({
    deployment: 'FailedOperation.RoleConfigurationProvisioningAlreadyDeployed',
    presetPolicy: 'InvalidParameter.RolePolicyAlreadyExist',
    customPolicy: 'InvalidParameter.RolePolicyAlreadyExist',
  }),
  'permissionConfiguration.deployed': 'FailedOperation.RoleConfigurationProvisioningAlreadyDeployed',
  'permissionConfiguration.assigned': 'FailedOperation.RoleConfigurationAuthorizationExist',
  'permissionConfiguration.quota': 'FailedOperation.ConfigurationOverUpperLimit',
  'policy.notFound': 'InvalidParameter.RolePolicyNotExist',
  'policy.nameTaken': 'InvalidParameter.PolicyNameAlreadyExists',
  'policy.nameInvalid': 'InvalidParameter.PolicyNameSizeOverUpperLimit',
  // The cloud has a code for every rule that a policy can break.
  'policy.invalid': ({ facts }) =>
    typeof facts['reason'] === 'string' ? facts['reason'] : 'InvalidParameter.PolicyDocumentError',
  'policy.limit': ({ facts }) =>
    facts['type'] === 'custom'
      ? 'FailedOperation.CustomPolicyOverUpperLimit'
      : 'FailedOperation.SystemPolicyOverUpperLimit',
  'account.notFound': 'FailedOperation.OrganizationMemberNotExist',
  'assignment.notFound': 'ResourceNotFound.RoleConfigurationAuthorizationNotFound',
  'assignment.exists': 'FailedOperation.RoleConfigurationAuthorizationAlreadyExist',
  'assignment.limit': 'LimitExceeded.CreateRoleAssignmentLimitExceeded',
  'assignment.invalid': 'InvalidParameter.ParamError',
  'assignment.periodInvalid': 'InvalidParameter.ParamError',
  'deployment.notFound': 'ResourceNotFound.RoleConfigurationProvisioningNotFound',
  'deployment.busy': 'FailedOperation.RoleConfigurationProvisioningStatusError',
  'task.notFound': 'ResourceNotFound.RoleConfigurationTaskNotFound',
  'userSync.notFound': 'ResourceNotFound.UserProvisioningNotFound',
  'userSync.exists': 'FailedOperation.UserProvisioningAlreadyExists',
  'userSync.invalid': 'InvalidParameter.ParamError',
  'userSync.limit': 'LimitExceeded.CreateUserSyncProvisioningLimitExceeded',
  'userSync.busy': 'FailedOperation.UserProvisioningFailed',
  'role.notFound': 'ResourceNotFound.RoleNotFound',
  'sts.invalid': 'InvalidParameter.ParamError',
  'sts.duration': 'InvalidParameter.OverTimeError',
}

/** The refusal in the cloud's words. A code without a closer answer here is answered by its kind. */
export function toApiError(error: IdentityCenterError, names: ErrorNames = {}): ApiError {
  const code = names[error.code] ?? CLOSER[error.code] ?? CODE_OF_KIND[error.kind]
  return new ApiError(typeof code === 'string' ? code : code(error), error.message)
}
