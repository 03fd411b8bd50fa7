/** What the policies of a simulated account allow: to sub-users, to roles, and to whoever wants to take on a role. */
import { listAttachments, type CamEntity, type CamRole } from '../../db/cam.js'
import type { Db } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import { documentsByLevel } from '../../db/service-control.js'
import type { Clock } from '../domain/clock.js'
import { accountOf, type CloudCaller, type CloudRequest } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import {
  compilePolicy,
  evaluate,
  isTrusted,
  type CompiledPolicy,
  type Decision,
  type TrustRequest,
} from '../domain/policy-evaluation.js'

export interface AuthorizationDeps {
  readonly db: Db
  readonly clock: Clock
  readonly presets: { find(id: number): { readonly document: string } | undefined }
}

/** A policy in force, with its text. */
export interface PolicyInForce {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly document: string
}

const COMPILED_POLICIES = 1000

export function createAuthorization({ db, clock, presets }: AuthorizationDeps) {
  const compiled = new Map<string, CompiledPolicy>()

  /** A text is parsed and compiled once. Those used least recently are forgotten first. */
  function compile(name: string, text: string, kind: 'identity' | 'trust'): CompiledPolicy {
    const key = JSON.stringify([kind, name, text])
    const policy = compiled.get(key) ?? compilePolicy(name, parsePolicyDocument(text, kind))
    compiled.delete(key)
    compiled.set(key, policy)
    if (compiled.size > COMPILED_POLICIES) {
      const [oldest] = compiled.keys()
      if (oldest !== undefined) compiled.delete(oldest)
    }
    return policy
  }

  /** A preset policy that has left the catalogue grants nothing any more. */
  async function policiesOf(entity: CamEntity): Promise<readonly PolicyInForce[]> {
    const attachments = await listAttachments(db, entity)
    return attachments.flatMap(({ type, policyId, policyName, document }) => {
      const text = type === 'preset' ? presets.find(policyId)?.document : document
      return text === undefined ? [] : [{ type, name: policyName, document: text }]
    })
  }

  const entityOf = (caller: CloudCaller): CamEntity =>
    caller.kind === 'subUser' ? { kind: 'user', id: caller.uin } : { kind: 'role', id: caller.session.roleId }

  return {
    /** The policies that a caller has, by name; what a session policy takes away is not considered. */
    policiesOf: (caller: CloudCaller) => policiesOf(entityOf(caller)),

    /** Decides by the caller's policies as they stand now. Throws `account.notFound` when the account is gone. */
    async authorize(caller: CloudCaller, request: CloudRequest): Promise<Decision> {
      const accountUin = accountOf(caller)
      const account = await findAccount(db, accountUin)
      if (!account) throw new IdentityCenterError('account.notFound', 'There is no such account.')
      const policies = await policiesOf(entityOf(caller))
      const levels = await documentsByLevel(db, accountUin)
      const sessionPolicy = caller.kind === 'roleSession' ? caller.session.sessionPolicy : undefined
      return evaluate(
        {
          ...(levels && {
            serviceControl: levels.map((level) =>
              level.map(({ name, document }) => compile(name, document, 'identity')),
            ),
          }),
          identity: policies.map(({ name, document }) => compile(name, document, 'identity')),
          ...(sessionPolicy !== undefined && {
            session: compile('of the session', sessionPolicy, 'identity'),
          }),
        },
        {
          action: request.action,
          resources: request.resources,
          context: {
            ...request.context,
            'qcs:current_time': clock.now().toISOString(),
            'qcs:owner_uin': accountUin,
            // Signed requests carry no second factor.
            'qcs:mfa': 'false',
            ...(caller.kind === 'subUser' && { 'qcs:uin': caller.uin }),
          },
          account: { uin: accountUin, appId: String(account.appId) },
          ...(caller.kind === 'subUser' && { callerUin: caller.uin }),
        },
      )
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
