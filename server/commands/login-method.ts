import { Argument, type Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addLoginMethod(program: Command): void {
  program
    .command('login-method')
    .description('choose how users sign in; sessions made by the other method end')
    .addArgument(new Argument('METHOD', 'the one method that is on').choices(['password', 'sso']))
    .action((method: 'password' | 'sso') =>
      withContext(async ({ services }) => {
        await services.zones.setLoginMethod(commandActor, method)
      }),
    )
}
