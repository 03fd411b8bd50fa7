/** Passkeys: challenges, registering, checking, naming and removing them. Sessions are made of them elsewhere. */
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { findTotpFactor } from '../../db/factors.js'
import {
  countOpenChallenges,
  deletePasskey,
  findPasskeyByCredential,
  insertPasskey,
  listPasskeys,
  putPasskeyChallenge,
  renamePasskey,
  takePasskeyChallenge,
  usePasskey,
} from '../../db/passkeys.js'
import { inTransaction } from '../../db/transaction.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newPasskeyId, type PasskeyId } from '../domain/ids.js'
import { networkOf } from '../domain/network.js'
import {
  CHALLENGE_SECONDS,
  creationOptions,
  MAXIMUM_PASSKEYS,
  needsUserVerification,
  passkeyName,
  relyingPartyAt,
  requestOptions,
  userHandleOf,
  type ChallengePurpose,
  type CreationOptions,
  type Passkey,
  type RelyingParty,
  type RequestOptions,
} from '../domain/passkey.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import { isOwn, requireRecent, type SessionView, type Subject } from '../domain/session.js'
import type { AuditLog } from './audit-log.js'
import {
  PasskeyCheckError,
  readAssertion,
  readRegistration,
  verifyAssertion,
  verifyRegistration,
  type VerifiedRegistration,
} from './passkey-verifier.js'

/** An answer that held: the passkey as it was, and the counter to write when it is used. */
export interface ProvenPasskey {
  readonly passkey: Passkey
  readonly counter: number
}

/** An answer that did not hold; the cause is for the audit log alone. */
export interface RefusedPasskey {
  readonly cause: 'challengeUnknown' | 'credentialUnknown' | 'otherOwner' | 'notVerified'
  readonly reason?: string
  /** Whose passkey it was, where it is known. */
  readonly subject?: Subject
}

/** Whose answer is expected: a session's, or that of a browser in which nobody has signed in. */
export type Asked = { readonly session: SessionView } | { readonly browserSecret: string }

const MAXIMUM_OPEN = 10_000
/** A whole company may stand behind one address. */
const MAXIMUM_OPEN_OF_NETWORK = 1000

const boundTo = (asked: Asked): string =>
  'session' in asked ? `session ${asked.session.id}` : `browser ${hashSecret(asked.browserSecret)}`

export interface PasskeyServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Address under which browsers reach us. */
  readonly baseUrl: string
}

export function createPasskeyService({ db, clock, audit, baseUrl }: PasskeyServiceDeps) {
  const known = relyingPartyAt(baseUrl)

  function requireRelyingParty(): RelyingParty {
    if (known) return known
    throw new IdentityCenterError('passkey.refused', 'Passkeys need HTTPS and a host name.')
  }

  async function challenge(asked: Asked, purpose: ChallengePurpose, origin: ActorOrigin): Promise<string> {
    const now = clock.now()
    const network = origin.address === undefined ? undefined : networkOf(origin.address)
    if (purpose === 'signIn') {
      const open = await countOpenChallenges(db, network, now.toISOString())
      if (open.all >= MAXIMUM_OPEN || open.ofNetwork >= MAXIMUM_OPEN_OF_NETWORK) {
        throw new IdentityCenterError(
          'request.rateLimited',
          'Too many sign-ins are under way. Wait a moment, then try again.',
          { retryAfterSeconds: 60 },
        )
      }
    }
    const secret = randomSecret()
    await inTransaction(db, (tx) =>
      putPasskeyChallenge(tx, {
        boundTo: boundTo(asked),
        purpose,
        challengeHash: hashSecret(secret),
        network,
        expiresAt: secondsAfter(now, CHALLENGE_SECONDS),
      }),
    )
    return secret
  }

  /** Uses the challenge up, whatever comes of the answer. */
  const takeChallenge = (asked: Asked, purpose: ChallengePurpose, answered: string): Promise<boolean> =>
    inTransaction(db, (tx) =>
      takePasskeyChallenge(
        tx,
        { boundTo: boundTo(asked), purpose, challengeHash: hashSecret(answered) },
        clock.now().toISOString(),
      ),
    )

  /** The credential that the session's browser made. Uses the challenge up. Throws `passkey.refused`. */
  async function finishRegistration(session: SessionView, answer: string): Promise<VerifiedRegistration> {
    try {
      const read = readRegistration(answer)
      if (!(await takeChallenge({ session }, 'register', read.challenge))) throw passkeyRefused()
      return await verifyRegistration(read, requireRelyingParty())
    } catch (error) {
      if (error instanceof PasskeyCheckError) throw passkeyRefused(error)
      throw error
    }
  }

  /** Keeps the credential as the subject's. Throws `passkey.limit`, `passkey.exists`, `passkey.nameInvalid`. */
  async function store(
    tx: Tx,
    subject: Subject,
    registration: VerifiedRegistration,
    name: string,
  ): Promise<Passkey> {
    const passkey: Passkey = {
      ...registration,
      id: newPasskeyId(),
      subject,
      name: passkeyName(name),
      createdAt: clock.now().toISOString(),
    }
    if ((await listPasskeys(tx, subject)).length >= MAXIMUM_PASSKEYS) throw tooMany()
    try {
      await insertPasskey(tx, passkey)
    } catch (error) {
      if (!isUniqueViolation(error, 'passkeys', 'credential_id')) throw error
      throw new IdentityCenterError('passkey.exists', 'This passkey is registered already.')
    }
    return passkey
  }

  /** Throws `PasskeyCheckError` for an answer that does not hold. */
  async function check(
    asked: Asked,
    purpose: ChallengePurpose,
    answer: string,
  ): Promise<ProvenPasskey | RefusedPasskey> {
    const read = readAssertion(answer)
    if (!(await takeChallenge(asked, purpose, read.challenge))) return { cause: 'challengeUnknown' }
    const passkey = await findPasskeyByCredential(db, read.response.id)
    if (!passkey) return { cause: 'credentialUnknown' }
    const { subject } = passkey
    const { userHandle } = read.response.response
    const owner = 'session' in asked ? asked.session.subject : subject
    // Without a session the authenticator has to name its owner itself.
    const named = userHandle ?? ('session' in asked ? userHandleOf(owner) : undefined)
    if (subject.kind !== owner.kind || subject.id !== owner.id || named !== userHandleOf(subject)) {
      return { cause: 'otherOwner', subject }
    }
    const { counter } = await verifyAssertion(read, requireRelyingParty(), passkey, {
      userVerification: needsUserVerification(purpose),
    })
    return { passkey, counter }
  }

  return {
    /** Whether browsers offer passkeys under the configured address. */
    available: known !== undefined,

    async listOf(actor: Actor, subject: Subject): Promise<readonly Passkey[]> {
      if (!isOwn(actor, subject)) requireReadRights(actor)
      return listPasskeys(db, subject)
    },

    /** What the session's browser is asked to make. Throws `passkey.limit`. */
    async beginRegistration(session: SessionView, origin: ActorOrigin): Promise<CreationOptions> {
      const relyingParty = requireRelyingParty()
      const existing = await listPasskeys(db, session.subject)
      if (existing.length >= MAXIMUM_PASSKEYS) throw tooMany()
      return creationOptions({
        relyingParty,
        subject: session.subject,
        name: session.name,
        displayName: session.displayName ?? session.name,
        challenge: await challenge({ session }, 'register', origin),
        existing,
      })
    },

    finishRegistration,
    store,

    /**
     * Adds a passkey to a session's owner, who has signed in just now.
     * Throws `session.notRecent`, `passkey.refused`, `passkey.limit`, `passkey.exists`, `passkey.nameInvalid`.
     */
    async register(
      actor: Actor,
      session: SessionView,
      { answer, name }: { readonly answer: string; readonly name: string },
    ): Promise<void> {
      requireRecent(session, clock.now())
      passkeyName(name)
      const registration = await finishRegistration(session, answer)
      await inTransaction(db, async (tx) => {
        const passkey = await store(tx, session.subject, registration, name)
        await audit.record(tx, actor, {
          action: 'passkey.register',
          subject: { ...session.subject, name: session.name },
          detail: { passkeyId: passkey.id, passkeyName: passkey.name },
        })
      })
    },

    /** Throws `passkey.notFound`, `passkey.nameInvalid`. */
    async rename(actor: Actor, session: SessionView, id: PasskeyId, name: string): Promise<void> {
      const after = passkeyName(name)
      await inTransaction(db, async (tx) => {
        if (!(await renamePasskey(tx, session.subject, id, after))) throw notFound()
        await audit.record(tx, actor, {
          action: 'passkey.rename',
          subject: { ...session.subject, name: session.name },
          detail: { passkeyId: id, after: { name: after } },
        })
      })
    },

    /**
     * Throws `session.notRecent`, `passkey.notFound`, and `passkey.last` where nothing else would be left to prove with
     * that it is the owner: whoever knows the password could then bind a device of their own.
     */
    async remove(actor: Actor, session: SessionView, id: PasskeyId): Promise<void> {
      const { subject } = session
      requireRecent(session, clock.now())
      await inTransaction(db, async (tx) => {
        const passkeys = await listPasskeys(tx, subject)
        const passkey = passkeys.find((each) => each.id === id)
        if (!passkey || !(await deletePasskey(tx, subject, id))) throw notFound()
        if (passkeys.length === 1 && !(await findTotpFactor(tx, subject))) {
          throw new IdentityCenterError(
            'passkey.last',
            'This is your only second step. Add another passkey first, or ask an administrator to unbind it.',
          )
        }
        await audit.record(tx, actor, {
          action: 'passkey.remove',
          subject: { ...subject, name: session.name },
          detail: { passkeyId: id, passkeyName: passkey.name },
        })
      })
    },

    /**
     * What the browser is asked to sign: by a passkey of the session's owner, or by any that it holds for this site where
     * nobody has signed in. Throws `request.rateLimited` when too many strangers were asked.
     */
    async beginProof(asked: Asked, purpose: ChallengePurpose, origin: ActorOrigin): Promise<RequestOptions> {
      const relyingParty = requireRelyingParty()
      const allowed = 'session' in asked ? await listPasskeys(db, asked.session.subject) : []
      return requestOptions({
        relyingParty,
        purpose,
        challenge: await challenge(asked, purpose, origin),
        allowed,
      })
    },

    /**
     * Checks the answer, which uses its challenge up in any case. `use` then has to succeed in the transaction that acts
     * on it.
     */
    async prove(
      asked: Asked,
      purpose: ChallengePurpose,
      answer: string,
    ): Promise<ProvenPasskey | RefusedPasskey> {
      try {
        return await check(asked, purpose, answer)
      } catch (error) {
        if (error instanceof PasskeyCheckError) return { cause: 'notVerified', reason: error.message }
        throw error
      }
    },

    /** Notes the use. False when the passkey was removed or used since it was checked: the answer does not count. */
    use: (tx: Tx, { passkey, counter }: ProvenPasskey): Promise<boolean> =>
      usePasskey(tx, passkey, counter, clock.now().toISOString()),
  }
}

export type PasskeyService = ReturnType<typeof createPasskeyService>

/** One answer for everything that can be wrong with a passkey. */
export const passkeyRefused = (cause?: unknown): IdentityCenterError =>
  new IdentityCenterError('passkey.refused', 'The passkey was not accepted. Try again.', {}, { cause })

const notFound = () => new IdentityCenterError('passkey.notFound', 'You have no such passkey.')
const tooMany = () =>
  new IdentityCenterError('passkey.limit', `You have ${MAXIMUM_PASSKEYS} passkeys: remove one first.`, {
    limit: MAXIMUM_PASSKEYS,
  })
