import { describe, expect, it } from 'vitest'
import { isInEffect, parseInstant, parsePeriod } from '../../server/domain/period.js'
import { refusal } from '../support/refusal.js'

const NOW = new Date('2026-03-02T09:00:00.000Z')

describe('periods', () => {
  it.each([
    ['2026-03-31', '2026-03-31T00:00:00.000Z'],
    [' 2026-03-31T18:00Z ', '2026-03-31T18:00:00.000Z'],
    ['2026-03-31T18:00:30.5+08:00', '2026-03-31T10:00:30.500Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    // Not written so, not in the calendar, without a zone, not of this world.
    ['31.03.2026', undefined],
    ['2026-02-29', undefined],
    ['2026-04-31T10:00Z', undefined],
    ['2026-13-01', undefined],
    ['2026-03-31T18:00', undefined],
    ['2026-03-31T25:00Z', undefined],
    ['2026-03-31T18:00+99:00', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  it('may have either bound, both or none', () => {
    expect(parsePeriod({ start: '', end: undefined }, NOW)).toEqual({})
    expect(parsePeriod({ start: '2020-01-01' }, NOW)).toEqual({ startsAt: '2020-01-01T00:00:00.000Z' })
    expect(parsePeriod({ start: '2026-04-01', end: '2026-04-02' }, NOW)).toEqual({
      startsAt: '2026-04-01T00:00:00.000Z',
      endsAt: '2026-04-02T00:00:00.000Z',
    })
  })

  it.each([
    [{ start: 'tomorrow' }, 'start'],
    [{ end: '2026-02-30' }, 'end'],
    [{ end: '2026-03-02T09:00Z' }, 'end'],
    [{ start: '2026-04-02', end: '2026-04-02' }, 'end'],
    [{ end: '9999-12-31' }, 'end'],
    [{ start: '2062-01-01' }, 'start'],
  ])('refuses %j and names the field', (period, field) => {
    expect(() => parsePeriod(period, NOW)).toThrow(refusal('assignment.periodInvalid', { field }))
  })

  it('count from their start until before their end', () => {
    const period = { startsAt: '2026-03-01T00:00:00.000Z', endsAt: '2026-03-02T00:00:00.000Z' }
    const at = (now: string) => isInEffect(period, now)
    expect(['2026-02-28T23:59:59.999Z', period.startsAt, period.endsAt].map(at)).toEqual([false, true, false])
    expect(isInEffect({}, NOW.toISOString())).toBe(true)
  })
})
