/** The catalogue of simulated services, held against the types of the cloud's own SDK. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { SignedCall } from '../../server/api/action.js'
import { createActionTable } from '../../server/api/actions.js'
import { simulatedServices } from '../../server/api/catalogue/index.js'
import { simulatedService } from '../../server/api/simulated-service.js'
import type { AccountUin, SubUserUin } from '../../server/domain/ids.js'

const SDK = new URL('../../node_modules/tencentcloud-sdk-nodejs/tencentcloud/services/', import.meta.url)

const read = (service: string, version: string, file: string): string =>
  readFileSync(new URL(`${service}/v${version.replaceAll('-', '')}/${service}_${file}.d.ts`, SDK), 'utf8')

/** Names of the actions that the SDK has, with the types of their answers. */
const actionsOf = (client: string): ReadonlyMap<string, string> =>
  new Map(
    [...client.matchAll(/^ {4}(\w+)\(req.*Promise<(\w+)>;$/gm)].map(([, name = '', type = '']) => [
      name,
      type,
    ]),
  )

/** What stands for each field of an answer when there is nothing. */
function emptyAnswer(models: string, type: string): Readonly<Record<string, unknown>> {
  const start = models.indexOf(`export interface ${type} {`)
  const body = models.slice(start, models.indexOf('\n}', start)).replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const fields = [...body.matchAll(/^ {4}(\w+)\??: (.+);$/gm)].filter(([, name]) => name !== 'RequestId')
  const empty: Readonly<Record<string, unknown>> = { number: 0, string: '', boolean: false }
  return Object.fromEntries(
    fields.map(([, name = '', type = '']) => [
      name,
      type.startsWith('Array<') ? [] : type in empty ? empty[type] : null,
    ]),
  )
}

const call: SignedCall = {
  origin: {},
  caller: {
    kind: 'subUser',
    accountUin: '100000000001' as AccountUin,
    uin: '100000000002' as SubUserUin,
    name: 'jo',
  },
  actor: { kind: 'anonymous' },
  region: '',
  context: {},
  require: () => Promise.resolve(),
  requireManager: () => Promise.reject(new Error('not asked for')),
}

describe.each(simulatedServices.map((service) => [service.name, service] as const))('%s', (name, service) => {
  const sdk = actionsOf(read(name, service.version, 'client'))
  const models = read(name, service.version, 'models')

  it('has the actions of the SDK', () => {
    expect(service.actions.map((action) => action.name).sort()).toEqual([...sdk.keys()].sort())
  })

  it('gives each the answer that the SDK expects, empty', async () => {
    for (const action of service.actions) {
      if (action.access !== 'signed') throw new Error(`${action.name} needs no signature`)
      const answer = await action.run(call, {})
      expect({ [action.name]: answer }).toEqual({
        [action.name]: emptyAnswer(models, sdk.get(action.name) ?? ''),
      })
    }
  })
})

describe('the table of actions', () => {
  it('finds an action by version and name, though services share a version', () => {
    const table = createActionTable(simulatedServices)
    expect(table.find('2017-03-12', 'DescribeInstances').service).toBe('cvm')
    expect(table.find('2017-03-12', 'DescribeVpcs').service).toBe('vpc')
    expect(table.find('2017-03-12', 'DescribeDisks').service).toBe('cbs')
  })

  it('does not take one action of one version twice', () => {
    const twice = [
      simulatedService('a', '2020-01-01', 'nothing\n  Do'),
      simulatedService('b', '2020-01-01', 'nothing\n  Do'),
    ]
    expect(() => createActionTable(twice)).toThrow('2020-01-01 Do')
  })

  it('does not take a field of an unknown type', () => {
    expect(() => simulatedService('a', '2020-01-01', 'Total:count\n  Do')).toThrow('Total:count')
  })
})
