/** `/admin/settings`. */
import { Router, type Request, type Response } from 'express'
import { SettingsPage, type SettingsPageProps } from '../../views/console/settings.js'
import { networkFaultText } from '../../views/i18n/error-text.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { IdentityCenterError } from '../domain/errors.js'
import { isEveryAddress, plainAddress, type FaultyNetwork } from '../domain/sign-in-networks.js'
import { isSettingName, settingRange } from '../domain/zone.js'
import { languageOf } from '../http/language.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

const RANGES = {
  'scim.requestsPerMinute': settingRange('scim.requestsPerMinute'),
  'scim.logDays': settingRange('scim.logDays'),
  'scim.logRows': settingRange('scim.logRows'),
  'assignment.warnDays': settingRange('assignment.warnDays'),
  'tasks.historyDays': settingRange('tasks.historyDays'),
  'scim.guardShare': settingRange('scim.guardShare'),
  'scim.guardWindowMinutes': settingRange('scim.guardWindowMinutes'),
  'scim.guardMinimum': settingRange('scim.guardMinimum'),
  'drift.intervalHours': settingRange('drift.intervalHours'),
  'session.portalIdleMinutes': settingRange('session.portalIdleMinutes'),
  'session.portalAbsoluteHours': settingRange('session.portalAbsoluteHours'),
  'session.consoleIdleMinutes': settingRange('session.consoleIdleMinutes'),
  'session.consoleAbsoluteHours': settingRange('session.consoleAbsoluteHours'),
  'quota.users': settingRange('quota.users'),
  'quota.groups': settingRange('quota.groups'),
  'quota.groupUsers': settingRange('quota.groupUsers'),
  'quota.userGroups': settingRange('quota.userGroups'),
  'quota.permissionConfigurations': settingRange('quota.permissionConfigurations'),
}

export function settingsRouter(door: ConsoleDoor): Router {
  const { zones, signInNetworks } = door.services
  const router = Router()

  async function sendSettings(
    req: Request,
    res: Response,
    refused?: SettingsPageProps['refused'],
    status = 200,
  ): Promise<void> {
    const zone = await zones.current()
    const counts = await zones.statistics(door.actor(res))
    door.send(
      req,
      res,
      (page) => (
        <SettingsPage
          page={page}
          zone={zone}
          ranges={RANGES}
          usage={{
            'quota.users': counts.users,
            'quota.groups': counts.groups,
            'quota.permissionConfigurations': counts.permissionConfigurations,
          }}
          networks={{
            own: {
              address: req.ip === undefined ? undefined : plainAddress(req.ip),
              allowed: signInNetworks.allows(zone.settings, { address: req.ip }),
            },
            everything: zone.settings['signIn.networks'].filter(isEveryAddress),
          }}
          {...(refused && { refused })}
        />
      ),
      { status },
    )
  }

  /** One error for each entry of the networks that is wrong. */
  function entryErrors(res: Response, { facts }: IdentityCenterError): FieldErrors | undefined {
    const { networks } = facts
    // As `readNetworks` gives them.
    if (!Array.isArray(networks)) return undefined
    return (networks as readonly FaultyNetwork[]).map((fault) => ({
      message: networkFaultText(languageOf(res), fault),
    }))
  }

  router.get('/', (req, res) => sendSettings(req, res))

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const name = fields.text('name')
    const value = name === 'signIn.networks' ? fields.raw('value') : fields.text('value')
    const changed = await door.attempt(
      res,
      async (actor) => {
        await zones.changeSetting(actor, name, value)
        return true
      },
      (errors, status, refusal) =>
        sendSettings(req, res, { name, value, errors: entryErrors(res, refusal) ?? errors }, status),
    )
    if (!changed || !isSettingName(name)) return
    door.done(res, '/admin/settings', {
      text: 'settingChanged',
      name: door.wordsOf(res).console.settings.names[name],
    })
  })

  return router
}
