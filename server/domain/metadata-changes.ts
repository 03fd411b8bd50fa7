/** What new metadata of the identity provider would change. Pure. */
import type { CertificateDetails, LoginBinding, LogoutService } from './identity-provider.js'

/** The part of the settings that metadata describes. */
export interface DescribedProvider {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  readonly logout?: LogoutService
  readonly certificates: readonly CertificateDetails[]
}

export interface MetadataChange {
  readonly field: 'entityId' | 'loginUrl' | 'loginBinding' | 'logoutUrl'
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

export const changesNothing = ({ fields, certificates }: MetadataChanges): boolean =>
  fields.length === 0 && certificates.every(({ fate }) => fate === 'kept')

/** Only certificates change, and one of those that are trusted now stays: what a rollover looks like. */
export const isRollover = ({ fields, certificates }: MetadataChanges): boolean =>
  fields.length === 0 && certificates.some(({ fate }) => fate === 'kept')
