/** Answers whoever signs in, or uses a session, from a network that users may not sign in from. */
import type { ErrorRequestHandler } from 'express'
import { NetworkRefusedPage } from '../../views/sign-in/network-refused-page.js'
import { isIdentityCenterError } from '../domain/errors.js'
import { plainAddress } from '../domain/sign-in-networks.js'
import type { NetworkDoor, SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import type { Browser } from './browser.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { sendPage } from './page.js'
import { originOf } from './session-cookie.js'

export interface NetworkRefusalDeps {
  readonly browser: Pick<Browser, 'pageContext'>
  readonly signInDiagnostics: Pick<SignInDiagnostics, 'recordNetworkRefusal'>
}

/** Keeps the refusal for the administrator and shows a reference: one page for everybody. Goes before the error pages. */
export const networkRefusals =
  ({ browser, signInDiagnostics }: NetworkRefusalDeps, door: NetworkDoor): ErrorRequestHandler =>
  async (thrown: unknown, req, res, next) => {
    if (!isIdentityCenterError(thrown, 'signIn.networkRefused') || res.headersSent) {
      next(thrown)
      return
    }
    const { userName } = thrown.facts
    const reference = await signInDiagnostics.recordNetworkRefusal(originOf(req, res), {
      door,
      ...(typeof userName === 'string' && { userName }),
    })
    sendPage(
      res,
      <NetworkRefusedPage
        page={browser.pageContext(req, res)}
        reference={reference}
        address={req.ip === undefined ? undefined : plainAddress(req.ip)}
      />,
      { status: STATUS_OF_KIND[thrown.kind] },
    )
  }
