import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../server/config.js'

const complaintsAbout = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.split('\n')
  }
}

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      baseUrl: 'http://localhost:8080',
      databaseUrl: undefined,
      administrator: { name: 'admin', password: undefined },
      apiKey: undefined,
      logLevel: 'info',
      trustProxy: false,
    })
  })

  it('takes an empty value for an absent one', () => {
    expect(readConfig({ PORT: '', SPACE_NAME: '', ENCRYPTION_KEY: '' })).toEqual(readConfig({}))
  })

  it.each([
    ['HOST', '-'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['BASE_URL', 'id.example.com'],
    ['BASE_URL', 'ftp://id.example.com'],
    ['BASE_URL', 'https://id.example.com/path'],
    ['BASE_URL', 'https://user@id.example.com'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['SPACE_NAME', 'admin'],
    ['SPACE_NAME', 'With-Capitals'],
    ['SPACE_NAME', '-dash'],
    ['ADMIN_USERNAME', 'with space'],
    ['ADMIN_PASSWORD', 'short'],
    ['ENCRYPTION_KEY', 'bm90IDMyIGJ5dGVz'],
    ['LOG_LEVEL', 'verbose'],
    ['TRUST_PROXY', '1.2.3'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', 'everyone'],
    ['QUOTA_USERS', '-1'],
    ['QUOTA_GROUPS', '0'],
    ['QUOTA_GROUP_USERS', 'many'],
    ['QUOTA_USER_GROUPS', '1.5'],
    ['QUOTA_PERMISSION_CONFIGURATIONS', '1e3'],
    ['METRICS_TOKEN', 'short'],
  ])('names %s when it is %j', (name, value) => {
    const complaints = complaintsAbout({ [name]: value })
    expect(complaints).toEqual([expect.stringMatching(new RegExp(`^${name} `))])
    if (/KEY|PASSWORD|TOKEN/.test(name)) expect(complaints.join()).not.toContain(value)
  })

  it('names all wrong variables at once', () => {
    expect(complaintsAbout({ PORT: 'x', LOG_LEVEL: 'x' })).toHaveLength(2)
  })

  it('wants both halves of an API key', () => {
    expect(complaintsAbout({ API_SECRET_ID: 'AKID0123456789abcdef' })).toEqual([
      expect.stringMatching(/^API_SECRET_KEY must be set too/),
    ])
  })

  it('wants the encryption key with PostgreSQL, as every instance needs the same', () => {
    const DATABASE_URL = 'postgres://localhost/identity'
    expect(complaintsAbout({ DATABASE_URL })).toEqual([expect.stringMatching(/^ENCRYPTION_KEY must be set/)])
    const ENCRYPTION_KEY = randomBytes(32).toString('base64')
    expect(readConfig({ DATABASE_URL, ENCRYPTION_KEY }).encryptionKey).toHaveLength(32)
  })

  it.each([
    ['2', 2],
    ['true', 1],
    ['loopback', 'loopback'],
    ['10.0.0.0/8, 192.168.1.1', '10.0.0.0/8, 192.168.1.1'],
  ])('reads TRUST_PROXY %s', (text, value) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toBe(value)
  })

  it('is documented variable by variable', () => {
    const source = readFileSync(new URL('../../server/config.ts', import.meta.url), 'utf8')
    const known = new Set([...source.matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(([, name]) => name))
    const documentation = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
    const documented = new Set([...documentation.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name))
    expect(known.size).toBeGreaterThan(15)
    expect(documented).toEqual(known)
  })
})
