/**
 * The zone as a document that people keep in version control: what `export` writes and `apply` reads. Names stand where
 * the database has ids, so that one document fits several deployments. Users, credentials, keys and certificates are no
 * part of it: they belong to people and to this one deployment.
 */
import { z } from 'zod'
import { IdentityCenterError } from './errors.js'
import { parseInstant } from './period.js'
import { SESSION_DURATION } from './permission-configuration.js'
import { readNetworks } from './sign-in-networks.js'
import { isSettingName, parseSetting, settingText, type SettingValue } from './zone.js'

/** Names of departments from below the root down; empty for the root itself. */
export type DepartmentPath = readonly string[]
/** A policy document, parsed. */
export type PolicyJson = Readonly<Record<string, unknown>>

const text = z.string()
const path = z.array(text.min(1))
const policy = z.record(z.string(), z.unknown())
const tags = z.record(z.string(), text).default({})
const instant = text.transform((written, context) => {
  const read = parseInstant(written)
  if (read !== undefined) return read
  context.addIssue({ code: 'custom', message: 'is not a date such as 2026-03-31 or 2026-03-31T18:00Z' })
  return z.NEVER
})

/** Values as the zone keeps them, whatever form they are written in: so that a plan compares like with like. */
const settings = z
  .record(z.string(), z.union([z.boolean(), z.number(), text, z.array(text)]))
  .transform((written, context) => {
    const read: Record<string, SettingValue> = {}
    for (const [name, value] of Object.entries(written)) {
      try {
        read[name] = readSetting(name, value)
      } catch (error) {
        if (!(error instanceof IdentityCenterError)) throw error
        context.addIssue({ code: 'custom', message: error.message, path: [name] })
      }
    }
    return read
  })

const department = z.strictObject({ path: path.min(1), description: text.default(''), tags })
const account = z.strictObject({
  name: text,
  department: path.default([]),
  description: text.default(''),
  tags,
})
const serviceControl = z.strictObject({
  enabled: z.boolean(),
  policies: z
    .array(z.strictObject({ name: text, description: text.default(''), document: policy }))
    .default([]),
  attachments: z
    .array(
      z.strictObject({
        policy: text,
        departments: z.array(path).default([]),
        accounts: z.array(text).default([]),
      }),
    )
    .default([]),
})
const group = z.strictObject({ name: text, description: text.default(''), members: z.array(text) })
const permissionConfiguration = z.strictObject({
  name: text,
  description: text.default(''),
  sessionDuration: z.number().int().default(SESSION_DURATION.standard),
  relayState: text.default(''),
  presetPolicies: z.array(text),
  customPolicies: z.array(z.strictObject({ name: text, document: policy })),
})
const assignment = z.strictObject({
  account: text,
  permissionConfiguration: text,
  users: z.array(text).default([]),
  groups: z.array(text).default([]),
  start: instant.optional(),
  end: instant.optional(),
})

/** The version of the format; a document of another one is refused. */
export const DOCUMENT_VERSION = 1

const SCHEMA = z.strictObject({
  version: z.literal(DOCUMENT_VERSION),
  settings: settings.optional(),
  departments: z.array(department).optional(),
  accounts: z.array(account).optional(),
  serviceControl: serviceControl.optional(),
  groups: z.array(group).optional(),
  permissionConfigurations: z.array(permissionConfiguration).optional(),
  assignments: z.array(assignment).optional(),
})

/** A section that is absent is not looked at; an entry that is present says all there is to say about its subject. */
export type ZoneDocument = z.output<typeof SCHEMA>
/** All sections: what `export` writes. */
export type WholeZoneDocument = Required<ZoneDocument>

export type DepartmentEntry = z.output<typeof department>
export type AccountEntry = z.output<typeof account>
export type ServiceControlEntry = z.output<typeof serviceControl>
export type GroupEntry = z.output<typeof group>
export type ConfigurationEntry = z.output<typeof permissionConfiguration>
export type AssignmentEntry = z.output<typeof assignment>

/**
 * Reads a document that was parsed from YAML or JSON. Throws `request.invalid`, which names each place that is wrong:
 * unknown fields, wrong types, unknown settings and their values, and names that stand twice in one section.
 */
export function parseZoneDocument(value: unknown): ZoneDocument {
  const result = SCHEMA.safeParse(value)
  const complaints = result.success
    ? namedTwice(result.data)
    : result.error.issues.map(({ path: place, message }) => `${placeOf(place)}: ${message}`)
  if (result.success && complaints.length === 0) return result.data
  throw new IdentityCenterError(
    'request.invalid',
    `The document is not one to apply. ${complaints.slice(0, MOST_COMPLAINTS).join('; ')}.`,
  )
}

const MOST_COMPLAINTS = 20

/** `groups[2].members`, counted from 0 as in the tools that show such places. */
const placeOf = (place: readonly PropertyKey[]): string =>
  place.length === 0
    ? 'the whole'
    : place
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '')

function readSetting(name: string, value: SettingValue): SettingValue {
  if (!isSettingName(name)) throw new IdentityCenterError('setting.unknown', 'there is no such setting')
  if (typeof value !== 'object') return parseSetting(name, settingText(value))
  if (name === 'signIn.networks') return readNetworks(value)
  throw new IdentityCenterError('setting.invalid', `${name} is no list.`)
}

/** Equal for names that the zone takes for the same. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase()
export const pathKey = (names: DepartmentPath): string => JSON.stringify(names)

function namedTwice(document: ZoneDocument): readonly string[] {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['departments', (document.departments ?? []).map((entry) => pathKey(entry.path))],
    ['accounts', (document.accounts ?? []).map((entry) => nameKey(entry.name))],
    ['groups', (document.groups ?? []).map((entry) => nameKey(entry.name))],
    [
      'permissionConfigurations',
      (document.permissionConfigurations ?? []).map((entry) => nameKey(entry.name)),
    ],
    [
      'serviceControl.policies',
      (document.serviceControl?.policies ?? []).map((entry) => nameKey(entry.name)),
    ],
    [
      'serviceControl.attachments',
      (document.serviceControl?.attachments ?? []).map((entry) => nameKey(entry.policy)),
    ],
  ]
  return sections.flatMap(([section, keys]) =>
    repeated(keys).map((key) => `${section}: ${key} stands there twice`),
  )
}

/** Each key that stands in the list before, once for each time that it does. */
function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return keys.filter((key) => {
    const before = seen.has(key)
    seen.add(key)
    return before
  })
}
