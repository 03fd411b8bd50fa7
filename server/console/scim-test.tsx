/** `/admin/scim/test`: what the connection test of an identity provider would see. */
import { randomUUID } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { ScimTestPage, type ScimTestStep } from '../../views/console/scim-test.js'
import type { Actor } from '../domain/actor.js'
import { scimAdviceOn } from '../domain/scim-advice.js'
import {
  isExpectedAnswer,
  SCIM_CLIENT_KINDS,
  scimStateChecks,
  scimTestRequests,
  type ScimClientKind,
  type ScimTestRequest,
} from '../domain/scim-connection-test.js'
import { overLoopback, type LoopbackGet } from '../http/loopback.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

const PREFIX = '/scim/v2'

export function scimTestRouter(door: ConsoleDoor): Router {
  const { zones, scimCredentials, scimLog } = door.services
  const router = Router()

  async function sendTest(
    req: Request,
    res: Response,
    client: ScimClientKind,
    steps?: readonly ScimTestStep[],
  ): Promise<void> {
    const checks = scimStateChecks({
      zone: await zones.current(),
      credentials: await scimCredentials.list(door.actor(res)),
      baseUrl: door.baseUrl,
      now: door.clock.now(),
    })
    door.send(req, res, (page) => (
      <ScimTestPage page={page} client={client} checks={checks} {...(steps && { steps })} />
    ))
  }

  router.get('/', (req, res) => sendTest(req, res, 'entra'))

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const client = SCIM_CLIENT_KINDS.find((kind) => kind === fields.text('client')) ?? 'entra'
    const entered = fields.text('secret')
    const requests = scimTestRequests(client, randomUUID())
    const steps = await door.attempt(
      res,
      (actor) =>
        scimCredentials.withTestSecret(actor, (testSecret) =>
          overLoopback(door.scimDoor, (get) =>
            inOrder(requests, (request) => ask(actor, get, request, entered || testSecret)),
          ),
        ),
      () => sendTest(req, res, client),
    )
    if (steps) await sendTest(req, res, client, steps)
  })

  async function ask(
    actor: Actor,
    get: LoopbackGet,
    { path, query, expects }: ScimTestRequest,
    secret: string,
  ): Promise<ScimTestStep> {
    const search = new URLSearchParams(query).toString()
    const target = search === '' ? path : `${path}?${search}`
    const { status, headers, body, milliseconds } = await get(`${PREFIX}${target}`, {
      // What no header can hold is no secret of ours either.
      authorization: `Bearer ${/^[\x21-\x7e]+$/.test(secret) ? secret : 'unreadable'}`,
      accept: 'application/scim+json',
      'user-agent': 'Identity Center connection test',
    })
    const requestId = headers.get('x-request-id') ?? ''
    // The log knows the reason more closely than the answer tells it; of strangers it may only have counted this one.
    const { entries } = await scimLog.list(actor, { requestId }, { limit: 1 })
    const passed = isExpectedAnswer(expects, status, body)
    const advice = passed ? undefined : scimAdviceOn(entries[0] ?? { status })
    return {
      target,
      expects,
      status,
      milliseconds,
      passed,
      ...(entries.length > 0 && { requestId }),
      ...(advice && { advice }),
    }
  }

  return router
}

async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}
