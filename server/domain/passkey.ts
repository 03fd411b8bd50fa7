/** Passkeys (WebAuthn level 3): what is kept of one, and what a browser is asked to make or to sign. */
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { IdentityCenterError } from './errors.js'
import type { PasskeyId } from './ids.js'
import type { Subject } from './session.js'

export interface Passkey {
  readonly id: PasskeyId
  readonly subject: Subject
  /** base64url. */
  readonly credentialId: string
  /** COSE key, base64url. */
  readonly publicKey: string
  /** Signatures made so far as the authenticator says; 0 for ever where it does not count. */
  readonly counter: number
  /** How browsers reach the authenticator, as they told at registration. */
  readonly transports: readonly string[]
  /** Given by its owner. */
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt?: string
}

/** What a challenge may be answered for: an answer to one is worth nothing for another. */
export type ChallengePurpose = 'register' | 'signIn' | 'secondFactor' | 'confirm'

/** Who we are to authenticators. */
export interface RelyingParty {
  /** Host name: passkeys are made for it and work nowhere else. */
  readonly id: string
  /** The one origin whose pages may use them. */
  readonly origin: string
}

export const MAXIMUM_PASSKEYS = 10
export const CHALLENGE_SECONDS = 300
const NAME = 'Identity Center'
const LONGEST_NAME = 64

/** ES256, EdDSA, RS256: what authenticators offer, in the order of preference. */
const ALGORITHMS = [-7, -8, -257] as const

/**
 * The relying party at this address; none where browsers offer no passkeys: under an IP address, and without TLS anywhere
 * but on `localhost`.
 */
export function relyingPartyAt(baseUrl: string): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(baseUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return undefined
  const local = host === 'localhost' || host.endsWith('.localhost')
  return protocol === 'https:' || local ? { id: host, origin } : undefined
}

/** What an authenticator knows the subject by: always the same, and no name. */
export const userHandleOf = (subject: Subject): string =>
  createHash('sha256').update(`passkey:${subject.kind}:${subject.id}`).digest('base64url')

/** Throws `passkey.nameInvalid`. */
export function passkeyName(text: string): string {
  const name = text.trim()
  if (name.length >= 1 && name.length <= LONGEST_NAME) return name
  throw new IdentityCenterError(
    'passkey.nameInvalid',
    `A passkey needs a name of 1 to ${LONGEST_NAME} characters.`,
    { field: 'name', limit: LONGEST_NAME },
  )
}

interface Descriptor {
  readonly type: 'public-key'
  readonly id: string
  readonly transports: readonly string[]
}

/** `PublicKeyCredentialCreationOptionsJSON` (section 5.1.9), as much of it as we send. */
export interface CreationOptions {
  readonly rp: { readonly id: string; readonly name: string }
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly challenge: string
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: number }[]
  readonly timeout: number
  readonly excludeCredentials: readonly Descriptor[]
  readonly authenticatorSelection: {
    readonly residentKey: 'preferred'
    readonly requireResidentKey: false
    readonly userVerification: 'preferred'
  }
  readonly attestation: 'none'
}

/** `PublicKeyCredentialRequestOptionsJSON` (section 5.1.9), as much of it as we send. */
export interface RequestOptions {
  readonly rpId: string
  readonly challenge: string
  readonly timeout: number
  readonly allowCredentials: readonly Descriptor[]
  readonly userVerification: 'required' | 'preferred'
}

const descriptorOf = ({ credentialId, transports }: Passkey): Descriptor => ({
  type: 'public-key',
  id: credentialId,
  transports,
})

/** Asks for a passkey that the browser may find by itself later, on none of the authenticators that hold one already. */
export const creationOptions = (input: {
  readonly relyingParty: RelyingParty
  readonly subject: Subject
  readonly name: string
  readonly displayName: string
  readonly challenge: string
  readonly existing: readonly Passkey[]
}): CreationOptions => ({
  rp: { id: input.relyingParty.id, name: NAME },
  user: { id: userHandleOf(input.subject), name: input.name, displayName: input.displayName },
  challenge: input.challenge,
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
  timeout: CHALLENGE_SECONDS * 1000,
  excludeCredentials: input.existing.map(descriptorOf),
  authenticatorSelection: {
    residentKey: 'preferred',
    requireResidentKey: false,
    userVerification: 'preferred',
  },
  attestation: 'none',
})

/** Whether the authenticator has to make sure itself that it is its owner: wherever no password was given before. */
export const needsUserVerification = (purpose: ChallengePurpose): boolean =>
  purpose === 'signIn' || purpose === 'confirm'

/** Asks for a signature by one of the passkeys given; by any of this site where none are. */
export const requestOptions = (input: {
  readonly relyingParty: RelyingParty
  readonly purpose: ChallengePurpose
  readonly challenge: string
  readonly allowed: readonly Passkey[]
}): RequestOptions => ({
  rpId: input.relyingParty.id,
  challenge: input.challenge,
  timeout: CHALLENGE_SECONDS * 1000,
  allowCredentials: input.allowed.map(descriptorOf),
  userVerification: needsUserVerification(input.purpose) ? 'required' : 'preferred',
})
