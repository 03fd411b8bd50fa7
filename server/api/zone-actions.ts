/** The zone as a whole. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import { MAXIMUM_POLICIES } from '../domain/permission-configuration.js'
import { MOST_SIGN_IN_NETWORKS } from '../domain/sign-in-networks.js'
import { isSpaceName } from '../domain/zone.js'
import type { ZoneService } from '../services/zones.js'
import { managerAction, type Action } from './action.js'
import { toStatus } from './directory-parameters.js'
import { cloudTimeText, status } from './shapes/values.js'
import { zoneStatistics } from './shapes/zone.js'
import { cloudTime, zoneActions } from './zone-action.js'

const zoneName = z
  .string()
  .describe('2 to 64 of `a-z`, `0-9` and single dashes inside; it goes into the login URL.')

const optionalZoneId = z.string().optional().describe('Id of the zone; it may be left out.')

export interface ZoneActionDeps {
  readonly zones: ZoneService
}

export function zoneOverviewActions({ zones }: ZoneActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)

  /** These two may leave the zone out. */
  async function requireZone(id: string | undefined): Promise<void> {
    const zone = await zones.current()
    if (id === undefined || id === '' || id === zone.id) return
    throw new IdentityCenterError('zone.notFound', `There is no zone ${id}.`)
  }

  return [
    managerAction({
      name: 'OpenIdentityCenter',
      summary: 'Opens the Identity Center under a name that goes into the login URL.',
      priority: 'P0',
      differs: 'The first start opens the zone, so this always answers that it is open.',
      refusals: ['FailedOperation.IdentityCenterAlreadyOpen', 'InvalidParameterValue.ZoneNameFormatError'],
      output: { ZoneId: z.string() },
      input: z.strictObject({ ZoneName: zoneName }),
      handle: async (_actor, { ZoneName }) => {
        if (!isSpaceName(ZoneName))
          throw new IdentityCenterError(
            'zone.nameInvalid',
            'ZoneName has 2 to 64 of a-z, 0-9 and single dashes inside.',
          )
        // The first start of the product opens the zone: whoever can ask finds it open.
        const { spaceName } = await zones.current()
        throw new IdentityCenterError(
          'zone.alreadyOpen',
          `The Identity Center is open already, as ${spaceName}.`,
        )
      },
    }),
    managerAction({
      name: 'DescribeIdentityCenter',
      summary: 'Tells of the zone: its id, its name, and whether SCIM synchronization is on.',
      priority: 'P0',
      refusals: ['FailedOperation.IdentityCenterNotOpen'],
      output: {
        ZoneId: z.string(),
        ZoneName: z.string(),
        ServiceStatus: status,
        ScimSyncStatus: status,
        CreateTime: cloudTimeText,
        UpdateTime: cloudTimeText,
      },
      input: z.strictObject({}),
      handle: async () => {
        const zone = await zones.current()
        return {
          ZoneId: zone.id,
          ZoneName: zone.spaceName,
          ServiceStatus: toStatus(true),
          ScimSyncStatus: toStatus(zone.scimStatus === 'enabled'),
          CreateTime: cloudTime(zone.createdAt),
          UpdateTime: cloudTime(zone.updatedAt),
        }
      },
    }),
    zoneAction({
      name: 'UpdateZone',
      summary: 'Renames the zone; the old login URL stops working.',
      priority: 'P0',
      refusals: ['InvalidParameterValue.ZoneNameFormatError'],
      output: {},
      input: { NewZoneName: zoneName },
      handle: async (actor, { NewZoneName }) => {
        await zones.rename(actor, NewZoneName)
        return {}
      },
    }),
    zoneAction({
      name: 'GetZoneStatistics',
      summary: 'Counts what is in the zone, beside the quotas.',
      priority: 'P0',
      output: { ZoneStatistics: zoneStatistics },
      input: {},
      handle: async (actor) => {
        const { settings } = await zones.current()
        const counts = await zones.statistics(actor)
        return {
          ZoneStatistics: {
            UserQuota: settings['quota.users'],
            GroupQuota: settings['quota.groups'],
            RoleConfigurationQuota: settings['quota.permissionConfigurations'],
            SystemPolicyPerRoleConfigurationQuota: MAXIMUM_POLICIES,
            UserCount: counts.users,
            GroupCount: counts.groups,
            RoleConfigurationCount: counts.permissionConfigurations,
            UserProvisioningCount: counts.camUsers,
            RoleConfigurationSyncCount: counts.deployments,
          },
        }
      },
    }),
    managerAction({
      name: 'GetIPWhitelist',
      summary: 'Lists the networks that users may sign in from; none means everywhere.',
      priority: 'P0',
      differs: 'IPv6 may be among them.',
      output: { IpWhitelist: z.array(z.string()) },
      input: z.strictObject({ ZoneId: optionalZoneId }),
      handle: async (_actor, { ZoneId }) => {
        await requireZone(ZoneId)
        return { IpWhitelist: (await zones.current()).settings['signIn.networks'] }
      },
    }),
    managerAction({
      name: 'UpdateIPWhitelist',
      summary:
        'Replaces the networks that users may sign in from; an empty list, or none, lets everybody in.',
      priority: 'P0',
      differs: 'Takes IPv6; every request of a user is looked at, not the sign-in alone.',
      output: { Success: z.boolean() },
      input: z.strictObject({
        ZoneId: optionalZoneId,
        IpWhitelist: z
          .array(z.string())
          .max(MOST_SIGN_IN_NETWORKS)
          .default([])
          .describe('Addresses and CIDR ranges such as `192.0.2.1` and `10.0.0.0/8`.'),
      }),
      handle: async (actor, { ZoneId, IpWhitelist }) => {
        await requireZone(ZoneId)
        await zones.setSignInNetworks(actor, IpWhitelist)
        return { Success: true }
      },
    }),
  ]
}
