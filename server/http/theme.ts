/** Whether pages are light or dark: as the browser's system says unless somebody chose (`?theme=`, then kept in a cookie). */
import { parseCookie } from 'cookie'
import type { RequestHandler, Response } from 'express'
import { parseTheme, type Theme } from '../../views/theme.js'

const COOKIE = 'theme'
const ONE_YEAR = 365 * 24 * 60 * 60 * 1000

/** Sets the theme of the answer, and keeps the choice when the request makes one. For the browser doors. */
export function chooseTheme({ secure }: { readonly secure: boolean }): RequestHandler {
  return (req, res, next) => {
    const chosen = parseTheme(req.query['theme'])
    if (chosen) {
      res.cookie(COOKIE, chosen, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: ONE_YEAR })
    }
    res.locals['theme'] = chosen ?? parseTheme(parseCookie(req.headers.cookie ?? '')[COOKIE])
    next()
  }
}

/** The theme that `chooseTheme` set; the system's where it did not run. */
export const themeOf = (res: Response): Theme => parseTheme(res.locals['theme']) ?? 'system'
