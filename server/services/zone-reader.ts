/** Reads the zone as one document, and finds the ids of what a document names. */
import type { Actor } from '../domain/actor.js'
import { compare } from '../domain/criteria.js'
import type { AccountUin, NodeId, PermissionConfigurationId } from '../domain/ids.js'
import type { Account, TreeNode } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import {
  DOCUMENT_VERSION,
  nameKey,
  pathKey,
  type AccountEntry,
  type AssignmentEntry,
  type ConfigurationEntry,
  type DepartmentEntry,
  type DepartmentPath,
  type GroupEntry,
  type PolicyJson,
  type ServiceControlEntry,
  type WholeZoneDocument,
} from '../domain/zone-document.js'
import type { ZoneChange, ZoneState } from '../domain/zone-plan.js'
import type { AssignmentService } from './assignments.js'
import type { DepartmentService } from './departments.js'
import type { GroupService } from './groups.js'
import type { MemberService } from './members.js'
import type { OrganizationService } from './organization.js'
import type { PermissionConfigurationService } from './permission-configurations.js'
import type { ServiceControlService } from './service-control.js'
import type { ZoneService } from './zones.js'

export interface ZoneReaderDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly organization: Pick<OrganizationService, 'tree' | 'listAccounts'>
  readonly departments: Pick<DepartmentService, 'tagsOf'>
  readonly members: Pick<MemberService, 'tagsOf'>
  readonly serviceControl: Pick<ServiceControlService, 'isOn' | 'list' | 'targetsOf'>
  readonly groups: Pick<GroupService, 'list' | 'listMembers'>
  readonly permissionConfigurations: Pick<PermissionConfigurationService, 'list' | 'listPolicies'>
  readonly assignments: Pick<AssignmentService, 'list'>
}

export type ZoneReader = ReturnType<typeof createZoneReader>

/** Ids by name, read when first asked for. */
export interface NameBook {
  /** By `pathKey`. */
  nodes(): Promise<ReadonlyMap<string, NodeId>>
  /** The rest by `nameKey`. */
  accounts(): Promise<ReadonlyMap<string, AccountUin>>
  configurations(): Promise<ReadonlyMap<string, PermissionConfigurationId>>
  controlPolicies(): Promise<ReadonlyMap<string, number>>
  /** Reads again what this change made others of. */
  forget(change: ZoneChange): void
}

const PAGE = 200

export function createZoneReader(deps: ZoneReaderDeps) {
  const { zones, organization, departments, members, serviceControl, groups } = deps
  const { permissionConfigurations, assignments } = deps

  const allAccounts = (actor: Actor): Promise<readonly Account[]> =>
    everyPage((page) => organization.listAccounts(actor, { page }))

  async function settings(): Promise<WholeZoneDocument['settings']> {
    const { settings: all, fixedSettings } = await zones.current()
    // What the environment fixes is no choice of the document's.
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => !fixedSettings.some((fixed) => fixed === name)),
    )
  }

  async function departmentEntries(actor: Actor, tree: TreeNode): Promise<DepartmentEntry[]> {
    const nodes = below(tree)
    const tags = await departments.tagsOf(
      actor,
      nodes.map(({ node }) => node.id),
    )
    return nodes.map(({ node, path }) => ({
      path: [...path],
      description: node.remark ?? '',
      tags: { ...tags.get(String(node.id)) },
    }))
  }

  async function accountEntries(
    actor: Actor,
    accounts: readonly Account[],
    pathOf: ReadonlyMap<NodeId, DepartmentPath>,
  ): Promise<AccountEntry[]> {
    const tags = await members.tagsOf(
      actor,
      accounts.map(({ uin }) => uin),
    )
    return accounts.map(({ uin, name, nodeId, remark }) => ({
      name,
      department: [...(pathOf.get(nodeId) ?? [])],
      description: remark ?? '',
      tags: { ...tags.get(uin) },
    }))
  }

  async function serviceControlEntry(
    actor: Actor,
    accounts: readonly Account[],
    pathOf: ReadonlyMap<NodeId, DepartmentPath>,
  ): Promise<ServiceControlEntry> {
    const policies = await everyPage((page) => serviceControl.list(actor, { page }))
    const accountNames = new Map<string, string>(accounts.map(({ uin, name }) => [uin, name]))
    const attachments = []
    for (const { id, name } of policies) {
      const targets = await serviceControl.targetsOf(actor, id)
      const entry: ServiceControlEntry['attachments'][number] = {
        policy: name,
        departments: [],
        accounts: [],
      }
      for (const target of targets) {
        if (target.kind === 'account') entry.accounts.push(accountNames.get(target.id) ?? target.name)
        else entry.departments.push([...(pathOf.get(Number(target.id) as NodeId) ?? [])])
      }
      if (targets.length > 0) attachments.push(entry)
    }
    return {
      enabled: await serviceControl.isOn(actor),
      policies: policies
        .filter(({ type }) => type === 'custom')
        .map(({ name, description, document }) => ({
          name,
          description: description ?? '',
          document: JSON.parse(document) as PolicyJson,
        })),
      attachments,
    }
  }

  /** Groups made here; those of the identity provider are its own business. */
  async function groupEntries(actor: Actor): Promise<GroupEntry[]> {
    const all = await everyPage((page) =>
      groups.list(actor, {
        criteria: compare('type', 'eq', 'manual'),
        sort: { field: 'displayName', direction: 'ascending' },
        page,
      }),
    )
    const entries: GroupEntry[] = []
    for (const { id, displayName, description } of all) {
      const named = await everyPage((page) => groups.listMembers(actor, id, page))
      entries.push({
        name: displayName,
        description: description ?? '',
        members: named.map(({ userName }) => userName),
      })
    }
    return entries
  }

  async function configurationEntries(actor: Actor): Promise<ConfigurationEntry[]> {
    const entries: ConfigurationEntry[] = []
    for (const configuration of await everyPage((page) => permissionConfigurations.list(actor, { page }))) {
      const { id, name, description, sessionDuration, relayState } = configuration
      const policies = await permissionConfigurations.listPolicies(actor, id)
      entries.push({
        name,
        description: description ?? '',
        sessionDuration,
        relayState: relayState ?? '',
        presetPolicies: policies.filter(({ type }) => type === 'preset').map((policy) => policy.name),
        customPolicies: policies.flatMap((policy) =>
          policy.type === 'custom'
            ? [{ name: policy.name, document: JSON.parse(policy.document) as PolicyJson }]
            : [],
        ),
      })
    }
    return entries.sort(byName)
  }

  /** One entry for each account, configuration and period. */
  async function assignmentEntries(actor: Actor): Promise<AssignmentEntry[]> {
    const entries = new Map<string, AssignmentEntry>()
    for (const assignment of await everyPage((page) => assignments.list(actor, { page }))) {
      const { accountName, configurationName, principal, principalName, startsAt, endsAt } = assignment
      const key = JSON.stringify([accountName, configurationName, startsAt, endsAt])
      const entry = entries.get(key) ?? {
        account: accountName,
        permissionConfiguration: configurationName,
        users: [],
        groups: [],
        ...(startsAt !== undefined && { start: startsAt }),
        ...(endsAt !== undefined && { end: endsAt }),
      }
      entries.set(key, entry)
      ;(principal.type === 'user' ? entry.users : entry.groups).push(principalName)
    }
    for (const { users, groups: groupNames } of entries.values()) {
      users.sort(byText)
      groupNames.sort(byText)
    }
    return [...entries].sort(([left], [right]) => byText(left, right)).map(([, entry]) => entry)
  }

  return {
    /** All that a document tells of the zone. Throws `actor.forbidden` unless the actor may read it. */
    async read(actor: Actor): Promise<ZoneState> {
      const tree = await organization.tree(actor)
      const pathOf = new Map<NodeId, DepartmentPath>([
        [tree.id, []],
        ...below(tree).map(({ node, path }) => [node.id, path] as const),
      ])
      const accounts = await allAccounts(actor)
      const document: WholeZoneDocument = {
        version: DOCUMENT_VERSION,
        settings: await settings(),
        departments: await departmentEntries(actor, tree),
        accounts: await accountEntries(actor, accounts, pathOf),
        serviceControl: await serviceControlEntry(actor, accounts, pathOf),
        groups: await groupEntries(actor),
        permissionConfigurations: await configurationEntries(actor),
        assignments: await assignmentEntries(actor),
      }
      const management = accounts.find(({ kind }) => kind === 'management')
      return { document, managementAccount: management?.name ?? '' }
    },

    nameBook(actor: Actor): NameBook {
      const pages = new Map<string, Promise<ReadonlyMap<string, unknown>>>()
      const kept = <Id>(kind: string, read: () => Promise<ReadonlyMap<string, Id>>) => {
        const known = pages.get(kind) as Promise<ReadonlyMap<string, Id>> | undefined
        if (known) return known
        const reading = read()
        pages.set(kind, reading)
        return reading
      }
      return {
        nodes: () =>
          kept('nodes', async () => {
            const tree = await organization.tree(actor)
            return new Map([
              [pathKey([]), tree.id],
              ...below(tree).map(({ node, path }) => [pathKey(path), node.id] as const),
            ])
          }),
        accounts: () => kept('accounts', async () => byKey(await allAccounts(actor), ({ uin }) => uin)),
        configurations: () =>
          kept('configurations', async () =>
            byKey(await everyPage((page) => permissionConfigurations.list(actor, { page })), ({ id }) => id),
          ),
        controlPolicies: () =>
          kept('controlPolicies', async () =>
            byKey(await everyPage((page) => serviceControl.list(actor, { page })), ({ id }) => id),
          ),
        forget({ kind }) {
          if (kind.endsWith('Department')) pages.delete('nodes')
          if (kind.endsWith('Account')) pages.delete('accounts')
          if (kind.endsWith('Configuration')) pages.delete('configurations')
          if (kind.endsWith('ControlPolicy')) pages.delete('controlPolicies')
        },
      }
    },
  }
}

/** All items of a list, page by page. */
async function everyPage<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const page = await read({ offset: items.length, limit: PAGE })
    items.push(...page.items)
    if (page.items.length < PAGE) return items
  }
}

/** The departments below a node with their paths, each before those below it. */
const below = (
  node: TreeNode,
  path: DepartmentPath = [],
): { readonly node: TreeNode; readonly path: DepartmentPath }[] =>
  node.children.flatMap((child) => {
    const own = [...path, child.name]
    return [{ node: child, path: own }, ...below(child, own)]
  })

const byKey = <Item extends { readonly name: string }, Id>(
  items: readonly Item[],
  idOf: (item: Item) => Id,
) => new Map(items.map((item) => [nameKey(item.name), idOf(item)]))

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
  byText(left.name, right.name)
