import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { managementAccountUin } from '../../db/administrators.js'
import { samlProviderArn, roleArn, roleNameOf, samlProviderNameOf } from '../../server/domain/deployment.js'
import type { AccountUin, UserId } from '../../server/domain/ids.js'
import { ACCESS_CONTROL_ROLE, type Account } from '../../server/domain/organization.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'
import { callApi, type ApiKeyPair, type ApiRequest } from '../support/tc3.js'

const STS = '2018-08-13'
const CVM = '2017-03-12'

describe.each(engines)('the token service on %s', (engine) => {
  let world: PermissionWorld
  let userId: UserId
  let account: Account
  let manager: AccountUin
  /** Base64 of a response that lets the user into the account under the role of the configuration. */
  let respond: () => Promise<{ SAMLAssertion: string; RoleArn: string; PrincipalArn: string }>

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    manager = await managementAccountUin(world.db)
    userId = await world.user('jo')
    account = await world.account()
    const configuration = await world.configuration('ops')
    await world.services.assignments.assign(world.administrator, [
      world.triple(userId, account, configuration),
    ])
    await world.services.deploymentWorker.drain()
    const zone = await world.services.zones.current()
    respond = async () => {
      const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
      const { samlResponse } = await world.services.accountAccess.open(actor, {
        accountUin: account.uin,
        configurationId: configuration.id,
      })
      return {
        SAMLAssertion: samlResponse,
        RoleArn: roleArn(account.uin, roleNameOf('ops')),
        PrincipalArn: samlProviderArn(account.uin, samlProviderNameOf(zone.id)),
      }
    }
    return () => world.remove()
  })

  // Requests without signature are limited by address: a minute lets the next test begin anew.
  beforeEach(() => world.clock.advance(60))

  const call = (changes: Partial<ApiRequest>) =>
    callApi(world.app, { action: '', version: STS, at: world.clock.now(), ...changes })

  const assumeWithSaml = async (body: object, changes: Partial<ApiRequest> = {}) =>
    call({ action: 'AssumeRoleWithSAML', body: { RoleSessionName: 'ses-1', ...body }, ...changes })

  const keyOf = (answer: Record<string, unknown>): Required<ApiKeyPair> => {
    const { TmpSecretId, TmpSecretKey, Token } = answer['Credentials'] as Record<string, string>
    return { secretId: TmpSecretId ?? '', secretKey: TmpSecretKey ?? '', token: Token ?? '' }
  }

  describe('for an assertion', () => {
    it('gives credentials which sign requests, until they expire', async () => {
      const { answer } = await assumeWithSaml(await respond())
      expect(answer.Error).toBeUndefined()
      const expires = new Date(world.clock.now().getTime() + 3600_000)
      expect(answer['ExpiredTime']).toBe(expires.getTime() / 1000)
      expect(answer['Expiration']).toBe(`${expires.toISOString().slice(0, 19)}Z`)
      const key = keyOf(answer)
      const identity = await call({ action: 'GetCallerIdentity', key })
      expect(identity.answer).toMatchObject({
        Type: 'CAMRole',
        AccountId: account.uin,
        PrincipalId: account.uin,
      })
      expect(identity.answer['UserId']).toMatch(/^46\d{17}:ses-1$/)
      expect(identity.answer['Arn']).toMatch(new RegExp(`^qcs::sts:${account.uin}:assumed-role/46\\d{17}$`))
      world.clock.advance(3600)
      const late = await call({ action: 'GetCallerIdentity', key })
      expect(late.answer.Error?.Code).toBe('AuthFailure.TokenFailure')
    })

    it('authorizes them by the role, and says which policy decided', async () => {
      const key = keyOf((await assumeWithSaml(await respond())).answer)
      const allowed = await call({ action: 'DescribeInstances', version: CVM, key, service: 'cvm' })
      expect(allowed.answer).toMatchObject({ TotalCount: 0, InstanceSet: [] })
      const denied = await call({ action: 'RunInstances', version: CVM, key, service: 'cvm' })
      expect(denied.answer.Error).toMatchObject({
        Code: 'UnauthorizedOperation',
        Message: expect.stringMatching(/\(cvm:RunInstances\) on the resource \(\*\): no policy allows it/),
      })
      await world.db
        .updateTable('cam_policies')
        .set({
          document: '{"version":"2.0","statement":[{"effect":"deny","action":"cvm:*","resource":"*"}]}',
        })
        .where('account_uin', '=', account.uin)
        .execute()
      const explicit = await call({ action: 'DescribeInstances', version: CVM, key })
      expect(explicit.answer.Error?.Message).toMatch(
        /a policy denies it \(policy rc-[a-z0-9]{12}-read, statement 1\)/,
      )
    })

    it('wants their token with every request', async () => {
      const { secretId, secretKey, token } = keyOf((await assumeWithSaml(await respond())).answer)
      for (const wrong of [undefined, '', `${token}x`, token.slice(1)]) {
        const key = { secretId, secretKey, ...(wrong !== undefined && { token: wrong }) }
        const { answer } = await call({ action: 'GetCallerIdentity', key })
        expect(answer.Error?.Code).toBe('AuthFailure.TokenFailure')
      }
      const guess = { secretId, secretKey: 'x'.repeat(32), token }
      const { answer } = await call({ action: 'GetCallerIdentity', key: guess })
      expect(answer.Error?.Code).toBe('AuthFailure.SignatureFailure')
    })

    it.each<[string, Partial<ApiRequest>]>([
      ['no signature', {}],
      ['SKIP', { headers: { authorization: 'SKIP' } }],
      ['a wrong signature', { key: { ...API_KEY, secretKey: 'wrong' } }],
      ['anything', { headers: { authorization: 'Bearer x' } }],
    ])('looks at no signature: %s', async (_what, changes) => {
      expect((await assumeWithSaml(await respond(), changes)).answer.Error).toBeUndefined()
    })

    it('refuses every failure of trust alike', async () => {
      const good = await respond()
      const used = await respond()
      await assumeWithSaml(used)
      const text = Buffer.from(good.SAMLAssertion, 'base64').toString()
      const refusals = [
        used,
        { ...good, SAMLAssertion: Buffer.from(text.replace('>jo<', '>admin<')).toString('base64') },
        { ...good, SAMLAssertion: 'AAAA' },
        { ...good, RoleArn: `${good.RoleArn}-other` },
        { ...good, PrincipalArn: `${good.PrincipalArn}-other` },
        { ...good, PrincipalArn: good.PrincipalArn.replace(account.uin, manager) },
      ]
      const errors = await Promise.all(
        refusals.map(async (body) => (await assumeWithSaml(body)).answer.Error),
      )
      for (const error of errors) {
        expect(error).toEqual({
          Code: 'UnauthorizedOperation',
          Message: 'The SAML assertion does not let you take on this role.',
        })
      }
    })

    it.each<[string, object]>([
      ['InvalidParameter.OverTimeError', { DurationSeconds: 3601 }],
      ['InvalidParameter.ParamError', { DurationSeconds: 0 }],
      ['InvalidParameter.ParamError', { RoleSessionName: 'a b' }],
      ['InvalidParameter.ParamError', { RoleArn: 'ops' }],
      ['InvalidParameter', { DurationSeconds: '900' }],
      ['InvalidParameter', { SAMLAssertion: ['x'] }],
      ['InvalidParameterValue', { SAMLAssertion: 'x'.repeat(400_001) }],
      ['MissingParameter', { SAMLAssertion: undefined }],
      ['MissingParameter', { RoleSessionName: undefined }],
      ['UnknownParameter', { Policy: '{}' }],
    ])('answers %s for %.60j', async (code, changes) => {
      const { answer } = await assumeWithSaml({ ...(await respond()), ...changes })
      expect(answer.Error?.Code).toBe(code)
    })

    it('lets one address ask only so often', async () => {
      const codes = new Set<string | undefined>()
      for (let attempt = 0; attempt < 70; attempt += 1) {
        codes.add(
          (await assumeWithSaml({ SAMLAssertion: 'x', RoleArn: '', PrincipalArn: '' })).answer.Error?.Code,
        )
      }
      expect([...codes]).toEqual(['InvalidParameter.ParamError', 'RequestLimitExceeded'])
    })

    it('ends the credentials of a user who is blocked, at once', async () => {
      const key = keyOf((await assumeWithSaml(await respond())).answer)
      const waiting = await respond()
      await world.services.users.setBlocked(world.administrator, userId, true)
      const { answer } = await call({ action: 'GetCallerIdentity', key })
      expect(answer.Error?.Code).toBe('AuthFailure.TokenFailure')
      expect((await assumeWithSaml(waiting)).answer.Error?.Code).toBe('UnauthorizedOperation')
      await world.services.users.setBlocked(world.administrator, userId, false)
    })
  })

  describe('for a caller', () => {
    const assume = (body: object, key: ApiKeyPair = API_KEY) =>
      call({
        action: 'AssumeRole',
        key,
        body: { RoleArn: roleArn(account.uin, ACCESS_CONTROL_ROLE), RoleSessionName: 'admin', ...body },
      })

    it('needs the caller’s own policies to allow it', async () => {
      const { answer } = await assume({})
      expect(answer.Error?.Code).toBe('UnauthorizedOperation')
      expect(answer.Error?.Message).toContain('(sts:AssumeRole)')
    })

    it('gives credentials of the role in the member account, narrowed by Policy', async () => {
      const [administrator] = await world.services.administrators.list(world.administrator)
      await world.db
        .insertInto('cam_attachments')
        .values({
          account_uin: manager,
          target_kind: 'user',
          target_id: administrator?.uin ?? '',
          policy_id: 900008,
          policy_name: 'QcloudSTSFullAccess',
          policy_type: 'preset',
          attached_at: world.clock.now().toISOString(),
        })
        .execute()
      const Policy =
        '{"version":"2.0","statement":[{"effect":"allow","action":"cvm:Describe*","resource":"*"}]}'
      const { answer } = await assume({ Policy: encodeURIComponent(Policy) })
      const key = keyOf(answer)
      const identity = await call({ action: 'GetCallerIdentity', key })
      expect(identity.answer).toMatchObject({ AccountId: account.uin, PrincipalId: administrator?.uin })
      const allowed = await call({ action: 'DescribeInstances', version: CVM, key })
      expect(allowed.answer.Error).toBeUndefined()
      const denied = await call({ action: 'RunInstances', version: CVM, key })
      expect(denied.answer.Error?.Message).toContain('the session policy does not allow it')
    })

    it.each<[string, object]>([
      ['ResourceNotFound.RoleNotFound', { RoleArn: 'qcs::cam::uin/100000000000:roleName/none' }],
      ['InvalidParameter.OverTimeError', { DurationSeconds: 7201 }],
      ['InvalidParameter.StrategyFormatError', { Policy: '{}' }],
      ['InvalidParameter.StrategyFormatError', { Policy: '%' }],
      [
        'InvalidParameter.PolicyTooLong',
        { Policy: JSON.stringify({ version: '2.0', statement: [], a: 'x'.repeat(6200) }) },
      ],
      ['MissingParameter', { RoleArn: undefined }],
      ['InvalidParameter', { Tags: 'x' }],
    ])('answers %s for %.80j', async (code, changes) => {
      expect((await assume(changes)).answer.Error?.Code).toBe(code)
    })

    it('needs a signature', async () => {
      const { answer } = await call({ action: 'AssumeRole', headers: { authorization: 'SKIP' } })
      expect(answer.Error?.Code).toBe('AuthFailure.InvalidAuthorization')
    })
  })
})
