import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { serve } from '../main.js'

export function addStart(program: Command): void {
  program
    .command('start')
    .description('run the server (configuration by environment, see docs/configuration.md)')
    .action(() => serve(readConfig()))
}
