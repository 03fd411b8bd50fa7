/** Users: create, change, disable, block, delete, find. */
import { deleteAssignmentsOf } from '../../db/assignments.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import { addToCounter } from '../../db/counters.js'
import type { Db, Tx } from '../../db/database.js'
import { deleteFactors, putPassword, setPasswordMustChange } from '../../db/factors.js'
import { noteLeavingAllGroups } from '../../db/membership-changes.js'
import { assignmentBlockers } from '../../db/principal-links.js'
import { endUserAccess } from '../../db/sessions.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { userSyncBlockers } from '../../db/user-syncs.js'
import {
  deleteUser,
  findManualUserByEmail,
  findUser,
  findUserByName,
  insertUser,
  leaveAllGroups,
  listJoinedGroups,
  listUsers,
  membershipsOf,
  updateUser,
} from '../../db/users.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import type { Criteria, SortOrder } from '../domain/criteria.js'
import {
  isVisibleTo,
  requireMayChangeUser,
  requireMayCreate,
  requireMayList,
} from '../domain/directory-access.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { JoinedGroup } from '../domain/group.js'
import { newUserId, type UserId } from '../domain/ids.js'
import type { NamePush } from '../domain/name-collision.js'
import type { Page, PageRequest } from '../domain/page.js'
import { generatePassword, INITIAL_PASSWORD_SECONDS } from '../domain/password.js'
import {
  changedFields,
  maySignIn,
  requireUserProfile,
  type DirectoryBlocker,
  type DirectoryType,
  type User,
  type UserProfile,
} from '../domain/user.js'
import { meetsCondition, type VersionCondition } from '../domain/version-condition.js'
import type { AuditLog } from './audit-log.js'
import type { NameCollisionService } from './name-collisions.js'
import type { PasswordHasher } from './password-hasher.js'
import type { ScimGuard } from './scim-guard.js'
import { settle } from './settle.js'
import { endUserSyncsOf } from './user-sync-endings.js'
import type { ZoneService } from './zones.js'

export interface UserServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'within'>
  readonly collisions: NameCollisionService
  readonly guard: Pick<ScimGuard, 'watches' | 'checkWithin'>
  readonly hasher: Pick<PasswordHasher, 'hash'>
  /** Tells the worker that CAM users have to follow; called after the commit. */
  readonly wakeUserSync: () => void
}

export interface UserListQuery {
  readonly criteria?: Criteria
  /** The order of creation unless told otherwise. */
  readonly sort?: SortOrder
  readonly page: PageRequest
}

export type ChangeOptions = VersionCondition

/** Of changes of the profile: whether the password, if there is one, has to be changed at the next sign-in too. */
type ProfileChangeOptions = ChangeOptions & { readonly mustChangePassword?: boolean }

/** A profile whose name may be taken, and the user that it is for, if there is one already. */
type UserPush = Pick<Extract<NamePush, { kind: 'user' }>, 'pushed' | 'renamedId'>

export type UserService = ReturnType<typeof createUserService>

const MAXIMUM_AT_ONCE = 10
/** So many blockers of each kind are named. */
const NAMED_BLOCKERS = 100
const PROFILE_FIELDS = [
  'userName',
  'displayName',
  'givenName',
  'familyName',
  'emails',
  'description',
  'externalId',
  'active',
  'attributes',
] as const

export function createUserService({
  db,
  clock,
  audit,
  zones,
  collisions,
  guard,
  hasher,
  wakeUserSync,
}: UserServiceDeps) {
  const now = () => clock.now().toISOString()
  const subjectOf = (user: User) => ({ kind: 'user', id: user.id, name: user.userName })

  async function getWithin(from: Db | Tx, actor: Actor, id: UserId): Promise<User> {
    const user = await findUser(from, id)
    if (user && isVisibleTo(actor, user)) return user
    throw new IdentityCenterError('user.notFound', `There is no user ${id}.`, { userId: id })
  }

  /** Runs the transaction; a name that turns out to be taken is refused with the kind of user that holds it. */
  async function namingHolder<T>(actor: Actor, push: () => UserPush, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isUniqueViolation(error, 'users', 'user_name_key')) throw error
      throw await collisions.refuse(actor, { kind: 'user', ...push() })
    }
  }

  async function insertWithin(
    tx: Tx,
    actor: Actor,
    { profile, type }: { readonly profile: UserProfile; readonly type: DirectoryType },
  ): Promise<User> {
    const zone = await zones.within(tx)
    const createdBy = requireMayCreate(actor, type, zone)
    const time = now()
    const user: User = {
      ...profile,
      id: newUserId(),
      type,
      createdBy,
      blocked: false,
      version: 1,
      groupCount: 0,
      createdAt: time,
      updatedAt: time,
    }
    await requireFreeEmails(tx, user)
    const limit = zone.settings['quota.users']
    if ((await addToCounter(tx, 'users', 1)) > limit) {
      // A name that is taken is refused as such in a full zone, too.
      await insertUser(tx, user)
      throw new IdentityCenterError(
        'user.quota',
        `The zone has its limit of ${limit} users: remove users, or raise the setting quota.users.`,
        { limit },
      )
    }
    await addToCounter(tx, `users.${type}`, 1)
    await insertUser(tx, user)
    await audit.record(tx, actor, {
      action: 'user.create',
      subject: subjectOf(user),
      detail: { type, after: profile },
    })
    return user
  }

  /** Addresses of manual users belong to one of them each; imported users may share theirs. */
  async function requireFreeEmails(tx: Tx, user: User): Promise<void> {
    if (user.type !== 'manual' || user.emails.length === 0) return
    const addresses = user.emails.map((email) => email.value)
    const holder = await findManualUserByEmail(tx, addresses, user.id)
    if (!holder) return
    throw new IdentityCenterError('user.emailTaken', `${holder.userName} has this e-mail address.`, {
      field: 'emails.value',
    })
  }

  /** Writes what `next` says, ends what the user has open when he may no longer sign in, and records it. */
  async function writeWithin(tx: Tx, actor: Actor, before: User, next: User, action: string): Promise<User> {
    const changes = changedFields<User>(before, next, [...PROFILE_FIELDS, 'type', 'blocked'])
    if (!changes) return before
    const after: User = { ...next, version: before.version + 1, updatedAt: now() }
    await updateUser(tx, after, before)
    if (maySignIn(before) && !maySignIn(after)) await endUserAccess(tx, after.id, after.updatedAt)
    await audit.record(tx, actor, { action, subject: subjectOf(after), detail: { ...changes } })
    return after
  }

  async function blockersWithin(from: Db | Tx, user: User): Promise<readonly DirectoryBlocker[]> {
    const groups =
      user.groupCount > 0 ? await listJoinedGroups(from, user.id, { offset: 0, limit: NAMED_BLOCKERS }) : []
    return [
      ...groups.map((group) => ({ kind: 'group' as const, id: group.groupId, name: group.displayName })),
      ...(await assignmentBlockers(from, user.id, NAMED_BLOCKERS)),
      ...(await userSyncBlockers(from, user.id, NAMED_BLOCKERS)),
    ]
  }

  async function removeWithin(tx: Tx, actor: Actor, user: User): Promise<void> {
    const time = now()
    const userSyncs = await endUserSyncsOf(tx, { type: 'user', id: user.id }, time)
    const isFollowed = user.groupCount > 0 && (await noteLeavingAllGroups(tx, user.id, time))
    if (userSyncs > 0 || isFollowed) afterCommit(tx, wakeUserSync)
    const groups = user.groupCount > 0 ? await leaveAllGroups(tx, user.id, time) : 0
    const assignments = await deleteAssignmentsOf(tx, user.id)
    await endUserAccess(tx, user.id, time)
    await deleteFactors(tx, { kind: 'user', id: user.id })
    await deleteUser(tx, user.id)
    if (user.type === 'manual') await collisions.release(tx, 'user', user.userName)
    await addToCounter(tx, 'users', -1)
    await addToCounter(tx, `users.${user.type}`, -1)
    await audit.record(tx, actor, {
      action: 'user.delete',
      subject: subjectOf(user),
      detail: { type: user.type, groups, assignments: assignments.length, userSyncs },
    })
  }

  /** One transaction: read, check, let `next` say what becomes of the user, write. */
  const changeUser = (
    actor: Actor,
    id: UserId,
    action: string,
    next: (user: User) => User,
    { mustChangePassword, ...condition }: ProfileChangeOptions = {},
  ): Promise<User> => {
    let push: UserPush
    return namingHolder(
      actor,
      () => push,
      () =>
        settle(db, async (tx) => {
          const user = await getWithin(tx, actor, id)
          requireVersion(user, condition)
          const zone = await zones.within(tx)
          requireMayChangeUser(actor, user, zone)
          const changed = next(user)
          push = { pushed: changed, renamedId: id }
          if (actor.kind !== 'scim' && changed.userName !== user.userName) {
            throw new IdentityCenterError('user.attributeInvalid', 'A user name cannot be changed.', {
              field: 'userName',
            })
          }
          requireUserProfile(changed, user.type)
          await requireFreeEmails(tx, changed)
          if (user.active && !changed.active && guard.watches(actor, zone)) {
            const held = await guard.checkWithin(tx, actor, zone, { action: 'deactivateUser', users: [id] })
            if (held) return held
          }
          const written = await writeWithin(tx, actor, user, changed, action)
          if (mustChangePassword !== undefined)
            await requireChangeWithin(tx, actor, written, mustChangePassword)
          return written
        }),
    )
  }

  async function requireChangeWithin(tx: Tx, actor: Actor, user: User, mustChange: boolean): Promise<void> {
    const subject = { kind: 'user', id: user.id, name: user.userName } as const
    if (!(await setPasswordMustChange(tx, subject, mustChange, now()))) return
    await audit.record(tx, actor, { action: 'password.setMustChange', subject, detail: { mustChange } })
  }

  return {
    /**
     * Makes a user. Throws `user.nameTaken` (and says which kind of user holds the name), `user.nameInvalid`,
     * `user.attributeInvalid`, `user.emailTaken`, `user.quota`, `scim.disabled`, `actor.forbidden`.
     */
    async create(
      actor: Actor,
      input: { readonly profile: UserProfile; readonly type: DirectoryType },
    ): Promise<User> {
      const { profile, type } = input
      requireUserProfile(profile, type)
      return namingHolder(
        actor,
        () => ({ pushed: profile }),
        () => inTransaction(db, (tx) => insertWithin(tx, actor, input)),
      )
    },

    /**
     * Makes one to ten manual users, all or none, each with a generated password that is told here only. Unless told
     * otherwise it must be changed at the first sign-in, and is worth nothing after seven days. Throws as `create` does.
     */
    async createWithPasswords(
      actor: Actor,
      profiles: readonly UserProfile[],
      { mustChange = true }: { readonly mustChange?: boolean } = {},
    ): Promise<readonly { readonly user: User; readonly initialPassword: string }[]> {
      requireFullRights(actor)
      if (profiles.length < 1 || profiles.length > MAXIMUM_AT_ONCE) {
        throw new IdentityCenterError('request.invalid', `One to ${MAXIMUM_AT_ONCE} users are made at once.`)
      }
      for (const profile of profiles) requireUserProfile(profile, 'manual')
      const inputs = await Promise.all(
        profiles.map(async (profile) => {
          const initialPassword = generatePassword()
          return { profile, initialPassword, hash: await hasher.hash(initialPassword) }
        }),
      )
      let pushed: UserProfile
      return namingHolder(
        actor,
        () => ({ pushed }),
        () =>
          inTransaction(db, async (tx) => {
            const made: { user: User; initialPassword: string }[] = []
            for (const { profile, initialPassword, hash } of inputs) {
              pushed = profile
              const user = await insertWithin(tx, actor, { profile, type: 'manual' })
              const expiresAt = mustChange ? secondsAfter(clock.now(), INITIAL_PASSWORD_SECONDS) : undefined
              const password = { hash, mustChange, expiresAt }
              await putPassword(tx, { kind: 'user', id: user.id }, password, user.createdAt)
              made.push({ user, initialPassword })
            }
            return made
          }),
      )
    },

    /** Throws `user.notFound`, also for what the actor may not see; `actor.forbidden`. */
    async get(actor: Actor, id: UserId): Promise<User> {
      requireMayList(actor)
      return getWithin(db, actor, id)
    },

    /** By name, without regard to case; for the product's own use, without an actor. */
    findByName: (userName: string): Promise<User | undefined> => findUserByName(db, userName),

    /** Users that match, in the order of creation unless sorted. SCIM sees imported users only. Throws `actor.forbidden`. */
    async list(actor: Actor, { criteria, sort, page }: UserListQuery): Promise<Page<User>> {
      const type = requireMayList(actor)
      return listUsers(
        db,
        { ...(type && { type }), ...(criteria && { criteria }), ...(sort && { sort }) },
        page,
      )
    },

    /**
     * Replaces the profile by what the pure `updater` makes of the user. Throws `user.notFound`, `user.versionMismatch`,
     * `user.synchronized` (administrators, while SCIM is enabled), and what `create` throws.
     */
    change: (
      actor: Actor,
      id: UserId,
      updater: (user: User) => UserProfile,
      options: ProfileChangeOptions = {},
    ): Promise<User> =>
      changeUser(actor, id, 'user.update', (user) => withProfile(user, updater(user)), options),

    /** Sets the status. False ends sessions and temporary credentials at once. Throws as `change` does. */
    setActive: (actor: Actor, id: UserId, active: boolean): Promise<User> =>
      changeUser(actor, id, active ? 'user.enable' : 'user.disable', (user) => ({ ...user, active })),

    /** Blocks or unblocks, whatever the identity provider says. Blocking ends everything open. Throws `user.notFound`. */
    async setBlocked(actor: Actor, id: UserId, blocked: boolean): Promise<User> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const user = await getWithin(tx, actor, id)
        return writeWithin(tx, actor, user, { ...user, blocked }, blocked ? 'user.block' : 'user.unblock')
      })
    },

    /**
     * Makes a manual user the identity provider's, with what it pushed; part of the transaction that decided on it.
     * Keeps id, password, MFA, block, memberships and assignments.
     */
    async adoptWithin(tx: Tx, actor: Actor, user: User, pushed: UserProfile): Promise<User> {
      requireUserProfile(pushed, 'synchronized')
      await addToCounter(tx, 'users.manual', -1)
      await addToCounter(tx, 'users.synchronized', 1)
      return writeWithin(
        tx,
        actor,
        user,
        { ...withProfile(user, pushed), type: 'synchronized' },
        'user.adopt',
      )
    },

    /** What stands in the way of deleting the user. */
    async blockers(actor: Actor, id: UserId): Promise<readonly DirectoryBlocker[]> {
      requireReadRights(actor)
      return blockersWithin(db, await getWithin(db, actor, id))
    },

    /**
     * Deletes the user. For administrators only when nothing hangs on the user (`user.inUse` with `facts.blockers`);
     * SCIM ends memberships, assignments, CAM user synchronizations and everything open with it.
     */
    remove: (actor: Actor, id: UserId, condition: ChangeOptions = {}): Promise<void> =>
      settle<void>(db, async (tx) => {
        const user = await getWithin(tx, actor, id)
        requireVersion(user, condition)
        const zone = await zones.within(tx)
        requireMayChangeUser(actor, user, zone)
        if (actor.kind !== 'scim') {
          const blockers = await blockersWithin(tx, user)
          if (blockers.length > 0) {
            throw new IdentityCenterError(
              'user.inUse',
              `${user.userName} is in a group, or has an assignment or a CAM user synchronization: nothing was removed.`,
              { blockers },
            )
          }
        }
        if (guard.watches(actor, zone)) {
          const held = await guard.checkWithin(tx, actor, zone, { action: 'deleteUser', users: [id] })
          if (held) return held
        }
        await removeWithin(tx, actor, user)
        return undefined
      }),

    /** Deletes the user with memberships, assignments and syncs: the second, separate act of an administrator. */
    removeWithLinks: (actor: Actor, id: UserId): Promise<void> =>
      inTransaction(db, async (tx) => {
        const user = await getWithin(tx, actor, id)
        requireMayChangeUser(actor, user, await zones.within(tx))
        await removeWithin(tx, actor, user)
      }),

    /** A part of the user's groups, by name. */
    async listGroups(actor: Actor, id: UserId, page: PageRequest): Promise<Page<JoinedGroup>> {
      requireMayList(actor)
      const user = await getWithin(db, actor, id)
      return { items: await listJoinedGroups(db, id, page), total: user.groupCount }
    },

    /** The groups of each of the users; a user without groups has no entry. */
    async groupsOf(users: readonly User[]): Promise<ReadonlyMap<UserId, readonly JoinedGroup[]>> {
      const joined = users.filter((user) => user.groupCount > 0).map((user) => user.id)
      const groups = new Map<UserId, JoinedGroup[]>()
      if (joined.length === 0) return groups
      for (const { userId, ...group } of await membershipsOf(db, joined)) {
        const known = groups.get(userId)
        if (known) known.push(group)
        else groups.set(userId, [group])
      }
      return groups
    },
  }
}

/** The user with another profile; what the profile leaves out is unset. */
const withProfile = (user: User, profile: UserProfile): User => ({
  ...profile,
  id: user.id,
  type: user.type,
  createdBy: user.createdBy,
  blocked: user.blocked,
  version: user.version,
  groupCount: user.groupCount,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
})

function requireVersion(user: User, condition: VersionCondition): void {
  if (meetsCondition(user.version, condition)) return
  throw new IdentityCenterError(
    'user.versionMismatch',
    'The user has changed since it was read: read it again and repeat the change.',
    { version: user.version },
  )
}
