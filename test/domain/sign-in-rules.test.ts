import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localPath } from '../../server/domain/local-path.js'
import { networkOf, siteOf } from '../../server/domain/network.js'
import { isLive, sessionLimits, stepsAfterPassword } from '../../server/domain/session.js'
import { delayAfterFailures } from '../../server/domain/sign-in-throttle.js'
import { DEFAULT_SETTINGS } from '../../server/domain/zone.js'

describe('the delay after failures', () => {
  it.each([
    [0, 0],
    [9, 0],
    [10, 15],
    [11, 30],
    [12, 60],
    [15, 480],
    [16, 900],
    [17, 900],
    [1_000_000, 900],
  ])('after %d failures is %d seconds', (failures, seconds) => {
    expect(delayAfterFailures(failures)).toBe(seconds)
  })
})

describe('a session', () => {
  const session = {
    kind: 'portal',
    method: 'password',
    breakGlass: false,
    createdAt: '2026-03-02T09:00:00.000Z',
    lastSeenAt: '2026-03-02T09:00:00.000Z',
    expiresAt: '2026-03-02T21:00:00.000Z',
  } as const

  it.each([
    ['2026-03-02T09:59:59.999Z', true, 'within the idle limit'],
    ['2026-03-02T10:00:00.000Z', false, 'at the idle limit'],
    ['2026-03-02T21:00:00.000Z', false, 'at the absolute limit'],
  ])('at %s lives: %s (%s)', (now, live) => {
    expect(isLive(session, sessionLimits(session, DEFAULT_SETTINGS), new Date(now))).toBe(live)
  })

  it('ends at its absolute limit however much it is used', () => {
    const busy = { ...session, lastSeenAt: '2026-03-02T20:59:59.000Z' }
    expect(isLive(busy, sessionLimits(busy, DEFAULT_SETTINGS), new Date('2026-03-02T20:59:59.999Z'))).toBe(
      true,
    )
    expect(isLive(busy, sessionLimits(busy, DEFAULT_SETTINGS), new Date('2026-03-02T21:00:00.000Z'))).toBe(
      false,
    )
  })

  it('of the console ends after half an hour without use', () => {
    const idle = { ...session, kind: 'console' as const }
    expect(isLive(idle, sessionLimits(idle, DEFAULT_SETTINGS), new Date('2026-03-02T09:29:59.999Z'))).toBe(
      true,
    )
    expect(isLive(idle, sessionLimits(idle, DEFAULT_SETTINGS), new Date('2026-03-02T09:30:00.000Z'))).toBe(
      false,
    )
  })

  it('by break-glass ends after an hour, or a quarter without use', () => {
    const emergency = { ...session, breakGlass: true, lastSeenAt: '2026-03-02T09:50:00.000Z' }
    const limits = sessionLimits(emergency, DEFAULT_SETTINGS)
    expect(isLive(emergency, limits, new Date('2026-03-02T09:59:59.999Z'))).toBe(true)
    expect(isLive(emergency, limits, new Date('2026-03-02T10:00:00.000Z'))).toBe(false)
    expect(
      isLive({ ...emergency, lastSeenAt: session.lastSeenAt }, limits, new Date('2026-03-02T09:15:00.000Z')),
    ).toBe(false)
  })

  it('ends by a limit that was lowered after it began', () => {
    const limits = sessionLimits(session, { ...DEFAULT_SETTINGS, 'session.portalAbsoluteHours': 1 })
    const used = { ...session, lastSeenAt: '2026-03-02T09:59:00.000Z' }
    expect(isLive(used, limits, new Date('2026-03-02T09:59:59.999Z'))).toBe(true)
    expect(isLive(used, limits, new Date('2026-03-02T10:00:00.000Z'))).toBe(false)
  })

  it('owes the second factor, or its enrolment, before a new password', () => {
    expect(stepsAfterPassword('portal', { secondFactorBound: true, mustChange: false })).toEqual(['totp'])
    expect(stepsAfterPassword('portal', { secondFactorBound: false, mustChange: true })).toEqual([
      'enrol',
      'changePassword',
    ])
  })
})

describe('a local path', () => {
  it.each(['/', '/portal', '/portal?q=a%20b', '/admin/users?page=2#x', '/a//b', '/%2f%5cevil.example'])(
    'is %s',
    (path) => {
      expect(localPath(path)).toBe(path)
    },
  )

  it.each([
    '',
    'portal',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/..//evil.example',
    '/./\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/a\r\nSet-Cookie: x=1',
    '/a\tb',
    '/\t/evil.example',
    '/\n/evil.example',
    '\u0000//evil.example',
    '/%2e%2e//evil.example',
    '/.//evil.example',
    '///evil.example',
    'http:/\\evil.example',
    '\u2215\u2215evil.example',
    ' /portal',
    '/pörtal',
    `/${'a'.repeat(2000)}`,
    undefined,
    ['/portal'],
  ])('is not %j', (text) => {
    expect(localPath(text)).toBeUndefined()
  })

  it('leads a browser nowhere else, whatever it is made of', () => {
    const pieces = fc.constantFrom(
      ...'/\\.:%@?#;\t\r\n ',
      '..',
      '%2f',
      '%5c',
      '%09',
      '%0d%0a',
      '//',
      'evil.example',
      'https:',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const path = localPath(`/${parts.join('')}`)
        if (path === undefined) return
        expect(path).toMatch(/^[\x21-\x7e]+$/)
        for (const page of [
          'https://us.example/',
          'https://us.example/acme/login?next=x',
          'https://us.example/a/b/',
        ]) {
          expect(new URL(path, page).origin).toBe('https://us.example')
          // Also when what reads it first has folded its dots.
          expect(new URL(new URL(path, page).pathname, page).origin).toBe('https://us.example')
        }
      }),
    )
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8:0:0::1', '2001:db8:0:0::/64'],
    ['nonsense', undefined],
    ['', undefined],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['nonsense', 'unknown'],
    [undefined, 'unknown'],
  ])('belongs to a site: %s to %s', (address, site) => {
    expect(siteOf(address)).toBe(site)
  })
})
