/** The checks a SAML message has to pass, each with its own name, and the failure of one. */

/** Every check, in the order in which they are made. Diagnostics list them; tests name them. */
export const SAML_CHECKS = [
  // The field and its bytes.
  'encoding',
  'size',
  'xml',
  'forbiddenXml',
  // The shape of the message.
  'message',
  'version',
  'uniqueIds',
  'status',
  'encryption',
  'oneAssertion',
  // Signatures.
  'signaturePresent',
  'signaturePlace',
  'signatureShape',
  'signatureReference',
  'signatureTransforms',
  'signatureAlgorithm',
  'signatureDigest',
  'signatureValue',
  // What the signed words say.
  'issuer',
  'destination',
  'issueInstant',
  'conditions',
  'audience',
  'subject',
  'nameId',
  'subjectConfirmation',
  'recipient',
  'inResponseTo',
  'notYetValid',
  'expired',
  'authnStatement',
  'sessionEnded',
  // What only the receiver can know.
  'library',
  'requestUnknown',
  'unsolicited',
  'replayed',
  'userUnknown',
  'userDisabled',
  'ticket',
  'browser',
] as const

export type SamlCheck = (typeof SAML_CHECKS)[number]

/**
 * A SAML message failed a check. `message` says what was found and may quote the message, `remedy` what to change and
 * where; both are for administrators, never for the page of the person who signs in.
 */
export class SamlCheckError extends Error {
  constructor(
    readonly check: SamlCheck,
    message: string,
    readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.name = 'SamlCheckError'
  }
}

const LONGEST_QUOTE = 200

/** A value from outside as it may stand in a message: cut, and without control characters. */
export function quoted(value: string): string {
  const plain = value.replaceAll(/\p{C}/gu, '\uFFFD')
  return `"${plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE)}…` : plain}"`
}
