/** Puts right what differs in accounts: what was deployed is deployed again, what nothing needs is taken away. */
import type { Db } from '../../db/database.js'
import { findDeploymentsIn, type DeploymentPlace } from '../../db/deployments.js'
import { deleteFinding, listFindings } from '../../db/drift.js'
import { inTransaction } from '../../db/transaction.js'
import type { CamClient } from '../cam/cam-client.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { MAXIMUM_TRIPLES } from '../domain/assignment.js'
import type { DriftFinding } from '../domain/drift.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { Task } from '../domain/task.js'
import type { AccountObserver } from './account-observer.js'
import type { AuditLog } from './audit-log.js'
import type { DeploymentService } from './deployments.js'
import type { DriftExamination } from './drift-examination.js'
import { inTime } from './worker-lanes.js'

const ANSWER_MILLISECONDS = 10_000

export interface DriftRepairDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly cam: Pick<CamClient, 'deleteRole' | 'deleteSamlProvider' | 'deleteCustomPolicies'>
  readonly observer: AccountObserver
  readonly examine: DriftExamination
  readonly deployments: Pick<DeploymentService, 'deployVersions'>
}

export type DriftRepairs = ReturnType<typeof createDriftRepairs>

/** What is to be put right: a deployment, or the SAML provider of an account. */
export type RepairTarget =
  | ({ readonly kind: 'deployment' } & DeploymentPlace)
  | { readonly kind: 'samlProvider'; readonly accountUin: AccountUin }

export function createDriftRepairs({ db, audit, cam, observer, examine, deployments }: DriftRepairDeps) {
  const notFound = (facts: Readonly<Record<string, unknown>>) =>
    new IdentityCenterError(
      'deployment.notFound',
      'The permission configuration is not deployed in this account.',
      facts,
    )

  /** Deploys the versions again that the accounts have; nothing newer comes with them. */
  function redeploy(
    actor: Actor,
    targets: readonly RepairTarget[],
    whenBusy: 'refuse' | 'skip',
  ): Promise<readonly Task[]> {
    return inTransaction(db, async (tx) => {
      const accounts = [...new Set(targets.map(({ accountUin }) => accountUin))]
      const there = await findDeploymentsIn(tx, accounts)
      const chosen = new Map<string, (typeof there)[number]>()
      for (const target of targets) {
        // Every deployment brings the SAML provider along: one of the account's is enough.
        const deployment = there.find(
          ({ accountUin, configurationId, deployedHash, status }) =>
            accountUin === target.accountUin &&
            deployedHash !== undefined &&
            (target.kind === 'deployment'
              ? configurationId === target.configurationId
              : status === 'deployed' || status === 'failed'),
        )
        if (!deployment && whenBusy === 'skip') continue
        if (!deployment) throw notFound({ ...target })
        const isBusy = deployment.status === 'deploying' || deployment.status === 'undeploying'
        if (isBusy && whenBusy === 'skip') continue
        if (isBusy) {
          throw new IdentityCenterError(
            'deployment.busy',
            'A task is in progress at this deployment. Wait until that is done.',
          )
        }
        chosen.set(`${deployment.accountUin} ${deployment.configurationId}`, deployment)
      }
      if (chosen.size === 0) return []
      return deployments.deployVersions(
        tx,
        actor,
        [...chosen.values()].map((deployment) => ({
          ...deployment,
          version: deployment.deployedVersion ?? deployment.configurationVersion,
        })),
        { action: 'drift.repair', detail: {} },
      )
    })
  }

  return {
    /** One task for each. Throws `deployment.notFound`, `deployment.busy`. */
    async repair(actor: Actor, targets: readonly RepairTarget[]): Promise<readonly Task[]> {
      requireFullRights(actor)
      return redeploy(actor, targets, 'refuse')
    },

    /** Whatever of the findings a deployment can put right, up to 1000; what a task is at is left to that. */
    async repairAll(actor: Actor): Promise<readonly Task[]> {
      requireFullRights(actor)
      const { items } = await listFindings(db, {}, { offset: 0, limit: MAXIMUM_TRIPLES })
      const targets = items.flatMap(
        ({ accountUin, configurationId, kind, difference }): readonly RepairTarget[] => {
          if (configurationId !== undefined) return [{ kind: 'deployment', accountUin, configurationId }]
          return kind === 'samlProvider' && difference.state !== 'extra'
            ? [{ kind: 'samlProvider', accountUin }]
            : []
        },
      )
      return redeploy(actor, targets, 'skip')
    },

    /**
     * Deletes an object of ours that nothing deployed needs, after having looked once more that this is so. Throws
     * `deployment.notFound` when there is no such object, `cam.unavailable`.
     */
    async removeExtra(
      actor: Actor,
      accountUin: AccountUin,
      { kind, name }: Pick<DriftFinding, 'kind' | 'name'>,
    ): Promise<void> {
      requireFullRights(actor)
      const outcome = (await examine([accountUin])).get(accountUin)?.outcome
      if (outcome?.kind !== 'seen') {
        throw new IdentityCenterError('cam.unavailable', outcome?.failure ?? 'The account was not asked.')
      }
      const isExtra = outcome.findings.some(
        (finding) => finding.kind === kind && finding.name === name && finding.difference.state === 'extra',
      )
      if (isExtra) await inTime(accountUin, ANSWER_MILLISECONDS, remove(accountUin, kind, name))
      await inTransaction(db, async (tx) => {
        await deleteFinding(tx, accountUin, { kind, name })
        if (!isExtra) return
        await audit.record(tx, actor, {
          action: 'drift.removeExtra',
          subject: { kind: 'account', id: accountUin },
          detail: { kind, name },
        })
      })
      if (isExtra) return
      throw new IdentityCenterError(
        'deployment.notFound',
        'The account has no such object any more that nothing needs.',
        { kind, name },
      )
    },
  }

  async function remove(accountUin: AccountUin, kind: DriftFinding['kind'], name: string): Promise<void> {
    switch (kind) {
      case 'role':
        return cam.deleteRole(accountUin, name)
      case 'samlProvider':
        return cam.deleteSamlProvider(accountUin, name)
      case 'policy': {
        // Policies are deleted by the beginning of their names: the others that begin alike are to stay.
        const observation = await observer.observe(accountUin)
        if (observation.kind === 'unknown') {
          throw new IdentityCenterError('cam.unavailable', observation.failure)
        }
        const others = observation.objects.policies.flatMap((policy) =>
          policy.name === name ? [] : [policy.name],
        )
        return cam.deleteCustomPolicies(accountUin, name, others)
      }
      default:
        return kind satisfies never
    }
  }
}
