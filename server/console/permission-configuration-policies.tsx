/** `/admin/permission-configurations/:id/attach` and `/custom`: the policies of a permission configuration. */
import type { Request, Response, Router } from 'express'
import {
  AttachPoliciesPage,
  CustomPolicyFormPage,
} from '../../views/console/permission-configuration-policies.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { PermissionConfigurationId } from '../domain/ids.js'
import { requireConfigurationId } from './access-rows.js'
import { overtakenVersion, seenVersion } from './configuration-versions.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest, queryFields } from './form-fields.js'

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
    const matches = door.presetPolicies
      .list()
      .filter(
        ({ name, description, service }) =>
          search === undefined ||
          [name, description, service].some((text) => text.toLowerCase().includes(search)),
      )
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

  // ---- custom policies

  /** Saves the policy of the form; one that cannot be read comes back with the line it stumbled over. */
  async function saveCustomPolicy(req: Request, res: Response, expected: 'new' | 'existing'): Promise<void> {
    const configuration = await configurationOf(req, res)
    const fields = formFields(req)
    const name = fields.text('name')
    const document = fields.raw('document').replaceAll('\r\n', '\n')
    const saved = await door.attempt(
      res,
      (actor) =>
        permissionConfigurations.putCustomPolicy(
          actor,
          configuration.id,
          name,
          document,
          expected,
          expected === 'existing' ? seenVersion(fields) : undefined,
        ),
      (errors, status, refusal) => {
        const isDocument = refusal.code === 'policy.invalid'
        const fault = isDocument ? faultOf(refusal, document) : undefined
        const shown: FieldErrors = isDocument
          ? errors.map(({ message }) => ({ field: 'document', message }))
          : errors
        door.send(
          req,
          res,
          (page) => (
            <CustomPolicyFormPage
              page={page}
              configuration={configuration}
              {...(expected === 'existing' && { policyName: name })}
              values={{ name, document }}
              errors={shown}
              overtaken={overtakenVersion(refusal)}
              {...(fault && { fault })}
            />
          ),
          { status },
        )
      },
    )
    if (saved) door.done(res, configurationPath(configuration.id, '/custom'), { text: 'policySaved', name })
  }

  router.get('/:id/custom/new', async (req, res) => {
    const configuration = await configurationOf(req, res)
    door.send(req, res, (page) => (
      <CustomPolicyFormPage page={page} configuration={configuration} values={{}} />
    ))
  })

  router.post('/:id/custom/new', (req, res) => saveCustomPolicy(req, res, 'new'))

  router.get('/:id/custom/edit', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const name = queryFields(req).text('name')
    const policies = await permissionConfigurations.listPolicies(door.actor(res), configuration.id)
    const policy = policies.find((candidate) => candidate.type === 'custom' && candidate.name === name)
    if (policy?.type !== 'custom') {
      throw new IdentityCenterError('policy.notFound', 'The permission configuration has no such policy.')
    }
    door.send(req, res, (page) => (
      <CustomPolicyFormPage
        page={page}
        configuration={configuration}
        policyName={policy.name}
        values={{ document: policy.document }}
      />
    ))
  })

  router.post('/:id/custom/edit', (req, res) => saveCustomPolicy(req, res, 'existing'))

  router.post('/:id/custom/remove', async (req, res) => {
    const id = configurationIdOf(req)
    const name = formFields(req).text('name')
    await door.act(res, configurationPath(id, '/custom'), async (actor) => {
      await permissionConfigurations.detachPolicy(actor, id, { type: 'custom', name })
      return { text: 'policyRemoved', name }
    })
  })
}

/** The line of the document that the refusal points at, cut so that the mark below it can be seen. */
function faultOf(
  { facts }: IdentityCenterError,
  document: string,
): { readonly line: number; readonly column: number; readonly text: string } | undefined {
  const { line, column } = facts
  if (typeof line !== 'number' || typeof column !== 'number') return undefined
  const whole = document.split('\n')[line - 1] ?? ''
  const start = Math.max(0, column - 80)
  return { line, column: column - start, text: whole.slice(start, start + 160) }
}
