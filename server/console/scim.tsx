/** `/admin/scim`: the switch and the credentials. */
import { Router, type Request } from 'express'
import { ScimPage } from '../../views/console/scim.js'
import { RepeatedPage, SecretPage } from '../../views/console/secret.js'
import { toCsv } from '../../views/parts/copy.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseScimCredentialId, type ScimCredentialId } from '../domain/ids.js'
import { scimBaseUrlOf } from './addresses.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'
import { credentialWarnings } from './warnings.js'

export function scimRouter(door: ConsoleDoor): Router {
  const { zones, scimCredentials, adoptions, formSubmissions } = door.services
  const router = Router()

  function idOf(req: Request): ScimCredentialId {
    const id = parseScimCredentialId(String(req.params['id']))
    if (id === undefined) {
      throw new IdentityCenterError('scimCredential.notFound', 'There is no such SCIM credential.')
    }
    return id
  }

  router.get('/', async (req, res) => {
    const { scimStatus } = await zones.current()
    const { open } = await adoptions.counts(door.actor(res))
    const now = door.clock.now()
    const credentials = (await scimCredentials.list(door.actor(res))).map((credential) => ({
      ...credential,
      expired: Date.parse(credential.expiresAt) <= now.getTime(),
    }))
    const warnings = credentialWarnings(credentials, now, door.wordsOf(res).console.scim)
    door.send(req, res, (page) => (
      <ScimPage
        page={page}
        scimStatus={scimStatus}
        baseUrl={scimBaseUrlOf(door.baseUrl)}
        credentials={credentials}
        warnings={warnings}
        submissionToken={formSubmissions.newToken()}
        openCollisions={open}
      />
    ))
  })

  router.post('/status', async (req, res) => {
    const status = formFields(req).text('status') === 'enabled' ? 'enabled' : 'disabled'
    await door.act(res, '/admin/scim', async (actor) => {
      await zones.setScimStatus(actor, status)
      return { text: status === 'enabled' ? 'scimEnabled' : 'scimDisabled' }
    })
  })

  router.post('/credentials', async (req, res) => {
    const words = door.wordsOf(res).console
    const back = { label: words.scim.backToScim, href: '/admin/scim' }
    if (!(await formSubmissions.claim(formFields(req).text('submission')))) {
      door.send(req, res, (page) => <RepeatedPage page={page} section="scim" back={back} />, { status: 409 })
      return
    }
    const created = await door.attemptOrBack(res, '/admin/scim', (actor) => scimCredentials.create(actor))
    if (!created) return
    const { credential, secret } = created
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="scim"
        title={words.scim.createdTitle}
        warning={words.scim.createdWarning}
        items={[
          { id: 'credential-id', label: words.scim.credentialId, value: credential.id },
          { id: 'credential-secret', label: words.scim.secret, value: secret },
          { id: 'base-url', label: words.scim.baseUrl, value: scimBaseUrlOf(door.baseUrl) },
        ]}
        csv={{
          fileName: 'scim-credential.csv',
          text: toCsv([
            ['CredentialId', 'CredentialSecret'],
            [credential.id, secret],
          ]),
        }}
        back={back}
      />
    ))
  })

  for (const [verb, status] of [
    ['enable', 'enabled'],
    ['disable', 'disabled'],
  ] as const) {
    router.post(`/credentials/:id/${verb}`, async (req, res) => {
      const id = idOf(req)
      await door.act(res, '/admin/scim', async (actor) => {
        await scimCredentials.setStatus(actor, id, status)
        return { text: status === 'enabled' ? 'scimCredentialEnabled' : 'scimCredentialDisabled', name: id }
      })
    })
  }

  router.post('/credentials/:id/delete', async (req, res) => {
    const id = idOf(req)
    await door.act(res, '/admin/scim', async (actor) => {
      await scimCredentials.remove(actor, id)
      return { text: 'scimCredentialDeleted', name: id }
    })
  })

  return router
}
