/** Service control policies: what accounts may do at most, by the level of the organization they are attached to. */
import { IdentityCenterError } from './errors.js'

export interface ServiceControlPolicy {
  readonly id: number
  /** The preset one allows everything, and cannot be changed. */
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly description?: string
  /** Policy text, byte for byte as given. */
  readonly document: string
  readonly createdAt: string
  readonly updatedAt: string
  /** Departments and accounts that it is attached to. */
  readonly attachments: number
}

/** A department or a member account, by its id as text. */
export interface ServiceControlTarget {
  readonly kind: 'node' | 'account'
  readonly id: string
}

/** A level of an account's path with what is attached to it, the account itself first and the root last. */
export interface ServiceControlLevel extends ServiceControlTarget {
  readonly name: string
  readonly policies: readonly ServiceControlPolicy[]
}

/** The policy that switching on attaches everywhere. */
export const FULL_ACCESS = 'FullQcloudAccess'

/** Custom policies of the organization, and policies of one department or account. */
export const MAXIMUM_POLICIES_OF_ORGANIZATION = 100
export const MAXIMUM_POLICIES_OF_TARGET = 10
const MAXIMUM_DESCRIPTION = 1000

/** Names are compared without regard to ASCII case. */
export const policyNameKey = (name: string): string => name.toLowerCase()

/** Throws `serviceControl.nameInvalid` unless the name has 1 to 128 Chinese characters, letters, digits and underscores. */
export function requirePolicyName(name: string): void {
  if (/^[\p{Script=Han}A-Za-z0-9_]{1,128}$/u.test(name)) return
  throw new IdentityCenterError(
    'serviceControl.nameInvalid',
    'The name of a policy has 1 to 128 Chinese characters, letters, digits and underscores.',
    { field: 'name' },
  )
}

/** Throws `serviceControl.nameInvalid` for a description of more than 1000 characters. */
export function requirePolicyDescription(description: string | undefined): void {
  if (description === undefined || [...description].length <= MAXIMUM_DESCRIPTION) return
  throw new IdentityCenterError(
    'serviceControl.nameInvalid',
    `A description has at most ${MAXIMUM_DESCRIPTION} characters.`,
    { field: 'description', limit: MAXIMUM_DESCRIPTION },
  )
}
