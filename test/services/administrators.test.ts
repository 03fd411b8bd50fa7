import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor, type Actor } from '../../server/domain/actor.js'
import type { SubUserUin } from '../../server/domain/ids.js'
import { API_KEY, createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

const system = systemActor('test')

describe.each(engines)('administrators on %s', (engine) => {
  let context: TestContext
  beforeAll(async () => {
    context = await createTestContext(engine)
  })
  afterAll(() => context.remove())
  const service = () => context.services.administrators

  it('begin with the one of the first start and its API key', async () => {
    const [first] = await service().list(system)
    expect(first).toMatchObject({ name: 'admin', rights: 'full', status: 'enabled' })
    const holder = await context.services.camKeys.findHolder(API_KEY.secretId)
    expect(holder).toMatchObject({ secretKey: API_KEY.secretKey, caller: { name: 'admin' } })
    const stored = await context.db.selectFrom('api_keys').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(API_KEY.secretKey)
  })

  it('are sub-users of the management account with one of the two policies', async () => {
    const { administrator, initialPassword } = await service().create(system, {
      name: 'Second.One',
      rights: 'readOnly',
      remark: 'night shift',
    })
    expect(initialPassword).toHaveLength(16)
    expect(administrator).toMatchObject({ rights: 'readOnly', remark: 'night shift' })
    const attached = await context.db
      .selectFrom('cam_attachments')
      .selectAll()
      .where('target_id', '=', administrator.uin)
      .execute()
    expect(attached.map(({ policy_name }) => policy_name)).toEqual(['QcloudOrganizationReadOnlyAccess'])
    await expect(service().create(system, { name: 'second.one', rights: 'full' })).rejects.toMatchObject({
      code: 'administrator.nameTaken',
    })
    await expect(service().create(system, { name: 'not a name', rights: 'full' })).rejects.toMatchObject({
      code: 'user.nameInvalid',
    })
    await expect(
      service().create(system, { name: 'weak', rights: 'full', password: 'weak' }),
    ).rejects.toMatchObject({ code: 'password.tooWeak' })
  })

  it('never lose the last enabled one with full access, not even two at a time', async () => {
    const admin = await service().findByName(system, 'admin')
    if (!admin) throw new Error('no first administrator')
    await expect(service().setStatus(system, admin.uin, 'disabled')).rejects.toMatchObject({
      code: 'administrator.lastFull',
    })
    const { administrator: other } = await service().create(system, { name: 'other.full', rights: 'full' })
    const results = await Promise.allSettled([
      service().setStatus(system, admin.uin, 'disabled'),
      service().setStatus(system, other.uin, 'disabled'),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const enabled = (await service().list(system)).filter(
      ({ rights, status }) => rights === 'full' && status === 'enabled',
    )
    expect(enabled).toHaveLength(1)
    await service().setStatus(system, admin.uin, 'enabled')
    await service().setStatus(system, other.uin, 'enabled')
  })

  it('have at most two API keys, also when they are made at the same time', async () => {
    const { administrator } = await service().create(system, { name: 'keys', rights: 'full' })
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => service().createApiKey(system, administrator.uin)),
    )
    const pairs = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(pairs).toHaveLength(2)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'apiKey.limit' })
    }
    const [pair, second] = pairs
    if (!pair || !second) throw new Error('no keys')
    expect(pair.secretId).toMatch(/^AKID[A-Za-z0-9]{32}$/)
    expect(pair.secretKey).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(JSON.stringify(await service().listApiKeys(system, administrator.uin))).not.toContain(
      pair.secretKey,
    )

    await service().setApiKeyStatus(system, administrator.uin, pair.secretId, 'disabled')
    expect(await context.services.camKeys.findHolder(pair.secretId)).toBeUndefined()
    await service().removeApiKey(system, administrator.uin, pair.secretId)
    await service().createApiKey(system, administrator.uin)

    expect(await context.services.camKeys.findHolder(second.secretId)).toMatchObject({
      secretKey: second.secretKey,
    })
    await service().setStatus(system, administrator.uin, 'disabled')
    expect(await context.services.camKeys.findHolder(second.secretId)).toBeUndefined()
    const admin = await service().findByName(system, 'admin')
    await expect(
      service().removeApiKey(system, admin?.uin ?? ('' as SubUserUin), second.secretId),
    ).rejects.toMatchObject({ code: 'apiKey.notFound' })
  })

  it('with read-only rights are refused every change', async () => {
    const { administrator } = await service().create(system, { name: 'reader', rights: 'readOnly' })
    const reader: Actor = {
      kind: 'administrator',
      uin: administrator.uin,
      name: 'reader',
      rights: 'readOnly',
    }
    expect((await service().list(reader)).length).toBeGreaterThan(1)
    const refused = [
      () => service().create(reader, { name: 'x', rights: 'full' }),
      () => service().setStatus(reader, administrator.uin, 'disabled'),
      () => service().resetPassword(reader, administrator.uin, { mustChange: false }),
      () => service().resetMfa(reader, administrator.uin),
      () => service().createApiKey(reader, administrator.uin),
      () => service().setApiKeyStatus(reader, administrator.uin, API_KEY.secretId, 'disabled'),
      () => service().removeApiKey(reader, administrator.uin, API_KEY.secretId),
    ]
    for (const attempt of refused) await expect(attempt()).rejects.toMatchObject({ code: 'actor.forbidden' })
    const user: Actor = { kind: 'anonymous' }
    await expect(service().list(user)).rejects.toMatchObject({ code: 'actor.forbidden' })
  })

  it('answer for nobody who is not there', async () => {
    const nobody = '100099999999' as SubUserUin
    await expect(service().get(system, nobody)).rejects.toMatchObject({ code: 'administrator.notFound' })
    await expect(service().resetMfa(system, nobody)).rejects.toMatchObject({ code: 'administrator.notFound' })
  })
})
