import type { Command } from 'commander'
import { runDemo } from '../demo/run.js'

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description(
      'show the whole product on a throw-away database, from an empty zone to a signed-in employee',
    )
    .option('--exit', 'end when the tour is done, instead of leaving the server up to try by hand')
    .action((options: { readonly exit?: true }) => runDemo({ stay: !options.exit }))
}
