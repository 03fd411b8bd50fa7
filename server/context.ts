/** The composition root: the one place that builds the database, clock, logger, simulator and every service. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, type Db } from '../db/database.js'
import type { Config } from './config.js'
import { systemClock, type Clock } from './domain/clock.js'
import { createSecretBox, type SecretBox } from './domain/secrets.js'
import type { Settings } from './domain/zone.js'
import { obtainEncryptionKey } from './encryption-key.js'
import { createLogger, type Logger } from './logger.js'
import { createAuditLog } from './services/audit-log.js'
import { createAuditSealer } from './services/audit-sealer.js'
import { createMaintenance } from './services/maintenance.js'
import { createReadiness } from './services/readiness.js'
import { createSigningKeyService } from './services/signing-keys.js'
import { createZoneService } from './services/zones.js'

/** What tests put in the place of the real thing. */
export interface ContextOverrides {
  readonly clock?: Clock
  readonly logger?: Logger
  readonly db?: Db
}

export type AppContext = Awaited<ReturnType<typeof createContext>>

/** Builds everything; touches the data folder but not the database, which is opened by its first query. */
export async function createContext(config: Config, overrides: ContextOverrides = {}) {
  const clock = overrides.clock ?? systemClock
  const logger = overrides.logger ?? createLogger(config.logLevel)
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const secretBox: SecretBox = createSecretBox(await obtainEncryptionKey(config))
  const db =
    overrides.db ??
    openDatabase(
      config.databaseUrl === undefined
        ? { engine: 'sqlite', file: join(config.dataDir, 'identity-center.db') }
        : { engine: 'postgres', url: config.databaseUrl },
    )

  const audit = createAuditLog({ db, clock })
  const signingKeys = createSigningKeyService({ db, clock, secretBox })
  const zones = createZoneService({ db, clock, audit, fixed: settingsFixedBy(config) })
  const auditSealer = createAuditSealer({ db, clock, secretBox })
  const maintenance = createMaintenance({ db, clock })
  const readiness = createReadiness({ db })

  return {
    config,
    clock,
    logger,
    secretBox,
    db,
    services: { audit, auditSealer, maintenance, readiness, signingKeys, zones },
    /** Closes what was opened. */
    close: () => db.destroy(),
  }
}

/** Quotas that the environment sets are settings nobody can change at run time. */
function settingsFixedBy({ quotas }: Config): Partial<Settings> {
  return {
    ...(quotas.users !== undefined && { 'quota.users': quotas.users }),
    ...(quotas.groups !== undefined && { 'quota.groups': quotas.groups }),
    ...(quotas.groupUsers !== undefined && { 'quota.groupUsers': quotas.groupUsers }),
    ...(quotas.userGroups !== undefined && { 'quota.userGroups': quotas.userGroups }),
    ...(quotas.permissionConfigurations !== undefined && {
      'quota.permissionConfigurations': quotas.permissionConfigurations,
    }),
  }
}
