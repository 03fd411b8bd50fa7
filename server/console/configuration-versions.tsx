/** `/admin/permission-configurations/:id/versions`. */
import type { Request, Response, Router } from 'express'
import type { ConfigurationSummary } from '../../views/console/permission-configurations.js'
import {
  ConfigurationVersionsPage,
  RestoreVersionPage,
  VersionComparisonPage,
} from '../../views/console/configuration-versions.js'
import { isIdentityCenterError, type IdentityCenterError } from '../domain/errors.js'
import type { PermissionConfiguration } from '../domain/permission-configuration.js'
import { requireConfigurationId } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, pageNumber, pageRequest, queryFields, type FormFields } from './form-fields.js'

/** The number of a version in a text; 0, which no version has, for anything else. */
const versionNumber = (text: string | undefined): number =>
  /^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : 0

/** The version that the form was filled in from; a form without it overwrites nothing. */
export const seenVersion = (fields: FormFields): number => versionNumber(fields.text('version'))

/** The version that was overtaken, when this is why a change was refused. */
export function overtakenVersion(refusal: IdentityCenterError): number | undefined {
  if (!isIdentityCenterError(refusal, 'permissionConfiguration.versionMismatch')) return undefined
  const { seen } = refusal.facts
  return typeof seen === 'number' ? seen : undefined
}

export function addConfigurationVersions(
  router: Router,
  door: ConsoleDoor,
  summaryOf: (res: Response, configuration: PermissionConfiguration) => Promise<ConfigurationSummary>,
): void {
  const { configurationVersions, permissionConfigurations } = door.services
  const configurationOf = (req: Request, res: Response) =>
    permissionConfigurations.get(door.actor(res), requireConfigurationId(req.params['id']))

  router.get('/:id/versions', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const number = pageNumber(queryFields(req))
    const { items, total } = await configurationVersions.list(
      door.actor(res),
      configuration.id,
      pageRequest(number),
    )
    const summary = await summaryOf(res, configuration)
    door.send(req, res, (page) => (
      <ConfigurationVersionsPage
        page={page}
        summary={summary}
        versions={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/versions/compare', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const fields = queryFields(req)
    const { version } = configuration
    // Without numbers: what was changed last.
    const comparison = await configurationVersions.compare(door.actor(res), configuration.id, {
      from: versionNumber(fields.optional('from') ?? String(Math.max(1, version - 1))),
      to: versionNumber(fields.optional('to') ?? String(version)),
    })
    door.send(req, res, (page) => (
      <VersionComparisonPage page={page} configuration={configuration} comparison={comparison} />
    ))
  })

  router.get('/:id/versions/:number/restore', async (req, res) => {
    const configuration = await configurationOf(req, res)
    const comparison = await configurationVersions.compare(door.actor(res), configuration.id, {
      from: configuration.version,
      to: versionNumber(req.params['number']),
    })
    door.send(req, res, (page) => (
      <RestoreVersionPage page={page} configuration={configuration} comparison={comparison} />
    ))
  })

  router.post('/:id/versions/:number/restore', async (req, res) => {
    const { id } = await configurationOf(req, res)
    const path = `/admin/permission-configurations/${id}/versions`
    const number = versionNumber(req.params['number'])
    const seen = seenVersion(formFields(req))
    const restored = await door.attempt(
      res,
      (actor) => configurationVersions.restore(actor, id, number, seen),
      ([error]) => {
        // The page that asks shows what would change by now.
        door.leadTo(res, `${path}/${number}/restore`, { kind: 'danger', text: error?.message ?? '' })
      },
    )
    if (restored) door.done(res, path, { text: 'versionRestored', count: number })
  })
}
