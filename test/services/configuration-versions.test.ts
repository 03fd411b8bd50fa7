import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import { engines } from '../support/engines.js'
import {
  createPermissionWorld,
  DOCUMENT,
  FIRST_PAGE,
  type PermissionWorld,
} from '../support/permission-world.js'
import { refusal } from '../support/refusal.js'

const OTHER = DOCUMENT.replace('Get', 'Put')

describe.each(engines)('versions of a permission configuration on %s', (engine) => {
  let world: PermissionWorld
  let administrator: Actor
  const configurations = () => world.services.permissionConfigurations
  const versions = () => world.services.configurationVersions

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    ;({ administrator } = world)
  })
  afterAll(() => world.remove())

  it('are kept of every change, with who, when and what', async () => {
    const { id, version } = await world.configuration()
    expect(version).toBe(3)
    world.clock.advance(60)
    const other: Actor = { ...administrator, name: 'other' } as Actor
    await configurations().update(other, id, { description: 'For <reading>', relayState: '/cos' })
    await configurations().putCustomPolicy(administrator, id, 'read', OTHER)
    await configurations().addCustomPolicies(administrator, id, [{ name: 'more', document: DOCUMENT }])
    await configurations().detachPolicy(administrator, id, { type: 'preset', policyId: 900001 })

    const { items, total } = await versions().list(administrator, id, FIRST_PAGE)
    expect(total).toBe(7)
    expect(items.map(({ number, change, actorName }) => [number, change, actorName])).toEqual([
      [7, 'detachPolicy', 'admin'],
      [6, 'addCustomPolicies', 'admin'],
      [5, 'putCustomPolicy', 'admin'],
      [4, 'update', 'other'],
      [3, 'putCustomPolicy', 'admin'],
      [2, 'attachPreset', 'admin'],
      [1, 'create', 'admin'],
    ])
    expect(items[3]?.createdAt).toBe(world.clock.now().toISOString())
    const contents = await Promise.all(
      [1, 3, 5, 7].map(async (number) => {
        const { description, policies } = await versions().get(administrator, id, number)
        return [
          description,
          policies.map((policy) => (policy.type === 'custom' ? policy.document : policy.name)),
        ]
      }),
    )
    expect(contents).toEqual([
      [undefined, []],
      [undefined, ['ReadOnlyAccess', DOCUMENT]],
      ['For <reading>', ['ReadOnlyAccess', OTHER]],
      ['For <reading>', [DOCUMENT, OTHER]],
    ])
    const { settings, policies } = await versions().compare(administrator, id, { from: 3, to: 7 })
    expect(settings.map(({ name }) => name)).toEqual(['description', 'relayState'])
    expect(policies.map(({ kind, name }) => [kind, name])).toEqual([
      ['removed', 'ReadOnlyAccess'],
      ['added', 'more'],
      ['changed', 'read'],
    ])
  })

  it('come back as a new version, which makes the deployments stale that have another', async () => {
    const configuration = await world.configuration()
    const { id, contentHash } = configuration
    const account = await world.account()
    await configurations().putCustomPolicy(administrator, id, 'read', OTHER)
    await configurations().update(administrator, id, { description: 'later', sessionDuration: 7200 })
    await world.services.assignments.assign(administrator, [
      world.triple(await world.user(), account, configuration),
    ])
    await world.services.deploymentWorker.drain()
    const place = { accountUin: account.uin, configurationId: id }
    const deployed = () => world.services.deployments.get(administrator, place)
    expect(await deployed()).toMatchObject({ condition: 'deployed', deployedVersion: 5 })

    const restored = await versions().restore(administrator, id, 3, 5)
    expect(restored).toMatchObject({ version: 6, contentHash, sessionDuration: 3600 })
    expect(restored).not.toHaveProperty('description')
    expect(await deployed()).toMatchObject({ condition: 'stale', deployedVersion: 5 })
    expect(await versions().list(administrator, id, { offset: 0, limit: 1 })).toMatchObject({
      items: [{ number: 6, change: 'restore', restoredNumber: 3 }],
    })
    const { policies: then } = await versions().get(administrator, id, 3)
    const { policies: now } = await versions().get(administrator, id, 6)
    expect(now).toEqual(then)
    const { items } = await world.services.audit.search(administrator, {
      subjectId: id,
      action: 'permissionConfiguration.restore',
      page: FIRST_PAGE,
    })
    expect(items).toHaveLength(1)

    await world.services.deployments.redeploy(administrator, [place])
    await world.services.deploymentWorker.drain()
    expect(await deployed()).toMatchObject({ condition: 'deployed', deployedVersion: 6 })
    expect(await world.role(account.uin, configuration)).toMatchObject({ custom: [{ document: DOCUMENT }] })
  })

  it('are restored only from what was looked at, and only where it changes something', async () => {
    const { id } = await world.configuration()
    await expect(versions().restore(administrator, id, 3, 3)).rejects.toThrow(
      refusal('permissionConfiguration.versionSame'),
    )
    await expect(versions().restore(administrator, id, 1, 2)).rejects.toThrow(
      refusal('permissionConfiguration.versionMismatch', { version: 3, seen: 2 }),
    )
    for (const number of [0, 4, 2_147_483_647]) {
      await expect(versions().restore(administrator, id, number, 3)).rejects.toThrow(
        refusal('permissionConfiguration.versionNotFound'),
      )
    }
    const auditor = { ...administrator, rights: 'readOnly' } as Actor
    await expect(versions().restore(auditor, id, 1, 3)).rejects.toThrow(refusal('actor.forbidden'))
    expect((await versions().list(auditor, id, FIRST_PAGE)).total).toBe(3)
  })

  it('let no change be lost that the other administrator has not seen', async () => {
    const { id, version } = await world.configuration()
    await configurations().update(administrator, id, { description: 'first' }, version)
    await expect(
      configurations().update(administrator, id, { description: 'second' }, version),
    ).rejects.toThrow(refusal('permissionConfiguration.versionMismatch', { version: 4, seen: 3 }))
    // Another part of the configuration: nothing of it is overwritten.
    await configurations().putCustomPolicy(administrator, id, 'read', OTHER, 'existing', version)
    await expect(
      configurations().putCustomPolicy(administrator, id, 'read', DOCUMENT, 'existing', version),
    ).rejects.toThrow(refusal('permissionConfiguration.versionMismatch', { version: 5, seen: 3 }))
    await configurations().update(administrator, id, { description: 'third' }, 4)
  })

  it('are in one row, whoever comes at once, without a gap and without a loss', async () => {
    const { id } = await world.configuration()
    const names = ['a', 'b', 'c', 'd', 'e']
    await Promise.all(
      names.map((name) => configurations().putCustomPolicy(administrator, id, name, DOCUMENT, 'new')),
    )
    const restores = await Promise.allSettled(
      [1, 2].map((number) => versions().restore(administrator, id, number, 8)),
    )
    expect(restores.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { items } = await versions().list(administrator, id, FIRST_PAGE)
    expect(items.map(({ number }) => number)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    const { policies } = await versions().get(administrator, id, 8)
    expect(policies.map(({ name }) => name)).toEqual(['ReadOnlyAccess', ...names, 'read'])
  })
})
