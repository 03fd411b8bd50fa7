/** Texts of the simulated account's own console. */
export const account = {
  navigation: {
    overview: 'Overview',
    access: 'Access tester',
  },

  overview: {
    title: 'Account overview',
    lead: (role: string) => `You work in this account under the role ${role}.`,
    leadCamUser: (name: string) => `You work in this account as the CAM user ${name}.`,
    session: 'Your session',
    account: 'Account',
    uin: 'Account number',
    role: 'Role',
    roleArn: 'Role ARN',
    camUser: 'CAM user',
    camUserUin: 'CAM user number',
    sessionName: 'Session name',
    user: 'User of the Identity Center',
    begun: 'Begun',
    until: 'Good until',
    policies: 'Policies in force',
    policiesLead: 'What you may do here is what these policies allow. They are read anew with every request.',
    noPolicies: 'No policy is attached to the role: nothing is allowed.',
    noPoliciesCamUser: 'No policy is attached to the CAM user: nothing is allowed.',
    preset: 'Preset',
    custom: 'Custom',
    document: (name: string) => `Document of ${name}`,
    testAccess: 'Test access',
    relayState: (page: string) => `In the cloud this permission would open at ${page}.`,
  },

  access: {
    title: 'Access tester',
    lead: 'Ask what you may do here. Nothing is carried out.',
    action: 'Action',
    actionHint: 'Service and operation, such as cvm:DescribeInstances.',
    actionInvalid: 'Enter a service and an operation, such as cvm:DescribeInstances.',
    resource: 'Resource',
    resourceHint:
      'The name of one resource in six segments, such as qcs::cvm:ap-guangzhou::instance/ins-1. An asterisk stands for an operation without resources.',
    resourceInvalid: 'Enter an asterisk, or a name of the form qcs::<service>:<region>:<account>:<resource>.',
    context: 'Condition keys',
    contextHint:
      'One on a line, such as qcs:ip=10.1.2.3 or cvm:region=ap-guangzhou; several values of a key are several lines. They take the place of those of this request.',
    contextInvalid:
      'Write one condition key on a line, as key=value; the account itself knows the time, the caller and MFA.',
    submit: 'Decide',
    decision: 'Decision',
    allowed: 'Allowed',
    denied: 'Denied',
    reason: 'Reason',
    reasons: {
      rootKey: 'The root of the account needs no policy.',
      identityAllow: 'One of your policies allows it, and none denies it.',
      identityDeny: 'One of your policies denies it.',
      identityNoAllow: 'None of your policies allows it.',
      serviceControlDeny: 'A service control policy of the organization denies it.',
      serviceControlNoAllow: 'A level of the organization has no service control policy that allows it.',
      boundaryDeny: 'The permission boundary denies it.',
      boundaryNoAllow: 'The permission boundary does not allow it.',
      sessionDeny: 'The policy of this session denies it.',
      sessionNoAllow: 'The policy of this session does not allow it.',
    },
    policy: 'Deciding policy',
    statement: (number: number) => `Statement ${number}`,
    noStatement: 'No statement matches.',
  },

  enter: {
    title: 'Enter the account?',
    text: 'You were sent here from another site. Continue only if you chose this account in your own portal a moment ago.',
    submit: 'Continue to the account',
    cancel: 'Back to my access',
  },

  signIn: {
    title: 'Account sign-in',
    lead: 'For CAM users whom the account has given a password.',
    account: 'Account number',
    accountHint: 'The twelve digits of the account.',
    userName: 'CAM user name',
    password: 'Password',
    submit: 'Sign in',
    refused: 'The account, the name or the password is not right.',
    forgotten: 'Forgotten password? Somebody who manages the users of the account can set a new one.',
  },
}

export type AccountTexts = typeof account
