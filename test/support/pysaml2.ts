/** Debian's pysaml2 as an identity provider: a script of ours around it, spoken to line by line. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SigningKeyPair } from '../../saml/core/sign.js'
import type { Part } from './parts.js'

const PYTHON = '/usr/bin/python3'
const SCRIPT = new URL('pysaml2-idp.py', import.meta.url).pathname

export const PYSAML2: Part = {
  name: 'pysaml2',
  isPresent: () =>
    existsSync('/usr/lib/python3/dist-packages/saml2/server.py') && existsSync('/usr/bin/xmlsec1'),
  install: 'apt-get install python3-pysaml2',
}

export interface PysamlResponseChoices {
  readonly signResponse: boolean
  readonly signAssertion: boolean
  readonly signatureAlgorithm: string
  readonly digestAlgorithm: string
  /** Encrypts the assertion: the algorithm, and the kind of key as xmlsec1 calls it. */
  readonly cipher?: { readonly algorithm: string; readonly keyType: string }
}

export interface Pysaml2 {
  metadata(): Promise<string>
  /** Knows the service provider by this metadata from now on. */
  trust(serviceProviderMetadata: string): Promise<void>
  /** Answers the request in the address, once its signature holds: the response as XML. */
  respond(address: string, user: string, choices: PysamlResponseChoices): Promise<string>
  /** Takes our request to log out: what it says, and where the answer leads. */
  answerLogout(address: string): Promise<{ name: string; session: string; location: string }>
  /** The address with which it asks us to log a user out. */
  beginLogout(user: string): Promise<string>
  stop(): Promise<void>
}

/** Starts it for the service provider of that entity id. */
export async function startPysaml2(key: SigningKeyPair, serviceProvider: string): Promise<Pysaml2> {
  const folder = await mkdtemp(join(tmpdir(), 'pysaml2-'))
  const at = (name: string) => join(folder, name)
  await writeFile(at('key.pem'), key.privateKeyPem)
  await writeFile(at('cert.pem'), key.certificatePem)
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function call(name: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    child.stdin.write(`${JSON.stringify({ do: name, with: parameters })}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`pysaml2 ended: ${said}`)
    const answer = JSON.parse(value) as { result?: unknown; error?: string }
    if (answer.error !== undefined) throw new Error(`pysaml2: ${answer.error}`)
    return answer.result
  }
  const text = async (pending: Promise<unknown>): Promise<string> => String(await pending)
  const files = { key_file: at('key.pem'), cert_file: at('cert.pem') }
  await call('configure', files)

  return {
    metadata: () => text(call('metadata')),
    async trust(serviceProviderMetadata) {
      await writeFile(at('sp.xml'), serviceProviderMetadata)
      await call('configure', { ...files, service_provider: at('sp.xml') })
    },
    respond: (address, user, { signResponse, signAssertion, signatureAlgorithm, digestAlgorithm, cipher }) =>
      text(
        call('respond', {
          address,
          user,
          sp_entity_id: serviceProvider,
          sign_response: signResponse,
          sign_assertion: signAssertion,
          sign_alg: signatureAlgorithm,
          digest_alg: digestAlgorithm,
          ...(cipher && { cipher: { algorithm: cipher.algorithm, key_type: cipher.keyType } }),
        }),
      ),
    answerLogout: async (address) =>
      // The script's own answer.
      (await call('answer_logout', { address, sp_entity_id: serviceProvider })) as {
        name: string
        session: string
        location: string
      },
    beginLogout: (user) => text(call('begin_logout', { user, sp_entity_id: serviceProvider })),
    async stop() {
      child.stdin.end()
      await new Promise((resolve) => child.once('exit', resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
