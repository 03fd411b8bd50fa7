/**
 * A signature read by xml-crypto too, which shares no code with ours but the parser. Both have to see the same bytes: where
 * they differ, a mistake in one of them would let a message in that the other refuses.
 */
import type { Element } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { SamlCheckError } from './saml-check.js'
import { FURTHER_DIGESTS, FURTHER_SIGNATURE_ALGORITHMS } from './signature-algorithms.js'
import type { HeldSignature } from './signature.js'

/** Throws `library` unless xml-crypto, with the same key, finds that the signature in `xml` covers the same bytes. */
export function requireSameReading(xml: string, signature: Element, { key, canonical }: HeldSignature): void {
  const verifier = new SignedXml({ publicCert: key.export({ type: 'spki', format: 'pem' }).toString() })
  Object.assign(verifier.SignatureAlgorithms, FURTHER_SIGNATURE_ALGORITHMS)
  Object.assign(verifier.HashAlgorithms, FURTHER_DIGESTS)
  try {
    // Accepts any DOM node; its typings want the browser's.
    verifier.loadSignature(signature as unknown as Parameters<SignedXml['loadSignature']>[0])
    if (!verifier.checkSignature(xml)) throw disagreement('it finds another digest')
  } catch (cause) {
    if (cause instanceof SamlCheckError) throw cause
    throw disagreement(cause instanceof Error ? cause.message : 'it could not be read', cause)
  }
  const [covered, ...others] = verifier.getSignedReferences()
  if (covered !== canonical || others.length > 0) throw disagreement('it covers something else')
}

/** Two independent readings of a message differ. */
export const disagreement = (what: string, cause?: unknown) =>
  new SamlCheckError(
    'library',
    `The SAML library does not accept the message: ${what}.`,
    'Keep the message from the diagnostics and report it: two independent readings of it differ.',
    { cause },
  )
