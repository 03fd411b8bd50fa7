/**
 * The keys with which this product signs as service provider, and how one takes another's place: the next one is made and
 * published, the identity provider reads the metadata anew, then it is used; the old one stays published until it is
 * retired. At no moment is anything signed by a key that was not published before.
 */
import type { Db } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { parseCertificate } from '../../saml/core/certificate.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { ServiceProviderKey } from '../domain/identity-provider.js'
import type { AuditLog } from './audit-log.js'
import type { SigningKeyService } from './signing-keys.js'
import type { ZoneService } from './zones.js'

const PURPOSE = 'serviceProvider'

export interface ServiceProviderKeysDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly signingKeys: SigningKeyService
}

export function createServiceProviderKeys({ db, audit, zones, signingKeys }: ServiceProviderKeysDeps) {
  const list = async (): Promise<readonly ServiceProviderKey[]> =>
    (await signingKeys.published(PURPOSE)).map(({ state, certificatePem }) => {
      const { subject, fingerprint, notBefore, notAfter } = parseCertificate(certificatePem)
      return { state, subject, fingerprint, notBefore, notAfter }
    })

  /** One step, with its audit event. Throws `signingKey.wrongStep` when it is not the one to be taken now. */
  async function step(
    actor: Actor,
    action: string,
    take: (tx: Parameters<typeof signingKeys.advance>[0]) => Promise<boolean>,
  ): Promise<void> {
    requireFullRights(actor)
    await inTransaction(db, async (tx) => {
      if (!(await take(tx))) throw wrongStep()
      const { id } = await zones.within(tx)
      await audit.record(tx, actor, { action, subject: { kind: 'zone', id } })
    })
  }

  return {
    /** The key in use first. */
    list,

    /** Makes the next key and publishes it beside the one in use. Throws `signingKey.wrongStep` when there is one already. */
    async makeNext(actor: Actor): Promise<void> {
      requireFullRights(actor)
      if ((await list()).some(({ state }) => state === 'next')) throw wrongStep()
      const key = await signingKeys.make(PURPOSE)
      await step(actor, 'serviceProviderKey.makeNext', async (tx) => {
        // Of two who do this at once, the second meets the first one's key.
        const known = await signingKeys.has(tx, PURPOSE, 'next')
        if (!known) await signingKeys.store(tx, key, 'next')
        return !known
      })
    },

    /** Signs with the next key from now on; the old one stays published. Throws `signingKey.wrongStep`. */
    useNext: (actor: Actor): Promise<void> =>
      step(actor, 'serviceProviderKey.useNext', (tx) => signingKeys.advance(tx, PURPOSE)),

    /** Takes the old key, or a next one that is not wanted any more, out of the metadata. Throws `signingKey.wrongStep`. */
    remove: (actor: Actor, state: 'next' | 'previous'): Promise<void> =>
      step(actor, 'serviceProviderKey.remove', (tx) => signingKeys.remove(tx, PURPOSE, state)),
  }
}

export type ServiceProviderKeys = ReturnType<typeof createServiceProviderKeys>

const wrongStep = () =>
  new IdentityCenterError('signingKey.wrongStep', 'There is no key in that state now. Load the page again.')
