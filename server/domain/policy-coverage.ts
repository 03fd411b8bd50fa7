/** Whether policies allow all operations of a kind, such as `organization:Describe*`, whatever they are called. */
import type { PolicyLayers } from './policy-evaluation.js'
import {
  actionPattern,
  meetsConditions,
  type ActionPattern,
  type CompiledPolicy,
  type CompiledStatement,
} from './policy-statement.js'
import type { Surroundings } from './policy-text.js'
import { matchesPattern, type TextPattern } from './text-pattern.js'

/**
 * Whether every layer allows each operation that one of the actions stands for, on everything (`*`). An action has at most
 * one asterisk, at its end. Where several statements together allow what none of them allows alone, this says no.
 */
export function allowsEvery(
  layers: PolicyLayers,
  actions: readonly string[],
  surroundings: Surroundings,
): boolean {
  const { serviceControl = [], root = false, identity, boundary, session } = layers
  const asked = [
    ...(root ? [] : [...serviceControl, identity]),
    ...(boundary && !root ? [[boundary]] : []),
    ...(session ? [[session]] : []),
  ]
  return actions.every((action) => {
    const wanted = actionPattern(action)
    return wanted !== undefined && asked.every((policies) => allowsIn(policies, wanted, surroundings))
  })
}

/** One layer: its policies are pooled. */
function allowsIn(
  policies: readonly CompiledPolicy[],
  wanted: ActionPattern,
  surroundings: Surroundings,
): boolean {
  const counts = (statement: CompiledStatement) =>
    statement.everyResource && meetsConditions(statement, surroundings)
  const concerns = ({ service }: ActionPattern) => service === '*' || service === wanted.service
  const some = (effect: 'allow' | 'deny', test: (operation: TextPattern) => boolean): boolean =>
    policies.some(({ statements }) =>
      statements.some(
        (statement) =>
          statement.effect === effect &&
          statement.actions.some((action) => concerns(action) && test(action.operation)) &&
          counts(statement),
      ),
    )
  return (
    !some('deny', (operation) => overlaps(operation, wanted.operation)) &&
    some('allow', (operation) => covers(operation, wanted.operation))
  )
}

/** Whether there is a text that both stand for; `wanted` has at most one asterisk, at its end. */
function overlaps(pattern: TextPattern, wanted: TextPattern): boolean {
  if (wanted.last === undefined) return matchesPattern(pattern, wanted.first)
  if (pattern.last === undefined) return pattern.first.startsWith(wanted.first)
  // Whatever follows the longer beginning may be what the other one asks for.
  return pattern.first.startsWith(wanted.first) || wanted.first.startsWith(pattern.first)
}

/** Whether the pattern stands for every text that `wanted` does. */
function covers(pattern: TextPattern, wanted: TextPattern): boolean {
  if (wanted.last === undefined) return matchesPattern(pattern, wanted.first)
  return pattern.last === '' && pattern.middle.length === 0 && wanted.first.startsWith(pattern.first)
}
