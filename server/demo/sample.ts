/** The organization of the tour. People are named after what they do. */
import type { PushedGroup, PushedUser } from './scim-clients.js'

export const SPACE_NAME = 'rehearsal'
export const ADMINISTRATOR = { name: 'admin', password: 'Rehearsal-of-all-7' }
const DOMAIN = 'example.com'

export const DEPARTMENTS = ['Engineering', 'Finance', 'Operations'] as const

/** Account name -> department. */
export const ACCOUNTS = {
  'web-production': 'Engineering',
  'web-staging': 'Engineering',
  'data-platform': 'Engineering',
  billing: 'Finance',
  reporting: 'Finance',
  'network-hub': 'Operations',
  'log-archive': 'Operations',
  'security-tools': 'Operations',
} as const satisfies Record<string, (typeof DEPARTMENTS)[number]>

const person = (role: string, familyName: string, department: string): PushedUser => ({
  userName: `${role.toLowerCase()}.${familyName.toLowerCase()}@${DOMAIN}`,
  displayName: `${role} ${familyName}`,
  givenName: role,
  familyName,
  email: `${role.toLowerCase()}.${familyName.toLowerCase()}@${DOMAIN}`,
  department,
})

export const OKTA_USERS: readonly PushedUser[] = [
  person('Web', 'Engineer', 'Engineering'),
  person('Data', 'Engineer', 'Engineering'),
  person('Staff', 'Engineer', 'Engineering'),
]
export const OKTA_GROUPS: readonly PushedGroup[] = [
  { displayName: 'Engineers', members: OKTA_USERS.map((user) => user.userName) },
]

export const ENTRA_USERS: readonly PushedUser[] = [
  person('Finance', 'Analyst', 'Finance'),
  person('Finance', 'Controller', 'Finance'),
  person('Network', 'Operator', 'Operations'),
]
export const ENTRA_GROUPS: readonly PushedGroup[] = [
  { displayName: 'Finance team', members: ENTRA_USERS.slice(0, 2).map((user) => user.userName) },
  { displayName: 'Operators', members: ENTRA_USERS.slice(2).map((user) => user.userName) },
]

/** Who signs in: a member of Engineers. */
export const EMPLOYEE = `web.engineer@${DOMAIN}`

export const CONFIGURATIONS = {
  operate: {
    name: 'Machine-operator',
    description: 'Look at everything, start and stop machines',
    preset: ['ReadOnlyAccess'],
    custom: {
      name: 'start-and-stop',
      document: `{
  "version": "2.0",
  "statement": [
    { "effect": "allow", "action": ["cvm:StartInstances", "cvm:StopInstances"], "resource": "*" },
    { "effect": "deny", "action": ["cvm:TerminateInstances"], "resource": "*" }
  ]
}`,
    },
  },
  bill: {
    name: 'Bill-reader',
    description: 'Read the bill and nothing else',
    preset: [],
    custom: {
      name: 'read-the-bill',
      document: `{
  "version": "2.0",
  "statement": [{ "effect": "allow", "action": ["billing:Describe*"], "resource": "*" }]
}`,
    },
  },
} as const

export interface SampleAssignment {
  readonly group: string
  readonly configuration: string
  readonly accounts: readonly (keyof typeof ACCOUNTS)[]
}

export const ASSIGNMENTS: readonly SampleAssignment[] = [
  {
    group: 'Engineers',
    configuration: CONFIGURATIONS.operate.name,
    accounts: ['web-production', 'web-staging', 'data-platform'],
  },
  { group: 'Engineers', configuration: CONFIGURATIONS.bill.name, accounts: ['billing'] },
  { group: 'Finance team', configuration: CONFIGURATIONS.bill.name, accounts: ['billing', 'reporting'] },
  {
    group: 'Operators',
    configuration: CONFIGURATIONS.operate.name,
    accounts: ['network-hub', 'log-archive', 'security-tools'],
  },
]
