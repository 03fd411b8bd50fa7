/** Texts of the pages that say who has access, and why. */
export const access = {
  title: 'Who has access',
  lead: 'Who comes to what in which account, by which path, and why a request is allowed or denied.',

  // ---- lists of paths
  tab: 'Access explained',
  tabAccount: 'Who can get in',
  userLead: 'Every permission of the user by every path, as far as it has come into the account.',
  groupLead: 'What each member of the group has by it.',
  accountLead: 'Everyone to whom a role of the account is assigned, by every path.',
  caption: 'Paths of access',
  user: 'User',
  account: 'Account',
  configuration: 'Permission configuration',
  path: 'Path',
  state: 'State',
  deployed: 'In the account',
  version: (version: string) => `version ${version}`,
  until: 'Until',
  unlimited: 'No end',
  from: (time: string) => `from ${time}`,
  assignedAt: (time: string) => `assigned ${time}`,
  directly: 'Assigned directly',
  through: (group: string) => `Through the group ${group}`,
  joined: (time: string) => `member since ${time}`,
  joinedBy: (kind: string, name: string) => `by ${kind} ${name}`,
  joinedUnknown: 'by whom was not kept then',
  push: 'the request of the identity provider',
  states: {
    open: 'Gets in',
    userBlocked: 'User is blocked',
    userDisabled: 'User is disabled',
    notBegun: 'Has not begun',
    ended: 'Has ended',
    neverDeployed: 'Not in the account yet',
  },
  noDeployment: 'Not deployed',
  emptyUser: 'Nothing is assigned to the user, neither directly nor through a group.',
  emptyGroup: 'Nothing is assigned to the group.',
  emptyAccount: 'No role of the account is assigned to anybody.',
  noMatch: 'No user of this name has a role here.',
  find: 'Find users',
  searchUser: 'User name',
  exportCsv: 'Export as CSV',
  exportJson: 'Export as JSON',
  why: 'Why?',

  camUsers: 'CAM users of the account',
  camUsersLead:
    'They get in beside the roles: with keys of their own, or through the portal where they were made by a synchronization.',
  camUser: 'CAM user',
  camUserFor: 'Made for',
  camUserOwn: 'The account’s own',
  keys: 'Active keys',
  rootKeys: (count: number) =>
    count === 1
      ? 'The account itself has an active key. Whoever has it may do everything here.'
      : `The account itself has ${count} active keys. Whoever has one may do everything here.`,
  noCamUsers: 'The account has no CAM users.',
  showCamUsers: 'Show the CAM users',
  showRoles: 'Show the roles',

  // ---- who can do an action
  actionTitle: 'Who can do this?',
  actionLead:
    'Compares what is deployed to all accounts, and the service control policies above them, with one action.',
  action: 'Action',
  actionHint: 'Service and operation, such as cos:DeleteBucket.',
  actionInvalid: 'Enter a service and an operation, such as cos:DeleteBucket.',
  resource: 'Resource',
  resourceHint:
    'Empty for any resource. An asterisk asks for everything at once; otherwise a name of the form qcs::<service>:<region>:<account>:<resource>.',
  resourceInvalid:
    'Leave it empty, or enter an asterisk or a name of the form qcs::<service>:<region>:<account>:<resource>.',
  ask: 'Find out',
  outcome: 'Outcome',
  outcomes: {
    always: 'Allowed',
    conditional: 'Allowed with limits',
    denied: 'Denied',
  },
  limits: {
    resource: 'on some resources only',
    condition: 'under conditions only',
  },
  people: 'People',
  peopleLead: 'Users who may sign in and come to such a role now.',
  accountsAlways: 'Accounts, allowed',
  accountsConditional: 'Accounts, with limits',
  nobody: 'Nobody can do this in any account.',
  nobodyNamed: 'Nobody of this name can do this in any account.',
  whereTitle: 'By permission configuration',
  whereLead: 'Each version that accounts have, and what it amounts to below their service control policies.',
  whereEmpty: 'Nothing is deployed to any account.',
  accountCount: 'Accounts',
  whereOf: (user: string) => `Where ${user} can do this`,
  allPeople: 'All people',
  unknownContent: 'Not known',
  unknownNote: (count: number) =>
    count === 1
      ? 'One deployment is from before versions were kept. Redeploy it to have it counted.'
      : `${count} deployments are from before versions were kept. Redeploy them to have them counted.`,

  // ---- why
  whyTitle: 'Why?',
  whyLead: 'Follows one request through every step that decides it. Nothing is carried out.',
  toWhy: 'Explain a request',
  userName: 'User name',
  accountField: 'Account',
  accountHint: 'Its number or its name.',
  context: 'Condition keys',
  contextHint:
    'One per line, such as qcs:ip = 10.1.2.3; several values with commas. The time of now and qcs:mfa = false are there already.',
  contextInvalid: (line: number) => `Line ${line} is not of the form key = value.`,
  decide: 'Explain',
  allowed: 'Allowed',
  denied: 'Denied',
  allowedBy: (configuration: string) => `The role of ${configuration} allows it.`,
  steps: {
    user: 'The user',
    assignment: 'Assignment and membership',
    deployment: 'What the account has',
    policies: 'Policies of the role',
    serviceControl: 'Service control policies',
  },
  role: (configuration: string) => `As ${configuration}`,
  passed: 'Passed',
  failed: 'Fails here',
  notReached: 'Not reached',
  userMay: 'May sign in.',
  userBlocked: 'Is blocked. Unblock the user to let them in.',
  userDisabled: 'Is disabled. Enable the user, at the identity provider where the user comes from there.',
  noAssignment:
    'Neither the user nor a group of the user has a permission configuration in this account. Assign one.',
  placeEnds: {
    notBegun: 'The assignment has not begun. Bring its start forward.',
    ended: 'The assignment has ended. Assign it again.',
    neverDeployed:
      'The permission configuration has never reached the account. See its tasks, and deploy it.',
  },
  stale: 'The configuration was changed since: what the account has decides until it is redeployed.',
  contentUnknown:
    'What was deployed is from before versions were kept. Redeploy it, and the policies can be looked at.',
  reasons: {
    allow: 'A statement allows it, and none denies it.',
    deny: 'A statement denies it. Take the action out of it, or narrow its resources or conditions.',
    noAllow: 'No statement allows it. Add one that does to the permission configuration, and redeploy.',
  },
  levelReasons: {
    allow: 'A policy of this level allows it.',
    deny: 'A policy of this level denies it. Detach or change it.',
    noAllow: 'No policy of this level allows it. Attach one that does.',
  },
  exempt: 'They do not apply: they are switched off, or this is the management account.',
  level: (name: string) => `Level ${name}`,
  statement: (policy: string, number: number) => `${policy}, statement ${number}`,
  deciding: 'Decides',
  matches: 'Matches',
  matchesNot: {
    resource: 'Another resource',
    condition: 'A condition is not met',
  },
  noStatements: 'No statement speaks of this action.',
  whatIf: (configuration: string) =>
    `A newer version of ${configuration} than the account has would decide otherwise: redeploy it.`,
  userUnknown: 'There is no user of this name.',
  accountUnknown: 'There is no such account in the organization.',
}
