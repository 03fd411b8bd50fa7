/** The simulated services, in the versions that the cloud's SDK speaks. */
import type { ApiService } from '../action.js'
import { autoScaling } from './auto-scaling.js'
import { cbs } from './cbs.js'
import { cdb } from './cdb.js'
import { cdn } from './cdn.js'
import { clb } from './clb.js'
import { cloudaudit } from './cloudaudit.js'
import { cvm } from './cvm.js'
import { kms } from './kms.js'
import { lighthouse } from './lighthouse.js'
import { monitor } from './monitor.js'
import { redis } from './redis.js'
import { tag } from './tag.js'
import { vpc } from './vpc.js'

export const simulatedServices: readonly ApiService[] = [
  autoScaling,
  cbs,
  cdb,
  cdn,
  clb,
  cloudaudit,
  cvm,
  kms,
  lighthouse,
  monitor,
  redis,
  tag,
  vpc,
]
