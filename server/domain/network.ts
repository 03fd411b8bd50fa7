/** Client addresses as keys. */
import ipaddr from 'ipaddr.js'

/** What an address leads to, as far as requests of ours are concerned. */
export type Reach = 'public' | 'loopback' | 'private'

/** IPv6 addresses that are given out to the world; what only embeds another address is in ranges of its own. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** Everything that is not plainly public or this machine counts as private; so does a text that is no address. */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'private'
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (range === 'loopback') return 'loopback'
  if (range !== 'unicast') return 'private'
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6) ? 'public' : 'private'
}

/**
 * Whom an address stands for: an IPv4 address in its one form (also when it is written as IPv6), the /64 network of an
 * IPv6 address, since one subscriber has all of that. `undefined` for a text that is no address.
 */
export function networkOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString()
}

/**
 * Whom an address stands for where room is shared out: the /48 of an IPv6 address, as one customer may have all of that
 * (RFC 6177) and with it 65,536 networks. Too coarse to lock anybody out by. All that is no address counts as one.
 */
export function siteOf(address: string | undefined): string {
  const network = networkOf(address ?? '') ?? 'unknown'
  return network.endsWith('/64') ? `${network.split(':').slice(0, 3).join(':')}::/48` : network
}

/** Whether a host of a URL may be reached from the internet: a name other than local ones, or a public address. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'unicast'
  return host.includes('.') && !/(^|\.)(localhost|local|localdomain|internal|lan|home\.arpa)$/i.test(host)
}
