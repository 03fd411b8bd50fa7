/** The one error family of the product. Each front door maps `ErrorCode` once, exhaustively. */

/** What kind of refusal a code is; doors without a closer answer of their own go by it. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'precondition'
  | 'limit'
  | 'tooMany'
  | 'tooLarge'
  | 'mediaType'
  | 'unavailable'

/** Every code and its kind. The list is closed: a new one does not compile until each door answers it. */
export const ERROR_KINDS = {
  'request.invalid': 'invalid',
  'request.malformedJson': 'invalid',
  'request.tooLarge': 'tooLarge',
  'request.mediaType': 'mediaType',
  'request.notAcceptable': 'invalid',
  'request.versionUnknown': 'invalid',
  'request.notFound': 'notFound',
  'request.methodNotAllowed': 'invalid',
  'request.csrf': 'forbidden',
  'request.rateLimited': 'tooMany',
  'service.unavailable': 'unavailable',

  'actor.forbidden': 'forbidden',
  'actor.unauthenticated': 'unauthenticated',

  'user.notFound': 'notFound',
  'user.nameTaken': 'conflict',
  'user.nameInvalid': 'invalid',
  'user.emailTaken': 'conflict',
  'user.attributeInvalid': 'invalid',
  'user.synchronized': 'forbidden',
  'user.manual': 'forbidden',
  'user.inUse': 'conflict',
  'user.versionMismatch': 'precondition',
  'user.quota': 'limit',

  'group.notFound': 'notFound',
  'group.nameTaken': 'conflict',
  'group.nameInvalid': 'invalid',
  'group.attributeInvalid': 'invalid',
  'group.synchronized': 'forbidden',
  'group.manual': 'forbidden',
  'group.inUse': 'conflict',
  'group.hasMembers': 'conflict',
  'group.memberUnknown': 'invalid',
  'group.memberNested': 'invalid',
  'group.memberExists': 'conflict',
  'group.memberMissing': 'notFound',
  'group.typeMismatch': 'conflict',
  'group.versionMismatch': 'precondition',
  'group.quota': 'limit',
  'group.memberQuota': 'limit',
  'user.groupQuota': 'limit',

  'page.invalid': 'invalid',
  'page.cursorInvalid': 'invalid',
  'page.countInvalid': 'invalid',
  'filter.malformed': 'invalid',
  'filter.tooComplex': 'invalid',
  'patch.invalidSyntax': 'invalid',
  'patch.invalidPath': 'invalid',
  'patch.invalidValue': 'invalid',
  'patch.noTarget': 'invalid',
  'patch.mutability': 'invalid',
  'patch.tooMany': 'invalid',
  'bulk.circular': 'conflict',
  'bulk.unresolved': 'conflict',
  'scim.disabled': 'forbidden',
  'scim.notImplemented': 'invalid',

  'adoption.notFound': 'notFound',
  'adoption.changed': 'conflict',
  'adoption.renaming': 'conflict',
  'scim.guardHeld': 'tooMany',
  'scim.guardRefused': 'forbidden',
  'scimGuard.changed': 'conflict',
  'scimGuard.invalid': 'invalid',

  'scimCredential.notFound': 'notFound',
  'scimCredential.invalid': 'unauthenticated',
  'scimCredential.limit': 'limit',
  'scimCredential.enabled': 'conflict',

  'signIn.refused': 'unauthenticated',
  'signIn.locked': 'tooMany',
  'signIn.methodOff': 'forbidden',
  'signIn.stepMissing': 'unauthenticated',
  'signIn.networkRefused': 'forbidden',
  'signIn.federationFailed': 'unauthenticated',
  'mfa.codeInvalid': 'unauthenticated',
  'mfa.alreadyBound': 'conflict',
  'passkey.refused': 'unauthenticated',
  'passkey.notFound': 'notFound',
  'passkey.exists': 'conflict',
  'passkey.limit': 'limit',
  'passkey.last': 'conflict',
  'passkey.nameInvalid': 'invalid',
  'breakGlass.limit': 'limit',
  'password.tooWeak': 'invalid',
  'password.reused': 'invalid',
  'password.repeatDiffers': 'invalid',
  'cli.stateInvalid': 'invalid',
  'cli.tokenInvalid': 'unauthenticated',
  'session.notFound': 'notFound',
  'session.ended': 'unauthenticated',
  'session.notRecent': 'forbidden',

  'administrator.notFound': 'notFound',
  'administrator.nameTaken': 'conflict',
  'administrator.lastFull': 'conflict',
  'apiKey.notFound': 'notFound',
  'apiKey.limit': 'limit',

  'zone.planMoved': 'precondition',
  'zone.notOpen': 'conflict',
  'zone.alreadyOpen': 'conflict',
  'zone.notFound': 'notFound',
  'zone.nameInvalid': 'invalid',
  'zone.nameTaken': 'conflict',
  'setting.unknown': 'invalid',
  'setting.invalid': 'invalid',
  'setting.fixed': 'conflict',

  'identityProvider.notFound': 'notFound',
  'identityProvider.metadataInvalid': 'invalid',
  'identityProvider.metadataUnreachable': 'invalid',
  'identityProvider.proposalChanged': 'conflict',
  'identityProvider.incomplete': 'conflict',
  'identityProvider.inUse': 'conflict',
  'certificate.notFound': 'notFound',
  'certificate.invalid': 'invalid',
  'certificate.exists': 'conflict',
  'certificate.limit': 'limit',
  'certificate.last': 'conflict',
  'signingKey.wrongStep': 'conflict',
  'signingKey.accountsBehind': 'conflict',

  'permissionConfiguration.notFound': 'notFound',
  'permissionConfiguration.nameTaken': 'conflict',
  'permissionConfiguration.nameInvalid': 'invalid',
  'permissionConfiguration.invalid': 'invalid',
  'permissionConfiguration.inUse': 'conflict',
  'permissionConfiguration.deployed': 'conflict',
  'permissionConfiguration.assigned': 'conflict',
  'permissionConfiguration.quota': 'limit',
  'permissionConfiguration.versionMismatch': 'precondition',
  'permissionConfiguration.versionNotFound': 'notFound',
  'permissionConfiguration.versionSame': 'conflict',
  'policy.notFound': 'notFound',
  'policy.nameTaken': 'conflict',
  'policy.nameInvalid': 'invalid',
  'policy.invalid': 'invalid',
  'policy.importChanged': 'precondition',
  'policy.limit': 'limit',

  'account.notFound': 'notFound',
  'account.nameInvalid': 'invalid',
  'account.nameTaken': 'conflict',
  'account.inUse': 'conflict',
  'account.invalid': 'invalid',
  'account.exists': 'conflict',
  'account.management': 'forbidden',
  'account.created': 'conflict',
  'account.invited': 'conflict',
  'account.deletionOff': 'forbidden',
  'invitation.notFound': 'notFound',
  'invitation.exists': 'conflict',
  'serviceControl.off': 'conflict',
  'serviceControl.on': 'conflict',
  'serviceControl.notFound': 'notFound',
  'serviceControl.nameTaken': 'conflict',
  'serviceControl.nameInvalid': 'invalid',
  'serviceControl.limit': 'limit',
  'serviceControl.inUse': 'conflict',
  'serviceControl.preset': 'forbidden',
  'serviceControl.attached': 'conflict',
  'serviceControl.notAttached': 'notFound',
  'serviceControl.last': 'conflict',
  'node.notFound': 'notFound',
  'node.invalid': 'invalid',
  'node.nameTaken': 'conflict',
  'node.limit': 'limit',
  'node.inUse': 'conflict',
  'assignment.notFound': 'notFound',
  'assignment.exists': 'conflict',
  'assignment.limit': 'limit',
  'assignment.invalid': 'invalid',
  'assignment.periodInvalid': 'invalid',
  'assignment.batchOver': 'conflict',
  'deployment.notFound': 'notFound',
  'deployment.busy': 'conflict',
  'deploymentPlan.notFound': 'notFound',
  'deploymentPlan.moved': 'conflict',
  'deploymentPlan.applied': 'conflict',
  'deploymentPlan.empty': 'conflict',
  'task.notFound': 'notFound',
  'task.notFailed': 'conflict',
  'userSync.notFound': 'notFound',
  'userSync.exists': 'conflict',
  'userSync.invalid': 'invalid',
  'userSync.limit': 'limit',
  'userSync.busy': 'conflict',

  'access.denied': 'forbidden',
  'assertion.refused': 'unauthenticated',
  'role.notFound': 'notFound',
  'sts.invalid': 'invalid',
  'sts.duration': 'invalid',
  'dataFolder.inUse': 'conflict',
  'database.migrationsPending': 'conflict',
  'backup.unsupported': 'conflict',
  'backup.exists': 'conflict',
  'backup.invalid': 'invalid',
  'cam.unavailable': 'unavailable',
  'cam.managed': 'forbidden',
  'cam.nameTaken': 'conflict',
  'camUser.notFound': 'notFound',
  'camUser.nameTaken': 'conflict',
  'camUser.nameInvalid': 'invalid',
  'camUser.invalid': 'invalid',
  'camUser.hasKeys': 'conflict',
  'camUser.limit': 'limit',
  'camUser.groupLimit': 'limit',
  'camGroup.notFound': 'notFound',
  'camGroup.nameTaken': 'conflict',
  'camGroup.invalid': 'invalid',
  'camGroup.limit': 'limit',
  'camGroup.userLimit': 'limit',
  'camRole.nameTaken': 'conflict',
  'camRole.nameInvalid': 'invalid',
  'camRole.invalid': 'invalid',
  'camRole.limit': 'limit',
  'camPolicy.notFound': 'notFound',
  'camPolicy.nameTaken': 'conflict',
  'camPolicy.nameInvalid': 'invalid',
  'camPolicy.invalid': 'invalid',
  'camPolicy.preset': 'forbidden',
  'camPolicy.limit': 'limit',
  'camPolicy.attachmentLimit': 'limit',
  'camPolicyVersion.notFound': 'notFound',
  'camPolicyVersion.default': 'conflict',
  'camPolicyVersion.limit': 'limit',
  'samlProvider.notFound': 'notFound',
  'samlProvider.nameTaken': 'conflict',
  'samlProvider.nameInvalid': 'invalid',
  'samlProvider.invalid': 'invalid',
  'samlProvider.limit': 'limit',
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERROR_KINDS

/** Facts about the refusal that a door may show: names of blockers, a limit, a line and a column. JSON-safe. */
export type ErrorFacts = Readonly<Record<string, unknown>>

/**
 * A refusal the product decided on. `message` may be shown to the caller and says what to do;
 * what only the log may hold goes into `cause`. Anything else that is thrown is a bug.
 */
export class IdentityCenterError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: ErrorFacts = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.name = 'IdentityCenterError'
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code]
  }
}

/** Whether the thrown value is a refusal, and (when codes are given) one of these. */
export function isIdentityCenterError(
  thrown: unknown,
  ...codes: readonly ErrorCode[]
): thrown is IdentityCenterError {
  return thrown instanceof IdentityCenterError && (codes.length === 0 || codes.includes(thrown.code))
}
