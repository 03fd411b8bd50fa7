/**
 * Single logout: what ends here is told to the identity provider when the person wants that, and what ends there ends
 * here. Only sessions that came from the identity provider take part.
 */
import type { Db } from '../../db/database.js'
import {
  deleteFederatedSessions,
  deleteFederatedTickets,
  findPendingLogout,
  findSealedName,
  insertPendingLogout,
  takePendingLogout,
} from '../../db/federated-sessions.js'
import { rememberAssertion } from '../../db/seen-assertions.js'
import { deleteSession } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import {
  writeLogoutRequest,
  writeLogoutResponse,
  type LogoutOutcome,
} from '../../saml/core/logout-messages.js'
import { redirectAddress, type MessageField } from '../../saml/core/redirect-binding.js'
import { SamlCheckError } from '../../saml/core/saml-check.js'
import { newMessageId, signElement } from '../../saml/core/sign.js'
import {
  verifyLogoutMessage,
  type LogoutMessage,
  type LogoutMessageForm,
} from '../../saml/core/verify-logout.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  serviceProviderAddresses,
  type IdentityProvider,
  type LogoutService,
} from '../domain/identity-provider.js'
import type { SessionView } from '../domain/session.js'
import type { AuditLog } from './audit-log.js'
import { indexKeyOf, nameKeyOf, type FederatedNames } from './federated-names.js'
import type { IdentityProviderService } from './identity-provider.js'
import type { SigningKeyService } from './signing-keys.js'
import type { ZoneService } from './zones.js'

const SKEW_SECONDS = 60
const MAXIMUM_AGE_SECONDS = 300
/** Our request is answered within this time, or nobody waits for the answer any more. */
const PENDING_SECONDS = 300
const RECEIVER = 'singleLogout'
/** SAML bindings 3.4.3 allows 80 bytes; some identity providers send more. */
const LONGEST_RELAY_STATE = 1024

export interface SingleLogoutServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly identityProvider: IdentityProviderService
  readonly signingKeys: SigningKeyService
  readonly federatedNames: FederatedNames
  readonly baseUrl: string
}

/** A signed message on its way to the identity provider: an address, or the fields of a form to post. */
export type OutgoingMessage =
  | { readonly binding: 'redirect'; readonly url: string }
  | { readonly binding: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }

/** What became of a message of the identity provider. */
export type ReceivedLogout =
  /** It ended so many sessions; the answer is absent when it has no address for answers. */
  | { readonly kind: 'ended'; readonly sessions: number; readonly answer: OutgoingMessage | undefined }
  /** It answered our request. */
  | { readonly kind: 'answered'; readonly outcome: LogoutOutcome }

export function createSingleLogoutService(deps: SingleLogoutServiceDeps) {
  const { db, clock, audit, zones, identityProvider, signingKeys, federatedNames, baseUrl } = deps

  const addresses = async () => serviceProviderAddresses(baseUrl, (await zones.current()).id)

  async function send(
    logout: LogoutService,
    field: MessageField,
    text: string,
    relayState?: string,
  ): Promise<OutgoingMessage> {
    const key = await signingKeys.current('serviceProvider')
    const url = destinationOf(logout, field)
    if (logout.binding === 'redirect') {
      const { privateKeyPem } = key
      return {
        binding: 'redirect',
        url: redirectAddress(url, { field, xml: text, relayState, privateKeyPem }),
      }
    }
    const signed = signElement(text, field === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse', key)
    return {
      binding: 'post',
      url,
      fields: {
        [field]: Buffer.from(signed, 'utf8').toString('base64'),
        ...(relayState !== undefined && { RelayState: relayState }),
      },
    }
  }

  /** Ends the sessions that the request names, once. Throws `replayed`. */
  async function endSessions(
    provider: IdentityProvider,
    request: Extract<LogoutMessage, { kind: 'request' }>,
    origin: ActorOrigin,
  ): Promise<number> {
    const { nameId } = request.name
    const nameKey = nameKeyOf(provider.entityId, nameId)
    const indexKeys = request.sessionIndexes.map((index) => indexKeyOf(provider.entityId, nameId, index))
    return inTransaction(db, async (tx) => {
      const name = { receiver: RECEIVER, issuer: provider.entityId, assertionId: request.id }
      if (!(await rememberAssertion(tx, name, request.expiresAt.toISOString()))) throw replayed()
      await deleteFederatedTickets(tx, nameKey)
      const ended = await deleteFederatedSessions(tx, nameKey, indexKeys)
      for (const userId of new Set(ended.map((session) => session.userId))) {
        const sessionIds = ended.filter((session) => session.userId === userId).map(({ id }) => id)
        await audit.record(
          tx,
          { ...origin, kind: 'anonymous' },
          {
            action: 'session.endByIdentityProvider',
            subject: { kind: 'user', id: userId, name: nameId },
            detail: { sessionIds },
          },
        )
      }
      return ended.length
    })
  }

  return {
    /** Where the session can be ended as well; nothing when it did not come from there or that offers no logout. */
    async offer(
      session: SessionView,
    ): Promise<{ readonly origin: string; readonly host: string } | undefined> {
      if (session.method !== 'sso') return undefined
      const provider = await identityProvider.find()
      const sealedName = provider?.logout && (await findSealedName(db, session.id))
      if (!provider?.logout || sealedName === undefined) return undefined
      if (federatedNames.open(sealedName).issuer !== provider.entityId) return undefined
      const { origin, host } = new URL(provider.logout.url)
      return { origin, host }
    },

    /**
     * Ends the session here and opens a request to end it at the identity provider; returns the request's id, for
     * `request`. Throws `session.ended` when it is gone by now.
     */
    async begin(actor: Actor, session: SessionView): Promise<string> {
      const now = clock.now()
      const requestId = newMessageId()
      await inTransaction(db, async (tx) => {
        const sealedName = await findSealedName(tx, session.id)
        if (sealedName === undefined || !(await deleteSession(tx, session.id))) {
          throw new IdentityCenterError('session.ended', 'The session has ended. Sign in again.')
        }
        await insertPendingLogout(tx, {
          requestId,
          sealedName,
          createdAt: now.toISOString(),
          expiresAt: secondsAfter(now, PENDING_SECONDS),
        })
        await audit.record(tx, actor, {
          action: 'session.end',
          subject: { ...session.subject, name: session.name },
          detail: { sessionId: session.id, kind: session.kind, atIdentityProvider: true },
        })
      })
      return requestId
    },

    /** The open request, signed and ready to go; nothing when it is not open any more. */
    async request(requestId: string): Promise<OutgoingMessage | undefined> {
      const now = clock.now()
      const pending = await findPendingLogout(db, requestId, now.toISOString())
      const provider = await identityProvider.find()
      if (!pending || !provider?.logout) return undefined
      const { issuer, ...name } = federatedNames.open(pending.sealedName)
      if (issuer !== provider.entityId) return undefined
      const text = writeLogoutRequest({
        id: requestId,
        issuer: (await addresses()).entityId,
        destination: provider.logout.url,
        issuedAt: now,
        expiresAt: new Date(pending.expiresAt),
        name,
      })
      return send(provider.logout, 'SAMLRequest', text)
    },

    /**
     * Takes a message of the identity provider that a browser brought. Throws `SamlCheckError`,
     * `identityProvider.notFound`.
     */
    async receive(
      form: LogoutMessageForm,
      relayState: string | undefined,
      origin: ActorOrigin,
    ): Promise<ReceivedLogout> {
      const provider = await identityProvider.find()
      if (!provider) {
        throw new IdentityCenterError('identityProvider.notFound', 'No identity provider is configured.')
      }
      if ((relayState?.length ?? 0) > LONGEST_RELAY_STATE) throw relayStateTooLong()
      const { entityId, logoutUrl } = await addresses()
      const { settings } = await zones.current()
      const message = verifyLogoutMessage(form, {
        certificates: provider.certificates.map((certificate) => certificate.pem),
        issuer: provider.entityId,
        destination: logoutUrl,
        now: clock.now(),
        skewSeconds: SKEW_SECONDS,
        maximumAgeSeconds: MAXIMUM_AGE_SECONDS,
        ...(settings['saml.encryption'] && {
          decryptionKeys: (await signingKeys.published('serviceProvider')).map((key) => key.privateKeyPem),
        }),
      })
      if (message.kind === 'response') {
        const now = clock.now().toISOString()
        const ours = await inTransaction(db, (tx) => takePendingLogout(tx, message.inResponseTo, now))
        if (!ours) throw requestUnknown(message.inResponseTo)
        return { kind: 'answered', outcome: message.outcome }
      }
      const sessions = await endSessions(provider, message, origin)
      if (!provider.logout) return { kind: 'ended', sessions, answer: undefined }
      const text = writeLogoutResponse({
        issuer: entityId,
        destination: destinationOf(provider.logout, 'SAMLResponse'),
        inResponseTo: message.id,
        issuedAt: clock.now(),
        // Where nothing was open, nothing is left open: that is what was asked for.
        outcome: 'success',
      })
      return {
        kind: 'ended',
        sessions,
        answer: await send(provider.logout, 'SAMLResponse', text, relayState),
      }
    },
  }
}

export type SingleLogoutService = ReturnType<typeof createSingleLogoutService>

const destinationOf = ({ url, responseUrl }: LogoutService, field: MessageField): string =>
  field === 'SAMLResponse' ? (responseUrl ?? url) : url

const replayed = () =>
  new SamlCheckError(
    'replayed',
    'This request to log out has been used before.',
    'Log out at the identity provider again; if nobody pressed "back" or "reload", somebody may have copied the message.',
  )

const requestUnknown = (requestId: string) =>
  new SamlCheckError(
    'requestUnknown',
    'The answer belongs to no logout that is under way here: older than five minutes, answered already, or never begun.',
    'Nothing is to be done: the session here had ended before the identity provider was asked.',
    { found: requestId },
  )

const relayStateTooLong = () =>
  new SamlCheckError(
    'size',
    `RelayState is longer than ${LONGEST_RELAY_STATE} characters.`,
    'Let the identity provider send a short RelayState, or none.',
  )
