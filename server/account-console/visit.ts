/** Who is in the console of an account: found once by the guard, asked for by every page. */
import type { Request, Response } from 'express'
import type { VisitorView } from '../../views/account/overview-page.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { CloudCaller } from '../domain/cloud-caller.js'
import type { SessionView } from '../domain/session.js'
import { originOf } from '../http/session-cookie.js'
import type { CamRequester } from '../services/cam-permit.js'
import type { CamUserAccessService } from '../services/cam-user-access.js'
import type { RoleSessionService } from '../services/role-sessions.js'

/** The visitor, as the policies, the audit log and the pages know them. */
export interface Visit {
  readonly caller: CloudCaller
  readonly visitor: VisitorView
  readonly actor: (origin: ActorOrigin) => Actor
}

export function rememberVisit(res: Response, visit: Visit): void {
  res.locals['visit'] = visit
}

export function visitBehind(res: Response): Visit {
  const visit = res.locals['visit'] as Visit | undefined
  if (!visit) throw new Error('requireVisit stands before this handler')
  return visit
}

/** The visitor as one who asks the account for something. */
export function requesterOf(req: Request, res: Response): CamRequester {
  const { caller, actor } = visitBehind(res)
  return {
    caller,
    actor: actor(originOf(req, res)),
    context: req.ip === undefined ? {} : { 'qcs:ip': req.ip },
  }
}

export interface LeavingServices {
  readonly roleSessions: Pick<RoleSessionService, 'signOut'>
  readonly camUserAccess: Pick<CamUserAccessService, 'signOut'>
}

/** Ends the session, whichever kind of visit it stands for. */
export async function leaveAccount(
  { roleSessions, camUserAccess }: LeavingServices,
  session: SessionView,
  req: Request,
  res: Response,
): Promise<void> {
  await roleSessions.signOut(session, originOf(req, res))
  await camUserAccess.signOut(session, originOf(req, res))
}
