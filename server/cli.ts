/** The `identity-center` command. Each subcommand is a thin door onto the services and has a file of its own. */
import { Command, CommanderError } from 'commander'
import { addAccountFaults } from './commands/account-faults.js'
import { addAdminCreate } from './commands/admin-create.js'
import { addAdminReset } from './commands/admin-reset.js'
import { addAdminResetMfa } from './commands/admin-reset-mfa.js'
import { addApply } from './commands/apply.js'
import { addAuditExport } from './commands/audit-export.js'
import { addAuditVerify } from './commands/audit-verify.js'
import { addBackup } from './commands/backup.js'
import { addDemo } from './commands/demo.js'
import { failureOf, USAGE } from './commands/exit-codes.js'
import { addExport } from './commands/export.js'
import { addLoginMethod } from './commands/login-method.js'
import { addMigrate } from './commands/migrate.js'
import { addRestore } from './commands/restore.js'
import { addSamlIdpMetadata } from './commands/saml-idp-metadata.js'
import { addScimCredentialCreate } from './commands/scim-credential-create.js'
import { addScimSwitch } from './commands/scim-switch.js'
import { addSettingGet } from './commands/setting-get.js'
import { addSettingSet } from './commands/setting-set.js'
import { addStart } from './commands/start.js'
import { addUserBlock } from './commands/user-block.js'
import { addUserCreate } from './commands/user-create.js'
import { addUserDelete } from './commands/user-delete.js'
import { addUserDisable } from './commands/user-disable.js'

/** All commands and what they take. */
export function createProgram(): Command {
  const program = new Command('identity-center')
    .description('Self-hosted SCIM 2.0 and SAML 2.0 identity center')
    // Refusals are thrown, so that one place decides on exit codes.
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    // As all other refusals are told.
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'identity-center: ')),
    })
  const group = (name: string, description: string): Command => program.command(name).description(description)

  addStart(program)
  addMigrate(program)
  addDemo(program)

  const admin = group('admin', 'administrators of the console and the API')
  addAdminCreate(admin)
  addAdminReset(admin)
  addAdminResetMfa(admin)

  const user = group('user', 'users made here')
  addUserCreate(user)
  addUserDisable(user)
  addUserDelete(user)
  addUserBlock(user)

  addScimCredentialCreate(group('scim-credential', 'bearer credentials of SCIM clients'))
  addScimSwitch(group('scim', 'SCIM synchronization'))
  addSamlIdpMetadata(group('saml', 'the external identity provider'))
  addLoginMethod(program)

  const setting = group('setting', 'settings of the zone')
  addSettingGet(setting)
  addSettingSet(setting)

  addAccountFaults(group('account', 'simulated cloud accounts'))

  addExport(program)
  addApply(program)

  addBackup(program)
  addRestore(program)

  const audit = group('audit', 'the audit log')
  addAuditVerify(audit)
  addAuditExport(audit)
  return program
}

/** Runs one command to its end. Never throws: what goes wrong is one line on standard error and an exit code. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  // What is written by any command is the owner's alone, whatever folder it stands in.
  process.umask(0o077)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe (`head`, a pager) has seen enough.
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  try {
    await createProgram().parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong already; asking for help is not wrong.
      process.exitCode = error.exitCode === 0 ? 0 : USAGE
      return
    }
    const { exitCode, message } = failureOf(error)
    for (const line of message.split('\n')) process.stderr.write(`identity-center: ${line}\n`)
    process.exitCode = exitCode
  }
}
