/** A whole application on a fresh database with a clock that stands still. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../server/app.js'
import { createDirectValidator } from '../../saml/response-validation.js'
import { readConfig } from '../../server/config.js'
import { createContext, type AppContext } from '../../server/context.js'
import type { Actor } from '../../server/domain/actor.js'
import type { SubUserUin } from '../../server/domain/ids.js'
import { prepare } from '../../server/first-start.js'
import { createLogger, type Logger } from '../../server/logger.js'
import type { MetadataFetcher } from '../../server/services/metadata-fetcher.js'
import type { FreshSigningKey } from '../../server/services/signing-keys.js'

import { createTestClock, type TestClock } from './clock.js'
import { openMigratedDatabase, type TestEngine } from './engines.js'

export const ADMIN_PASSWORD = 'Correct-horse-7'
export const API_KEY = {
  secretId: 'AKIDtest000000000000000000000000000000',
  secretKey: 'testSecretKey0000000000000000000',
}

export interface TestContext extends AppContext {
  readonly clock: TestClock
  readonly app: ReturnType<typeof createApp>
  /** A full administrator, for calling services where no door is in question. */
  readonly administrator: Actor
  /** Closes and removes everything. */
  remove(): Promise<void>
}

export interface TestContextOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly clock?: TestClock
  readonly logger?: Logger
  /** Stands in for the network. */
  readonly fetchMetadata?: MetadataFetcher
}

/** RSA keys take longer to make than most tests take: the contexts of one file share them. */
const signingKeys = new Map<string, Promise<FreshSigningKey>>()

function shareSigningKeys({ clock, services }: AppContext): void {
  const { make } = services.signingKeys
  services.signingKeys.make = (purpose) => {
    const name = `${purpose} ${clock.now().toISOString()}`
    const key = signingKeys.get(name) ?? make(purpose)
    signingKeys.set(name, key)
    return key
  }
}

/** Migrated and opened zone `acme`, administrator `admin` with `ADMIN_PASSWORD`, API key `API_KEY`. */
export async function createTestContext(
  engine: TestEngine,
  options: TestContextOptions = {},
): Promise<TestContext> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-center-test-'))
  const database = await openMigratedDatabase(engine)
  const config = readConfig({
    DATA_DIR: join(folder, 'data'),
    SPACE_NAME: 'acme',
    ADMIN_PASSWORD,
    API_SECRET_ID: API_KEY.secretId,
    API_SECRET_KEY: API_KEY.secretKey,
    ...options.environment,
  })
  const clock = options.clock ?? createTestClock()
  const context = await createContext(config, {
    clock,
    db: database.db,
    logger: options.logger ?? createLogger('silent'),
    // Threads want compiled files; they have a test of their own.
    responseValidator: createDirectValidator(),
    ...(options.fetchMetadata && { fetchMetadata: options.fetchMetadata }),
  })
  shareSigningKeys(context)
  await prepare(context)
  return {
    ...context,
    clock,
    app: createApp(context),
    administrator: {
      kind: 'administrator',
      uin: '100000000001' as SubUserUin,
      name: 'admin',
      rights: 'full',
    },
    remove: async () => {
      await database.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
