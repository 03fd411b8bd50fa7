/** `/invitation`: the side of an account that was invited. Nobody signs in here; the code proves everything. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import {
  InvitationAnsweredPage,
  InvitationCodePage,
  InvitationPage,
} from '../../views/portal/invitation-page.js'
import { errorText } from '../../views/i18n/error-text.js'
import { texts } from '../../views/i18n/index.js'
import { isIdentityCenterError } from '../domain/errors.js'
import type { Browser } from '../http/browser.js'
import { STATUS_OF_KIND } from '../http/http-errors.js'
import { languageOf } from '../http/language.js'
import { sendPage } from '../http/page.js'
import { originOf } from '../http/session-cookie.js'
import { validate } from '../http/validate.js'
import type { InvitationService } from '../services/invitations.js'

export interface InvitationDeps {
  readonly browser: Browser
  readonly invitations: Pick<InvitationService, 'read' | 'accept' | 'reject'>
}

const codeForm = z.object({ code: z.string().trim().max(64) })
const answerForm = codeForm.extend({ answer: z.enum(['accept', 'reject']) })

export function invitationRouter({ browser, invitations }: InvitationDeps): Router {
  const router = Router()

  /** Does the work; a code that is worth nothing, and a name that was taken meanwhile, lead back to the first page. */
  async function orAskAgain(req: Request, res: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isIdentityCenterError(error, 'invitation.notFound', 'account.nameTaken')) throw error
      const language = languageOf(res)
      const message =
        error.code === 'invitation.notFound'
          ? texts(language).portal.invitation.wrong
          : errorText(language, error)
      sendPage(
        res,
        <InvitationCodePage page={browser.pageContext(req, res)} errors={[{ field: 'code', message }]} />,
        { status: STATUS_OF_KIND[error.kind] },
      )
    }
  }

  router.get('/invitation', (req, res) => {
    sendPage(res, <InvitationCodePage page={browser.pageContext(req, res)} />)
  })

  router.post('/invitation', browser.limitSignIns, async (req, res) => {
    const { code } = validate(codeForm, req.body)
    await orAskAgain(req, res, async () => {
      const notice = await invitations.read(code)
      sendPage(res, <InvitationPage page={browser.pageContext(req, res)} code={code} {...notice} />)
    })
  })

  router.post('/invitation/answer', browser.limitSignIns, async (req, res) => {
    const { code, answer } = validate(answerForm, req.body)
    await orAskAgain(req, res, async () => {
      const origin = originOf(req, res)
      if (answer === 'accept') await invitations.accept(code, origin)
      else await invitations.reject(code, origin)
      const page = browser.pageContext(req, res)
      sendPage(
        res,
        <InvitationAnsweredPage page={page} answer={answer === 'accept' ? 'accepted' : 'rejected'} />,
      )
    })
  })

  return router
}
