import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EncryptionKeyError, obtainEncryptionKey } from '../../server/encryption-key.js'

describe('the encryption key', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'identity-center-key-'))
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const obtain = () => obtainEncryptionKey({ dataDir, encryptionKey: undefined })

  it('is made once, for its owner alone, and is one and the same for all who start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, obtain))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(keys[0]).toHaveLength(32)
    expect(await obtain()).toEqual(keys[0])
    expect(readdirSync(dataDir)).toEqual(['encryption.key'])
    expect(statSync(join(dataDir, 'encryption.key')).mode & 0o777).toBe(0o600)
  })

  it('comes from the environment where it is set, and then nothing is written', async () => {
    const given = Buffer.alloc(32, 1)
    expect(await obtainEncryptionKey({ dataDir, encryptionKey: given })).toBe(given)
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('is refused when the file does not hold one', async () => {
    writeFileSync(join(dataDir, 'encryption.key'), 'not a key')
    await expect(obtain()).rejects.toThrow(EncryptionKeyError)
  })
})
