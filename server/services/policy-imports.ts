/** Custom policies that an account has, copied into a permission configuration. */
import { createHash } from 'node:crypto'
import type { Db } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import type { CamClient } from '../cam/cam-client.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, PermissionConfigurationId } from '../domain/ids.js'
import { freeCustomPolicyNames, type PermissionConfiguration } from '../domain/permission-configuration.js'
import type { PermissionConfigurationService } from './permission-configurations.js'

export interface PolicyImportServiceDeps {
  readonly db: Db
  readonly cam: Pick<CamClient, 'listOwnPolicies' | 'readOwnPolicies'>
  readonly permissionConfigurations: Pick<
    PermissionConfigurationService,
    'addCustomPolicies' | 'listPolicies'
  >
}

/** A policy of the account, and how it would come into the configuration. */
export interface ImportablePolicy {
  /** Its name in the account. */
  readonly source: string
  readonly document: string
  /** A name that is free in the configuration. */
  readonly proposedName: string
  /** What was looked at: the import takes no other document. */
  readonly digest: string
}

/** A policy to be imported, under this name. */
export interface ChosenPolicy {
  readonly source: string
  readonly name: string
  readonly digest: string
}

export type PolicyImportService = ReturnType<typeof createPolicyImportService>

const digestOf = (document: string): string => createHash('sha256').update(document).digest('base64url')

export function createPolicyImportService({ db, cam, permissionConfigurations }: PolicyImportServiceDeps) {
  async function requireAccount(uin: AccountUin): Promise<void> {
    if (await findAccount(db, uin)) return
    throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.', {
      accountUin: uin,
    })
  }

  /** Throws `policy.notFound` naming the first one that the account does not have by now. */
  async function readAll(uin: AccountUin, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map(
      (await cam.readOwnPolicies(uin, names)).map(({ name, document }) => [name, document]),
    )
    const missing = names.find((name) => !found.has(name))
    if (missing === undefined) return found
    throw new IdentityCenterError('policy.notFound', `The account has no custom policy ${missing}.`, {
      policy: missing,
    })
  }

  return {
    /** Names of the account's custom policies. Throws `account.notFound`, `cam.unavailable`. */
    async list(actor: Actor, account: AccountUin): Promise<readonly string[]> {
      requireReadRights(actor)
      await requireAccount(account)
      return cam.listOwnPolicies(account)
    },

    /**
     * The named policies with names that are free in the configuration. Throws `account.notFound`, `policy.notFound`,
     * `permissionConfiguration.notFound`, `cam.unavailable`.
     */
    async preview(
      actor: Actor,
      id: PermissionConfigurationId,
      account: AccountUin,
      sources: readonly string[],
    ): Promise<readonly ImportablePolicy[]> {
      requireReadRights(actor)
      await requireAccount(account)
      const attached = await permissionConfigurations.listPolicies(actor, id)
      const documents = await readAll(account, sources)
      const names = freeCustomPolicyNames(
        sources,
        attached.filter(({ type }) => type === 'custom').map(({ name }) => name),
      )
      return sources.map((source, index) => {
        const document = documents.get(source) ?? ''
        return { source, document, proposedName: names[index] ?? source, digest: digestOf(document) }
      })
    },

    /**
     * Copies the policies as they are in the account, all or none; later changes there change nothing here. Throws
     * `policy.importChanged` for one that is no more what was looked at, and as `preview` and adding policies do.
     */
    async import(
      actor: Actor,
      id: PermissionConfigurationId,
      account: AccountUin,
      chosen: readonly ChosenPolicy[],
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      await requireAccount(account)
      const documents = await readAll(
        account,
        chosen.map(({ source }) => source),
      )
      const added = chosen.map(({ source, name, digest }) => {
        const document = documents.get(source) ?? ''
        if (digestOf(document) === digest) return { name, document }
        throw new IdentityCenterError(
          'policy.importChanged',
          `${source} was changed in the account in the meantime: look at it again.`,
          { policy: source },
        )
      })
      return permissionConfigurations.addCustomPolicies(actor, id, added, account)
    },
  }
}
