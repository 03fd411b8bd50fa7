/** The catalogue of actions. Version and name together say which service is meant: hosts and scopes say nothing. */
import type { Action, ApiService } from './action.js'
import { ApiError } from './api-error.js'

export interface FoundAction {
  readonly service: string
  readonly action: Action
}

export interface ActionTable {
  readonly services: readonly ApiService[]
  /** Throws `NoSuchVersion`, `InvalidAction`, and `UnsupportedOperation` for an action that only the cloud has. */
  find(version: string, name: string): FoundAction
}

/** Throws when two services claim one action of one version: a mistake in the catalogue. */
export function createActionTable(services: readonly ApiService[]): ActionTable {
  const actions = new Map<string, FoundAction>()
  const unsupported = new Set<string>()
  const versions = new Set<string>()
  for (const service of services) {
    versions.add(service.version)
    for (const action of service.actions) {
      const key = `${service.version} ${action.name}`
      if (actions.has(key)) throw new Error(`two services have the action ${key}`)
      actions.set(key, { service: service.name, action })
    }
    for (const name of service.unsupported ?? []) unsupported.add(`${service.version} ${name}`)
  }
  return {
    services,
    find(version, name) {
      if (!versions.has(version))
        throw new ApiError('NoSuchVersion', 'No service here has the version in X-TC-Version.')
      const key = `${version} ${name}`
      const found = actions.get(key)
      if (found) return found
      if (unsupported.has(key))
        throw new ApiError('UnsupportedOperation', `The action ${name} is not supported here.`)
      throw new ApiError('InvalidAction', 'No service of this version has the action in X-TC-Action.')
    },
  }
}
