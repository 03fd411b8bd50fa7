/** The networks that users may sign in from: addresses and CIDR ranges, IPv4 and IPv6. An empty list is every network. */
import ipaddr from 'ipaddr.js'
import { IdentityCenterError } from './errors.js'

/** As many as the cloud takes. */
export const MOST_SIGN_IN_NETWORKS = 100

/** What can be wrong with an entry. */
type NetworkFault =
  'notAddress' | 'leadingZeros' | 'zone' | 'prefix4' | 'prefix6' | 'hostBits' | 'mappedRange' | 'twice'

/** An entry that is refused, cut to what can be shown, and what was probably meant. */
export interface FaultyNetwork {
  readonly entry: string
  readonly fault: NetworkFault
  readonly meant?: string
  /** The same in an English sentence. */
  readonly sentence: string
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [Address, number]
type Read = { readonly text: string; readonly range: Range } | Pick<FaultyNetwork, 'fault' | 'meant'>

const LONGEST_SHOWN = 64
/** Of a long list of nonsense the first say enough. */
const MOST_FAULTS = 20
/** What is before the IPv4 address in `::ffff:192.0.2.1`. */
const MAPPED_BITS = 96

const SENTENCES: Readonly<Record<NetworkFault, (meant: string) => string>> = {
  notAddress: () => 'is neither an address nor a range such as 192.0.2.0/24 or 2001:db8::/32',
  leadingZeros: () => 'has leading zeros, which programs read differently',
  zone: () => 'names a network card (%…): leave that out',
  prefix4: () => 'needs a prefix length from 0 to 32',
  prefix6: () => 'needs a prefix length from 0 to 128',
  hostBits: (meant) => `has bits set behind its prefix: write ${meant}, or the address alone`,
  mappedRange: () => 'is wider than IPv4 inside of IPv6: write IPv4 ranges as IPv4',
  twice: () => 'stands there twice',
}

/** Entries as people type them: one a line, or with commas or blanks between them. */
export const splitNetworks = (text: string): readonly string[] =>
  text.split(/[\s,]+/).filter((entry) => entry !== '')

/**
 * The entries in their one form and in their order: IPv6 as RFC 5952 has it, IPv4 inside of IPv6 as IPv4. Throws
 * `setting.invalid` with `facts.networks`, which name each entry that is wrong, or `facts.limit` for too many of them.
 */
export function readNetworks(entries: readonly string[]): readonly string[] {
  if (entries.length > MOST_SIGN_IN_NETWORKS) {
    throw new IdentityCenterError(
      'setting.invalid',
      `There are at most ${MOST_SIGN_IN_NETWORKS} networks, and these are ${entries.length}.`,
      { limit: MOST_SIGN_IN_NETWORKS, found: entries.length },
    )
  }
  const networks: string[] = []
  const faults: FaultyNetwork[] = []
  const seen = new Set<string>()
  for (const entry of entries) {
    const read = readNetwork(entry.trim())
    if ('fault' in read) {
      faults.push(faultOf(entry, read))
      continue
    }
    const key = read.range.join('/')
    if (seen.has(key)) faults.push(faultOf(entry, { fault: 'twice' }))
    else networks.push(read.text)
    seen.add(key)
  }
  if (faults.length === 0) return networks
  const told = faults.slice(0, MOST_FAULTS)
  throw new IdentityCenterError('setting.invalid', told.map(({ sentence }) => sentence).join(' '), {
    networks: told,
  })
}

function faultOf(entry: string, what: Pick<FaultyNetwork, 'fault' | 'meant'>): FaultyNetwork {
  const shown = entry.length > LONGEST_SHOWN ? `${entry.slice(0, LONGEST_SHOWN)}…` : entry
  const sentence = `${JSON.stringify(shown)} ${SENTENCES[what.fault](what.meant ?? '')}.`
  return { ...what, entry: shown, sentence }
}

/**
 * Whether somebody at an address may sign in, by entries that `readNetworks` has returned. IPv4 counts as IPv4 also where
 * it comes written as IPv6. An address that is not known, or not written as programs write it, is in no network.
 */
export function compileNetworks(networks: readonly string[]): (address: string | undefined) => boolean {
  if (networks.length === 0) return () => true
  const ranges = networks.map(rangeOf)
  return (address) => {
    const client = address === undefined ? undefined : readAddress(address)
    return client !== undefined && ranges.some((range) => contains(range, client))
  }
}

/** The address as people know it and would enter it: IPv4 as IPv4. What is no address stays as it is. */
export const plainAddress = (address: string): string => readAddress(address)?.toString() ?? address

/** Whether the entry lets every address of its kind in. */
export const isEveryAddress = (network: string): boolean => network.endsWith('/0')

function readNetwork(entry: string): Read {
  const [written = '', length, ...rest] = entry.split('/')
  if (written.includes('%')) return { fault: 'zone' }
  const address = readAddress(written, { mapped: true })
  if (!address || rest.length > 0) {
    const hasZeros = /^\d+(\.\d+){3}$/.test(written) && /(^|\.)0\d/.test(written)
    return { fault: hasZeros ? 'leadingZeros' : 'notAddress' }
  }
  const isSix = address.kind() === 'ipv6'
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) {
    return { fault: isSix ? 'prefix6' : 'prefix4' }
  }
  const bits = length === undefined ? undefined : Number(length)
  if (bits !== undefined && bits > (isSix ? 128 : 32)) return { fault: isSix ? 'prefix6' : 'prefix4' }
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    if (bits !== undefined && bits < MAPPED_BITS) return { fault: 'mappedRange' }
    return finish(address.toIPv4Address(), bits === undefined ? undefined : bits - MAPPED_BITS)
  }
  return finish(address, bits)
}

function finish(address: Address, bits: number | undefined): Read {
  if (bits === undefined) {
    return { text: address.toString(), range: [address, address.kind() === 'ipv6' ? 128 : 32] }
  }
  const network = networkAddress(address, bits)
  const text = `${network.toString()}/${bits}`
  return network.toString() === address.toString()
    ? { text, range: [address, bits] }
    : { fault: 'hostBits', meant: text }
}

function networkAddress(address: Address, bits: number): Address {
  const cidr = `${address.toString()}/${bits}`
  return address.kind() === 'ipv6'
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
    : ipaddr.IPv4.networkAddressFromCIDR(cidr)
}

/**
 * Strictly: four decimal numbers without leading zeros, or IPv6, whose zone (`%eth0`) is left out. What else libraries
 * take for IPv4 (octal, hexadecimal, fewer parts) is none.
 */
function readAddress(
  text: string,
  { mapped = false }: { /** Keeps IPv4 inside of IPv6 as it is. */ readonly mapped?: boolean } = {},
): Address | undefined {
  if (!text.includes(':'))
    return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined
  const [withoutZone = ''] = text.split('%')
  const six = withoutDottedTail(withoutZone)
  if (six === undefined || !ipaddr.IPv6.isValid(six)) return undefined
  const address = ipaddr.IPv6.parse(six)
  return !mapped && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`: the library takes `::192.0.2.1` for the same, which it is not. */
function withoutDottedTail(text: string): string | undefined {
  const start = text.lastIndexOf(':') + 1
  const tail = text.slice(start)
  if (!tail.includes('.')) return text
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** Of an entry that `readNetworks` has returned. */
function rangeOf(network: string): Range {
  const [address = '', bits] = network.split('/')
  const parsed = ipaddr.parse(address)
  return [parsed, bits === undefined ? (parsed.kind() === 'ipv6' ? 128 : 32) : Number(bits)]
}

function contains([network, bits]: Range, client: Address): boolean {
  if (network instanceof ipaddr.IPv4) return client instanceof ipaddr.IPv4 && client.match(network, bits)
  return client instanceof ipaddr.IPv6 && client.match(network, bits)
}
