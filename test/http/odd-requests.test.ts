/** Requests that no form and no link of ours makes: refused in so many words, never a failure of the server. */
import express, { Router } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExchanges, exchangeMiddleware } from '../../server/http/exchange.js'
import { plainErrors } from '../../server/http/plain-errors.js'
import { createLogger } from '../../server/logger.js'
import { createConsoleWorld, type ConsoleBrowser, type ConsoleWorld } from '../console/console-world.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { callApi } from '../support/tc3.js'

describe.each(engines)('odd requests on %s', (engine) => {
  let world: ConsoleWorld
  let admin: ConsoleBrowser
  const failures: string[] = []
  beforeAll(async () => {
    const logger = createLogger('error', { write: (line) => void failures.push(line) })
    world = await createConsoleWorld(engine, { logger })
    admin = await world.admin()
  })
  afterAll(() => world.remove())

  const cookiesOf = ({ cookies }: ConsoleBrowser): string =>
    [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  async function tokenOn(browser: ConsoleBrowser, path: string): Promise<string> {
    const page = await browser.get(path)
    return /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  }

  describe('NUL, which PostgreSQL cannot keep', () => {
    it.each(['/acme/login', '/admin/login'])('is refused in the form of %s', async (path) => {
      const visitor = world.anonymous()
      const _csrf = await tokenOn(visitor, path)
      const page = await visitor.post(path, { _csrf, userName: 'a\0b', password: 'x' })
      expect(page.status).toBe(400)
    })

    it.each([
      '/admin/users?search=%00',
      '/admin/audit?action=%00',
      '/admin/diagnostics/%00',
      '/portal?q=%00',
      '/saml/finish?ticket=%00',
      '/account/access?action=%00',
    ])('is refused in the address %s', async (path) => {
      expect((await admin.get(path)).status).toBe(400)
    })

    it('is refused in lists and in names of fields', async () => {
      const _csrf = await tokenOn(admin, '/admin/')
      const path = '/admin/assignments/accounts'
      expect((await admin.post(path, { _csrf, principal: ['a', '\0'] })).status).toBe(400)
      expect((await admin.post(path, { _csrf, '\0': 'a' })).status).toBe(400)
    })

    it('is refused in parameters of the cloud API, like half of a surrogate pair', async () => {
      for (const text of ['a\0', '\ud800']) {
        const { answer } = await callApi(world.app, {
          action: 'AssumeRole',
          version: '2018-08-13',
          key: API_KEY,
          at: world.clock.now(),
          body: { RoleArn: [[{ deep: text }]], RoleSessionName: 'ab' },
        })
        expect(answer.Error).toMatchObject({
          Code: 'InvalidParameter',
          Message: expect.stringContaining('NUL') as string,
        })
      }
    })
  })

  describe('a file that is none', () => {
    const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nvalue'
    it.each([
      ['without a boundary', 'multipart/form-data', part],
      ['cut off', 'multipart/form-data; boundary=b', part],
      ['of nothing', 'multipart/form-data; boundary=b', ''],
      ['with a broken head', 'multipart/form-data; boundary=b', '--b\r\n\0\r\n\r\nvalue\r\n--b--\r\n'],
      ['with NUL in a field', 'multipart/form-data; boundary=b', `${part}\0\r\n--b--\r\n`],
      ['under another name', 'multipart/form-data; boundary=b', part.replace('"x"', '"x"; filename="x"')],
    ])('is refused: %s', async (_what, type, body) => {
      const answer = await request(world.app)
        .post('/admin/sso/metadata')
        .set({ Cookie: cookiesOf(admin), 'Content-Type': type })
        .send(Buffer.from(body))
      expect(answer.status).toBe(400)
    })
  })

  it.each(['//elsewhere.example/x', '/\\elsewhere.example/login'])(
    'the language switch of %s does not lead to another site',
    async (path) => {
      const answer = await request(world.app).get(path)
      expect(answer.status).toBe(404)
      expect(answer.text).not.toContain('elsewhere.example')
    },
  )

  it('a file of ours is refused without a stack, and the refusal is not kept', async () => {
    const answer = await request(world.app).get('/assets/site.css').set('Range', 'bytes=99999999-')
    expect(answer.status).toBe(416)
    expect(answer.text).toBe('Range Not Satisfiable\n')
    expect(answer.get('Cache-Control')).toBe('no-store')
  })

  it('and the log knows of no failure', () => expect(failures).toEqual([]))
})

describe('a failure behind the doors', () => {
  function appOf() {
    const lines: object[] = []
    const errors: object[] = []
    const app = express()
    const logger = { info: (facts: object) => void lines.push(facts), debug: () => undefined }
    app.use(exchangeMiddleware(createExchanges({ logger, observe: () => undefined })))
    const router = Router()
    router.get('/fails/:id', () => {
      throw new Error('not for everybody')
    })
    router.get('/breaks-off/:id', (_req, res) => {
      res.write('half')
      throw new Error('not for everybody')
    })
    router.get('/passes/:id', (_req, _res, next) => next())
    app.use(router, plainErrors({ logger: { error: (facts) => void errors.push(facts) } }))
    return { app, lines, errors }
  }

  it('is answered without its reason, which the log has with the request id', async () => {
    const { app, lines, errors } = appOf()
    const answer = await request(app).get('/fails/1').expect(500)
    expect(answer.text).toBe('Internal Server Error\n')
    expect(errors).toMatchObject([
      { err: { message: 'not for everybody' }, requestId: answer.get('x-request-id') },
    ])
    expect(lines).toMatchObject([{ route: '/fails/:id', status: 500 }])
  })

  it('cuts an answer that had begun, and is one line in the log like any other', async () => {
    const { app, lines, errors } = appOf()
    await expect(request(app).get('/breaks-off/1')).rejects.toThrow(/aborted|hang up/)
    expect(errors).toHaveLength(1)
    expect(lines).toMatchObject([{ route: '/breaks-off/:id', aborted: true }])
  })

  it('does not end the process when a route passes a request on to nobody', async () => {
    const { app, lines } = appOf()
    await request(app).get('/passes/1').expect(404)
    expect(lines).toMatchObject([{ status: 404 }])
  })
})
