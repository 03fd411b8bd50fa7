/** Answers whoever signs in, or uses a session, from a network that users may not sign in from. */
import type { ErrorRequestHandler, Request, Response } from 'express'
import { NetworkRefusedPage } from '../../views/sign-in/network-refused-page.js'
import type { Clock } from '../domain/clock.js'
import { isIdentityCenterError, type IdentityCenterError } from '../domain/errors.js'
import { plainAddress } from '../domain/sign-in-networks.js'
import type { NetworkDoor, SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import type { Browser } from './browser.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { sendPage } from './page.js'
import { failureLimit } from './rate-limit.js'
import { originOf } from './session-cookie.js'

export interface NetworkRefusalDeps {
  readonly clock: Clock
  readonly signInDiagnostics: Pick<SignInDiagnostics, 'recordNetworkRefusal'>
}

/** Whoever has a whole network of IPv6 has new addresses without end, and must not fill the audit log from them. */
const NEW_REFUSALS = { burst: 60, perSecond: 0.1 } as const

/** The reference of a refusal. Throws `request.rateLimited` for a network that many new ones came from. */
export function createNetworkRefusals({ clock, signInDiagnostics }: NetworkRefusalDeps, door: NetworkDoor) {
  const limit = failureLimit({ clock, ...NEW_REFUSALS })
  return async (req: Request, res: Response, refusal: IdentityCenterError): Promise<string> => {
    limit.require(req, res, () => undefined)
    const { userName } = refusal.facts
    const { reference, isNew } = await signInDiagnostics.recordNetworkRefusal(originOf(req, res), {
      door,
      ...(typeof userName === 'string' && { userName }),
    })
    if (isNew) limit.count(req)
    return reference
  }
}

/** Keeps the refusal for the administrator and shows a reference: one page for everybody. Goes before the error pages. */
export function networkRefusals(
  {
    browser,
    signInDiagnostics,
  }: Pick<NetworkRefusalDeps, 'signInDiagnostics'> & {
    readonly browser: Pick<Browser, 'pageContext' | 'clock'>
  },
  door: NetworkDoor,
): ErrorRequestHandler {
  const referenceOf = createNetworkRefusals({ clock: browser.clock, signInDiagnostics }, door)
  return async (thrown: unknown, req, res, next) => {
    if (!isIdentityCenterError(thrown, 'signIn.networkRefused') || res.headersSent) {
      next(thrown)
      return
    }
    const reference = await referenceOf(req, res, thrown)
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
}
