/** A crowd of browsers in a process of its own, so that making their requests does not hold up who measures beside it. */
import { setPriority } from 'node:os'
import type { SigningKeyPair } from '../../saml/core/sign.js'
import { beginLogin, finishLogin, type OpenLogin } from './saml-people.js'

export interface CrowdOrder {
  readonly url: string
  readonly key: SigningKeyPair
  readonly names: readonly string[]
  readonly attributes: number
  readonly logins: number
  readonly inFlight: number
}

export type CrowdReport =
  | { readonly kind: 'ready'; readonly responses: readonly string[]; readonly acsUrl: string }
  | { readonly kind: 'done'; readonly seconds: number }

// In life they are other machines.
setPriority(10)

const tell = (report: CrowdReport) => process.send?.(report)

process.once('message', (order: CrowdOrder) => {
  void (async () => {
    const { url, key, names, attributes, logins, inFlight } = order
    const begun: OpenLogin[] = []
    for (let index = 0; index < logins; index += 1) {
      const nameId = names[index % names.length] ?? ''
      begun.push(await beginLogin(url, key, { nameId, attributes }))
    }
    const [first] = begun
    if (!first) throw new Error('nobody signs in')
    tell({ kind: 'ready', responses: begun.map(({ response }) => response), acsUrl: first.receiver.acsUrl })
    await new Promise((resolve) => process.once('message', resolve))
    const start = performance.now()
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let next = begun.pop(); next; next = begun.pop()) await finishLogin(url, next)
      }),
    )
    tell({ kind: 'done', seconds: (performance.now() - start) / 1000 })
    process.disconnect()
  })()
})
