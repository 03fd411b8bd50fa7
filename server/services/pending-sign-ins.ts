/** Outstanding SAML requests, one answer each, and the memory of answers: what decides whether a response counts. */
import type { Db, Tx } from '../../db/database.js'
import {
  countPendingSignIns,
  dropOldestPendingSignIn,
  findLargestShare,
  insertPendingSignIn,
  isPending,
  takePendingSignIn,
} from '../../db/pending-sign-ins.js'
import { isSeenAssertion, rememberAssertion, type AssertionName } from '../../db/seen-assertions.js'
import { inTransaction } from '../../db/transaction.js'
import { SamlCheckError } from '../../saml/core/saml-check.js'
import type { VerifiedAssertion } from '../../saml/core/verify.js'
import type { ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { siteOf } from '../domain/network.js'
import { hashSecret } from '../domain/secrets.js'
import type { FederatedNames } from './federated-names.js'
import type { SignInService } from './sign-in.js'
import type { ZoneService } from './zones.js'

/** A request is answered within this time or not at all. */
export const PENDING_SIGN_IN_SECONDS = 300
/**
 * When there are so many, whoever has fewer open than somebody else gets in at that one's expense: ten networks with a
 * thousand each could keep everybody out otherwise, at three requests a second.
 */
const MAXIMUM_OPEN = 10_000
/** A whole company may stand behind one address. */
const MAXIMUM_OPEN_OF_NETWORK = 1000

const RECEIVER = 'serviceProvider'

export interface PendingSignInServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly zones: ZoneService
  readonly signIn: Pick<SignInService, 'withFederatedIdentity' | 'issueTicket'>
  readonly federatedNames: FederatedNames
}

export interface SignInToOpen {
  readonly requestId: string
  /** Secret in the cookie of the browser that asks; its hash is kept. */
  readonly browserSecret: string
  /** Local path to go to in the end. */
  readonly relayState: string | undefined
  readonly origin: ActorOrigin
}

/** How an answer without a request is bound to a browser. Such answers are refused when this is absent. */
export interface UnsolicitedAnswer {
  readonly browserSecret: string
  readonly relayState: string | undefined
}

/** An answer to a request that only tests: as whom it would sign in. */
export interface TestedSignIn {
  readonly userName: string
}

export function createPendingSignInService(deps: PendingSignInServiceDeps) {
  const { db, clock, zones, signIn, federatedNames } = deps
  const nameOf = (assertion: VerifiedAssertion): AssertionName => ({
    receiver: RECEIVER,
    issuer: assertion.issuer,
    assertionId: assertion.assertionId,
  })

  const isOpen = (requestId: string): Promise<boolean> => isPending(db, requestId, clock.now().toISOString())

  /** The request that the assertion answers, taken away; what an unsolicited one brings along instead. */
  async function take(tx: Tx, assertion: VerifiedAssertion, unsolicited: UnsolicitedAnswer | undefined) {
    if (assertion.inResponseTo !== undefined) {
      const pending = await takePendingSignIn(tx, assertion.inResponseTo, clock.now().toISOString())
      if (!pending) throw (await isSeenAssertion(tx, nameOf(assertion))) ? replayed() : requestUnknown()
      return pending
    }
    if (!unsolicited || !(await zones.within(tx)).settings['saml.allowIdpInitiated']) throw notAsked()
    return { browserHash: hashSecret(unsolicited.browserSecret), relayState: unsolicited.relayState }
  }

  return {
    /** Opens a request. Throws `request.rateLimited` when too many wait for their answer. */
    async open({ requestId, browserSecret, relayState, origin }: SignInToOpen): Promise<void> {
      const now = clock.now()
      const network = siteOf(origin.address)
      const open = await countPendingSignIns(db, network, now.toISOString())
      const largest = open.all >= MAXIMUM_OPEN ? await findLargestShare(db, now.toISOString()) : undefined
      const isFull = open.all >= MAXIMUM_OPEN && (largest?.open ?? 0) <= open.ofNetwork + 1
      if (isFull || open.ofNetwork >= MAXIMUM_OPEN_OF_NETWORK) {
        throw new IdentityCenterError(
          'request.rateLimited',
          'Too many sign-ins are under way. Wait a moment, then try again.',
          { retryAfterSeconds: 60 },
        )
      }
      await inTransaction(db, async (tx) => {
        if (largest) await dropOldestPendingSignIn(tx, largest.network)
        await insertPendingSignIn(tx, {
          requestId,
          browserHash: hashSecret(browserSecret),
          ...(relayState !== undefined && { relayState }),
          network,
          createdAt: now.toISOString(),
          expiresAt: secondsAfter(now, PENDING_SIGN_IN_SECONDS),
        })
      })
    },

    /** Whether the request is ours, in time and without an answer. A hint only: `complete` decides. */
    isOpen,

    /**
     * Throws `requestUnknown`, `replayed` or `unsolicited` when `complete` would do so too, without using anything up: so
     * that a response is refused for the right reason before it costs more.
     */
    async requireAnswerable(assertion: VerifiedAssertion): Promise<void> {
      if (await isSeenAssertion(db, nameOf(assertion))) throw replayed()
      if (assertion.inResponseTo === undefined) {
        if (!(await zones.current()).settings['saml.allowIdpInitiated']) throw notAsked()
      } else if (!(await isOpen(assertion.inResponseTo))) throw requestUnknown()
    },

    /** As whom the assertion would sign in. Throws `userUnknown`, `userDisabled`; uses nothing up and signs nobody in. */
    async preview(assertion: VerifiedAssertion): Promise<TestedSignIn> {
      const outcome = await inTransaction(db, async (tx) => {
        try {
          return await signIn.withFederatedIdentity(tx, { nameId: assertion.nameId })
        } catch (error) {
          if (isIdentityCenterError(error, 'signIn.federationFailed')) return toCheckError(error, assertion)
          throw error
        }
      })
      if (outcome instanceof SamlCheckError) throw outcome
      return { userName: outcome.userName }
    },

    /**
     * Accepts a verified assertion: uses its request up, remembers it, and issues the one-time ticket that the browser
     * which asked trades for its session. All in one transaction, so of any number of parallel copies one wins.
     * Throws `SamlCheckError`; an answer about a person who may not sign in is used up all the same.
     */
    async complete(
      assertion: VerifiedAssertion,
      unsolicited?: UnsolicitedAnswer,
    ): Promise<{ readonly ticket: string }> {
      const outcome = await inTransaction(db, async (tx) => {
        const { browserHash, relayState } = await take(tx, assertion, unsolicited)
        if (!(await rememberAssertion(tx, nameOf(assertion), assertion.expiresAt.toISOString())))
          throw replayed()
        if ((await zones.within(tx)).loginMethod !== 'sso') throw methodOff()
        try {
          const user = await signIn.withFederatedIdentity(tx, { nameId: assertion.nameId })
          const ticket = await signIn.issueTicket(tx, {
            userId: user.id,
            browserHash,
            relayState,
            sessionNotAfter: assertion.sessionNotOnOrAfter?.toISOString(),
            federation: federatedNames.remember(assertion),
          })
          return { ticket }
        } catch (error) {
          // Handed out of the transaction, so that what was used up stays so.
          if (isIdentityCenterError(error, 'signIn.federationFailed')) return toCheckError(error, assertion)
          throw error
        }
      })
      if (outcome instanceof SamlCheckError) throw outcome
      return outcome
    },
  }
}

export type PendingSignInService = ReturnType<typeof createPendingSignInService>

const requestUnknown = () =>
  new SamlCheckError(
    'requestUnknown',
    'The response answers a request that is not open here: older than five minutes, answered already, or never sent.',
    'Start the sign-in again. If this happens to everybody, check that all servers use one database.',
  )

const replayed = () =>
  new SamlCheckError(
    'replayed',
    'The assertion has been used before.',
    'Start the sign-in again; if nobody pressed "back" or "reload", somebody may have copied the response.',
  )

const notAsked = () =>
  new SamlCheckError(
    'unsolicited',
    'The response answers no request: the sign-in was started at the identity provider.',
    'Start at the login address of this product, or allow sign-ins started at the identity provider (setting saml.allowIdpInitiated).',
  )

export const methodOff = () => new IdentityCenterError('signIn.methodOff', 'Single sign-on is off here.')

function toCheckError(error: IdentityCenterError, { nameId }: VerifiedAssertion): SamlCheckError {
  return error.facts['cause'] === 'userDisabled'
    ? new SamlCheckError(
        'userDisabled',
        `The user ${nameId} is disabled or blocked here.`,
        'Enable the user at the identity provider (for imported users), or unblock it in the console.',
        { cause: error, found: nameId },
      )
    : new SamlCheckError(
        'userUnknown',
        `No user here has the name ${JSON.stringify(nameId)}, which the identity provider sent as NameID.`,
        'Map the attribute that holds the user name to NameID at the identity provider, or provision the user by SCIM first.',
        { cause: error, found: nameId },
      )
}
