/**
 * What the policies of the management account leave of an administrator's rights. One of two preset policies makes an
 * administrator; a deny by another policy, or a permission boundary, takes away as much here as it does at the API.
 */
import { managementAccountUin } from '../../db/administrators.js'
import type { Db } from '../../db/database.js'
import type { Authorization } from '../cam/cam-client.js'
import type { AdministratorRights } from '../domain/actor.js'
import { ADMINISTRATOR_POLICIES, type Administrator } from '../domain/administrator.js'
import type { AccountUin } from '../domain/ids.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { RequestContext } from '../domain/policy-evaluation.js'

export interface AdministratorRightsDeps {
  readonly db: Db
  readonly authorization: Pick<Authorization, 'allowsEvery'>
  readonly presetPolicies: { find(id: number): { readonly document: string } | undefined }
}

export type AdministratorRightsService = ReturnType<typeof createAdministratorRights>

export function createAdministratorRights({ db, authorization, presetPolicies }: AdministratorRightsDeps) {
  /** What each kind of rights is for: the operations on the organization that its preset policy allows. */
  const operations: Readonly<Record<AdministratorRights, readonly string[]>> = {
    full: operationsOf(ADMINISTRATOR_POLICIES.full.id),
    readOnly: operationsOf(ADMINISTRATOR_POLICIES.readOnly.id),
  }
  /** It never changes once the first start has made it. */
  let manager: AccountUin | undefined

  function operationsOf(id: number): readonly string[] {
    const document = presetPolicies.find(id)?.document
    if (document === undefined) throw new Error(`the catalogue lacks the policy ${id}`)
    return parsePolicyDocument(document, 'identity').statements.flatMap(({ actions }) =>
      actions.filter((action) => action.startsWith('organization:')),
    )
  }

  return {
    /** The rights that are left at a request from that address; undefined where not even reading is. */
    async leftTo(
      { uin, name, rights }: Pick<Administrator, 'uin' | 'name' | 'rights'>,
      address?: string,
    ): Promise<AdministratorRights | undefined> {
      manager ??= await managementAccountUin(db)
      const caller = { kind: 'subUser', accountUin: manager, uin, name } as const
      const context: RequestContext = address === undefined ? {} : { 'qcs:ip': address }
      for (const kind of rights === 'full' ? (['full', 'readOnly'] as const) : (['readOnly'] as const)) {
        if (await authorization.allowsEvery(caller, operations[kind], context)) return kind
      }
      return undefined
    },
  }
}
