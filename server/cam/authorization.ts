/** What the policies of a simulated account allow: to sub-users, to roles, and to whoever wants to take on a role. */
import { findBoundary, listPoliciesInForce, type BoundedEntity } from '../../db/cam-attachments.js'
import type { CamRole } from '../../db/cam.js'
import type { Db } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import { documentsByLevel } from '../../db/service-control.js'
import type { Clock } from '../domain/clock.js'
import {
  accountOf,
  permanentCallerOf,
  uinOf,
  type CloudCaller,
  type CloudRequest,
} from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Account } from '../domain/organization.js'
import { createPolicyCache } from '../domain/policy-cache.js'
import { allowsEvery } from '../domain/policy-coverage.js'
import {
  compilePolicy,
  evaluate,
  isTrusted,
  type CompiledPolicy,
  type Decision,
  type PolicyLayers,
  type RequestContext,
  type TrustRequest,
} from '../domain/policy-evaluation.js'

export interface AuthorizationDeps {
  readonly db: Db
  readonly clock: Clock
  readonly presets: { find(id: number): { readonly name: string; readonly document: string } | undefined }
}

/** A policy in force, with its text. */
export interface PolicyInForce {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly document: string
  /** The group by which a user has it; absent when it is attached directly. */
  readonly group?: string
}

/** A boundary whose policy is gone allows nothing. */
const CLOSED_BOUNDARY = compilePolicy('of the boundary', { kind: 'identity', statements: [] })

export function createAuthorization({ db, clock, presets }: AuthorizationDeps) {
  const { compile } = createPolicyCache()

  /** A preset policy that has left the catalogue grants nothing any more. */
  async function policiesOf(entity: BoundedEntity): Promise<readonly PolicyInForce[]> {
    const attached = await listPoliciesInForce(db, entity)
    return attached.flatMap(({ type, id, name, document, group }) => {
      const text = type === 'preset' ? presets.find(id)?.document : document
      return text === undefined ? [] : [{ type, name, document: text, ...(group && { group: group.name }) }]
    })
  }

  async function boundaryOf(entity: BoundedEntity): Promise<CompiledPolicy | undefined> {
    const boundary = await findBoundary(db, entity)
    if (!boundary) return undefined
    const { name = CLOSED_BOUNDARY.name, document } =
      boundary.type === 'preset' ? (presets.find(boundary.id) ?? boundary) : boundary
    return document === undefined ? CLOSED_BOUNDARY : compile(name, document, 'identity')
  }

  /** Whose policies count; absent for the account itself, which needs none. */
  function entityOf(caller: CloudCaller): BoundedEntity | undefined {
    if (caller.kind === 'roleSession') return { kind: 'role', id: caller.session.roleId }
    const holder = permanentCallerOf(caller)
    return holder?.kind === 'subUser' ? { kind: 'user', id: holder.uin } : undefined
  }

  function sessionPolicyOf(caller: CloudCaller): string | undefined {
    if (caller.kind === 'roleSession') return caller.session.sessionPolicy
    return caller.kind === 'federated' ? caller.policy : undefined
  }

  async function requireAccount(caller: CloudCaller): Promise<Account> {
    const account = await findAccount(db, accountOf(caller))
    if (account) return account
    throw new IdentityCenterError('account.notFound', 'There is no such account.')
  }

  /** Everything that has a say in what the caller may do, as it stands now. */
  async function layersOf(caller: CloudCaller, account: Account): Promise<PolicyLayers> {
    const entity = entityOf(caller)
    const policies = entity ? await policiesOf(entity) : []
    const boundary = entity && (await boundaryOf(entity))
    const levels = account.kind === 'member' ? await documentsByLevel(db, account.uin) : undefined
    const sessionPolicy = sessionPolicyOf(caller)
    return {
      ...(levels && {
        serviceControl: levels.map((level) =>
          level.map(({ name, document }) => compile(name, document, 'identity')),
        ),
      }),
      root: !entity,
      identity: policies.map(({ name, document }) => compile(name, document, 'identity')),
      ...(boundary && { boundary }),
      ...(sessionPolicy !== undefined && {
        session: compile('of the session', sessionPolicy, 'identity'),
      }),
    }
  }

  /** What the account itself knows of a request, beside what the door knows. */
  function surroundingsOf(caller: CloudCaller, account: Account, context: RequestContext) {
    const holder = permanentCallerOf(caller)
    return {
      context: {
        ...context,
        'qcs:current_time': clock.now().toISOString(),
        'qcs:owner_uin': account.uin,
        // Signed requests carry no second factor.
        'qcs:mfa': 'false',
        ...(holder && { 'qcs:uin': uinOf(holder) }),
      },
      account: { uin: account.uin, appId: String(account.appId) },
      ...(holder && { callerUin: uinOf(holder) }),
    }
  }

  return {
    /** The policies that a caller has, by name; what a session policy takes away is not considered. */
    async policiesOf(caller: CloudCaller): Promise<readonly PolicyInForce[]> {
      const entity = entityOf(caller)
      return entity ? policiesOf(entity) : []
    },

    /** Decides by the caller's policies as they stand now. Throws `account.notFound` when the account is gone. */
    async authorize(caller: CloudCaller, request: CloudRequest): Promise<Decision> {
      const account = await requireAccount(caller)
      return evaluate(await layersOf(caller, account), {
        action: request.action,
        resources: request.resources,
        ...surroundingsOf(caller, account, request.context),
      })
    },

    /**
     * Whether the same policies allow every operation that the actions stand for (see `allowsEvery`). Throws
     * `account.notFound`.
     */
    async allowsEvery(
      caller: CloudCaller,
      actions: readonly string[],
      context: RequestContext,
    ): Promise<boolean> {
      const account = await requireAccount(caller)
      return allowsEvery(await layersOf(caller, account), actions, surroundingsOf(caller, account, context))
    },

    /** Whether the role's trust policy names the party. */
    trusts: (
      role: Pick<CamRole, 'accountUin' | 'trustPolicy'>,
      request: Omit<TrustRequest, 'account'>,
    ): boolean =>
      isTrusted(compile('trust', role.trustPolicy, 'trust'), {
        ...request,
        context: { ...request.context, 'qcs:current_time': clock.now().toISOString() },
        account: { uin: role.accountUin },
      }),
  }
}

export type Authorization = ReturnType<typeof createAuthorization>
