/** Debian's SimpleSAMLphp as an identity provider: its own configuration, key and sessions in a temporary folder. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SigningKeyPair } from '../../saml/core/sign.js'
import type { Part } from './parts.js'

const HOME = '/usr/share/simplesamlphp'
const PHP = '/usr/bin/php'

export const SIMPLESAMLPHP: Part = {
  name: 'SimpleSAMLphp',
  isPresent: () => existsSync(`${HOME}/www/saml2/idp/SSOService.php`) && existsSync(PHP),
  install: 'apt-get install simplesamlphp php-cli',
}

export interface IdpOptions {
  readonly key: SigningKeyPair
  readonly signAssertion?: boolean
  readonly signResponse?: boolean
  readonly signatureAlgorithm?: string
}

/** What the identity provider's page makes the browser post. */
export interface PostedForm {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

export interface SimpleSamlPhp {
  readonly entityId: string
  /** Takes effect with the next request. */
  configure(options: IdpOptions): Promise<void>
  /** Makes the service provider known by its metadata. */
  trust(serviceProviderMetadata: string): Promise<void>
  metadata(): Promise<string>
  /** Follows the address that our login led to, signs in, and stops at the form for our ACS. */
  signIn(location: string, userName: string, password: string): Promise<PostedForm>
  stop(): Promise<void>
}

/** Starts with one user for each `name:password`; the name becomes the NameID. */
export async function startSimpleSamlPhp(users: readonly string[]): Promise<SimpleSamlPhp> {
  const folder = await mkdtemp(join(tmpdir(), 'simplesamlphp-'))
  const at = (...parts: readonly string[]) => join(folder, ...parts)
  for (const name of ['cert', 'metadata', 'sessions', 'tmp', 'data', 'log']) await mkdir(at(name))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const entityId = `${origin}/saml2/idp/metadata.php`
  const php = (name: string, text: string) => writeFile(at(name), `<?php\n${text}\n`)

  await php(
    'config.php',
    `$config = [
      'baseurlpath' => '${origin}/',
      'certdir' => '${at('cert')}/',
      'metadatadir' => '${at('metadata')}/',
      'loggingdir' => '${at('log')}/',
      'datadir' => '${at('data')}/',
      'tempdir' => '${at('tmp')}/',
      'secretsalt' => 'a-salt-for-tests',
      'auth.adminpassword' => 'an-administrator-for-tests',
      'technicalcontact_email' => 'na@example.org',
      'logging.handler' => 'errorlog',
      'logging.level' => SimpleSAML\\Logger::WARNING,
      'enable.saml20-idp' => true,
      'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
      'session.cookie.secure' => false,
      'session.cookie.samesite' => null,
      'session.phpsession.savepath' => '${at('sessions')}',
      'language.cookie.secure' => false,
      'language.cookie.samesite' => null,
      'store.type' => 'phpsession',
      'metadata.sources' => [['type' => 'flatfile'], ['type' => 'xml', 'file' => '${at('sp.xml')}']],
    ];`,
  )
  const entries = users.map((user) => `'${user}' => ['uid' => ['${user.split(':')[0]}']],`)
  await php(
    'authsources.php',
    `$config = ['admin' => ['core:AdminPassword'], 'people' => ['exampleauth:UserPass', ${entries.join(' ')}]];`,
  )

  const server = spawn(PHP, ['-d', 'opcache.enable=0', '-S', `127.0.0.1:${port}`, '-t', `${HOME}/www`], {
    env: { PATH: process.env['PATH'], SIMPLESAMLPHP_CONFIG_DIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const stop = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    if (server.kill()) await ended
    await rm(folder, { recursive: true, force: true })
  }

  async function get(path: string): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetch(`${origin}${path}`)
      } catch (error) {
        if (attempt >= 100 || server.exitCode !== null)
          throw new Error(`no answer: ${said}`, { cause: error })
        await delay(100)
      }
    }
  }

  return {
    entityId,
    async configure({ key, signAssertion = true, signResponse = true, signatureAlgorithm }) {
      await writeFile(at('cert', 'idp.pem'), key.privateKeyPem)
      await writeFile(at('cert', 'idp.crt'), key.certificatePem)
      await php(
        'metadata/saml20-idp-hosted.php',
        `$metadata['${entityId}'] = [
          'host' => '__DEFAULT__',
          'privatekey' => 'idp.pem',
          'certificate' => 'idp.crt',
          'auth' => 'people',
          'saml20.sign.assertion' => ${signAssertion},
          'saml20.sign.response' => ${signResponse},
          ${signatureAlgorithm === undefined ? '' : `'signature.algorithm' => '${signatureAlgorithm}',`}
          'validate.authnrequest' => true,
          'NameIDFormat' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
          'authproc' => [
            10 => [
              'class' => 'saml:AttributeNameID',
              'attribute' => 'uid',
              'Format' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
            ],
          ],
        ];`,
      )
    },
    trust: (serviceProviderMetadata) => writeFile(at('sp.xml'), serviceProviderMetadata),
    metadata: async () => (await get('/saml2/idp/metadata.php')).text(),
    async signIn(location, userName, password) {
      const visitor = createVisitor()
      const page = await visitor.open(location)
      const login = readForm(page.text)
      const answer = await visitor.open(new URL(login.action, page.url).href, {
        ...login.fields,
        username: userName,
        password,
      })
      const form = readForm(answer.text)
      if (!('SAMLResponse' in form.fields))
        throw new Error(`no response, but: ${answer.text.slice(0, 2000)} ${said}`)
      return form
    },
    stop,
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** A browser of few words: cookies of one site, redirects followed. */
function createVisitor() {
  const cookies = new Map<string, string>()
  return {
    async open(
      url: string,
      fields?: Readonly<Record<string, string>>,
    ): Promise<{ url: string; text: string }> {
      let next = url
      let body = fields && new URLSearchParams(fields)
      for (let hops = 0; hops < 10; hops += 1) {
        const answer = await fetch(next, {
          redirect: 'manual',
          headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(body && { method: 'POST', body }),
        })
        for (const line of answer.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          if (name !== undefined && value !== undefined) cookies.set(name, value)
        }
        const location = answer.headers.get('location')
        if (location === null) return { url: next, text: await answer.text() }
        next = new URL(location, next).href
        body = undefined
      }
      throw new Error(`redirected without end: ${url}`)
    },
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#039': "'" }
const unescapeHtml = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#039);/g, (_all, name: string) => ENTITIES[name] ?? '')

/** Action and fields of the first form that is posted. */
function readForm(html: string): PostedForm {
  const [, attributes = '', content = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(html) ?? []
  const valueOf = (tag: string, name: string): string | undefined => {
    const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(tag) ?? []
    return value === undefined ? undefined : unescapeHtml(value)
  }
  const fields: Record<string, string> = {}
  for (const [tag] of content.matchAll(/<input[^>]*>/g)) {
    const name = valueOf(tag, 'name')
    if (name !== undefined) fields[name] = valueOf(tag, 'value') ?? ''
  }
  return { action: valueOf(attributes, 'action') ?? '', fields }
}
