import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

/** `scim enable` and `scim disable`. */
export function addScimSwitch(parent: Command): void {
  for (const [verb, status] of [
    ['enable', 'enabled'],
    ['disable', 'disabled'],
  ] as const) {
    parent
      .command(verb)
      .description(`switch SCIM synchronization to ${status}`)
      .action(() =>
        withContext(async ({ services }) => {
          await services.zones.setScimStatus(commandActor, status)
        }),
      )
  }
}
