/** What every page knows beside its own content, gathered from the request. */
import type { Request, Response } from 'express'
import type { PageContext, PageNotice, Viewer } from '../../views/page-context.js'
import { localPath } from '../domain/local-path.js'
import { isComplete, type SessionKind } from '../domain/session.js'
import type { Csrf } from './csrf.js'
import type { Flash } from './flash.js'
import { languageOf } from './language.js'
import { findSession } from './session-cookie.js'
import { themeOf } from './theme.js'

const LOGOUT_PATHS: Record<SessionKind, string> = {
  portal: '/portal/logout',
  console: '/admin/logout',
  account: '/account/logout',
}

const SECURITY_PATHS: Partial<Record<SessionKind, string>> = {
  portal: '/portal/security',
  console: '/admin/security',
}

/** Makes `pageContext(req, res)`: language, token for the forms, who looks, and what the last act left to say. */
export function createPageContext({ csrf, flash }: { readonly csrf: Csrf; readonly flash: Flash }) {
  return (req: Request, res: Response, notices: readonly PageNotice[] = []): PageContext => {
    // `//elsewhere` may be asked for as well; a link back to that would lead elsewhere.
    const url = req.method === 'GET' ? localPath(req.originalUrl) : undefined
    return {
      language: languageOf(res),
      theme: themeOf(res),
      ...(url !== undefined && { url }),
      csrfToken: csrf.csrfToken(req, res),
      ...viewerOf(res),
      notices: [...flash.take(req, res), ...notices],
    }
  }
}

export type MakePageContext = ReturnType<typeof createPageContext>

function viewerOf(res: Response): { readonly viewer?: Viewer } {
  const session = findSession(res)
  if (!session || !isComplete(session)) return {}
  const securityPath = SECURITY_PATHS[session.kind]
  return {
    viewer: {
      name: session.displayName ?? session.name,
      ...(session.displayName !== undefined && { description: session.name }),
      logoutPath: LOGOUT_PATHS[session.kind],
      ...(securityPath !== undefined && { securityPath }),
    },
  }
}
