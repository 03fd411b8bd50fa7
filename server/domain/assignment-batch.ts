/** Batches: accounts × principals × configurations, submitted at once and made into tasks by and by. */
import { principalKey, type AssignmentTriple, type Principal } from './assignment.js'
import type { Actor } from './actor.js'
import { IdentityCenterError } from './errors.js'
import type { AccountUin, PermissionConfigurationId } from './ids.js'
import type { Period } from './period.js'

/** What is multiplied, each once. Names are those of the time of submission: tasks outlive what they speak of. */
export interface BatchParts {
  readonly accounts: readonly AccountUin[]
  readonly principals: readonly (Principal & { readonly name: string })[]
  readonly configurations: readonly { readonly id: PermissionConfigurationId; readonly name: string }[]
}

/** What an administrator wants of it; how far it is stands in its numbers. */
export type BatchState = 'running' | 'paused' | 'cancelled'

export interface AssignmentBatch {
  readonly id: string
  readonly state: BatchState
  /** Whether the batch itself has to be worked on, beside its tasks. */
  readonly tending: boolean
  readonly parts: BatchParts
  /** Who submitted it. */
  readonly actor: Actor
  readonly period: Period
  /** Triples altogether. */
  readonly total: number
  /** Triples that have their task. */
  readonly expanded: number
  /** How far failed tasks have been looked at to be tried again; absent when they are not. */
  readonly retryAfter?: string
  readonly createdAt: string
  readonly updatedAt: string
}

export const MAXIMUM_BATCH_TRIPLES = 200_000
/** Accounts, principals or configurations of one batch. */
export const MAXIMUM_BATCH_PARTS = 1000

/** Number of triples. Throws `assignment.invalid` for none, `assignment.limit` above 200,000 or 1000 of one kind. */
export function requireBatchSize(sizes: {
  readonly accounts: number
  readonly principals: number
  readonly configurations: number
}): number {
  const { accounts, principals, configurations } = sizes
  const total = accounts * principals * configurations
  if (total === 0) {
    throw new IdentityCenterError(
      'assignment.invalid',
      'Choose at least one user or group, one account and one permission configuration.',
    )
  }
  if (Math.max(accounts, principals, configurations) > MAXIMUM_BATCH_PARTS) {
    throw new IdentityCenterError(
      'assignment.limit',
      `At most ${MAXIMUM_BATCH_PARTS} accounts, principals or permission configurations go into one submission.`,
      { limit: MAXIMUM_BATCH_PARTS },
    )
  }
  if (total > MAXIMUM_BATCH_TRIPLES) {
    throw new IdentityCenterError(
      'assignment.limit',
      `At most ${MAXIMUM_BATCH_TRIPLES} combinations of principal, account and permission configuration go into one submission; these are ${total}.`,
      { limit: MAXIMUM_BATCH_TRIPLES, count: total },
    )
  }
  return total
}

/**
 * So many triples of the batch from a position on. All of one account stand together, so that its tasks are made, and
 * carried out, together.
 */
export function triplesOf(
  { accounts, principals, configurations }: BatchParts,
  from: number,
  count: number,
): readonly AssignmentTriple[] {
  const perAccount = principals.length * configurations.length
  const end = Math.min(from + count, accounts.length * perAccount)
  const triples: AssignmentTriple[] = []
  for (let position = from; position < end; position += 1) {
    const accountUin = accounts[Math.floor(position / perAccount)]
    const within = position % perAccount
    const configuration = configurations[Math.floor(within / principals.length)]
    const principal = principals[within % principals.length]
    if (accountUin === undefined || !configuration || !principal) throw new Error('the position is inside')
    const { type, id } = principal
    // Type and id were of one principal before they were taken apart from its name.
    triples.push({ accountUin, configurationId: configuration.id, principal: { type, id } as Principal })
  }
  return triples
}

/** Names of the parts, by `principalKey` and by id. */
export const namesOf = ({ principals, configurations }: BatchParts) => ({
  principals: new Map(principals.map((principal) => [principalKey(principal), principal.name])),
  configurations: new Map(configurations.map(({ id, name }) => [id, name])),
})
