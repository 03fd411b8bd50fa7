/**
 * Fetching a metadata document from an address that an administrator entered, without becoming a tool against the network
 * this server stands in: https only, public addresses only, and the connection goes to the very address that was checked.
 */
import { lookup as lookupName } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { IdentityCenterError } from '../domain/errors.js'
import { reachOf, type Reach } from '../domain/network.js'

const LARGEST_BYTES = 1_048_576
const LONGEST_URL = 2048
const WITHIN_MS = 10_000
const MOST_REDIRECTS = 3

export interface FetchRules {
  /** Whether private networks may be asked, and this machine by plain http. */
  readonly allowPrivate: boolean
}

/** The document at the address. Throws `identityProvider.metadataUnreachable` and says why. */
export type MetadataFetcher = (url: string, rules: FetchRules) => Promise<Uint8Array>

export interface MetadataFetcherDeps {
  /** Every address of a name; the system's resolver unless told otherwise. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** Time for everything, redirects included. */
  readonly withinMs?: number
}

const unreachable = (message: string, cause?: unknown) =>
  new IdentityCenterError('identityProvider.metadataUnreachable', message, { field: 'url' }, { cause })

const resolveBySystem = async (host: string): Promise<readonly string[]> =>
  (await lookupName(host, { all: true })).map(({ address }) => address)

export function createMetadataFetcher({
  resolve = resolveBySystem,
  withinMs = WITHIN_MS,
}: MetadataFetcherDeps = {}): MetadataFetcher {
  /** The one address to connect to. All addresses of the name have to be allowed: which one is used is then no matter. */
  async function addressOf(url: URL, { allowPrivate }: FetchRules): Promise<string> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    let addresses: readonly string[]
    try {
      addresses = isIP(host) ? [host] : await resolve(host)
    } catch (cause) {
      throw unreachable(`There is no address for the name ${host}.`, cause)
    }
    const [first] = addresses
    if (first === undefined) throw unreachable(`There is no address for the name ${host}.`)
    for (const reach of addresses.map(reachOf)) requireAllowed(reach, url, allowPrivate)
    return first
  }

  return async (text, rules) => {
    const signal = AbortSignal.timeout(withinMs)
    let url = parseUrl(text)
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const address = await withinTime(addressOf(url, rules), signal)
      const response = await open(url, address, signal)
      const location = response.headers.location
      if (response.statusCode !== undefined && response.statusCode >= 300 && response.statusCode < 400) {
        response.destroy()
        if (location === undefined) throw unreachable('The address leads on, but does not say where to.')
        url = parseUrl(URL.canParse(location, url) ? new URL(location, url).href : location)
        continue
      }
      return read(response)
    }
    throw unreachable(`The address leads on more than ${MOST_REDIRECTS} times.`)
  }
}

function parseUrl(text: string): URL {
  const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw unreachable('Metadata is fetched from https addresses only.')
  }
  if (url.username || url.password) throw unreachable('The address must not hold a name or a password.')
  return url
}

function requireAllowed(reach: Reach, url: URL, allowPrivate: boolean): void {
  if (url.protocol === 'http:' && !(allowPrivate && reach === 'loopback')) {
    throw unreachable('Metadata is fetched from https addresses only.')
  }
  if (reach === 'public' || allowPrivate) return
  throw unreachable(
    'The address leads into a private network. Enter a public one, or allow private ones (setting saml.metadataFromPrivateNetworks).',
  )
}

async function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(tooSlow()), { once: true })
  })
  return Promise.race([work, late])
}

const tooSlow = (cause?: unknown) => unreachable('The address did not answer in time.', cause)

/** Connects to `address` whatever the name resolves to by now, and names the host as the URL does (TLS included). */
function open(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const lookup: LookupFunction = (_host, options, done) => {
    const family = isIP(address)
    if (options.all) done(null, [{ address, family }])
    else done(null, address, family)
  }
  const options: RequestOptions = {
    method: 'GET',
    lookup,
    signal,
    // A connection of its own: none that was opened under another check.
    agent: false,
    headers: {
      accept: 'application/samlmetadata+xml, application/xml, text/xml',
      'accept-encoding': 'identity',
      'user-agent': 'identity-center',
    },
  }
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    request.on('response', resolve)
    request.on('error', (cause) => {
      reject(signal.aborted ? tooSlow(cause) : unreachable('The address could not be reached.', cause))
    })
    request.end()
  })
}

async function read(response: IncomingMessage): Promise<Uint8Array> {
  if (response.statusCode !== 200) {
    response.destroy()
    throw unreachable(`The address answered with status ${response.statusCode ?? 0} instead of 200.`)
  }
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > LARGEST_BYTES) throw unreachable(`The document is larger than ${LARGEST_BYTES} bytes.`)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof IdentityCenterError) throw cause
    throw tooSlow(cause)
  }
  return Buffer.concat(chunks)
}
