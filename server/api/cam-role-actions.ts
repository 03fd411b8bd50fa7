/** Roles and SAML providers of an account, by CAM's actions. */
import { z } from 'zod'
import { samlProviderArn, roleArn } from '../domain/deployment.js'
import { accountOf } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountRole, CamRoleService } from '../services/cam-roles.js'
import type { CamSamlProviderService } from '../services/cam-saml-providers.js'
import type { Action } from './action.js'
import {
  camAction,
  PAGE,
  pageOf,
  policyText,
  POLICY_REFUSALS,
  ROLE,
  roleOf,
  switched,
  tagList,
  tagsOf,
} from './cam-action.js'
import { cloudTime } from './zone-action.js'

export interface CamRoleActionDeps {
  readonly camRoles: CamRoleService
  readonly camSamlProviders: CamSamlProviderService
}

const ROLE_INFO = {
  RoleId: z.string(),
  RoleName: z.string(),
  PolicyDocument: z.string(),
  Description: z.string(),
  AddTime: z.string(),
  UpdateTime: z.string(),
  ConsoleLogin: switched,
  RoleType: z.enum(['user', 'system']),
  SessionDuration: z.int(),
  DeletionTaskId: z.string(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
  RoleArn: z.string(),
} as const

const roleFields = (role: AccountRole): z.output<z.ZodObject<typeof ROLE_INFO>> => ({
  RoleId: role.id,
  RoleName: role.name,
  PolicyDocument: role.trustPolicy,
  Description: role.description,
  AddTime: cloudTime(role.createdAt),
  UpdateTime: cloudTime(role.updatedAt),
  ConsoleLogin: role.consoleLogin ? 1 : 0,
  RoleType: role.owner === 'account' ? 'user' : 'system',
  SessionDuration: role.sessionDuration,
  DeletionTaskId: '',
  Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
  RoleArn: roleArn(role.accountUin, role.name),
})

const consoleLogin = switched.describe('Whether the role opens the console.')
const sessionDuration = z.int().describe('Seconds.')

export const camRoleActions = ({ camRoles, camSamlProviders }: CamRoleActionDeps): readonly Action[] => [
  camAction({
    name: 'CreateRole',
    summary: 'Makes a role that those whom its trust policy names can take on.',
    refusals: [
      ...POLICY_REFUSALS,
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleFull',
      'InvalidParameter.RoleNameError',
      'InvalidParameter.RoleNameInUse',
      'InvalidParameter.TagParamError',
    ],
    input: {
      RoleName: z.string(),
      PolicyDocument: z.string().max(65_536).describe('Trust policy: JSON, or the same percent-encoded.'),
      Description: z.string().optional(),
      ConsoleLogin: consoleLogin.default(0),
      SessionDuration: sessionDuration.optional(),
      Tags: tagList,
    },
    output: { RoleId: z.string() },
    errors: { 'camRole.invalid': 'InvalidParameter.ParamError' },
    handle: async (call, input) => ({
      RoleId: await camRoles.create(call, {
        name: input.RoleName,
        trustPolicy: policyText(input.PolicyDocument),
        description: input.Description,
        consoleLogin: input.ConsoleLogin === 1,
        sessionDuration: input.SessionDuration,
        tags: tagsOf(input.Tags),
      }),
    }),
  }),
  camAction({
    name: 'GetRole',
    summary: 'Tells about a role, by id or name.',
    refusals: ['InvalidParameter.ParamError', 'InvalidParameter.RoleNotExist'],
    input: ROLE,
    output: { RoleInfo: z.object(ROLE_INFO) },
    handle: async (call, { RoleId, RoleName }) => ({
      RoleInfo: roleFields(await camRoles.get(call, roleOf(RoleId, RoleName))),
    }),
  }),
  camAction({
    name: 'DescribeRoleList',
    summary: 'Lists the roles of the account.',
    input: { Page: PAGE.Page.unwrap(), Rp: PAGE.Rp.unwrap(), Tags: tagList },
    output: { List: z.array(z.object(ROLE_INFO)), TotalNum: z.int() },
    handle: async (call, input) => {
      const page = await camRoles.list(call, { tags: tagsOf(input.Tags), page: pageOf(input) })
      return { List: page.items.map(roleFields), TotalNum: page.total }
    },
  }),
  camAction({
    name: 'DeleteRole',
    summary: 'Deletes a role and ends its sessions.',
    refusals: [
      'InvalidParameter.OrganizationRoleOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleNotExist',
    ],
    input: ROLE,
    output: {},
    handle: async (call, { RoleId, RoleName }) => {
      await camRoles.remove(call, roleOf(RoleId, RoleName))
      return {}
    },
  }),
  camAction({
    name: 'UpdateAssumeRolePolicy',
    summary: 'Changes who can take a role on.',
    refusals: [
      ...POLICY_REFUSALS,
      'InvalidParameter.OrganizationRoleOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleNotExist',
    ],
    input: { ...ROLE, PolicyDocument: z.string().max(65_536) },
    output: {},
    handle: async (call, { RoleId, RoleName, PolicyDocument }) => {
      await camRoles.update(call, roleOf(RoleId, RoleName), { trustPolicy: policyText(PolicyDocument) })
      return {}
    },
  }),
  camAction({
    name: 'UpdateRoleDescription',
    summary: 'Changes the description of a role.',
    refusals: [
      'InvalidParameter.DescriptionLengthOverlimit',
      'InvalidParameter.OrganizationRoleOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleNotExist',
    ],
    input: { ...ROLE, Description: z.string() },
    output: {},
    errors: {
      'camRole.invalid': ({ facts }) =>
        facts['field'] === 'description'
          ? 'InvalidParameter.DescriptionLengthOverlimit'
          : 'InvalidParameter.ParamError',
    },
    handle: async (call, { RoleId, RoleName, Description }) => {
      await camRoles.update(call, roleOf(RoleId, RoleName), { description: Description })
      return {}
    },
  }),
  camAction({
    name: 'UpdateRoleConsoleLogin',
    summary: 'Says whether a role opens the console.',
    refusals: [
      'InvalidParameter.OrganizationRoleOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleNotExist',
    ],
    input: { ...ROLE, ConsoleLogin: consoleLogin },
    output: {},
    handle: async (call, { RoleId, RoleName, ConsoleLogin }) => {
      await camRoles.update(call, roleOf(RoleId, RoleName), { consoleLogin: ConsoleLogin === 1 })
      return {}
    },
  }),
  camAction({
    name: 'UpdateRoleSessionDuration',
    summary: 'Changes how long sessions of a role last at most.',
    refusals: [
      'InvalidParameter.OrganizationRoleOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.RoleNotExist',
    ],
    input: { ...ROLE, SessionDuration: sessionDuration },
    output: {},
    handle: async (call, { RoleId, RoleName, SessionDuration }) => {
      await camRoles.update(call, roleOf(RoleId, RoleName), { sessionDuration: SessionDuration })
      return {}
    },
  }),
  camAction({
    name: 'CreateSAMLProvider',
    summary: 'Makes a SAML provider of a metadata document.',
    refusals: [
      'InvalidParameter.IdentityNameInUse',
      'InvalidParameterValue.MetadataError',
      'InvalidParameterValue.NameError',
      'LimitExceeded.IdentityFull',
    ],
    input: {
      Name: z.string(),
      Description: z.string(),
      SAMLMetadataDocument: z.string().max(300_000).describe('Metadata in Base64.'),
    },
    output: { ProviderArn: z.string() },
    handle: async (call, { Name, Description, SAMLMetadataDocument }) => {
      const metadata = fromBase64(SAMLMetadataDocument)
      await camSamlProviders.create(call, { name: Name, description: Description, metadata })
      return { ProviderArn: samlProviderArn(accountOf(call.caller), Name) }
    },
  }),
  camAction({
    name: 'GetSAMLProvider',
    summary: 'Tells about a SAML provider, with its metadata.',
    refusals: ['ResourceNotFound.IdentityNotExist'],
    input: { Name: z.string() },
    output: {
      Name: z.string(),
      Description: z.string(),
      CreateTime: z.string(),
      ModifyTime: z.string(),
      SAMLMetadata: z.string(),
    },
    handle: async (call, { Name }) => {
      const provider = await camSamlProviders.get(call, Name)
      return {
        Name: provider.name,
        Description: provider.description,
        CreateTime: cloudTime(provider.createdAt),
        ModifyTime: cloudTime(provider.updatedAt),
        SAMLMetadata: Buffer.from(provider.metadata).toString('base64'),
      }
    },
  }),
  camAction({
    name: 'ListSAMLProviders',
    summary: 'Lists the SAML providers of the account.',
    input: {},
    output: {
      TotalCount: z.int(),
      SAMLProviderSet: z.array(
        z.object({
          Name: z.string(),
          Description: z.string(),
          CreateTime: z.string(),
          ModifyTime: z.string(),
        }),
      ),
    },
    handle: async (call) => {
      const providers = await camSamlProviders.list(call)
      return {
        TotalCount: providers.length,
        SAMLProviderSet: providers.map((provider) => ({
          Name: provider.name,
          Description: provider.description,
          CreateTime: cloudTime(provider.createdAt),
          ModifyTime: cloudTime(provider.updatedAt),
        })),
      }
    },
  }),
  camAction({
    name: 'UpdateSAMLProvider',
    summary: 'Changes the description or the metadata of a SAML provider.',
    refusals: [
      'FailedOperation.CICIdentityForbidden',
      'InvalidParameterValue.MetadataError',
      'ResourceNotFound.IdentityNotExist',
    ],
    input: {
      Name: z.string(),
      Description: z.string().optional(),
      SAMLMetadataDocument: z.string().max(300_000).optional(),
    },
    output: {},
    handle: async (call, { Name, Description, SAMLMetadataDocument: document }) => {
      const metadata = document === undefined ? undefined : fromBase64(document)
      await camSamlProviders.update(call, Name, { description: Description, metadata })
      return {}
    },
  }),
  camAction({
    name: 'DeleteSAMLProvider',
    summary: 'Deletes a SAML provider: it vouches for nobody any more.',
    refusals: ['FailedOperation.CICIdentityForbidden', 'ResourceNotFound.IdentityNotExist'],
    input: { Name: z.string() },
    output: {},
    handle: async (call, { Name }) => {
      await camSamlProviders.remove(call, Name)
      return {}
    },
  }),
]

function fromBase64(text: string): string {
  if (/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return Buffer.from(text, 'base64').toString('utf8')
  throw new IdentityCenterError('samlProvider.invalid', 'SAMLMetadataDocument is not Base64.')
}
