import { describe, expect, it } from 'vitest'
import { IdentityCenterError } from '../../server/domain/errors.js'
import {
  compileNetworks,
  plainAddress,
  readNetworks,
  splitNetworks,
} from '../../server/domain/sign-in-networks.js'

function faultsOf(entries: readonly string[]): unknown {
  try {
    readNetworks(entries)
    return undefined
  } catch (error) {
    return error instanceof IdentityCenterError ? error.facts : error
  }
}

describe('networks to sign in from', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['::1', '::1'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::FFFF:10.0.0.0/104', '10.0.0.0/8'],
    [' 192.0.2.0/24 ', '192.0.2.0/24'],
  ])('reads %s as %s', (entry, network) => {
    expect(readNetworks([entry])).toEqual([network])
  })

  it.each([
    ['', 'notAddress'],
    ['office', 'notAddress'],
    ['10.0.0', 'notAddress'],
    ['10.1', 'notAddress'],
    ['167772161', 'notAddress'],
    ['0x0a.0.0.1', 'notAddress'],
    ['256.0.0.1', 'notAddress'],
    ['10.0.0.1 - 10.0.0.9', 'notAddress'],
    ['10.0.0.0/8/8', 'notAddress'],
    ['10.0.0.0/255.0.0.0', 'prefix4'],
    ['2001:db8:::1', 'notAddress'],
    ['[::1]', 'notAddress'],
    ['10.0.0.1:443', 'notAddress'],
    ['010.0.0.1', 'leadingZeros'],
    ['10.0.0.08', 'leadingZeros'],
    ['::ffff:010.0.0.1', 'notAddress'],
    ['fe80::1%eth0', 'zone'],
    ['fe80::%1/64', 'zone'],
    ['10.0.0.0/', 'prefix4'],
    ['10.0.0.0/33', 'prefix4'],
    ['10.0.0.0/08', 'prefix4'],
    ['10.0.0.0/-1', 'prefix4'],
    ['10.0.0.0/8.0', 'prefix4'],
    ['::/129', 'prefix6'],
    ['::ffff:0:0/95', 'mappedRange'],
  ])('refuses %j: %s', (entry, fault) => {
    expect(faultsOf(['192.0.2.1', entry])).toMatchObject({ networks: [{ entry, fault }] })
  })

  it('says what was probably meant where bits are set behind the prefix', () => {
    expect(faultsOf(['10.0.0.1/8', '2001:db8::1/32', '::ffff:10.0.0.1/104'])).toMatchObject({
      networks: [
        { entry: '10.0.0.1/8', fault: 'hostBits', meant: '10.0.0.0/8' },
        { entry: '2001:db8::1/32', fault: 'hostBits', meant: '2001:db8::/32' },
        { entry: '::ffff:10.0.0.1/104', fault: 'hostBits', meant: '10.0.0.0/8' },
      ],
    })
    expect(() => readNetworks(['10.0.0.1/8'])).toThrow('write 10.0.0.0/8, or the address alone')
  })

  it('refuses what stands there twice, however it is written, and takes ranges that overlap', () => {
    expect(faultsOf(['10.0.0.1', '10.0.0.1/32', '::ffff:a00:1'])).toMatchObject({
      networks: [
        { entry: '10.0.0.1/32', fault: 'twice' },
        { entry: '::ffff:a00:1', fault: 'twice' },
      ],
    })
    expect(readNetworks(['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3'])).toHaveLength(3)
  })

  it('takes 100 entries and no more, names twenty wrong ones at most, and cuts long ones', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
    expect(readNetworks(many(100))).toHaveLength(100)
    expect(faultsOf(many(101))).toEqual({ limit: 100, found: 101 })
    expect(faultsOf(many(10_000))).toEqual({ limit: 100, found: 10_000 })
    expect(faultsOf(Array.from({ length: 100 }, (_, at) => `x${at}`))).toMatchObject({
      networks: { length: 20 },
    })
    expect(faultsOf(['9'.repeat(100_000)])).toMatchObject({
      networks: [{ entry: expect.stringMatching(/^9{64}…$/) as string }],
    })
  })

  it('reads text with an entry a line, or commas and blanks between them', () => {
    expect(splitNetworks(' 10.0.0.0/8,\r\n\r\n192.0.2.1\t2001:db8::/32 ,')).toEqual([
      '10.0.0.0/8',
      '192.0.2.1',
      '2001:db8::/32',
    ])
    expect(splitNetworks(' \n')).toEqual([])
  })

  it('shows addresses as people know them', () => {
    expect(['::ffff:192.0.2.1', 'FE80::1%eth0', '192.0.2.1', 'unknown'].map(plainAddress)).toEqual([
      '192.0.2.1',
      'fe80::1',
      '192.0.2.1',
      'unknown',
    ])
  })

  it.each([
    [[], undefined, true],
    [[], 'nonsense', true],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['10.0.0.0/8'], '::ffff:a01:203', true],
    [['10.0.0.0/8'], '::10.1.2.3', false],
    [['10.0.0.0/8'], '64:ff9b::10.1.2.3', false],
    [['10.0.0.0/8'], undefined, false],
    [['10.0.0.0/8'], '', false],
    [['10.0.0.0/8'], '012.0.0.1', false],
    [['8.0.0.0/8'], '010.0.0.1', false],
    [['10.0.0.0/8'], '10.1', false],
    [['10.0.0.0/8'], '167772161', false],
    [['10.0.0.0/8'], '10.0.0.1:443', false],
    [['10.0.0.0/8'], '10.0.0.1, 203.0.113.9', false],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '203.0.113.9', false],
    [['::/0'], '::ffff:203.0.113.9', false],
    [['192.0.2.1'], '192.0.2.1', true],
    [['192.0.2.1'], '192.0.2.2', false],
    [['2001:db8::/32'], '2001:DB8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['fe80::/10'], 'fe80::1%eth0.100', true],
    [['192.0.2.0/31', '198.51.100.0/24'], '198.51.100.7', true],
  ])('of %j lets %j in: %s', (networks, address, allowed) => {
    expect(compileNetworks(networks)(address)).toBe(allowed)
  })
})
