/** One message carried over a redirect: set by the act, shown by the next page, then gone. Never a secret. */
import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { PageNotice } from '../../views/page-context.js'

const COOKIE = 'flash'
const SECONDS = 60
const LONGEST_TEXT = 500

const noticeSchema = z.object({
  kind: z.enum(['info', 'success', 'warning', 'danger']),
  text: z.string().max(LONGEST_TEXT),
})

export function createFlash({ secure }: { readonly secure: boolean }) {
  const name = `${secure ? '__Host-' : ''}${COOKIE}`
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const

  return {
    /** Shows the notice on the page that the browser asks for next. */
    set(res: Response, notice: PageNotice): void {
      const value = JSON.stringify({ ...notice, text: notice.text.slice(0, LONGEST_TEXT) })
      res.cookie(name, Buffer.from(value).toString('base64url'), { ...attributes, maxAge: SECONDS * 1000 })
    },

    /** The notice left by the last act, taken away with this answer. */
    take(req: Request, res: Response): readonly PageNotice[] {
      const value = parseCookie(req.headers.cookie ?? '')[name]
      if (value === undefined) return []
      res.clearCookie(name, attributes)
      try {
        return [noticeSchema.parse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8')))]
      } catch {
        // The browser may hold anything there; a message that cannot be read is no message.
        return []
      }
    },
  }
}

export type Flash = ReturnType<typeof createFlash>
