import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { PermissionConfigurationId } from '../../server/domain/ids.js'
import { engines } from '../support/engines.js'
import {
  createPermissionWorld,
  DOCUMENT,
  FIRST_PAGE,
  type PermissionWorld,
} from '../support/permission-world.js'
import { failuresOf, refusal } from '../support/refusal.js'

describe.each(engines)('permission configurations on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const service = () => world.services.permissionConfigurations

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  it('are made with one hour and without policies unless told otherwise', async () => {
    const made = await service().create(administrator, { name: 'Plain', description: '', relayState: '' })
    expect(made).toMatchObject({ name: 'Plain', sessionDuration: 3600, version: 1 })
    expect(made).not.toHaveProperty('description')
    expect(made).not.toHaveProperty('relayState')
    expect(await service().get(administrator, made.id)).toEqual(made)
    expect(await service().listPolicies(administrator, made.id)).toEqual([])
  })

  it('have names that are unique in any case of letters', async () => {
    await service().create(administrator, { name: 'Auditors' })
    await expect(service().create(administrator, { name: 'AUDITORS' })).rejects.toThrow(
      refusal('permissionConfiguration.nameTaken', { field: 'name' }),
    )
  })

  it('refuse settings out of bounds', async () => {
    await expect(service().create(administrator, { name: 'no spaces' })).rejects.toThrow(
      refusal('permissionConfiguration.nameInvalid'),
    )
    await expect(service().create(administrator, { name: 'Short', sessionDuration: 899 })).rejects.toThrow(
      refusal('permissionConfiguration.invalid', { field: 'sessionDuration' }),
    )
    await expect(
      service().create(administrator, { name: 'Away', relayState: '//x.example' }),
    ).rejects.toThrow(refusal('permissionConfiguration.invalid', { field: 'relayState' }))
  })

  it('change description and relay state without becoming another content, and session duration with it', async () => {
    const before = await service().create(administrator, { name: 'Changing', description: 'old' })
    const described = await service().update(administrator, before.id, {
      description: '',
      relayState: '/cvm',
    })
    expect(described).toMatchObject({ relayState: '/cvm', contentHash: before.contentHash, version: 2 })
    expect(described).not.toHaveProperty('description')
    const longer = await service().update(administrator, before.id, { sessionDuration: 7200 })
    expect(longer).toMatchObject({ sessionDuration: 7200, relayState: '/cvm', version: 3 })
    expect(longer.contentHash).not.toBe(before.contentHash)
  })

  it('take preset policies by id and by name, all or none', async () => {
    const { id } = await service().create(administrator, { name: 'Presets' })
    await service().attachPreset(administrator, id, [1, 'ReadOnlyAccess'])
    expect(await service().listPolicies(administrator, id)).toMatchObject([
      { type: 'preset', policyId: 1, name: 'AdministratorAccess' },
      { type: 'preset', policyId: 900001, name: 'ReadOnlyAccess' },
    ])
    await expect(
      service().attachPreset(administrator, id, ['QcloudCDNFullAccess', 'NoSuchPolicy']),
    ).rejects.toThrow(refusal('policy.notFound', { policy: 'NoSuchPolicy' }))
    await expect(
      service().attachPreset(administrator, id, ['QcloudCDNFullAccess', 'AdministratorAccess']),
    ).rejects.toThrow(refusal('policy.nameTaken', { policy: 'AdministratorAccess' }))
    expect(await service().listPolicies(administrator, id)).toHaveLength(2)
  })

  it('keep a custom policy byte for byte', async () => {
    const { id } = await service().create(administrator, { name: 'Bytes' })
    const document = `\n{ "version":"2.0",\t"statement": {"effect":"allow","action":"*","resource":"*"} }\n\n`
    await service().putCustomPolicy(administrator, id, 'odd', document)
    expect(await service().listPolicies(administrator, id)).toMatchObject([
      { type: 'custom', name: 'odd', document },
    ])
  })

  it('replace a custom policy, or do only the one that is expected', async () => {
    const { id, contentHash } = await world.configuration()
    const other = DOCUMENT.replace('Get', 'Put')
    await expect(service().putCustomPolicy(administrator, id, 'read', other, 'new')).rejects.toThrow(
      refusal('policy.nameTaken'),
    )
    await expect(service().putCustomPolicy(administrator, id, 'write', other, 'existing')).rejects.toThrow(
      refusal('policy.notFound'),
    )
    const changed = await service().putCustomPolicy(administrator, id, 'read', other, 'existing')
    expect(changed.contentHash).not.toBe(contentHash)
    const back = await service().putCustomPolicy(administrator, id, 'read', DOCUMENT)
    expect(back.contentHash).toBe(contentHash)
  })

  it('refuse a custom policy that does not parse and say where', async () => {
    const { id } = await service().create(administrator, { name: 'Faulty' })
    const document =
      '{\n  "version": "2.0",\n  "statement": [{"effect": "Allow", "action": "*", "resource": "*"}]\n}'
    await expect(service().putCustomPolicy(administrator, id, 'bad', document)).rejects.toThrow(
      refusal('policy.invalid', { line: 3, column: 28 }),
    )
    await expect(service().putCustomPolicy(administrator, id, 'bad', '')).rejects.toThrow(
      refusal('policy.invalid'),
    )
    const long = DOCUMENT.replace('cos:Get*', `cos:${'x'.repeat(6144)}`)
    await expect(service().putCustomPolicy(administrator, id, 'bad', long)).rejects.toThrow(
      refusal('policy.invalid'),
    )
    await expect(service().putCustomPolicy(administrator, id, 'x'.repeat(33), DOCUMENT)).rejects.toThrow(
      refusal('policy.nameInvalid'),
    )
    expect(await service().listPolicies(administrator, id)).toEqual([])
  })

  it('hold at most 100 custom policies', async () => {
    const { id } = await service().create(administrator, { name: 'Full' })
    await world.db
      .insertInto('configuration_policies')
      .values(
        Array.from({ length: 100 }, (_, index) => ({
          configuration_id: id,
          type: 'custom' as const,
          name: `p${index}`,
          policy_id: 0,
          document: DOCUMENT,
          added_at: '2026-03-02T09:00:00.000Z',
        })),
      )
      .execute()
    await expect(service().putCustomPolicy(administrator, id, 'p100', DOCUMENT)).rejects.toThrow(
      refusal('policy.limit', { limit: 100 }),
    )
    expect(await service().listPolicies(administrator, id)).toHaveLength(100)
    await service().putCustomPolicy(administrator, id, 'p7', DOCUMENT.replace('Get', 'Put'))
  })

  it('give policies up by id or by name', async () => {
    const { id } = await world.configuration()
    await service().detachPolicy(administrator, id, { type: 'preset', policyId: 900001 })
    await expect(service().detachPolicy(administrator, id, { type: 'preset', name: 'read' })).rejects.toThrow(
      refusal('policy.notFound'),
    )
    await service().detachPolicy(administrator, id, { type: 'custom', name: 'read' })
    expect(await service().listPolicies(administrator, id)).toEqual([])
  })

  it('are deleted only without policies, which the refusal names, or together with them by a second act', async () => {
    const { id } = await world.configuration()
    await expect(service().remove(administrator, id)).rejects.toThrow(
      refusal('permissionConfiguration.inUse', {
        blockers: [
          { kind: 'presetPolicy', id: 'ReadOnlyAccess', name: 'ReadOnlyAccess' },
          { kind: 'customPolicy', id: 'read', name: 'read' },
        ],
      }),
    )
    expect(await service().blockers(administrator, id)).toHaveLength(2)
    await service().removeWithLinks(administrator, id)
    await expect(service().get(administrator, id)).rejects.toThrow(
      refusal('permissionConfiguration.notFound'),
    )
  })

  it('are never deleted while they are deployed, and the accounts are named', async () => {
    const configuration = await world.configuration()
    const account = await world.account()
    await world.services.assignments.assign(administrator, [
      world.triple(await world.user(), account, configuration),
    ])
    for (const act of ['remove', 'removeWithLinks'] as const) {
      await expect(service()[act](administrator, configuration.id)).rejects.toThrow(
        refusal('permissionConfiguration.deployed', {
          blockers: expect.arrayContaining([{ kind: 'deployment', id: account.uin, name: account.name }]),
        }),
      )
    }
  })

  it('are found by a part of the name or the description', async () => {
    await service().create(administrator, { name: 'Findable', description: 'For the 100% sure' })
    const names = async (search: string) =>
      (await service().list(administrator, { search, page: FIRST_PAGE })).items.map(({ name }) => name)
    expect(await names('INDAB')).toEqual(['Findable'])
    expect(await names('100% s')).toEqual(['Findable'])
    expect(await names('100_ s')).toEqual([])
  })

  it('leave an audit event with what was before and after', async () => {
    const { id } = await service().create(administrator, { name: 'Audited' })
    await service().update(administrator, id, { description: 'now with words' })
    const { items } = await world.services.audit.search(administrator, { subjectId: id, page: FIRST_PAGE })
    expect(items.map(({ action }) => action)).toEqual([
      'permissionConfiguration.update',
      'permissionConfiguration.create',
    ])
    expect(JSON.parse(items[0]?.detail ?? '')).toMatchObject({
      before: { name: 'Audited' },
      after: { description: 'now with words' },
    })
  })

  it('are changed by full administrators only', async () => {
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    const { id } = await world.configuration()
    await expect(service().get(auditor, id)).resolves.toBeDefined()
    for (const change of [
      () => service().create(auditor, { name: 'No' }),
      () => service().update(auditor, id, { description: 'no' }),
      () => service().attachPreset(auditor, id, [1]),
      () => service().putCustomPolicy(auditor, id, 'no', DOCUMENT),
      () => service().detachPolicy(auditor, id, { type: 'custom', name: 'read' }),
      () => service().remove(auditor, id),
      () => service().removeWithLinks(auditor, id),
      () => service().get({ kind: 'anonymous' }, id),
    ]) {
      await expect(change()).rejects.toThrow(refusal('actor.forbidden'))
    }
  })

  it('are not found by an unknown id', async () => {
    const unknown = 'rc-000000000000' as PermissionConfigurationId
    for (const use of [
      () => service().get(administrator, unknown),
      () => service().update(administrator, unknown, {}),
      () => service().attachPreset(administrator, unknown, [1]),
      () => service().listPolicies(administrator, unknown),
      () => service().remove(administrator, unknown),
    ]) {
      await expect(use()).rejects.toThrow(refusal('permissionConfiguration.notFound'))
    }
  })
})

describe.each(engines)('the quota of permission configurations on %s', (engine) => {
  it('holds, and is free again after a deletion', async () => {
    const world = await createPermissionWorld(engine, {
      environment: { QUOTA_PERMISSION_CONFIGURATIONS: '2' },
    })
    try {
      const { administrator } = world
      const service = world.services.permissionConfigurations
      const outcomes = await Promise.allSettled(
        ['a', 'b', 'c'].map((name) => service.create(administrator, { name })),
      )
      expect(failuresOf(outcomes)).toEqual([refusal('permissionConfiguration.quota', { limit: 2 })])
      const { items } = await service.list(administrator, { page: FIRST_PAGE })
      await service.remove(administrator, items[0]!.id)
      await service.create(administrator, { name: 'd' })
      expect((await service.list(administrator, { page: FIRST_PAGE })).total).toBe(2)
    } finally {
      await world.remove()
    }
  })
})
