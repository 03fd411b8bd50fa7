/**
 * The service provider on top of node-saml, and the only file that imports it. The library makes our requests and gives
 * every response a second opinion; what a response has to meet is decided by `core/verify.ts` first.
 */
import { SAML, ValidateInResponseTo, type CacheProvider, type SamlConfig } from '@node-saml/passport-saml'
import type { ActorOrigin } from '../server/domain/actor.js'
import type { Clock } from '../server/domain/clock.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Settings } from '../server/domain/zone.js'
import { serviceProviderAddresses } from '../server/domain/identity-provider.js'
import type { IdentityProviderService } from '../server/services/identity-provider.js'
import {
  methodOff,
  PENDING_SIGN_IN_SECONDS,
  type PendingSignInService,
} from '../server/services/pending-sign-ins.js'
import type { SigningKeyService } from '../server/services/signing-keys.js'
import type { ZoneService } from '../server/services/zones.js'
import { attributeOf, onlyChildOf, textOf } from './core/elements.js'
import { parseXml, rootOf } from './core/safe-xml.js'
import { SamlCheckError } from './core/saml-check.js'
import { openResponse, type OpenedResponse, type VerifiedAssertion } from './core/verify.js'
import { CONTEXT_ENTRA_MFA, CONTEXT_PASSWORD, CONTEXT_REFEDS_MFA, SAML_ASSERTION } from './core/vocabulary.js'

const SKEW_SECONDS = 60
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
  readonly baseUrl: string
}

interface LibraryChoices {
  readonly validateInResponseTo?: ValidateInResponseTo
  /** Id of the request that is made, where it has one already. */
  readonly requestId?: string
}

/** How the browser gets our request to the identity provider. */
export type LoginRequest =
  | { readonly binding: 'redirect'; readonly url: string }
  | { readonly binding: 'post'; readonly url: string; readonly samlRequest: string }

/** node-saml with the clock of the program in place of the machine's. */
class ClockedSaml extends SAML {
  constructor(
    options: SamlConfig,
    private readonly clock: Clock,
  ) {
    super(options)
  }

  protected override checkTimestampsValidityError(
    _now: number,
    ...rest: [notBefore: string, notOnOrAfter: string, maxTimeLimitMs?: number]
  ): Error | null {
    return super.checkTimestampsValidityError(this.clock.now().getTime(), ...rest)
  }
}

export function createServiceProvider(deps: ServiceProviderDeps) {
  const { clock, zones, identityProvider, signingKeys, pendingSignIns, baseUrl } = deps

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
      ...serviceProviderAddresses(baseUrl, zone.id),
    }
  }

  async function library(
    settings: ServiceProviderSettings,
    cacheProvider: CacheProvider,
    { validateInResponseTo = ValidateInResponseTo.always, requestId }: LibraryChoices = {},
  ): Promise<SAML> {
    const { provider, entityId, acsUrl, authnContexts } = settings
    const { privateKeyPem } = await signingKeys.current('serviceProvider')
    const byPost = provider.loginBinding === 'post'
    return new ClockedSaml(
      {
        callbackUrl: acsUrl,
        entryPoint: provider.loginUrl,
        issuer: entityId,
        audience: entityId,
        idpCert: provider.certificates.map((certificate) => certificate.pem),
        privateKey: privateKeyPem,
        signatureAlgorithm: 'sha256',
        digestAlgorithm: 'sha256',
        authnRequestBinding: byPost ? 'HTTP-POST' : 'HTTP-Redirect',
        skipRequestCompression: byPost,
        identifierFormat: null,
        disableRequestedAuthnContext: authnContexts === undefined,
        ...(authnContexts && { authnContext: [...authnContexts], racComparison: 'exact' as const }),
        // Together: one valid signature, on whichever of the two the identity provider signs.
        wantAuthnResponseSigned: false,
        wantAssertionsSigned: false,
        validateInResponseTo,
        cacheProvider,
        ...(requestId !== undefined && { generateUniqueId: () => requestId }),
        requestIdExpirationPeriodMs: PENDING_SIGN_IN_SECONDS * 1000,
        acceptedClockSkewMs: SKEW_SECONDS * 1000,
        maxAssertionAgeMs: MAXIMUM_ASSERTION_AGE_SECONDS * 1000,
      },
      clock,
    )
  }

  /** Reads our open requests. Nothing is removed here: using a request up is the transaction's part. */
  const openRequests: CacheProvider = {
    saveAsync: () => Promise.resolve(null),
    // Whether it expired was decided by our clock; the library only compares what it gets with its own.
    getAsync: async (requestId) =>
      (await pendingSignIns.isOpen(requestId)) ? new Date().toISOString() : null,
    removeAsync: () => Promise.resolve(null),
  }

  type ServiceProviderSettings = Awaited<ReturnType<typeof configured>>

  async function write(saml: SAML, { provider }: ServiceProviderSettings): Promise<LoginRequest> {
    if (provider.loginBinding === 'redirect') {
      // The path stays here with the request: it is nobody else's business, and cannot come back changed.
      return { binding: 'redirect', url: await saml.getAuthorizeUrlAsync('', undefined, {}) }
    }
    const { SAMLRequest } = await saml.getAuthorizeMessageAsync('')
    return { binding: 'post', url: provider.loginUrl, samlRequest: String(SAMLRequest) }
  }

  /** Every check that needs neither our open requests nor the library. */
  async function open(xml: string, settings: ServiceProviderSettings): Promise<OpenedResponse> {
    const { provider, entityId, acsUrl, authnContexts, encryption } = settings
    return openResponse(xml, {
      certificates: provider.certificates.map((certificate) => certificate.pem),
      issuer: provider.entityId,
      audience: entityId,
      recipient: acsUrl,
      destination: acsUrl,
      now: clock.now(),
      skewSeconds: SKEW_SECONDS,
      maximumAgeSeconds: MAXIMUM_ASSERTION_AGE_SECONDS,
      authnContexts,
      ...(encryption && {
        decryptionKeys: (await signingKeys.published('serviceProvider')).map((key) => key.privateKeyPem),
      }),
    })
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
      const saml = await library(settings, {
        ...openRequests,
        saveAsync: async (requestId, value) => {
          await pendingSignIns.open({ requestId, browserSecret, relayState, origin })
          return { value, createdAt: clock.now().getTime() }
        },
      })
      return write(saml, settings)
    },

    /** The request of a test, whose id is known already. Throws `identityProvider.notFound`. */
    async beginTest(requestId: string): Promise<LoginRequest> {
      const settings = await configured()
      return write(await library(settings, openRequests, { requestId }), settings)
    },

    /** The assertion of an answer to that test, by the same checks. Throws `SamlCheckError`. */
    async validateTest(xml: string, requestId: string): Promise<VerifiedAssertion> {
      const settings = await configured()
      const { assertion, readable } = await open(xml, settings)
      if (assertion.inResponseTo !== requestId) throw answersAnother(assertion.inResponseTo, requestId)
      if (readable !== undefined) {
        await requireSecondOpinion(await library(settings, onlyRequest(requestId)), readable, assertion)
      }
      return assertion
    },

    /**
     * The assertion of a response that passes every check which needs no writing. Throws `SamlCheckError`,
     * `signIn.methodOff`, `identityProvider.notFound`.
     */
    async validate(xml: string): Promise<VerifiedAssertion> {
      const settings = await current()
      const { assertion, readable } = await open(xml, settings)
      await pendingSignIns.requireAnswerable(assertion)
      if (readable === undefined) return assertion
      const asked = assertion.inResponseTo !== undefined
      const saml = await library(settings, openRequests, {
        validateInResponseTo: asked ? ValidateInResponseTo.always : ValidateInResponseTo.never,
      })
      await requireSecondOpinion(saml, readable, assertion)
      return assertion
    },
  }
}

/** Knows one request and no other. */
const onlyRequest = (requestId: string): CacheProvider => ({
  saveAsync: () => Promise.resolve(null),
  getAsync: (asked) => Promise.resolve(asked === requestId ? new Date().toISOString() : null),
  removeAsync: () => Promise.resolve(null),
})

const answersAnother = (found: string | undefined, expected: string) =>
  new SamlCheckError(
    'inResponseTo',
    'The signed part of the response answers another request than the unsigned one around it.',
    'The assertion was moved from one response to another.',
    { found, expected },
  )

/** The library has to accept the response too, and to have seen the same assertion about the same person. */
async function requireSecondOpinion(saml: SAML, xml: string, assertion: VerifiedAssertion): Promise<void> {
  let assertionXml: string | undefined
  try {
    const { profile } = await saml.validatePostResponseAsync({
      SAMLResponse: Buffer.from(xml, 'utf8').toString('base64'),
    })
    assertionXml = profile?.getAssertionXml?.()
  } catch (cause) {
    throw disagreement(cause instanceof Error ? cause.message : 'it could not be read', cause)
  }
  const seen = assertionXml === undefined ? undefined : rootOf(parseXml(assertionXml))
  const subject = seen && onlyChildOf(seen, SAML_ASSERTION, 'Subject')
  const nameId = subject && onlyChildOf(subject, SAML_ASSERTION, 'NameID')
  if (
    !seen ||
    !nameId ||
    attributeOf(seen, 'ID') !== assertion.assertionId ||
    textOf(nameId) !== assertion.nameId
  ) {
    throw disagreement('it read another assertion or another name')
  }
}

const disagreement = (what: string, cause?: unknown) =>
  new SamlCheckError(
    'library',
    `The SAML library does not accept the response: ${what}.`,
    'Keep the response from the diagnostics and report it: two independent readings of it differ.',
    { cause },
  )
