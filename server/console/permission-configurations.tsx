/** `/admin/permission-configurations`. */
import { Router, type Request, type Response } from 'express'
import { BlockedPage, ConfirmPage, type Blocker } from '../../views/console/confirm.js'
import {
  AttachPoliciesPage,
  ConfigurationDeploymentsPage,
  ConfigurationFormPage,
  ConfigurationsPage,
  CustomPoliciesPage,
  CustomPolicyFormPage,
  PresetPoliciesPage,
  type ConfigurationSummary,
} from '../../views/console/permission-configurations.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { type PermissionConfigurationId } from '../domain/ids.js'
import { SESSION_DURATION, type PermissionConfiguration } from '../domain/permission-configuration.js'
import { requireAccountUin, requireConfigurationId } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import {
  formFields,
  listQuery,
  pageNumber,
  pageRequest,
  queryFields,
  type FormFields,
} from './form-fields.js'

const SETTINGS = ['name', 'description', 'sessionDuration', 'relayState'] as const

export function permissionConfigurationsRouter(door: ConsoleDoor): Router {
  const { permissionConfigurations, deployments } = door.services
  const router = Router()
  const path = (id: PermissionConfigurationId, rest = '') => `/admin/permission-configurations/${id}${rest}`
  const idOf = (req: Request) => requireConfigurationId(req.params['id'])

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['search'] })
    const { search } = query.filters
    const { items, total } = await permissionConfigurations.list(door.actor(res), {
      ...(search !== undefined && { search }),
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <ConfigurationsPage page={page} configurations={items} total={total} query={query} />
    ))
  })

  // ---- creating and changing

  /** What the form says; a duration that is no number is for the rule to refuse. */
  const settingsOf = (fields: FormFields) => ({
    description: fields.text('description'),
    sessionDuration: Number(fields.text('sessionDuration') || SESSION_DURATION.standard),
    relayState: fields.text('relayState'),
  })

  router.get('/new', (req, res) => {
    door.send(req, res, (page) => <ConfigurationFormPage page={page} values={{}} />)
  })

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const created = await door.attempt(
      res,
      (actor) => permissionConfigurations.create(actor, { name: fields.text('name'), ...settingsOf(fields) }),
      (errors, status) => {
        const values: FormValues = fields.values(...SETTINGS)
        door.send(req, res, (page) => <ConfigurationFormPage page={page} values={values} errors={errors} />, {
          status,
        })
      },
    )
    if (created) door.done(res, path(created.id), { text: 'configurationCreated', name: created.name })
  })

  router.get('/:id/edit', async (req, res) => {
    const configuration = await permissionConfigurations.get(door.actor(res), idOf(req))
    const { description, sessionDuration, relayState } = configuration
    door.send(req, res, (page) => (
      <ConfigurationFormPage
        page={page}
        configuration={configuration}
        values={{ description, sessionDuration: String(sessionDuration), relayState }}
      />
    ))
  })

  router.post('/:id/edit', async (req, res) => {
    const id = idOf(req)
    const fields = formFields(req)
    const changed = await door.attempt(
      res,
      (actor) => permissionConfigurations.update(actor, id, settingsOf(fields)),
      async (errors, status) => {
        const before = await permissionConfigurations.get(door.actor(res), id)
        const values: FormValues = fields.values(...SETTINGS)
        door.send(
          req,
          res,
          (page) => (
            <ConfigurationFormPage page={page} configuration={before} values={values} errors={errors} />
          ),
          { status },
        )
      },
    )
    if (changed) door.done(res, path(id), { text: 'configurationChanged', name: changed.name })
  })

  // ---- one configuration

  async function summaryOf(res: Response, configuration: PermissionConfiguration) {
    const actor = door.actor(res)
    const { id: configurationId } = configuration
    const policies = await permissionConfigurations.listPolicies(actor, configurationId)
    const one = { page: { offset: 0, limit: 1 } }
    const deployed = await deployments.list(actor, { configurationId, ...one })
    const stale = await deployments.list(actor, { configurationId, condition: 'stale', ...one })
    const preset = policies.filter((policy) => policy.type === 'preset')
    const custom = policies.filter((policy) => policy.type === 'custom')
    const summary: ConfigurationSummary = {
      configuration,
      presetCount: preset.length,
      customCount: custom.length,
      deploymentCount: deployed.total,
      staleCount: stale.total,
    }
    return { summary, preset, custom }
  }

  const configurationOf = (req: Request, res: Response) =>
    permissionConfigurations.get(door.actor(res), idOf(req))

  router.get('/:id', async (req, res) => {
    const { summary, preset } = await summaryOf(res, await configurationOf(req, res))
    door.send(req, res, (page) => <PresetPoliciesPage page={page} summary={summary} policies={preset} />)
  })

  router.get('/:id/custom', async (req, res) => {
    const { summary, custom } = await summaryOf(res, await configurationOf(req, res))
    door.send(req, res, (page) => <CustomPoliciesPage page={page} summary={summary} policies={custom} />)
  })

  router.get('/:id/deployments', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const { summary } = await summaryOf(res, configuration)
    const number = pageNumber(queryFields(req))
    const { items, total } = await deployments.list(door.actor(res), {
      configurationId: configuration.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <ConfigurationDeploymentsPage
        page={page}
        summary={summary}
        deployments={items}
        total={total}
        number={number}
      />
    ))
  })

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
    const id = idOf(req)
    const policies = tickedPolicies(req, res, path(id, '/attach'))
    if (policies.length === 0) return
    await door.act(res, path(id), async (actor) => {
      await permissionConfigurations.attachPreset(actor, id, policies)
      return { text: 'policiesAttached', count: policies.length }
    })
  })

  router.post('/:id/detach', async (req, res) => {
    const id = idOf(req)
    const policies = tickedPolicies(req, res, path(id))
    if (policies.length === 0) return
    await door.act(res, path(id), async (actor) => {
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
      (actor) => permissionConfigurations.putCustomPolicy(actor, configuration.id, name, document, expected),
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
              {...(fault && { fault })}
            />
          ),
          { status },
        )
      },
    )
    if (saved) door.done(res, path(configuration.id, '/custom'), { text: 'policySaved', name })
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
    const id = idOf(req)
    const name = formFields(req).text('name')
    await door.act(res, path(id, '/custom'), async (actor) => {
      await permissionConfigurations.detachPolicy(actor, id, { type: 'custom', name })
      return { text: 'policyRemoved', name }
    })
  })

  // ---- deploying again

  router.post('/:id/redeploy', async (req, res) => {
    const configurationId = idOf(req)
    const accounts = formFields(req).list('account').map(requireAccountUin)
    const back = path(configurationId, '/deployments')
    if (accounts.length === 0) {
      const text = door.wordsOf(res).console.configurations.selectAccounts
      door.leadTo(res, back, { kind: 'danger', text })
      return
    }
    const tasks = await door.attempt(
      res,
      (actor) =>
        deployments.redeploy(
          actor,
          accounts.map((accountUin) => ({ configurationId, accountUin })),
        ),
      ([error]) => door.leadTo(res, back, { kind: 'danger', text: error?.message ?? '' }),
    )
    if (tasks) door.follow(res, tasks, back)
  })

  router.post('/:id/redeploy-all', async (req, res) => {
    const configurationId = idOf(req)
    const back = path(configurationId, '/deployments')
    const tasks = await door.attempt(
      res,
      (actor) => deployments.redeployStale(actor, { configurationId }),
      ([error]) => door.leadTo(res, back, { kind: 'danger', text: error?.message ?? '' }),
    )
    if (tasks) door.follow(res, tasks, back)
  })

  // ---- deleting

  async function sendDelete(
    req: Request,
    res: Response,
    configuration: PermissionConfiguration,
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): Promise<void> {
    const words = door.wordsOf(res).console
    const { id, name } = configuration
    const blockers = await permissionConfigurations.blockers(door.actor(res), id)
    const title = words.configurations.deleteTitle(name)
    const crumbs = [
      { label: words.configurations.title, href: '/admin/permission-configurations' },
      { label: name, href: path(id) },
    ]
    const named = blockers.map((blocker): Blocker => {
      switch (blocker.kind) {
        case 'presetPolicy':
          return { kind: words.configurations.blockerPreset, name: blocker.name, href: path(id) }
        case 'customPolicy':
          return { kind: words.configurations.blockerCustom, name: blocker.name, href: path(id, '/custom') }
        case 'deployment':
          return {
            kind: words.configurations.blockerDeployment,
            name: blocker.name,
            href: path(id, '/deployments'),
          }
        default:
          return blocker.kind satisfies never
      }
    })
    // What is deployed takes tasks to undeploy: there is no deleting it together with the configuration.
    const deployed = blockers.some(({ kind }) => kind === 'deployment')
    door.send(
      req,
      res,
      (page) =>
        blockers.length === 0 ? (
          <ConfirmPage
            page={page}
            section="permissionConfigurations"
            title={title}
            crumbs={crumbs}
            action={path(id, '/delete')}
            button={words.configurations.deleteButton}
            danger
            backHref={path(id)}
          >
            <p>{words.configurations.deleteLead}</p>
          </ConfirmPage>
        ) : (
          <BlockedPage
            page={page}
            section="permissionConfigurations"
            title={title}
            crumbs={crumbs}
            blockersTitle={words.configurations.blockersTitle}
            blockersLead={words.configurations.blockersLead}
            blockers={named}
            backHref={path(id)}
            {...(!deployed && {
              withLinks: {
                action: path(id, '/delete-with-links'),
                title: words.configurations.withLinksTitle,
                lead: words.configurations.withLinksLead,
                button: words.configurations.withLinksButton,
                name,
                errors,
              },
            })}
          />
        ),
      { status },
    )
  }

  router.get('/:id/delete', async (req, res) => {
    await sendDelete(req, res, await configurationOf(req, res))
  })

  router.post('/:id/delete', async (req, res) => {
    const configuration = await configurationOf(req, res)
    try {
      await permissionConfigurations.remove(door.actor(res), configuration.id)
    } catch (error) {
      if (
        !isIdentityCenterError(error, 'permissionConfiguration.inUse', 'permissionConfiguration.deployed')
      ) {
        throw error
      }
      await sendDelete(req, res, configuration, { status: 409 })
      return
    }
    door.done(res, '/admin/permission-configurations', {
      text: 'configurationDeleted',
      name: configuration.name,
    })
  })

  router.post('/:id/delete-with-links', async (req, res) => {
    const configuration = await configurationOf(req, res)
    if (formFields(req).text('confirmation') !== configuration.name) {
      const message = door.wordsOf(res).console.users.confirmMismatch
      await sendDelete(req, res, configuration, {
        errors: [{ field: 'confirmation', message }],
        status: 400,
      })
      return
    }
    try {
      await permissionConfigurations.removeWithLinks(door.actor(res), configuration.id)
    } catch (error) {
      if (!isIdentityCenterError(error, 'permissionConfiguration.deployed')) throw error
      await sendDelete(req, res, configuration, { status: 409 })
      return
    }
    door.done(res, '/admin/permission-configurations', {
      text: 'configurationDeleted',
      name: configuration.name,
    })
  })

  return router
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
