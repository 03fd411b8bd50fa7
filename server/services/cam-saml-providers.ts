/** SAML providers of cloud accounts: who may vouch for people that take on roles. */
import { listSamlProviders, type AccountSamlProvider } from '../../db/cam-roles.js'
import {
  deleteSamlProvider,
  findSamlProvider,
  insertSamlProvider,
  updateSamlProvider,
  type CamSamlProvider,
} from '../../db/cam.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { parseIdpMetadata } from '../../saml/core/idp-metadata.js'
import {
  CAM_LIMITS,
  camResource,
  requireCamName,
  requireLength,
  requireOwnObject,
  requireRoom,
} from '../domain/cam-account.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'

export interface CamSamlProviderServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly permit: CamPermit
}

export type CamSamlProviderService = ReturnType<typeof createCamSamlProviderService>

/** The longest metadata that is kept; what is read of it is bounded again. */
const LONGEST_METADATA = 200_000
const LONGEST_DESCRIPTION = 1000

const notFound = (name: string) =>
  new IdentityCenterError('samlProvider.notFound', `The account has no SAML provider ${name.slice(0, 128)}.`)

export function createCamSamlProviderService({ db, clock, audit, permit }: CamSamlProviderServiceDeps) {
  const permitProvider = async (
    requester: CamRequester,
    operation: string,
    name: string,
  ): Promise<AccountUin> => {
    const account = accountOfRequester(requester)
    await permit(requester, operation, [camResource.samlProvider(account, name)])
    return account
  }

  async function requireOwn(tx: Tx, account: AccountUin, name: string): Promise<CamSamlProvider> {
    const provider = await findSamlProvider(tx, account, name)
    if (!provider) throw notFound(name)
    requireOwnObject('samlProvider', provider)
    return provider
  }

  function requireMetadata(metadata: string): void {
    requireLength('samlProvider.invalid', 'metadata', metadata, LONGEST_METADATA)
    parseIdpMetadata(metadata, clock.now())
  }

  const subjectOf = (name: string) => ({ kind: 'samlProvider', id: name, name })

  return {
    /** Throws `samlProvider.nameTaken`, `samlProvider.nameInvalid`, `samlProvider.limit`, `identityProvider.metadataInvalid`. */
    async create(
      requester: CamRequester,
      provider: { readonly name: string; readonly description: string; readonly metadata: string },
    ): Promise<void> {
      const { name, description, metadata } = provider
      requireCamName('samlProvider.nameInvalid', 'SAML provider', name)
      requireLength('samlProvider.invalid', 'description', description, LONGEST_DESCRIPTION)
      requireMetadata(metadata)
      const account = await permitProvider(requester, 'CreateSAMLProvider', name)
      await inTransaction(db, async (tx) => {
        const { length } = await listSamlProviders(tx, account)
        requireRoom('samlProvider.limit', 'SAML providers in an account', length, CAM_LIMITS.samlProviders)
        const now = clock.now().toISOString()
        await insertSamlProvider(tx, { ...provider, accountUin: account, owner: 'account' }, now).catch(
          (error: unknown) => {
            throw isUniqueViolation(error, 'cam_saml_providers', 'account_uin', 'name')
              ? new IdentityCenterError(
                  'samlProvider.nameTaken',
                  `The account has a SAML provider named ${name} already.`,
                  { field: 'name' },
                )
              : error
          },
        )
        await audit.record(tx, requester.actor, {
          action: 'samlProvider.create',
          subject: subjectOf(name),
          detail: { account },
        })
      })
    },

    /** With its metadata. Throws `samlProvider.notFound`. */
    async get(
      requester: CamRequester,
      name: string,
    ): Promise<AccountSamlProvider & { readonly metadata: string }> {
      const account = await permitProvider(requester, 'GetSAMLProvider', name)
      const listed = (await listSamlProviders(db, account)).find((provider) => provider.name === name)
      const found = await findSamlProvider(db, account, name)
      if (listed && found) return { ...listed, metadata: found.metadata }
      throw notFound(name)
    },

    /** By name. */
    async list(requester: CamRequester): Promise<readonly AccountSamlProvider[]> {
      await permit(requester, 'ListSAMLProviders')
      return listSamlProviders(db, accountOfRequester(requester))
    },

    /** Changes what is given. Throws `samlProvider.notFound`, `cam.managed`, `identityProvider.metadataInvalid`. */
    async update(
      requester: CamRequester,
      name: string,
      change: { readonly description?: string | undefined; readonly metadata?: string | undefined },
    ): Promise<void> {
      requireLength('samlProvider.invalid', 'description', change.description, LONGEST_DESCRIPTION)
      if (change.metadata !== undefined) requireMetadata(change.metadata)
      const account = await permitProvider(requester, 'UpdateSAMLProvider', name)
      await inTransaction(db, async (tx) => {
        const before = await requireOwn(tx, account, name)
        const { description = before.description, metadata = before.metadata } = change
        const now = clock.now().toISOString()
        await updateSamlProvider(tx, { accountUin: account, name, description, metadata }, now)
        await audit.record(tx, requester.actor, {
          action: 'samlProvider.update',
          subject: subjectOf(name),
          detail: {
            account,
            before: { description: before.description },
            after: { description },
            metadataChanged: metadata !== before.metadata,
          },
        })
      })
    },

    /** Throws `samlProvider.notFound`, `cam.managed`. */
    async remove(requester: CamRequester, name: string): Promise<void> {
      const account = await permitProvider(requester, 'DeleteSAMLProvider', name)
      await inTransaction(db, async (tx) => {
        await requireOwn(tx, account, name)
        await deleteSamlProvider(tx, account, name)
        await audit.record(tx, requester.actor, {
          action: 'samlProvider.delete',
          subject: subjectOf(name),
          detail: { account },
        })
      })
    },
  }
}
