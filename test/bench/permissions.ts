/** `npm run bench:permissions`: what permissions cost, one figure for each promise. */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { actionAccess } from './action-access.js'
import { batchesOfAssignments } from './batches.js'
import { policyDecisions } from './policy-decisions.js'

const [cpu] = cpus()
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
)
for (const { what, perSecond } of policyDecisions()) {
  console.log(`${what.padEnd(60)} ${perSecond.toLocaleString('en').padStart(10)}`)
}
const folder = await mkdtemp(join(tmpdir(), 'identity-center-bench-'))
try {
  await actionAccess(join(folder, 'action-access'))
  await batchesOfAssignments(join(folder, 'batches'))
} finally {
  await rm(folder, { recursive: true, force: true })
}
