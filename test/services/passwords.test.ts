import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPortalWorld, PASSWORD, type PortalWorld } from '../portal/portal-world.js'
import { engines } from '../support/engines.js'

const ORIGIN = { address: '192.0.2.1' }

describe.each(engines)('whether a password has to be changed, on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  async function withInitialPassword(userName: string) {
    const expiresAt = new Date(world.clock.now().getTime() + 60_000).toISOString()
    const { id } = await world.person(userName, { mustChange: true, expiresAt })
    return { kind: 'user', id, name: userName } as const
  }
  const signIn = (userName: string) => world.services.signIn.withPassword(userName, PASSWORD, ORIGIN)

  it('makes an initial password a lasting one when it need not be changed any longer', async () => {
    const subject = await withInitialPassword('in.time')
    await world.services.passwords.setMustChange(world.administrator, subject, false)
    world.clock.advance(61)
    expect((await signIn('in.time')).session.owedSteps).toEqual(['enrol'])
  })

  it('does not revive an initial password that has expired', async () => {
    const subject = await withInitialPassword('too.late')
    world.clock.advance(60)
    await world.services.passwords.setMustChange(world.administrator, subject, false)
    await expect(signIn('too.late')).rejects.toMatchObject({ code: 'signIn.refused' })
  })
})
