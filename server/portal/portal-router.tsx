/** The users' side: sign-in at `/<spaceName>/login`, accounts and security below `/portal`. The last door: it answers what no other did. */
import { Router, type Request, type Response } from 'express'
import { SsoPage } from '../../views/sign-in/sso-page.js'
import { isCliState } from '../domain/cli-sign-in.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { localPath } from '../domain/local-path.js'
import type { Zone } from '../domain/zone.js'
import type { Browser } from '../http/browser.js'
import { pageNotFound } from '../http/error-page.js'
import { formBody } from '../http/form-body.js'
import { networkRefusals } from '../http/network-refusal.js'
import { sendPage } from '../http/page.js'
import { securityPages } from '../http/security-pages.js'
import { originOf, refuseOtherNetworks } from '../http/session-cookie.js'
import { createSignInPages } from '../http/sign-in-pages.js'
import type { AccountAccessService } from '../services/account-access.js'
import type { IdentityConfirmation } from '../services/identity-confirmation.js'
import type { CamUserAccessService } from '../services/cam-user-access.js'
import type { CliSignInService } from '../services/cli-sign-ins.js'
import type { InvitationService } from '../services/invitations.js'
import type { MfaService } from '../services/mfa.js'
import type { PasskeySignIn } from '../services/passkey-sign-in.js'
import type { PasskeyService } from '../services/passkeys.js'
import type { PasswordService } from '../services/passwords.js'
import type { SessionService } from '../services/sessions.js'
import type { SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import type { SignInNetworks } from '../services/sign-in-networks.js'
import type { SignInService } from '../services/sign-in.js'
import type { SingleLogoutService } from '../services/single-logout.js'
import type { ZoneService } from '../services/zones.js'
import { COMMAND_LINE_PATH, commandLinePath, commandLineRouter } from './command-line.js'
import { homeRouter } from './home.js'
import { invitationRouter } from './invitation.js'

export interface PortalDeps {
  readonly browser: Browser
  readonly services: {
    readonly accountAccess: AccountAccessService
    readonly identityConfirmation: IdentityConfirmation
    readonly camUserAccess: CamUserAccessService
    readonly cliSignIns: CliSignInService
    readonly invitations: InvitationService
    readonly mfa: MfaService
    readonly passkeySignIn: PasskeySignIn
    readonly passkeys: PasskeyService
    readonly passwords: PasswordService
    readonly sessions: SessionService
    readonly signIn: SignInService
    readonly signInDiagnostics: Pick<SignInDiagnostics, 'recordNetworkRefusal'>
    readonly signInNetworks: Pick<SignInNetworks, 'require'>
    readonly singleLogout: SingleLogoutService
    readonly zones: ZoneService
  }
}

const HOME = '/portal'

export function portalRouter({ browser, services }: PortalDeps): Router {
  const { zones, signIn, signInNetworks, accountAccess, camUserAccess, cliSignIns } = services
  const passwordPath = async () => `/${(await zones.current()).spaceName}/login`
  const pages = createSignInPages(
    { browser, ...services },
    {
      kind: 'portal',
      prefix: HOME,
      homePath: HOME,
      passwordPath,
      singleLogout: services.singleLogout,
    },
  )

  /** The zone whose login URL this is. Any other name is a page that does not exist. */
  async function zoneOf(req: Request): Promise<Zone> {
    const zone = await zones.current()
    if (req.params['spaceName'] === zone.spaceName) return zone
    throw new IdentityCenterError('request.notFound', 'This page does not exist.')
  }

  /** While it is off, the address is that of any other sign-in. */
  const asksForBreakGlass = async (req: Request): Promise<boolean> =>
    req.query['method'] === 'password' && (await signIn.breakGlassIsOn())

  function sendSsoPage(
    req: Request,
    res: Response,
    zone: Zone,
    {
      status = 200,
      afterPassword = false,
    }: { readonly status?: number; readonly afterPassword?: boolean } = {},
  ): void {
    const next = localPath(req.query['next'])
    const href = next === undefined ? '/saml/login' : `/saml/login?RelayState=${encodeURIComponent(next)}`
    const page = browser.pageContext(req, res)
    sendPage(
      res,
      <SsoPage page={page} spaceName={zone.spaceName} href={href} afterPassword={afterPassword} />,
      { status },
    )
  }

  const router = Router()
  router.use(...browser.enter('portal'))
  // Before the CSRF check, which goes by the session: the reason would be lost.
  router.use([HOME, COMMAND_LINE_PATH], refuseOtherNetworks)
  router.use(formBody, browser.requireCsrf)

  router.get('/', (_req, res) => {
    res.redirect(303, HOME)
  })

  router.get('/:spaceName/login', async (req, res) => {
    const zone = await zoneOf(req)
    // Nobody is asked for a password that cannot be used.
    await signInNetworks.require(originOf(req, res))
    const { loginType, state } = req.query
    if (loginType === 'tccli' && isCliState(state)) {
      // Its `callback` is not followed: the token waits here until it is asked for.
      res.redirect(303, commandLinePath(state))
      return
    }
    if (pages.leadOn(req, res)) return
    const { spaceName } = zone
    if (zone.loginMethod === 'password') pages.sendPasswordPage(req, res, { spaceName })
    else if (await asksForBreakGlass(req)) pages.sendPasswordPage(req, res, { spaceName, breakGlass: true })
    else sendSsoPage(req, res, zone)
  })

  router.post('/:spaceName/login', browser.limitSignIns, async (req, res) => {
    const zone = await zoneOf(req)
    try {
      await pages.takePassword(req, res, {
        spaceName: zone.spaceName,
        breakGlass: await asksForBreakGlass(req),
      })
    } catch (error) {
      if (!isIdentityCenterError(error, 'signIn.methodOff')) throw error
      sendSsoPage(req, res, zone, { status: 403, afterPassword: true })
    }
  })

  router.use(invitationRouter({ browser, invitations: services.invitations }))
  router.use(pages.router())
  router.use(
    [HOME, COMMAND_LINE_PATH],
    browser.cookies.requireSession({
      signInPath: async (session) => (session ? pages.pathOf(session) : passwordPath()),
    }),
  )
  router.use(commandLineRouter({ browser, cliSignIns }))
  router.use(homeRouter({ browser, accountAccess, camUserAccess, zones }))
  router.use(securityPages({ browser, ...services }, { variant: 'portal', prefix: HOME }))
  router.use(pageNotFound)
  router.use(networkRefusals({ browser, ...services }, 'portal'))
  router.use(browser.errorPages({ variant: 'portal', startPath: HOME }))
  return router
}
