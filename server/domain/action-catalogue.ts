/** Services and operations that policies can name: what the generator of policies offers, and what warns of misspellings. */
import { matchesPattern, textPattern } from './text-pattern.js'

export interface CatalogueService {
  /** As in policies: `cvm`. */
  readonly name: string
  /** Names of its operations; empty where they are not known. */
  readonly operations: readonly string[]
}

export interface ActionMatches {
  /** Actions as a policy names them: `cvm:RunInstances`. */
  readonly actions: readonly string[]
  readonly total: number
}

export type ActionCatalogue = ReturnType<typeof createActionCatalogue>

/** Services of the same name are taken together. */
export function createActionCatalogue(services: readonly CatalogueService[]) {
  const operationsOf = new Map<string, readonly string[]>()
  for (const { name, operations } of services) {
    const all = new Set([...(operationsOf.get(name) ?? []), ...operations])
    operationsOf.set(name, [...all].sort())
  }
  const names = [...operationsOf.keys()].sort()
  /** With each action the text that a search looks at. */
  const actions = names.flatMap((name) =>
    [`${name}:*`, ...(operationsOf.get(name) ?? []).map((operation) => `${name}:${operation}`)].map(
      (action) => ({ action, folded: action.toLowerCase() }),
    ),
  )

  return {
    services: (): readonly string[] => names,

    /** Operations of a service; undefined for a service that is not known. */
    operations: (service: string): readonly string[] | undefined => operationsOf.get(service.toLowerCase()),

    /** Operations of the service that a pattern such as `Describe*` means, letters compared without regard to case. */
    matching(service: string, pattern: string): readonly string[] {
      const wanted = textPattern(pattern.toLowerCase())
      return (operationsOf.get(service.toLowerCase()) ?? []).filter((operation) =>
        matchesPattern(wanted, operation.toLowerCase()),
      )
    },

    /** Actions that have every word of the text in them, the whole services first. */
    search(text: string, limit: number): ActionMatches {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      const found = actions.filter(({ folded }) => words.every((word) => folded.includes(word)))
      const wholeFirst = [
        ...found.filter(({ action }) => action.endsWith(':*')),
        ...found.filter(({ action }) => !action.endsWith(':*')),
      ]
      return { actions: wholeFirst.slice(0, limit).map(({ action }) => action), total: found.length }
    },
  }
}
