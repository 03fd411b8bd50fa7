import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from '../../server/services/password-hasher.js'

describe('the password hasher', () => {
  const hasher = createPasswordHasher()

  it('makes argon2id hashes as OWASP advises, each with its own salt', async () => {
    const [first, second] = await Promise.all([hasher.hash('Trusted-pass-1'), hasher.hash('Trusted-pass-1')])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(first).not.toBe(second)
    expect(await hasher.verify(first, 'Trusted-pass-1')).toBe(true)
    expect(await hasher.verify(first, 'Trusted-pass-2')).toBe(false)
  })

  it('takes a password however its letters were composed', async () => {
    expect(await hasher.verify(await hasher.hash('Caf\u00e9-pass-1'), 'Cafe\u0301-pass-1')).toBe(true)
  })

  it('finds nobody behind a missing hash, and no end to a long password', async () => {
    expect(await hasher.verify(undefined, 'Trusted-pass-1')).toBe(false)
    const long = 'x'.repeat(512)
    const hash = await hasher.hash(long)
    expect(await hasher.verify(hash, long)).toBe(true)
    expect(await hasher.verify(hash, `${long}y`)).toBe(false)
    expect(await hasher.verify(hash, 'y'.repeat(10_000_000))).toBe(false)
  })

  it('computes only so many at a time and refuses more than may wait', async () => {
    const small = createPasswordHasher({ concurrency: 1, queue: 2 })
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => small.verify(undefined, 'Trusted-pass-1')),
    )
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'service.unavailable' },
    })
    expect(await small.verify(undefined, 'Trusted-pass-1')).toBe(false)
  })

  it('keeps nobody out, or waiting, because of one address that asks without end', async () => {
    const small = createPasswordHasher({ concurrency: 1, queue: 4 })
    const order: string[] = []
    const ask = (who: string, address: string) =>
      small.verify(undefined, 'x', address).then(
        () => order.push(who),
        () => order.push(`no ${who}`),
      )
    const flood = [1, 2, 3, 4, 5, 6].map((n) => ask(`flood ${n}`, `2001:db8:1:${n}::1`))
    await Promise.all([...flood, ask('office 1', '192.0.2.1'), ask('office 2', '192.0.2.1')])
    expect(order).toEqual([
      ...['no flood 6', 'no flood 5', 'no flood 4'],
      ...['flood 1', 'flood 2', 'office 1', 'flood 3', 'office 2'],
    ])
  })
})
