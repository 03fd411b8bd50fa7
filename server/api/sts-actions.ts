/** Security Token Service (2018-08-13): temporary credentials, and who one is. */
import { z } from 'zod'
import { accountOf, uinOf } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { TemporaryCredentials } from '../domain/role-session.js'
import type { CamKeyService } from '../services/cam-keys.js'
import type { FederationTokenService } from '../services/federation-tokens.js'
import type { RoleSessionService } from '../services/role-sessions.js'
import { signedAction, unsignedAction, type ApiService, type SignedCall } from './action.js'
import type { ErrorNames } from './api-errors.js'

export interface StsActionDeps {
  readonly roleSessions: Pick<RoleSessionService, 'assumeRole' | 'assumeRoleWithSaml'>
  readonly federationTokens: FederationTokenService
  readonly camKeys: Pick<CamKeyService, 'list'>
}

/** Longer than any assertion that would be read. */
const LONGEST_ASSERTION = 400_000

const ASSUME_ERRORS: ErrorNames = {
  'policy.invalid': ({ facts }) =>
    facts['reason'] === 'InvalidParameter.PolicyDocumentLengthOverLimit'
      ? 'InvalidParameter.PolicyTooLong'
      : 'InvalidParameter.StrategyFormatError',
}

const CREDENTIALS_OUTPUT = {
  Credentials: z.object({ Token: z.string(), TmpSecretId: z.string(), TmpSecretKey: z.string() }),
  ExpiredTime: z.int().describe('Seconds since 1970.'),
  Expiration: z.string().describe('`2018-12-04T09:06:16Z`, UTC.'),
} as const

const IDENTITY = {
  Arn: z.string(),
  AccountId: z.string(),
  UserId: z.string(),
  PrincipalId: z.string(),
  Type: z.enum(['CAMUser', 'CAMRole']),
} as const

const toAnswer = ({
  tmpSecretId,
  tmpSecretKey,
  token,
  expiresAt,
}: Omit<TemporaryCredentials, 'roleSessionId'>): z.output<z.ZodObject<typeof CREDENTIALS_OUTPUT>> => {
  const seconds = Math.floor(Date.parse(expiresAt) / 1000)
  return {
    Credentials: { TmpSecretId: tmpSecretId, TmpSecretKey: tmpSecretKey, Token: token },
    ExpiredTime: seconds,
    Expiration: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
  }
}

/** Session policies come percent-encoded, with spaces as `+` from clients that encode them as a form does. */
function decodePolicy(text: string): string {
  try {
    return decodeURIComponent(/^\s*%7b/i.test(text) ? text.replaceAll('+', ' ') : text)
  } catch (cause) {
    throw new IdentityCenterError('policy.invalid', 'Policy is not percent-encoded text.', {}, { cause })
  }
}

/** Who the caller is. A federation token is whoever made it, under the name given to it. */
function identityOf({ caller }: SignedCall): z.output<z.ZodObject<typeof IDENTITY>> {
  const AccountId = accountOf(caller)
  switch (caller.kind) {
    case 'root':
    case 'subUser': {
      const uin = uinOf(caller)
      const Arn =
        caller.kind === 'root' ? `qcs::cam::uin/${AccountId}:uin/${uin}` : `qcs::cam:${AccountId}:uin/${uin}`
      return { Type: 'CAMUser', AccountId, UserId: uin, PrincipalId: uin, Arn }
    }
    case 'roleSession': {
      const { roleId, roleSessionName, requesterUin } = caller.session
      return {
        Type: 'CAMRole',
        AccountId,
        UserId: `${roleId}:${roleSessionName}`,
        PrincipalId: requesterUin,
        Arn: `qcs::sts:${AccountId}:assumed-role/${roleId}`,
      }
    }
    case 'federated': {
      const uin = uinOf(caller.of)
      return {
        Type: 'CAMUser',
        AccountId,
        UserId: `${uin}:${caller.name}`,
        PrincipalId: uin,
        Arn: `qcs::sts:${AccountId}:federated-user/${uin}`,
      }
    }
    default:
      return caller satisfies never
  }
}

export const stsActions = ({ roleSessions, federationTokens, camKeys }: StsActionDeps): ApiService => ({
  name: 'sts',
  version: '2018-08-13',
  actions: [
    signedAction({
      name: 'GetCallerIdentity',
      summary: 'Tells who signed the request.',
      priority: 'P1',
      output: IDENTITY,
      input: z.strictObject({}),
      // Whoever can sign may know who he is, whatever his policies.
      handle: async (call) => identityOf(call),
    }),
    signedAction({
      name: 'AssumeRole',
      summary: 'Gives temporary credentials of a role whose trust policy names the caller.',
      priority: 'P1',
      refusals: [
        'InvalidParameter.OverTimeError',
        'InvalidParameter.ParamError',
        'InvalidParameter.PolicyTooLong',
        'InvalidParameter.StrategyFormatError',
        'ResourceNotFound.RoleNotFound',
      ],
      output: CREDENTIALS_OUTPUT,
      input: z.strictObject({
        RoleArn: z.string(),
        RoleSessionName: z.string(),
        DurationSeconds: z.int().optional(),
        Policy: z.string().max(65_536).optional(),
        ExternalId: z.string().max(128).optional(),
        Tags: z
          .array(z.strictObject({ Key: z.string(), Value: z.string() }))
          .max(50)
          .optional(),
        SourceIdentity: z.string().max(128).optional(),
        SerialNumber: z.string().optional(),
        TokenCode: z.string().optional(),
      }),
      errors: ASSUME_ERRORS,
      handle: async ({ actor, caller, context }, input) =>
        toAnswer(
          await roleSessions.assumeRole(actor, caller, {
            roleArn: input.RoleArn,
            roleSessionName: input.RoleSessionName,
            durationSeconds: input.DurationSeconds,
            policy: input.Policy === undefined ? undefined : decodePolicy(input.Policy),
            context: {
              ...context,
              ...(input.ExternalId !== undefined && { 'sts:external_id': input.ExternalId }),
              ...(input.Tags && { 'qcs:request_tag': input.Tags.map(({ Key, Value }) => `${Key}&${Value}`) }),
            },
          }),
        ),
    }),
    unsignedAction({
      name: 'AssumeRoleWithSAML',
      summary: 'Gives temporary credentials of a role to the bearer of a SAML response; nobody signs this.',
      priority: 'P1',
      refusals: [
        'InvalidParameter.OverTimeError',
        'InvalidParameter.ParamError',
        'ResourceNotFound.RoleNotFound',
      ],
      output: CREDENTIALS_OUTPUT,
      input: z.strictObject({
        SAMLAssertion: z.string().max(LONGEST_ASSERTION),
        PrincipalArn: z.string().max(1024),
        RoleArn: z.string().max(1024),
        RoleSessionName: z.string(),
        DurationSeconds: z.int().optional(),
      }),
      handle: async ({ origin }, input) =>
        toAnswer(
          await roleSessions.assumeRoleWithSaml({
            samlResponse: input.SAMLAssertion,
            principalArn: input.PrincipalArn,
            roleArn: input.RoleArn,
            roleSessionName: input.RoleSessionName,
            durationSeconds: input.DurationSeconds,
            origin,
          }),
        ),
    }),
    signedAction({
      name: 'GetFederationToken',
      summary: 'Makes temporary credentials with the caller’s own permissions, narrowed by a policy.',
      refusals: ['InvalidParameter.ParamError', 'InvalidParameter.StrategyFormatError'],
      priority: 'P1',
      input: z.strictObject({
        Name: z.string(),
        Policy: z.string().max(65_536).describe('Policy text, percent-encoded.'),
        DurationSeconds: z.int().optional(),
      }),
      output: CREDENTIALS_OUTPUT,
      errors: {
        'policy.invalid': 'InvalidParameter.StrategyFormatError',
        'sts.duration': 'InvalidParameter.ParamError',
      },
      handle: async (call, { Name, Policy, DurationSeconds }) =>
        toAnswer(
          await federationTokens.create(call, {
            name: Name,
            policy: decodePolicy(Policy),
            durationSeconds: DurationSeconds,
          }),
        ),
    }),
    signedAction({
      name: 'QueryApiKey',
      summary: 'Lists the API keys of a sub-user, or the caller’s own.',
      refusals: ['InvalidParameter.ParamError', 'ResourceNotFound'],
      priority: 'P1',
      input: z.strictObject({ TargetUin: z.int().optional() }),
      output: {
        IdKeys: z.array(z.object({ SecretId: z.string(), CreateTime: z.int(), Status: z.int() })),
      },
      errors: { 'camUser.notFound': 'ResourceNotFound', 'camUser.invalid': 'InvalidParameter.ParamError' },
      handle: async (call, { TargetUin }) => {
        const keys = await camKeys.list(call, TargetUin === undefined ? undefined : String(TargetUin))
        return {
          IdKeys: keys.map(({ secretId, status, createdAt }) => ({
            SecretId: secretId,
            CreateTime: Math.floor(Date.parse(createdAt) / 1000),
            // As the cloud counts: 2 for a key in use, 3 for one that is not.
            Status: status === 'enabled' ? 2 : 3,
          })),
        }
      },
    }),
  ],
  unsupported: ['AssumeRoleWithWebIdentity', 'GetSessionToken'],
})
