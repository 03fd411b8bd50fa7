/** Setup guides: this deployment's own values, in both languages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireUserName } from '../../server/domain/user.js'
import { texts, type Language } from '../../views/i18n/index.js'
import { GUIDE_IDS } from '../../views/console/guide.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

describe('the setup guides', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    browser = await world.admin()
  })
  afterAll(() => world.remove())

  it.each(GUIDE_IDS)('for %s hold the values of this deployment, with a button to copy each', async (id) => {
    const page = await browser.get(`/admin/guides/${id}`)
    expect(page.status).toBe(200)
    const { entityId, acsUrl } = await world.services.identityProvider.serviceProviderInfo()
    const values = [...page.text.matchAll(/class="copy-value"[^>]*value="([^"]*)"/g)].map(
      ([, value]) => value,
    )
    expect(values).toContain(entityId)
    expect(values).toContain(acsUrl)
    expect(values.includes(`${world.baseUrl}/scim/v2`)).toBe(['entra', 'okta', 'onelogin'].includes(id))
    expect(page.text.match(/data-copy=/g)).toHaveLength(values.length)
    // Tests run at http://localhost.
    expect(textOf(page)).toContain('identity providers in the cloud cannot reach them')
  })

  it('are led to from the pages of SCIM and SSO', async () => {
    for (const path of ['/admin/scim', '/admin/sso']) {
      expect((await browser.get(path)).text).toMatch(/href="\/admin\/guides" class="button"/)
    }
  })

  it('say which identity provider pushes users', async () => {
    const text = textOf(await browser.get('/admin/guides'))
    expect(text.match(/SAML and SCIM/g)).toHaveLength(3)
    expect(text.match(/SAML only/g)).toHaveLength(2)
  })

  it('tell the same in every language: as many steps, values and mappings', () => {
    const values = { scimBaseUrl: 'S', entityId: 'E', acsUrl: 'A', signOnUrl: 'O', loginUrl: 'L' }
    const shape = (language: Language) =>
      GUIDE_IDS.map((id) => {
        const { parts, differences } = texts(language).console.guides.texts[id](values)
        return parts.map(({ kind, steps, mappings = [] }) => [
          kind,
          steps.map((step) => [step.values?.map(([, value]) => value), step.link?.[1]]),
          mappings.map(({ target, source }) => [target, source]),
          differences.length,
        ])
      })
    expect(shape('zh-CN')).toEqual(shape('en'))
  })

  it('give values that fit: a template that is JSON, and no user name with #EXT#', () => {
    const values = { scimBaseUrl: 'S', entityId: 'E', acsUrl: 'A', signOnUrl: 'O', loginUrl: 'L' }
    const { onelogin, entra } = texts('en').console.guides.texts
    const valueOf = (label: string, guide = onelogin(values)) =>
      guide.parts
        .flatMap(({ steps }) => steps.flatMap((step) => step.values ?? []))
        .find(([name]) => name === label)?.[1] ?? ''
    expect(JSON.parse(valueOf('SCIM JSON Template'))).toMatchObject({
      userName: '{$parameters.scimusername}',
    })
    expect(valueOf('Expression for userName', entra(values))).toContain('[mail]')
    expect(() => requireUserName('guest_contoso.com#EXT#@fabrikam.example', 'synchronized')).toThrow()
    expect(() => requireUserName('guest@contoso.example', 'synchronized')).not.toThrow()
  })
})
