import { createHmac } from 'node:crypto'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import { managementAccountUin } from '../../db/administrators.js'
import type { SubUserUin } from '../../server/domain/ids.js'
import { API_KEY, createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { callApi, signedHeaders, type ApiRequest, type ApiResponse } from '../support/tc3.js'

const STS = '2018-08-13'
const CVM = '2017-03-12'

describe.each(engines)('requests of the cloud API on %s', (engine) => {
  let context: TestContext

  beforeAll(async () => {
    context = await createTestContext(engine)
    return () => context.remove()
  })

  const call = (changes: Partial<ApiRequest> = {}): Promise<ApiResponse> =>
    callApi(context.app, {
      action: 'GetCallerIdentity',
      version: STS,
      key: API_KEY,
      at: context.clock.now(),
      ...changes,
    })
  const administratorUin = async (): Promise<SubUserUin> => {
    const [first] = await context.services.administrators.list(context.administrator)
    if (!first) throw new Error('there is no administrator')
    return first.uin
  }
  const codeOf = async (changes: Partial<ApiRequest>): Promise<string | undefined> => {
    const { status, type, answer, requestId } = await call(changes)
    // Whatever the answer is, SDKs take it only in this form.
    expect(status).toBe(200)
    expect(type).toBe('application/json')
    expect(answer['RequestId']).toBe(requestId)
    return answer.Error?.Code
  }

  describe('with a right signature', () => {
    it('are answered in an envelope, without an Error and without a charset', async () => {
      const { answer, type } = await call()
      expect(type).toBe('application/json')
      expect(Object.keys(answer).sort()).toEqual([
        'AccountId',
        'Arn',
        'PrincipalId',
        'RequestId',
        'Type',
        'UserId',
      ])
      const uin = await administratorUin()
      expect(answer).toMatchObject({ Type: 'CAMUser', UserId: uin, PrincipalId: uin })
      expect(answer['Arn']).toBe(`qcs::cam:${String(answer['AccountId'])}:uin/${uin}`)
    })

    it.each<[string, Partial<ApiRequest>]>([
      ['the host with its port', { host: '127.0.0.1:8080' }],
      ['the host without its port', { host: '127.0.0.1:8080', signedHost: '127.0.0.1' }],
      ['an IPv6 host without its port', { host: '[::1]:8080', signedHost: '[::1]' }],
      ['any host', { host: 'organization.localhost:8080' }],
      ['any name of a service in the scope', { service: '127' }],
      ['a port in the name of the service', { service: 'localhost:8080' }],
      ['a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
      ['the action too', { signedHeaders: ['content-type', 'host', 'x-tc-action'] }],
      [
        'the action in lower case',
        { signedHeaders: ['content-type', 'host', 'x-tc-action'], sign: (value) => value.toLowerCase() },
      ],
      ['a host in upper case as sent', { host: 'ID.EXAMPLE' }],
      [
        'a host in upper case signed in lower case',
        { host: 'ID.EXAMPLE', sign: (value) => value.toLowerCase() },
      ],
      ['an empty body', { body: '' }],
      ['a region, which says nothing here', { headers: { 'x-tc-region': 'ap-guangzhou' } }],
      ['an empty token', { headers: { 'x-tc-token': '' } }],
      ['a body that JSON could say shorter', { body: ' { }\n' }],
    ])('may sign %s', async (_what, changes) => {
      expect(await codeOf(changes)).toBeUndefined()
    })

    it('are accepted up to 300 seconds from now, either way', async () => {
      const at = (seconds: number) => new Date(context.clock.now().getTime() + seconds * 1000)
      for (const seconds of [-300, 300]) expect(await codeOf({ at: at(seconds) })).toBeUndefined()
      for (const seconds of [-301, 301]) {
        expect(await codeOf({ at: at(seconds) })).toBe('AuthFailure.SignatureExpire')
      }
    })

    it('note when the key was used', async () => {
      await call()
      const { administrators } = context.services
      const uin = await administratorUin()
      const [key] = await administrators.listApiKeys(context.administrator, uin)
      expect(key?.lastUsedAt).toBe(context.clock.now().toISOString())
    })
  })

  describe('without a right signature', () => {
    const other = { ...API_KEY, secretKey: 'x'.repeat(32) }
    const header = (changes: (text: string) => string): Partial<ApiRequest> => {
      const { authorization = '' } = signedHeaders(
        { action: 'GetCallerIdentity', version: STS, key: API_KEY, at: context.clock.now() },
        '{}',
      )
      return { headers: { authorization: changes(authorization) } }
    }

    it.each<[string, string, () => Partial<ApiRequest>]>([
      ['AuthFailure.InvalidAuthorization', 'no header', () => ({ key: undefined })],
      ['AuthFailure.InvalidAuthorization', 'SKIP', () => header(() => 'SKIP')],
      [
        'AuthFailure.InvalidAuthorization',
        'another algorithm',
        () => header((text) => text.replace('TC3-HMAC-SHA256', 'TC3-HMAC-SM3')),
      ],
      ['AuthFailure.InvalidAuthorization', 'a short signature', () => header((text) => text.slice(0, -1))],
      [
        'AuthFailure.InvalidAuthorization',
        'no scope',
        () => header((text) => text.replace('/tc3_request', '')),
      ],
      [
        'AuthFailure.InvalidAuthorization',
        'a host that is not signed',
        () => ({ signedHeaders: ['content-type'] }),
      ],
      ['AuthFailure.InvalidAuthorization', 'a type that is not signed', () => ({ signedHeaders: ['host'] })],
      [
        'AuthFailure.SecretIdNotFound',
        'an unknown key',
        () => ({ key: { ...API_KEY, secretId: 'AKIDunknown0000000000000000000000000' } }),
      ],
      [
        'AuthFailure.SecretIdNotFound',
        'an unknown temporary key',
        () => ({ key: { ...API_KEY, secretId: `AKID${'x'.repeat(64)}` } }),
      ],
      ['AuthFailure.SignatureFailure', 'another key', () => ({ key: other })],
      ['AuthFailure.SignatureFailure', 'a date of another day', () => ({ date: '2026-03-01' })],
      ['AuthFailure.SignatureFailure', 'a host that was not sent', () => ({ signedHost: 'other.example' })],
      [
        'AuthFailure.SignatureFailure',
        'an action that was not sent',
        () => ({
          signedHeaders: ['content-type', 'host', 'x-tc-action'],
          sign: (value: string) => `${value}x`,
        }),
      ],
      [
        'AuthFailure.TokenFailure',
        'a token that the key does not have',
        () => ({ key: { ...API_KEY, token: 'token' } }),
      ],
      [
        'AuthFailure.SignatureExpire',
        'a time long ago, even when the rest is wrong too',
        () => ({ key: other, at: new Date('2026-03-01T09:00:00Z') }),
      ],
      [
        'AuthFailure.SignatureExpire',
        'a time that is none',
        () => ({ headers: { 'x-tc-timestamp': 'now' } }),
      ],
      ['MissingParameter', 'no time', () => ({ headers: { 'x-tc-timestamp': undefined } })],
    ])('are refused with %s: %s', async (code, _what, changes) => {
      expect(await codeOf(changes())).toBe(code)
    })

    it('are refused when the body was changed on its way', async () => {
      const headers = signedHeaders(
        { action: 'GetCallerIdentity', version: STS, key: API_KEY, at: context.clock.now() },
        '{}',
      )
      expect(await codeOf({ key: undefined, body: '{ }', headers })).toBe('AuthFailure.SignatureFailure')
    })

    it('are refused by a key that is disabled, and by one whose owner is', async () => {
      const { administrators } = context.services
      const { administrator } = await administrators.create(context.administrator, {
        name: 'second',
        rights: 'full',
      })
      const key = await administrators.createApiKey(context.administrator, administrator.uin)
      expect(await codeOf({ key })).toBeUndefined()
      await administrators.setApiKeyStatus(context.administrator, administrator.uin, key.secretId, 'disabled')
      expect(await codeOf({ key })).toBe('AuthFailure.SecretIdNotFound')
      await administrators.setApiKeyStatus(context.administrator, administrator.uin, key.secretId, 'enabled')
      await administrators.setStatus(context.administrator, administrator.uin, 'disabled')
      expect(await codeOf({ key })).toBe('AuthFailure.SecretIdNotFound')
    })
  })

  describe('for', () => {
    it.each<[string, string, Partial<ApiRequest>]>([
      ['NoSuchVersion', 'a version that no service has', { version: '2020-01-01' }],
      ['InvalidAction', 'an action that no service of the version has', { action: 'DescribeEverything' }],
      ['InvalidAction', 'an action of another version', { action: 'DescribeInstances' }],
      ['InvalidAction', 'a name of the language itself', { action: 'constructor' }],
      ['UnsupportedOperation', 'an action that only the cloud has', { action: 'GetSessionToken' }],
      ['MissingParameter', 'no action', { headers: { 'x-tc-action': undefined } }],
      ['MissingParameter', 'no version', { headers: { 'x-tc-version': undefined } }],
      ['UnknownParameter', 'a parameter that the action does not have', { body: { Zone: 1 } }],
      ['InvalidParameter', 'a body that is no JSON', { body: '{"a":' }],
      ['InvalidParameter', 'a body that is a list', { body: '[]' }],
      ['InvalidParameter', 'a body nested without end', { body: '['.repeat(50_000) }],
      ['UnknownParameter', 'a parameter called __proto__', { body: '{"__proto__":{"a":1}}' }],
      ['UnsupportedProtocol', 'another type of content', { headers: { 'content-type': 'text/plain' } }],
      ['UnsupportedProtocol', 'a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
      ['UnsupportedProtocol', 'a compressed body', { headers: { 'content-encoding': 'gzip' } }],
      [
        'RequestSizeLimitExceeded',
        'a body of more than 10 MB',
        { body: `"${'x'.repeat(10 * 1024 * 1024)}"` },
      ],
    ])('%s: %s', async (code, _what, changes) => {
      expect(await codeOf(changes)).toBe(code)
    })

    it('a stranger, before the body is read', async () => {
      const key = { ...API_KEY, secretId: 'AKIDunknown0000000000000000000000000' }
      const body = `"${'x'.repeat(11 * 1024 * 1024)}"`
      expect(await codeOf({ key, body })).toBe('AuthFailure.SecretIdNotFound')
    })

    it('an unknown action, before anything is said of the signature', async () => {
      expect(await codeOf({ action: 'None', key: undefined })).toBe('InvalidAction')
    })
  })

  describe('on simulated services', () => {
    it('answer as an empty account does', async () => {
      await context.db
        .insertInto('cam_attachments')
        .values({
          account_uin: await managementAccountUin(context.db),
          target_kind: 'user',
          target_id: await administratorUin(),
          policy_id: 243334,
          policy_name: 'QcloudCVMReadOnlyAccess',
          policy_type: 'preset',
          attached_at: context.clock.now().toISOString(),
        })
        .execute()
      const { answer } = await call({ action: 'DescribeInstances', version: CVM })
      expect(answer).toMatchObject({ TotalCount: 0, InstanceSet: [] })
    })

    it('name operation, resource and deciding policy when they refuse', async () => {
      const { answer } = await call({
        action: 'RebootInstances',
        version: CVM,
        headers: { 'x-tc-region': 'ap-guangzhou' },
        body: { InstanceIds: ['ins-1', 'ins-2'] },
      })
      expect(answer.Error?.Code).toBe('UnauthorizedOperation')
      expect(answer.Error?.Message).toMatch(
        /\(cvm:RebootInstances\).*\(qcs::cvm:ap-guangzhou:uin\/1\d{11}:instance\/ins-1\): no policy allows it/,
      )
    })

    it.each<[string, unknown]>([
      ['InvalidParameter', { InstanceIds: 'ins-1' }],
      ['InvalidParameterValue', { InstanceIds: ['*'] }],
      ['InvalidParameterValue', { InstanceIds: ['ins-1:x'] }],
    ])('%s for ids that are none: %j', async (code, body) => {
      expect(await codeOf({ action: 'RebootInstances', version: CVM, body })).toBe(code)
    })
  })

  describe('with their parameters in the address', () => {
    const query = (changes: Readonly<Record<string, string | undefined>> = {}) => {
      const values: Record<string, string | undefined> = {
        Action: 'GetCallerIdentity',
        Version: STS,
        SecretId: API_KEY.secretId,
        Timestamp: String(Math.floor(context.clock.now().getTime() / 1000)),
        Nonce: '1',
        SignatureMethod: 'HmacSHA256',
        ...changes,
      }
      const pairs = Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      )
      const text = pairs
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join('&')
      const signature = createHmac('sha256', API_KEY.secretKey).update(`GETid.example/?${text}`)
      const sent = 'Signature' in changes ? pairs : [...pairs, ['Signature', signature.digest('base64')]]
      return new URLSearchParams(sent).toString()
    }
    const codeOfQuery = async (text: string): Promise<unknown> => {
      const response = await request(context.app).get(`/?${text}`).set('host', 'id.example:8080')
      expect([response.status, response.headers['content-type']]).toEqual([200, 'application/json'])
      return (response.body as { Response: { Error?: { Code: string } } }).Response.Error?.Code
    }

    it.each<[string | undefined, Readonly<Record<string, string | undefined>>]>([
      [undefined, {}],
      ['MissingParameter', { Nonce: undefined }],
      ['MissingParameter', { SecretId: undefined }],
      ['MissingParameter', { Version: undefined }],
      ['AuthFailure.InvalidAuthorization', { Signature: undefined }],
      ['AuthFailure.InvalidAuthorization', { SignatureMethod: 'HmacMD5' }],
      ['AuthFailure.InvalidAuthorization', { SignatureMethod: 'constructor' }],
      ['AuthFailure.SignatureFailure', { Signature: 'AAAA' }],
      ['AuthFailure.SignatureExpire', { Timestamp: '1' }],
      ['AuthFailure.SecretIdNotFound', { SecretId: 'AKIDunknown' }],
      ['AuthFailure.TokenFailure', { Token: 'token' }],
      ['InvalidAction', { Action: 'constructor' }],
      ['UnknownParameter', { __proto__x: '1' }],
      ['UnknownParameter', { 'Tags.0.A': '1' }],
    ])('are answered %s: %j', async (code, changes) => {
      expect(await codeOfQuery(query(changes))).toBe(code)
    })

    it.each([
      ['twice', 'Action=GetCallerIdentity&Action=GetCallerIdentity'],
      ['as a value and a list', 'A=1&A.0=2'],
      ['as a list and a value', 'A.0=2&A=1'],
      ['nested without end', `${'A.'.repeat(20)}=1`],
    ])('may not have a parameter %s', async (_how, more) => {
      const unsigned = `Action=AssumeRoleWithSAML&Version=${STS}&${more}`
      expect(await codeOfQuery(unsigned)).toBe('InvalidParameter')
    })
  })

  it.each([
    ['no text of which ends', 'InvalidParameter', `{"A":1234567890123456,"B${'\\"'.repeat(200_000)}`],
    ['of one long number', 'MissingParameter', `{"A":${'1'.repeat(400_000)}.5}`],
    ['of one long text', 'MissingParameter', `{"A":1234567890123456,"B":"${'\\"'.repeat(200_000)}"}`],
  ])('take no longer for an unsigned body %s', async (_what, code, body) => {
    const begun = performance.now()
    expect(await codeOf({ action: 'AssumeRoleWithSAML', key: undefined, body })).toBe(code)
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('are only those that name an action: a browser gets a page', async () => {
    const response = await request(context.app).get('/')
    expect(response.headers['content-type'] ?? '').not.toBe('application/json')
  })
})
