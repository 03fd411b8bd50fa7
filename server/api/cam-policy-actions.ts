/** Policies of an account and their versions, by CAM's actions. */
import { z } from 'zod'
import { policyNumber } from '../domain/cam-account.js'
import type { CamPolicyService, ListedPolicy, PolicyVersion } from '../services/cam-policies.js'
import type { Action } from './action.js'
import type { ErrorNames } from './api-errors.js'
import {
  camAction,
  CREATE_MODE,
  keyword,
  PAGE,
  pageOf,
  policyId,
  policyOf,
  policyText,
  POLICY_REFUSALS,
  tagList,
  typeNumber,
} from './cam-action.js'
import { cloudTime } from './zone-action.js'

export interface CamPolicyActionDeps {
  readonly camPolicies: CamPolicyService
}

const SCOPES = { All: undefined, QCS: 'preset', Local: 'custom' } as const

/** Presets have no times. */
const timeOf = (at: string | undefined): string => (at === undefined ? '' : cloudTime(at))

const LISTED = {
  PolicyId: z.int(),
  PolicyName: z.string(),
  AddTime: z.string(),
  Type: z.literal([1, 2]),
  Description: z.string(),
  CreateMode: z.int(),
  Attachments: z.int(),
  ServiceType: z.string(),
  IsAttached: z.int(),
  Deactived: z.int(),
  DeactivedDetail: z.array(z.string()),
  IsServiceLinkedPolicy: z.int(),
  AttachEntityCount: z.int(),
  AttachEntityBoundaryCount: z.int(),
  UpdateTime: z.string(),
} as const

const listedFields = (policy: ListedPolicy): z.output<z.ZodObject<typeof LISTED>> => ({
  PolicyId: policyNumber(policy),
  PolicyName: policy.name,
  AddTime: timeOf(policy.createdAt),
  Type: typeNumber(policy.type),
  Description: policy.description,
  CreateMode: CREATE_MODE,
  Attachments: policy.attachments,
  ServiceType: policy.service,
  IsAttached: policy.attachments > 0 ? 1 : 0,
  Deactived: 0,
  DeactivedDetail: [],
  IsServiceLinkedPolicy: 0,
  AttachEntityCount: policy.attachments,
  AttachEntityBoundaryCount: 0,
  UpdateTime: timeOf(policy.updatedAt),
})

const VERSION = { VersionId: z.int(), CreateDate: z.string(), IsDefaultVersion: z.literal([0, 1]) } as const

const versionFields = (version: PolicyVersion): z.output<z.ZodObject<typeof VERSION>> => ({
  VersionId: version.version,
  // The one time of CAM in ISO 8601.
  CreateDate: version.createdAt,
  IsDefaultVersion: version.isDefault ? 1 : 0,
})

const document = z.string().max(65_536).describe('Policy text: JSON, or the same percent-encoded.')

const VERSION_ERRORS: ErrorNames = { 'camPolicy.notFound': 'InvalidParameter.PolicyIdNotExist' }

export const camPolicyActions = ({ camPolicies }: CamPolicyActionDeps): readonly Action[] => [
  camAction({
    name: 'CreatePolicy',
    summary: 'Makes a custom policy.',
    refusals: [
      ...POLICY_REFUSALS,
      'FailedOperation.PolicyFull',
      'FailedOperation.PolicyNameInUse',
      'InvalidParameter.ParamError',
      'InvalidParameter.PolicyNameError',
    ],
    input: {
      PolicyName: z.string(),
      PolicyDocument: document,
      Description: z.string().default(''),
      Tags: tagList,
    },
    output: { PolicyId: z.int() },
    differs: 'Tags of policies are taken and not kept.',
    handle: async (call, { PolicyName, PolicyDocument, Description }) => ({
      PolicyId: policyNumber(
        await camPolicies.create(call, {
          name: PolicyName,
          description: Description,
          document: policyText(PolicyDocument),
        }),
      ),
    }),
  }),
  camAction({
    name: 'GetPolicy',
    summary: 'Tells about a policy, with the text in force.',
    refusals: ['ResourceNotFound.PolicyIdNotFound'],
    input: { PolicyId: policyId },
    output: {
      PolicyName: z.string(),
      Description: z.string(),
      Type: z.literal([1, 2]),
      AddTime: z.string(),
      UpdateTime: z.string(),
      PolicyDocument: z.string(),
      PresetAlias: z.string(),
      IsServiceLinkedRolePolicy: z.int(),
      Tags: z.array(z.never()),
    },
    handle: async (call, { PolicyId }) => {
      const policy = await camPolicies.get(call, policyOf(PolicyId))
      return {
        PolicyName: policy.name,
        Description: policy.description,
        Type: typeNumber(policy.type),
        AddTime: timeOf(policy.createdAt),
        UpdateTime: timeOf(policy.updatedAt),
        PolicyDocument: policy.document,
        PresetAlias: '',
        IsServiceLinkedRolePolicy: 0,
        Tags: [],
      }
    },
  }),
  camAction({
    name: 'ListPolicies',
    summary: 'Lists the policies that the account can attach: preset ones and its own.',
    input: { ...PAGE, Scope: z.enum(['All', 'QCS', 'Local']).default('All'), Keyword: keyword },
    output: {
      TotalNum: z.int(),
      List: z.array(z.object(LISTED)),
      ServiceTypeList: z.array(z.string()),
    },
    handle: async (call, input) => {
      const { items, total } = await camPolicies.list(call, {
        type: SCOPES[input.Scope],
        search: input.Keyword,
        page: pageOf(input),
      })
      return { TotalNum: total, List: items.map(listedFields), ServiceTypeList: [] }
    },
  }),
  camAction({
    name: 'UpdatePolicy',
    summary: 'Changes a custom policy; a text takes the place of the version in force.',
    refusals: [
      ...POLICY_REFUSALS,
      'FailedOperation.OrganizationPolicyOperateError',
      'FailedOperation.PolicyNameInUse',
      'InvalidParameter.ParamError',
      'InvalidParameter.PolicyIdError',
      'InvalidParameter.PolicyIdNotExist',
      'InvalidParameter.PolicyNameError',
    ],
    input: {
      PolicyId: policyId.optional(),
      PolicyName: z.string().optional(),
      Description: z.string().optional(),
      PolicyDocument: document.optional(),
      Alias: z.string().optional(),
    },
    output: { PolicyId: z.int() },
    differs: 'The policy is named by PolicyId; Alias is taken and not kept.',
    errors: VERSION_ERRORS,
    handle: async (call, { PolicyId, PolicyName, Description, PolicyDocument }) => {
      const policy = policyOf(PolicyId ?? 0)
      await camPolicies.update(call, policy, {
        name: PolicyName,
        description: Description,
        document: PolicyDocument === undefined ? undefined : policyText(PolicyDocument),
      })
      return { PolicyId: policyNumber(policy) }
    },
  }),
  camAction({
    name: 'DeletePolicy',
    summary: 'Deletes custom policies: all of them, or none. They are detached from everything.',
    refusals: [
      'FailedOperation.OrganizationPolicyOperateError',
      'InvalidParameter.ParamError',
      'InvalidParameter.PolicyIdError',
      'ResourceNotFound.PolicyIdNotFound',
    ],
    input: { PolicyId: z.array(policyId) },
    output: {},
    handle: async (call, { PolicyId }) => {
      await camPolicies.remove(call, [...new Set(PolicyId)].map(policyOf))
      return {}
    },
  }),
  camAction({
    name: 'CreatePolicyVersion',
    summary: 'Adds a version to a custom policy, in force at once if wanted.',
    refusals: [
      ...POLICY_REFUSALS,
      'FailedOperation.OrganizationPolicyOperateError',
      'FailedOperation.PolicyVersionFull',
      'InvalidParameter.PolicyIdError',
      'InvalidParameter.PolicyIdNotExist',
    ],
    input: { PolicyId: policyId, PolicyDocument: document, SetAsDefault: z.boolean() },
    output: { VersionId: z.int() },
    errors: VERSION_ERRORS,
    handle: async (call, { PolicyId, PolicyDocument, SetAsDefault }) => ({
      VersionId: await camPolicies.createVersion(call, policyOf(PolicyId), {
        document: policyText(PolicyDocument),
        setAsDefault: SetAsDefault,
      }),
    }),
  }),
  camAction({
    name: 'GetPolicyVersion',
    summary: 'Tells about a version of a policy, with its text.',
    refusals: ['InvalidParameter.PolicyVersionNotExists', 'ResourceNotFound.PolicyIdNotFound'],
    input: { PolicyId: policyId, VersionId: z.int() },
    output: { PolicyVersion: z.object({ ...VERSION, Document: z.string() }) },
    handle: async (call, { PolicyId, VersionId }) => {
      const version = await camPolicies.getVersion(call, policyOf(PolicyId), VersionId)
      return { PolicyVersion: { ...versionFields(version), Document: version.document } }
    },
  }),
  camAction({
    name: 'ListPolicyVersions',
    summary: 'Lists the versions of a policy, the newest first.',
    refusals: ['ResourceNotFound.PolicyIdNotFound'],
    input: { PolicyId: policyId },
    output: { Versions: z.array(z.object(VERSION)) },
    handle: async (call, { PolicyId }) => ({
      Versions: (await camPolicies.listVersions(call, policyOf(PolicyId))).map(versionFields),
    }),
  }),
  camAction({
    name: 'SetDefaultPolicyVersion',
    summary: 'Puts another version of a custom policy in force.',
    refusals: [
      'FailedOperation.OrganizationPolicyOperateError',
      'FailedOperation.PolicyVersionAlreadyDefault',
      'InvalidParameter.PolicyIdError',
      'InvalidParameter.PolicyIdNotExist',
      'InvalidParameter.PolicyVersionNotExists',
    ],
    input: { PolicyId: policyId, VersionId: z.int() },
    output: {},
    errors: VERSION_ERRORS,
    handle: async (call, { PolicyId, VersionId }) => {
      await camPolicies.setDefaultVersion(call, policyOf(PolicyId), VersionId)
      return {}
    },
  }),
  camAction({
    name: 'DeletePolicyVersion',
    summary: 'Deletes versions of a custom policy that are not in force.',
    refusals: [
      'FailedOperation.OrganizationPolicyOperateError',
      'FailedOperation.PolicyVersionAlreadyDefault',
      'InvalidParameter.PolicyIdError',
      'InvalidParameter.PolicyIdNotExist',
      'InvalidParameter.PolicyVersionNotExists',
    ],
    input: { PolicyId: policyId, VersionId: z.array(z.int()).min(1).max(5) },
    output: {},
    errors: VERSION_ERRORS,
    handle: async (call, { PolicyId, VersionId }) => {
      await camPolicies.removeVersions(call, policyOf(PolicyId), [...new Set(VersionId)])
      return {}
    },
  }),
]
