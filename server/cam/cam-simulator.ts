/**
 * The simulated cloud accounts, kept in the cam_* tables. One set of rules serves both sides: the Identity Center, which
 * deploys into an account, and the account itself. What one side made, the other cannot change.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  deleteAttachment,
  deletePolicies,
  deleteRole,
  deleteSamlProvider,
  findFaults,
  findPolicy,
  findRole,
  findSamlProvider,
  insertAttachments,
  insertPolicy,
  insertRole,
  insertSamlProvider,
  listAttachments,
  listPolicies,
  listPolicyNames,
  updatePolicyDocument,
  updateRole,
  updateSamlProvider,
  type CamAttachment,
  type CamOwner,
} from '../../db/cam.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { parseIdpMetadata } from '../../saml/core/idp-metadata.js'
import type { Clock } from '../domain/clock.js'
import { MAXIMUM_DEPLOYED_ROLE_NAME } from '../domain/deployment.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newRoleId, type AccountUin } from '../domain/ids.js'
import { ACCESS_CONTROL_ROLE, type Account } from '../domain/organization.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type {
  AccountClient,
  CamClient,
  CustomPolicySettings,
  PresetCatalogue,
  RolePolicies,
} from './cam-client.js'
import { createCamUsers } from './cam-users.js'
import { describeManaged } from './managed-objects.js'

export interface CamSimulatorDeps {
  readonly db: Db
  readonly clock: Clock
  readonly presets: PresetCatalogue
  /** Where simulated slowness and chance come from. */
  readonly sleep?: (milliseconds: number) => Promise<unknown>
  readonly random?: () => number
}

/** Shortest and longest session of a role, in seconds. */
const SESSION_SECONDS = { minimum: 900, maximum: 43_200 } as const
/** Policies that one role can hold. */
const MAXIMUM_ATTACHMENTS = 200

/** `maximum` characters; 128 unless the Identity Center's own roles, whose prefix comes on top, are meant. */
function requireName(kind: string, name: string, maximum = 128): void {
  if (/^[A-Za-z0-9+=,.@_-]+$/.test(name) && name.length <= maximum) return
  throw new IdentityCenterError(
    'policy.nameInvalid',
    `The name of a ${kind} has 1 to ${maximum} of the characters A-Z a-z 0-9 + = , . @ _ -.`,
    { name },
  )
}

/** Throws unless `owner` made the object: the other side's objects are not touched. */
function requireOwner(owner: CamOwner, object: { readonly owner: CamOwner } | undefined, what: string): void {
  if (!object || object.owner === owner) return
  throw owner === 'identityCenter'
    ? new IdentityCenterError(
        'cam.nameTaken',
        `The account has its own ${what}, which the Identity Center does not touch: rename or delete it in the account.`,
      )
    : new IdentityCenterError(
        'cam.managed',
        `The ${what} was made by the Identity Center and cannot be changed in the account.`,
      )
}

export function createCamSimulator({
  db,
  clock,
  presets,
  sleep = delay,
  random = Math.random,
}: CamSimulatorDeps) {
  const now = (): string => clock.now().toISOString()

  const unavailable = (account: AccountUin, what: string) =>
    new IdentityCenterError('cam.unavailable', `The account ${account} ${what}.`, { account })

  /**
   * One call to an account, with the account's faults. A call that fails may have been carried out all the same, as over a
   * network: callers can only repeat it.
   */
  async function call<T>(account: AccountUin, work: (tx: Tx) => Promise<T>): Promise<T> {
    const faults = await findFaults(db, account)
    if (faults && faults.delayMilliseconds > 0) await sleep(faults.delayMilliseconds)
    if (faults?.outage) throw unavailable(account, 'does not answer')
    const fails = faults !== undefined && random() * 1000 < faults.errorPermille
    if (fails && random() < 0.5) throw unavailable(account, 'answered with an internal error')
    const result = await inTransaction(db, work)
    if (fails) throw unavailable(account, 'took the call, but its answer was lost')
    return result
  }

  async function requireRole(tx: Tx, account: AccountUin, name: string, owner: CamOwner) {
    const role = await findRole(tx, account, name)
    requireOwner(owner, role, `role ${name}`)
    if (role) return role
    throw new IdentityCenterError('role.notFound', `The account has no role ${name}.`, { account, name })
  }

  async function resolve(
    tx: Tx,
    account: AccountUin,
    policies: RolePolicies,
  ): Promise<readonly CamAttachment[]> {
    const preset = policies.preset.map(({ id, name }): CamAttachment => {
      const policy = presets.find(id)
      if (policy) return { type: 'preset', policyId: id, policyName: policy.name }
      throw new IdentityCenterError('policy.notFound', `There is no preset policy ${name} (${id}).`, {
        id,
        name,
      })
    })
    const custom: CamAttachment[] = []
    for (const name of policies.custom) {
      const policy = await findPolicy(tx, account, name)
      if (!policy)
        throw new IdentityCenterError('policy.notFound', `The account has no policy ${name}.`, { name })
      custom.push({ type: 'custom', policyId: policy.id, policyName: policy.name })
    }
    const wanted = [...preset, ...custom]
    if (wanted.length > MAXIMUM_ATTACHMENTS) {
      throw new IdentityCenterError('policy.limit', `A role holds at most ${MAXIMUM_ATTACHMENTS} policies.`, {
        limit: MAXIMUM_ATTACHMENTS,
      })
    }
    return wanted
  }

  /** What `owner` may ask of accounts. */
  const clientFor = (owner: CamOwner): CamClient => ({
    putSamlProvider: (account, provider) =>
      call(account, async (tx) => {
        requireName('SAML provider', provider.name)
        parseIdpMetadata(provider.metadata, clock.now())
        const existing = await findSamlProvider(tx, account, provider.name)
        requireOwner(owner, existing, `SAML provider ${provider.name}`)
        if (!existing) await insertSamlProvider(tx, { accountUin: account, ...provider, owner }, now())
        else if (existing.metadata !== provider.metadata || existing.description !== provider.description)
          await updateSamlProvider(tx, { accountUin: account, ...provider }, now())
      }),

    deleteSamlProvider: (account, name) =>
      call(account, async (tx) => {
        requireOwner(owner, await findSamlProvider(tx, account, name), `SAML provider ${name}`)
        await deleteSamlProvider(tx, account, name)
      }),

    putRole: (account, role) =>
      call(account, async (tx) => {
        requireName('role', role.name, owner === 'identityCenter' ? MAXIMUM_DEPLOYED_ROLE_NAME : undefined)
        parsePolicyDocument(role.trustPolicy, 'trust')
        const { minimum, maximum } = SESSION_SECONDS
        if (role.sessionDuration < minimum || role.sessionDuration > maximum) {
          throw new IdentityCenterError(
            'sts.duration',
            `A role session lasts ${minimum} to ${maximum} seconds.`,
          )
        }
        const existing = await findRole(tx, account, role.name)
        requireOwner(owner, existing, `role ${role.name}`)
        if (!existing) {
          await insertRole(
            tx,
            { ...role, id: newRoleId(), accountUin: account, consoleLogin: true, owner },
            now(),
          )
        } else if (
          existing.description !== role.description ||
          existing.trustPolicy !== role.trustPolicy ||
          existing.sessionDuration !== role.sessionDuration
        ) {
          await updateRole(tx, existing.id, role, now())
        }
      }),

    deleteRole: (account, name) =>
      call(account, async (tx) => {
        const role = await findRole(tx, account, name)
        requireOwner(owner, role, `role ${name}`)
        if (role) await deleteRole(tx, role.id, now())
      }),

    putCustomPolicy: (account, policy) =>
      call(account, async (tx) => {
        requireName('policy', policy.name)
        parsePolicyDocument(policy.document, 'identity')
        const existing = await findPolicy(tx, account, policy.name)
        requireOwner(owner, existing, `policy ${policy.name}`)
        if (!existing) await insertPolicy(tx, { accountUin: account, ...policy, owner }, now())
        else if (existing.document !== policy.document)
          await updatePolicyDocument(tx, existing.id, policy.document, now())
      }),

    deleteCustomPolicies: (account, prefix, except) =>
      call(account, async (tx) => {
        const kept = new Set(except)
        const made = await listPolicies(tx, account, owner, prefix)
        await deletePolicies(
          tx,
          made.filter(({ name }) => !kept.has(name)).map(({ id }) => id),
        )
      }),

    attachPolicies: (account, roleName, policies) =>
      call(account, async (tx) => {
        const { id } = await requireRole(tx, account, roleName, owner)
        const role = { kind: 'role', id } as const
        const keyOf = ({ type, policyId }: CamAttachment) => `${type} ${policyId}`
        const wanted = new Map(
          (await resolve(tx, account, policies)).map((attachment) => [keyOf(attachment), attachment]),
        )
        for (const attached of await listAttachments(tx, role)) {
          if (!wanted.delete(keyOf(attached))) await deleteAttachment(tx, role, attached)
        }
        await insertAttachments(tx, account, role, [...wanted.values()], now())
      }),

    describeManaged: (account) => call(account, (tx) => describeManaged(tx, account, owner)),

    describeRole: (account, name) =>
      call(account, async (tx) => {
        const role = await findRole(tx, account, name)
        if (!role) return undefined
        const attachments = await listAttachments(tx, { kind: 'role', id: role.id })
        return {
          name: role.name,
          description: role.description,
          sessionDuration: role.sessionDuration,
          trustPolicy: role.trustPolicy,
          preset: attachments
            .filter(({ type }) => type === 'preset')
            .map(({ policyId, policyName }) => ({ id: policyId, name: policyName })),
          custom: attachments
            .filter(({ type }) => type === 'custom')
            .map(({ policyName, document = '' }) => ({ name: policyName, document })),
        }
      }),

    listOwnPolicies: (account) => call(account, (tx) => listPolicyNames(tx, account, 'account')),

    readOwnPolicies: (account, names) =>
      call(account, async (tx) => {
        const found: CustomPolicySettings[] = []
        for (const wanted of names) {
          const policy = await findPolicy(tx, account, wanted)
          if (policy?.owner === 'account') found.push({ name: policy.name, document: policy.document })
        }
        return found
      }),
  })

  return {
    /** The Identity Center's hand in the accounts. */
    client: { ...clientFor('identityCenter'), ...createCamUsers({ call, now }) } satisfies AccountClient,
    /** The account's own hand: what an account may do in its CAM. */
    accountClient: clientFor('account'),

    /**
     * What the cloud makes in a member account when it opens it: the role through which the management account reaches it.
     */
    async openAccount(tx: Tx, account: Account, management: Account): Promise<void> {
      const id = newRoleId()
      const trustPolicy = JSON.stringify({
        version: '2.0',
        statement: [
          {
            effect: 'allow',
            action: 'name/sts:AssumeRole',
            principal: { qcs: [`qcs::cam::uin/${management.uin}:root`] },
          },
        ],
      })
      await insertRole(
        tx,
        {
          id,
          accountUin: account.uin,
          name: ACCESS_CONTROL_ROLE,
          description: 'Access of the organization management account',
          trustPolicy,
          sessionDuration: 7200,
          consoleLogin: true,
          owner: 'account',
        },
        now(),
      )
      const administrator = presets.findByName('AdministratorAccess')
      if (!administrator) throw new Error('the catalogue lacks AdministratorAccess')
      await insertAttachments(
        tx,
        account.uin,
        { kind: 'role', id },
        [{ type: 'preset', policyId: administrator.id, policyName: administrator.name }],
        now(),
      )
    },
  }
}

export type CamSimulator = ReturnType<typeof createCamSimulator>
