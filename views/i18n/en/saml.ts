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
}
