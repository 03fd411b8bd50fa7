/**
 * The URL if it may stand in a link: http, https, or a path on this site. Anything else (`javascript:`, `data:`,
 * `//other.host`) gives `undefined`, and the link has no target. For every link that is built from data.
 */
export function safeHref(url: string): string | undefined {
  if (/^\/(?![/\\])/.test(url)) return /[\t\n\r]/.test(url) ? undefined : url
  try {
    const { protocol, href } = new URL(url)
    return protocol === 'https:' || protocol === 'http:' ? href : undefined
  } catch {
    return undefined
  }
}
