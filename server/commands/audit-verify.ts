import type { Command } from 'commander'
import { withContext } from './command-context.js'

export function addAuditVerify(parent: Command): void {
  parent
    .command('verify')
    .description('check that no audit event was changed or removed; fails when one was')
    .action(() =>
      withContext(async ({ services }) => {
        const { sealed, unsealed, head, problems } = await services.auditSealer.verify()
        for (const problem of problems) console.error(problem)
        if (problems.length > 0) {
          process.exitCode = 1
          return
        }
        console.log(
          `${sealed} events are as they were sealed, ${unsealed} wait for their seal. Head: ${head || 'none'}`,
        )
      }),
    )
}
