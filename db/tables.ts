/**
 * The interface of every table, in reading order: zone, directory, credentials, sign-in, organization, permissions,
 * tasks, simulated CAM accounts, audit. Ids and times are text (ISO 8601 UTC with milliseconds), booleans 0 | 1,
 * JSON is text. Row types do not leave `db`.
 */
import type { ColumnType, Generated } from 'kysely'
import type { Actor } from '../server/domain/actor.js'
import type {
  AccountUin,
  CertificateId,
  CollisionId,
  GroupId,
  PasskeyId,
  PermissionConfigurationId,
  RoleId,
  ScimCredentialId,
  SessionId,
  SubUserUin,
  TaskId,
  UserId,
  UserSyncId,
  ZoneId,
} from '../server/domain/ids.js'

export type Flag = 0 | 1
/** Written once. */
type Fixed<T> = ColumnType<T, T, never>
/** Written at most once. */
type Kept<T> = ColumnType<T, T | undefined, never>

/** Facts about this database itself, such as the check value of the encryption key. */
export interface InstanceValueTable {
  name: string
  value: string
}

export interface ZoneTable {
  id: Fixed<ZoneId>
  space_name: string
  scim_status: 'enabled' | 'disabled'
  login_method: 'password' | 'sso'
  /** Grows with every change of a setting, a credential or the identity provider: what caches are keyed by. */
  revision: number
  created_at: Fixed<string>
  updated_at: string
}

export interface SettingTable {
  name: string
  value: string
}

/** Private keys of the product itself (service provider, RoleSAML), sealed. */
export interface SigningKeyTable {
  id: Fixed<string>
  purpose: 'serviceProvider' | 'roleSaml'
  private_key: string
  certificate: string
  created_at: Fixed<string>
  /** At most one of each: to come, in use, and still known to the other side. */
  state: Generated<'next' | 'current' | 'previous'>
}

/** Numbers of rows, kept by the writers, so that quotas and totals never count a table. */
export interface CounterTable {
  name: string
  value: number
}

export interface UserTable {
  id: Fixed<UserId>
  user_name: string
  user_name_key: string
  display_name: string | null
  given_name: string | null
  family_name: string | null
  description: string | null
  external_id: string | null
  type: 'manual' | 'synchronized'
  created_by: Fixed<'administrator' | 'scim'>
  active: Flag
  blocked: Flag
  /** JSON array of e-mail addresses as pushed; `user_emails` repeats the values for look-ups. */
  emails: string
  attributes: string
  group_count: number
  version: number
  created_at: Fixed<string>
  updated_at: string
}

export interface UserEmailTable {
  user_id: UserId
  position: number
  value_key: string
}

export interface GroupTable {
  id: Fixed<GroupId>
  display_name: string
  display_name_key: string
  description: string | null
  external_id: string | null
  type: 'manual' | 'synchronized'
  created_by: Fixed<'administrator' | 'scim'>
  attributes: string
  member_count: number
  version: number
  created_at: Fixed<string>
  updated_at: string
}

export interface MembershipTable {
  group_id: GroupId
  user_id: UserId
  joined_at: string
  /** Who added it, in the words of the audit log; `null` where it is older than this was kept. */
  added_by_kind: Kept<Actor['kind'] | null>
  added_by_id: Kept<string | null>
  added_by_name: Kept<string | null>
  added_request_id: Kept<string | null>
}

export interface ScimCredentialTable {
  id: Fixed<ScimCredentialId>
  secret_hash: Fixed<string>
  status: 'enabled' | 'disabled'
  created_at: Fixed<string>
  expires_at: string
  last_used_at: string | null
  /** The minute (ISO 8601 text) that `used_requests` counts; null before the first. */
  used_minute: Generated<string | null>
  /** Requests of all instances in that minute, each told a few seconds late. */
  used_requests: Generated<number>
}

/** A SCIM request and its answer, without the bodies. */
export interface ScimLogTable {
  request_id: Fixed<string>
  at: Fixed<string>
  /** Null where nobody was authenticated. */
  credential_id: Fixed<string | null>
  method: Fixed<string>
  path: Fixed<string>
  query: Fixed<string | null>
  status: Fixed<number>
  scim_type: Fixed<string | null>
  /** Our own name of the refusal. */
  error_code: Fixed<string | null>
  detail: Fixed<string | null>
  resource_type: Fixed<string | null>
  resource_id: Fixed<string | null>
  address: Fixed<string | null>
  user_agent: Fixed<string | null>
  microseconds: Fixed<number>
  /** Requests that are not written down by themselves and that this row stands for as well. */
  further: Fixed<number>
}

/** Bodies of a logged request and its answer, without secrets and cut to size. */
export interface ScimLogBodyTable {
  request_id: Fixed<string>
  request: Fixed<string | null>
  answer: Fixed<string | null>
  /** JSON: what the client was not told. */
  remarks: Fixed<string | null>
}

/** Names that the identity provider pushed and a manual user or group holds: one row for each, while it is so. */
export interface NameCollisionTable {
  id: Fixed<CollisionId>
  kind: Fixed<'user' | 'group'>
  name: string
  name_key: Fixed<string>
  status: 'open' | 'rejected'
  /** JSON: the profile as it was pushed last. */
  pushed: string
  /** The imported user or group that was to get the name; `null` where a new one was to be made. */
  renamed_id: string | null
  /** Grows when something else is pushed than before. */
  revision: number
  pushes: number
  credential_id: ScimCredentialId
  decided_by: string | null
  decided_at: string | null
  first_seen_at: Fixed<string>
  last_seen_at: string
}

/** The one row of the guard: what it does with SCIM requests that take access away. */
export interface ScimGuardTable {
  id: Fixed<1>
  status: 'watching' | 'held' | 'released' | 'refused'
  /** Since when it is so. */
  since: string
  decided_by: string | null
  /** Losses before this do not count any more. */
  counted_from: string
  released_until: string | null
  /** How many more may lose access while released; `null`: any number. */
  release_left: number | null
  /** JSON: what was about to happen when it began to hold. */
  trip: string | null
  held_requests: number
  /** Whether more was held than is listed. */
  unlisted: Flag
  last_held_at: string | null
}

/** Who loses access by the requests that are held: what the administrator decides on. */
export interface ScimGuardEntryTable {
  entry_key: Fixed<string>
  action: Fixed<'deactivateUser' | 'deleteUser' | 'removeMember' | 'deleteGroup'>
  user_id: Fixed<UserId | null>
  user_name: string | null
  group_id: Fixed<GroupId | null>
  group_name: string | null
  requests: number
  first_at: Fixed<string>
  last_at: string
}

/** Users and groups that lost access lately: each counts once. */
export interface ScimGuardLossTable {
  object_id: UserId | GroupId
  at: string
}

/** How many lost access, by the beginning of a part of the guard's window. */
export interface ScimGuardCountTable {
  bucket: string
  kind: 'users' | 'groups'
  losses: number
}

/** Who can hold a password, a second factor and sessions: a user of the zone or an administrator (CAM sub-user). */
export type SubjectKind = 'user' | 'administrator'

export interface PasswordTable {
  subject_kind: SubjectKind
  subject_id: string
  hash: string
  must_change: Flag
  /** A generated initial password is worth nothing after this. */
  expires_at: string | null
  changed_at: string
}

export interface TotpFactorTable {
  subject_kind: SubjectKind
  subject_id: string
  /** Sealed. */
  secret: string
  /** Last accepted time step: codes of it and earlier ones are used up. */
  last_step: number
  bound_at: string
}

export interface RecoveryCodeTable {
  subject_kind: SubjectKind
  subject_id: string
  code_hash: string
}

export interface SessionTable {
  id: Fixed<SessionId>
  token_hash: string
  kind: Fixed<'portal' | 'console' | 'account'>
  subject_kind: SubjectKind
  subject_id: string
  method: Fixed<'password' | 'sso' | 'role'>
  /** JSON array of steps still owed before the session counts (`totp`, `enrol`, `changePassword`); `[]` when complete. */
  owed_steps: string
  /** Sealed TOTP key that this very browser was shown and has not confirmed by a code yet. */
  enrolment_secret: string | null
  /** Role session of a simulated account console. */
  role_session_id: string | null
  /** CAM user of a simulated account console that is entered as one. */
  cam_user_uin: SubUserUin | null
  /** Signed in with a password while SSO was the login method. */
  break_glass: Generated<Flag>
  address: string | null
  user_agent: string | null
  created_at: Fixed<string>
  last_seen_at: string
  expires_at: string
}

/** A WebAuthn credential of a user or an administrator. */
export interface PasskeyTable {
  id: Fixed<PasskeyId>
  subject_kind: SubjectKind
  subject_id: string
  /** base64url, as the authenticator calls it. */
  credential_id: Fixed<string>
  /** COSE key, base64url. */
  public_key: Fixed<string>
  /** Signatures that the authenticator says it has made; many say 0 for ever. */
  counter: number
  /** JSON array of hints for the browser. */
  transports: Fixed<string>
  name: string
  created_at: Fixed<string>
  last_used_at: string | null
}

/** What a browser was asked to sign. Consumed by deleting the row; one for each browser and purpose. */
export interface PasskeyChallengeTable {
  /** The session, or the hash of the visitor cookie before there is one. */
  bound_to: string
  purpose: 'register' | 'signIn' | 'secondFactor' | 'confirm'
  challenge_hash: string
  /** Network of a browser that has not signed in: none may hold all open challenges. */
  network: string | null
  expires_at: string
}

/** Browsers in which somebody has signed in before: failures of strangers do not delay them. */
export interface KnownDeviceTable {
  device_hash: string
  subject_kind: SubjectKind
  subject_id: string
  expires_at: string
}

/** Users who may sign in with password and second factor while SSO is the login method. */
export interface BreakGlassUserTable {
  user_id: UserId
  added_at: Fixed<string>
  last_used_at: string | null
  last_address: string | null
}

/** Failed sign-ins by key (`user:<name>`, `address:<ip>`), for the growing delay. */
export interface SignInAttemptTable {
  key: string
  failures: number
  locked_until: string | null
  updated_at: string
}

export interface IdentityProviderTable {
  zone_id: ZoneId
  entity_id: string
  login_url: string
  login_binding: 'redirect' | 'post'
  metadata: string | null
  /** Where requests to log out go, and answers to them when that is another address. */
  logout_url: string | null
  logout_response_url: string | null
  logout_binding: 'redirect' | 'post' | null
  /** When the metadata ceases to be good, if it says so. */
  valid_until: string | null
  created_at: string
  updated_at: string
}

/** Where its metadata is published, and what was found there last. */
export interface MetadataSourceTable {
  zone_id: ZoneId
  url: string
  scheduled: Flag
  checked_at: string | null
  failure: string | null
  proposal: string | null
  proposed_at: string | null
}

export interface IdentityProviderCertificateTable {
  id: Fixed<CertificateId>
  zone_id: ZoneId
  pem: string
  fingerprint: string
  created_at: string
}

/** An AuthnRequest that waits for its answer. Consumed by deleting the row. */
export interface PendingSignInTable {
  request_id: string
  browser_hash: string
  relay_state: string | null
  /** Network of the browser that asked: none may hold all open requests. */
  network: string | null
  created_at: string
  expires_at: string
}

/** Assertions that were accepted, until they expire by themselves: replay protection on both sides of the product. */
export interface SeenAssertionTable {
  assertion_key: string
  expires_at: string
}

/** One-time proof of a good response, traded for a session by the browser that asked. */
export interface SignInTicketTable {
  ticket_hash: string
  browser_hash: string
  user_id: UserId
  relay_state: string | null
  session_not_after: string | null
  /** JSON of what the session is to remember of the identity provider's. */
  federation: string | null
  expires_at: string
}

/** Under which name a session is known at the identity provider. The name itself is sealed. */
export interface FederatedSessionTable {
  session_id: SessionId
  name_key: string
  index_key: string | null
  sealed_name: string
}

/** Requests to log out at the identity provider that wait for their answer. */
export interface PendingLogoutTable {
  request_id: string
  sealed_name: string
  created_at: string
  expires_at: string
}

/** Sign-ins that only test the configuration. */
export interface SignInTestTable {
  request_id: string
  session_id: SessionId
  outcome: string | null
  created_at: string
  expires_at: string
}

/** Sign-ins of the command line, by the hash of the state it shows. */
export interface CliSignInTable {
  state_hash: string
  /** JSON array of the addresses that asked. */
  addresses: string
  network: string | null
  session_id: SessionId | null
  user_id: UserId | null
  handed_out: Flag
  expires_at: string
}

export interface CliTokenTable {
  id: Fixed<string>
  token_hash: Fixed<string>
  user_id: Fixed<UserId>
  session_id: SessionId
  address: string | null
  user_agent: string | null
  created_at: Fixed<string>
  last_used_at: string | null
  expires_at: string
}

export interface SignInDiagnosticTable {
  reference: Fixed<string>
  at: string
  failure: string
  message: string
  user_name: string | null
  address: string | null
  request_id: string | null
  /** JSON: checks in order, and the decoded response without signature values. */
  detail: string
}

/** Forms that were carried out: each is carried out once. */
export interface FormSubmissionTable {
  token_hash: string
  expires_at: string
}

export interface NodeTable {
  id: Generated<number>
  parent_id: number | null
  name: string
  remark: string | null
  created_at: string
  updated_at: string
}

export interface AccountTable {
  uin: Fixed<AccountUin>
  node_id: number
  name: string
  kind: Fixed<'management' | 'member'>
  /** Whether the organization made the account or invited it. */
  origin: ColumnType<'created' | 'invited', 'created' | 'invited' | undefined, never>
  app_id: number
  remark: string | null
  created_at: Fixed<string>
  updated_at: string
}

/** What a user keeps of an account at the portal: that it is a favourite, and when it was opened last. */
export interface PortalAccountTable {
  user_id: UserId
  account_uin: AccountUin
  favourite: Flag
  last_used_at: string | null
}

/** Tags of departments and accounts. */
export interface OrganizationTagTable {
  target_kind: 'node' | 'account'
  target_id: string
  tag_key: string
  tag_value: string
}

/** Accounts that were asked to join. Whoever holds the secret link of one speaks for the account. */
export interface InvitationTable {
  id: Fixed<string>
  token_hash: string
  account_uin: Fixed<AccountUin>
  name: string
  node_id: number
  remark: string | null
  status: 'pending' | 'accepted' | 'rejected' | 'cancelled'
  created_at: Fixed<string>
  expires_at: string
  updated_at: string
}

/** One row: whether service control policies count. */
export interface ServiceControlTable {
  id: number
  status: 'off' | 'on'
  updated_at: string
}

export interface ServiceControlPolicyTable {
  id: Generated<number>
  type: Fixed<'preset' | 'custom'>
  name: string
  name_key: string
  description: string | null
  document: string
  created_at: Fixed<string>
  updated_at: string
}

export interface ServiceControlAttachmentTable {
  target_kind: 'node' | 'account'
  target_id: string
  policy_id: number
  attached_at: string
}

export interface PermissionConfigurationTable {
  id: Fixed<PermissionConfigurationId>
  name: Fixed<string>
  name_key: Fixed<string>
  description: string | null
  /** Seconds. */
  session_duration: number
  relay_state: string | null
  /** Hash of what is deployed: policies and session duration. */
  content_hash: string
  version: number
  created_at: Fixed<string>
  updated_at: string
}

/** What a configuration was at each of its versions; never changed. */
export interface ConfigurationVersionTable {
  configuration_id: Fixed<PermissionConfigurationId>
  number: Fixed<number>
  description: Fixed<string | null>
  /** Seconds. */
  session_duration: Fixed<number>
  relay_state: Fixed<string | null>
  content_hash: Fixed<string>
  /** What was done; `found` for those that were there before versions were kept. */
  change: Fixed<string>
  restored_number: Fixed<number | null>
  actor_kind: Fixed<string>
  actor_id: Fixed<string | null>
  actor_name: Fixed<string>
  created_at: Fixed<string>
}

/** Policies of versions: from one number on, and before another; without an end it is part of the last version. */
export interface ConfigurationVersionPolicyTable {
  configuration_id: Fixed<PermissionConfigurationId>
  type: Fixed<'preset' | 'custom'>
  name: Fixed<string>
  policy_id: Fixed<number>
  document: Fixed<string | null>
  from_number: Fixed<number>
  until_number: number | null
}

export interface ConfigurationPolicyTable {
  configuration_id: PermissionConfigurationId
  type: 'preset' | 'custom'
  name: string
  /** Id of a preset policy; 0 for a custom one. */
  policy_id: number
  /** Text of a custom policy, byte for byte as given. */
  document: string | null
  added_at: string
}

export interface AssignmentTable {
  principal_type: 'user' | 'group'
  principal_id: string
  account_uin: AccountUin
  configuration_id: PermissionConfigurationId
  /** Counts from then on, and until then; `null` for no bound. */
  starts_at: string | null
  ends_at: string | null
  /** When it was announced that it ends. */
  warned_at: string | null
  created_at: string
  updated_at: string
}

/** Accounts × principals × configurations, submitted as one row and made into assignments and tasks by and by. */
export interface AssignmentBatchTable {
  id: Fixed<string>
  /** What the one who submitted it calls it: the same key is the same batch. */
  request_key: Fixed<string | null>
  state: 'running' | 'paused' | 'cancelled'
  /** Whether the batch itself has to be worked on: expanded, parked, retried. */
  tending: Flag
  /** JSON: who and what is multiplied, with names. */
  parts: Fixed<string>
  /** JSON: who submitted it; its assignments are recorded as his. */
  actor: Fixed<string>
  starts_at: Fixed<string | null>
  ends_at: Fixed<string | null>
  /** Triples altogether, and those that have their task. */
  total: Fixed<number>
  expanded: number
  /** The last failed task that was looked at to be tried again; `null` when none are. */
  retry_after: string | null
  lease_token: string | null
  lease_until: string | null
  tended_at: string
  created_at: Fixed<string>
  updated_at: string
}

export interface DeploymentTable {
  configuration_id: PermissionConfigurationId
  account_uin: AccountUin
  status: 'deploying' | 'deployed' | 'failed' | 'undeploying'
  /** Content hash that the account has; `null` until the first success. Differs from the configuration's: stale. */
  deployed_hash: string | null
  /** Version of the configuration that the account has; `null` also where nobody has kept which one it is. */
  deployed_version: number | null
  /** Version that the task in progress deploys; `null` where it is the configuration as it is by then. */
  wanted_version: number | null
  failure_reason: string | null
  created_at: string
  updated_at: string
}

/** What was to be done by a redeployment, as it was shown. */
export interface DeploymentPlanTable {
  id: Fixed<string>
  fingerprint: Fixed<string>
  place_count: Fixed<number>
  /** Places beyond those that one plan holds. */
  left_out: Fixed<number>
  created_at: Fixed<string>
  expires_at: Fixed<string>
  /** Tasks that carry it out; `null` until somebody has said so. */
  batch_id: string | null
}

/** One change, which many places of the plan may share. */
export interface DeploymentPlanChangeTable {
  plan_id: Fixed<string>
  number: Fixed<number>
  /** JSON. */
  change: Fixed<string>
  place_count: Fixed<number>
}

export interface DeploymentPlanPlaceTable {
  plan_id: Fixed<string>
  configuration_id: Fixed<PermissionConfigurationId>
  account_uin: Fixed<AccountUin>
  version: Fixed<number>
  /** `null` where the account could not be asked: then there is no fingerprint either, and `failure` says why. */
  change_number: Fixed<number | null>
  fingerprint: Fixed<string | null>
  failure: Fixed<string | null>
}

/** When an account was last compared with what should be there. */
export interface DriftCheckTable {
  account_uin: Fixed<AccountUin>
  checked_at: string | null
  /** Asked for by an administrator, and not done yet. */
  requested_at: string | null
  /** Why the account could not be asked. */
  failure: string | null
}

/** One object of an account that is not what it should be. */
export interface DriftFindingTable {
  account_uin: Fixed<AccountUin>
  kind: Fixed<'role' | 'samlProvider' | 'policy'>
  name: Fixed<string>
  configuration_id: PermissionConfigurationId | null
  /** JSON. */
  difference: string
  found_at: string
}

export interface TaskTable {
  id: Fixed<TaskId>
  type: Fixed<
    | 'createRoleAssignment'
    | 'deleteRoleAssignment'
    | 'provisionRoleConfiguration'
    | 'deprovisionRoleConfiguration'
  >
  status: 'inProgress' | 'success' | 'failed'
  account_uin: Fixed<AccountUin>
  configuration_id: Fixed<PermissionConfigurationId>
  configuration_name: Fixed<string>
  principal_type: Fixed<'user' | 'group' | null>
  principal_id: Fixed<string | null>
  principal_name: Fixed<string | null>
  /** Tasks of one submission share it. */
  batch_id: Fixed<string>
  failure_reason: string | null
  attempts: number
  /** What is smaller goes first. */
  priority: Generated<number>
  run_after: string
  lease_token: string | null
  lease_until: string | null
  created_at: Fixed<string>
  updated_at: string
  /** Of the assignment that the task makes. */
  starts_at: Fixed<string | null>
  ends_at: Fixed<string | null>
}

/** A principal whose users are copied into an account as CAM users. */
export interface UserSyncTable {
  id: Fixed<UserSyncId>
  principal_type: Fixed<'user' | 'group'>
  principal_id: Fixed<string>
  /** For the time when the principal is gone and its sync is being removed. */
  principal_name: string
  account_uin: Fixed<AccountUin>
  description: string | null
  conflict_policy: 'replace' | 'keepBoth'
  deletion_policy: 'keep' | 'delete'
  status: 'synchronizing' | 'succeeded' | 'failed' | 'removing' | 'removalFailed'
  failure_reason: string | null
  created_at: Fixed<string>
  updated_at: string
}

/** One user of a sync. Written before the account is asked for anything, deleted when the sync has no claim any more. */
export interface UserSyncMemberTable {
  sync_id: Fixed<UserSyncId>
  account_uin: Fixed<AccountUin>
  user_id: Fixed<UserId>
  user_name: string
  /** Of the CAM user; `null` until it has been made once. */
  cam_user_uin: SubUserUin | null
  cam_user_name: string | null
  /** The task that looks, or last looked, at the member. */
  task_id: TaskId
  state: 'pending' | 'synchronized' | 'failed'
  failure_reason: string | null
  updated_at: string
}

/** Outbox: users who joined or left a group that has syncs. */
export interface MembershipChangeTable {
  id: Generated<number>
  group_id: Fixed<GroupId>
  /** JSON array, sorted. */
  user_ids: Fixed<string>
  /** The last account that has its task; `null` when all of them have. */
  fanned_out_to: string | null
  created_at: Fixed<string>
}

export interface UserSyncTaskTable {
  id: Fixed<TaskId>
  type: Fixed<'startProvisioning' | 'followMembership' | 'deleteProvisioning'>
  status: 'inProgress' | 'success' | 'failed'
  sync_id: Fixed<UserSyncId>
  account_uin: Fixed<AccountUin>
  principal_type: Fixed<'user' | 'group'>
  principal_id: Fixed<string>
  principal_name: Fixed<string>
  conflict_policy: Fixed<'replace' | 'keepBoth'>
  deletion_policy: Fixed<'keep' | 'delete'>
  /** The membership change it follows. */
  change_id: Fixed<number | null>
  /** The last user whose row has been given to the task; `null` when all have been. */
  expanded_to: string | null
  batch_id: Fixed<string>
  /** Users of whom the account has what it shall have. */
  succeeded: number
  failed: number
  failure_reason: string | null
  attempts: number
  /** What is smaller goes first. */
  priority: Generated<number>
  run_after: string
  lease_token: string | null
  lease_until: string | null
  created_at: Fixed<string>
  updated_at: string
}

/** Sub-users of an account. Administrators are those of the management account. */
export interface CamUserTable {
  uin: Fixed<SubUserUin>
  account_uin: AccountUin
  name: string
  name_key: string
  status: 'enabled' | 'disabled'
  /** Who made it: the account itself, or the Identity Center (then read-only in the account). */
  managed_by: 'account' | 'identityCenter'
  /** The zone's user that it was made for by a sync. */
  synchronized_from: UserId | null
  remark: string | null
  phone_number: Generated<string | null>
  country_code: Generated<string | null>
  email: Generated<string | null>
  /** To the console of the account, with its own password. */
  last_sign_in_at: Generated<string | null>
  last_sign_in_address: Generated<string | null>
  created_at: Fixed<string>
  updated_at: string
}

export interface CamGroupTable {
  id: Generated<number>
  account_uin: Fixed<AccountUin>
  name: string
  name_key: string
  remark: string | null
  created_at: Fixed<string>
  updated_at: string
}

export interface CamGroupMemberTable {
  group_id: Fixed<number>
  user_uin: Fixed<SubUserUin>
  joined_at: Fixed<string>
}

export interface CamRoleTable {
  id: Fixed<RoleId>
  account_uin: AccountUin
  name: string
  name_key: string
  description: string | null
  trust_policy: string
  session_duration: number
  console_login: Flag
  managed_by: 'account' | 'identityCenter'
  last_used_at: Generated<string | null>
  /** JSON object. */
  tags: Generated<string>
  created_at: Fixed<string>
  updated_at: string
}

/** Custom policies of an account, with their default version. Preset ones are the catalogue's and stand in no table. */
export interface CamPolicyTable {
  id: Generated<number>
  account_uin: AccountUin
  name: string
  description: string | null
  document: string
  managed_by: 'account' | 'identityCenter'
  default_version: Generated<number>
  /** The highest number that a version of it ever had: none is given twice. */
  last_version: Generated<number>
  /** Of the default version; that of the policy while it has had no other. */
  version_created_at: Generated<string | null>
  created_at: Fixed<string>
  updated_at: string
}

/** Versions of custom policies that are not in force. */
export interface CamPolicyVersionTable {
  policy_id: Fixed<number>
  version: Fixed<number>
  document: string
  created_at: string
}

/** The policy that limits what those attached to a user or role can allow. */
export interface CamBoundaryTable {
  account_uin: Fixed<AccountUin>
  target_kind: Fixed<'user' | 'role'>
  target_id: Fixed<string>
  policy_id: number
  policy_type: 'preset' | 'custom'
  set_at: string
}

export interface CamAttachmentTable {
  account_uin: AccountUin
  target_kind: 'user' | 'group' | 'role'
  target_id: string
  /** Id in the preset catalogue or in `cam_policies`. */
  policy_id: number
  policy_name: string
  policy_type: 'preset' | 'custom'
  attached_at: string
}

export interface CamSamlProviderTable {
  account_uin: AccountUin
  name: string
  description: string | null
  metadata: string
  managed_by: 'account' | 'identityCenter'
  created_at: string
  updated_at: string
}

/** Faults for rehearsal. */
export interface CamFaultTable {
  account_uin: AccountUin
  delay_ms: number
  /** Share of calls that fail, in thousandths. */
  error_permille: number
  outage: Flag
}

export interface ApiKeyTable {
  secret_id: Fixed<string>
  /** Sealed; the signature check needs it raw. */
  secret_key: string
  account_uin: AccountUin
  /** `null` for a key of the account itself. */
  sub_user_uin: SubUserUin | null
  status: 'enabled' | 'disabled'
  description: Generated<string | null>
  created_at: Fixed<string>
  last_used_at: string | null
}

/** Temporary credentials that a sub-user, or the account itself, made for somebody else, narrowed by a policy. */
export interface CamFederationTokenTable {
  id: Fixed<string>
  tmp_secret_id: Fixed<string>
  /** Sealed. */
  secret_key: string
  token_hash: string
  account_uin: Fixed<AccountUin>
  sub_user_uin: Fixed<SubUserUin | null>
  name: string
  policy: string
  created_at: Fixed<string>
  expires_at: string
}

/** A role taken on by somebody, and its temporary credentials. */
export interface RoleSessionTable {
  id: Fixed<string>
  tmp_secret_id: Fixed<string>
  secret_key: string
  token_hash: string
  account_uin: AccountUin
  role_id: RoleId
  role_name: string
  role_session_name: string
  /** Number of who asked for the credentials; the account itself where an assertion did. */
  requester_uin: string
  /** Signed NameID and assertion id: what audit goes by. */
  source_identity: string
  assertion_id: string | null
  user_id: UserId | null
  session_policy: string | null
  created_at: Fixed<string>
  expires_at: string
  ended_at: string | null
  /** The session with which the chain of roles began; `null` for the first of them. */
  chain_id: Fixed<string | null>
}

export interface AuditEventTable {
  sequence: Generated<number>
  id: Fixed<string>
  at: Fixed<string>
  actor_kind: Fixed<string>
  actor_id: Fixed<string | null>
  actor_name: Fixed<string>
  address: Fixed<string | null>
  request_id: Fixed<string | null>
  action: Fixed<string>
  subject_kind: Fixed<string | null>
  subject_id: Fixed<string | null>
  subject_name: Fixed<string | null>
  result: Fixed<'success' | 'failure'>
  /** JSON `{ before?, after?, … }` without secrets. */
  detail: Fixed<string>
}

/** The hash chain over the audit events, written by the sealer. */
export interface AuditChainTable {
  position: number
  event_sequence: number
  hash: string
}

/** Work that only one process may do at a time. */
export interface LeaseTable {
  name: string
  token: string
  until: string
}

export interface Tables {
  instance_values: InstanceValueTable
  zones: ZoneTable
  settings: SettingTable
  signing_keys: SigningKeyTable
  counters: CounterTable
  users: UserTable
  user_emails: UserEmailTable
  groups: GroupTable
  memberships: MembershipTable
  scim_credentials: ScimCredentialTable
  name_collisions: NameCollisionTable
  scim_guard: ScimGuardTable
  scim_guard_entries: ScimGuardEntryTable
  scim_guard_losses: ScimGuardLossTable
  scim_guard_counts: ScimGuardCountTable
  scim_log: ScimLogTable
  scim_log_bodies: ScimLogBodyTable
  passwords: PasswordTable
  totp_factors: TotpFactorTable
  recovery_codes: RecoveryCodeTable
  passkeys: PasskeyTable
  passkey_challenges: PasskeyChallengeTable
  known_devices: KnownDeviceTable
  break_glass_users: BreakGlassUserTable
  sessions: SessionTable
  sign_in_attempts: SignInAttemptTable
  identity_providers: IdentityProviderTable
  metadata_sources: MetadataSourceTable
  identity_provider_certificates: IdentityProviderCertificateTable
  pending_sign_ins: PendingSignInTable
  seen_assertions: SeenAssertionTable
  sign_in_tickets: SignInTicketTable
  federated_sessions: FederatedSessionTable
  pending_logouts: PendingLogoutTable
  sign_in_tests: SignInTestTable
  cli_sign_ins: CliSignInTable
  cli_tokens: CliTokenTable
  sign_in_diagnostics: SignInDiagnosticTable
  form_submissions: FormSubmissionTable
  nodes: NodeTable
  accounts: AccountTable
  portal_accounts: PortalAccountTable
  organization_tags: OrganizationTagTable
  invitations: InvitationTable
  service_control: ServiceControlTable
  service_control_policies: ServiceControlPolicyTable
  service_control_attachments: ServiceControlAttachmentTable
  permission_configurations: PermissionConfigurationTable
  configuration_policies: ConfigurationPolicyTable
  configuration_versions: ConfigurationVersionTable
  configuration_version_policies: ConfigurationVersionPolicyTable
  assignments: AssignmentTable
  assignment_batches: AssignmentBatchTable
  deployments: DeploymentTable
  deployment_plans: DeploymentPlanTable
  deployment_plan_changes: DeploymentPlanChangeTable
  deployment_plan_places: DeploymentPlanPlaceTable
  drift_checks: DriftCheckTable
  drift_findings: DriftFindingTable
  tasks: TaskTable
  user_syncs: UserSyncTable
  user_sync_members: UserSyncMemberTable
  membership_changes: MembershipChangeTable
  user_sync_tasks: UserSyncTaskTable
  cam_users: CamUserTable
  cam_groups: CamGroupTable
  cam_group_members: CamGroupMemberTable
  cam_roles: CamRoleTable
  cam_policies: CamPolicyTable
  cam_policy_versions: CamPolicyVersionTable
  cam_boundaries: CamBoundaryTable
  cam_federation_tokens: CamFederationTokenTable
  cam_attachments: CamAttachmentTable
  cam_saml_providers: CamSamlProviderTable
  cam_faults: CamFaultTable
  api_keys: ApiKeyTable
  role_sessions: RoleSessionTable
  audit_events: AuditEventTable
  audit_chain: AuditChainTable
  leases: LeaseTable
}
