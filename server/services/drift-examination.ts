/** Looks at accounts and tells what in them is not as the deployments left it. Keeps nothing. */
import { findVersion } from '../../db/configuration-versions.js'
import type { Db } from '../../db/database.js'
import { findDeploymentsIn, type DeploymentWithWanted } from '../../db/deployments.js'
import { objectsOf, type AccountSamlProvider } from '../domain/account-objects.js'
import type { Clock } from '../domain/clock.js'
import type { VersionWithPolicies } from '../domain/configuration-version.js'
import { roleNameOf } from '../domain/deployment.js'
import { findDrift, type DriftFinding, type Expectation, type ExpectedRole } from '../domain/drift.js'
import type { AccountUin, ZoneId } from '../domain/ids.js'
import type { AccountObserver } from './account-observer.js'
import type { RoleIdentityProvider } from './role-identity-provider.js'

export interface DriftExaminationDeps {
  readonly db: Db
  readonly clock: Clock
  readonly observer: AccountObserver
  readonly roleIdentityProvider: Pick<RoleIdentityProvider, 'describe'>
}

export interface Examination {
  /** Before the account was asked. */
  readonly at: string
  readonly outcome:
    | { readonly kind: 'seen'; readonly findings: readonly DriftFinding[] }
    | { readonly kind: 'unknown'; readonly failure: string }
}

/** Never rejects for what an account answers. */
export type DriftExamination = (
  accounts: readonly AccountUin[],
) => Promise<ReadonlyMap<AccountUin, Examination>>

interface ZoneFacts {
  readonly zoneId: ZoneId
  readonly metadata: string
}

type FindVersion = (deployment: DeploymentWithWanted) => Promise<VersionWithPolicies | undefined>

export function createDriftExamination(deps: DriftExaminationDeps): DriftExamination {
  const { db, clock, observer, roleIdentityProvider } = deps

  /** Versions that were deployed, each read once however many accounts have it. */
  function versionReader(): FindVersion {
    const read = new Map<string, Promise<VersionWithPolicies | undefined>>()
    return ({ configurationId, deployedVersion }) => {
      if (deployedVersion === undefined) return Promise.resolve(undefined)
      const key = `${configurationId} ${deployedVersion}`
      const version = read.get(key) ?? findVersion(db, configurationId, deployedVersion)
      read.set(key, version)
      return version
    }
  }

  return async (accounts) => {
    const before = await findDeploymentsIn(db, accounts)
    const at = clock.now().toISOString()
    const observations = await observer.observeAll(accounts)
    const after = await findDeploymentsIn(db, accounts)
    const zone = await roleIdentityProvider.describe()
    const versionOf = versionReader()
    const examinations = new Map<AccountUin, Examination>()
    for (const [accountUin, observation] of observations) {
      if (observation.kind === 'unknown') {
        examinations.set(accountUin, { at, outcome: observation })
        continue
      }
      const deployments = throughout(
        before.filter((deployment) => deployment.accountUin === accountUin),
        after.filter((deployment) => deployment.accountUin === accountUin),
      )
      const expectation = await expectationOf(accountUin, deployments, zone, versionOf)
      const findings = findDrift(accountUin, expectation, observation.objects)
      examinations.set(accountUin, { at, outcome: { kind: 'seen', findings } })
    }
    return examinations
  }
}

/** The deployments of an account; those at which something was done while it was asked count as in progress. */
function throughout(
  before: readonly DeploymentWithWanted[],
  after: readonly DeploymentWithWanted[],
): readonly DeploymentWithWanted[] {
  const same = (one: DeploymentWithWanted) => (other: DeploymentWithWanted) =>
    one.configurationId === other.configurationId
  return [
    ...after.map((deployment) => {
      const earlier = before.find(same(deployment))
      const isSteady = earlier?.updatedAt === deployment.updatedAt && earlier.status === deployment.status
      return isSteady ? deployment : { ...deployment, status: 'deploying' as const }
    }),
    ...before
      .filter((deployment) => !after.some(same(deployment)))
      .map((deployment) => ({ ...deployment, status: 'undeploying' as const })),
  ]
}

/** Whether it is known what the deployment left in the account: no task is at it, and one has succeeded. */
const isSettled = ({ status, deployedHash }: DeploymentWithWanted): boolean =>
  deployedHash !== undefined && (status === 'deployed' || status === 'failed')

async function expectationOf(
  accountUin: AccountUin,
  deployments: readonly DeploymentWithWanted[],
  { zoneId, metadata }: ZoneFacts,
  versionOf: FindVersion,
): Promise<Expectation> {
  const roles: ExpectedRole[] = []
  let samlProvider: AccountSamlProvider | undefined
  for (const deployment of deployments.filter(isSettled)) {
    const { configurationId, configurationName } = deployment
    const version = await versionOf(deployment)
    const objects = objectsOf(
      { zoneId, accountUin },
      {
        kind: 'deployed',
        samlMetadata: metadata,
        configuration: {
          id: configurationId,
          name: configurationName,
          ...(version?.description !== undefined && { description: version.description }),
          sessionDuration: version?.sessionDuration ?? 0,
          policies: version?.policies ?? [],
        },
      },
    )
    roles.push({ configurationId, role: objects.role, isContentKnown: version !== undefined })
    samlProvider = objects.samlProvider
  }
  return {
    roles,
    ...(samlProvider && { samlProvider }),
    unsettled: deployments
      .filter((deployment) => !isSettled(deployment))
      .map(({ configurationId, configurationName }) => ({
        configurationId,
        roleName: roleNameOf(configurationName),
      })),
  }
}
