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
