/**
 * Checks what authenticators answer. The only file that imports @simplewebauthn/server, and only once a passkey is used:
 * its certificate libraries take memory that a server without passkeys need not give.
 */
import { z } from 'zod'
import type { Passkey, RelyingParty } from '../domain/passkey.js'

/** An answer that does not hold; `message` says why, for the audit log. */
export class PasskeyCheckError extends Error {}

const base64url = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[A-Za-z0-9_-]+$/)
const credentialId = base64url(1400)

const registrationSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(16_384),
    transports: z.array(z.string().max(32)).max(8).catch([]).default([]),
  }),
})

const assertionSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(2048),
    userHandle: base64url(128).nullish(),
  }),
})

const clientDataSchema = z.object({ challenge: base64url(128), crossOrigin: z.boolean().optional() })

const clientExtensionResults = {}

interface Answer<Response> {
  readonly response: Response
  /** What it claims to sign: to be looked up before anything of the answer is believed. */
  readonly challenge: string
}

export type RegistrationAnswer = Answer<z.output<typeof registrationSchema>>
export type AssertionAnswer = Answer<z.output<typeof assertionSchema>>

export interface VerifiedRegistration {
  readonly credentialId: string
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
}

export interface VerifiedAssertion {
  readonly counter: number
}

function readAnswer<Response extends { readonly response: { readonly clientDataJSON: string } }>(
  schema: z.ZodType<Response>,
  text: string,
): Answer<Response> {
  const response = schema.safeParse(parseJson(text))
  if (!response.success) throw new PasskeyCheckError('the answer has the wrong form')
  const { clientDataJSON } = response.data.response
  const clientData = clientDataSchema.safeParse(
    parseJson(Buffer.from(clientDataJSON, 'base64url').toString('utf8')),
  )
  if (!clientData.success) throw new PasskeyCheckError('the client data has the wrong form')
  // Nobody may frame our pages, so no page of ours asks from within another site's.
  if (clientData.data.crossOrigin === true) throw new PasskeyCheckError('the answer was made in a frame')
  return { response: response.data, challenge: clientData.data.challenge }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Throws `PasskeyCheckError`. */
export const readRegistration = (text: string): RegistrationAnswer => readAnswer(registrationSchema, text)
/** Throws `PasskeyCheckError`. */
export const readAssertion = (text: string): AssertionAnswer => readAnswer(assertionSchema, text)

/**
 * The new credential (section 7.1). Its maker is not asked for, so a statement with certificates is refused: following
 * their addresses would let whoever sends one choose what this server connects to. Throws `PasskeyCheckError`.
 */
export async function verifyRegistration(
  { response, challenge }: RegistrationAnswer,
  relyingParty: RelyingParty,
): Promise<VerifiedRegistration> {
  return checked(async () => {
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
    const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
    const attestation = decodeAttestationObject(
      new Uint8Array(Buffer.from(response.response.attestationObject, 'base64url')),
    )
    const format = attestation.get('fmt')
    const selfMade = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined
    if (format !== 'none' && !selfMade) {
      throw new PasskeyCheckError(`attestation ${String(format)} was not asked for`)
    }
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...response,
        clientExtensionResults,
        response: {
          clientDataJSON: response.response.clientDataJSON,
          attestationObject: response.response.attestationObject,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      // A security key without a PIN is a good second factor; signing in without a password asks for more.
      requireUserVerification: false,
    })
    if (!verified) throw new PasskeyCheckError('the attestation does not hold')
    const { credential } = registrationInfo
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: response.response.transports,
    }
  })
}

/** Checks a signature of the passkey (section 7.2). Throws `PasskeyCheckError`, also for a counter that does not grow. */
export async function verifyAssertion(
  { response, challenge }: AssertionAnswer,
  relyingParty: RelyingParty,
  passkey: Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'>,
  { userVerification }: { readonly userVerification: boolean },
): Promise<VerifiedAssertion> {
  return checked(async () => {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...response,
        clientExtensionResults,
        response: {
          clientDataJSON: response.response.clientDataJSON,
          authenticatorData: response.response.authenticatorData,
          signature: response.response.signature,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: userVerification,
    })
    if (!verified) throw new PasskeyCheckError('the signature does not hold')
    return { counter: authenticationInfo.newCounter }
  })
}

/** The library refuses with bare errors, and so do the parsers below it: whatever they throw is about the answer. */
async function checked<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof PasskeyCheckError || !(error instanceof Error)) throw error
    throw new PasskeyCheckError(error.message.slice(0, 200), { cause: error })
  }
}
