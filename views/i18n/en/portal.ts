/** Texts of the user's side: sign-in, second factor, accounts and roles. */
export const portal = {
  signIn: {
    title: 'Sign in',
    portalLead: (spaceName: string) => `to ${spaceName}`,
    consoleTitle: 'Console sign-in',
    consoleLead: 'For administrators of the Identity Center.',
    userName: 'User name',
    password: 'Password',
    submit: 'Sign in',
    refused: 'The name or the password is not right.',
    locked: (wait: string) => `Too many failed attempts. Try again in ${wait}.`,
    forgotten: 'Forgotten password or lost device? An administrator can reset them.',
    ssoTitle: 'Single sign-on',
    ssoText: 'Your organization signs in through its own identity provider.',
    ssoSubmit: 'Continue with single sign-on',
    methodChanged: 'Signing in with a password is off. Use single sign-on.',
  },

  code: {
    title: 'Confirm that it is you',
    lead: 'Open your authenticator app and enter the code it shows for this account.',
    label: 'Code',
    hint: 'Six digits. Without your device, enter one of your recovery codes instead.',
    submit: 'Confirm',
    wrong: 'The code is not right, or it has been used. Wait for the next one and try again.',
    startAgain: 'Sign in as somebody else',
  },

  enrol: {
    title: 'Set up your second step',
    lead: 'From now on you sign in with your password and a code from an authenticator app on your phone.',
    scan: 'Scan this code with the app',
    scanHint: 'Any app for one-time codes (TOTP) will do.',
    qrLabel: 'QR code with the key of your account',
    manual: 'You cannot scan it? Enter this key in the app',
    key: 'Key',
    accountName: 'Account',
    keyKind: 'Kind',
    keyKindValue: 'Time-based, 6 digits, 30 seconds',
    enterCode: 'Enter the code that the app shows',
    wrong:
      'The code is not right. Check that the clock of your phone is set automatically, then enter the next code.',
    submit: 'Confirm and continue',
  },

  recovery: {
    title: 'Keep your recovery codes',
    lead: 'Each of these codes replaces the app once, should you lose your phone. They are shown only now: print them or keep them in a password manager.',
    codes: 'Recovery codes',
    submit: 'I have kept them',
  },

  changePassword: {
    title: 'Choose your own password',
    lead: 'The password you signed in with was made by somebody else, so it has to be replaced.',
    current: 'Current password',
    new: 'New password',
    repeat: 'New password again',
    rule: '8 to 32 characters with an upper case letter, a lower case letter, a digit and a special character, without spaces.',
    different: 'The two entries are not the same.',
    currentWrong: 'The current password is not right.',
    submit: 'Change password',
  },

  logout: {
    title: 'Log out',
    question: 'Do you want to end this session?',
    ssoRemark:
      'You stay signed in at your identity provider. Log out there as well on a computer that others use.',
    everywhere: 'Log out here and there',
    everywhereRemark: (host: string) =>
      `You signed in through ${host}. If you log out only here, whoever uses this browser next can come back without a password.`,
    hereOnly: 'Only here',
    done: 'You are logged out.',
    doneHere: 'You are logged out here. You are still signed in at your identity provider.',
  },

  home: {
    title: 'My access',
    roles: 'CAM roles',
    camUsers: 'CAM users',
    searchLabel: 'Search accounts and permissions',
    count: (accounts: number) => (accounts === 1 ? '1 account' : `${accounts} accounts`),
    permissions: (count: number) => (count === 1 ? '1 permission' : `${count} permissions`),
    logIn: 'Log in',
    logInTo: (permission: string, account: string) => `Log in to ${account} with ${permission}`,
    credentials: 'Access credentials',
    credentialsOf: (permission: string, account: string) =>
      `Access credentials for ${account} with ${permission}`,
    emptyTitle: 'No account yet',
    empty:
      'Nobody has given you a permission in an account, or it has not been deployed there yet. Ask the administrators of your Identity Center, and tell them your user name:',
    noMatches: (query: string) => `No account or permission matches “${query}”.`,
    showAll: 'Show all',
    camUsersEmptyTitle: 'No CAM user',
    camUsersEmpty:
      'CAM users appear here when an administrator copies you into an account by CAM user synchronization. Your access by roles is on the other tab.',
  },

  open: {
    title: (account: string) => `Log in to ${account}`,
    text: (permission: string) => `You are about to enter this account with the permission ${permission}.`,
    submit: 'Continue to the account',
    hint: 'This page is good for one minute and one use.',
  },

  credentials: {
    title: 'Access credentials',
    lead: (permission: string, account: string, uin: string) => `${permission} in ${account} (${uin})`,
    expires: 'Good until',
    once: 'These are shown only now. Whoever has them can do what you can do, so keep them to yourself.',
    environmentTitle: 'Environment variables',
    environmentHint: 'Paste this into a terminal on Linux or macOS.',
    fileTitle: 'Credential file',
    fileHint: 'The content of a credential file for the command-line tool.',
    valuesTitle: 'Single values',
    again: 'Back to my access',
  },

  security: {
    title: 'My security',
    secondFactor: 'Second step',
    bound: 'Bound',
    waiting: 'Waiting to be bound',
    boundAt: 'Bound on',
    recoveryCodes: 'Recovery codes left',
    unbindHint: 'To bind another device, ask an administrator to unbind this one.',
    ssoFactor: 'Your identity provider decides how you prove who you are.',
    password: 'Password',
    passwordChanged: 'Your password has been changed. Your other sessions have ended.',
    sessions: 'Sessions',
    sessionsLead: 'Where you are signed in. End what you do not recognize, and change your password then.',
    device: 'Browser',
    address: 'Address',
    kind: 'Kind',
    kinds: { portal: 'Portal', console: 'Console', account: 'Account console' },
    started: 'Started',
    lastUsed: 'Last used',
    thisOne: 'This session',
    unknownDevice: 'Unknown',
    end: 'End',
    endOf: (device: string) => `End the session of ${device}`,
    endOthers: 'End all other sessions',
    ended: 'The session has ended.',
    othersEnded: (count: number) =>
      count === 0
        ? 'There were no other sessions.'
        : count === 1
          ? 'One session has ended.'
          : `${count} sessions have ended.`,
  },
}

export type PortalTexts = typeof portal
