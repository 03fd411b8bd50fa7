/**
 * Sign-in of the cloud's command line (`tccli sso login`): it asks for a state until the person in front of a browser has
 * confirmed it, and gets a token once. Nothing is bound to whoever asks: that is what the confirmation is for, which shows
 * where the asking comes from.
 */
import {
  countCliSignIns,
  deleteCliToken,
  findCliSignIn,
  findCliToken,
  insertCliToken,
  listCliTokens,
  putCliSignIn,
  touchCliToken,
  type CliSignInRow,
} from '../../db/cli-sign-ins.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import {
  CLI_SIGN_IN_SECONDS,
  CLI_TOKEN_SECONDS,
  MOST_CLI_TOKENS,
  isCliState,
  type CliSignIn,
  type CliToken,
} from '../domain/cli-sign-in.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newCliTokenId } from '../domain/ids.js'
import { networkOf } from '../domain/network.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import { actorOf, isComplete, LAST_SEEN_SECONDS, type SessionView } from '../domain/session.js'
import type { AuditLog } from './audit-log.js'
import type { SessionService } from './sessions.js'

const MAXIMUM_OPEN = 10_000
/** A whole company may stand behind one address. */
const MAXIMUM_OPEN_OF_NETWORK = 500
const MAXIMUM_ADDRESSES = 3
const LONGEST_USER_AGENT = 300

export interface CliSignInServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly sessions: Pick<SessionService, 'findLive'>
}

type User = Extract<Actor, { kind: 'user' }>

export function createCliSignInService({ db, clock, audit, sessions }: CliSignInServiceDeps) {
  const now = () => clock.now().toISOString()
  const subjectOf = (user: Pick<User, 'userId' | 'name'>) => ({
    kind: 'user',
    id: user.userId,
    name: user.name,
  })

  const tokenRefused = () =>
    new IdentityCenterError(
      'cli.tokenInvalid',
      'The login token is unknown, has expired, or its session has ended: run tccli sso login again.',
    )

  function requireState(state: unknown): string {
    if (isCliState(state)) return state
    throw new IdentityCenterError('cli.stateInvalid', 'The state is not one that a command line makes.')
  }

  async function isRoomFor(tx: Tx, network: string | undefined): Promise<boolean> {
    const open = await countCliSignIns(tx, network, now())
    return open.all < MAXIMUM_OPEN && open.ofNetwork < MAXIMUM_OPEN_OF_NETWORK
  }

  /** Remembers who asks for a state, so that the page of its confirmation can tell. */
  async function noteAsking(tx: Tx, stateHash: string, known: CliSignInRow | undefined, address?: string) {
    if (!known) {
      const network = address === undefined ? undefined : networkOf(address)
      if (!(await isRoomFor(tx, network))) return
      await putCliSignIn(tx, {
        stateHash,
        addresses: address === undefined ? [] : [address],
        network,
        handedOut: false,
        expiresAt: secondsAfter(clock.now(), CLI_SIGN_IN_SECONDS),
      })
      return
    }
    if (address === undefined || known.addresses.includes(address)) return
    if (known.addresses.length >= MAXIMUM_ADDRESSES) return
    await putCliSignIn(tx, { ...known, addresses: [...known.addresses, address] })
  }

  /** Whether the one who asks was shown to the one who confirmed. */
  const wasShown = ({ addresses }: CliSignInRow, address: string | undefined): boolean =>
    addresses.length === 0 || (address !== undefined && addresses.includes(address))

  async function handOut(tx: Tx, signIn: CliSignInRow, origin: ActorOrigin): Promise<string | undefined> {
    const session = signIn.confirmed && (await sessions.findLive(tx, signIn.confirmed.sessionId))
    if (!session || !isComplete(session)) return undefined
    const actor = actorOf(session, origin)
    if (actor.kind !== 'user') return undefined
    const token = randomSecret()
    const id = newCliTokenId()
    const limit = secondsAfter(clock.now(), CLI_TOKEN_SECONDS)
    const expiresAt = session.expiresAt < limit ? session.expiresAt : limit
    const { address, userAgent } = origin
    await insertCliToken(
      tx,
      {
        id,
        userId: actor.userId,
        sessionId: session.id,
        ...(address !== undefined && { address }),
        ...(userAgent !== undefined && { userAgent: userAgent.slice(0, LONGEST_USER_AGENT) }),
        createdAt: now(),
        expiresAt,
      },
      hashSecret(token),
    )
    await putCliSignIn(tx, { ...signIn, handedOut: true })
    const surplus = (await listCliTokens(tx, actor.userId, now())).slice(MOST_CLI_TOKENS)
    for (const oldest of surplus) await deleteCliToken(tx, actor.userId, oldest.id)
    await audit.record(tx, actor, {
      action: 'cli.signIn',
      subject: subjectOf(actor),
      detail: {
        tokenId: id,
        sessionId: session.id,
        expiresAt,
        ...(surplus.length > 0 && { ended: surplus.map((token) => token.id) }),
      },
    })
    return token
  }

  return {
    /**
     * What the command line is answered: the login token, once, when the state was confirmed; `undefined` until then,
     * and ever after. Notes the address that asks.
     */
    async poll(state: string, origin: ActorOrigin): Promise<string | undefined> {
      if (!isCliState(state)) return undefined
      const stateHash = hashSecret(state)
      const { address } = origin
      // Asked once a second: only what has something to write takes a turn.
      const seen = await findCliSignIn(db, stateHash, now())
      const isKnown = seen !== undefined && (address === undefined || seen.addresses.includes(address))
      if (seen?.handedOut || (isKnown && !seen.confirmed)) return undefined
      return inTransaction(db, async (tx) => {
        const signIn = await findCliSignIn(tx, stateHash, now())
        if (signIn?.handedOut) return undefined
        if (signIn?.confirmed) return wasShown(signIn, address) ? handOut(tx, signIn, origin) : undefined
        await noteAsking(tx, stateHash, signIn, address)
        return undefined
      })
    },

    /** What the page of the confirmation shows. Throws `cli.stateInvalid`. */
    async describe(state: unknown): Promise<CliSignIn> {
      const signIn = await findCliSignIn(db, hashSecret(requireState(state)), now())
      if (!signIn) return { status: 'waiting', addresses: [] }
      const { addresses, confirmed, handedOut } = signIn
      return { status: handedOut ? 'handedOut' : confirmed ? 'confirmed' : 'waiting', addresses }
    },

    /**
     * Lets the command line that made the state sign in as the actor, in whose session its token ends.
     * Throws `cli.stateInvalid`, also for one that was confirmed before; `actor.forbidden` for who is no user.
     */
    async confirm(actor: Actor, session: SessionView, state: unknown): Promise<void> {
      if (actor.kind !== 'user') {
        throw new IdentityCenterError(
          'actor.forbidden',
          'Only a signed-in user of the zone signs in a command line.',
        )
      }
      const stateHash = hashSecret(requireState(state))
      await inTransaction(db, async (tx) => {
        const signIn = await findCliSignIn(tx, stateHash, now())
        if (signIn?.confirmed) {
          throw new IdentityCenterError(
            'cli.stateInvalid',
            'This sign-in of a command line was confirmed before.',
          )
        }
        const asked = signIn?.addresses ?? []
        // Whoever lures others here asks only afterwards, unseen: then nobody but the browser's own machine is answered.
        const own = actor.address === undefined ? [] : [actor.address]
        await putCliSignIn(tx, {
          stateHash,
          addresses: asked.length > 0 ? asked : own,
          network: signIn?.network,
          confirmed: { userId: actor.userId, sessionId: session.id },
          handedOut: false,
          expiresAt: secondsAfter(clock.now(), CLI_SIGN_IN_SECONDS),
        })
        await audit.record(tx, actor, {
          action: 'cli.confirm',
          subject: subjectOf(actor),
          detail: { askedFrom: asked },
        })
      })
    },

    /** The user behind a login token whose session is still on. Throws `cli.tokenInvalid`. */
    async authenticate(token: string, origin: ActorOrigin): Promise<User> {
      return inTransaction(db, async (tx) => {
        const found = await findCliToken(tx, hashSecret(token))
        if (!found || found.expiresAt <= now()) throw tokenRefused()
        const session = await sessions.findLive(tx, found.sessionId)
        const actor = session && isComplete(session) ? actorOf(session, origin) : undefined
        if (actor?.kind !== 'user' || actor.userId !== found.userId) throw tokenRefused()
        const { lastUsedAt } = found
        const isRecent =
          lastUsedAt !== undefined &&
          clock.now().getTime() - Date.parse(lastUsedAt) < LAST_SEEN_SECONDS * 1000
        if (!isRecent) await touchCliToken(tx, found.id, now())
        return actor
      })
    },

    /** What command lines hold of the actor's, the newest first. */
    async listOf(actor: Actor): Promise<readonly CliToken[]> {
      if (actor.kind !== 'user') return []
      return inTransaction(db, async (tx) => {
        const live: CliToken[] = []
        for (const token of await listCliTokens(tx, actor.userId, now())) {
          if (await sessions.findLive(tx, token.sessionId)) live.push(token)
        }
        return live
      })
    },

    /** Ends one token of the actor's. Throws `session.notFound`. */
    async revoke(actor: Actor, id: string): Promise<void> {
      await inTransaction(db, async (tx) => {
        if (actor.kind !== 'user' || !(await deleteCliToken(tx, actor.userId, id))) {
          throw new IdentityCenterError('session.notFound', 'This session does not exist or has ended.')
        }
        await audit.record(tx, actor, {
          action: 'cli.revoke',
          subject: subjectOf(actor),
          detail: { tokenId: id },
        })
      })
    },
  }
}

export type CliSignInService = ReturnType<typeof createCliSignInService>
