import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '../../server/domain/actor.js'
import { engines } from '../support/engines.js'
import { createTestContext, type TestContext } from '../support/context.js'

describe.each(engines)('the zone on %s', (engine) => {
  let context: TestContext
  const system = systemActor('test')

  beforeAll(async () => {
    context = await createTestContext(engine, { environment: { QUOTA_USERS: '25' } })
  })
  afterAll(() => context.remove())

  it('is opened by the first start with SCIM off, passwords on and the documented defaults', async () => {
    const zone = await context.services.zones.current()
    expect(zone).toMatchObject({ spaceName: 'acme', scimStatus: 'disabled', loginMethod: 'password' })
    expect(zone.id).toMatch(/^z-[a-z0-9]{12}$/)
    expect(zone.settings).toMatchObject({
      'scim.deleteGroupsWithMembers': false,
      'scim.unknownMembers': 'reject',
      'saml.allowIdpInitiated': false,
      'quota.groups': 500,
    })
  })

  it('counts a changed setting from the next request on', async () => {
    const { zones } = context.services
    await zones.changeSetting(system, 'scim.deleteGroupsWithMembers', 'true')
    expect((await zones.current()).settings['scim.deleteGroupsWithMembers']).toBe(true)
  })

  it('holds on to a quota that the environment sets', async () => {
    const { zones } = context.services
    expect((await zones.current()).settings['quota.users']).toBe(25)
    await expect(zones.changeSetting(system, 'quota.users', '30')).rejects.toMatchObject({
      code: 'setting.fixed',
    })
  })

  it.each([
    ['scim.unknownMembers', 'maybe', 'setting.invalid'],
    ['quota.groups', '0', 'setting.invalid'],
    ['quota.groups', '1e3', 'setting.invalid'],
    ['scim.deleteGroupsWithMembers', 'yes', 'setting.invalid'],
    ['scim.nothing', 'true', 'setting.unknown'],
    ['constructor', 'true', 'setting.unknown'],
  ])('refuses the setting %s = %s', async (name, value, code) => {
    await expect(context.services.zones.changeSetting(system, name, value)).rejects.toMatchObject({ code })
  })

  it.each(['a', 'A', 'admin', '-a', 'a--b', 'a b', 'x'.repeat(65), 'scim'])(
    'refuses the space name %s',
    async (name) => {
      await expect(context.services.zones.rename(system, name)).rejects.toMatchObject({
        code: 'zone.nameInvalid',
      })
    },
  )

  it('switches SSO on only when an identity provider is there', async () => {
    const switching = context.services.zones.setLoginMethod(system, 'sso')
    await expect(switching).rejects.toMatchObject({ code: 'identityProvider.incomplete' })
    expect((await context.services.zones.current()).loginMethod).toBe('password')
  })

  it('lets only full administrators change it', async () => {
    const auditor = { ...context.administrator, rights: 'readOnly' as const }
    await expect(context.services.zones.setScimStatus(auditor as never, 'enabled')).rejects.toMatchObject({
      code: 'actor.forbidden',
    })
  })

  it('writes each change into the audit log with before and after', async () => {
    await context.services.zones.setScimStatus(context.administrator, 'enabled')
    const { items } = await context.services.audit.search(context.administrator, {
      action: 'zone.setScimStatus',
      page: { offset: 0, limit: 10 },
    })
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ actorName: 'admin', result: 'success' })
    expect(JSON.parse(items[0]?.detail ?? '')).toEqual({
      before: { scimStatus: 'disabled' },
      after: { scimStatus: 'enabled' },
    })
  })
})
