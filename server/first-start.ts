/** From an empty database to a working zone, in one transaction; on a database that has one, nothing is changed. */
import { randomBytes } from 'node:crypto'
import { migrate } from '../db/migrations/index.js'
import { inTransaction } from '../db/transaction.js'
import { findInstanceValue, findZone, putInstanceValue } from '../db/zones.js'
import type { AppContext } from './context.js'
import { systemActor } from './domain/actor.js'
import { ENCRYPTION_KEY_CHECK } from './domain/secrets.js'
import { EncryptionKeyError } from './encryption-key.js'

export interface Prepared {
  readonly migrations: readonly string[]
  /** Present when this start made the first administrator with a generated password. */
  readonly initialAdministrator: { readonly name: string; readonly password: string | undefined } | undefined
}

/**
 * Migrates, checks that the encryption key fits the database, and makes what an empty one lacks: zone, signing keys,
 * root node, management account, first administrator. Throws `NewerSchemaError`, `EncryptionKeyError`.
 */
export async function prepare(context: AppContext): Promise<Prepared> {
  const { db, secretBox, clock, config, services } = context
  const migrations = await migrate(db)

  const check = await findInstanceValue(db, ENCRYPTION_KEY_CHECK)
  if (check !== undefined) {
    try {
      secretBox.open(ENCRYPTION_KEY_CHECK, check)
    } catch (error) {
      throw new EncryptionKeyError(
        'The encryption key does not fit this database: set ENCRYPTION_KEY (or encryption.key) to the one it was made with.',
        { cause: error },
      )
    }
  }
  if (check !== undefined && (await findZone(db))) return { migrations, initialAdministrator: undefined }

  const actor = systemActor('first start')
  // Keys and password hashes take long; the transaction must not wait for them.
  const [administrator, ...keys] = await Promise.all([
    services.administrators.prepareFirst(config.administrator, config.apiKey),
    services.signingKeys.make('serviceProvider'),
    services.signingKeys.make('roleSaml'),
  ])
  const opened = await inTransaction(db, async (tx) => {
    if (await findZone(tx)) return false
    await putInstanceValue(
      tx,
      ENCRYPTION_KEY_CHECK,
      secretBox.seal(ENCRYPTION_KEY_CHECK, clock.now().toISOString()),
    )
    await services.zones.open(tx, actor, config.spaceName ?? `zone-${randomBytes(4).toString('hex')}`)
    for (const key of keys) await services.signingKeys.store(tx, key)
    const management = await services.organization.bootstrap(tx, actor)
    await services.administrators.storeFirst(tx, actor, management.uin, administrator)
    return true
  })
  return {
    migrations,
    initialAdministrator: opened
      ? { name: administrator.name, password: administrator.generatedPassword }
      : undefined,
  }
}
