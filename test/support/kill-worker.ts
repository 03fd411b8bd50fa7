/**
 * A process that carries out what is due in a data folder and is killed on the way: `DATA_DIR TIME [before|after N]` ends
 * it by SIGKILL before or after the N-th call to an account. Says `ready` when it begins; whoever started it may kill it
 * at any other time.
 */
import { createContext } from '../../server/context.js'
import { readConfig } from '../../server/config.js'
import { createLogger } from '../../server/logger.js'
import { createDeploymentWorker } from '../../server/services/deployment-worker.js'
import { createUserSyncWorker } from '../../server/services/user-sync-worker.js'
import { createTestClock } from './clock.js'
import { hookCam } from './hooked-cam.js'

const [dataDir = '', time = '', moment, count] = process.argv.slice(2)

const context = await createContext(readConfig({ DATA_DIR: dataDir }), {
  clock: createTestClock(new Date(time)),
  logger: createLogger('silent'),
})
const { services, db, clock, logger, cam } = context

let calls = 0
const dieAtLast = () => {
  calls += 1
  if (calls === Number(count)) process.kill(process.pid, 'SIGKILL')
}
const client =
  moment === 'before' || moment === 'after' ? hookCam(cam.client, { [moment]: dieAtLast }) : cam.client
const common = { db, clock, audit: services.audit, log: logger, cam: client }
const { roleIdentityProvider } = services
process.stdout.write('ready\n')
await services.batchWorker.drain()
await createDeploymentWorker({ ...common, roleIdentityProvider }).drain()
await createUserSyncWorker(common).drain()
await context.close()
