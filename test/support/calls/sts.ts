/** Calls of the token service. Unless a call says otherwise a member account itself asks. */
import {
  roleArn,
  roleNameOf,
  samlProviderArn,
  samlProviderNameOf,
} from '../../../server/domain/deployment.js'
import type { AccountUin, PermissionConfigurationId } from '../../../server/domain/ids.js'
import { DOCUMENT } from '../permission-world.js'
import { hands, NO_SUCH_FIELD, UNKNOWN_UIN, type Calls, type CallWorld } from './call.js'

const RoleSessionName = 'ses-1'
const POLICY = encodeURIComponent(DOCUMENT)

const roleOfMember = ({ member }: CallWorld, name: string) => `qcs::cam::uin/${member}:roleName/${name}`
/** A role of the account that the account itself may take on. */
async function access(made: CallWorld) {
  const RoleName = made.unique('taken-on')
  const principal = { qcs: [`qcs::cam::uin/${made.member}:root`] }
  const statement = [{ effect: 'allow', action: 'name/sts:AssumeRole', principal }]
  const PolicyDocument = JSON.stringify({ version: '2.0', statement })
  await made.call('2019-01-16', 'CreateRole', { RoleName, PolicyDocument }, 'member')
  return { RoleArn: roleOfMember(made, RoleName), RoleSessionName }
}

/** What the browser of a user who was just let into the account would bring. */
async function assertion(made: CallWorld) {
  const { world, ZoneId } = made
  const { triple } = await hands.assigned(made)
  const uin = String(made.member) as AccountUin
  const configurationId = triple.RoleConfigurationId as PermissionConfigurationId
  const { name } = await world.services.permissionConfigurations.get(world.administrator, configurationId)
  const userId = triple.PrincipalId
  const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
  const { samlResponse } = await world.services.accountAccess.open(actor, {
    accountUin: uin,
    configurationId,
  })
  return {
    SAMLAssertion: samlResponse,
    PrincipalArn: samlProviderArn(uin, samlProviderNameOf(ZoneId as never)),
    RoleArn: roleArn(uin, roleNameOf(name)),
    RoleSessionName,
  }
}

/** The same with nothing to prove it. */
const unproven = ({ member, ZoneId }: CallWorld) => ({
  SAMLAssertion: 'PGEvPg==',
  PrincipalArn: `qcs::cam::uin/${member}:saml-provider/TencentReservedSSO-${ZoneId}`,
  RoleArn: `qcs::cam::uin/${member}:roleName/TencentCloudSSO-none`,
  RoleSessionName,
})

export const STS_CALLS: Calls = {
  GetCallerIdentity: {
    works: {},
    refused: [NO_SUCH_FIELD, ['AuthFailure.InvalidAuthorization', {}, 'unsigned']],
  },
  AssumeRole: {
    works: access,
    refused: [
      [
        'ResourceNotFound.RoleNotFound',
        async (made) => ({ ...(await access(made)), RoleArn: roleOfMember(made, 'none') }),
      ],
      ['InvalidParameter.ParamError', async (made) => ({ ...(await access(made)), RoleArn: 'x' })],
      [
        'InvalidParameter.OverTimeError',
        async (made) => ({ ...(await access(made)), DurationSeconds: 43_201 }),
      ],
      ['InvalidParameter.StrategyFormatError', async (made) => ({ ...(await access(made)), Policy: '%7B' })],
      ['UnauthorizedOperation', access, 'nobody'],
    ],
  },
  AssumeRoleWithSAML: {
    works: assertion,
    refused: [
      ['UnauthorizedOperation', unproven],
      ['InvalidParameter.ParamError', (made) => ({ ...unproven(made), RoleSessionName: ' ' })],
      ['MissingParameter', { RoleSessionName }],
    ],
  },
  GetFederationToken: {
    works: { Name: 'guest', Policy: POLICY },
    refused: [
      ['InvalidParameter.StrategyFormatError', { Name: 'x', Policy: '{}' }],
      ['InvalidParameter.ParamError', { Name: ' ', Policy: POLICY }],
      ['UnauthorizedOperation', { Name: 'x', Policy: POLICY }, 'nobody'],
    ],
  },
  QueryApiKey: {
    works: {},
    refused: [['ResourceNotFound', { TargetUin: UNKNOWN_UIN }], NO_SUCH_FIELD],
  },
}
