/** Pages on the wire: doctype, status, and the headers that keep a page to itself. */
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Response } from 'express'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

export interface PageOptions {
  readonly status?: number
  /**
   * Origins besides our own that forms of this page may lead to, redirects included: the identity provider where a form
   * starts SSO.
   */
  readonly formTargets?: readonly string[]
  /**
   * Compresses the page for browsers that read it. For large pages alone, and none that shows a secret: whoever can put
   * text of their own on such a page could guess the secret beside it from the lengths of many answers.
   */
  readonly compressed?: boolean
  /** Whether script of the page asks this server for more. */
  readonly asksServer?: boolean
}

/** A millisecond for most of a megabyte, and an eighteenth of a long list; the next that makes it smaller takes three. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }

function sendCompressed(res: Response, html: string): void {
  res.vary('Accept-Encoding')
  const encoding = res.req.acceptsEncodings('br', 'gzip')
  const sendAs = (name: string) => (error: Error | null, body: Buffer) => {
    // Compressing what is in memory does not fail; the page itself would do as well.
    if (error) res.send(html)
    else res.set('Content-Encoding', name).send(body)
  }
  if (encoding === 'br') brotliCompress(html, BROTLI, sendAs('br'))
  else if (encoding === 'gzip') gzip(html, sendAs('gzip'))
  else res.send(html)
}

/**
 * Sends a whole page, never stored by browser or proxy: pages show names, settings, and some of them a secret once.
 * Styles and script come from this site only and nothing runs inline, so text that got past escaping would do nothing.
 */
export function sendPage(
  res: Response,
  page: VNode,
  { status = 200, formTargets = [], compressed = false, asksServer = false }: PageOptions = {},
): void {
  res
    .status(status)
    .set({
      'Content-Security-Policy': [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        ...(asksServer ? ["connect-src 'self'"] : []),
        ["form-action 'self'", ...formTargets].join(' '),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-store',
    })
    .type('html')
  const html = `<!DOCTYPE html>${renderToString(page)}`
  if (compressed) sendCompressed(res, html)
  else res.send(html)
}
