/** `/admin/sso/source` and `/admin/sso/proposal`: metadata of the identity provider from an address. */
import { Router, type Request, type Response } from 'express'
import { ProposalPage } from '../../views/console/metadata-source.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

/** `again` shows the page with the form, and what is wrong in it. */
export function metadataSourceRouter(
  door: ConsoleDoor,
  again: (
    req: Request,
    res: Response,
    values: FormValues,
  ) => (errors: FieldErrors, status: number) => void | Promise<void>,
): Router {
  const { zones, metadataSource } = door.services
  const router = Router()

  router.post('/source', async (req, res) => {
    const fields = formFields(req)
    const fetched = await door.attempt(
      res,
      async (actor) => {
        await metadataSource.fetch(actor, {
          url: fields.text('url'),
          scheduled: fields.text('scheduled') !== '',
        })
        return true
      },
      again(req, res, fields.values('url', 'scheduled')),
    )
    if (fetched) res.redirect(303, '/admin/sso/proposal')
  })

  router.post('/source/forget', async (_req, res) => {
    await door.act(res, '/admin/sso', async (actor) => {
      await metadataSource.forget(actor)
      return { text: 'metadataAddressForgotten' }
    })
  })

  router.get('/proposal', async (req, res) => {
    const source = await metadataSource.find(door.actor(res))
    const proposal = source?.proposal
    if (!source || !proposal) {
      res.redirect(303, '/admin/sso')
      return
    }
    const warn = (await zones.current()).loginMethod === 'sso'
    door.send(req, res, (page) => <ProposalPage page={page} url={source.url} {...proposal} warn={warn} />)
  })

  router.post('/proposal', async (req, res) => {
    const digest = formFields(req).text('digest')
    await door.act(res, '/admin/sso', async (actor) => {
      await metadataSource.apply(actor, digest)
      return { text: 'identityProviderSaved' }
    })
  })

  router.post('/proposal/discard', async (_req, res) => {
    await door.act(res, '/admin/sso', async (actor) => {
      await metadataSource.discard(actor)
      return { text: 'proposalDiscarded' }
    })
  })

  return router
}
