/** The key that seals secrets in the database: given by the environment, or kept beside the SQLite file. */
import { randomBytes, randomUUID } from 'node:crypto'
import { access, chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises'
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
  if (!(await isThere(file))) await makeKeyFile(file)
  await chmod(file, 0o600)
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')
  if (key.length !== 32) throw new EncryptionKeyError(`${file} does not hold 32 bytes as base64.`)
  return key
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}

/**
 * Writes a fresh key aside and links it into place: whoever finds the file finds a whole key, also after a crash, and of two
 * processes that start at once both go by the one that came first.
 */
async function makeKeyFile(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  const handle = await open(aside, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(aside, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(aside)
  }
}
