/** `/admin/permission-configurations`. */
import { Router, type Request, type Response } from 'express'
import { BlockedPage, ConfirmPage, type Blocker } from '../../views/console/confirm.js'
import {
  CustomPoliciesPage,
  PresetPoliciesPage,
} from '../../views/console/permission-configuration-policies.js'
import {
  ConfigurationDeploymentsPage,
  ConfigurationFormPage,
  ConfigurationsPage,
  type ConfigurationSummary,
} from '../../views/console/permission-configurations.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { isIdentityCenterError } from '../domain/errors.js'
import { SESSION_DURATION, type PermissionConfiguration } from '../domain/permission-configuration.js'
import { requireAccountUin } from './access-rows.js'
import { addConfigurationVersions, overtakenVersion, seenVersion } from './configuration-versions.js'
import type { ConsoleDoor } from './console-door.js'
import { addCustomPolicies } from './custom-policies.js'
import { planDeployment } from './deployment-plans.js'
import {
  formFields,
  listQuery,
  pageNumber,
  pageRequest,
  queryFields,
  type FormFields,
} from './form-fields.js'
import {
  addConfigurationPolicies,
  configurationIdOf,
  configurationPath,
} from './permission-configuration-policies.js'
import { addPolicyImport } from './policy-import.js'

const SETTINGS = ['name', 'description', 'sessionDuration', 'relayState'] as const

export function permissionConfigurationsRouter(door: ConsoleDoor): Router {
  const { permissionConfigurations, deployments, drift } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['search'] })
    const { search } = query.filters
    const { items, total } = await permissionConfigurations.list(door.actor(res), {
      ...(search !== undefined && { search }),
      page: pageRequest(query.number),
    })
    const drifted = await drift.countOf(
      door.actor(res),
      items.map(({ id }) => id),
    )
    const shown = items.map((configuration) => ({
      ...configuration,
      driftCount: drifted.get(configuration.id) ?? 0,
    }))
    door.send(req, res, (page) => (
      <ConfigurationsPage page={page} configurations={shown} total={total} query={query} />
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
    if (created)
      door.done(res, configurationPath(created.id), { text: 'configurationCreated', name: created.name })
  })

  router.get('/:id/edit', async (req, res) => {
    const configuration = await permissionConfigurations.get(door.actor(res), configurationIdOf(req))
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
    const id = configurationIdOf(req)
    const fields = formFields(req)
    const changed = await door.attempt(
      res,
      (actor) => permissionConfigurations.update(actor, id, settingsOf(fields), seenVersion(fields)),
      async (errors, status, refusal) => {
        const before = await permissionConfigurations.get(door.actor(res), id)
        const values: FormValues = fields.values(...SETTINGS)
        door.send(
          req,
          res,
          (page) => (
            <ConfigurationFormPage
              page={page}
              configuration={before}
              values={values}
              errors={errors}
              overtaken={overtakenVersion(refusal)}
            />
          ),
          { status },
        )
      },
    )
    if (changed) door.done(res, configurationPath(id), { text: 'configurationChanged', name: changed.name })
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
      driftCount: (await drift.countOf(actor, [configurationId])).get(configurationId) ?? 0,
    }
    return { summary, preset, custom }
  }

  const configurationOf = (req: Request, res: Response) =>
    permissionConfigurations.get(door.actor(res), configurationIdOf(req))

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

  addConfigurationPolicies(router, door)
  addConfigurationVersions(
    router,
    door,
    async (res, configuration) => (await summaryOf(res, configuration)).summary,
  )
  addCustomPolicies(router, door)
  addPolicyImport(router, door)

  // ---- deploying again

  router.post('/:id/redeploy', async (req, res) => {
    const configurationId = configurationIdOf(req)
    const accounts = formFields(req).list('account').map(requireAccountUin)
    const back = configurationPath(configurationId, '/deployments')
    if (accounts.length === 0) {
      const text = door.wordsOf(res).console.configurations.selectAccounts
      door.leadTo(res, back, { kind: 'danger', text })
      return
    }
    const places = accounts.map((accountUin) => ({ configurationId, accountUin }))
    await planDeployment(door, res, { places }, back)
  })

  router.post('/:id/redeploy-all', async (req, res) => {
    const configurationId = configurationIdOf(req)
    const back = configurationPath(configurationId, '/deployments')
    await planDeployment(door, res, { stale: { configurationId } }, back)
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
      { label: name, href: configurationPath(id) },
    ]
    const named = blockers.map((blocker): Blocker => {
      switch (blocker.kind) {
        case 'presetPolicy':
          return { kind: words.configurations.blockerPreset, name: blocker.name, href: configurationPath(id) }
        case 'customPolicy':
          return {
            kind: words.configurations.blockerCustom,
            name: blocker.name,
            href: configurationPath(id, '/custom'),
          }
        case 'deployment':
          return {
            kind: words.configurations.blockerDeployment,
            name: blocker.name,
            href: configurationPath(id, '/deployments'),
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
            action={configurationPath(id, '/delete')}
            button={words.configurations.deleteButton}
            danger
            backHref={configurationPath(id)}
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
            backHref={configurationPath(id)}
            {...(!deployed && {
              withLinks: {
                action: configurationPath(id, '/delete-with-links'),
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
