/** Pages on the wire: doctype, status, and the headers that keep a page to itself. */
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
}

/**
 * Sends a whole page, never stored by browser or proxy: pages show names, settings, and some of them a secret once.
 * Styles and script come from this site only and nothing runs inline, so text that got past escaping would do nothing.
 */
export function sendPage(
  res: Response,
  page: VNode,
  { status = 200, formTargets = [] }: PageOptions = {},
): void {
  res
    .status(status)
    .set({
      'Content-Security-Policy': [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
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
    .send(`<!DOCTYPE html>${renderToString(page)}`)
}
