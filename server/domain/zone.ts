/** The zone and its settings: names, kinds, defaults, and what a value must look like. */
import { IdentityCenterError } from './errors.js'
import type { ZoneId } from './ids.js'
import { readNetworks, splitNetworks } from './sign-in-networks.js'

/** Values of all settings, each at its default unless changed. */
export interface Settings {
  /** Whether SCIM may delete a group that still has members (for IdPs that do not empty groups first). */
  readonly 'scim.deleteGroupsWithMembers': boolean
  /** What becomes of a request that names members the zone does not know. */
  readonly 'scim.unknownMembers': 'reject' | 'ignore'
  /** Requests that one SCIM credential may make in a minute, through all instances together. */
  readonly 'scim.requestsPerMinute': number
  /** How long the SCIM log is kept, in days and in lines: what is reached first counts. */
  readonly 'scim.logDays': number
  readonly 'scim.logRows': number
  /** Whether SCIM requests that take access from too many at once are held: see `scim-guard.ts`. */
  readonly 'scim.guard': boolean
  /** Percent of the imported users, or groups, that may lose access within the window. */
  readonly 'scim.guardShare': number
  readonly 'scim.guardWindowMinutes': number
  /** So many may always lose access, however small the zone is. */
  readonly 'scim.guardMinimum': number
  /** Whether a response that answers no request of ours may sign anybody in. */
  readonly 'saml.allowIdpInitiated': boolean
  /** Whether identity providers are given a key to encrypt assertions for, and such assertions are read. */
  readonly 'saml.encryption': boolean
  /** Whether assertions may be encrypted by AES-CBC in responses that are not signed, which attackers can play with. */
  readonly 'saml.allowCbcEncryption': boolean
  /** Whether our metadata is signed. */
  readonly 'saml.signMetadata': boolean
  /** Whether a plain rollover of certificates that the schedule finds is taken over without being asked. */
  readonly 'saml.applyRefreshedCertificates': boolean
  /** Whether metadata may be fetched from private networks, and from this machine by plain http. */
  readonly 'saml.metadataFromPrivateNetworks': boolean
  /** How users have to authenticate at the identity provider. */
  readonly 'saml.authnContext': 'none' | 'password' | 'refedsMfa' | 'entraMfa'
  /** Whether the users named for it may sign in with password and second factor while SSO is the login method. */
  readonly 'signIn.breakGlass': boolean
  /** The only networks that users may sign in from, as `readNetworks` returns them; empty for everywhere. */
  readonly 'signIn.networks': readonly string[]
  readonly 'session.portalIdleMinutes': number
  readonly 'session.portalAbsoluteHours': number
  readonly 'session.consoleIdleMinutes': number
  readonly 'session.consoleAbsoluteHours': number
  /** Whom users of the portal may ask for access: a name, a telephone number, an address. Empty for nobody in particular. */
  readonly 'portal.contact': string
  /** So many days before its end an assignment is announced. */
  readonly 'assignment.warnDays': number
  /** How long finished tasks are kept, in days. */
  readonly 'tasks.historyDays': number
  /** The deletion permit: whether member accounts that the organization made may be deleted. */
  readonly 'organization.deleteMembers': boolean
  /** Whether the accounts are compared with what was deployed, by itself, and how often. */
  readonly 'drift.scheduled': boolean
  readonly 'drift.intervalHours': number
  readonly 'quota.users': number
  readonly 'quota.groups': number
  /** Users in one group. */
  readonly 'quota.groupUsers': number
  /** Groups of one user. */
  readonly 'quota.userGroups': number
  readonly 'quota.permissionConfigurations': number
}

export type SettingName = keyof Settings
export type SettingValue = boolean | number | string | readonly string[]

export const DEFAULT_SETTINGS: Settings = {
  'scim.deleteGroupsWithMembers': false,
  'scim.unknownMembers': 'reject',
  'scim.requestsPerMinute': 600_000,
  'scim.logDays': 14,
  'scim.logRows': 50_000,
  'scim.guard': false,
  'scim.guardShare': 10,
  'scim.guardWindowMinutes': 60,
  'scim.guardMinimum': 10,
  'saml.allowIdpInitiated': false,
  'saml.encryption': false,
  'saml.allowCbcEncryption': false,
  'saml.signMetadata': false,
  'saml.applyRefreshedCertificates': false,
  'saml.metadataFromPrivateNetworks': false,
  'saml.authnContext': 'none',
  'signIn.breakGlass': false,
  'signIn.networks': [],
  'session.portalIdleMinutes': 60,
  'session.portalAbsoluteHours': 12,
  'session.consoleIdleMinutes': 30,
  'session.consoleAbsoluteHours': 8,
  'portal.contact': '',
  'assignment.warnDays': 7,
  'tasks.historyDays': 400,
  'organization.deleteMembers': false,
  'drift.scheduled': true,
  'drift.intervalHours': 24,
  'quota.users': 1000,
  'quota.groups': 500,
  'quota.groupUsers': 1000,
  'quota.userGroups': 500,
  'quota.permissionConfigurations': 1000,
}

export const SETTING_NAMES = Object.keys(DEFAULT_SETTINGS) as readonly SettingName[]
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(DEFAULT_SETTINGS, name)

type ChoiceName = {
  [Name in SettingName]: string extends Settings[Name] ? never : Settings[Name] extends string ? Name : never
}[SettingName]

/** The values of settings that are one of a few words. */
export const SETTING_CHOICES: { readonly [Name in ChoiceName]: readonly Settings[Name][] } = {
  'scim.unknownMembers': ['reject', 'ignore'],
  'saml.authnContext': ['none', 'password', 'refedsMfa', 'entraMfa'],
}

const isChoiceName = (name: SettingName): name is ChoiceName => Object.hasOwn(SETTING_CHOICES, name)

interface Range {
  readonly minimum: number
  readonly maximum: number
}

const ANY_NUMBER: Range = { minimum: 1, maximum: 99_999_999 }
const RANGES: Readonly<Partial<Record<SettingName, Range>>> = {
  // Below one in a second no identity provider gets through its list.
  'scim.requestsPerMinute': { minimum: 60, maximum: 99_999_999 },
  'scim.logDays': { minimum: 1, maximum: 365 },
  'assignment.warnDays': { minimum: 1, maximum: 90 },
  'tasks.historyDays': { minimum: 1, maximum: 36_500 },
  'scim.logRows': { minimum: 1000, maximum: 1_000_000 },
  'scim.guardShare': { minimum: 1, maximum: 100 },
  'scim.guardWindowMinutes': { minimum: 1, maximum: 10_080 },
  'drift.intervalHours': { minimum: 1, maximum: 30 * 24 },
  'session.portalIdleMinutes': { minimum: 5, maximum: 24 * 60 },
  'session.portalAbsoluteHours': { minimum: 1, maximum: 7 * 24 },
  'session.consoleIdleMinutes': { minimum: 5, maximum: 24 * 60 },
  'session.consoleAbsoluteHours': { minimum: 1, maximum: 24 },
}

const LONGEST_CONTACT = 200

/** What a setting that is a number may be. */
export const settingRange = (name: SettingName): Range => RANGES[name] ?? ANY_NUMBER

/** The text form of a setting, which `parseSetting` reads. */
export const settingText = (value: SettingValue | undefined): string => String(value ?? '')

/**
 * Reads the text form of a setting (`true`, `reject`, `2500`, entries of a list with commas between them). Throws
 * `setting.invalid` and says what is allowed.
 */
export function parseSetting(name: SettingName, text: string): SettingValue {
  const initial = DEFAULT_SETTINGS[name]
  if (typeof initial === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new IdentityCenterError('setting.invalid', `${name} is true or false.`)
  }
  if (typeof initial === 'number') {
    const { minimum, maximum } = settingRange(name)
    const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN
    if (value >= minimum && value <= maximum) return value
    throw new IdentityCenterError(
      'setting.invalid',
      `${name} is a whole number from ${minimum} to ${maximum}.`,
    )
  }
  if (name === 'signIn.networks') return readNetworks(splitNetworks(text))
  if (name === 'portal.contact') {
    const contact = text.trim()
    if (contact.length <= LONGEST_CONTACT) return contact
    throw new IdentityCenterError('setting.invalid', `${name} has at most ${LONGEST_CONTACT} characters.`)
  }
  const choices: readonly string[] = isChoiceName(name) ? SETTING_CHOICES[name] : []
  if (choices.includes(text)) return text
  throw new IdentityCenterError('setting.invalid', `${name} is ${choices.join(' or ')}.`)
}

export interface Zone {
  readonly id: ZoneId
  readonly spaceName: string
  readonly scimStatus: 'enabled' | 'disabled'
  readonly loginMethod: 'password' | 'sso'
  /** Grows with every change of a setting, a credential or the identity provider. */
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly settings: Settings
  /** Settings that the environment fixes: they cannot be changed here. */
  readonly fixedSettings: readonly SettingName[]
}

const RESERVED_SPACE_NAMES = new Set([
  'account',
  'admin',
  'api',
  'assets',
  'docs',
  'healthz',
  'invitation',
  'metrics',
  'portal',
  'readyz',
  'saml',
  'scim',
  'sso',
])

/** Whether `name` begins the path of one of our own doors and so can be no space name. */
export const isReservedSpaceName = (name: string): boolean => RESERVED_SPACE_NAMES.has(name)

/** Whether `name` can be the space name: 2 to 64 of `a-z 0-9 -`, no dash at an end or beside another, not reserved. */
export const isSpaceName = (name: string): boolean =>
  /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length >= 2 && name.length <= 64 && !isReservedSpaceName(name)
