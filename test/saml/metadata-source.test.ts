/** Metadata from an address: what the fetcher refuses to do, and what becomes of what it brings. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { IdentityCenterError } from '../../server/domain/errors.js'
import { createMetadataFetcher } from '../../server/services/metadata-fetcher.js'
import { createConsoleWorld, textOf } from '../console/console-world.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, makeKeyPair, type FakeIdp } from '../support/fake-idp.js'

describe('fetching', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })

  /** Serves on loopback; the address, with that name for the host. */
  async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
    const started = createServer(listener)
    server = started
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
    return `http://${host}:${(started.address() as AddressInfo).port}/metadata`
  }
  const inside = { allowPrivate: true }
  const outside = { allowPrivate: false }
  const never: RequestListener = () => undefined

  async function refusal(
    url: string,
    rules: { allowPrivate: boolean },
    deps: Parameters<typeof createMetadataFetcher>[0] = {},
  ): Promise<string> {
    try {
      await createMetadataFetcher(deps)(url, rules)
    } catch (error) {
      if (!(error instanceof IdentityCenterError)) throw error
      expect(error.code).toBe('identityProvider.metadataUnreachable')
      return error.message
    }
    throw new Error('it was fetched')
  }

  it('brings the document, also after a redirect', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/metadata') res.writeHead(302, { location: '/there' }).end()
      else res.end('<x/>')
    })
    expect(Buffer.from(await createMetadataFetcher()(url, inside)).toString()).toBe('<x/>')
  })

  it('connects to the address that was checked, whatever the name leads to a moment later', async () => {
    const hosts: (string | undefined)[] = []
    const url = await serve((req, res) => {
      hosts.push(req.headers.host)
      res.end('<x/>')
    }, 'idp.invalid')
    const fetchMetadata = createMetadataFetcher({ resolve: () => Promise.resolve(['127.0.0.1']) })
    await fetchMetadata(url, inside)
    expect(hosts).toEqual([new URL(url).host])
  })

  it.each([
    'http://127.0.0.1/',
    'http://idp.example/',
    'ftp://idp.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'nothing',
    `https://idp.example/${'x'.repeat(2048)}`,
  ])('refuses %s', async (url) => {
    expect(await refusal(url, outside, { resolve: () => Promise.resolve(['8.8.8.8']) })).toContain('https')
  })

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::7f00:1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00::1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
  ])('stays out of private networks: %s', async (url) => {
    expect(await refusal(url, outside)).toContain('private network')
  })

  it.each([[['10.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['::1']]])(
    'stays out of private networks by name: %s',
    async (addresses) => {
      const resolve = () => Promise.resolve(addresses)
      expect(await refusal('https://idp.example/', outside, { resolve })).toContain('private network')
    },
  )

  it('speaks plain http with this machine only, even where private networks are allowed', async () => {
    expect(await refusal('http://10.0.0.1/', inside)).toContain('https')
    const resolve = () => Promise.resolve(['127.0.0.1', '10.0.0.1'])
    expect(await refusal('http://idp.example/', inside, { resolve })).toContain('https')
  })

  it('follows redirects by the same rules, and not for ever', async () => {
    const to = (location: string) => serve((_req, res) => void res.writeHead(302, { location }).end())
    expect(await refusal(await to('file:///etc/passwd'), inside)).toContain('https')
    expect(await refusal(await to('http://10.0.0.1/'), inside)).toContain('https')
    expect(await refusal(await to('/metadata'), inside)).toContain('more than 3 times')
  })

  it('takes no name or password, no error page, and nothing that is large or slow', async () => {
    expect(await refusal('https://user:secret@idp.example/', outside)).toContain('password')
    expect(await refusal(await serve((_req, res) => void res.writeHead(404).end()), inside)).toContain('404')
    const large = await serve((_req, res) => void res.end(Buffer.alloc(1_048_577, ' ')))
    expect(await refusal(large, inside)).toContain('larger')
    expect(await refusal(await serve(never), inside, { withinMs: 50 })).toContain('in time')
    const trickling = await serve((_req, res) => void res.write('<'))
    expect(await refusal(trickling, inside, { withinMs: 50 })).toContain('in time')
    const resolve = () => new Promise<never>(() => undefined)
    expect(await refusal('https://idp.example/', outside, { resolve, withinMs: 50 })).toContain('in time')
  })
})

const ending = (metadata: string, until: string | undefined) =>
  until === undefined
    ? metadata
    : metadata.replace('<md:EntityDescriptor ', `<md:EntityDescriptor validUntil="${until}" `)

describe.each(engines)('metadata from an address on %s', (engine) => {
  let context: TestContext
  let idp: FakeIdp
  let next: string
  /** What the address gives; a refusal where it is none. */
  let document: string | undefined
  /** What happens here while the address is asked. */
  let meanwhile: () => Promise<void> = () => Promise.resolve()
  const url = 'https://idp.example/metadata'

  beforeAll(async () => {
    idp = await createFakeIdp()
    next = (await makeKeyPair('next')).certificatePem
    document = idp.metadata()
    context = await createTestContext(engine, {
      fetchMetadata: async (asked) => {
        expect(asked).toBe(url)
        await meanwhile()
        if (document !== undefined) return Buffer.from(document)
        throw new IdentityCenterError('identityProvider.metadataUnreachable', 'It is away.')
      },
    })
  })
  afterAll(() => context.remove())

  const source = () => context.services.metadataSource.find(context.administrator)
  const subjects = async () =>
    (await context.services.identityProvider.find())?.certificates.map(({ subject }) => subject)
  const later = async () => {
    context.clock.advance(6 * 60 * 60 + 1)
    await context.services.metadataSource.refresh()
  }

  it('is shown before it counts', async () => {
    const { metadataSource, identityProvider } = context.services
    await metadataSource.fetch(context.administrator, { url: ` ${url} `, scheduled: true })
    expect(await identityProvider.find()).toBeUndefined()
    const proposal = (await source())?.proposal
    expect(proposal?.changes.fields.map(({ field, after }) => [field, after])).toEqual([
      ['entityId', idp.entityId],
      ['loginUrl', idp.loginUrl],
      ['loginBinding', 'redirect'],
    ])
    expect(proposal?.changes.certificates).toMatchObject([{ fate: 'added' }])
    await expect(metadataSource.apply(context.administrator, 'another')).rejects.toMatchObject({
      code: 'identityProvider.proposalChanged',
    })
    await metadataSource.apply(context.administrator, proposal!.digest)
    expect(await identityProvider.find()).toMatchObject({ entityId: idp.entityId, source: 'metadata' })
    expect((await source())?.proposal).toBeUndefined()
  })

  it('is for full administrators', async () => {
    const auditor = { ...context.administrator, rights: 'readOnly' } as typeof context.administrator
    const { metadataSource } = context.services
    const forbidden = { code: 'actor.forbidden' }
    await expect(metadataSource.fetch(auditor, { url, scheduled: true })).rejects.toMatchObject(forbidden)
    await expect(metadataSource.apply(auditor, 'x')).rejects.toMatchObject(forbidden)
    await expect(metadataSource.discard(auditor)).rejects.toMatchObject(forbidden)
    await expect(metadataSource.forget(auditor)).rejects.toMatchObject(forbidden)
  })

  it('is looked at by schedule, and changes are proposed, never applied', async () => {
    document = idp.metadata([idp.key.certificatePem, next])
    await context.services.metadataSource.refresh()
    expect((await source())?.proposal).toBeUndefined()
    await later()
    expect((await source())?.proposal?.changes.certificates.map(({ fate }) => fate)).toEqual([
      'kept',
      'added',
    ])
    expect(await subjects()).toEqual(['CN=Test identity provider'])
    await context.services.metadataSource.discard(context.administrator)
    expect((await source())?.proposal).toBeUndefined()
  })

  it('takes a rollover over by itself where the setting says so, and nothing else', async () => {
    const { zones } = context.services
    await zones.changeSetting(context.administrator, 'saml.applyRefreshedCertificates', 'true')
    await later()
    expect(await subjects()).toEqual(['CN=Test identity provider', 'CN=next'])
    const event = await context.db
      .selectFrom('audit_events')
      .select(['actor_name', 'action'])
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst()
    expect(event).toEqual({ actor_name: 'metadata refresh', action: 'identityProvider.setFromMetadata' })
    // Another entity, or none of the certificates that are trusted now: somebody has to look.
    const stranger = (await makeKeyPair('stranger')).certificatePem
    for (const other of [
      idp.metadata([stranger]),
      idp.metadata([idp.key.certificatePem]).replace(idp.loginUrl, 'https://evil.example/login'),
    ]) {
      document = other
      await later()
      expect((await source())?.proposal).toBeDefined()
      expect(await subjects()).toEqual(['CN=Test identity provider', 'CN=next'])
    }
    await zones.changeSetting(context.administrator, 'saml.applyRefreshedCertificates', 'false')
  })

  it('takes the same settings over with whatever end the latest document has, earlier or later or none', async () => {
    const ends = async () => (await context.services.identityProvider.find())?.validUntil
    for (const until of [
      '2027-01-01T00:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
      undefined,
      '2027-06-01T00:00:00.000Z',
    ]) {
      document = ending(idp.metadata([idp.key.certificatePem, next]), until)
      await later()
      expect((await source())?.proposal).toBeUndefined()
      expect(await ends()).toBe(until)
    }
  })

  it('does not take a rollover over that goes backwards, as in an older copy of the document', async () => {
    const { zones, metadataSource } = context.services
    await zones.changeSetting(context.administrator, 'saml.applyRefreshedCertificates', 'true')
    const certificates = (...pems: string[]) => idp.metadata([idp.key.certificatePem, ...pems])
    const old = (await makeKeyPair('old', 2048, new Date('2025-01-01T00:00:00Z'))).certificatePem
    document = ending(certificates(), '2027-06-01T00:00:00.000Z')
    await later()
    expect(await subjects()).toEqual(['CN=Test identity provider'])
    for (const backwards of [
      ending(certificates(old), '2027-07-01T00:00:00.000Z'),
      ending(certificates(next), '2027-05-01T00:00:00.000Z'),
    ]) {
      document = backwards
      await later()
      expect(await subjects()).toEqual(['CN=Test identity provider'])
      expect((await source())?.proposal?.changes.fields.map(({ field }) => field)).toEqual(['validUntil'])
      await metadataSource.discard(context.administrator)
    }
    document = ending(certificates(next), '2027-07-01T00:00:00.000Z')
    await later()
    expect(await subjects()).toEqual(['CN=Test identity provider', 'CN=next'])
    await zones.changeSetting(context.administrator, 'saml.applyRefreshedCertificates', 'false')
  })

  it('keeps what counts when the address fails or gives something else, and says so', async () => {
    for (const [broken, reason] of [
      [undefined, 'It is away.'],
      ['<html></html>', 'not SAML metadata'],
      [ending(idp.metadata(), '2020-01-01T00:00:00Z'), 'valid until'],
    ] as const) {
      document = broken
      await later()
      expect((await source())?.failure).toContain(reason)
      expect(await subjects()).toHaveLength(2)
    }
    await expect(
      context.services.metadataSource.fetch(context.administrator, { url, scheduled: true }),
    ).rejects.toMatchObject({ code: 'identityProvider.metadataInvalid' })
  })

  it('is looked at by one process at a time, and no more once it is forgotten', async () => {
    document = idp.metadata()
    context.clock.advance(6 * 60 * 60 + 1)
    await Promise.all([context.services.metadataSource.refresh(), context.services.metadataSource.refresh()])
    expect((await source())?.failure).toBeUndefined()
    await context.services.metadataSource.forget(context.administrator)
    await later()
    expect(await source()).toBeUndefined()
  })

  it('gives nothing any more when it is forgotten while it is asked', async () => {
    const { metadataSource, zones } = context.services
    await metadataSource.fetch(context.administrator, { url, scheduled: true })
    await zones.changeSetting(context.administrator, 'saml.applyRefreshedCertificates', 'true')
    const before = await subjects()
    document = idp.metadata([idp.key.certificatePem, (await makeKeyPair('third')).certificatePem])
    meanwhile = () => metadataSource.forget(context.administrator)
    await later()
    expect(await subjects()).toEqual(before)
    expect(await source()).toBeUndefined()
  })
})

describe('metadata from an address in the console', () => {
  it('is fetched, shown, applied, and proposed on the overview', async () => {
    const idp = await createFakeIdp()
    let document = idp.metadata()
    const world = await createConsoleWorld('sqlite', {
      fetchMetadata: (url) => {
        if (url.startsWith('https://idp.example/')) return Promise.resolve(Buffer.from(document))
        throw new IdentityCenterError('identityProvider.metadataUnreachable', 'It is away.', { field: 'url' })
      },
    })
    try {
      const browser = await world.admin()
      const refused = await browser.send('/admin/sso', '/admin/sso/source', { url: 'https://other.example/' })
      expect(refused.status).toBe(400)
      expect(textOf(refused)).toContain('It is away.')
      const fetched = await browser.send('/admin/sso', '/admin/sso/source', {
        url: 'https://idp.example/metadata',
        scheduled: 'on',
      })
      const shown = await browser.follow(fetched)
      expect(textOf(shown)).toContain(idp.entityId)
      expect(textOf(shown)).toContain('Is added')
      const applied = await browser.follow(await browser.submit(shown, '/admin/sso/proposal'))
      expect(textOf(applied)).toContain('The identity provider was saved.')

      document = idp.metadata().replace(idp.loginUrl, 'https://idp.example/login2')
      world.clock.advance(6 * 60 * 60 + 1)
      await world.services.metadataSource.refresh()
      const again = await world.admin()
      expect(textOf(await again.get('/admin/'))).toContain(
        'The metadata of the identity provider has changed.',
      )
      const discarded = await again.send('/admin/sso/proposal', '/admin/sso/proposal/discard')
      expect(textOf(await again.follow(discarded))).toContain('Nothing was changed.')
      expect(textOf(await again.get('/admin/'))).not.toContain('has changed.')
    } finally {
      await world.remove()
    }
  })

  it('warns of certificates 30 days before they end, and urgently from 7 days on', async () => {
    const idp = await createFakeIdp()
    const world = await createConsoleWorld('sqlite')
    try {
      await world.services.identityProvider.setFromMetadata(world.administrator, idp.metadata())
      const end = Date.parse('2036-01-01T00:00:00Z')
      const overview = async (days: number) => {
        world.clock.set(new Date(end - days * 86_400_000))
        return (await world.admin()).get('/admin/')
      }
      const marked = (text: string) =>
        /notice-(warning|danger)"[^>]*>(?:(?!<\/div>).)*?Test identity provider/s.exec(text)?.[1]
      expect(marked((await overview(31)).text)).toBeUndefined()
      expect(marked((await overview(30)).text)).toBe('warning')
      const urgent = await overview(7)
      expect(marked(urgent.text)).toBe('danger')
      expect(textOf(urgent)).toContain('7 more days')
      expect(textOf(await overview(1))).toContain('one more day')
      expect(textOf(await overview(0))).toContain('expired on 2036-01-01')
    } finally {
      await world.remove()
    }
  })
})
