/** The key that seals secrets in the database: given by the environment, or kept beside the SQLite file. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.js'

export class EncryptionKeyError extends Error {}

/** The 32-byte key. Made at the first start (owner only) when neither the variable nor the file is there. */
export async function obtainEncryptionKey(
  config: Pick<Config, 'encryptionKey' | 'dataDir'>,
): Promise<Buffer> {
  if (config.encryptionKey) return config.encryptionKey
  const file = join(config.dataDir, 'encryption.key')
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  try {
    // Exclusive: of two processes that start at once, one makes the key and the other reads it.
    const handle = await open(file, 'wx', 0o600)
    const key = randomBytes(32)
    await handle.writeFile(`${key.toString('base64')}\n`)
    await handle.sync()
    await handle.close()
    return key
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  await chmod(file, 0o600)
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (key.length !== 32) throw new EncryptionKeyError(`${file} does not hold 32 bytes as base64.`)
  return key
}
