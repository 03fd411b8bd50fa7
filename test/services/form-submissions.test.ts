import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { refusal } from '../support/refusal.js'

describe.each(engines)('form submissions on %s', (engine) => {
  let world: TestContext
  beforeAll(async () => {
    world = await createTestContext(engine)
  })
  afterAll(() => world.remove())

  it('lets one of many that arrive at once through', async () => {
    const { formSubmissions } = world.services
    const token = formSubmissions.newToken()
    const claims = await Promise.all(Array.from({ length: 8 }, () => formSubmissions.claim(token)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await formSubmissions.claim(token)).toBe(false)
    expect(await formSubmissions.claim(formSubmissions.newToken())).toBe(true)
  })

  it.each(['', 'short', `${'x'.repeat(43)}'`, 'x'.repeat(500)])('refuses %j', async (token) => {
    await expect(async () => world.services.formSubmissions.claim(token)).rejects.toEqual(
      refusal('request.invalid'),
    )
  })

  it('keeps only a hash, and forgets it in time', async () => {
    const { formSubmissions, maintenance } = world.services
    const token = formSubmissions.newToken()
    await formSubmissions.claim(token)
    const rows = await world.db.selectFrom('form_submissions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    world.clock.advance(25 * 60 * 60)
    await maintenance.run()
    expect(await world.db.selectFrom('form_submissions').selectAll().execute()).toEqual([])
  })
})
