/** Client addresses as keys. */
import ipaddr from 'ipaddr.js'

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

/** Whether a host of a URL may be reached from the internet: a name other than local ones, or a public address. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'unicast'
  return host.includes('.') && !/(^|\.)(localhost|local|localdomain|internal|lan|home\.arpa)$/i.test(host)
}
