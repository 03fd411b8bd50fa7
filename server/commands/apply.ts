import type { Command } from 'commander'
import { parseDocument } from 'yaml'
import { IdentityCenterError } from '../domain/errors.js'
import { parseZoneDocument, type ZoneDocument } from '../domain/zone-document.js'
import { changeText, type ZonePlan } from '../domain/zone-plan.js'
import { commandActor, withContext } from './command-context.js'
import { readFileBounded } from './read-file.js'

/** A zone at all its limits is smaller. */
const MAXIMUM_BYTES = 64 * 1024 * 1024

interface Options {
  readonly plan?: true
  readonly prune?: true
  readonly expect?: string
}

export function addApply(parent: Command): void {
  parent
    .command('apply FILE')
    .description('make the zone what a document of `export` says')
    .option('--plan', 'only tell what would change')
    .option('--prune', 'also remove what the document does not name, in the sections that it has')
    .option('--expect <fingerprint>', 'change nothing unless the plan is the one with this fingerprint')
    .action(async (file: string, { plan: onlyPlan, prune, expect }: Options) => {
      const wanted = readDocument(file, (await readFileBounded(file, MAXIMUM_BYTES)).toString('utf8'))
      await withContext(async ({ services: { zoneAsCode } }) => {
        const plan = await zoneAsCode.plan(commandActor, wanted, { prune: prune === true })
        if (onlyPlan) {
          tell(plan)
          return
        }
        if (expect !== undefined && expect !== plan.fingerprint) {
          throw new IdentityCenterError(
            'zone.planMoved',
            `The plan is now ${plan.fingerprint}, not ${expect}: look at it with --plan.`,
          )
        }
        for await (const change of zoneAsCode.apply(commandActor, plan)) console.log(changeText(change))
        console.log(`${count(plan)} made`)
      })
    })
}

function tell(plan: ZonePlan): void {
  for (const change of plan.changes) console.log(changeText(change))
  for (const subject of plan.leftAlone) console.log(`  ${subject} is not in the document and stays`)
  console.log(`${count(plan)}. Fingerprint: ${plan.fingerprint}`)
}

const count = ({ changes }: ZonePlan): string =>
  changes.length === 0 ? 'No changes' : changes.length === 1 ? '1 change' : `${changes.length} changes`

/** Throws `request.invalid` with line and column for what is not YAML, and for what `parseZoneDocument` refuses. */
function readDocument(file: string, text: string): ZoneDocument {
  const parsed = parseDocument(text, { prettyErrors: true })
  const [error] = parsed.errors
  if (error) {
    const [place] = error.linePos ?? []
    const where = place ? ` line ${place.line}, column ${place.col}` : ''
    throw new IdentityCenterError(
      'request.invalid',
      `${file}${where}: ${error.message.split('\n', 1)[0] ?? ''}`,
    )
  }
  try {
    // Aliases that grow into millions of copies are no configuration.
    return parseZoneDocument(parsed.toJS({ maxAliasCount: 100 }))
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause
    throw new IdentityCenterError('request.invalid', `${file}: ${cause.message}`, {}, { cause })
  }
}
