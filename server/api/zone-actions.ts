/** The zone as a whole. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import { MAXIMUM_POLICIES } from '../domain/permission-configuration.js'
import { isSpaceName } from '../domain/zone.js'
import type { ZoneService } from '../services/zones.js'
import { managerAction, type Action } from './action.js'
import { cloudTime, zoneActions } from './zone-action.js'

export interface ZoneActionDeps {
  readonly zones: ZoneService
}

export function zoneOverviewActions({ zones }: ZoneActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)
  return [
    managerAction({
      name: 'OpenIdentityCenter',
      input: z.strictObject({ ZoneName: z.string() }),
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
      input: z.strictObject({}),
      handle: async () => {
        const zone = await zones.current()
        return {
          ZoneId: zone.id,
          ZoneName: zone.spaceName,
          ServiceStatus: 'Enabled',
          ScimSyncStatus: zone.scimStatus === 'enabled' ? 'Enabled' : 'Disabled',
          CreateTime: cloudTime(zone.createdAt),
          UpdateTime: cloudTime(zone.updatedAt),
        }
      },
    }),
    zoneAction({
      name: 'UpdateZone',
      input: { NewZoneName: z.string() },
      handle: async (actor, { NewZoneName }) => {
        await zones.rename(actor, NewZoneName)
        return {}
      },
    }),
    zoneAction({
      name: 'GetZoneStatistics',
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
  ]
}
