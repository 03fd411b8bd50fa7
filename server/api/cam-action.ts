/** How actions of Cloud Access Management are declared, and what they have in common. The services ask for permission. */
import { z } from 'zod'
import { policyOfNumber, type PolicyReference } from '../domain/cam-account.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { SubUserUin } from '../domain/ids.js'
import type { Tags } from '../domain/organization.js'
import type { PageRequest } from '../domain/page.js'
import type { RoleName } from '../services/cam-roles.js'
import {
  signedAction,
  type Action,
  type AnswerOf,
  type AnswerShape,
  type Described,
  type SignedCall,
} from './action.js'
import type { ErrorNames } from './api-errors.js'

interface CamActionSpec<Input extends z.ZodRawShape, Output extends AnswerShape> extends Omit<
  Described<Output>,
  'priority'
> {
  readonly input: Input
  readonly handle: (
    call: SignedCall,
    input: z.output<z.ZodObject<Input, z.core.$strict>>,
  ) => Promise<AnswerOf<Output>>
}

/** Of a policy text that breaks a rule of the language; the message says which, and there are further codes for some. */
export const POLICY_REFUSALS = [
  'InvalidParameter.PolicyDocumentEmpty',
  'InvalidParameter.PolicyDocumentError',
  'InvalidParameter.PolicyDocumentLengthOverLimit',
] as const

/** Codes of CAM for what other services call otherwise. */
const CAM_ERRORS: ErrorNames = {
  'access.denied': 'AuthFailure.UnauthorizedOperation',
  'camUser.notFound': 'ResourceNotFound.UserNotExist',
  'camUser.nameTaken': 'InvalidParameter.SubUserNameInUse',
  'camUser.nameInvalid': 'InvalidParameter.UserNameIllegal',
  'camUser.invalid': 'InvalidParameter.ParamError',
  'camUser.hasKeys': 'OperationDenied.HaveKeys',
  'camUser.limit': 'InvalidParameter.SubUserFull',
  'camUser.groupLimit': 'InvalidParameter.UserGroupFull',
  'camGroup.notFound': 'ResourceNotFound.GroupNotExist',
  'camGroup.nameTaken': 'InvalidParameter.GroupNameInUse',
  'camGroup.invalid': 'InvalidParameter.ParamError',
  'camGroup.limit': 'InvalidParameter.GroupFull',
  'camGroup.userLimit': 'InvalidParameter.GroupUserFull',
  'role.notFound': 'InvalidParameter.RoleNotExist',
  'camRole.nameTaken': 'InvalidParameter.RoleNameInUse',
  'camRole.nameInvalid': 'InvalidParameter.RoleNameError',
  'camRole.invalid': 'InvalidParameter.ParamError',
  'camRole.limit': 'InvalidParameter.RoleFull',
  'account.invalid': 'InvalidParameter.TagParamError',
  'camPolicy.notFound': 'ResourceNotFound.PolicyIdNotFound',
  'camPolicy.nameTaken': 'FailedOperation.PolicyNameInUse',
  'camPolicy.nameInvalid': 'InvalidParameter.PolicyNameError',
  'camPolicy.invalid': 'InvalidParameter.ParamError',
  'camPolicy.preset': 'InvalidParameter.PolicyIdError',
  'camPolicy.limit': 'FailedOperation.PolicyFull',
  'camPolicy.attachmentLimit': 'InvalidParameter.AttachmentFull',
  'camPolicyVersion.notFound': 'InvalidParameter.PolicyVersionNotExists',
  'camPolicyVersion.default': 'FailedOperation.PolicyVersionAlreadyDefault',
  'camPolicyVersion.limit': 'FailedOperation.PolicyVersionFull',
  'samlProvider.notFound': 'ResourceNotFound.IdentityNotExist',
  'samlProvider.nameTaken': 'InvalidParameter.IdentityNameInUse',
  'samlProvider.nameInvalid': 'InvalidParameterValue.NameError',
  'samlProvider.invalid': 'InvalidParameterValue.MetadataError',
  'samlProvider.limit': 'LimitExceeded.IdentityFull',
  'identityProvider.metadataInvalid': 'InvalidParameterValue.MetadataError',
  'apiKey.notFound': 'ResourceNotFound.SecretNotExist',
  'apiKey.limit': 'OperationDenied.AccessKeyOverLimit',
  'actor.forbidden': 'OperationDenied.SubUin',
  'password.tooWeak': 'InvalidParameter.PasswordViolatedRules',
  // What the Identity Center made is refused by another code for each kind of it.
  'cam.managed': ({ facts }) =>
    MANAGED_CODES[String(facts['kind'])] ?? 'FailedOperation.OrganizationPolicyOperateError',
}

const MANAGED_CODES: Readonly<Record<string, string>> = {
  user: 'FailedOperation.Unmodifiable',
  role: 'InvalidParameter.OrganizationRoleOperateError',
  policy: 'FailedOperation.OrganizationPolicyOperateError',
  samlProvider: 'FailedOperation.CICIdentityForbidden',
}

/** An action on the account of the caller. */
export const camAction = <Input extends z.ZodRawShape, Output extends AnswerShape>({
  input,
  errors,
  ...spec
}: CamActionSpec<Input, Output>): Action =>
  signedAction({
    priority: 'P1',
    ...spec,
    input: z.strictObject(input),
    errors: { ...CAM_ERRORS, ...errors },
  })

/** Pages of CAM count from 1. */
export const PAGE = {
  Page: z.int().min(1).max(200).default(1).describe('Number of the page, from 1.'),
  Rp: z.int().min(1).max(200).default(20).describe('Entries of one page.'),
} as const

export const pageOf = ({ Page, Rp }: { readonly Page: number; readonly Rp: number }): PageRequest => ({
  offset: (Page - 1) * Rp,
  limit: Rp,
})

export const keyword = z.string().max(128).optional().describe('Part of the name.')
export const policyId = z.int().min(0).describe('Number of the policy.')
export const uin = z.int().min(0).describe('Number of a user of the account.')
export const groupId = z.int().min(0).describe('Number of the group.')
/** 0 or 1 for no or yes. */
export const switched = z.literal([0, 1])

export const policyOf = (number: number): PolicyReference => policyOfNumber(number)
/** A number that is none is as unknown as one that nobody has. */
export const userUin = (number: number): SubUserUin => String(number) as SubUserUin

/** Policies come as JSON, and percent-encoded in the cloud's samples. */
export function policyText(text: string): string {
  if (!/^%7b/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new IdentityCenterError('policy.invalid', 'The policy is not percent-encoded text.', {}, { cause })
  }
}

/** Role ids are text here and numbers there; 19 digits reach this place as text either way. */
export const ROLE = {
  RoleId: z
    .union([z.string().max(32), z.int()])
    .optional()
    .describe('Id of the role.'),
  RoleName: z.string().max(128).optional().describe('Name of the role, in place of its id.'),
} as const

/** Throws `camRole.invalid` unless id or name is there; the id counts. */
export function roleOf(id: string | number | undefined, name: string | undefined): RoleName {
  if (id !== undefined) return { id: String(id) }
  if (name !== undefined) return { name }
  throw new IdentityCenterError('camRole.invalid', 'Name the role by RoleId or RoleName.')
}

export const tagList = z
  .array(z.strictObject({ Key: z.string(), Value: z.string() }))
  .max(50)
  .optional()

export const tagsOf = (tags: readonly { readonly Key: string; readonly Value: string }[] = []): Tags =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** Types as numbers: 1 the account's own, 2 preset. */
export const typeNumber = (type: PolicyReference['type']): 1 | 2 => (type === 'custom' ? 1 : 2)
export const policyType = z.enum(['User', 'QCS'])
export const toPolicyType = (type: PolicyReference['type']): z.output<typeof policyType> =>
  type === 'custom' ? 'User' : 'QCS'
/** Made from a text, as everything here. */
export const CREATE_MODE = 2
