/** Confirming that a command line may sign in. Goes behind the guard of the portal. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { CommandLinePage } from '../../views/portal/command-line-page.js'
import { cliCodeOf } from '../domain/cli-sign-in.js'
import type { Browser } from '../http/browser.js'
import { sendPage } from '../http/page.js'
import { requestActor, sessionOf } from '../http/session-cookie.js'
import { validate } from '../http/validate.js'
import type { CliSignInService } from '../services/cli-sign-ins.js'

/** Where the sign-in of a command line is confirmed, and where the browser's way ends. */
export const COMMAND_LINE_PATH = '/sso'

export interface CommandLineDeps {
  readonly browser: Browser
  readonly cliSignIns: Pick<CliSignInService, 'describe' | 'confirm'>
}

const stateSchema = z.object({ state: z.string().max(64).default('') })

/** The page of confirmation for a state that a login address carries. */
export const commandLinePath = (state: string): string =>
  `${COMMAND_LINE_PATH}?${new URLSearchParams({ state }).toString()}`

export function commandLineRouter({ browser, cliSignIns }: CommandLineDeps): Router {
  const router = Router()

  async function sendConfirmation(req: Request, res: Response): Promise<void> {
    const { state } = validate(stateSchema, req.query)
    const signIn = await cliSignIns.describe(state)
    sendPage(
      res,
      <CommandLinePage
        page={browser.pageContext(req, res)}
        userName={sessionOf(res).name}
        state={state}
        code={cliCodeOf(state)}
        signIn={signIn}
        ownAddress={req.ip}
      />,
    )
  }

  router.get(COMMAND_LINE_PATH, sendConfirmation)

  router.post(COMMAND_LINE_PATH, async (req, res) => {
    const { state } = validate(stateSchema, req.body)
    await cliSignIns.confirm(requestActor(res), sessionOf(res), state)
    res.redirect(303, commandLinePath(state))
  })

  return router
}
