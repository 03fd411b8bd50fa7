/** An authenticator as far as a relying party can tell (WebAuthn section 6), with all that can be wrong about one. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import type { CreationOptions, RequestOptions } from '../../server/domain/passkey.js'
import type { Page } from './cookie-client.js'

const FLAG = { userPresent: 0x01, userVerified: 0x04, attested: 0x40 } as const

interface Credential {
  readonly id: string
  readonly privateKey: KeyObject
  readonly userHandle: string
}

/** What is otherwise than it should be. */
export interface Oddity {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly credentialId?: string
  readonly userHandle?: string | undefined
  readonly counter?: number
  /** CBOR of `fmt` and `attStmt` in place of `none`. */
  readonly attestation?: Buffer
  readonly spoilSignature?: boolean
}

export interface PasskeyAuthenticator {
  /** What a page asks the browser to do. */
  create(options: CreationOptions, oddity?: Oddity): string
  get(options: RequestOptions, oddity?: Oddity): string
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()
const text = (data: Buffer | string): string => Buffer.from(data).toString('base64url')

/** Holds any number of credentials; `counting` ones count their signatures. */
export function createAuthenticator({
  origin = 'http://localhost:8080',
  counting = true,
}: { origin?: string; counting?: boolean } = {}): PasskeyAuthenticator {
  const credentials: Credential[] = []
  let signatures = 0

  const clientData = (type: string, challenge: string, oddity: Oddity): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: oddity.type ?? type,
        challenge: oddity.challenge ?? challenge,
        origin: oddity.origin ?? origin,
        crossOrigin: oddity.crossOrigin ?? false,
      }),
    )

  function authenticatorData(rpId: string, oddity: Oddity, attested?: Buffer): Buffer {
    const counter = Buffer.alloc(4)
    if (counting) signatures += 1
    counter.writeUInt32BE(oddity.counter ?? signatures)
    const flags =
      (oddity.userPresent === false ? 0 : FLAG.userPresent) |
      (oddity.userVerified === false ? 0 : FLAG.userVerified) |
      (attested ? FLAG.attested : 0)
    return Buffer.concat([
      sha256(oddity.rpId ?? rpId),
      Buffer.from([flags]),
      counter,
      attested ?? Buffer.alloc(0),
    ])
  }

  return {
    create(options, oddity = {}) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const id = oddity.credentialId ? Buffer.from(oddity.credentialId, 'base64url') : randomBytes(32)
      credentials.push({ id: text(id), privateKey, userHandle: options.user.id })
      const coseKey = Buffer.concat([
        Buffer.from('a501020326200121' + '5820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authData = authenticatorData(
        options.rp.id,
        oddity,
        Buffer.concat([Buffer.alloc(16), length, id, coseKey]),
      )
      const size = Buffer.alloc(2)
      size.writeUInt16BE(authData.length)
      const none = Buffer.concat([
        Buffer.from([0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0]),
      ])
      const attestationObject = Buffer.concat([
        Buffer.from([0xa3]),
        oddity.attestation ?? none,
        Buffer.from([0x68]),
        Buffer.from('authData'),
        Buffer.from([0x59]),
        size,
        authData,
      ])
      return JSON.stringify({
        id: text(id),
        rawId: text(id),
        type: 'public-key',
        response: {
          clientDataJSON: text(clientData('webauthn.create', options.challenge, oddity)),
          attestationObject: text(attestationObject),
          transports: ['internal'],
        },
      })
    },

    get(options, oddity = {}) {
      const allowed = options.allowCredentials.map(({ id }) => id)
      const credential = credentials.find(({ id }) => allowed.length === 0 || allowed.includes(id))
      if (!credential) throw new Error('the authenticator has none of these passkeys')
      const data = clientData('webauthn.get', options.challenge, oddity)
      const authData = authenticatorData(options.rpId, oddity)
      const signature = sign('sha256', Buffer.concat([authData, sha256(data)]), credential.privateKey)
      if (oddity.spoilSignature) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
      const id = oddity.credentialId ?? credential.id
      return JSON.stringify({
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: text(data),
          authenticatorData: text(authData),
          signature: text(signature),
          userHandle: 'userHandle' in oddity ? oddity.userHandle : credential.userHandle,
        },
      })
    },
  }
}

/** What the page asks of the browser. */
export function passkeyOptionsOf<Options = RequestOptions>(page: Page): Options {
  const attribute = /data-passkey-options="([^"]*)"/.exec(page.text)?.[1]
  if (attribute === undefined) throw new Error(`the page asks for no passkey: ${page.text.slice(0, 2000)}`)
  return JSON.parse(attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Options
}
