/**
 * Metadata of the identity provider from an address: fetched when asked for or by schedule, shown before it counts. What
 * a schedule finds is proposed to the administrators; only a plain rollover of certificates may be taken over by itself,
 * and only where a setting says so.
 */
import { randomUUID } from 'node:crypto'
import type { Db } from '../../db/database.js'
import { dropLease, takeLease } from '../../db/leases.js'
import {
  deleteMetadataSource,
  findMetadataSource,
  putMetadataSource,
  type MetadataSourceRecord,
} from '../../db/metadata-sources.js'
import { inTransaction } from '../../db/transaction.js'
import { parseIdpMetadata } from '../../saml/core/idp-metadata.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import { systemActor, type Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import {
  changesNothing,
  isRollover,
  metadataChanges,
  type MetadataChanges,
} from '../domain/metadata-changes.js'
import { hashSecret } from '../domain/secrets.js'
import type { AuditLog } from './audit-log.js'
import type { IdentityProviderService } from './identity-provider.js'
import type { MetadataFetcher } from './metadata-fetcher.js'
import type { ZoneService } from './zones.js'

const CHECK_EVERY_SECONDS = 6 * 60 * 60
/** Longer than a fetch can take. */
const LEASE_SECONDS = 60
const LEASE = 'idp-metadata'

export interface MetadataSourceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly identityProvider: IdentityProviderService
  readonly fetchMetadata: MetadataFetcher
}

export interface MetadataSource {
  readonly url: string
  readonly scheduled: boolean
  readonly checkedAt?: string
  readonly failure?: string
  readonly proposal?: MetadataProposal
}

export interface MetadataProposal {
  /** Names exactly this document, so that what is applied is what was shown. */
  readonly digest: string
  readonly proposedAt: string
  readonly changes: MetadataChanges
  /** Why it cannot be applied any more, such as an end that has passed. */
  readonly refusal?: string
}

export function createMetadataSource(deps: MetadataSourceDeps) {
  const { db, clock, audit, zones, identityProvider, fetchMetadata } = deps
  const token = randomUUID()

  async function download(url: string): Promise<string> {
    const allowPrivate = (await zones.current()).settings['saml.metadataFromPrivateNetworks']
    return Buffer.from(await fetchMetadata(url, { allowPrivate })).toString('utf8')
  }

  /** What the document would change. Throws `identityProvider.metadataInvalid`. */
  async function changesOf(document: string): Promise<MetadataChanges> {
    const current = await identityProvider.find()
    return metadataChanges(current, parseIdpMetadata(document, clock.now()))
  }

  async function proposalOf({
    proposal,
    proposedAt,
  }: MetadataSourceRecord): Promise<MetadataProposal | undefined> {
    if (proposal === undefined || proposedAt === undefined) return undefined
    const base = { digest: hashSecret(proposal), proposedAt }
    try {
      return { ...base, changes: await changesOf(proposal) }
    } catch (error) {
      if (!isIdentityCenterError(error, 'identityProvider.metadataInvalid')) throw error
      return { ...base, changes: { fields: [], certificates: [] }, refusal: error.message }
    }
  }

  /** Changes the record in one transaction, with an audit event where an actor is behind it. */
  async function save(
    change: (before: MetadataSourceRecord | undefined) => MetadataSourceRecord | undefined,
    event?: { readonly actor: Actor; readonly action: string },
  ): Promise<void> {
    await inTransaction(db, async (tx) => {
      const { id } = await zones.within(tx)
      const before = await findMetadataSource(tx, id)
      const after = change(before)
      if (after) await putMetadataSource(tx, id, after)
      else await deleteMetadataSource(tx, id)
      if (!event) return
      await audit.record(tx, event.actor, {
        action: event.action,
        subject: { kind: 'identityProvider', id },
        detail: {
          before: before && { url: before.url, scheduled: before.scheduled },
          after: after && { url: after.url, scheduled: after.scheduled },
        },
      })
    })
  }

  const withoutProposal = ({ url, scheduled, checkedAt }: MetadataSourceRecord): MetadataSourceRecord => ({
    url,
    scheduled,
    ...(checkedAt !== undefined && { checkedAt }),
  })

  async function check(source: MetadataSourceRecord): Promise<void> {
    const checkedAt = clock.now().toISOString()
    const checked = { url: source.url, scheduled: source.scheduled, checkedAt }
    const actor = systemActor('metadata refresh')
    try {
      const document = await download(source.url)
      const { id, settings } = await zones.current()
      // Whoever forgot the address meanwhile, or entered another one, wants nothing from there any more.
      if ((await findMetadataSource(db, id))?.url !== source.url) return
      const changes = await changesOf(document)
      const same = changesNothing(changes)
      if (same || (settings['saml.applyRefreshedCertificates'] && isRollover(changes))) {
        // The same settings in a newer document: it may be good for longer, which is no question of trust.
        const isNewer = (await identityProvider.findMetadata()) !== document
        if (!same || (isNewer && (await identityProvider.find())?.source === 'metadata')) {
          await identityProvider.setFromMetadata(actor, document)
        }
        await save((before) => (before?.url === source.url ? checked : before))
        return
      }
      const isNew = source.proposal !== document
      await save(
        (before) =>
          before?.url === source.url
            ? {
                ...checked,
                proposal: document,
                proposedAt: isNew ? checkedAt : (source.proposedAt ?? checkedAt),
              }
            : before,
        isNew ? { actor, action: 'identityProvider.proposeMetadata' } : undefined,
      )
    } catch (error) {
      if (!isIdentityCenterError(error)) throw error
      const failure = error.message
      await save((before) => (before?.url === source.url ? { ...before, checkedAt, failure } : before))
    }
  }

  return {
    /** The address that is set up, and the document from there that waits to be applied. */
    async find(actor: Actor): Promise<MetadataSource | undefined> {
      requireReadRights(actor)
      const source = await findMetadataSource(db, (await zones.current()).id)
      if (!source) return undefined
      const proposal = await proposalOf(source)
      const { url, scheduled, checkedAt, failure } = source
      return {
        url,
        scheduled,
        ...(checkedAt !== undefined && { checkedAt }),
        ...(failure !== undefined && { failure }),
        ...(proposal && { proposal }),
      }
    },

    /**
     * Fetches the document and keeps it to be shown; nothing that counts is changed. Throws
     * `identityProvider.metadataUnreachable`, `identityProvider.metadataInvalid`.
     */
    async fetch(actor: Actor, input: { readonly url: string; readonly scheduled: boolean }): Promise<void> {
      requireFullRights(actor)
      const url = input.url.trim()
      const document = await download(url)
      await changesOf(document)
      const now = clock.now().toISOString()
      await save(
        () => ({ url, scheduled: input.scheduled, checkedAt: now, proposal: document, proposedAt: now }),
        { actor, action: 'identityProvider.fetchMetadata' },
      )
    },

    /** Puts the document that was shown in force. Throws `identityProvider.proposalChanged`, `identityProvider.metadataInvalid`. */
    async apply(actor: Actor, digest: string): Promise<void> {
      requireFullRights(actor)
      const source = await findMetadataSource(db, (await zones.current()).id)
      if (source?.proposal === undefined || hashSecret(source.proposal) !== digest) throw proposalChanged()
      const { proposal } = source
      await identityProvider.setFromMetadata(actor, proposal)
      await save((before) => (before?.proposal === proposal ? withoutProposal(before) : before))
    },

    /** Drops the document that was shown. */
    async discard(actor: Actor): Promise<void> {
      requireFullRights(actor)
      await save((before) => before && withoutProposal(before), {
        actor,
        action: 'identityProvider.discardMetadata',
      })
    },

    /** Forgets the address. What was applied stays in force. */
    async forget(actor: Actor): Promise<void> {
      requireFullRights(actor)
      await save(() => undefined, { actor, action: 'identityProvider.forgetMetadataAddress' })
    },

    /** Looks at the address when its time has come; one process at a time. Never throws for what is found there. */
    async refresh(): Promise<void> {
      const zone = await zones.find()
      const source = zone && (await findMetadataSource(db, zone.id))
      const now = clock.now()
      const due = secondsAfter(now, -CHECK_EVERY_SECONDS)
      if (!source?.scheduled || (source.checkedAt ?? '') > due) return
      const lease = { name: LEASE, token, now: now.toISOString(), until: secondsAfter(now, LEASE_SECONDS) }
      if (!(await takeLease(db, lease))) return
      try {
        await check(source)
      } finally {
        await dropLease(db, LEASE, token)
      }
    },
  }
}

export type MetadataSourceService = ReturnType<typeof createMetadataSource>

const proposalChanged = () =>
  new IdentityCenterError(
    'identityProvider.proposalChanged',
    'The document has changed since it was shown. Look at it again.',
  )
