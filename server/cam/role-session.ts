/**
 * Taking on the roles of the simulated accounts, with temporary credentials. Checking and opening are apart: signatures
 * are verified before the transaction that uses an assertion up and writes the session.
 */
import { noteRoleUse } from '../../db/cam-roles.js'
import { findRole, findRoleById, findSamlProvider, type CamRole } from '../../db/cam.js'
import type { Db, Tx } from '../../db/database.js'
import { findRoleSession, findRoleSessionByKey, insertRoleSession } from '../../db/role-sessions.js'
import { rememberAssertion } from '../../db/seen-assertions.js'
import { findSignInUserByName } from '../../db/sign-in-users.js'
import { parseIdpMetadata } from '../../saml/core/idp-metadata.js'
import { SamlCheckError } from '../../saml/core/saml-check.js'
import { verifyRoleResponse, type VerifiedAssertion } from '../../saml/core/verify.js'
import { ROLE_ATTRIBUTE, ROLE_SESSION_NAME_ATTRIBUTE } from '../../saml/core/vocabulary.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { accessDenied, accountOf, callerName, uinOf, type CloudCaller } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newRoleSessionId, type UserId } from '../domain/ids.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { RequestContext, TrustedParty } from '../domain/policy-evaluation.js'
import {
  isRoleSessionLive,
  newTemporaryKey,
  parseRoleArn,
  parseSamlProviderArn,
  readRolePairs,
  requireRoleSessionName,
  roleResource,
  roleSessionSealedFor,
  sessionSeconds,
  type DurationWish,
  type RolePair,
  type RoleReference,
  type RoleSession,
  type TemporaryCredentials,
} from '../domain/role-session.js'
import { equalSecrets, hashSecret, type SecretBox } from '../domain/secrets.js'
import { maySignIn } from '../domain/user.js'
import type { Authorization } from './authorization.js'
import { claimedRole } from './claimed-role.js'

export interface RoleSessionsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly secretBox: SecretBox
  readonly authorization: Authorization
  /** What a SAML response to an account has to name: the cloud's audience, and where the accounts take responses. */
  readonly saml: { readonly audience: string; readonly recipient: string }
}

export interface SamlRoleRequest extends RolePair, DurationWish {
  /** Base64. */
  readonly samlResponse: string
  readonly roleSessionName: string
}

export interface RoleRequest extends DurationWish {
  readonly roleArn: string
  readonly roleSessionName: string
  /** Policy text that narrows the session. */
  readonly policy?: string | undefined
  readonly context: RequestContext
}

/** What a caller may have: everything checked, nothing written. */
export interface RoleGrant {
  readonly role: CamRole
  readonly seconds: number
  /** ISO 8601: the session ends by then, whatever the seconds. */
  readonly notAfter?: string | undefined
  /** The session by whose right the role is taken on. */
  readonly through?: RoleSession | undefined
  readonly owner: SessionOwner
}

/** The same for the bearer of an assertion, whose one use is still to come. */
export interface SamlRoleGrant {
  readonly role: CamRole
  readonly seconds: number
  readonly roleSessionName: string
  readonly assertion: VerifiedAssertion
  /** Made by this zone's Identity Center: its NameID is then the name of a user of the zone. */
  readonly ofThisZone: boolean
}

type SessionOwner = Pick<
  RoleSession,
  'roleSessionName' | 'requesterUin' | 'sourceIdentity' | 'assertionId' | 'userId' | 'sessionPolicy'
>

/** A role taken on: the session, and its credentials this once. */
export interface OpenedRole {
  readonly session: RoleSession
  readonly credentials: TemporaryCredentials
}

export interface KeyedRoleSession {
  readonly session: RoleSession
  readonly secretKey: string
  /** Whether the token is the session's and the session still counts. */
  accepts(token: string): boolean
}

/** The last use of a role is written at most this often. */
const LAST_USED_SECONDS = 60

/** Clocks of two instances may differ so much. What this zone signs is good for 60 seconds, this included. */
const OWN_SKEW_SECONDS = 5
const OWN_LIFETIME_SECONDS = 60
const FOREIGN_SKEW_SECONDS = 60

/** Every cause gives this one answer: whoever presents an assertion learns nothing more. The cause is for the audit. */
const assertionRefused = (reason: string, cause?: unknown) =>
  new IdentityCenterError(
    'assertion.refused',
    'The SAML assertion does not let you take on this role.',
    {},
    { cause: cause ?? new Error(reason) },
  )

/** Times in ISO 8601 UTC sort as text. */
const earliest = (time: string, ...others: readonly (string | undefined)[]): string =>
  others.reduce<string>((found, other) => (other !== undefined && other < found ? other : found), time)

export function createRoleSessions({ db, clock, secretBox, authorization, saml }: RoleSessionsDeps) {
  const findRoleBy = (reference: RoleReference): Promise<CamRole | undefined> =>
    'id' in reference
      ? findRoleById(db, reference.accountUin, reference.id)
      : findRole(db, reference.accountUin, reference.name)

  function requireRoleReference(arn: string): RoleReference {
    const reference = parseRoleArn(arn)
    if (reference) return reference
    throw new IdentityCenterError('sts.invalid', 'RoleArn is not the name of a role.')
  }

  const roleNotFound = (arn: string) =>
    new IdentityCenterError('role.notFound', `There is no role ${arn}.`, { roleArn: arn })

  function verifyWith(metadata: string, samlResponse: string, ofThisZone: boolean): VerifiedAssertion {
    const now = clock.now()
    const { entityId, certificates } = parseIdpMetadata(metadata, now)
    const times = ofThisZone
      ? { skewSeconds: OWN_SKEW_SECONDS, maximumAgeSeconds: OWN_LIFETIME_SECONDS - OWN_SKEW_SECONDS }
      : { skewSeconds: FOREIGN_SKEW_SECONDS }
    return verifyRoleResponse(samlResponse, {
      certificates: certificates.map(({ pem }) => pem),
      issuer: entityId,
      audience: saml.audience,
      recipient: saml.recipient,
      destination: saml.recipient,
      now,
      ...times,
    })
  }

  /** Checks a response against the provider that is said to have made it. */
  async function verify(samlResponse: string, principalArn: string) {
    const reference = parseSamlProviderArn(principalArn)
    const provider = reference && (await findSamlProvider(db, reference.accountUin, reference.name))
    if (!provider) throw assertionRefused(`there is no provider ${principalArn}`)
    const ofThisZone = provider.owner === 'identityCenter'
    try {
      const assertion = verifyWith(provider.metadata, samlResponse, ofThisZone)
      const pairs = readRolePairs(assertion.attributes.get(ROLE_ATTRIBUTE) ?? [])
      const [roleSessionName] = assertion.attributes.get(ROLE_SESSION_NAME_ATTRIBUTE) ?? []
      if (roleSessionName === undefined) throw assertionRefused('the assertion has no RoleSessionName')
      return { assertion, ofThisZone, pairs, roleSessionName }
    } catch (error) {
      if (error instanceof SamlCheckError) throw assertionRefused(error.message, error)
      // A provider whose metadata has expired vouches for nobody.
      if (error instanceof IdentityCenterError && error.code !== 'assertion.refused')
        throw assertionRefused(error.message, error)
      throw error
    }
  }

  /** The role, if it is there and trusts the provider that vouched for the caller. */
  async function requireTrustingRole(pair: RolePair, assertion: VerifiedAssertion): Promise<CamRole> {
    const reference = parseRoleArn(pair.roleArn)
    const role = reference && (await findRoleBy(reference))
    if (!role) throw roleNotFound(pair.roleArn)
    const trusted = authorization.trusts(role, {
      action: 'sts:AssumeRoleWithSAML',
      party: { kind: 'federated', name: pair.principalArn },
      context: { 'saml:aud': saml.audience, 'saml:iss': assertion.issuer, 'saml:sub': assertion.nameId },
    })
    if (trusted) return role
    throw assertionRefused('the trust policy of the role does not name the provider')
  }

  function requireClaim(samlResponse: string): RolePair {
    try {
      const pair = claimedRole(samlResponse)
      if (pair) return pair
    } catch (error) {
      if (!(error instanceof SamlCheckError)) throw error
      throw assertionRefused(error.message, error)
    }
    throw assertionRefused('the response names no role')
  }

  /** The user of this zone that the NameID names, who has to be one that may sign in. */
  async function requireUser(tx: Tx, nameId: string): Promise<UserId> {
    // The directory's own alphabet: only within it does folding case join no two people.
    const user = /^[A-Za-z0-9+=,.@_-]{1,128}$/.test(nameId)
      ? await findSignInUserByName(tx, nameId)
      : undefined
    if (user && maySignIn(user)) return user.id
    throw assertionRefused('the user is unknown, disabled or blocked')
  }

  /** Everything by which a trust policy may name the caller. */
  function partyOf(caller: CloudCaller): TrustedParty {
    const account = `qcs::cam::uin/${accountOf(caller)}`
    return { kind: 'qcs', names: [`${account}:root`, ...ownNames(caller)] }
  }

  function ownNames(caller: CloudCaller): readonly string[] {
    if (caller.kind === 'roleSession') {
      const { accountUin, roleId, roleName } = caller.session
      return roleResource(accountUin, roleId, roleName)
    }
    const holder = caller.kind === 'federated' ? caller.of : caller
    return holder.kind === 'subUser' ? [`qcs::cam::uin/${holder.accountUin}:uin/${holder.uin}`] : []
  }

  /** Whose doing the session is, carried on from role to role. */
  function ownerOf(caller: CloudCaller): Pick<SessionOwner, 'requesterUin' | 'sourceIdentity' | 'userId'> {
    if (caller.kind !== 'roleSession') {
      const holder = caller.kind === 'federated' ? caller.of : caller
      return { requesterUin: uinOf(holder), sourceIdentity: callerName(caller) }
    }
    const { accountUin, sourceIdentity, userId } = caller.session
    return { requesterUin: accountUin, sourceIdentity, ...(userId !== undefined && { userId }) }
  }

  /** The session as it stands now. Throws `access.denied` when it has ended since its credentials were checked. */
  async function requireLive(tx: Tx, id: string): Promise<RoleSession> {
    const session = await findRoleSession(tx, id)
    if (session && isRoleSessionLive(session, clock.now())) return session
    throw new IdentityCenterError('access.denied', 'The session by whose right you ask has ended.')
  }

  /**
   * Writes the session. What is taken on through another session ends with that one at the latest. Throws
   * `role.notFound` when the role went away since it was checked, `access.denied` when that other session ended.
   */
  async function open(tx: Tx, { role, seconds, notAfter, through, owner }: RoleGrant): Promise<OpenedRole> {
    if (!(await findRoleById(tx, role.accountUin, role.id))) throw roleNotFound(role.name)
    const before = through && (await requireLive(tx, through.id))
    const now = clock.now()
    await noteRoleUse(tx, role.id, now.toISOString(), secondsAfter(now, -LAST_USED_SECONDS))
    const { tmpSecretId, tmpSecretKey, token } = newTemporaryKey()
    const end = secondsAfter(now, seconds)
    const session: RoleSession = {
      ...owner,
      id: newRoleSessionId(),
      tmpSecretId,
      accountUin: role.accountUin,
      roleId: role.id,
      roleName: role.name,
      createdAt: now.toISOString(),
      expiresAt: earliest(end, notAfter, before?.expiresAt),
      ...(before && { chainId: before.chainId ?? before.id }),
    }
    await insertRoleSession(tx, {
      session,
      sealedSecretKey: secretBox.seal(roleSessionSealedFor(tmpSecretId), tmpSecretKey),
      tokenHash: hashSecret(token),
    })
    const { expiresAt, id: roleSessionId } = session
    return { session, credentials: { tmpSecretId, tmpSecretKey, token, expiresAt, roleSessionId } }
  }

  return {
    /**
     * Checks an assertion for the role that the request names. Throws `sts.invalid`, `sts.duration`, `role.notFound`, and
     * `assertion.refused` alike for everything that is wrong with the assertion or with the role's trust.
     */
    async checkSaml(request: SamlRoleRequest): Promise<SamlRoleGrant> {
      const { roleArn, principalArn, roleSessionName } = request
      requireRoleSessionName(roleSessionName)
      requireRoleReference(roleArn)
      const { assertion, ofThisZone, pairs } = await verify(request.samlResponse, principalArn)
      if (!pairs.some((pair) => pair.roleArn === roleArn && pair.principalArn === principalArn))
        throw assertionRefused('the assertion does not name this role and provider')
      const role = await requireTrustingRole(request, assertion)
      const seconds = sessionSeconds(request, role.sessionDuration)
      return { assertion, role, ofThisZone, roleSessionName, seconds }
    },

    /**
     * Checks the response that a browser brings to a console: it has to name exactly one role, and the session lasts as
     * long as the role allows. Throws `role.notFound`, `assertion.refused`.
     */
    async checkSamlSignIn(samlResponse: string): Promise<SamlRoleGrant> {
      const claim = requireClaim(samlResponse)
      const { assertion, ofThisZone, pairs, roleSessionName } = await verify(samlResponse, claim.principalArn)
      const [pair] = pairs
      // The claim only chose the certificates: from here on counts what was signed.
      if (!pair || pairs.length > 1 || pair.principalArn !== claim.principalArn)
        throw assertionRefused('the assertion does not name exactly one role')
      requireRoleSessionName(roleSessionName)
      const role = await requireTrustingRole(pair, assertion)
      if (!role.consoleLogin) throw assertionRefused('the role has no access to the console')
      return { assertion, role, ofThisZone, roleSessionName, seconds: role.sessionDuration }
    },

    /**
     * Uses the assertion up and opens the session. Throws `assertion.refused` when it was used before, and when the user
     * behind it may not sign in by now.
     */
    async openWithSaml(tx: Tx, grant: SamlRoleGrant): Promise<OpenedRole> {
      const { assertion, role, seconds, roleSessionName } = grant
      const { assertionId, issuer, nameId } = assertion
      // Somebody may have kept the response until the permission behind it had ended.
      const notAfter = assertion.sessionNotOnOrAfter?.toISOString()
      if (notAfter !== undefined && notAfter <= clock.now().toISOString())
        throw assertionRefused('the session that it is for has ended')
      // One memory for the token service and all consoles: of two uses anywhere, one is refused.
      const remembered = await rememberAssertion(
        tx,
        { receiver: 'cam', issuer, assertionId },
        assertion.expiresAt.toISOString(),
      )
      if (!remembered) throw assertionRefused('the assertion was used before')
      const userId = grant.ofThisZone ? await requireUser(tx, nameId) : undefined
      const owner: SessionOwner = {
        roleSessionName,
        requesterUin: role.accountUin,
        sourceIdentity: nameId,
        assertionId,
        ...(userId !== undefined && { userId }),
      }
      return open(tx, { role, seconds, notAfter, owner })
    },

    /**
     * Whether the caller may take the role on: the caller's own policies must allow it, and the role must trust the
     * caller. Throws `access.denied`, `role.notFound`, `sts.invalid`, `sts.duration`, `policy.invalid`.
     */
    async checkCaller(caller: CloudCaller, request: RoleRequest): Promise<RoleGrant> {
      const { roleArn, roleSessionName, policy } = request
      requireRoleSessionName(roleSessionName)
      const role = await findRoleBy(requireRoleReference(roleArn))
      const names = role ? roleResource(role.accountUin, role.id, role.name) : [roleArn]
      const action = 'sts:AssumeRole'
      const decision = await authorization.authorize(caller, {
        action,
        resources: [names],
        context: request.context,
      })
      // Asked before the role's existence is told: only who may take it on learns whether it is there.
      if (decision.decision === 'deny') throw accessDenied(action, decision)
      if (!role) throw roleNotFound(roleArn)
      if (!authorization.trusts(role, { action, party: partyOf(caller), context: request.context })) {
        throw new IdentityCenterError(
          'access.denied',
          `You are not authorized to perform the operation (${action}) on the resource (${roleArn}): the trust policy of the role does not name you.`,
          { action, resource: roleArn },
        )
      }
      if (policy !== undefined) parsePolicyDocument(policy, 'identity')
      const owner = {
        roleSessionName,
        ...ownerOf(caller),
        ...(policy !== undefined && { sessionPolicy: policy }),
      }
      return {
        role,
        seconds: sessionSeconds(request, role.sessionDuration),
        ...(caller.kind === 'roleSession' && { through: caller.session }),
        owner,
      }
    },

    open,

    /** A session and the key to check its signatures with, by its temporary SecretId. */
    async findByKey(tmpSecretId: string): Promise<KeyedRoleSession | undefined> {
      const stored = await findRoleSessionByKey(db, tmpSecretId)
      if (!stored) return undefined
      const { session, sealedSecretKey, tokenHash } = stored
      return {
        session,
        secretKey: secretBox.open(roleSessionSealedFor(tmpSecretId), sealedSecretKey),
        accepts: (token) =>
          equalSecrets(hashSecret(token), tokenHash) && isRoleSessionLive(session, clock.now()),
      }
    },

    /** The session with that id, as long as it counts. */
    async findLive(id: string): Promise<RoleSession | undefined> {
      const session = await findRoleSession(db, id)
      return session && isRoleSessionLive(session, clock.now()) ? session : undefined
    },
  }
}

export type RoleSessions = ReturnType<typeof createRoleSessions>
