import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin, SubUserUin } from '../../server/domain/ids.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

const auditor: Actor = {
  kind: 'administrator',
  uin: '100000000002' as SubUserUin,
  name: 'auditor',
  rights: 'readOnly',
}
const apiKey: Actor = {
  kind: 'apiKey',
  secretId: 'AKID',
  accountUin: '100000000000' as AccountUin,
  name: 'key',
  rights: 'full',
}

describe.each(engines)('SCIM credentials on %s', (engine) => {
  let world: TestContext
  let credentials: TestContext['services']['scimCredentials']
  beforeAll(async () => {
    world = await createTestContext(engine)
    credentials = world.services.scimCredentials
  })
  afterAll(() => world.remove())

  it('issues at most two, for a year unless told otherwise, and keeps no secret', async () => {
    const { administrator } = world
    const first = await credentials.create(administrator)
    expect(first.credential.id).toMatch(/^scimcred-[a-z0-9]{12}$/)
    expect(first.secret.length).toBeGreaterThanOrEqual(64)
    expect(Date.parse(first.credential.expiresAt) - world.clock.now().getTime()).toBe(365 * 24 * 3600 * 1000)
    world.clock.advance(1)
    const second = await credentials.create(administrator, { expiresInSeconds: 3600 })
    await expect(credentials.create(administrator)).rejects.toMatchObject({ code: 'scimCredential.limit' })
    const listed = await credentials.list(administrator)
    expect(listed).toEqual([first.credential, second.credential])
    const rows = await world.db.selectFrom('scim_credentials').selectAll().execute()
    const events = await world.services.audit.search(administrator, { page: { offset: 0, limit: 100 } })
    for (const { secret } of [first, second]) {
      expect(JSON.stringify([rows, listed, events])).not.toContain(secret)
      expect(await credentials.authenticate(secret)).toMatchObject({ kind: 'scim' })
    }
    // Only a disabled one is deleted, except by API.
    await expect(credentials.remove(administrator, first.credential.id)).rejects.toMatchObject({
      code: 'scimCredential.enabled',
    })
    await credentials.setStatus(administrator, first.credential.id, 'disabled')
    await credentials.remove(administrator, first.credential.id)
    await credentials.remove(apiKey, second.credential.id)
    expect(await credentials.list(administrator)).toEqual([])
    await expect(credentials.remove(administrator, first.credential.id)).rejects.toMatchObject({
      code: 'scimCredential.notFound',
    })
  })

  it('lets a new one take over without a gap, and an old one end at once', async () => {
    const { administrator, clock } = world
    const accepted = async (secret: string) => (await credentials.authenticate(secret)) !== undefined
    const old = await credentials.create(administrator)
    clock.advance(1)
    const next = await credentials.create(administrator)
    expect([await accepted(old.secret), await accepted(next.secret)]).toEqual([true, true])
    await credentials.setStatus(administrator, old.credential.id, 'disabled')
    expect([await accepted(old.secret), await accepted(next.secret)]).toEqual([false, true])
    // Whose it was is known all the same: the log says so.
    expect(await credentials.holderOf(old.secret)).toMatchObject({
      id: old.credential.id,
      status: 'disabled',
    })
    expect(await credentials.holderOf('a secret of nobody')).toBeUndefined()
    await credentials.setStatus(administrator, old.credential.id, 'enabled')
    expect(await accepted(old.secret)).toBe(true)
    clock.advance(365 * 24 * 3600 - 1)
    expect([await accepted(old.secret), await accepted(next.secret)]).toEqual([false, true])
    for (const { credential } of [old, next]) {
      await credentials.setStatus(administrator, credential.id, 'disabled')
      await credentials.remove(administrator, credential.id)
      expect(await credentials.holderOf(old.secret)).toBeUndefined()
    }
  })

  it('refuses lifetimes out of range, and those who may not', async () => {
    for (const expiresInSeconds of [0, 3599, 1.5, 100 * 365 * 24 * 3600, Number.NaN]) {
      await expect(credentials.create(world.administrator, { expiresInSeconds })).rejects.toMatchObject({
        code: 'request.invalid',
      })
    }
    await expect(credentials.create(auditor)).rejects.toMatchObject({ code: 'actor.forbidden' })
    expect(await credentials.list(auditor)).toEqual([])
    await expect(credentials.list({ kind: 'anonymous' })).rejects.toMatchObject({ code: 'actor.forbidden' })
  })
})
