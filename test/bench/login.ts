/**
 * `npm run bench:login`: what the portal page of a busy user costs, and whether signing in by password or SAML holds other
 * requests up. Each in a process of its own, one figure for each promise.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { portalPage } from './portal-page.js'
import { passwordStorm } from './password-storm.js'
import { samlStorm } from './saml-storm.js'

const folder = await mkdtemp(join(tmpdir(), 'identity-center-bench-'))
try {
  const [cpu] = cpus()
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  )
  await portalPage(join(folder, 'portal'))
  await passwordStorm(join(folder, 'passwords'))
  await samlStorm(join(folder, 'saml'))
} finally {
  await rm(folder, { recursive: true, force: true })
}
