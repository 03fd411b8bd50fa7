/** The service provider: makes our requests, and has responses validated as answers to them. */
import type { ActorOrigin } from '../server/domain/actor.js'
import type { Clock } from '../server/domain/clock.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Settings } from '../server/domain/zone.js'
import { serviceProviderAddresses, type IdentityProvider } from '../server/domain/identity-provider.js'
import type { IdentityProviderService } from '../server/services/identity-provider.js'
import { methodOff, type PendingSignInService } from '../server/services/pending-sign-ins.js'
import type { SigningKeyService } from '../server/services/signing-keys.js'
import type { ZoneService } from '../server/services/zones.js'
import { SamlCheckError } from './core/saml-check.js'
import { newMessageId } from './core/sign.js'
import type { VerifiedAssertion } from './core/verify.js'
import { CONTEXT_ENTRA_MFA, CONTEXT_PASSWORD, CONTEXT_REFEDS_MFA } from './core/vocabulary.js'
import { requestLibrary } from './library.js'
import type { ResponseValidator } from './response-validation.js'

const SKEW_SECONDS = 60
/** Far more than checking takes on a server that is not overloaded. */
const REFUSAL_STEP_MS = 500
/** Twice the life of a request: an assertion is made as the answer to one. */
const MAXIMUM_ASSERTION_AGE_SECONDS = 600

/** What is asked for, by the setting `saml.authnContext`. */
const AUTHN_CONTEXTS: Record<Settings['saml.authnContext'], readonly string[] | undefined> = {
  none: undefined,
  password: [CONTEXT_PASSWORD],
  refedsMfa: [CONTEXT_REFEDS_MFA],
  entraMfa: [CONTEXT_ENTRA_MFA],
}

export interface ServiceProviderDeps {
  readonly clock: Clock
  readonly zones: ZoneService
  readonly identityProvider: IdentityProviderService
  readonly signingKeys: SigningKeyService
  readonly pendingSignIns: PendingSignInService
  readonly validator: ResponseValidator
  readonly baseUrl: string
}

/** How the browser gets our request to the identity provider. */
export type LoginRequest =
  | { readonly binding: 'redirect'; readonly url: string }
  | { readonly binding: 'post'; readonly url: string; readonly samlRequest: string }

export function createServiceProvider(deps: ServiceProviderDeps) {
  const { clock, zones, identityProvider, signingKeys, pendingSignIns, validator, baseUrl } = deps

  /** Who we are and whom we ask. Throws `signIn.methodOff`, `identityProvider.notFound`. */
  async function current() {
    if ((await zones.current()).loginMethod !== 'sso') throw methodOff()
    return configured()
  }

  /** The same whatever the login method is: what is tested need not be in use. Throws `identityProvider.notFound`. */
  async function configured() {
    const zone = await zones.current()
    const provider = await identityProvider.find()
    if (!provider) {
      throw new IdentityCenterError('identityProvider.notFound', 'No identity provider is configured.')
    }
    return {
      provider,
      authnContexts: AUTHN_CONTEXTS[zone.settings['saml.authnContext']],
      encryption: zone.settings['saml.encryption'],
      allowCbc: zone.settings['saml.allowCbcEncryption'],
      ...serviceProviderAddresses(baseUrl, zone.id),
    }
  }

  type ServiceProviderSettings = Awaited<ReturnType<typeof configured>>

  async function write(settings: ServiceProviderSettings, requestId: string): Promise<LoginRequest> {
    const { provider, entityId, acsUrl, authnContexts } = settings
    const { privateKeyPem } = await signingKeys.current('serviceProvider')
    const byPost = provider.loginBinding === 'post'
    const library = requestLibrary({
      callbackUrl: acsUrl,
      entryPoint: provider.loginUrl,
      issuer: entityId,
      idpCert: provider.certificates.map((certificate) => certificate.pem),
      privateKey: privateKeyPem,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      authnRequestBinding: byPost ? 'HTTP-POST' : 'HTTP-Redirect',
      skipRequestCompression: byPost,
      identifierFormat: null,
      disableRequestedAuthnContext: authnContexts === undefined,
      ...(authnContexts && { authnContext: [...authnContexts], racComparison: 'exact' as const }),
      generateUniqueId: () => requestId,
    })
    if (!byPost) {
      // The path stays here with the request: it is nobody else's business, and cannot come back changed.
      return { binding: 'redirect', url: await library.getAuthorizeUrlAsync('', undefined, {}) }
    }
    const { SAMLRequest } = await library.getAuthorizeMessageAsync('')
    return { binding: 'post', url: provider.loginUrl, samlRequest: String(SAMLRequest) }
  }

  /** Every check that does not need the database. */
  async function check(
    xml: string,
    settings: ServiceProviderSettings,
    { address }: ActorOrigin,
  ): Promise<VerifiedAssertion> {
    const { provider, entityId, acsUrl, authnContexts, encryption, allowCbc } = settings
    requireInForce(provider, clock.now())
    // A private key goes only where it is needed.
    const encrypted = encryption && xml.includes('EncryptedAssertion')
    const job = {
      xml,
      expected: {
        certificates: provider.certificates.map((certificate) => certificate.pem),
        issuer: provider.entityId,
        audience: entityId,
        recipient: acsUrl,
        destination: acsUrl,
        now: clock.now(),
        skewSeconds: SKEW_SECONDS,
        maximumAgeSeconds: MAXIMUM_ASSERTION_AGE_SECONDS,
        authnContexts,
        ...(encrypted && {
          decryptionKeys: (await signingKeys.published('serviceProvider')).map((key) => key.privateKeyPem),
          allowCbc,
        }),
      },
    }
    const validating = validator.validate(job, address)
    return encrypted && allowCbc ? refusingLate(validating) : validating
  }

  return {
    /**
     * Opens a request for the browser that holds the secret. Throws `signIn.methodOff`, `identityProvider.notFound`,
     * `request.rateLimited`.
     */
    async begin(
      browserSecret: string,
      relayState: string | undefined,
      origin: ActorOrigin,
    ): Promise<LoginRequest> {
      const settings = await current()
      const requestId = newMessageId()
      await pendingSignIns.open({ requestId, browserSecret, relayState, origin })
      return write(settings, requestId)
    },

    /** The request of a test, whose id is known already. Throws `identityProvider.notFound`. */
    async beginTest(requestId: string): Promise<LoginRequest> {
      return write(await configured(), requestId)
    },

    /** The assertion of an answer to that test, by the same checks. Throws `SamlCheckError`. */
    async validateTest(xml: string, requestId: string, origin: ActorOrigin): Promise<VerifiedAssertion> {
      const assertion = await check(xml, await configured(), origin)
      if (assertion.inResponseTo !== requestId) throw answersAnother(assertion.inResponseTo, requestId)
      return assertion
    },

    /**
     * The assertion of a response that passes every check which needs no writing. Throws `SamlCheckError`,
     * `signIn.methodOff`, `identityProvider.notFound`, `service.unavailable`.
     */
    async validate(xml: string, origin: ActorOrigin): Promise<VerifiedAssertion> {
      const assertion = await check(xml, await current(), origin)
      await pendingSignIns.requireAnswerable(assertion)
      return assertion
    },
  }
}

/**
 * Metadata must not be used past its end (SAML metadata 2.0 section 2.3.2): by that an identity provider says when its keys
 * may have changed hands. What was entered by hand has no end.
 */
function requireInForce({ validUntil }: IdentityProvider, now: Date): void {
  if (validUntil === undefined || now.toISOString() < validUntil) return
  throw new SamlCheckError(
    'metadataExpired',
    `The metadata of the identity provider was good until ${validUntil}.`,
    'Fetch or upload it anew, or have it fetched by schedule; settings that are entered by hand have no end.',
    { found: validUntil, expected: `> ${now.toISOString()}` },
  )
}

/**
 * Lets a refusal wait for the next full `REFUSAL_STEP_MS` since it was begun: how long it took would tell how far an
 * encrypted text got that somebody has changed.
 */
async function refusingLate<T>(act: Promise<T>): Promise<T> {
  const begun = performance.now()
  try {
    return await act
  } catch (error) {
    const left = REFUSAL_STEP_MS - ((performance.now() - begun) % REFUSAL_STEP_MS)
    await new Promise((resolve) => setTimeout(resolve, left))
    throw error
  }
}

const answersAnother = (found: string | undefined, expected: string) =>
  new SamlCheckError(
    'inResponseTo',
    'The signed part of the response answers another request than the unsigned one around it.',
    'The assertion was moved from one response to another.',
    { found, expected },
  )
