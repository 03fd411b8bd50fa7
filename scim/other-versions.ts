/** What lies below /scim beside the version that is served (RFC 7644 section 3.13). */
import type { RequestHandler } from 'express'
import { IdentityCenterError } from '../server/domain/errors.js'
import { sendAnswer } from './answer.js'
import { errorBody, toScimError } from './scim-errors.js'

/** Answers `invalidVers` to a version that is not served, and 404 to everything else. */
export function otherScimVersions(): RequestHandler {
  return async (req, res) => {
    const refusal = /^\/v\d[^/]*(?:\/|$)/i.test(req.path)
      ? new IdentityCenterError('request.versionUnknown', 'SCIM 2.0 is served, at /scim/v2.')
      : new IdentityCenterError('request.notFound', 'SCIM 2.0 is served at /scim/v2.')
    const failure = { ...toScimError(refusal), detail: refusal.message }
    const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
    await sendAnswer(req, res, { status: failure.status, body: errorBody(failure) }, headers)
  }
}
