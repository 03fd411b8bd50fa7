/** What new metadata of the identity provider would change. Pure. */
import type { CertificateDetails, LoginBinding, LogoutService } from './identity-provider.js'

/** The part of the settings that metadata describes. */
export interface DescribedProvider {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  readonly logout?: LogoutService
  readonly validUntil?: string
  readonly certificates: readonly CertificateDetails[]
}

export interface MetadataChange {
  readonly field: 'entityId' | 'loginUrl' | 'loginBinding' | 'logoutUrl' | 'validUntil'
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface MetadataChanges {
  readonly fields: readonly MetadataChange[]
  readonly certificates: readonly (CertificateDetails & { readonly fate: 'added' | 'kept' | 'removed' })[]
}

export function metadataChanges(
  before: DescribedProvider | undefined,
  after: DescribedProvider,
): MetadataChanges {
  const pairs: readonly MetadataChange[] = [
    { field: 'entityId', before: before?.entityId, after: after.entityId },
    { field: 'loginUrl', before: before?.loginUrl, after: after.loginUrl },
    { field: 'loginBinding', before: before?.loginBinding, after: after.loginBinding },
    { field: 'logoutUrl', before: logoutText(before?.logout), after: logoutText(after.logout) },
    { field: 'validUntil', before: before?.validUntil, after: after.validUntil },
  ]
  const isIn = (list: readonly CertificateDetails[] | undefined, { fingerprint }: CertificateDetails) =>
    list?.some((certificate) => certificate.fingerprint === fingerprint) ?? false
  return {
    fields: pairs.filter((pair) => pair.before !== pair.after),
    certificates: [
      ...after.certificates.map((certificate) => ({
        ...certificate,
        fate: isIn(before?.certificates, certificate) ? ('kept' as const) : ('added' as const),
      })),
      ...(before?.certificates ?? [])
        .filter((certificate) => !isIn(after.certificates, certificate))
        .map((certificate) => ({ ...certificate, fate: 'removed' as const })),
    ],
  }
}

const logoutText = (logout: LogoutService | undefined): string | undefined =>
  logout && [logout.binding, logout.url, logout.responseUrl].filter((part) => part !== undefined).join(' ')

/**
 * Whether the settings are the same, however long the document is good for. An end may come earlier as well as later: the
 * identity provider says how long it may be believed, in its latest word (SAML metadata 2.0 section 2.3.2).
 */
export const changesNothing = ({ fields, certificates }: MetadataChanges): boolean =>
  fields.every(({ field }) => field === 'validUntil') && certificates.every(({ fate }) => fate === 'kept')

/**
 * Whether only certificates change, and one of those that are trusted now stays: what a rollover looks like. Not where it
 * looks like one backwards, as in an older copy of the document: that could bring a key back which was given up.
 */
export function isRollover({ fields, certificates }: MetadataChanges): boolean {
  if (!fields.every(({ field }) => field === 'validUntil')) return false
  const endsEarlier = fields.some(({ before, after }) => before && after && after < before)
  const kept = certificates.filter(({ fate }) => fate === 'kept')
  const added = certificates.filter(({ fate }) => fate === 'added')
  const areYounger = added.every((next) => kept.every((current) => next.notBefore >= current.notBefore))
  return kept.length > 0 && (added.length === 0 || (areYounger && !endsEarlier))
}
