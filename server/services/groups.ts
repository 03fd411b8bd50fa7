/** Groups and membership. A membership change costs what it names, whatever the size of the group. */
import { deleteAssignmentsOf } from '../../db/assignments.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import { addToCounter } from '../../db/counters.js'
import type { Db, Tx } from '../../db/database.js'
import {
  addMemberships,
  deleteGroup,
  findGroup,
  findGroupByName,
  findMemberIds,
  findImportedMembersBy,
  findPresentMembers,
  insertGroup,
  listGroupMembers,
  listGroupMembersOf,
  listGroups,
  importedMembersAfter,
  removeMemberships,
  updateGroup,
} from '../../db/groups.js'
import { noteMembershipChange } from '../../db/membership-changes.js'
import { assignmentBlockers } from '../../db/principal-links.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { userSyncBlockers } from '../../db/user-syncs.js'
import { findJoiningUsers, type JoiningUser } from '../../db/users.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import type { Criteria } from '../domain/criteria.js'
import {
  isVisibleTo,
  requireMayChangeGroup,
  requireMayCreate,
  requireMayList,
} from '../domain/directory-access.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  groupNameKey,
  requireGroupProfile,
  requireSameType,
  type Group,
  type GroupMember,
  type GroupProfile,
  type MembershipChange,
} from '../domain/group.js'
import { newGroupId, parseGroupId, type GroupId, type UserId } from '../domain/ids.js'
import type { NamePush } from '../domain/name-collision.js'
import type { Page, PageRequest } from '../domain/page.js'
import { changedFields, type DirectoryBlocker, type DirectoryType } from '../domain/user.js'
import { meetsCondition, type VersionCondition } from '../domain/version-condition.js'
import type { Zone } from '../domain/zone.js'
import type { AuditLog } from './audit-log.js'
import type { NameCollisionService } from './name-collisions.js'
import type { ScimGuard } from './scim-guard.js'
import { settle } from './settle.js'
import { endUserSyncsOf } from './user-sync-endings.js'
import type { ChangeOptions, UserListQuery } from './users.js'
import type { ZoneService } from './zones.js'

export interface GroupServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'within'>
  readonly collisions: NameCollisionService
  readonly guard: Pick<ScimGuard, 'watches' | 'checkWithin'>
  /** Tells the worker that CAM users have to follow; called after the commit. */
  readonly wakeUserSync: () => void
}

export interface GroupChange extends ChangeOptions {
  /** Pure: says what becomes of name, description and so on. */
  readonly profile?: (group: Group) => GroupProfile
  readonly members?: MembershipChange
}

/** A profile whose name may be taken, and the group that it is for, if there is one already. */
type GroupPush = Pick<Extract<NamePush, { kind: 'group' }>, 'pushed' | 'renamedId'>

/** A group after a change. */
export type ChangedGroup = Group & {
  /** Members that were left out because nobody knows them; absent when there are none. */
  readonly passedOver?: readonly string[]
}

export type GroupListQuery = UserListQuery

export type GroupService = ReturnType<typeof createGroupService>

/** So many blockers of each kind, and members in messages and audit events, are named. */
const NAMED = 100
const MEMBER_PAGE = 1000
const PROFILE_FIELDS = ['displayName', 'description', 'externalId', 'attributes'] as const

/** Members that a change really adds and takes out; `unknown` ones were left out because the setting says so. */
interface MembershipPlan {
  readonly add: readonly string[]
  readonly remove: readonly UserId[]
  readonly unknown: readonly string[]
}

const NO_CHANGE: MembershipPlan = { add: [], remove: [], unknown: [] }

export function createGroupService({
  db,
  clock,
  audit,
  zones,
  collisions,
  guard,
  wakeUserSync,
}: GroupServiceDeps) {
  const now = () => clock.now().toISOString()
  const subjectOf = (group: Group) => ({ kind: 'group', id: group.id, name: group.displayName })

  async function getWithin(from: Db | Tx, actor: Actor, id: GroupId): Promise<Group> {
    const group = await findGroup(from, id)
    if (group && isVisibleTo(actor, group)) return group
    throw new IdentityCenterError('group.notFound', `There is no group ${id}.`, { groupId: id })
  }

  async function namingHolder<T>(actor: Actor, push: () => GroupPush, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isUniqueViolation(error, 'groups', 'display_name_key')) throw error
      throw await collisions.refuse(actor, { kind: 'group', ...push() })
    }
  }

  /** Finds out which rows change, and that they may: known users of the group's type, within both quotas. */
  async function planWithin(
    tx: Tx,
    actor: Actor,
    zone: Zone,
    group: Group,
    change: MembershipChange,
  ): Promise<MembershipPlan> {
    const type = typeOfVisible(actor, group)
    const { wanted, remove } = await wishesWithin(tx, group, change, type)
    const known: ReadonlyMap<string, JoiningUser> =
      wanted.length > 0 ? await findJoiningUsers(tx, wanted) : new Map()
    const mine = wanted.filter((id) => isKnown(actor, known.get(id)))
    const unknown = wanted.filter((id) => !isKnown(actor, known.get(id)))
    if (unknown.length > 0) requireUnknownIgnored(actor, zone, unknown)
    for (const id of mine) {
      const user = known.get(id)
      if (user) requireSameType(group, user)
    }
    const named = [...mine, ...remove]
    const present =
      group.memberCount > 0 && named.length > 0
        ? await findPresentMembers(tx, group.id, named, type)
        : new Set()
    const plan = {
      add: mine.filter((id) => !present.has(id)),
      // Members are users.
      remove: remove.filter((id): id is UserId => present.has(id)),
      unknown,
    }
    requireRoom(zone, group, plan, known)
    return plan
  }

  async function wishesWithin(tx: Tx, group: Group, change: MembershipChange, type?: DirectoryType) {
    if (!('replaceWith' in change)) {
      return { wanted: [...new Set(change.add)], remove: [...new Set(change.remove)] }
    }
    const wanted = new Set(change.replaceWith)
    if (group.memberCount === 0) return { wanted: [...wanted], remove: [] }
    const members = await findMemberIds(tx, group.id, type)
    const remove = members.filter((id) => !wanted.has(id))
    // Members that stay need no second look.
    for (const id of members) wanted.delete(id)
    return { wanted: [...wanted], remove }
  }

  async function writeMembersWithin(
    tx: Tx,
    by: Actor,
    group: Group,
    plan: MembershipPlan,
    time: string,
  ): Promise<void> {
    if (plan.add.length > 0) await addMemberships(tx, group.id, plan.add, { by, now: time })
    if (plan.remove.length > 0) await removeMemberships(tx, group.id, plan.remove, time)
    if (await noteMembershipChange(tx, group.id, [...plan.add, ...plan.remove], time)) {
      afterCommit(tx, wakeUserSync)
    }
  }

  /** Writes the new profile and the members of the plan, if they differ from what is there, and records it. */
  async function writeWithin(
    tx: Tx,
    actor: Actor,
    group: Group,
    profile: GroupProfile,
    plan: MembershipPlan,
  ): Promise<ChangedGroup> {
    const changes = changedFields<GroupProfile>(group, profile, PROFILE_FIELDS)
    if (!changes && plan.add.length === 0 && plan.remove.length === 0)
      return { ...group, ...passedOver(plan) }
    const time = now()
    const after: Group = {
      ...withProfile(group, profile),
      memberCount: group.memberCount + plan.add.length - plan.remove.length,
      version: group.version + 1,
      updatedAt: time,
    }
    await updateGroup(tx, after)
    if (group.type === 'manual' && groupNameKey(after.displayName) !== groupNameKey(group.displayName)) {
      await collisions.release(tx, 'group', group.displayName)
    }
    await writeMembersWithin(tx, actor, group, plan, time)
    await audit.record(tx, actor, {
      action: changes ? 'group.update' : 'group.changeMembers',
      subject: subjectOf(after),
      detail: { ...changes, ...membersDetail(plan) },
    })
    return { ...after, ...passedOver(plan) }
  }

  /** `requireEffect` may refuse a plan that would change nothing. */
  const changeGroup = (
    actor: Actor,
    id: GroupId,
    { profile: updater, members, ...condition }: GroupChange,
    requireEffect: (group: Group, plan: MembershipPlan) => void = () => undefined,
  ): Promise<ChangedGroup> => {
    let push: GroupPush
    return namingHolder(
      actor,
      () => push,
      () =>
        settle(db, async (tx) => {
          const group = await getWithin(tx, actor, id)
          requireVersion(group, condition)
          const zone = await zones.within(tx)
          requireMayChangeGroup(actor, group, zone)
          const profile = updater?.(group) ?? group
          push = { pushed: profile, renamedId: id }
          requireGroupProfile(profile)
          const plan = members ? await planWithin(tx, actor, zone, group, members) : NO_CHANGE
          requireEffect(group, plan)
          if (plan.remove.length > 0 && guard.watches(actor, zone)) {
            const emptied = group.memberCount + plan.add.length === plan.remove.length
            const held = await guard.checkWithin(tx, actor, zone, {
              action: 'removeMember',
              users: plan.remove,
              group: { id, displayName: group.displayName, emptied },
            })
            if (held) return held
          }
          return writeWithin(tx, actor, group, profile, plan)
        }),
    )
  }

  async function blockersWithin(from: Db | Tx, group: Group): Promise<readonly DirectoryBlocker[]> {
    const members =
      group.memberCount > 0 ? await listGroupMembers(from, group.id, { offset: 0, limit: NAMED }) : []
    return [
      ...members.map((member) => ({ kind: 'user' as const, id: member.userId, name: member.userName })),
      ...(await assignmentBlockers(from, group.id, NAMED)),
      ...(await userSyncBlockers(from, group.id, NAMED)),
    ]
  }

  async function removeWithin(tx: Tx, actor: Actor, group: Group): Promise<void> {
    const time = now()
    // Their CAM users go by what the syncs have written down: the members need not be noted as having left.
    const userSyncs = await endUserSyncsOf(tx, { type: 'group', id: group.id }, time)
    if (userSyncs > 0) afterCommit(tx, wakeUserSync)
    if (group.memberCount > 0) {
      await removeMemberships(tx, group.id, await findMemberIds(tx, group.id), time)
    }
    const assignments = await deleteAssignmentsOf(tx, group.id)
    await deleteGroup(tx, group.id)
    if (group.type === 'manual') await collisions.release(tx, 'group', group.displayName)
    await addToCounter(tx, 'groups', -1)
    await addToCounter(tx, `groups.${group.type}`, -1)
    await audit.record(tx, actor, {
      action: 'group.delete',
      subject: subjectOf(group),
      detail: {
        type: group.type,
        members: group.memberCount,
        assignments: assignments.length,
        userSyncs,
      },
    })
  }

  return {
    /**
     * Makes a group, with members at once where the caller names them. Throws `group.nameTaken` (and says which kind of
     * group holds the name), `group.nameInvalid`, `group.quota`, `group.memberUnknown`, `group.memberNested`,
     * `scim.disabled`, `actor.forbidden`.
     */
    async create(
      actor: Actor,
      {
        profile,
        type,
        members = [],
      }: {
        readonly profile: GroupProfile
        readonly type: DirectoryType
        readonly members?: readonly string[]
      },
    ): Promise<ChangedGroup> {
      requireGroupProfile(profile)
      return namingHolder(
        actor,
        () => ({ pushed: profile }),
        () =>
          inTransaction(db, async (tx) => {
            const zone = await zones.within(tx)
            const createdBy = requireMayCreate(actor, type, zone)
            const time = now()
            const empty: Group = {
              ...profile,
              id: newGroupId(),
              type,
              createdBy,
              memberCount: 0,
              version: 1,
              createdAt: time,
              updatedAt: time,
            }
            const limit = zone.settings['quota.groups']
            if ((await addToCounter(tx, 'groups', 1)) > limit) {
              // A name that is taken is refused as such in a full zone, too.
              await insertGroup(tx, empty)
              throw new IdentityCenterError(
                'group.quota',
                `The zone has its limit of ${limit} groups: remove groups, or raise the setting quota.groups.`,
                { limit },
              )
            }
            await addToCounter(tx, `groups.${type}`, 1)
            const plan = await planWithin(tx, actor, zone, empty, { add: members, remove: [] })
            const group = { ...empty, memberCount: plan.add.length }
            await insertGroup(tx, group)
            await writeMembersWithin(tx, actor, group, plan, time)
            await audit.record(tx, actor, {
              action: 'group.create',
              subject: subjectOf(group),
              detail: { type, after: profile, ...membersDetail(plan) },
            })
            return { ...group, ...passedOver(plan) }
          }),
      )
    },

    /** Throws `group.notFound`, also for what the actor may not see; `actor.forbidden`. */
    async get(actor: Actor, id: GroupId): Promise<Group> {
      requireMayList(actor)
      return getWithin(db, actor, id)
    },

    /** By name, without regard to case; for the product's own use, without an actor. */
    findByName: (displayName: string): Promise<Group | undefined> => findGroupByName(db, displayName),

    /** Groups that match, in the order of creation unless sorted. SCIM sees imported groups only. Throws `actor.forbidden`. */
    async list(actor: Actor, { criteria, sort, page }: GroupListQuery): Promise<Page<Group>> {
      const type = requireMayList(actor)
      return listGroups(
        db,
        { ...(type && { type }), ...(criteria && { criteria }), ...(sort && { sort }) },
        page,
      )
    },

    /**
     * Changes name and description by the pure `profile`, and members by what `members` names, in one transaction.
     * Adding a member twice keeps one; removing one who is not there changes nothing. Throws `group.notFound`,
     * `group.versionMismatch`, `group.synchronized` (administrators, where SCIM made the group), `group.typeMismatch`,
     * `group.memberUnknown`, `group.memberNested`, `group.memberQuota`, `user.groupQuota`, and what `create` throws.
     */
    change: (actor: Actor, id: GroupId, change: GroupChange): Promise<ChangedGroup> =>
      changeGroup(actor, id, change),

    /** Adds users. Throws `group.memberExists` when all of them are members already, and as `change` does. */
    addMembers: (actor: Actor, id: GroupId, userIds: readonly UserId[]): Promise<Group> =>
      changeGroup(actor, id, { members: { add: userIds, remove: [] } }, (group, { add }) => {
        if (add.length > 0) return
        throw new IdentityCenterError('group.memberExists', `${group.displayName} has these members already.`)
      }),

    /** Takes users out. Throws `group.memberMissing` when none of them is a member, and as `change` does. */
    removeMembers: (actor: Actor, id: GroupId, userIds: readonly UserId[]): Promise<Group> =>
      changeGroup(actor, id, { members: { add: [], remove: userIds } }, (group, { remove }) => {
        if (remove.length > 0) return
        throw new IdentityCenterError('group.memberMissing', `${group.displayName} has no such member.`)
      }),

    /**
     * Makes a manual group the identity provider's, with what it pushed; part of the transaction that decided on it.
     * Keeps id, members and assignments. An administrator made it, so both sides change its members from then on.
     */
    async adoptWithin(tx: Tx, actor: Actor, group: Group, pushed: GroupProfile): Promise<Group> {
      requireGroupProfile(pushed)
      const adopted: Group = {
        ...withProfile(group, pushed),
        type: 'synchronized',
        version: group.version + 1,
        updatedAt: now(),
      }
      await updateGroup(tx, adopted)
      await addToCounter(tx, 'groups.manual', -1)
      await addToCounter(tx, 'groups.synchronized', 1)
      await audit.record(tx, actor, {
        action: 'group.adopt',
        subject: subjectOf(adopted),
        detail: { ...changedFields<Group>(group, adopted, [...PROFILE_FIELDS, 'type']) },
      })
      return adopted
    },

    /** What stands in the way of deleting the group: members, assignments and CAM user synchronizations. */
    async blockers(actor: Actor, id: GroupId): Promise<readonly DirectoryBlocker[]> {
      requireReadRights(actor)
      return blockersWithin(db, await getWithin(db, actor, id))
    },

    /**
     * Deletes the group. For administrators only when nothing hangs on it (`group.inUse` with `facts.blockers`); for
     * SCIM only without members (`group.hasMembers`) unless the setting `scim.deleteGroupsWithMembers` allows it, and
     * assignments and CAM user synchronizations end with it.
     */
    remove: (actor: Actor, id: GroupId, condition: ChangeOptions = {}): Promise<void> =>
      settle<void>(db, async (tx) => {
        const group = await getWithin(tx, actor, id)
        requireVersion(group, condition)
        const zone = await zones.within(tx)
        requireMayChangeGroup(actor, group, zone)
        if (actor.kind === 'scim') requireEmptyForScim(zone, group)
        else {
          const blockers = await blockersWithin(tx, group)
          if (blockers.length > 0) {
            throw new IdentityCenterError(
              'group.inUse',
              `${group.displayName} has members, an assignment or a CAM user synchronization: nothing was removed.`,
              { blockers },
            )
          }
        }
        if (guard.watches(actor, zone)) {
          const held = await guard.checkWithin(tx, actor, zone, {
            action: 'deleteGroup',
            users: group.memberCount > 0 ? await findMemberIds(tx, group.id) : [],
            group: { id, displayName: group.displayName, emptied: true },
          })
          if (held) return held
        }
        await removeWithin(tx, actor, group)
        return undefined
      }),

    /** Deletes the group with memberships, assignments and syncs: the second, separate act of an administrator. */
    removeWithLinks: (actor: Actor, id: GroupId): Promise<void> =>
      inTransaction(db, async (tx) => {
        const group = await getWithin(tx, actor, id)
        requireMayChangeGroup(actor, group, await zones.within(tx))
        await removeWithin(tx, actor, group)
      }),

    /** A part of the members, by user name; of one type where that is asked for: an adopted group may have both. */
    async listMembers(
      actor: Actor,
      id: GroupId,
      page: PageRequest,
      type?: DirectoryType,
    ): Promise<Page<GroupMember>> {
      requireMayList(actor)
      const group = await getWithin(db, actor, id)
      if (type !== undefined) return listGroupMembersOf(db, id, type, page)
      return { items: await listGroupMembers(db, id, page), total: group.memberCount }
    },

    /** All imported members in the order of joining, page by page: a long list is never in memory as a whole. */
    async *importedMemberPages(
      group: Pick<Group, 'id' | 'memberCount'>,
    ): AsyncGenerator<readonly GroupMember[]> {
      if (group.memberCount === 0) return
      let last: GroupMember | undefined
      for (;;) {
        const members = await importedMembersAfter(db, group.id, last, MEMBER_PAGE)
        last = members.at(-1)
        if (!last) return
        yield members
        if (members.length < MEMBER_PAGE) return
      }
    },

    /** Ids of imported members that meet criteria over `value`, `display` and `type`. */
    async findImportedMembers(actor: Actor, id: GroupId, criteria: Criteria): Promise<readonly UserId[]> {
      requireMayList(actor)
      const group = await getWithin(db, actor, id)
      return group.memberCount > 0 ? findImportedMembersBy(db, id, criteria) : []
    },
  }
}

const withProfile = (group: Group, profile: GroupProfile): Group => ({
  ...profile,
  id: group.id,
  type: group.type,
  createdBy: group.createdBy,
  memberCount: group.memberCount,
  version: group.version,
  createdAt: group.createdAt,
  updatedAt: group.updatedAt,
})

/**
 * Which members there are for the actor: for SCIM the imported ones. Only a group that was adopted can have others as
 * well, and an administrator made it; elsewhere nobody needs to look.
 */
const typeOfVisible = (actor: Actor, group: Pick<Group, 'createdBy'>): DirectoryType | undefined =>
  actor.kind === 'scim' && group.createdBy === 'administrator' ? 'synchronized' : undefined

const isKnown = (actor: Actor, user: JoiningUser | undefined): boolean =>
  user !== undefined && isVisibleTo(actor, user)

/** Only SCIM may be told by a setting to pass over members that the zone does not know. */
function requireUnknownIgnored(actor: Actor, zone: Zone, unknown: readonly string[]): void {
  const nested = unknown.find((id) => parseGroupId(id) !== undefined)
  if (nested !== undefined) {
    throw new IdentityCenterError(
      'group.memberNested',
      `Members are users: the group ${nested} cannot be a member of a group. Push its users instead.`,
    )
  }
  if (actor.kind !== 'scim') {
    throw new IdentityCenterError('user.notFound', `There is no user ${unknown.slice(0, 10).join(', ')}.`)
  }
  if (zone.settings['scim.unknownMembers'] === 'ignore') return
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : ''
  const shown = unknown.slice(0, 10).map((id) => id.slice(0, 128))
  throw new IdentityCenterError(
    'group.memberUnknown',
    `No imported user has the id ${shown.join(', ')}${more}. Push the users first, or set scim.unknownMembers to ignore.`,
    { members: shown },
  )
}

function requireRoom(
  zone: Zone,
  group: Group,
  plan: MembershipPlan,
  known: ReadonlyMap<string, JoiningUser>,
): void {
  if (plan.add.length === 0) return
  const limit = zone.settings['quota.groupUsers']
  const members = group.memberCount + plan.add.length - plan.remove.length
  if (members > limit && members > group.memberCount) {
    throw new IdentityCenterError(
      'group.memberQuota',
      `A group has at most ${limit} users and ${group.displayName} would have ${members}: raise the setting quota.groupUsers.`,
      { limit },
    )
  }
  const groups = zone.settings['quota.userGroups']
  for (const id of plan.add) {
    const user = known.get(id)
    if (!user || user.groupCount < groups) continue
    throw new IdentityCenterError(
      'user.groupQuota',
      `A user is in at most ${groups} groups and ${user.userName} is: raise the setting quota.userGroups.`,
      { limit: groups },
    )
  }
}

function requireEmptyForScim(zone: Zone, group: Group): void {
  if (group.memberCount === 0 || zone.settings['scim.deleteGroupsWithMembers']) return
  throw new IdentityCenterError(
    'group.hasMembers',
    `${group.displayName} has ${group.memberCount} members: remove them first, or let an administrator set scim.deleteGroupsWithMembers to true.${
      group.createdBy === 'administrator'
        ? ' Members that were created manually are removed in the console.'
        : ''
    }`,
    { memberCount: group.memberCount },
  )
}

function requireVersion(group: Group, condition: VersionCondition): void {
  if (meetsCondition(group.version, condition)) return
  throw new IdentityCenterError(
    'group.versionMismatch',
    'The group has changed since it was read: read it again and repeat the change.',
    { version: group.version },
  )
}

const passedOver = ({ unknown }: MembershipPlan) => (unknown.length > 0 ? { passedOver: unknown } : {})

/** What the audit log keeps of a membership change: numbers, and so many names as are readable. */
function membersDetail({ add, remove, unknown }: MembershipPlan): Readonly<Record<string, unknown>> {
  const shown = (ids: readonly string[]) =>
    ids.length > NAMED ? { count: ids.length, first: ids.slice(0, NAMED) } : ids
  return {
    ...(add.length > 0 && { added: shown(add) }),
    ...(remove.length > 0 && { removed: shown(remove) }),
    ...(unknown.length > 0 && { unknownMembers: shown(unknown) }),
  }
}
