/** Texts about importing custom policies of an account into a permission configuration. */
export const policyImport = {
  open: 'Import from an account',
  title: (name: string) => `Import custom policies into ${name}`,
  accountLead: 'Choose the account that has the policies.',
  accounts: 'Accounts',
  findAccounts: 'Find accounts',
  searchAccounts: 'Name or number',
  choose: 'Choose',
  policiesLead: (account: string) =>
    `Custom policies that ${account} made itself. They are copied: later changes there change nothing here.`,
  policies: 'Custom policies of the account',
  findPolicies: 'Find policies',
  searchPolicies: 'Part of the name',
  noPolicies: 'This account has no custom policies of its own.',
  policyName: 'Policy name',
  selectPolicies: 'Select at least one policy first.',
  preview: 'Look at the selected',
  previewLead:
    'This is what is imported. Each policy gets a name in this configuration, which cannot be changed later.',
  nameHere: (source: string) => `Name of ${source} here`,
  otherAccount: 'Another account',
  importButton: 'Import',
}

export type PolicyImportTexts = typeof policyImport
