/** The one way into a SAML response: bounded parsing, one assertion, signatures, then what the signed bytes say. */
import type { Element } from '@xmldom/xmldom'
import { checkAssertion, checkResponse, requireOneAssertion } from './checks.js'
import type { ResponseExpectations, VerifiedAssertion } from './checks.js'
import { allWithin, attributeOf } from './elements.js'
import { decodeMessage, parseXml, rootOf } from './safe-xml.js'
import { SamlCheckError } from './saml-check.js'
import { publicKeysOf, signatureOf, verifySignature } from './signature.js'

export type { ResponseExpectations, VerifiedAssertion } from './checks.js'

/**
 * Verifies a response as it comes in a form field or an API parameter (base64). Throws `SamlCheckError`, which names the check.
 * Leaves to the receiver what only it can know: whether `inResponseTo` is an open request of its own, and that
 * `assertionId` was not seen before (remember it until `expiresAt`).
 */
export const verifyResponse = (base64: unknown, expected: ResponseExpectations): VerifiedAssertion =>
  verifyResponseXml(decodeMessage(base64), expected)

/** The same for a response that is text already. */
export function verifyResponseXml(xml: string, expected: ResponseExpectations): VerifiedAssertion {
  const response = rootOf(parseXml(xml))
  const assertion = requireOneAssertion(response)
  const signed = verifySignatures(xml, response, assertion, expected.certificates)
  const message = signed.response ?? response
  checkResponse(message, expected, signed.response !== undefined)
  return checkAssertion(signed.assertion, expected, attributeOf(message, 'InResponseTo'))
}

interface SignedParts {
  /** Present when the Response itself is signed. */
  readonly response: Element | undefined
  readonly assertion: Element
}

/** Every signature in the message has to stand in its place and hold; at least one has to cover the assertion. */
function verifySignatures(
  xml: string,
  response: Element,
  assertion: Element,
  certificates: readonly string[],
): SignedParts {
  const onResponse = signatureOf(response)
  const onAssertion = signatureOf(assertion)
  for (const element of allWithin(response)) {
    if (element.localName === 'Signature' && element !== onResponse && element !== onAssertion) {
      throw new SamlCheckError(
        'signaturePlace',
        'A signature stands somewhere else than directly in the Response or in the Assertion.',
        'The message was put together from parts of others; look at who sent it.',
      )
    }
  }
  const keys = publicKeysOf(certificates)
  const signedAssertion = onAssertion && verifySignature(xml, assertion, onAssertion, keys)
  if (onResponse) {
    const signedResponse = verifySignature(xml, response, onResponse, keys)
    // The assertion as the signed bytes have it, whatever the first parse made of the message.
    return { response: signedResponse, assertion: requireOneAssertion(signedResponse) }
  }
  if (signedAssertion) return { response: undefined, assertion: signedAssertion }
  throw new SamlCheckError(
    'signaturePresent',
    'Neither the response nor the assertion is signed.',
    'Let the identity provider sign the assertion or the response (best both), with SHA-256.',
  )
}
