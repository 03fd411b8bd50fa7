/** Which language a browser is answered in: what it chose (`?lang=`, then kept in a cookie), else what it prefers. */
import { parseCookie } from 'cookie'
import type { Request, RequestHandler, Response } from 'express'
import { parseLanguage, type Language } from '../../views/i18n/index.js'

const COOKIE = 'lang'
const ONE_YEAR = 365 * 24 * 60 * 60 * 1000

/** Sets the language of the answer, and keeps the choice when the request makes one. For the browser doors. */
export function chooseLanguage({ secure }: { readonly secure: boolean }): RequestHandler {
  return (req, res, next) => {
    const chosen = parseLanguage(req.query['lang'])
    if (chosen) {
      res.cookie(COOKIE, chosen, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: ONE_YEAR })
    }
    res.locals['language'] =
      chosen ?? parseLanguage(parseCookie(req.headers.cookie ?? '')[COOKIE]) ?? preferred(req)
    next()
  }
}

/** The language that `chooseLanguage` set; English where it did not run. */
export const languageOf = (res: Response): Language => parseLanguage(res.locals['language']) ?? 'en'

/** The browser's first wish among ours; English when it has none of them. */
const preferred = (req: Request): Language =>
  String(req.acceptsLanguages('en', 'zh-CN', 'zh')).startsWith('zh') ? 'zh-CN' : 'en'
