/** All that one side made in a simulated account: what the Identity Center compares with what should be there. */
import { listManagedAttachments, listManagedRoles, listManagedSamlProviders } from '../../db/cam-managed.js'
import { listPolicies, type CamOwner } from '../../db/cam.js'
import type { Tx } from '../../db/database.js'
import type { AccountObjects } from '../domain/account-objects.js'
import type { AccountUin } from '../domain/ids.js'

export async function describeManaged(tx: Tx, account: AccountUin, owner: CamOwner): Promise<AccountObjects> {
  const roles = await listManagedRoles(tx, account, owner)
  const attachments = await listManagedAttachments(tx, account, owner)
  const policies = await listPolicies(tx, account, owner, '')
  return {
    roles: roles.map(({ id, name, description, sessionDuration, trustPolicy }) => {
      const attached = attachments.filter(({ roleId }) => roleId === id)
      return {
        name,
        description,
        sessionDuration,
        trustPolicy,
        preset: attached
          .filter(({ type }) => type === 'preset')
          .map((policy) => ({ id: policy.policyId, name: policy.policyName })),
        custom: attached
          .filter(({ type }) => type === 'custom')
          .map((policy) => ({ name: policy.policyName, document: policy.document ?? '' })),
      }
    }),
    policies: policies.map(({ name, document }) => ({ name, document })),
    samlProviders: await listManagedSamlProviders(tx, account, owner),
  }
}
