/** The zone as a document: read it, plan what a document would change, and make exactly these changes. */
import type { Actor } from '../domain/actor.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { AssignmentTriple, Principal } from '../domain/assignment.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, GroupId, NodeId, PermissionConfigurationId, UserId } from '../domain/ids.js'
import { parsePeriod, type PeriodText } from '../domain/period.js'
import type { ServiceControlTarget } from '../domain/service-control.js'
import {
  nameKey,
  pathKey,
  type DepartmentPath,
  type PolicyJson,
  type WholeZoneDocument,
  type ZoneDocument,
} from '../domain/zone-document.js'
import {
  changeText,
  planZone,
  unknownNames,
  type ControlTarget,
  type NamedTriple,
  type ZoneChange,
  type ZonePlan,
} from '../domain/zone-plan.js'
import type { AssignmentService } from './assignments.js'
import type { DepartmentService } from './departments.js'
import type { GroupService } from './groups.js'
import type { MemberService } from './members.js'
import type { OrganizationService } from './organization.js'
import type { PermissionConfigurationService } from './permission-configurations.js'
import type { ServiceControlService } from './service-control.js'
import type { UserService } from './users.js'
import type { NameBook, ZoneReader } from './zone-reader.js'
import type { ZoneService } from './zones.js'

export interface ZoneAsCodeDeps {
  readonly clock: Clock
  readonly reader: ZoneReader
  readonly zones: Pick<ZoneService, 'changeSetting'>
  readonly organization: Pick<OrganizationService, 'createNode' | 'createAccount'>
  readonly departments: Pick<DepartmentService, 'change' | 'remove'>
  readonly members: Pick<MemberService, 'change'>
  readonly serviceControl: ServiceControlService
  readonly groups: Pick<
    GroupService,
    'create' | 'change' | 'remove' | 'removeWithLinks' | 'blockers' | 'findByName'
  >
  readonly users: Pick<UserService, 'findByName'>
  readonly permissionConfigurations: PermissionConfigurationService
  readonly assignments: Pick<AssignmentService, 'assign' | 'changePeriod' | 'revoke'>
}

export interface PlanOptions {
  /** Removes what the document does not name, in the sections that it has. */
  readonly prune: boolean
}

export function createZoneAsCodeService(deps: ZoneAsCodeDeps) {
  const { clock, reader, zones, organization, departments, members, serviceControl, groups, users } = deps
  const { permissionConfigurations, assignments } = deps

  const missing = (kind: string, name: string) =>
    new IdentityCenterError('request.invalid', `There is no ${kind} ${name} any more: make a new plan.`)

  const found = <Id>(id: Id | undefined, kind: string, name: string): Id => {
    if (id === undefined) throw missing(kind, name)
    return id
  }
  const nodeIdOf = async (names: NameBook, path: DepartmentPath): Promise<NodeId> =>
    found((await names.nodes()).get(pathKey(path)), 'department', path.join(' / '))
  const uinOf = async (names: NameBook, name: string): Promise<AccountUin> =>
    found((await names.accounts()).get(nameKey(name)), 'account', name)
  const configurationIdOf = async (names: NameBook, name: string): Promise<PermissionConfigurationId> =>
    found((await names.configurations()).get(nameKey(name)), 'permission configuration', name)
  const controlPolicyIdOf = async (names: NameBook, name: string): Promise<number> =>
    found((await names.controlPolicies()).get(nameKey(name)), 'service control policy', name)

  async function groupNamed(name: string) {
    const group = await groups.findByName(name)
    if (group) return group
    throw missing('group', name)
  }

  async function userIdOf(name: string) {
    const user = await users.findByName(name)
    if (user) return user.id
    throw missing('user', name)
  }

  const principalOf = async ({ type, name }: NamedTriple['principal']): Promise<Principal> =>
    type === 'user' ? { type, id: await userIdOf(name) } : { type, id: (await groupNamed(name)).id }

  const tripleOf = async (names: NameBook, triple: NamedTriple): Promise<AssignmentTriple> => ({
    principal: await principalOf(triple.principal),
    accountUin: await uinOf(names, triple.account),
    configurationId: await configurationIdOf(names, triple.permissionConfiguration),
  })

  const targetOf = async (names: NameBook, target: ControlTarget): Promise<ServiceControlTarget> =>
    target.kind === 'account'
      ? { kind: 'account', id: await uinOf(names, target.name) }
      : { kind: 'node', id: String(await nodeIdOf(names, target.path)) }

  async function userIdsOf(names: readonly string[]): Promise<readonly UserId[]> {
    const ids: UserId[] = []
    for (const name of names) ids.push(await userIdOf(name))
    return ids
  }

  async function make(actor: Actor, names: NameBook, change: ZoneChange): Promise<void> {
    switch (change.kind) {
      case 'setSetting':
        return zones.changeSetting(actor, change.name, change.to)
      case 'createDepartment': {
        const { path, description, tags } = change.entry
        const parentId = await nodeIdOf(names, path.slice(0, -1))
        await organization.createNode(actor, {
          parentId,
          name: path.at(-1) ?? '',
          ...(description !== '' && { remark: description }),
          tags,
        })
        return
      }
      case 'changeDepartment': {
        const { path, description, tags } = change.entry
        return departments.change(actor, await nodeIdOf(names, path), { remark: description, tags })
      }
      case 'removeDepartment':
        return departments.remove(actor, await nodeIdOf(names, change.path))
      case 'createAccount': {
        const { name, department, description, tags } = change.entry
        await organization.createAccount(actor, {
          name,
          nodeId: await nodeIdOf(names, department),
          ...(description !== '' && { remark: description }),
          tags,
        })
        return
      }
      case 'changeAccount': {
        const { name, department, description, tags } = change.entry
        return members.change(actor, await uinOf(names, name), {
          remark: description,
          tags,
          nodeId: await nodeIdOf(names, department),
        })
      }
      case 'enableServiceControl':
        return serviceControl.enable(actor)
      case 'disableServiceControl':
        return serviceControl.disable(actor)
      case 'createControlPolicy': {
        const { name, description, document } = change.policy
        await serviceControl.create(actor, { name, description, document: policyText(document) })
        return
      }
      case 'changeControlPolicy': {
        const { name, description, document } = change.policy
        return serviceControl.change(actor, await controlPolicyIdOf(names, name), {
          description,
          document: policyText(document),
        })
      }
      case 'removeControlPolicy':
        return serviceControl.remove(actor, await controlPolicyIdOf(names, change.name))
      case 'attachControlPolicy':
      case 'detachControlPolicy': {
        const target = await targetOf(names, change.target)
        const id = await controlPolicyIdOf(names, change.policy)
        return change.kind === 'attachControlPolicy'
          ? serviceControl.attach(actor, target, id)
          : serviceControl.detach(actor, target, id)
      }
      case 'createGroup': {
        const { name, description, members: userNames } = change.entry
        await groups.create(actor, {
          profile: { displayName: name, ...(description !== '' && { description }), attributes: {} },
          type: 'manual',
          members: await userIdsOf(userNames),
        })
        return
      }
      case 'changeGroup': {
        const group = await groupNamed(change.name)
        await groups.change(actor, group.id, {
          profile: ({ description: _, ...profile }) => ({
            ...profile,
            ...(change.description !== '' && { description: change.description }),
          }),
          members: { add: await userIdsOf(change.add), remove: await userIdsOf(change.remove) },
        })
        return
      }
      case 'removeGroup':
        return removeGroup(actor, (await groupNamed(change.name)).id)
      case 'createConfiguration': {
        const { name, presetPolicies, customPolicies, ...settings } = change.entry
        const { id } = await permissionConfigurations.create(actor, { name, ...settings })
        await putPolicies(actor, id, { attach: presetPolicies, detach: [], put: customPolicies })
        return
      }
      case 'changeConfiguration': {
        const id = await configurationIdOf(names, change.name)
        if (change.settings) await permissionConfigurations.update(actor, id, change.settings)
        return putPolicies(actor, id, change)
      }
      case 'removeConfiguration':
        return permissionConfigurations.removeWithLinks(actor, await configurationIdOf(names, change.name))
      case 'assign':
        return assign(actor, names, [change])
      case 'changePeriod': {
        const { startsAt: start, endsAt: end } = change.triple
        await assignments.changePeriod(actor, await tripleOf(names, change.triple), { start, end })
        return
      }
      case 'revoke':
        await assignments.revoke(actor, await tripleOf(names, change.triple))
        return
      default:
        return change satisfies never
    }
  }

  /** Its members are told by the plan; what else hangs on it may stand in no section of the document, and stops this. */
  async function removeGroup(actor: Actor, id: GroupId): Promise<void> {
    const blockers = await groups.blockers(actor, id)
    if (blockers.some(({ kind }) => kind !== 'user')) await groups.remove(actor, id)
    else await groups.removeWithLinks(actor, id)
  }

  /** Assignments for one and the same period, together. */
  async function assign(actor: Actor, names: NameBook, changes: readonly Assigning[]): Promise<void> {
    const [first] = changes
    if (!first) return
    const triples: AssignmentTriple[] = []
    for (const { triple } of changes) triples.push(await tripleOf(names, triple))
    await assignments.assign(actor, triples, periodOf(first))
  }

  /** Refuses the whole for one assignment that nobody can make, such as one that is over: before anything is made. */
  function requirePossible(changes: readonly ZoneChange[]): void {
    const now = clock.now()
    const complaints = new Set<string>()
    for (const change of changes) {
      if (!isAssigning(change)) continue
      try {
        parsePeriod(periodOf(change), now)
      } catch (error) {
        if (!(error instanceof IdentityCenterError)) throw error
        complaints.add(`${changeText(change).slice(2)}: ${error.message}`)
      }
    }
    refuse([...complaints])
  }

  function refuse(complaints: readonly string[]): void {
    if (complaints.length === 0) return
    const told = complaints.slice(0, MOST_COMPLAINTS).map((complaint) => complaint.replace(/\.$/, ''))
    const more = complaints.length - told.length
    throw new IdentityCenterError(
      'request.invalid',
      `The document cannot be applied: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    )
  }

  async function putPolicies(
    actor: Actor,
    id: PermissionConfigurationId,
    {
      attach,
      detach,
      put,
    }: Pick<Extract<ZoneChange, { kind: 'changeConfiguration' }>, 'attach' | 'detach' | 'put'>,
  ): Promise<void> {
    for (const reference of detach) await permissionConfigurations.detachPolicy(actor, id, reference)
    if (attach.length > 0) await permissionConfigurations.attachPreset(actor, id, attach)
    for (const { name, document } of put) {
      await permissionConfigurations.putCustomPolicy(actor, id, name, policyText(document))
    }
  }

  const plan = async (actor: Actor, wanted: ZoneDocument, options: PlanOptions): Promise<ZonePlan> => {
    requireFullRights(actor)
    const actual = await reader.read(actor)
    const known = { users: new Set<string>(), groups: new Set<string>() }
    for (const name of namedUsers(wanted)) {
      if (await users.findByName(name)) known.users.add(nameKey(name))
    }
    for (const name of (wanted.assignments ?? []).flatMap((entry) => entry.groups)) {
      if (await groups.findByName(name)) known.groups.add(nameKey(name))
    }
    refuse(unknownNames(actual.document, wanted, known))
    const made = planZone(actual, wanted, options)
    requirePossible(made.changes)
    return made
  }

  return {
    /** All that a document tells of the zone, in a settled order. */
    read: async (actor: Actor): Promise<WholeZoneDocument> => (await reader.read(actor)).document,

    /**
     * What would change. Throws `actor.forbidden`, and `request.invalid` for names of users, groups, accounts and so on
     * that neither the zone nor the document has, and for new assignments whose end has passed.
     */
    plan,

    /**
     * Makes the changes one by one, in order, each as a transaction with its audit event. Yields each change when it is
     * made; throws what the service of that change throws, and the changes before it stay: a new plan goes on from there.
     * Makes nothing, and throws `request.invalid`, when an assignment of the plan has come to its end since.
     */
    async *apply(actor: Actor, { changes }: ZonePlan): AsyncGenerator<ZoneChange> {
      requireFullRights(actor)
      requirePossible(changes)
      const names = reader.nameBook(actor)
      for (const together of inSteps(changes)) {
        const [first] = together
        try {
          if (together.length > 1) await assign(actor, names, together.filter(isAssigning))
          else if (first) await make(actor, names, first)
        } catch (error) {
          if (!(error instanceof IdentityCenterError) || !first) throw error
          const { code, message, facts } = error
          throw new IdentityCenterError(code, `${changeText(first)}: ${message}`, facts, { cause: error })
        }
        if (first) names.forget(first)
        yield* together
      }
    },
  }
}

type Assigning = Extract<ZoneChange, { kind: 'assign' }>
const isAssigning = (change: ZoneChange): change is Assigning => change.kind === 'assign'

const periodOf = ({ triple: { startsAt, endsAt } }: Assigning): PeriodText => ({
  start: startsAt,
  end: endsAt,
})

/** Of a document that fits nowhere the first complaints say enough. */
const MOST_COMPLAINTS = 20

/** Assignments that are made by one call: fewer than a transaction takes. */
const MOST_TOGETHER = 500

/** Changes that are made together: assignments of one period that stand side by side, else each for itself. */
function inSteps(changes: readonly ZoneChange[]): readonly (readonly ZoneChange[])[] {
  const steps: ZoneChange[][] = []
  for (const change of changes) {
    const step = steps.at(-1)
    const before = step?.[0]
    const joins =
      before?.kind === 'assign' &&
      change.kind === 'assign' &&
      before.triple.startsAt === change.triple.startsAt &&
      before.triple.endsAt === change.triple.endsAt
    if (step && joins && step.length < MOST_TOGETHER) step.push(change)
    else steps.push([change])
  }
  return steps
}

function namedUsers({ groups = [], assignments = [] }: ZoneDocument): ReadonlySet<string> {
  return new Set([...groups.flatMap(({ members }) => members), ...assignments.flatMap(({ users }) => users)])
}

/** As people read it: white space does not count for the length of a policy. */
const policyText = (document: PolicyJson): string => JSON.stringify(document, null, 2)
