/**
 * How one of this product's own signing keys takes another's place: the next one is made and published, the other side
 * reads the metadata anew, then it is used; the old one stays published until it is retired. At no moment is anything
 * signed by a key that was not published before.
 */
import type { SigningPurpose } from '../../db/signing-keys.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { parseCertificate } from '../../saml/core/certificate.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { ServiceProviderKey } from '../domain/identity-provider.js'
import type { AuditLog } from './audit-log.js'
import type { SigningKey, SigningKeyService } from './signing-keys.js'
import type { ZoneService } from './zones.js'

export interface SigningKeyRolloverDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'within'>
  readonly signingKeys: SigningKeyService
}

/** Whose keys they are, and what the other side asks for beside. */
export interface RolloverRules {
  readonly purpose: SigningPurpose
  /** Whether the other side takes no third key: the old one then has to go before the next one is made. */
  readonly twoAtMost?: boolean
  /** Throws unless the other side knows the next key. */
  readonly requireKnown?: (tx: Tx, next: SigningKey) => Promise<void>
}

export type SigningKeyRollover = ReturnType<typeof createSigningKeyRollover>

export function createSigningKeyRollover(
  { db, audit, zones, signingKeys }: SigningKeyRolloverDeps,
  { purpose, twoAtMost = false, requireKnown }: RolloverRules,
) {
  const list = async (): Promise<readonly ServiceProviderKey[]> =>
    (await signingKeys.published(purpose)).map(({ state, certificatePem }) => {
      const { subject, fingerprint, notBefore, notAfter } = parseCertificate(certificatePem)
      return { state, subject, fingerprint, notBefore, notAfter }
    })

  /** One step, with its audit event. Throws `signingKey.wrongStep` when it is not the one to be taken now. */
  async function step(
    actor: Actor,
    action: 'makeNext' | 'useNext' | 'remove',
    take: (tx: Tx) => Promise<boolean>,
  ): Promise<void> {
    requireFullRights(actor)
    await inTransaction(db, async (tx) => {
      if (!(await take(tx))) throw wrongStep()
      const { id } = await zones.within(tx)
      await audit.record(tx, actor, { action: `${purpose}Key.${action}`, subject: { kind: 'zone', id } })
    })
  }

  /** Whether there is a key that keeps another one from being made. */
  const isFull = async (tx: Tx): Promise<boolean> =>
    (await signingKeys.has(tx, purpose, 'next')) ||
    (twoAtMost && (await signingKeys.has(tx, purpose, 'previous')))

  return {
    /** The key in use first. */
    list,

    /**
     * Makes the next key and publishes it beside the one in use. Throws `signingKey.wrongStep` when there is one already,
     * or no room for it.
     */
    async makeNext(actor: Actor): Promise<void> {
      requireFullRights(actor)
      if (await inTransaction(db, isFull)) throw wrongStep()
      const key = await signingKeys.make(purpose)
      await step(actor, 'makeNext', async (tx) => {
        // Of two who do this at once, the second meets the first one's key.
        const full = await isFull(tx)
        if (!full) await signingKeys.store(tx, key, 'next')
        return !full
      })
    },

    /**
     * Signs with the next key from now on; the old one stays published. Throws `signingKey.wrongStep`, and
     * `signingKey.accountsBehind` where the other side does not know the next key yet.
     */
    useNext: (actor: Actor): Promise<void> =>
      step(actor, 'useNext', async (tx) => {
        const next = await signingKeys.findNext(tx, purpose)
        if (next) await requireKnown?.(tx, next)
        return signingKeys.advance(tx, purpose)
      }),

    /** Takes the old key, or a next one that is not wanted any more, out of the metadata. Throws `signingKey.wrongStep`. */
    remove: (actor: Actor, state: 'next' | 'previous'): Promise<void> =>
      step(actor, 'remove', (tx) => signingKeys.remove(tx, purpose, state)),
  }
}

const wrongStep = () =>
  new IdentityCenterError('signingKey.wrongStep', 'There is no key in that state now. Load the page again.')
