/** What can go wrong on the way, as the checks of the diagnostics and as status of the page. */
import type { IdentityCenterError } from '../server/domain/errors.js'
import { MESSAGE_BOUNDS } from './core/safe-xml.js'
import { SamlCheckError, type SamlCheck } from './core/saml-check.js'

const MALFORMED: ReadonlySet<SamlCheck> = new Set([
  'encoding',
  'size',
  'xml',
  'forbiddenXml',
  'message',
  'version',
  'uniqueIds',
  'oneAssertion',
])

/** 400 for what is no response at all, 401 for one that lets nobody in, 503 where it was not read to its end. */
export function statusOf(check: SamlCheck): number {
  if (check === 'unfinished') return 503
  return MALFORMED.has(check) ? 400 : 401
}

/** A body that the form parser did not take. */
export const unreadableBody = (status: number, cause: unknown): SamlCheckError =>
  status === 413
    ? new SamlCheckError(
        'size',
        `The posted form is larger than a message of ${MESSAGE_BOUNDS.length} characters can be.`,
        'Let the identity provider send fewer attributes (group lists are the usual cause).',
        { cause },
      )
    : new SamlCheckError(
        'encoding',
        'The posted form could not be read.',
        'The identity provider has to use the HTTP-POST binding.',
        { cause },
      )

/** Why the ticket could not be traded for a session, by the cause that the sign-in service names. */
export function ticketRefused(error: IdentityCenterError): SamlCheckError {
  const options = { cause: error }
  switch (error.facts['cause']) {
    case 'otherBrowser':
      return new SamlCheckError(
        'browser',
        'The browser that brought the response is not the one that began the sign-in, or it lost its cookie.',
        'Begin at the base address of this product, not at another of its names, and allow its cookies. If nobody here began this sign-in, somebody tried to sign another person in as himself.',
        options,
      )
    case 'unknownUser':
    case 'userDisabled':
      return new SamlCheckError(
        'userDisabled',
        'The user was disabled, blocked or deleted while the sign-in was under way.',
        'Enable or unblock the user, then start the sign-in again.',
        options,
      )
    case 'sessionOver':
      return new SamlCheckError(
        'sessionEnded',
        'The session at the identity provider ended while the sign-in was under way.',
        'Sign in at the identity provider again.',
        options,
      )
    default:
      return new SamlCheckError(
        'ticket',
        'The one-time ticket of the sign-in is unknown, used or too old.',
        'Start the sign-in again; "back" and "reload" cannot repeat its last step.',
        options,
      )
  }
}
