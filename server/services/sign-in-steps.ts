/** What every step of a sign-in shares: which one is due, the new session after it, and its audit event. */
import type { Db, Tx } from '../../db/database.js'
import { afterCommit } from '../../db/transaction.js'
import { findSignInUser, findSignInUserByName } from '../../db/sign-in-users.js'
import { findAdministrator, findAdministratorByName } from '../../db/administrators.js'
import { findAccountUserByName, noteAccountUserSignIn } from '../../db/cam-account-users.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type SubUserUin, type UserId } from '../domain/ids.js'
import {
  actorOf,
  isComplete,
  type Session,
  type SessionKind,
  type SessionView,
  type SignInStep,
  type Subject,
} from '../domain/session.js'
import { isUserName, maySignIn } from '../domain/user.js'
import type { AuditLog } from './audit-log.js'
import type { KnownDevices, SignInOrigin } from './known-devices.js'
import type { OpenedSession, SessionService } from './sessions.js'

/** Somebody who may be signing in. */
export interface Candidate {
  readonly subject: Subject
  readonly name: string
  readonly enabled: boolean
}

export interface SignInStepsDeps {
  readonly audit: AuditLog
  readonly sessions: SessionService
  readonly devices: KnownDevices
  /** Called after an administrator has signed in completely. */
  readonly onAdministratorSignedIn?: () => void
}

export type SignInSteps = ReturnType<typeof createSignInSteps>

export function createSignInSteps({ audit, sessions, devices, ...deps }: SignInStepsDeps) {
  /** What a sign-in brings along once it is complete: the browser is known from now on. */
  async function complete(tx: Tx, opened: OpenedSession, origin: SignInOrigin): Promise<OpenedSession> {
    const { session } = opened
    if (!isComplete(session)) return opened
    if (session.kind === 'console') afterCommit(tx, () => deps.onAdministratorSignedIn?.())
    if (session.kind === 'account') {
      // Made in ids.ts when the user was: only sub-users sign in to accounts by steps.
      await noteAccountUserSignIn(tx, session.subject.id as SubUserUin, origin.address, session.createdAt)
    }
    const deviceSecret = await devices.remember(tx, session.subject, origin)
    return { ...opened, ...(deviceSecret !== undefined && { deviceSecret }) }
  }

  const record = (
    tx: Tx,
    session: SessionView,
    origin: SignInOrigin,
    detail: Readonly<Record<string, unknown>>,
    step: SignInStep | undefined,
    result: 'success' | 'failure' = 'success',
  ) =>
    audit.record(tx, actorOf(session, origin), {
      action: `signIn.${step ?? 'complete'}`,
      subject: { ...auditedAs(session.kind, session.subject), name: session.name },
      result,
      detail: { door: session.kind, ...detail },
    })

  return {
    complete,
    record,

    /** Throws `signIn.stepMissing` unless this is the step that the session owes next. */
    requireNext(session: Session, step: SignInStep): void {
      if (session.owedSteps[0] === step) return
      throw new IdentityCenterError(
        'signIn.stepMissing',
        'This step of the sign-in is not the one to be taken now.',
      )
    },

    /** Replaces the session by one that owes one step less, and records it. */
    async pass(
      tx: Tx,
      session: SessionView,
      origin: SignInOrigin,
      detail: Readonly<Record<string, unknown>> = {},
    ): Promise<OpenedSession> {
      const [step, ...owedSteps] = session.owedSteps
      const opened = await sessions.replace(tx, session, owedSteps, origin)
      await record(tx, session, origin, { ...detail, sessionId: opened.session.id, owedSteps }, step)
      return complete(tx, opened, origin)
    },
  }
}

/** What the audit log calls somebody who signs in: of an account's user it does not matter whether it administers here. */
export const auditedAs = (door: SessionKind, { kind, id }: Subject) =>
  door === 'account' ? { kind: 'camUser', id } : { kind, id }

/** The user of exactly that name in the account of that number (but for ASCII case), if the account itself made it. */
export async function findCandidateInAccount(
  from: Db | Tx,
  account: string,
  name: string,
): Promise<Candidate | undefined> {
  const accountUin = parseAccountUin(account)
  if (accountUin === undefined || !isUserName(name)) return undefined
  const found = await findAccountUserByName(from, accountUin, name)
  return (
    found && {
      subject: { kind: 'administrator', id: found.uin },
      name: found.name,
      enabled: found.status === 'enabled' && found.owner === 'account',
    }
  )
}

/** The user or administrator of exactly that name (but for ASCII case). */
export async function findCandidateByName(
  from: Db | Tx,
  kind: Subject['kind'],
  name: string,
): Promise<Candidate | undefined> {
  if (!isUserName(name)) return undefined
  return kind === 'user'
    ? userCandidate(await findSignInUserByName(from, name))
    : administratorCandidate(await findAdministratorByName(from, name))
}

/** The one with that id; the id was made in ids.ts as its kind says. */
export async function findCandidate(from: Db | Tx, { kind, id }: Subject): Promise<Candidate | undefined> {
  return kind === 'user'
    ? userCandidate(await findSignInUser(from, id as UserId))
    : administratorCandidate(await findAdministrator(from, id))
}

const userCandidate = (user: Awaited<ReturnType<typeof findSignInUser>>): Candidate | undefined =>
  user && { subject: { kind: 'user', id: user.id }, name: user.userName, enabled: maySignIn(user) }

const administratorCandidate = (
  found: Awaited<ReturnType<typeof findAdministrator>>,
): Candidate | undefined =>
  found && {
    subject: { kind: 'administrator', id: found.uin },
    name: found.name,
    enabled: found.status === 'enabled',
  }
