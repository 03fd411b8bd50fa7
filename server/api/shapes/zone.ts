/** The zone as answers of the cloud API show it. */
import { z } from 'zod'

export const zoneStatistics = z.object({
  UserQuota: z.int(),
  GroupQuota: z.int(),
  RoleConfigurationQuota: z.int(),
  SystemPolicyPerRoleConfigurationQuota: z.int(),
  UserCount: z.int(),
  GroupCount: z.int(),
  RoleConfigurationCount: z.int(),
  UserProvisioningCount: z.int().describe('CAM users that were made by synchronization.'),
  RoleConfigurationSyncCount: z.int().describe('Deployed roles.'),
})
