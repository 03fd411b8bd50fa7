/** `/admin/`: the zone at a glance. */
import { Router } from 'express'
import { OverviewPage } from '../../views/console/overview.js'
import { loginUrlOf } from './addresses.js'
import type { ConsoleDoor } from './console-door.js'
import {
  breakGlassWarnings,
  credentialWarnings,
  endingWarnings,
  driftWarnings,
  guardWarnings,
  identityProviderWarnings,
  leadingTo,
  metadataSourceWarnings,
  serviceProviderWarnings,
  warningNotices,
} from './warnings.js'

export function overviewRouter(door: ConsoleDoor): Router {
  const {
    zones,
    organization,
    scimCredentials,
    scimGuard,
    adoptions,
    identityProvider,
    metadataSource,
    serviceProviderKeys,
    roleSamlKeys,
    breakGlass,
    assignmentEndings,
    drift,
  } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const zone = await zones.current()
    const counts = await zones.statistics(actor)
    const accounts = await organization.listAccounts(actor, { page: { offset: 0, limit: 1 } })
    const collisions = await adoptions.counts(actor)
    const now = door.clock.now()
    const { console: words } = door.wordsOf(res)
    const provider = await identityProvider.find()
    const credentials = zone.scimStatus === 'enabled' ? await scimCredentials.list(actor) : []
    const ending = await assignmentEndings.soon(actor, { offset: 0, limit: 1 })
    const warnings = [
      ...breakGlassWarnings(await breakGlass.list(actor), zone, now, words.overview),
      ...leadingTo('/admin/scim', warningNotices(credentialWarnings(credentials, now, words.scim))),
      ...leadingTo('/admin/scim/guard', guardWarnings(await scimGuard.status(actor), words.guard)),
      ...leadingTo('/admin/assignments/ending', endingWarnings(ending, words.batches)),
      ...driftWarnings(await drift.summary(actor), words.drift),
      ...leadingTo('/admin/sso', [
        ...(provider ? identityProviderWarnings(provider, now, words.sso) : []),
        ...serviceProviderWarnings(provider ? await serviceProviderKeys.list() : [], now, words.sso),
        ...serviceProviderWarnings(await roleSamlKeys.list(), now, words.sso),
        ...metadataSourceWarnings(await metadataSource.find(actor), words.sso),
      ]),
    ]
    door.send(req, res, (page) => (
      <OverviewPage
        page={page}
        zone={zone}
        counts={{ ...counts, accounts: accounts.total, collisions: collisions.open }}
        loginUrl={loginUrlOf(door.baseUrl, zone)}
        breakGlassUrl={
          zone.settings['signIn.breakGlass'] ? `${loginUrlOf(door.baseUrl, zone)}?method=password` : undefined
        }
        warnings={warnings}
      />
    ))
  })

  return router
}
