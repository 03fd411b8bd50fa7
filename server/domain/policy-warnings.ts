/** What a policy that can be read may still be wrong about: said to whoever writes it, and never a reason to refuse it. */
import type { ActionCatalogue } from './action-catalogue.js'
import { closestWord } from './closest-word.js'
import type { PolicyDocument, PolicyStatement } from './policy-document.js'
import { matchesPattern, textPattern } from './text-pattern.js'

export interface PolicyWarning {
  readonly kind:
    | 'allowsEverything'
    | 'deniesEverything'
    | 'grantsPermissions'
    | 'matchesNothing'
    | 'serviceUnknown'
    | 'actionUnknown'
  /** Number of the statement, from 0. */
  readonly statement: number
  /** The action in question. */
  readonly action?: string
  /** What was probably meant. */
  readonly suggestion?: string
}

/** An action of which everybody who may do it on everything can make himself an administrator. */
const GRANTING = { service: 'cam', operation: 'attachuserpolicy' }

const MAXIMUM_WARNINGS = 20

/** Service and operation of an action; undefined for everything, and for sets of features. */
function partsOf(action: string): { readonly service: string; readonly operation: string } | undefined {
  const [service = '', operation] = action.replace(/^name\//i, '').split(':')
  return operation === undefined ? undefined : { service, operation }
}

const isEverything = (action: string): boolean => /^(?:name\/)?\*:\*$|^\*$/.test(action)

function covers(action: string, wanted: typeof GRANTING): boolean {
  const parts = partsOf(action)
  return (
    parts !== undefined &&
    (parts.service === '*' || parts.service.toLowerCase() === wanted.service) &&
    matchesPattern(textPattern(parts.operation.toLowerCase()), wanted.operation)
  )
}

/** At most twenty, in the order of the statements. */
export function policyWarnings(
  { statements }: PolicyDocument,
  catalogue: ActionCatalogue,
): readonly PolicyWarning[] {
  return statements
    .flatMap((statement, index) => [
      ...warningsOfReach(statement).map((kind) => ({ kind, statement: index })),
      ...statement.actions.flatMap((action) => {
        const warning = warningOfAction(action, catalogue)
        return warning ? [{ ...warning, statement: index }] : []
      }),
    ])
    .slice(0, MAXIMUM_WARNINGS)
}

function warningsOfReach({
  effect,
  actions,
  resources,
  conditions,
}: PolicyStatement): readonly PolicyWarning['kind'][] {
  if (!resources.includes('*') || conditions.length > 0) return []
  if (actions.some(isEverything)) return [effect === 'allow' ? 'allowsEverything' : 'deniesEverything']
  return effect === 'allow' && actions.some((action) => covers(action, GRANTING)) ? ['grantsPermissions'] : []
}

function warningOfAction(
  action: string,
  catalogue: ActionCatalogue,
): Omit<PolicyWarning, 'statement'> | undefined {
  if (isEverything(action)) return undefined
  const parts = partsOf(action)
  if (!parts) return { kind: 'matchesNothing', action }
  const { service, operation } = parts
  if (service === '*') return undefined
  const known = catalogue.operations(service)
  if (!known) {
    const meant = closestWord(service, catalogue.services())
    return {
      kind: 'serviceUnknown',
      action,
      ...(meant !== undefined && { suggestion: `${meant}:${operation}` }),
    }
  }
  if (known.length === 0 || catalogue.matching(service, operation).length > 0) return undefined
  const meant = closestWord(operation, known)
  return { kind: 'actionUnknown', action, ...(meant !== undefined && { suggestion: `${service}:${meant}` }) }
}
