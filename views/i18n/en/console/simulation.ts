/** Texts about the simulated side of an account: its faults and its own keys. */
export const simulation = {
  tab: 'Simulation',
  faults: 'Faults',
  faultsLead:
    'Rehearse slow and failing deployments: these count for every call of the Identity Center to this account, from the next one on.',
  faultsNow: 'Faults are set: deployments to this account are slow or fail.',
  delay: 'Delay of a call, in milliseconds',
  delayHint: '0 to 60000.',
  errors: 'Failing calls, in thousandths',
  errorsHint: '0 to 1000. Half of them are carried out all the same, and only their answer is lost.',
  outage: 'Outage: no call is answered',
  save: 'Save the faults',
  clear: 'Take all faults back',
  saved: 'The faults are saved. They count from the next call on.',
  keys: 'Keys of the account itself',
  keysLead:
    'Whoever signs with such a key may do everything in the account by the cloud API: make its first users and policies, for example.',
  noKeys: 'The account itself has no keys.',
  keyRemoved: 'The key was deleted. It signs nothing any more.',
}
