/** What has to change for a zone to be as a document says: pure, so that a plan can be shown first and applied as shown. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Period } from './period.js'
import { FULL_ACCESS } from './service-control.js'
import { settingText } from './zone.js'
import {
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
  type ZoneDocument,
} from './zone-document.js'

/** The zone as it is. */
export interface ZoneState {
  readonly document: WholeZoneDocument
  /** Service control policies are not for this account. */
  readonly managementAccount: string
}

export interface NamedPolicy {
  readonly name: string
  readonly description: string
  readonly document: PolicyJson
}

export type ControlTarget =
  | { readonly kind: 'department'; readonly path: DepartmentPath }
  | { readonly kind: 'account'; readonly name: string }

export interface NamedTriple extends Period {
  readonly account: string
  readonly permissionConfiguration: string
  readonly principal: { readonly type: 'user' | 'group'; readonly name: string }
}

/** One use case of one service, by names. */
export type ZoneChange =
  | { readonly kind: 'setSetting'; readonly name: string; readonly from: string; readonly to: string }
  | { readonly kind: 'createDepartment' | 'changeDepartment'; readonly entry: DepartmentEntry }
  | { readonly kind: 'removeDepartment'; readonly path: DepartmentPath }
  | { readonly kind: 'createAccount' | 'changeAccount'; readonly entry: AccountEntry }
  | { readonly kind: 'enableServiceControl' | 'disableServiceControl' }
  | { readonly kind: 'createControlPolicy' | 'changeControlPolicy'; readonly policy: NamedPolicy }
  | { readonly kind: 'removeControlPolicy'; readonly name: string }
  | {
      readonly kind: 'attachControlPolicy' | 'detachControlPolicy'
      readonly policy: string
      readonly target: ControlTarget
    }
  | { readonly kind: 'createGroup'; readonly entry: GroupEntry }
  | {
      readonly kind: 'changeGroup'
      readonly name: string
      readonly description: string
      readonly add: readonly string[]
      readonly remove: readonly string[]
    }
  | { readonly kind: 'removeGroup'; readonly name: string }
  | { readonly kind: 'createConfiguration'; readonly entry: ConfigurationEntry }
  | {
      readonly kind: 'changeConfiguration'
      readonly name: string
      readonly settings?: Pick<ConfigurationEntry, 'description' | 'sessionDuration' | 'relayState'>
      readonly attach: readonly string[]
      readonly detach: readonly { readonly type: 'preset' | 'custom'; readonly name: string }[]
      readonly put: ConfigurationEntry['customPolicies']
    }
  | { readonly kind: 'removeConfiguration'; readonly name: string }
  | { readonly kind: 'assign'; readonly triple: NamedTriple }
  | { readonly kind: 'changePeriod'; readonly triple: NamedTriple }
  | { readonly kind: 'revoke'; readonly triple: NamedTriple }

export interface ZonePlan {
  /** In the order in which they have to be made. */
  readonly changes: readonly ZoneChange[]
  /** What is there and not in the document, and stays. */
  readonly leftAlone: readonly string[]
  /** Equal for equal changes: who saw a plan can ask for exactly that one. */
  readonly fingerprint: string
}

/**
 * Compares the zone with the document, section by section. What the document does not name stays and is told, unless
 * `prune` asks to remove it; accounts are never removed.
 */
export function planZone(
  state: ZoneState,
  wanted: ZoneDocument,
  { prune }: { readonly prune: boolean },
): ZonePlan {
  const actual = state.document
  const first: ZoneChange[] = []
  // What goes: in the reverse order of what comes, since each thing may hang on those before it.
  const last: ZoneChange[] = []
  const leftAlone: string[] = []
  const surplus = (told: string, removal: ZoneChange | undefined): void => {
    if (prune && removal) last.unshift(removal)
    else leftAlone.push(told)
  }

  first.push(...settingChanges(actual.settings, wanted.settings ?? {}))

  const departments = matched(
    actual.departments,
    wanted.departments,
    ({ path }) => pathKey(path),
    ({ description, tags }) => [description, tags],
  )
  for (const entry of departments.missing) first.push({ kind: 'createDepartment', entry })
  for (const entry of departments.changed) first.push({ kind: 'changeDepartment', entry })
  for (const { path } of departments.surplus) {
    surplus(`department ${path.join(' / ')}`, { kind: 'removeDepartment', path })
  }

  const accounts = matched(
    actual.accounts,
    wanted.accounts,
    keyOfNamed,
    ({ department, description, tags }) => [department, description, tags],
  )
  for (const entry of accounts.missing) first.push({ kind: 'createAccount', entry })
  for (const entry of accounts.changed) first.push({ kind: 'changeAccount', entry })
  for (const { name } of accounts.surplus) surplus(`account ${name}`, undefined)

  if (wanted.serviceControl) {
    const control = controlChanges(state, wanted.serviceControl, departments.missing, accounts.missing)
    first.push(...control.changes)
    for (const name of control.surplus) {
      surplus(`service control policy ${name}`, { kind: 'removeControlPolicy', name })
    }
  }

  const groups = matched(actual.groups, wanted.groups, keyOfNamed, ({ description, members }) => [
    description,
    nameSet(members),
  ])
  for (const entry of groups.missing) first.push({ kind: 'createGroup', entry })
  for (const entry of groups.changed) {
    const before = actual.groups.find(({ name }) => nameKey(name) === nameKey(entry.name))?.members ?? []
    first.push({
      kind: 'changeGroup',
      name: entry.name,
      description: entry.description,
      add: without(entry.members, before),
      remove: without(before, entry.members),
    })
  }
  for (const { name } of groups.surplus) surplus(`group ${name}`, { kind: 'removeGroup', name })

  const configurations = matched(
    actual.permissionConfigurations,
    wanted.permissionConfigurations,
    keyOfNamed,
    (entry) => [settingsOf(entry), nameSet(entry.presetPolicies), policySet(entry.customPolicies)],
  )
  for (const entry of configurations.missing) first.push({ kind: 'createConfiguration', entry })
  for (const entry of configurations.changed) {
    const before = actual.permissionConfigurations.find(({ name }) => nameKey(name) === nameKey(entry.name))
    if (before) first.push(configurationChange(before, entry))
  }
  for (const { name } of configurations.surplus) {
    surplus(`permission configuration ${name}`, { kind: 'removeConfiguration', name })
  }

  const assignments = matched(
    triplesOf(actual.assignments),
    wanted.assignments && triplesOf(wanted.assignments),
    tripleKey,
    ({ startsAt, endsAt }) => [startsAt, endsAt],
  )
  for (const triple of assignments.changed) first.push({ kind: 'changePeriod', triple })
  for (const triple of assignments.missing) first.push({ kind: 'assign', triple })
  for (const triple of assignments.surplus)
    surplus(`assignment ${tripleText(triple)}`, { kind: 'revoke', triple })

  const changes = [...first, ...last]
  return { changes, leftAlone, fingerprint: fingerprintOf(changes) }
}

/** Names that the document speaks of and that neither the zone nor the document itself has: a plan with these cannot be applied. */
export function unknownNames(
  actual: WholeZoneDocument,
  wanted: ZoneDocument,
  known: { readonly groups: ReadonlySet<string>; readonly users: ReadonlySet<string> },
): readonly string[] {
  const keysOf = (...names: readonly (readonly string[])[]) => new Set(names.flat().map(nameKey))
  const namesOf = (entries: readonly { readonly name: string }[] = []) => entries.map(({ name }) => name)
  const accounts = keysOf(namesOf(actual.accounts), namesOf(wanted.accounts))
  const groups = new Set([...known.groups, ...keysOf(namesOf(wanted.groups))])
  const configurations = keysOf(
    namesOf(actual.permissionConfigurations),
    namesOf(wanted.permissionConfigurations),
  )
  const policies = keysOf(
    [FULL_ACCESS],
    namesOf(actual.serviceControl.policies),
    namesOf(wanted.serviceControl?.policies),
  )
  const paths = new Set(
    [
      [],
      ...actual.departments.map(({ path }) => path),
      ...(wanted.departments ?? []).map(({ path }) => path),
    ].map(pathKey),
  )
  const complaints = new Set<string>()
  const require = (kind: string, names: readonly string[], has: ReadonlySet<string>): void => {
    for (const name of names) if (!has.has(nameKey(name))) complaints.add(`there is no ${kind} ${name}`)
  }
  const requirePath = (path: DepartmentPath): void => {
    if (!paths.has(pathKey(path))) complaints.add(`there is no department ${path.join(' / ')}`)
  }
  for (const { path } of wanted.departments ?? []) requirePath(path.slice(0, -1))
  for (const { department } of wanted.accounts ?? []) requirePath(department)
  for (const attachment of wanted.serviceControl?.attachments ?? []) {
    require('service control policy', [attachment.policy], policies)
    require('account', attachment.accounts, accounts)
    for (const path of attachment.departments) requirePath(path)
  }
  for (const { members } of wanted.groups ?? []) require('user', members, known.users)
  for (const entry of wanted.assignments ?? []) {
    require('account', [entry.account], accounts)
    require('permission configuration', [entry.permissionConfiguration], configurations)
    require('user', entry.users, known.users)
    require('group', entry.groups, groups)
  }
  return [...complaints]
}

interface Matching<Entry> {
  readonly missing: readonly Entry[]
  /** As wanted. */
  readonly changed: readonly Entry[]
  readonly surplus: readonly Entry[]
}

/** Which entries come, differ in what `contentOf` says, and go; nothing at all when the section is not wanted. */
function matched<Entry>(
  actual: readonly Entry[],
  wanted: readonly Entry[] | undefined,
  keyOf: (entry: Entry) => string,
  contentOf: (entry: Entry) => unknown,
): Matching<Entry> {
  if (!wanted) return { missing: [], changed: [], surplus: [] }
  const before = new Map(actual.map((entry) => [keyOf(entry), entry]))
  const named = new Set(wanted.map(keyOf))
  return {
    missing: wanted.filter((entry) => !before.has(keyOf(entry))),
    changed: wanted.filter((entry) => {
      const was = before.get(keyOf(entry))
      return was !== undefined && !isDeepStrictEqual(contentOf(was), contentOf(entry))
    }),
    surplus: actual.filter((entry) => !named.has(keyOf(entry))),
  }
}

const keyOfNamed = ({ name }: { readonly name: string }): string => nameKey(name)
/** Names as a set: neither order nor spelling say anything. */
const nameSet = (names: readonly string[]): readonly string[] => [...new Set(names.map(nameKey))].sort()
const policySet = (policies: ConfigurationEntry['customPolicies']) =>
  new Map(policies.map(({ name, document }) => [name, document]))

function settingChanges(
  actual: WholeZoneDocument['settings'],
  wanted: WholeZoneDocument['settings'],
): readonly ZoneChange[] {
  return Object.entries(wanted)
    .map(([name, value]) => ({ name, from: settingText(actual[name]), to: settingText(value) }))
    .filter(({ from, to }) => from !== to)
    .map((change) => ({ kind: 'setSetting', ...change }))
}

/** Those of `names` that `others` has not, however they are spelt. */
function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const keys = new Set(others.map(nameKey))
  return names.filter((name) => !keys.has(nameKey(name)))
}

const settingsOf = ({ description, sessionDuration, relayState }: ConfigurationEntry) => ({
  description,
  sessionDuration,
  relayState,
})

function configurationChange(before: ConfigurationEntry, after: ConfigurationEntry): ZoneChange {
  const settings = settingsOf(after)
  const customNames = (entry: ConfigurationEntry) => entry.customPolicies.map(({ name }) => name)
  return {
    kind: 'changeConfiguration',
    name: after.name,
    ...(!isDeepStrictEqual(settings, settingsOf(before)) && { settings }),
    attach: without(after.presetPolicies, before.presetPolicies),
    detach: [
      ...without(before.presetPolicies, after.presetPolicies).map((name) => ({
        type: 'preset' as const,
        name,
      })),
      // The names of custom policies are told apart by case.
      ...customNames(before)
        .filter((name) => !customNames(after).includes(name))
        .map((name) => ({ type: 'custom' as const, name })),
    ],
    put: after.customPolicies.filter(
      (policy) => !before.customPolicies.some((existing) => isDeepStrictEqual(existing, policy)),
    ),
  }
}

/** Attachments come before detachments: a department or account always keeps one policy. */
function controlChanges(
  { document: actual, managementAccount }: ZoneState,
  wanted: ServiceControlEntry,
  newDepartments: readonly DepartmentEntry[],
  newAccounts: readonly AccountEntry[],
): { readonly changes: readonly ZoneChange[]; readonly surplus: readonly string[] } {
  const before = actual.serviceControl
  if (!wanted.enabled) {
    return { changes: before.enabled ? [{ kind: 'disableServiceControl' }] : [], surplus: [] }
  }
  const changes: ZoneChange[] = before.enabled ? [] : [{ kind: 'enableServiceControl' }]
  const policies = matched(before.policies, wanted.policies, keyOfNamed, ({ description, document }) => [
    description,
    document,
  ])
  for (const policy of policies.missing) changes.push({ kind: 'createControlPolicy', policy })
  for (const policy of policies.changed) changes.push({ kind: 'changeControlPolicy', policy })

  // Switching on, like a new department or account, attaches the policy that allows everything.
  const attached = new Map(before.attachments.map((entry) => [nameKey(entry.policy), targetsOf(entry)]))
  const allowing = attached.get(nameKey(FULL_ACCESS)) ?? []
  const departments = before.enabled ? newDepartments : [...actual.departments, ...newDepartments]
  const members = actual.accounts.filter(({ name }) => name !== managementAccount)
  const accounts = before.enabled ? newAccounts : [...members, ...newAccounts]
  attached.set(nameKey(FULL_ACCESS), [
    ...allowing,
    ...(before.enabled ? [] : [{ kind: 'department' as const, path: [] }]),
    ...departments.map(({ path }) => ({ kind: 'department' as const, path })),
    ...accounts.map(({ name }) => ({ kind: 'account' as const, name })),
  ])
  const attachments: ZoneChange[] = []
  const detachments: ZoneChange[] = []
  for (const entry of wanted.attachments) {
    const has = attached.get(nameKey(entry.policy)) ?? []
    const wants = targetsOf(entry)
    const add = differing(wants, has)
    const remove = differing(has, wants)
    for (const target of add) attachments.push({ kind: 'attachControlPolicy', policy: entry.policy, target })
    for (const target of remove)
      detachments.push({ kind: 'detachControlPolicy', policy: entry.policy, target })
  }
  return {
    changes: [...changes, ...attachments, ...detachments],
    surplus: policies.surplus.map(({ name }) => name),
  }
}

const targetKey = (target: ControlTarget): string =>
  target.kind === 'account' ? `account ${nameKey(target.name)}` : `department ${pathKey(target.path)}`

function differing(
  targets: readonly ControlTarget[],
  others: readonly ControlTarget[],
): readonly ControlTarget[] {
  const keys = new Set(others.map(targetKey))
  return targets.filter((target) => !keys.has(targetKey(target)))
}

const targetsOf = ({
  departments,
  accounts,
}: ServiceControlEntry['attachments'][number]): ControlTarget[] => [
  ...departments.map((path) => ({ kind: 'department' as const, path })),
  ...accounts.map((name) => ({ kind: 'account' as const, name })),
]

/** One of each: who is named twice for the same with other times keeps the times named last. */
function triplesOf(entries: readonly AssignmentEntry[]): readonly NamedTriple[] {
  const triples = new Map<string, NamedTriple>()
  for (const { account, permissionConfiguration, users, groups, start, end } of entries) {
    const period = {
      ...(start !== undefined && { startsAt: start }),
      ...(end !== undefined && { endsAt: end }),
    }
    for (const [type, names] of [
      ['user', users],
      ['group', groups],
    ] as const) {
      for (const name of names) {
        const triple = { account, permissionConfiguration, principal: { type, name }, ...period }
        triples.set(tripleKey(triple), triple)
      }
    }
  }
  return [...triples.values()]
}

const tripleKey = ({ account, permissionConfiguration, principal }: NamedTriple): string =>
  JSON.stringify([
    nameKey(account),
    nameKey(permissionConfiguration),
    principal.type,
    nameKey(principal.name),
  ])

const tripleText = ({ account, permissionConfiguration, principal, startsAt, endsAt }: NamedTriple): string =>
  `${principal.type} ${principal.name} as ${permissionConfiguration} in ${account}` +
  (startsAt === undefined ? '' : ` from ${startsAt}`) +
  (endsAt === undefined ? '' : ` until ${endsAt}`)

const fingerprintOf = (changes: readonly ZoneChange[]): string =>
  createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 16)

/** A change in one line: `+` comes, `~` becomes another, `-` goes. */
export function changeText(change: ZoneChange): string {
  switch (change.kind) {
    case 'setSetting':
      return `~ setting ${change.name}: ${change.from} -> ${change.to}`
    case 'createDepartment':
      return `+ department ${change.entry.path.join(' / ')}`
    case 'changeDepartment':
      return `~ department ${change.entry.path.join(' / ')}`
    case 'removeDepartment':
      return `- department ${change.path.join(' / ')}`
    case 'createAccount':
      return `+ account ${change.entry.name}${placeText(change.entry.department)}`
    case 'changeAccount':
      return `~ account ${change.entry.name}${placeText(change.entry.department)}`
    case 'enableServiceControl':
      return '~ service control policies: on'
    case 'disableServiceControl':
      return '~ service control policies: off, all are detached'
    case 'createControlPolicy':
      return `+ service control policy ${change.policy.name}`
    case 'changeControlPolicy':
      return `~ service control policy ${change.policy.name}`
    case 'removeControlPolicy':
      return `- service control policy ${change.name}`
    case 'attachControlPolicy':
      return `+ service control policy ${change.policy} on ${targetText(change.target)}`
    case 'detachControlPolicy':
      return `- service control policy ${change.policy} from ${targetText(change.target)}`
    case 'createGroup':
      return `+ group ${change.entry.name}${listText('members', change.entry.members)}`
    case 'changeGroup':
      return `~ group ${change.name}${listText('add', change.add)}${listText('remove', change.remove)}`
    case 'removeGroup':
      return `- group ${change.name}`
    case 'createConfiguration':
      return `+ permission configuration ${change.entry.name}${listText('policies', [
        ...change.entry.presetPolicies,
        ...change.entry.customPolicies.map(({ name }) => name),
      ])}`
    case 'changeConfiguration':
      return (
        `~ permission configuration ${change.name}${change.settings ? ', settings' : ''}` +
        `${listText('attach', change.attach)}${listText(
          'detach',
          change.detach.map(({ name }) => name),
        )}${listText(
          'write',
          change.put.map(({ name }) => name),
        )}`
      )
    case 'removeConfiguration':
      return `- permission configuration ${change.name}`
    case 'assign':
      return `+ assignment ${tripleText(change.triple)}`
    case 'changePeriod':
      return `~ assignment ${tripleText(change.triple)}`
    case 'revoke':
      return `- assignment ${tripleText(change.triple)}`
    default:
      return change satisfies never
  }
}

const placeText = (path: DepartmentPath): string => (path.length === 0 ? '' : ` in ${path.join(' / ')}`)
const targetText = (target: ControlTarget): string =>
  target.kind === 'account' ? `account ${target.name}` : `department ${target.path.join(' / ') || '(root)'}`
const listText = (label: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `, ${label}: ${names.join(', ')}`
