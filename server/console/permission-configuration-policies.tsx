/** `/admin/permission-configurations/:id/attach` and `/detach`: its policies from the catalogue. */
import type { Request, Response, Router } from 'express'
import { AttachPoliciesPage } from '../../views/console/permission-configuration-policies.js'
import type { PermissionConfigurationId } from '../domain/ids.js'
import { requireConfigurationId } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest } from './form-fields.js'

export const configurationPath = (id: PermissionConfigurationId, rest = ''): string =>
  `/admin/permission-configurations/${id}${rest}`

/** The configuration that the path names. */
export const configurationIdOf = (req: Request): PermissionConfigurationId =>
  requireConfigurationId(req.params['id'])

export function addConfigurationPolicies(router: Router, door: ConsoleDoor): void {
  const { permissionConfigurations } = door.services
  const configurationOf = (req: Request, res: Response) =>
    permissionConfigurations.get(door.actor(res), configurationIdOf(req))

  // ---- preset policies

  router.get('/:id/attach', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const query = listQuery(req, { filters: ['search'] })
    const search = query.filters['search']?.toLowerCase()
    const { description: said } = door.wordsOf(res).console.presetPolicies
    const matches = door.presetPolicies
      .list()
      .map((policy) => ({ ...policy, said: said(policy.name, policy.description) }))
      .filter(
        ({ name, description, service, said }) =>
          search === undefined ||
          [name, description, service, said].some((text) => text.toLowerCase().includes(search)),
      )
      .map((policy) => ({ ...policy, description: policy.said }))
    const { offset, limit } = pageRequest(query.number)
    const attached = await permissionConfigurations.listPolicies(door.actor(res), configuration.id)
    const attachedIds = new Set(
      attached.flatMap((policy) => (policy.type === 'preset' ? [policy.policyId] : [])),
    )
    door.send(req, res, (page) => (
      <AttachPoliciesPage
        page={page}
        configuration={configuration}
        policies={matches.slice(offset, offset + limit)}
        total={matches.length}
        query={query}
        attachedIds={attachedIds}
      />
    ))
  })

  /** The numbers of the policies that were ticked, or an answer that asks for one. */
  function tickedPolicies(req: Request, res: Response, again: string): readonly number[] {
    const ids = formFields(req)
      .list('policy')
      .filter((text) => /^\d{1,10}$/.test(text))
      .map(Number)
    if (ids.length === 0) {
      door.leadTo(res, again, {
        kind: 'danger',
        text: door.wordsOf(res).console.configurations.selectPolicies,
      })
    }
    return ids
  }

  router.post('/:id/attach', async (req, res) => {
    const id = configurationIdOf(req)
    const policies = tickedPolicies(req, res, configurationPath(id, '/attach'))
    if (policies.length === 0) return
    await door.act(res, configurationPath(id), async (actor) => {
      await permissionConfigurations.attachPreset(actor, id, policies)
      return { text: 'policiesAttached', count: policies.length }
    })
  })

  router.post('/:id/detach', async (req, res) => {
    const id = configurationIdOf(req)
    const policies = tickedPolicies(req, res, configurationPath(id))
    if (policies.length === 0) return
    await door.act(res, configurationPath(id), async (actor) => {
      for (const policyId of policies) {
        await permissionConfigurations.detachPolicy(actor, id, { type: 'preset', policyId })
      }
      return { text: 'policiesDetached', count: policies.length }
    })
  })
}
