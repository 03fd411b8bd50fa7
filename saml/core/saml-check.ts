/** The checks a SAML message has to pass, each with its own name, and the failure of one. */

/** Every check, in the order in which they are made. Diagnostics list them; tests name them. */
export const SAML_CHECKS = [
  // Where the browser is that brings it: looked at before the message itself.
  'network',
  // Whether there is anything to check by, and checking came to an end at all.
  'metadataExpired',
  'unfinished',
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
  'decryption',
  'oneAssertion',
  // Signatures.
  'signaturePresent',
  'signaturePlace',
  'signatureShape',
  'signatureReference',
  'signatureTransforms',
  'signatureAlgorithm',
  'signatureValue',
  'signatureDigest',
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
  'authnContext',
  // The second opinion.
  'library',
  // What only the receiver can know.
  'replayed',
  'unsolicited',
  'requestUnknown',
  'userUnknown',
  'userDisabled',
  'ticket',
  'browser',
] as const

export type SamlCheck = (typeof SAML_CHECKS)[number]

/** The two values that a failed comparison was about, for pages in any language. */
export interface CheckFacts {
  /** What the message says. */
  readonly found?: string | undefined
  /** What it should say. */
  readonly expected?: string | undefined
}

/**
 * A SAML message failed a check. `message` says what was found and may quote the message, `remedy` what to change and
 * where; both are for administrators, never for the page of the person who signs in.
 */
export class SamlCheckError extends Error {
  readonly facts: CheckFacts
  /** Further checks that failed, where several could be made side by side. */
  readonly others: readonly SamlCheckError[]

  constructor(
    readonly check: SamlCheck,
    message: string,
    readonly remedy: string,
    {
      cause,
      others = [],
      ...facts
    }: CheckFacts & { readonly cause?: unknown; readonly others?: readonly SamlCheckError[] } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SamlCheckError'
    this.facts = facts
    this.others = others
  }
}

/** Makes checks that do not need each other's outcome, so that one answer names everything that is wrong. */
export function makeSideBySide() {
  const failures: SamlCheckError[] = []
  return {
    /** What `check` returns; nothing when it fails. */
    attempt<T>(check: () => T): T | undefined {
      try {
        return check()
      } catch (error) {
        if (!(error instanceof SamlCheckError)) throw error
        failures.push(error)
        return undefined
      }
    },
    /** Throws the first failure, with the others in it. */
    settle(): void {
      const [first, ...others] = failures
      if (!first) return
      throw new SamlCheckError(first.check, first.message, first.remedy, {
        ...first.facts,
        cause: first.cause,
        others,
      })
    },
  }
}

const LONGEST_QUOTE = 200

/** A value from outside as it may stand in a message: cut, and without control characters. */
export function quoted(value: string): string {
  const plain = value.replaceAll(/\p{C}/gu, '\uFFFD')
  return `"${plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE)}…` : plain}"`
}
