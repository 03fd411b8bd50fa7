/** `/admin/guides`: setting up identity providers. */
import { Router } from 'express'
import { GUIDE_IDS, type GuideValues } from '../../views/console/guide.js'
import { GuidePage, GuidesPage } from '../../views/console/guides.js'
import { IdentityCenterError } from '../domain/errors.js'
import { isReachableFromCloud } from '../domain/scim-connection-test.js'
import { loginUrlOf, scimBaseUrlOf } from './addresses.js'
import type { ConsoleDoor } from './console-door.js'

export function guidesRouter(door: ConsoleDoor): Router {
  const { zones, identityProvider } = door.services
  const { baseUrl } = door
  const router = Router()

  async function values(): Promise<GuideValues> {
    const { entityId, acsUrl } = await identityProvider.serviceProviderInfo()
    return {
      scimBaseUrl: scimBaseUrlOf(baseUrl),
      entityId,
      acsUrl,
      signOnUrl: `${baseUrl}/saml/login`,
      loginUrl: loginUrlOf(baseUrl, await zones.current()),
    }
  }

  router.get('/', async (req, res) => {
    const own = await values()
    door.send(req, res, (page) => <GuidesPage page={page} values={own} />)
  })

  router.get('/:id', async (req, res) => {
    const id = GUIDE_IDS.find((each) => each === req.params['id'])
    if (id === undefined) throw new IdentityCenterError('request.notFound', 'There is no such guide.')
    const own = await values()
    const isPublic = isReachableFromCloud(baseUrl)
    door.send(req, res, (page) => <GuidePage page={page} id={id} values={own} isPublic={isPublic} />)
  })

  return router
}
