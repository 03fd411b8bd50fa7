import { InvalidArgumentError, type Command } from 'commander'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin } from '../domain/ids.js'
import { commandActor, withContext } from './command-context.js'

interface Options {
  readonly delay: number
  readonly errors: number
  readonly outage: boolean
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

/** `account faults`: without options the account is well again. */
export function addAccountFaults(parent: Command): void {
  parent
    .command('faults UIN')
    .description('let a simulated account be slow or fail, to rehearse deployments; without options, no more')
    .option('--delay <milliseconds>', 'delay of every call', wholeNumber, 0)
    .option('--errors <thousandths>', 'share of calls that fail', wholeNumber, 0)
    .option('--outage', 'let no call through', false)
    .action((text: string, { delay, errors, outage }: Options) =>
      withContext(async ({ services }) => {
        const uin = parseAccountUin(text)
        if (uin === undefined)
          throw new IdentityCenterError('account.notFound', `There is no account ${text}.`)
        const faults = { delayMilliseconds: delay, errorPermille: errors, outage }
        await services.accountFaults.set(commandActor, uin, faults)
      }),
    )
}
