/** Policies of cloud accounts: the catalogue's and the account's own with their versions. */
import { countEntitiesOfPolicies, isBoundary } from '../../db/cam-attachments.js'
import { deletePolicies } from '../../db/cam.js'
import {
  countCustomPolicies,
  deletePolicyVersion,
  findCustomPolicy,
  findCustomPolicyByName,
  insertCustomPolicy,
  insertPolicyVersion,
  listCustomPolicies,
  listPolicyVersions,
  setDefaultPolicyVersion,
  updateCustomPolicy,
  type CustomPolicy,
  type PolicyVersion,
} from '../../db/cam-policies.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import type { PresetCatalogue, PresetPolicy } from '../cam/cam-client.js'
import {
  CAM_LIMITS,
  camResource,
  policyNumber,
  requireCamName,
  requireLength,
  requireOwnObject,
  requireRoom,
  type CamOwner,
  type PolicyReference,
} from '../domain/cam-account.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'

export interface CamPolicyServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly permit: CamPermit
  readonly presetPolicies: PresetCatalogue
}

/** A policy that users, groups and roles of the account can have. */
export interface AccountPolicy extends PolicyReference {
  readonly name: string
  readonly description: string
  /** Service it is about; empty for the account's own and for those about everything. */
  readonly service: string
  /** Of the version in force. */
  readonly document: string
  readonly owner: CamOwner | 'cloud'
  readonly createdAt?: string
  readonly updatedAt?: string
}

export interface ListedPolicy extends AccountPolicy {
  /** Users, groups and roles that it is attached to. */
  readonly attachments: number
}

export interface PolicyChange {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly document?: string | undefined
}

export type { PolicyVersion }

export type CamPolicyService = ReturnType<typeof createCamPolicyService>

const LONGEST_DESCRIPTION = 300
const MAXIMUM_DELETED_AT_ONCE = 100

const notFound = (policy: PolicyReference) =>
  new IdentityCenterError('camPolicy.notFound', `The account has no policy ${policyNumber(policy)}.`, {
    id: policyNumber(policy),
  })

const versionNotFound = (version: number) =>
  new IdentityCenterError('camPolicyVersion.notFound', `The policy has no version ${version}.`, { version })

const fromPreset = ({ id, name, description, service, document }: PresetPolicy): AccountPolicy => ({
  type: 'preset',
  id,
  name,
  description,
  service,
  document,
  owner: 'cloud',
})

const fromCustom = (policy: CustomPolicy): AccountPolicy => ({
  type: 'custom',
  id: policy.id,
  name: policy.name,
  description: policy.description,
  service: '',
  document: policy.document,
  owner: policy.owner,
  createdAt: policy.createdAt,
  updatedAt: policy.updatedAt,
})

export function createCamPolicyService(deps: CamPolicyServiceDeps) {
  const { db, clock, audit, permit, presetPolicies } = deps

  const subjectOf = ({ id, name }: { readonly id: number; readonly name: string }) => ({
    kind: 'camPolicy',
    id: String(policyNumber({ type: 'custom', id })),
    name,
  })

  async function findPolicy(
    from: Db | Tx,
    account: AccountUin,
    { type, id }: PolicyReference,
  ): Promise<AccountPolicy | undefined> {
    if (type === 'preset') {
      const preset = presetPolicies.find(id)
      return preset && fromPreset(preset)
    }
    const custom = await findCustomPolicy(from, account, id)
    return custom && fromCustom(custom)
  }

  async function permitPolicy(
    requester: CamRequester,
    operation: string,
    policy: PolicyReference,
  ): Promise<AccountUin> {
    const account = accountOfRequester(requester)
    await permit(requester, operation, [camResource.policy(account, policy)])
    return account
  }

  /** The account's own policy, to be changed. */
  async function requireOwn(tx: Tx, account: AccountUin, policy: PolicyReference): Promise<CustomPolicy> {
    if (policy.type === 'preset') {
      if (!presetPolicies.find(policy.id)) throw notFound(policy)
      throw new IdentityCenterError(
        'camPolicy.preset',
        'Preset policies are the cloud’s: they cannot be changed or deleted.',
      )
    }
    const custom = await findCustomPolicy(tx, account, policy.id)
    if (!custom) throw notFound(policy)
    requireOwnObject('policy', custom)
    return custom
  }

  async function requireVersion(tx: Tx, policy: CustomPolicy, version: number): Promise<PolicyVersion> {
    const found = (await listPolicyVersions(tx, policy.id)).find((candidate) => candidate.version === version)
    if (found) return found
    throw versionNotFound(version)
  }

  async function versionsOf(
    requester: CamRequester,
    operation: string,
    policy: PolicyReference,
  ): Promise<readonly PolicyVersion[]> {
    const account = await permitPolicy(requester, operation, policy)
    const found = await findPolicy(db, account, policy)
    if (!found) throw notFound(policy)
    if (found.type === 'custom') return listPolicyVersions(db, found.id)
    return [{ version: 1, document: found.document, createdAt: PRESETS_SINCE, isDefault: true }]
  }

  function requirePolicy({ name, description, document }: PolicyChange): void {
    if (name !== undefined) requireCamName('camPolicy.nameInvalid', 'policy', name)
    requireLength('camPolicy.invalid', 'description', description, LONGEST_DESCRIPTION)
    if (document !== undefined) parsePolicyDocument(document, 'identity')
  }

  function nameTaken(error: unknown, name: string): unknown {
    return isUniqueViolation(error, 'cam_policies', 'account_uin', 'name')
      ? new IdentityCenterError('camPolicy.nameTaken', `The account has a policy named ${name} already.`, {
          field: 'name',
        })
      : error
  }

  /** Throws `camPolicy.nameTaken` for the name of a policy of the catalogue, which would be taken for it. */
  function requireNoPreset(name: string): void {
    if (!presetPolicies.findByName(name)) return
    throw new IdentityCenterError('camPolicy.nameTaken', `${name} is a policy of the cloud’s catalogue.`, {
      field: 'name',
    })
  }

  return {
    /** For those who attach policies: the policy by number or name, if the account has it. No permission is asked for. */
    find: (
      from: Db | Tx,
      account: AccountUin,
      wanted: PolicyReference | { readonly name: string },
    ): Promise<AccountPolicy | undefined> => {
      if (!('name' in wanted)) return findPolicy(from, account, wanted)
      const preset = presetPolicies.findByName(wanted.name)
      if (preset) return Promise.resolve(fromPreset(preset))
      return findCustomPolicyByName(from, account, wanted.name).then((custom) => custom && fromCustom(custom))
    },

    /** Throws `camPolicy.notFound`. */
    async get(requester: CamRequester, policy: PolicyReference): Promise<AccountPolicy> {
      const account = await permitPolicy(requester, 'GetPolicy', policy)
      const found = await findPolicy(db, account, policy)
      if (found) return found
      throw notFound(policy)
    },

    /** The catalogue first, then the account's own. */
    async list(
      requester: CamRequester,
      query: {
        readonly type?: PolicyReference['type'] | undefined
        readonly search?: string | undefined
        readonly page: PageRequest
      },
    ): Promise<Page<ListedPolicy>> {
      await permit(requester, 'ListPolicies')
      const account = accountOfRequester(requester)
      const { type, search = '', page } = query
      const presets =
        type === 'custom'
          ? []
          : presetPolicies.list().filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
      const shown = presets.slice(page.offset, page.offset + page.limit)
      const own =
        type === 'preset'
          ? { items: [], total: 0 }
          : await listCustomPolicies(db, account, {
              search,
              page: {
                offset: Math.max(0, page.offset - presets.length),
                limit: page.limit - shown.length,
              },
            })
      const policies = [...shown.map(fromPreset), ...own.items.map(fromCustom)]
      const counts = await countEntitiesOfPolicies(db, account, policies)
      return {
        items: policies.map((policy) => ({
          ...policy,
          attachments: counts.get(`${policy.type} ${policy.id}`) ?? 0,
        })),
        total: presets.length + own.total,
      }
    },

    /** Throws `camPolicy.nameTaken`, `camPolicy.nameInvalid`, `camPolicy.limit`, `policy.invalid`. */
    async create(
      requester: CamRequester,
      policy: { readonly name: string; readonly description: string; readonly document: string },
    ): Promise<PolicyReference> {
      requirePolicy(policy)
      requireNoPreset(policy.name)
      const account = accountOfRequester(requester)
      await permit(requester, 'CreatePolicy', [camResource.policy(account)])
      return inTransaction(db, async (tx) => {
        requireRoom(
          'camPolicy.limit',
          'policies in an account',
          await countCustomPolicies(tx, account),
          CAM_LIMITS.policies,
        )
        const now = clock.now().toISOString()
        const id = await insertCustomPolicy(tx, { ...policy, accountUin: account }, now).catch(
          (error: unknown) => {
            throw nameTaken(error, policy.name)
          },
        )
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.create',
          subject: subjectOf({ id, name: policy.name }),
          detail: { account, document: policy.document },
        })
        return { type: 'custom', id }
      })
    },

    /** Changes what is given; a document takes the place of the default version's. Throws `camPolicy.preset`, `cam.managed`. */
    async update(requester: CamRequester, policy: PolicyReference, change: PolicyChange): Promise<void> {
      requirePolicy(change)
      if (change.name !== undefined) requireNoPreset(change.name)
      const account = await permitPolicy(requester, 'UpdatePolicy', policy)
      await inTransaction(db, async (tx) => {
        const before = await requireOwn(tx, account, policy)
        await updateCustomPolicy(tx, before.id, change, clock.now().toISOString()).catch((error: unknown) => {
          throw nameTaken(error, change.name ?? '')
        })
        const { name, description, document } = before
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.update',
          subject: subjectOf(before),
          detail: { account, before: { name, description, document }, after: change },
        })
      })
    },

    /** All or none; they are detached from everything. Throws `camPolicy.invalid` for one that bounds somebody. */
    async remove(requester: CamRequester, policies: readonly PolicyReference[]): Promise<void> {
      if (policies.length === 0 || policies.length > MAXIMUM_DELETED_AT_ONCE) {
        throw new IdentityCenterError(
          'camPolicy.invalid',
          `1 to ${MAXIMUM_DELETED_AT_ONCE} policies can be deleted at once.`,
        )
      }
      const account = accountOfRequester(requester)
      await permit(
        requester,
        'DeletePolicy',
        policies.map((policy) => camResource.policy(account, policy)),
      )
      await inTransaction(db, async (tx) => {
        for (const policy of policies) {
          const own = await requireOwn(tx, account, policy)
          if (await isBoundary(tx, policy)) {
            throw new IdentityCenterError(
              'camPolicy.invalid',
              `The policy ${own.name} is somebody’s permission boundary: take it away there first.`,
            )
          }
          await deletePolicies(tx, [own.id])
          await audit.record(tx, requester.actor, {
            action: 'camPolicy.delete',
            subject: subjectOf(own),
            detail: { account, document: own.document },
          })
        }
      })
    },

    /** Newest first. A preset policy has the one version 1. Throws `camPolicy.notFound`. */
    listVersions: (requester: CamRequester, policy: PolicyReference) =>
      versionsOf(requester, 'ListPolicyVersions', policy),

    /** Throws `camPolicy.notFound`, `camPolicyVersion.notFound`. */
    async getVersion(
      requester: CamRequester,
      policy: PolicyReference,
      version: number,
    ): Promise<PolicyVersion> {
      const versions = await versionsOf(requester, 'GetPolicyVersion', policy)
      const found = versions.find((candidate) => candidate.version === version)
      if (found) return found
      throw versionNotFound(version)
    },

    /** Returns the number of the new version. Throws `camPolicyVersion.limit`, `policy.invalid`. */
    async createVersion(
      requester: CamRequester,
      policy: PolicyReference,
      { document, setAsDefault }: { readonly document: string; readonly setAsDefault: boolean },
    ): Promise<number> {
      parsePolicyDocument(document, 'identity')
      const account = await permitPolicy(requester, 'CreatePolicyVersion', policy)
      return inTransaction(db, async (tx) => {
        const own = await requireOwn(tx, account, policy)
        const { length } = await listPolicyVersions(tx, own.id)
        requireRoom('camPolicyVersion.limit', 'versions of one policy', length, CAM_LIMITS.policyVersions)
        const now = clock.now().toISOString()
        const version = await insertPolicyVersion(tx, own.id, document, now)
        if (setAsDefault)
          await setDefaultPolicyVersion(
            tx,
            own.id,
            { version, document, createdAt: now, isDefault: false },
            now,
          )
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.createVersion',
          subject: subjectOf(own),
          detail: { account, version, setAsDefault, document },
        })
        return version
      })
    },

    /** Puts the version in force. Throws `camPolicyVersion.notFound`, `camPolicyVersion.default`. */
    async setDefaultVersion(
      requester: CamRequester,
      policy: PolicyReference,
      version: number,
    ): Promise<void> {
      const account = await permitPolicy(requester, 'SetDefaultPolicyVersion', policy)
      await inTransaction(db, async (tx) => {
        const own = await requireOwn(tx, account, policy)
        const next = await requireVersion(tx, own, version)
        if (next.isDefault) {
          throw new IdentityCenterError('camPolicyVersion.default', `Version ${version} is in force already.`)
        }
        await setDefaultPolicyVersion(tx, own.id, next, clock.now().toISOString())
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.setDefaultVersion',
          subject: subjectOf(own),
          detail: { account, before: { version: own.defaultVersion }, after: { version } },
        })
      })
    },

    /** All or none. Throws `camPolicyVersion.notFound`, and `camPolicyVersion.default` for the one in force. */
    async removeVersions(
      requester: CamRequester,
      policy: PolicyReference,
      versions: readonly number[],
    ): Promise<void> {
      const account = await permitPolicy(requester, 'DeletePolicyVersion', policy)
      await inTransaction(db, async (tx) => {
        const own = await requireOwn(tx, account, policy)
        for (const version of versions) {
          if ((await requireVersion(tx, own, version)).isDefault) {
            throw new IdentityCenterError(
              'camPolicyVersion.default',
              `Version ${version} is in force: put another one in force first.`,
            )
          }
          await deletePolicyVersion(tx, own.id, version)
        }
        await audit.record(tx, requester.actor, {
          action: 'camPolicy.deleteVersions',
          subject: subjectOf(own),
          detail: { account, versions },
        })
      })
    },
  }
}

/** The catalogue has no history. */
const PRESETS_SINCE = '2020-01-01T00:00:00.000Z'
