/**
 * Who can carry out an action in any account. Each version of a configuration is compared with the action once, and each set
 * of service control policies once, whatever the number of accounts and users.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { pathsAfter, FIRST_PATH, type PathFilter, type PathKey } from '../../db/access-paths.js'
import {
  assignedAccounts,
  deployedPlaces,
  listPolicyAccounts,
  listReachedUsers,
  readServiceControl,
  type PolicyAccount,
  type ReachedUser,
  type ServiceControlState,
} from '../../db/action-access.js'
import type { Db } from '../../db/database.js'
import { findConfigurations } from '../../db/permission-configurations.js'
import { inTransaction } from '../../db/transaction.js'
import { pathState, type AccessPath } from '../domain/access-path.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import type { AccountUin, PermissionConfigurationId, UserId } from '../domain/ids.js'
import { addIndex, countIndexes, createIndexSet, uniteInto, type IndexSet } from '../domain/index-set.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { CompiledPolicy } from '../domain/policy-evaluation.js'
import {
  ALLOWED,
  allOf,
  openRequest,
  possibilityOf,
  type ActionQuestion,
  type OpenRequest,
  type Possibility,
} from '../domain/policy-possibility.js'
import type { AuditLog } from './audit-log.js'
import type { DeployedPolicies } from './deployed-policies.js'

export interface ActionAccessServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly deployedPolicies: DeployedPolicies
}

/** A version of a configuration, and what it amounts to in so many accounts. */
export interface ActionConfiguration {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly version: number
  readonly possibility: Possibility
  readonly accounts: number
}

/** In how many accounts somebody can do it: always, and elsewhere with limits only. */
export interface ActionPerson {
  readonly userId: UserId
  readonly userName: string
  readonly always: number
  readonly conditional: number
}

export interface ActionAnswer {
  /** By configuration and version; those that are denied stand here, too. */
  readonly configurations: readonly ActionConfiguration[]
  /** Deployments from before versions were kept: nobody knows what they allow. */
  readonly unknown: number
  readonly people: Page<ActionPerson>
}

export type ActionPath = AccessPath & { readonly possibility: Possibility }

export type ActionAccessService = ReturnType<typeof createActionAccessService>

/** What is possible by configuration and account, where it is at all. */
type PossiblePlaces = ReadonlyMap<PermissionConfigurationId, ReadonlyMap<AccountUin, Possibility>>

interface Assessment {
  readonly accounts: readonly PolicyAccount[]
  readonly places: PossiblePlaces
  readonly groups: readonly Omit<ActionConfiguration, 'configurationName'>[]
  readonly unknown: number
}

/** Accounts, by their position in the assessment. */
interface Reach {
  readonly always: IndexSet
  readonly conditional: IndexSet
}

const PATHS_AT_ONCE = 500
const ACCOUNTS_AT_ONCE = 250

/** Parts of a sorted list, by the first and the last of each. */
const ranges = (uins: readonly AccountUin[]) =>
  Array.from({ length: Math.ceil(uins.length / ACCOUNTS_AT_ONCE) }, (_, part) => {
    const range = uins.slice(part * ACCOUNTS_AT_ONCE, (part + 1) * ACCOUNTS_AT_ONCE)
    // No part is empty.
    return { first: range[0] as AccountUin, last: range[range.length - 1] as AccountUin }
  })

export function createActionAccessService({ db, clock, audit, deployedPolicies }: ActionAccessServiceDeps) {
  /** What the levels above an account leave of the action; accounts with the same policies are asked once. */
  function serviceControlAsked(state: ServiceControlState | undefined) {
    const policies = new Map<number, CompiledPolicy>(
      state?.policies.map(({ id, name, document }) => [id, deployedPolicies.compile(name, document)]),
    )
    const answers = new Map<string, Possibility>()
    return (account: PolicyAccount, request: OpenRequest): Possibility => {
      if (!state || account.kind === 'management') return ALLOWED
      const targets = [`account ${account.uin}`]
      for (let node: number | null = account.nodeId; node !== null; node = state.parentOf.get(node) ?? null)
        targets.push(`node ${node}`)
      const levels = targets.map((target) => state.attached.get(target) ?? [])
      // The names of an account's own resources are spelled with its number.
      const key = JSON.stringify([request.resource === undefined ? '' : account.uin, levels])
      const answer =
        answers.get(key) ??
        allOf(
          levels.map((ids) =>
            possibilityOf(
              ids.flatMap((id) => policies.get(id) ?? []),
              request,
            ),
          ),
        )
      answers.set(key, answer)
      return answer
    }
  }

  async function assess(question: ActionQuestion): Promise<Assessment> {
    const accounts = await listPolicyAccounts(db)
    const requests = new Map(
      accounts.map((account) => {
        const { uin, appId } = account
        return [uin, { account, request: openRequest(question, { uin, appId: String(appId) }) }]
      }),
    )
    const limitsOf = serviceControlAsked(await readServiceControl(db))
    const versions = new Map<string, readonly CompiledPolicy[] | undefined>()
    const answers = new Map<string, Possibility>()
    const places = new Map<PermissionConfigurationId, Map<AccountUin, Possibility>>()
    const groups = new Map<string, Omit<ActionConfiguration, 'configurationName'>>()
    let unknown = 0
    for await (const part of deployedPlaces(db)) {
      for (const { configurationId, accountUin, version } of part) {
        const versionKey = `${configurationId} ${version}`
        if (version !== null && !versions.has(versionKey)) {
          const policies = await deployedPolicies.ofVersion(configurationId, version)
          versions.set(
            versionKey,
            policies?.map(({ compiled }) => compiled),
          )
        }
        const policies = versions.get(versionKey)
        const asked = requests.get(accountUin)
        if (version === null || !policies || !asked) {
          unknown += 1
          continue
        }
        const answerKey = asked.request.resource === undefined ? versionKey : `${versionKey} ${accountUin}`
        const identity = answers.get(answerKey) ?? possibilityOf(policies, asked.request)
        answers.set(answerKey, identity)
        const possibility = allOf([identity, limitsOf(asked.account, asked.request)])
        const groupKey = JSON.stringify([versionKey, possibility])
        const accountsBefore = groups.get(groupKey)?.accounts ?? 0
        groups.set(groupKey, { configurationId, version, possibility, accounts: accountsBefore + 1 })
        if (possibility.outcome === 'denied') continue
        const byAccount = places.get(configurationId) ?? new Map<AccountUin, Possibility>()
        places.set(configurationId, byAccount.set(accountUin, possibility))
      }
      await breathe()
    }
    return { accounts, places, groups: [...groups.values()], unknown }
  }

  /** Accounts that each principal reaches by assignments that count now. */
  async function reachOfPrincipals({ accounts, places }: Assessment): Promise<ReadonlyMap<string, Reach>> {
    const now = clock.now().toISOString()
    const indexes = new Map(accounts.map(({ uin }, index) => [uin, index]))
    const reached = new Map<string, Reach>()
    const reachOf = (principalId: string): Reach => {
      const known = reached.get(principalId)
      if (known) return known
      const reach = { always: createIndexSet(accounts.length), conditional: createIndexSet(accounts.length) }
      reached.set(principalId, reach)
      return reach
    }
    for (const [configurationId, byAccount] of places) {
      for (const range of ranges([...byAccount.keys()].sort())) {
        for (const { principalId, accountUins } of await assignedAccounts(db, configurationId, range, now)) {
          for (const uin of accountUins) {
            const possibility = byAccount.get(uin)
            const index = indexes.get(uin)
            if (!possibility || index === undefined) continue
            const { always, conditional } = reachOf(principalId)
            addIndex(possibility.outcome === 'always' ? always : conditional, index)
          }
        }
        await breathe()
      }
    }
    return reached
  }

  function personOf(user: ReachedUser, reached: ReadonlyMap<string, Reach>, size: number): ActionPerson {
    const always = createIndexSet(size)
    const conditional = createIndexSet(size)
    for (const principalId of user.principalIds) {
      const reach = reached.get(principalId)
      if (!reach) continue
      uniteInto(always, reach.always)
      uniteInto(conditional, reach.conditional)
    }
    return {
      userId: user.userId,
      userName: user.userName,
      always: countIndexes(always),
      conditional: countIndexes(conditional, always),
    }
  }

  async function configurationsOf({ groups }: Assessment): Promise<readonly ActionConfiguration[]> {
    const found = await findConfigurations(db, [
      ...new Set(groups.map(({ configurationId }) => configurationId)),
    ])
    const names = new Map(found.map(({ id, name }) => [id, name]))
    return groups
      .map((group) => ({
        ...group,
        configurationName: names.get(group.configurationId) ?? group.configurationId,
      }))
      .sort(
        (one, other) =>
          one.configurationName.localeCompare(other.configurationName, 'en') || other.version - one.version,
      )
  }

  /** Paths that lead to the action now, part by part. */
  async function* walk(filter: PathFilter, places: PossiblePlaces): AsyncGenerator<readonly ActionPath[]> {
    const now = clock.now().toISOString()
    let after: PathKey | undefined = FIRST_PATH
    while (after) {
      const { items, next } = await pathsAfter(db, filter, after, PATHS_AT_ONCE)
      const open = items.flatMap((path) => {
        const possibility = places.get(path.configurationId)?.get(path.accountUin)
        return possibility && pathState(path, now) === 'open' ? [{ ...path, possibility }] : []
      })
      if (open.length > 0) yield open
      after = next
      await breathe()
    }
  }

  async function* walkAll(places: PossiblePlaces): AsyncGenerator<readonly ActionPath[]> {
    for (const configurationId of places.keys()) yield* walk({ configurationId }, places)
  }

  return {
    /** Who can do it, and by what. Throws `actor.forbidden`. */
    async whoCan(
      actor: Actor,
      question: ActionQuestion,
      list: { readonly userName?: string; readonly page: PageRequest },
    ): Promise<ActionAnswer> {
      requireReadRights(actor)
      const assessment = await assess(question)
      const reached = await reachOfPrincipals(assessment)
      const users = await listReachedUsers(db, [...reached.keys()], list)
      return {
        configurations: await configurationsOf(assessment),
        unknown: assessment.unknown,
        people: {
          items: users.items.map((user) => personOf(user, reached, assessment.accounts.length)),
          total: users.total,
        },
      }
    },

    /** Where one user can do it, and by which paths: all of them, by account. Throws `actor.forbidden`. */
    async whereCan(
      actor: Actor,
      question: ActionQuestion,
      userId: UserId,
      page: PageRequest,
    ): Promise<Page<ActionPath>> {
      requireReadRights(actor)
      const { places } = await assess(question)
      const items: ActionPath[] = []
      let total = 0
      for await (const part of walk({ userId }, places)) {
        for (const path of part) {
          if (total >= page.offset && items.length < page.limit) items.push(path)
          total += 1
        }
      }
      return { items, total }
    },

    /** Every path of everybody to the action in parts, after it was recorded who takes them out. Throws `actor.forbidden`. */
    async export(
      actor: Actor,
      question: ActionQuestion,
      format: 'csv' | 'json',
    ): Promise<AsyncGenerator<readonly ActionPath[]>> {
      requireReadRights(actor)
      await inTransaction(db, (tx) =>
        audit.record(tx, actor, { action: 'access.export', detail: { ...question, format } }),
      )
      const { places } = await assess(question)
      return walkAll(places)
    },
  }
}
