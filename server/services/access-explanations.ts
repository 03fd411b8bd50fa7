/** Why a user may, or may not, do something in an account: every step that decides it, in order. */
import { listPaths } from '../../db/access-paths.js'
import type { Db } from '../../db/database.js'
import { findAccount, findNodePath } from '../../db/organization.js'
import { findConfigurations } from '../../db/permission-configurations.js'
import { documentsByLevel } from '../../db/service-control.js'
import { findUser } from '../../db/users.js'
import { placeEnd, type AccessPath, type PlaceEnd } from '../domain/access-path.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, PermissionConfigurationId, UserId } from '../domain/ids.js'
import type { Account } from '../domain/organization.js'
import type { PermissionConfiguration } from '../domain/permission-configuration.js'
import type { RequestContext } from '../domain/policy-evaluation.js'
import { examine, type LayerFinding, type StatementFinding } from '../domain/policy-examination.js'
import { askedAction, askedResource, type AskedResource } from '../domain/policy-statement.js'
import type { User } from '../domain/user.js'
import type { DeployedPolicies } from './deployed-policies.js'

export interface AccessExplanationServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly deployedPolicies: DeployedPolicies
}

export interface AccessQuestion {
  readonly userId: UserId
  readonly accountUin: AccountUin
  /** `<service>:<Operation>`. */
  readonly action: string
  /** One resource, or `*` for everything. */
  readonly resource: string
  /** Condition keys; the time, the second factor and the account are there unless they are named. */
  readonly context: RequestContext
}

/** A statement with its text, indented. */
export type ShownStatement = StatementFinding & { readonly text: string }

export interface PolicyStep extends Omit<LayerFinding, 'statements'> {
  readonly statements: readonly ShownStatement[]
}

/** The steps by which one role is reached, and what it says. */
export interface RoleExplanation {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  /** All of one place: by them the user comes to the role. */
  readonly paths: readonly AccessPath[]
  /** Where every path ends; absent when one leads into the account. */
  readonly end?: PlaceEnd
  /** Which version the account has; absent where nobody has kept that. */
  readonly version?: number
  readonly stale: boolean
  /** Absent where the role cannot be reached, or where nobody knows what is deployed. */
  readonly policies?: PolicyStep
  /** The version that the account does not have yet would decide otherwise. */
  readonly otherwiseWhenRedeployed: boolean
}

export interface AccessExplanation {
  readonly allowed: boolean
  readonly user: Pick<User, 'id' | 'userName' | 'active' | 'blocked'>
  readonly account: Pick<Account, 'uin' | 'name'>
  readonly roles: readonly RoleExplanation[]
  /** From the account up to the root; absent where they do not apply. */
  readonly serviceControl?: readonly (PolicyStep & { readonly name: string })[]
}

export type AccessExplanationService = ReturnType<typeof createAccessExplanationService>

const MAXIMUM_PATHS = 1000

interface NamedDocument {
  readonly name: string
  readonly document: string
}

export function createAccessExplanationService({
  db,
  clock,
  deployedPolicies,
}: AccessExplanationServiceDeps) {
  function step(policies: readonly NamedDocument[], asked: AskedResource): PolicyStep {
    const compiled = policies.map(({ name, document }) => deployedPolicies.compile(name, document))
    const documents = new Map(policies.map(({ name, document }) => [name, document]))
    const { outcome, statements } = examine(compiled, asked)
    return {
      outcome,
      statements: statements.map((statement) => ({
        ...statement,
        text: statementText(documents.get(statement.policy) ?? '{}', statement.statement),
      })),
    }
  }

  async function explainRole(
    paths: readonly AccessPath[],
    wanted: PermissionConfiguration | undefined,
    asked: AskedResource,
  ): Promise<RoleExplanation | undefined> {
    const [first] = paths
    if (!first) return undefined
    const now = clock.now().toISOString()
    const ends = paths.map((path) => placeEnd(path, now))
    const end = ends.includes(undefined) ? undefined : ends[0]
    const { configurationId, configurationName, deployment } = first
    const version = deployment?.version
    const stale = deployment?.deployedHash !== undefined && deployment.deployedHash !== deployment.contentHash
    const decideBy = async (number: number) => {
      const policies = await deployedPolicies.ofVersion(configurationId, number)
      return policies && step(policies, asked)
    }
    const policies = end === undefined && version !== undefined ? await decideBy(version) : undefined
    const next = stale && policies && wanted ? await decideBy(wanted.version) : undefined
    return {
      configurationId,
      configurationName,
      paths,
      ...(end && { end }),
      ...(version !== undefined && { version }),
      stale,
      ...(policies && { policies }),
      otherwiseWhenRedeployed:
        next !== undefined && (next.outcome === 'allow') !== (policies?.outcome === 'allow'),
    }
  }

  async function explainLevels(account: Account, asked: AskedResource) {
    const levels = await documentsByLevel(db, account.uin)
    if (!levels) return undefined
    const nodes = await findNodePath(db, account.nodeId)
    const names = [account.name, ...nodes.map(({ name }) => name)]
    return levels.map((policies, index) => ({ name: names[index] ?? '', ...step(policies, asked) }))
  }

  return {
    /** Throws `actor.forbidden`, `user.notFound`, `account.notFound`. */
    async explain(actor: Actor, question: AccessQuestion): Promise<AccessExplanation> {
      requireReadRights(actor)
      const { userId, accountUin } = question
      const user = await findUser(db, userId)
      if (!user) throw new IdentityCenterError('user.notFound', `There is no user ${userId}.`)
      const account = await findAccount(db, accountUin)
      if (!account)
        throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.')
      // What a role session of the account would be asked with.
      const asked = askedResource(askedAction(question.action), question.resource, {
        context: {
          'qcs:current_time': clock.now().toISOString(),
          'qcs:mfa': 'false',
          ...question.context,
          'qcs:owner_uin': account.uin,
        },
        account: { uin: account.uin, appId: String(account.appId) },
      })
      const { items } = await listPaths(db, { userId, accountUin }, { offset: 0, limit: MAXIMUM_PATHS })
      const byConfiguration = new Map<PermissionConfigurationId, AccessPath[]>()
      for (const path of items) {
        const paths = byConfiguration.get(path.configurationId)
        if (paths) paths.push(path)
        else byConfiguration.set(path.configurationId, [path])
      }
      const wanted = new Map(
        (await findConfigurations(db, [...byConfiguration.keys()])).map((each) => [each.id, each]),
      )
      const roles: RoleExplanation[] = []
      for (const [id, paths] of byConfiguration) {
        const role = await explainRole(paths, wanted.get(id), asked)
        if (role) roles.push(role)
      }
      const serviceControl = await explainLevels(account, asked)
      const { id, userName, active, blocked } = user
      return {
        allowed:
          active &&
          !blocked &&
          (serviceControl?.every(({ outcome }) => outcome === 'allow') ?? true) &&
          roles.some(({ policies }) => policies?.outcome === 'allow'),
        user: { id, userName, active, blocked },
        account: { uin: account.uin, name: account.name },
        roles,
        ...(serviceControl && { serviceControl }),
      }
    },
  }
}

/** One statement of a document that was checked; a document may hold one without a list. */
function statementText(document: string, number: number): string {
  const { statement } = JSON.parse(document) as { readonly statement?: unknown }
  const one: unknown = Array.isArray(statement) ? statement[number - 1] : statement
  return JSON.stringify(one, undefined, 2) ?? ''
}
