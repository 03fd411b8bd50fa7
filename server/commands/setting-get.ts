import type { Command } from 'commander'
import { IdentityCenterError } from '../domain/errors.js'
import { isSettingName, SETTING_NAMES } from '../domain/zone.js'
import { withContext } from './command-context.js'

export function addSettingGet(parent: Command): void {
  parent
    .command('get NAME')
    .description('print the value of a setting')
    .action((name: string) =>
      withContext(async ({ services }) => {
        if (!isSettingName(name)) {
          throw new IdentityCenterError(
            'setting.unknown',
            `There is no setting ${name}. Settings: ${SETTING_NAMES.join(', ')}.`,
          )
        }
        const { settings } = await services.zones.current()
        console.log(String(settings[name]))
      }),
    )
}
