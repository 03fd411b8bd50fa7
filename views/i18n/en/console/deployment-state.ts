/** Versions of permission configurations, plans of what is deployed, and what differs in the accounts. */
export const versions = {
  tab: 'Versions',
  caption: 'Versions of this configuration',
  number: 'Version',
  change: 'What was done',
  by: 'By',
  at: 'When',
  current: 'Current',
  found: 'There before versions were kept',
  create: 'Created',
  update: 'Settings changed',
  attachPreset: 'Preset policies attached',
  addCustomPolicies: 'Custom policies added',
  putCustomPolicy: 'Custom policy saved',
  detachPolicy: 'Policy removed',
  restore: (number: number) => `Version ${number} restored`,
  restoreAgain: 'Restored',
  system: 'The system',
  showChange: 'Changes',
  showChangeOf: (number: number) => `Changes of version ${number}`,
  withCurrent: 'Compare with now',
  withCurrentOf: (number: number) => `Compare with now: version ${number}`,
  restoreLink: 'Restore',
  restoreLinkOf: (number: number) => `Restore version ${number}`,

  compareAny: 'Compare two versions',
  from: 'From version',
  to: 'To version',
  compareTitle: (from: number, to: number) => `From version ${from} to version ${to}`,
  same: 'These two versions are the same.',
  restoreTitle: (number: number) => `Restore version ${number}?`,
  restoreLead:
    'The content of that version becomes the newest version. This is what changes; accounts get it when they are redeployed.',
  restoreButton: 'Restore this version',

  settings: 'Settings',
  policies: 'Policies',
  settingBefore: 'Before',
  settingAfter: 'After',
  preset: 'Preset policy',
  custom: 'Custom policy',
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  statementAdded: 'Statement added',
  statementRemoved: 'Statement removed',
  statementChanged: 'Statement changed',
  statementsStay: (count: number) =>
    count === 1 ? '1 statement stays as it is.' : `${count} statements stay as they are.`,
  notShown: (count: number) =>
    count === 1 ? '1 statement, too much to show here.' : `${count} statements, too much to show here.`,
  formOnly: 'Only the form of the text differs; it says the same.',

  changedMeanwhile: 'Somebody else has changed this in the meantime',
  showMeanwhile: 'Show what was changed',
  saveAnyway: 'What you entered stands below. Saving it now replaces the other change.',
}

export const drift = {
  title: 'Drift',
  lead: 'What is different in the accounts from what was deployed there.',
  clean: 'As deployed',
  drifted: 'Different',
  failed: 'Could not be asked',
  waiting: 'Not looked at yet',
  oldest: 'Every account was looked at since:',
  toAccount: 'Open the account',
  toAccountOf: (account: string) => `Open the account: ${account}`,
  checkAll: 'Check all accounts now',
  checkOne: 'Check again',
  checkOneOf: (account: string) => `Check again: ${account}`,
  repairAll: 'Repair what can be deployed again',
  running: 'The accounts are being looked at. This page refreshes by itself.',
  none: 'Nothing differs in the accounts that were looked at.',
  noneHere: 'Nothing differs here.',
  filtered: 'This shows a part of the differences.',
  showAll: 'Show all',
  failuresTitle: 'Accounts that could not be asked',
  failuresLead: 'Of these it is not known whether they are as they should be.',
  account: 'Account',
  reason: 'Reason',
  checked: 'Asked',
  since: 'Found',
  role: 'Role',
  samlProvider: 'SAML provider',
  policy: 'Policy',
  missing: 'Vanished',
  changed: 'Changed',
  extra: 'Extra',
  missingRole: 'The role that was deployed is not there any more: nobody gets in by it.',
  missingProvider: 'The SAML provider is not there any more: nobody gets into the account.',
  extraRole: 'Nothing that is deployed needs this role. Whoever is trusted by it may still get in.',
  extraPolicy: 'Nothing that is deployed needs this policy, and no role has it.',
  extraProvider: 'Nothing that is deployed needs this SAML provider.',
  trust: 'Who may take on the role',
  expected: 'Deployed',
  actual: 'In the account',
  legend: 'Lines with + are in the account and were not deployed; lines with - were deployed and are gone.',
  repair: 'Deploy again',
  repairOf: (object: string, account: string) => `Deploy again: ${object} in ${account}`,
  remove: 'Remove it',
  removeOf: (object: string, account: string) => `Remove it: ${object} from ${account}`,
  removeQuestion: 'It is deleted in the account, a role together with its sessions. This cannot be undone.',
  nothingToRepair: 'There is nothing that deploying again would put right.',
  configurationNotice: (count: number) =>
    count === 1
      ? 'In 1 account this configuration is not as it was deployed.'
      : `In ${count} accounts this configuration is not as it was deployed.`,
  accountNotice: (count: number) =>
    count === 1
      ? '1 object in this account is not as it was deployed.'
      : `${count} objects in this account are not as they were deployed.`,
  accountUnknown: (reason: string) =>
    `Whether this account is as it was deployed is not known: it could not be asked. ${reason}`,
  accountChecked: 'Last compared with what was deployed:',
  accountNever: 'This account has not been compared with what was deployed yet.',
  overviewDrifted: (count: number) =>
    count === 1 ? '1 account is not as it was deployed.' : `${count} accounts are not as they were deployed.`,
  overviewFailed: (count: number) =>
    count === 1
      ? '1 account could not be asked whether it is as it was deployed.'
      : `${count} accounts could not be asked whether they are as they were deployed.`,
  show: 'Show what differs',
  badge: 'Differs',
}

export const plans = {
  title: 'Plan of the deployment',
  lead: (count: number) =>
    count === 1
      ? 'This is what will change in 1 account. Nothing has been done yet.'
      : `This is what will change in ${count} places. Nothing has been done yet.`,
  applied: 'This plan is being carried out, or has been.',
  toTasks: 'Show the progress',
  leftOut: (count: number) =>
    `A plan holds 1000 places; ${count} more need redeploying. Plan again when this one is done.`,
  changeTitle: (configuration: string, count: number) =>
    count === 1 ? `${configuration} in 1 account` : `${configuration} in ${count} accounts`,
  fromVersion: (from: number, to: number) => `From version ${from} to version ${to}.`,
  toVersion: (to: number) => `To version ${to}.`,
  sameVersion: (version: number) => `Version ${version} again.`,
  undeploy: 'Taken out of the account.',
  nothing: 'Nothing in the account changes.',
  gains: 'People can do more',
  loses: 'People can do less',
  neither: 'Nobody gains or loses a permission',
  roleMade: 'The role is made: it is not in the account.',
  roleDeleted: 'The role is deleted, and every session under it ends.',
  providerMade: 'The SAML provider is made: it is not in the account.',
  providerChanged: 'The SAML provider gets the metadata of this Identity Center again.',
  providerDeleted: 'The SAML provider is deleted: nothing else needs it.',
  looseEnds: (names: string) => `Policies that no role has are deleted: ${names}.`,
  afterwards: 'Afterwards',
  nobody: 'Nobody is assigned there.',
  affected: (count: number) =>
    count === 1 ? 'It concerns 1 user or group:' : `It concerns ${count} users and groups:`,
  members: (count: number) => (count === 1 ? '1 member' : `${count} members`),
  inAccounts: (count: number) => (count === 1 ? 'in 1 account' : `in ${count} accounts`),
  principalCount: (count: number) => (count === 1 ? '1 user or group' : `${count} users and groups`),
  assigned: 'Assigned',
  accounts: (count: number) => (count === 1 ? 'The account' : `The ${count} accounts`),
  allAccounts: (count: number) => `Show all ${count}`,
  account: 'Account',
  reason: 'Reason',
  more: (count: number) => `and ${count} more`,
  unknownTitle: (count: number) =>
    count === 1 ? '1 place is left as it is' : `${count} places are left as they are`,
  unknownLead: 'What would change there cannot be said now, so nothing is done there.',
  applyLead:
    'Exactly this is done. If an account, a configuration or an assignment has changed by then, nothing is done and you are shown a new plan.',
  apply: (count: number) => (count === 1 ? 'Apply this plan' : `Apply this plan in ${count} places`),
  movedAgain: 'Something had changed since it was planned. Nothing was done. This is the new plan.',
  nothingToPlan: 'No deployment needs redeploying.',
  undeployUnknown: (reason: string) =>
    `What is in the account cannot be said now: ${reason} Undeploying removes the role and its policies when the account answers.`,
}
