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
  showChangeOf: (number: number) => `What version ${number} changed`,
  withCurrent: 'Compare with now',
  withCurrentOf: (number: number) => `Compare version ${number} with now`,
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
  oldest: 'The longest time ago that an account was looked at:',
  checkAll: 'Check all accounts now',
  checkOne: 'Check again',
  checkOneOf: (account: string) => `Check ${account} again`,
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
  extra: 'Not ours to be there',
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
  repairOf: (object: string, account: string) => `Deploy ${object} in ${account} again`,
  remove: 'Remove it',
  removeOf: (object: string, account: string) => `Remove ${object} from ${account}`,
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
    count === 1
      ? '1 account is not as it was deployed. Look at Drift.'
      : `${count} accounts are not as they were deployed. Look at Drift.`,
  overviewFailed: (count: number) =>
    count === 1
      ? '1 account could not be asked whether it is as it was deployed.'
      : `${count} accounts could not be asked whether they are as they were deployed.`,
  show: 'Show what differs',
  badge: 'Differs',
}
