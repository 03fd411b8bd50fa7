/** What an act brought about, said on the page that follows it. */
interface DoneFacts {
  readonly name: string
  readonly count: number
}

/** Each says it of one named thing, or of a number of things. */
type DoneText = (facts: DoneFacts) => string

const say = <Code extends string>(texts: Record<Code, DoneText>): Record<Code, DoneText> => texts

export const done = say({
  userChanged: ({ name }) => `${name} was changed.`,
  userDeleted: ({ name }) => `${name} was deleted.`,
  userEnabled: ({ name }) => `${name} was enabled.`,
  userDisabled: ({ name }) => `${name} was disabled, and every session of it has ended.`,
  userBlocked: ({ name }) => `${name} was blocked, and every session of it has ended.`,
  userUnblocked: ({ name }) => `${name} was unblocked.`,
  usersEnabled: ({ count }) => (count === 1 ? '1 user was enabled.' : `${count} users were enabled.`),
  usersDisabled: ({ count }) => (count === 1 ? '1 user was disabled.' : `${count} users were disabled.`),
  usersDeleted: ({ count }) => (count === 1 ? '1 user was deleted.' : `${count} users were deleted.`),
  usersJoined: ({ name, count }) =>
    count === 1 ? `1 user was added to ${name}.` : `${count} users were added to ${name}.`,
  usersLeft: ({ name, count }) =>
    count === 1 ? `1 user was removed from ${name}.` : `${count} users were removed from ${name}.`,
  usersRefused: ({ name, count }) =>
    count === 1
      ? `1 user was left as it is: ${name}`
      : `${count} users were left as they are. The first: ${name}`,
  mfaUnbound: ({ name }) => `The MFA device of ${name} was unbound.`,
  breakGlassAdded: ({ name }) => `${name} may use break-glass.`,
  breakGlassRemoved: ({ name }) => `${name} may use break-glass no longer.`,
  sessionEnded: () => 'The session has ended.',
  sessionsEnded: ({ count }) => (count === 1 ? '1 session has ended.' : `${count} sessions have ended.`),
  groupCreated: ({ name }) => `The group ${name} was created.`,
  groupChanged: ({ name }) => `The group ${name} was changed.`,
  groupDeleted: ({ name }) => `The group ${name} was deleted.`,
  scimEnabled: () => 'SCIM synchronization is enabled.',
  scimDisabled: () => 'SCIM synchronization is disabled: every SCIM request is refused now.',
  scimCredentialEnabled: ({ name }) => `The credential ${name} is enabled.`,
  scimCredentialDisabled: ({ name }) =>
    `The credential ${name} is disabled: requests with it are refused now.`,
  scimCredentialDeleted: ({ name }) => `The credential ${name} was deleted.`,
  adoptionLinked: ({ name }) => `${name} was linked: the identity provider owns it from now on.`,
  adoptionsLinked: ({ count }) =>
    count === 1
      ? '1 name was linked: the identity provider owns it from now on.'
      : `${count} names were linked: the identity provider owns them from now on.`,
  adoptionsRefused: ({ name, count }) =>
    count === 1
      ? `1 name was left as it is: ${name}`
      : `${count} names were left as they are. The first: ${name}`,
  adoptionRejected: ({ name }) => `${name} was rejected: further pushes of it are told so.`,
  guardReleased: () => 'Released: the retries of the identity provider are carried out.',
  guardRefused: () => 'Refused: requests that take access away are refused until you end this.',
  guardResumed: () => 'The guard is watching again, and counts from nothing.',
  loginMethodSso: () => 'Users now sign in over SSO.',
  loginMethodPassword: () => 'Users now sign in with a password.',
  identityProviderSaved: () => 'The identity provider was saved.',
  identityProviderCleared: () => 'The identity provider was removed.',
  keyMade: () =>
    'The next key was made and is in the metadata. Let the identity provider read it before you use it.',
  keyUsed: () => 'The next key is in use. The old one stays in the metadata until you remove it.',
  accountKeyMade: () =>
    'The next key was made, and the accounts will be compared. Repair them under Drift before you use it.',
  accountKeyUsed: () => 'The next key is in use. The accounts believe the old one until you remove it.',
  accountKeyRemoved: () =>
    'The key was removed, and the accounts will be compared. Repair them under Drift so that they forget it.',
  keyRemoved: () => 'The key was removed from the metadata.',
  metadataAddressForgotten: () => 'The address was forgotten. The identity provider stays as it is.',
  proposalDiscarded: () => 'The document was discarded. Nothing was changed.',
  certificateAdded: () => 'The certificate was added.',
  certificateRemoved: () => 'The certificate was removed.',
  configurationCreated: ({ name }) =>
    `The permission configuration ${name} was created. Now attach policies to it.`,
  configurationChanged: ({ name }) => `The permission configuration ${name} was changed.`,
  driftRequested: ({ count }) =>
    count === 1 ? '1 account will be looked at.' : `${count} accounts will be looked at.`,
  driftChecked: ({ name }) => `${name} was looked at.`,
  extraRemoved: ({ name }) => `${name} was removed from the account.`,
  versionRestored: ({ count }) => `Version ${count} was restored.`,
  configurationDeleted: ({ name }) => `The permission configuration ${name} was deleted.`,
  policiesAttached: ({ count }) =>
    count === 1 ? '1 policy was attached.' : `${count} policies were attached.`,
  policiesDetached: ({ count }) =>
    count === 1 ? '1 policy was detached.' : `${count} policies were detached.`,
  policiesImported: ({ name, count }) =>
    count === 1 ? `1 policy was imported from ${name}.` : `${count} policies were imported from ${name}.`,
  policySaved: ({ name }) => `The policy ${name} was saved.`,
  policyRemoved: ({ name }) => `The policy ${name} was removed.`,
  periodChanged: ({ name }) => `When the authorization of ${name} counts was changed.`,
  assignmentsRemoved: ({ count }) =>
    count === 1 ? '1 assignment was removed.' : `${count} assignments were removed.`,
  departmentChanged: ({ name }) => `The department ${name} was changed.`,
  departmentDeleted: ({ name }) => `The department ${name} was deleted.`,
  accountChanged: ({ name }) => `The account ${name} was changed.`,
  accountRemoved: ({ name }) => `The account ${name} left the organization.`,
  accountsMoved: ({ name, count }) =>
    count === 1 ? `1 account was moved to ${name}.` : `${count} accounts were moved to ${name}.`,
  accountDeleted: ({ name }) => `The account ${name} was deleted.`,
  invitationCancelled: ({ name }) => `The invitation of ${name} was cancelled.`,
  serviceControlOn: () => 'Service control policies are on.',
  serviceControlOff: () => 'Service control policies are off.',
  serviceControlSaved: ({ name }) => `The policy ${name} was saved.`,
  serviceControlDeleted: ({ name }) => `The policy ${name} was deleted.`,
  serviceControlAttached: ({ name }) => `The policy ${name} was attached.`,
  serviceControlDetached: ({ name }) => `The policy ${name} was detached.`,
  userSyncChanged: ({ name }) => `The synchronization of ${name} was changed.`,
  departmentCreated: ({ name }) => `The department ${name} was added.`,
  accountCreated: ({ name }) => `The account ${name} was added.`,
  administratorEnabled: ({ name }) => `The administrator ${name} was enabled.`,
  administratorDisabled: ({ name }) => `The administrator ${name} was disabled.`,
  apiKeyEnabled: ({ name }) => `The API key ${name} is enabled.`,
  apiKeyDisabled: ({ name }) => `The API key ${name} is disabled.`,
  apiKeyDeleted: ({ name }) => `The API key ${name} was deleted.`,
  settingChanged: ({ name }) => `${name} was changed.`,
})

/** Words that several pages of the console use. */
export const terms = {
  manual: 'Created manually',
  synchronized: 'Imported',
  allTypes: 'All types',
  allStatuses: 'Any status',
  byScim: 'SCIM',
  byAdministrator: 'An administrator',
  readOnlyNotice: 'You may look at everything here and change nothing.',
  selectNone: 'Select at least one first.',
}
