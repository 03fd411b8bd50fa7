import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AccountUin } from '../../server/domain/ids.js'
import { makeFolder, runCommand } from '../support/command.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

const WELL = { delayMilliseconds: 0, errorPermille: 0, outage: false }

describe.each(engines)('faults of accounts on %s', (engine) => {
  let context: TestContext
  let uin: AccountUin
  const set = (faults: object, account = uin) =>
    context.services.accountFaults.set(context.administrator, account, { ...WELL, ...faults })
  const call = () => context.cam.client.describeRole(uin, 'none')

  beforeAll(async () => {
    context = await createTestContext(engine)
    uin = (await context.services.organization.createAccount(context.administrator, { name: 'faulty' })).uin
    return () => context.remove()
  })

  it('count from the next call on, until they are taken back', async () => {
    await set({ outage: true })
    await expect(call()).rejects.toMatchObject({ code: 'cam.unavailable' })
    await set({ errorPermille: 1000 })
    await expect(call()).rejects.toMatchObject({ code: 'cam.unavailable' })
    await set({})
    await expect(call()).resolves.toBeUndefined()
  })

  it('are audited with what was before', async () => {
    await set({ delayMilliseconds: 5 })
    await set({})
    const query = { action: 'account.setFaults', page: { offset: 0, limit: 1 } }
    const { items } = await context.services.audit.search(context.administrator, query)
    expect(JSON.parse(items[0]?.detail ?? '')).toEqual({
      before: { ...WELL, delayMilliseconds: 5 },
      after: WELL,
    })
  })

  it.each([
    { delayMilliseconds: 60_001 },
    { delayMilliseconds: -1 },
    { errorPermille: 1001 },
    { errorPermille: 0.5 },
  ])('are refused where they make no sense: %j', async (faults) => {
    await expect(set(faults)).rejects.toMatchObject({ code: 'account.invalid' })
  })

  it('are for accounts that exist, and administrators who may change something', async () => {
    await expect(set({}, '100000000000' as AccountUin)).rejects.toMatchObject({ code: 'account.notFound' })
    const auditor = { ...context.administrator, rights: 'readOnly' as const }
    await expect(context.services.accountFaults.set(auditor, uin, WELL)).rejects.toMatchObject({
      code: 'actor.forbidden',
    })
  })
})

it('the command answers an unknown account and a wrong number in one line', async () => {
  const { folder, remove } = await makeFolder()
  const environment = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data') }
  const unknown = await runCommand(['account', 'faults', '100000000000', '--outage'], environment)
  expect(unknown.code).not.toBe(0)
  expect(unknown.stderr).toContain('There is no account 100000000000.')
  const wrong = await runCommand(['account', 'faults', '100000000000', '--delay', 'long'], environment)
  expect(wrong.code).not.toBe(0)
  expect(wrong.stderr).toContain('whole number')
  await remove()
})
