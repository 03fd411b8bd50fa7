/** The composition root: the one place that builds the database, clock, logger, simulator and every service. */
import { mkdirSync } from 'node:fs'
import { openDatabase, type Db } from '../db/database.js'
import type { ResponseValidator } from '../saml/response-validation.js'
import { createValidationPool } from '../saml/validation-pool.js'
import { createAuthorization } from './cam/authorization.js'
import { createCamSimulator } from './cam/cam-simulator.js'
import { createFederation } from './cam/federation.js'
import { presetPolicies } from './cam/preset-policies.js'
import { createRoleSessions } from './cam/role-session.js'
import type { Config } from './config.js'
import { databaseFileIn, removeInitialPassword } from './data-folder.js'
import { systemClock, type Clock } from './domain/clock.js'
import { ACCOUNT_AUDIENCE, accountAcsUrl } from './domain/role-saml.js'
import { createSecretBox, type SecretBox } from './domain/secrets.js'
import type { Settings } from './domain/zone.js'
import { obtainEncryptionKey } from './encryption-key.js'
import { createLogger, type Logger } from './logger.js'
import { createBrowser } from './http/browser.js'
import { createAccessExplanationService } from './services/access-explanations.js'
import { createAccessPathService } from './services/access-paths.js'
import { createAccountAccessService } from './services/account-access.js'
import { createAccountObserver } from './services/account-observer.js'
import { createAccountFaultService } from './services/account-faults.js'
import { createActionAccessService } from './services/action-access.js'
import { createAdministratorRights } from './services/administrator-rights.js'
import { createAdministratorService } from './services/administrators.js'
import { createAdoptionService } from './services/adoptions.js'
import { createApiTrialService } from './services/api-trials.js'
import { createApiCallerService } from './services/api-callers.js'
import { createAssignmentBatchService } from './services/assignment-batches.js'
import { createAssignmentEndings } from './services/assignment-endings.js'
import { createAssignmentService } from './services/assignments.js'
import { createAuditLog } from './services/audit-log.js'
import { createAuditSealer } from './services/audit-sealer.js'
import { createBackupService } from './services/backup.js'
import { createBatchWorker } from './services/batch-worker.js'
import { createBreakGlassService } from './services/break-glass.js'
import { createCliSignInService } from './services/cli-sign-ins.js'
import { createConfigurationVersionService } from './services/configuration-versions.js'
import { createCamAttachmentService } from './services/cam-attachments.js'
import { createCamGroupService } from './services/cam-groups.js'
import { createCamKeyService } from './services/cam-keys.js'
import { createCamPermit } from './services/cam-permit.js'
import { createCamPolicyService } from './services/cam-policies.js'
import { createCamRoleService } from './services/cam-roles.js'
import { createCamSamlProviderService } from './services/cam-saml-providers.js'
import { createCamUserAccessService } from './services/cam-user-access.js'
import { createCamUserService } from './services/cam-users.js'
import { createDepartmentService } from './services/departments.js'
import { createDeployedPolicies } from './services/deployed-policies.js'
import { createDeploymentWorker } from './services/deployment-worker.js'
import { createDeploymentPlanService } from './services/deployment-plans.js'
import { createDeploymentPreviews } from './services/deployment-previews.js'
import { createDeploymentService } from './services/deployments.js'
import { createGroupService } from './services/groups.js'
import { createDriftExamination } from './services/drift-examination.js'
import { createDriftRepairs } from './services/drift-repairs.js'
import { createDriftService } from './services/drift.js'
import { createFederatedNames } from './services/federated-names.js'
import { createFederationTokenService } from './services/federation-tokens.js'
import { createFormSubmissionService } from './services/form-submissions.js'
import { createIdentityConfirmation } from './services/identity-confirmation.js'
import { createIdentityProviderService } from './services/identity-provider.js'
import { createInvitationService } from './services/invitations.js'
import { createKnownDevices } from './services/known-devices.js'
import { createMaintenance } from './services/maintenance.js'
import { createMetadataFetcher, type MetadataFetcher } from './services/metadata-fetcher.js'
import { createMetadataSource } from './services/metadata-source.js'
import { createMemberService } from './services/members.js'
import { createMfaService } from './services/mfa.js'
import { createNameCollisionService } from './services/name-collisions.js'
import { createOrganizationService } from './services/organization.js'
import { createPasskeySignIn } from './services/passkey-sign-in.js'
import { createPasskeyService } from './services/passkeys.js'
import { createPasswordHasher } from './services/password-hasher.js'
import { createPasswordService } from './services/passwords.js'
import { createPermissionConfigurationService } from './services/permission-configurations.js'
import { createPendingSignInService } from './services/pending-sign-ins.js'
import { createPolicyImportService } from './services/policy-imports.js'
import { createReadiness } from './services/readiness.js'
import { createRoleIdentityProvider } from './services/role-identity-provider.js'
import { createRoleSamlKeys } from './services/role-saml-keys.js'
import { createRoleSessionService } from './services/role-sessions.js'
import { createScimCredentialService } from './services/scim-credentials.js'
import { createScimGuard } from './services/scim-guard.js'
import { createScimLog } from './services/scim-log.js'
import { createScimUsage } from './services/scim-usage.js'
import { createServiceControlService } from './services/service-control.js'
import { createSessionService } from './services/sessions.js'
import { createSignInDiagnostics } from './services/sign-in-diagnostics.js'
import { createSignInNetworks } from './services/sign-in-networks.js'
import { createSignInService } from './services/sign-in.js'
import { createSignInSteps } from './services/sign-in-steps.js'
import { createSignInTests } from './services/sign-in-tests.js'
import { createSignInThrottle } from './services/sign-in-throttle.js'
import { createSigningKeyRollover } from './services/signing-key-rollover.js'
import { createSigningKeyService } from './services/signing-keys.js'
import { createSingleLogoutService } from './services/single-logout.js'
import { createTaskService } from './services/tasks.js'
import { createUserSyncService } from './services/user-sync.js'
import { createUserSyncWorker } from './services/user-sync-worker.js'
import { createUserService } from './services/users.js'
import { createZoneAsCodeService } from './services/zone-as-code.js'
import { createZoneReader } from './services/zone-reader.js'
import { createZoneService } from './services/zones.js'

/** What tests put in the place of the real thing. */
export interface ContextOverrides {
  readonly clock?: Clock
  readonly logger?: Logger
  readonly db?: Db
  readonly fetchMetadata?: MetadataFetcher
  readonly responseValidator?: ResponseValidator
}

export type AppContext = Awaited<ReturnType<typeof createContext>>

/** Builds everything; touches the data folder but not the database, which is opened by its first query. */
export async function createContext(config: Config, overrides: ContextOverrides = {}) {
  const clock = overrides.clock ?? systemClock
  const logger = overrides.logger ?? createLogger(config.logLevel)
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const secretBox: SecretBox = createSecretBox(await obtainEncryptionKey(config))
  const db =
    overrides.db ??
    openDatabase(
      config.databaseUrl === undefined
        ? { engine: 'sqlite', file: databaseFileIn(config.dataDir) }
        : { engine: 'postgres', url: config.databaseUrl },
    )
  const { baseUrl } = config

  const audit = createAuditLog({ db, clock })
  const signingKeys = createSigningKeyService({ db, clock, secretBox })
  const zones = createZoneService({ db, clock, audit, fixed: settingsFixedBy(config) })
  const auditSealer = createAuditSealer({ db, clock, secretBox })
  const maintenance = createMaintenance({ db, clock, zones })
  const readiness = createReadiness({ db })
  const backup = createBackupService({
    db,
    audit,
    databaseFile: config.databaseUrl === undefined ? databaseFileIn(config.dataDir) : undefined,
  })

  const cam = createCamSimulator({ db, clock, presets: presetPolicies })
  const userSyncWorker = createUserSyncWorker({
    db,
    clock,
    audit,
    log: logger.child({ name: 'user sync worker' }),
    cam: cam.client,
  })
  const wakeUserSync = userSyncWorker.wake
  const hasher = createPasswordHasher()
  const collisions = createNameCollisionService({ db, clock, audit })
  const scimGuard = createScimGuard({
    db,
    clock,
    audit,
    zones,
    log: logger.child({ name: 'scim guard' }),
    baseUrl,
  })
  const users = createUserService({
    db,
    clock,
    audit,
    zones,
    collisions,
    guard: scimGuard,
    hasher,
    wakeUserSync,
  })
  const groups = createGroupService({ db, clock, audit, zones, collisions, guard: scimGuard, wakeUserSync })
  const scimCredentials = createScimCredentialService({ db, clock, audit, zones })
  const scimLog = createScimLog({ db, clock })
  const scimUsage = createScimUsage({ db, clock })
  const throttle = createSignInThrottle({ db, clock })
  const authorization = createAuthorization({ db, clock, presets: presetPolicies })
  const administratorRights = createAdministratorRights({ db, authorization, presetPolicies })
  const signInNetworks = createSignInNetworks({ zones })
  const sessions = createSessionService({ db, clock, audit, zones, administratorRights, signInNetworks })
  const mfa = createMfaService({ db, clock, secretBox, audit, throttle })
  const passwords = createPasswordService({ db, clock, audit, hasher, throttle })
  const administrators = createAdministratorService({ db, clock, audit, secretBox, hasher, passwords, mfa })
  const passkeys = createPasskeyService({ db, clock, audit, baseUrl })
  const devices = createKnownDevices({ db, clock })
  const steps = createSignInSteps({
    audit,
    sessions,
    devices,
    onAdministratorSignedIn: () => removeInitialPassword(config.dataDir),
  })
  const signInLog = logger.child({ name: 'sign-in' })
  const signIn = createSignInService({
    db,
    clock,
    audit,
    zones,
    hasher,
    throttle,
    mfa,
    sessions,
    devices,
    steps,
    signInNetworks,
    onBreakGlass: (use) => signInLog.warn(use, 'a user signed in with a password while SSO is on'),
  })
  const passkeySignIn = createPasskeySignIn({
    db,
    audit,
    zones,
    throttle,
    mfa,
    sessions,
    passkeys,
    steps,
    signInNetworks,
  })
  const identityConfirmation = createIdentityConfirmation({
    db,
    audit,
    hasher,
    throttle,
    mfa,
    sessions,
    passkeys,
  })
  const identityProvider = createIdentityProviderService({ db, clock, audit, zones, signingKeys, baseUrl })
  const metadataSource = createMetadataSource({
    db,
    clock,
    audit,
    zones,
    identityProvider,
    fetchMetadata: overrides.fetchMetadata ?? createMetadataFetcher(),
  })
  const rollover = { db, audit, zones, signingKeys }
  const serviceProviderKeys = createSigningKeyRollover(rollover, { purpose: 'serviceProvider' })
  const federatedNames = createFederatedNames({ secretBox })
  const pendingSignIns = createPendingSignInService({ db, clock, zones, signIn, federatedNames })
  const signInTests = createSignInTests({ db, clock, audit, identityProvider })
  const singleLogout = createSingleLogoutService({
    db,
    clock,
    audit,
    zones,
    identityProvider,
    signingKeys,
    federatedNames,
    baseUrl,
  })
  const samlLog = logger.child({ name: 'saml' })
  const responseValidator =
    overrides.responseValidator ??
    createValidationPool({
      onLost: (reason) => samlLog.error({ err: reason }, 'a thread that validates responses was lost'),
    })
  const cliSignIns = createCliSignInService({ db, clock, audit, sessions })
  const signInDiagnostics = createSignInDiagnostics({ db, clock, audit })
  const browser = createBrowser({ sessions, logger: logger.child({ name: 'browser' }), baseUrl, clock })

  const formSubmissions = createFormSubmissionService({ db, clock })
  const roles = createRoleSessions({
    db,
    clock,
    secretBox,
    authorization,
    saml: { audience: ACCOUNT_AUDIENCE, recipient: accountAcsUrl(baseUrl) },
  })
  const roleSessions = createRoleSessionService({ db, clock, audit, roles, sessions })
  const permit = createCamPermit({ authorization })
  const camKeys = createCamKeyService({ db, clock, audit, secretBox, permit })
  const camPolicies = createCamPolicyService({ db, clock, audit, permit, presetPolicies })
  const federation = createFederation({ db, clock, secretBox })
  const apiCallers = createApiCallerService({ db, keys: camKeys, roles, federation, authorization })
  const apiTrials = createApiTrialService({ db, audit })
  const organization = createOrganizationService({ db, clock, audit, openAccount: cam.openAccount })
  const permissionConfigurations = createPermissionConfigurationService({
    db,
    clock,
    audit,
    zones,
    presetPolicies,
  })
  const deployedPolicies = createDeployedPolicies({ db, presetPolicies })
  const roleIdentityProvider = createRoleIdentityProvider({ clock, baseUrl, zones, signingKeys })
  const accountAccess = createAccountAccessService({
    db,
    clock,
    audit,
    roleIdentityProvider,
    // A role that awaits redeploying may allow less than its configuration does by now.
    assumeRoleWithSaml: (request) => roleSessions.assumeRoleWithSaml({ ...request, whenTooLong: 'cut' }),
  })
  const deploymentWorker = createDeploymentWorker({
    db,
    clock,
    audit,
    log: logger.child({ name: 'deployment worker' }),
    cam: cam.client,
    roleIdentityProvider,
  })
  const { wake } = deploymentWorker
  const batchWorker = createBatchWorker({
    db,
    clock,
    audit,
    log: logger.child({ name: 'batch worker' }),
    wakeDeployments: wake,
  })
  const assignmentBatches = createAssignmentBatchService({ db, clock, audit, wake: batchWorker.wake })
  const tasks = createTaskService({ db, clock, audit, wake })
  const assignments = createAssignmentService({ db, clock, audit, wake })
  const deployments = createDeploymentService({ db, clock, audit, wake })
  const observer = createAccountObserver({
    cam: cam.client,
    log: logger.child({ name: 'account observer' }),
  })
  const examine = createDriftExamination({ db, clock, observer, roleIdentityProvider })

  const departments = createDepartmentService({ db, clock, audit })
  const members = createMemberService({ db, clock, audit, zones })
  const serviceControl = createServiceControlService({ db, clock, audit })
  const described = {
    clock,
    zones,
    organization,
    departments,
    members,
    serviceControl,
    groups,
    users,
    permissionConfigurations,
    assignments,
  }

  return {
    config,
    /** Origin under which browsers and clients reach the product. */
    baseUrl,
    clock,
    logger,
    secretBox,
    db,
    services: {
      accessExplanations: createAccessExplanationService({ db, clock, deployedPolicies }),
      accessPaths: createAccessPathService({ db, audit }),
      accountAccess,
      accountFaults: createAccountFaultService({ db, audit }),
      actionAccess: createActionAccessService({ db, clock, audit, deployedPolicies }),
      administratorRights,
      administrators,
      adoptions: createAdoptionService({ db, clock, audit, collisions, users, groups }),
      apiCallers,
      apiTrials,
      assignmentBatches,
      assignmentEndings: createAssignmentEndings({ db, clock, audit, zones }),
      assignments,
      audit,
      auditSealer,
      backup,
      batchWorker,
      breakGlass: createBreakGlassService({ db, clock, audit }),
      cliSignIns,
      configurationVersions: createConfigurationVersionService({ db, clock, audit }),
      camAttachments: createCamAttachmentService({ db, clock, audit, permit, policies: camPolicies }),
      camGroups: createCamGroupService({ db, clock, audit, permit }),
      camKeys,
      camPolicies,
      camRoles: createCamRoleService({ db, clock, audit, permit }),
      camSamlProviders: createCamSamlProviderService({ db, clock, audit, permit }),
      camUsers: createCamUserService({ db, clock, audit, hasher, keys: camKeys, permit }),
      camUserAccess: createCamUserAccessService({ db, clock, audit, sessions }),
      departments,
      deploymentWorker,
      deployments,
      deploymentPlans: createDeploymentPlanService({
        db,
        clock,
        audit,
        previews: createDeploymentPreviews({ db, observer, roleIdentityProvider }),
        deployments,
      }),
      drift: createDriftService({ db, clock, audit, zones, examine }),
      driftRepairs: createDriftRepairs({ db, audit, cam: cam.client, observer, examine, deployments }),
      federationTokens: createFederationTokenService({ db, audit, authorization, federation }),
      formSubmissions,
      groups,
      identityConfirmation,
      identityProvider,
      invitations: createInvitationService({ db, clock, audit }),
      maintenance,
      metadataSource,
      members,
      mfa,
      organization,
      passkeySignIn,
      passkeys,
      passwords,
      permissionConfigurations,
      pendingSignIns,
      policyImports: createPolicyImportService({ db, cam: cam.client, permissionConfigurations }),
      readiness,
      roleIdentityProvider,
      roleSamlKeys: createRoleSamlKeys(rollover),
      roleSessions,
      scimCredentials,
      scimGuard,
      scimLog,
      scimUsage,
      serviceProviderKeys,
      serviceControl,
      sessions,
      signIn,
      signInDiagnostics,
      signInNetworks,
      signInTests,
      signingKeys,
      singleLogout,
      tasks,
      userSyncs: createUserSyncService({ db, clock, audit, cam: cam.client, wake: wakeUserSync }),
      userSyncWorker,
      users,
      zoneAsCode: createZoneAsCodeService({ reader: createZoneReader(described), ...described }),
      zones,
    },
    /** The simulated cloud accounts. */
    cam,
    presetPolicies,
    /** What the browser doors share. */
    browser,
    /** Validates SAML responses, away from the thread that answers requests. */
    responseValidator,
    /** Closes what was opened. */
    async close() {
      await responseValidator.close()
      await db.destroy()
    },
  }
}

/** Quotas that the environment sets are settings nobody can change at run time. */
function settingsFixedBy({ quotas }: Config): Partial<Settings> {
  return {
    ...(quotas.users !== undefined && { 'quota.users': quotas.users }),
    ...(quotas.groups !== undefined && { 'quota.groups': quotas.groups }),
    ...(quotas.groupUsers !== undefined && { 'quota.groupUsers': quotas.groupUsers }),
    ...(quotas.userGroups !== undefined && { 'quota.userGroups': quotas.userGroups }),
    ...(quotas.permissionConfigurations !== undefined && {
      'quota.permissionConfigurations': quotas.permissionConfigurations,
    }),
  }
}
