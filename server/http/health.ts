/** For whoever watches over the process: `/healthz` says that it runs, `/readyz` that it may be sent requests. */
import { Router } from 'express'
import type { Readiness } from '../services/readiness.js'

export function healthRouter({ readiness }: { readonly readiness: Readiness }): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => {
    res.set('cache-control', 'no-store').json({ status: 'ok' })
  })
  router.get('/readyz', async (_req, res) => {
    const status = await readiness.state()
    res
      .status(status === 'ready' ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ status })
  })
  return router
}
