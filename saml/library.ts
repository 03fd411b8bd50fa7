/** node-saml, and the only file that imports it: it makes our requests and gives responses a second opinion. */
import { SAML, ValidateInResponseTo, type CacheProvider, type SamlConfig } from '@node-saml/passport-saml'
import { z } from 'zod'
import { disagreement } from './core/second-reading.js'
import type { ReadableResponse, VerifiedAssertion } from './core/verify.js'

/** What the library is not asked to do: requests are kept, and used up, by the database's transaction. */
const keepsNothing: CacheProvider = {
  saveAsync: () => Promise.resolve(null),
  getAsync: () => Promise.resolve(null),
  removeAsync: () => Promise.resolve(null),
}

/** The library for making requests with the given options. */
export const requestLibrary = (options: SamlConfig): SAML =>
  new SAML({ ...options, validateInResponseTo: ValidateInResponseTo.never, cacheProvider: keepsNothing })

/** What a second opinion is asked about. */
export interface SecondOpinionOptions {
  readonly certificates: readonly string[]
  readonly audience: string
  readonly recipient: string
  readonly now: Date
  readonly skewSeconds: number
  readonly maximumAgeSeconds: number
}

/** node-saml with the time that it is told in place of the machine's. */
class TimedSaml extends SAML {
  constructor(
    options: SamlConfig,
    private readonly now: Date,
  ) {
    super(options)
  }

  protected override checkTimestampsValidityError(
    _now: number,
    ...rest: [notBefore: string, notOnOrAfter: string, maxTimeLimitMs?: number]
  ): Error | null {
    return super.checkTimestampsValidityError(this.now.getTime(), ...rest)
  }
}

/**
 * The library has to accept the response too, as an answer to the request that our checks read in it or to none, and to
 * have seen the same assertion about the same person. Whether that request is ours is not its part. Throws `library`.
 */
export async function requireSecondOpinion(
  { xml, responseSigned }: ReadableResponse,
  assertion: VerifiedAssertion,
  options: SecondOpinionOptions,
): Promise<void> {
  const saml = new TimedSaml(
    {
      callbackUrl: options.recipient,
      issuer: options.audience,
      audience: options.audience,
      idpCert: [...options.certificates],
      // The signature that counts: without this, the one inside would do where the one around it does not hold. With
      // neither wanted, the assertion's is.
      wantAuthnResponseSigned: responseSigned,
      wantAssertionsSigned: false,
      validateInResponseTo:
        assertion.inResponseTo === undefined ? ValidateInResponseTo.never : ValidateInResponseTo.always,
      cacheProvider: {
        ...keepsNothing,
        // The library compares the time that it gets with the machine's.
        getAsync: (asked) =>
          Promise.resolve(asked === assertion.inResponseTo ? new Date().toISOString() : null),
      },
      acceptedClockSkewMs: options.skewSeconds * 1000,
      maxAssertionAgeMs: options.maximumAgeSeconds * 1000,
    },
    options.now,
  )
  let read: unknown
  try {
    const { profile } = await saml.validatePostResponseAsync({
      SAMLResponse: Buffer.from(xml, 'utf8').toString('base64'),
    })
    // Not the profile itself: an attribute called `nameID` would stand in it for the name.
    read = profile?.getAssertion?.()
  } catch (cause) {
    throw disagreement(cause instanceof Error ? cause.message : 'it could not be read', cause)
  }
  const seen = readAssertion.safeParse(read).data?.Assertion
  if (seen?.$.ID !== assertion.assertionId || seen.Subject[0].NameID[0]._ !== assertion.nameId) {
    throw disagreement('it read another assertion or another name')
  }
}

/** The verified assertion as the library's own parser has it: one id, one subject, one name. */
const readAssertion = z.object({
  Assertion: z.object({
    $: z.object({ ID: z.string() }),
    Subject: z.tuple([z.object({ NameID: z.tuple([z.object({ _: z.string() })]) })]),
  }),
})
