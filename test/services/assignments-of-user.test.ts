import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../server/domain/assignment.js'
import type { UserId } from '../../server/domain/ids.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

describe.each(engines)('assignments that reach a user on %s', (engine) => {
  let world: TestContext
  beforeAll(async () => {
    world = await createTestContext(engine)
  })
  afterAll(() => world.remove())

  it('are those of the user and of the groups the user is in, and no others', async () => {
    const { administrator, services } = world
    const { users, groups, organization, permissionConfigurations, assignments } = services
    const user = (userName: string) =>
      users.create(administrator, {
        profile: { userName, emails: [], active: true, attributes: {} },
        type: 'manual',
      })
    const group = (displayName: string) =>
      groups.create(administrator, { profile: { displayName, attributes: {} }, type: 'manual' })
    const [one, other] = [await user('one'), await user('other')]
    const [inside, outside] = [await group('inside'), await group('outside')]
    await groups.addMembers(administrator, inside.id, [one.id])
    const { uin } = await organization.createAccount(administrator, { name: 'account' })
    const { id } = await permissionConfigurations.create(administrator, { name: 'configuration' })
    const principals: readonly Principal[] = [
      { type: 'user', id: one.id },
      { type: 'user', id: other.id },
      { type: 'group', id: inside.id },
      { type: 'group', id: outside.id },
    ]
    await assignments.assign(
      administrator,
      principals.map((principal) => ({ principal, accountUin: uin, configurationId: id })),
    )
    const reaching = async (reachingUser: UserId) => {
      const page = { offset: 0, limit: 10 }
      const { items, total } = await assignments.list(administrator, { reachingUser, page })
      return { total, names: items.map(({ principalName }) => principalName).sort() }
    }
    expect(await reaching(one.id)).toEqual({ total: 2, names: ['inside', 'one'] })
    expect(await reaching(other.id)).toEqual({ total: 1, names: ['other'] })
  })
})
