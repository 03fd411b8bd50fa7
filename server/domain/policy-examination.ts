/** One layer of policies taken through a request statement by statement: what a decision saw, for people to read. */
import {
  matchesResource,
  meetsConditions,
  statementsOn,
  type AskedResource,
  type CompiledPolicy,
  type CompiledStatement,
  type StatementReference,
} from './policy-statement.js'

/** A statement that speaks of the action. */
export interface StatementFinding extends StatementReference {
  readonly effect: 'allow' | 'deny'
  /** Whether it matches, or what of it does not. */
  readonly finding: 'matches' | 'resource' | 'condition'
  /** Whether the outcome is its doing. */
  readonly decides: boolean
}

export interface LayerFinding {
  readonly outcome: 'allow' | 'deny' | 'noAllow'
  /** In the order in which they were looked at: denials first. */
  readonly statements: readonly StatementFinding[]
}

/** Decides as `evaluate` does, and tells of every statement about the action. */
export function examine(policies: readonly CompiledPolicy[], asked: AskedResource): LayerFinding {
  const about = (effect: 'deny' | 'allow') =>
    policies.flatMap((policy) => statementsOn(policy[effect], asked.action))
  const statements = [...about('deny'), ...about('allow')]
  const deciding = statements.find((statement) => findingOf(statement, asked) === 'matches')
  return {
    outcome: deciding?.effect ?? 'noAllow',
    statements: statements.map((statement) => ({
      ...statement.reference,
      effect: statement.effect,
      finding: findingOf(statement, asked),
      decides: statement === deciding,
    })),
  }
}

function findingOf(statement: CompiledStatement, asked: AskedResource): StatementFinding['finding'] {
  if (!matchesResource(statement, asked)) return 'resource'
  return meetsConditions(statement, asked.surroundings) ? 'matches' : 'condition'
}
