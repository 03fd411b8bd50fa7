/** The cloud's own SDK against a listening server, as anyone would use it with credentials from the portal. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client as CvmClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client.js'
import { Client as StsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_client.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTestClock } from '../support/clock.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'

interface Credential {
  readonly secretId: string
  readonly secretKey: string
  readonly token?: string
}

describe.each(engines)('the SDK on %s', (engine) => {
  let world: PermissionWorld
  let server: Server
  let credential: Credential

  beforeAll(async () => {
    // The SDK signs by the computer's clock.
    world = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
    const userId = await world.user('jo')
    const account = await world.account()
    const configuration = await world.configuration('ops')
    await world.services.assignments.assign(world.administrator, [
      world.triple(userId, account, configuration),
    ])
    await world.services.deploymentWorker.drain()
    const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
    const place = { accountUin: account.uin, configurationId: configuration.id }
    const credentials = await world.services.accountAccess.credentials(actor, place)
    credential = {
      secretId: credentials.tmpSecretId,
      secretKey: credentials.tmpSecretKey,
      token: credentials.token,
    }
    server = await new Promise<Server>((resolve) => {
      const listening = createServer(world.app).listen(0, '127.0.0.1', () => resolve(listening))
    })
    return async () => {
      await new Promise((resolve) => server.close(resolve))
      await world.remove()
    }
  })

  const options = (who: Credential) => ({
    credential: who,
    region: 'ap-guangzhou',
    profile: {
      httpProfile: {
        protocol: 'http://',
        endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    },
  })
  const stsOf = (who: Credential) => new StsClient(options(who))
  const cvmOf = (who: Credential) => new CvmClient(options(who))

  it('learns who it is with temporary credentials', async () => {
    const identity = await stsOf(credential).GetCallerIdentity()
    expect(identity).toMatchObject({ Type: 'CAMRole', RequestId: expect.any(String) })
    expect(identity.UserId).toMatch(/:jo$/)
  })

  it('learns who it is with an API key', async () => {
    expect(await stsOf(API_KEY).GetCallerIdentity()).toMatchObject({ Type: 'CAMUser' })
  })

  it('may describe instances under a role that reads', async () => {
    expect(await cvmOf(credential).DescribeInstances({ Limit: 10 })).toMatchObject({
      TotalCount: 0,
      InstanceSet: [],
    })
  })

  it('may not run instances under it, and is told so by code', async () => {
    await expect(cvmOf(credential).RunInstances({ InstanceType: 'S5.SMALL1' })).rejects.toMatchObject({
      code: 'UnauthorizedOperation',
      message: expect.stringContaining('cvm:RunInstances'),
      requestId: expect.any(String),
    })
  })

  it.each<[string, (good: Credential) => Credential]>([
    ['AuthFailure.SignatureFailure', (good) => ({ ...good, secretKey: 'x'.repeat(32) })],
    ['AuthFailure.TokenFailure', (good) => ({ ...good, token: 'x' })],
    ['AuthFailure.TokenFailure', ({ secretId, secretKey }) => ({ secretId, secretKey })],
    ['AuthFailure.SecretIdNotFound', (good) => ({ ...good, secretId: `AKID${'x'.repeat(32)}` })],
  ])('is told %s', async (code, change) => {
    await expect(stsOf(change(credential)).GetCallerIdentity()).rejects.toMatchObject({ code })
  })
})
