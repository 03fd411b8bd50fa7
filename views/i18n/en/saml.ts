/** Texts of single sign-on: what a person sees between the identity provider and the portal. */
export const saml = {
  failureTitle: 'Sign-in failed',
  failureText:
    'Your organization’s sign-in did not work. Try again; if it fails again, give this reference to your administrator.',
  reference: 'Reference:',
  tryAgain: 'Sign in again',
  confirmTitle: 'Confirm your sign-in',
  confirmText: (userName: string) =>
    `Your identity provider sent you here to sign in as ${userName}. Continue only if that is you.`,
  confirm: (userName: string) => `Continue as ${userName}`,
  confirmOther: 'Sign in as somebody else',
  requestTitle: 'Sign in',
  requestText: (host: string) => `You are on your way to ${host} to sign in.`,
  requestContinue: 'Continue',
  logoutTitle: 'Log out',
  logoutRequestText: (host: string) => `You are on your way to ${host} to finish logging out.`,
  logoutDoneTitle: 'Logged out',
  logoutReach: {
    everywhere: 'You are logged out here and at your identity provider.',
    partial:
      'You are logged out here and at your identity provider, but not at every other site it signed you in to. Close the browser on a computer that others use.',
    unknown:
      'You are logged out here. Your identity provider did not confirm that you are logged out there: log out at its own site as well on a computer that others use.',
    here: 'You are logged out here.',
  },
  logoutFailureTitle: 'Log out failed',
  logoutFailureText:
    'A message about logging out could not be used, so nothing was changed by it. To be safe, log out here and at your identity provider, or close the browser. Give this reference to your administrator:',
}
