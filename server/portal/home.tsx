/** Accounts and permissions of the signed-in user: the list, opening one, and temporary credentials. */
import { Router, type Request } from 'express'
import { z } from 'zod'
import { CredentialsPage } from '../../views/portal/credentials-page.js'
import { CamUsersPage } from '../../views/portal/cam-users-page.js'
import { HomePage } from '../../views/portal/home-page.js'
import { OpenAccountPage } from '../../views/portal/open-account-page.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, parsePermissionConfigurationId, type UserId } from '../domain/ids.js'
import type { Browser } from '../http/browser.js'
import { sendPage } from '../http/page.js'
import { requestActor, sessionOf } from '../http/session-cookie.js'
import { validate } from '../http/validate.js'
import type { ZoneService } from '../services/zones.js'
import type { AccessibleAccount, AccessPlace, AccountAccessService } from '../services/account-access.js'
import type { CamUserAccessService } from '../services/cam-user-access.js'

export interface HomeDeps {
  readonly browser: Browser
  readonly accountAccess: AccountAccessService
  readonly zones: ZoneService
  readonly camUserAccess: Pick<CamUserAccessService, 'listFor' | 'open'>
}

const favouriteSchema = z.object({ favourite: z.enum(['true', 'false']) })
const querySchema = z.string().trim().max(100).catch('')

/** Accounts whose name or number contains the text, with all permissions; else those of their permissions that match. */
export function matchingAccounts(
  accounts: readonly AccessibleAccount[],
  query: string,
): readonly AccessibleAccount[] {
  if (query === '') return accounts
  const wanted = query.toLowerCase()
  const contains = (text: string | undefined) => text?.toLowerCase().includes(wanted) ?? false
  return accounts.flatMap((account) => {
    if (contains(account.name) || account.accountUin.includes(wanted)) return [account]
    const permissions = account.permissions.filter(
      ({ name, description }) => contains(name) || contains(description),
    )
    return permissions.length === 0 ? [] : [{ ...account, permissions }]
  })
}

/** The place that a path names. An id of the wrong form is as unknown as one that nobody has. */
function placeOf(req: Request): AccessPlace {
  const accountUin = parseAccountUin(String(req.params['accountUin']))
  const configurationId = parsePermissionConfigurationId(String(req.params['configurationId']))
  if (accountUin !== undefined && configurationId !== undefined) return { accountUin, configurationId }
  throw new IdentityCenterError('access.denied', 'You do not have this permission in this account.')
}

/** Goes behind the guard of the portal. */
export function homeRouter({ browser, accountAccess, camUserAccess, zones }: HomeDeps): Router {
  const router = Router()

  /** Names for the page; the service has decided by then that the user has the permission. */
  async function namesOf(userId: UserId, { accountUin, configurationId }: AccessPlace) {
    const account = (await accountAccess.listFor(userId)).find((each) => each.accountUin === accountUin)
    const permission = account?.permissions.find((each) => each.configurationId === configurationId)
    return {
      accountName: account?.name ?? accountUin,
      permissionName: permission?.name ?? configurationId,
    }
  }

  /** The guard of the portal lets users pass and nobody else. */
  function userIdOf(actor: ReturnType<typeof requestActor>): UserId {
    if (actor.kind === 'user') return actor.userId
    throw new IdentityCenterError('actor.forbidden', 'Only a signed-in user of the zone opens accounts.')
  }

  router.get('/portal', async (req, res) => {
    const query = querySchema.parse(req.query['q'])
    const userId = userIdOf(requestActor(res))
    const accounts = await accountAccess.listFor(userId)
    sendPage(
      res,
      <HomePage
        page={browser.pageContext(req, res)}
        userName={sessionOf(res).name}
        accounts={matchingAccounts(accounts, query)}
        query={query}
        underway={accounts.length === 0 && (await accountAccess.isUnderway(userId))}
        contact={(await zones.current()).settings['portal.contact']}
      />,
      // Nothing on it is a secret but the token of its form, which is masked anew in each answer (BREACH).
      { compressed: true },
    )
  })

  router.get('/portal/cam-users', async (req, res) => {
    const query = querySchema.parse(req.query['q'])
    const wanted = query.toLowerCase()
    const camUsers = await camUserAccess.listFor(userIdOf(requestActor(res)))
    const matches = camUsers.filter(({ accountName, accountUin, name, uin }) =>
      [accountName, accountUin, name, uin].some((text) => text.toLowerCase().includes(wanted)),
    )
    sendPage(res, <CamUsersPage page={browser.pageContext(req, res)} camUsers={matches} query={query} />)
  })

  router.post('/portal/cam-users/:accountUin/open', async (req, res) => {
    const accountUin = parseAccountUin(String(req.params['accountUin']))
    if (accountUin === undefined) {
      throw new IdentityCenterError('access.denied', 'You have no CAM user in this account.')
    }
    // The account's console is served here: its session begins without a detour through the browser.
    browser.cookies.set(res, await camUserAccess.open(requestActor(res), accountUin))
    res.redirect(303, '/account')
  })

  router.post('/portal/accounts/:accountUin/favourite', async (req, res) => {
    const accountUin = parseAccountUin(String(req.params['accountUin']))
    if (accountUin === undefined) {
      throw new IdentityCenterError('access.denied', 'You do not have a permission in this account.')
    }
    const { favourite } = validate(favouriteSchema, req.body)
    await accountAccess.setFavourite(requestActor(res), accountUin, favourite === 'true')
    res.redirect(303, '/portal')
  })

  router.post('/portal/accounts/:accountUin/:configurationId/open', async (req, res) => {
    const actor = requestActor(res)
    const place = placeOf(req)
    const opening = await accountAccess.open(actor, place)
    const names = await namesOf(userIdOf(actor), place)
    sendPage(
      res,
      <OpenAccountPage
        page={browser.pageContext(req, res)}
        {...names}
        acsUrl={opening.acsUrl}
        samlResponse={opening.samlResponse}
        relayState={opening.relayState}
      />,
      // The account's address is the configured one; the browser may have come by another name of ours.
      { formTargets: [new URL(opening.acsUrl).origin] },
    )
  })

  router.post('/portal/accounts/:accountUin/:configurationId/credentials', async (req, res) => {
    const actor = requestActor(res)
    const place = placeOf(req)
    const credentials = await accountAccess.credentials(actor, place)
    const names = await namesOf(userIdOf(actor), place)
    sendPage(
      res,
      <CredentialsPage
        page={browser.pageContext(req, res)}
        {...names}
        accountUin={place.accountUin}
        credentials={credentials}
      />,
    )
  })

  return router
}
