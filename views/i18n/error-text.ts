/** What a refusal says in the reader's language. */
import type { ErrorCode, ErrorFacts } from '../../server/domain/errors.js'
import type { FaultyNetwork } from '../../server/domain/sign-in-networks.js'
import type { Language } from './index.js'
import { errors, networkFaultSentence, policyFaultSentence } from './zh-CN/errors.js'

/** As much of an `IdentityCenterError` as its text is made of. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly facts: ErrorFacts
}

export function errorText(language: Language, { code, message, facts }: Refusal): string {
  if (language === 'en') return message
  const text = errors[code]
  return typeof text === 'function' ? text(facts) : (text ?? message)
}

/** What is wrong with a policy, without the place where it stands. */
export const policyFaultText = (
  language: Language,
  { facts }: { readonly facts: ErrorFacts & { readonly sentence: string } },
): string => (language === 'en' ? facts.sentence : policyFaultSentence(facts))

/** What is wrong with one entry of the networks. */
export const networkFaultText = (language: Language, fault: FaultyNetwork): string =>
  language === 'en' ? fault.sentence : networkFaultSentence(fault)
