import { once } from 'node:events'
import { Option, type Command } from 'commander'
import { toCsv } from '../../views/parts/copy.js'
import { IdentityCenterError } from '../domain/errors.js'
import { withContext } from './command-context.js'

const COLUMNS = [
  'sequence',
  'id',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'address',
  'requestId',
  'action',
  'subjectKind',
  'subjectId',
  'subjectName',
  'result',
  'detail',
] as const

export function addAuditExport(parent: Command): void {
  parent
    .command('export')
    .description('print the audit log in the order of its events')
    .addOption(
      new Option('--format <format>', 'one event per line').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .option('--from <time>', 'from this ISO 8601 time on')
    .option('--until <time>', 'before this ISO 8601 time')
    .action(
      (options: { readonly format: 'jsonl' | 'csv'; readonly from?: string; readonly until?: string }) =>
        withContext(async ({ services }) => {
          const range = { from: toTime('--from', options.from), until: toTime('--until', options.until) }
          if (options.format === 'csv') await print(toCsv([COLUMNS]))
          for await (const event of services.auditSealer.events(range)) {
            await print(
              options.format === 'csv'
                ? toCsv([COLUMNS.map((column) => String(event[column] ?? ''))])
                : `${JSON.stringify({ ...event, detail: JSON.parse(event.detail) as unknown })}\n`,
            )
          }
        }),
    )
}

/** Waits while the reader of a pipe is slower than the database. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

function toTime(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString()
  throw new IdentityCenterError(
    'request.invalid',
    `${option} takes an ISO 8601 time such as 2026-03-02T09:00:00Z.`,
  )
}
