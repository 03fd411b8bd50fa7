/** The compiled product, twice on one database: what one process has accepted the other does not accept again. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../server/config.js'
import { createContext } from '../../server/context.js'
import { systemActor } from '../../server/domain/actor.js'
import { prepare } from '../../server/first-start.js'
import { createLogger } from '../../server/logger.js'
import { makeFolder, startServerProcess, type ServerProcess } from '../support/command.js'
import { createFakeIdp, type FakeIdp } from '../support/fake-idp.js'

/** By which both are known to the identity provider. */
const ENVIRONMENT = { BASE_URL: 'http://localhost:8080', SPACE_NAME: 'acme' }

let idp: FakeIdp
let servers: readonly [ServerProcess, ServerProcess]
let remove: () => Promise<void>

beforeAll(async () => {
  const made = await makeFolder()
  remove = () => made.remove()
  const context = await createContext(readConfig({ DATA_DIR: made.folder, ...ENVIRONMENT }), {
    logger: createLogger('silent'),
  })
  await prepare(context)
  idp = await createFakeIdp()
  const actor = systemActor('test')
  const { identityProvider, users, zones } = context.services
  await identityProvider.setFromMetadata(actor, idp.metadata())
  await users.create(actor, {
    profile: { userName: 'alice', emails: [], active: true, attributes: {} },
    type: 'manual',
  })
  await zones.setLoginMethod(actor, 'sso')
  await context.close()
  // One after the other: the first compiles what is out of date.
  const first = await startServerProcess(made.folder, ENVIRONMENT)
  servers = [first, await startServerProcess(made.folder, ENVIRONMENT)]
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()))
  await remove()
})

it('lets one of many copies in that reach two processes at once, and finishes it at either', async () => {
  const [first, second] = servers
  const begun = await fetch(`${first.origin}/saml/login`, { redirect: 'manual' })
  const [cookie = ''] = begun.headers.getSetCookie()
  const seen = idp.readRequest(begun.headers.get('location') ?? '')
  const SAMLResponse = idp.respond(seen, 'alice', new Date()).base64
  const answers = await Promise.all(
    [first, second, first, second, first, second].map((server) =>
      fetch(`${server.origin}${new URL(seen.acsUrl).pathname}`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ SAMLResponse }),
      }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401, 401, 401, 401])
  const accepted = answers.findIndex(({ status }) => status === 303)
  const other = accepted % 2 === 0 ? second : first
  const finished = await fetch(`${other.origin}${answers[accepted]?.headers.get('location')}`, {
    redirect: 'manual',
    headers: { cookie: cookie.split(';')[0] ?? '' },
  })
  expect([finished.status, finished.headers.get('location')]).toEqual([303, '/portal'])
})
