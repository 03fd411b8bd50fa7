/** What an administrator should know before it hurts: credentials and certificates that end. */
import type { OverviewWarning } from '../../views/console/overview.js'
import type { CertificateState } from '../../views/console/sso-certificates.js'
import { formatTime } from '../../views/parts/time.js'
import type { Texts } from '../../views/i18n/index.js'
import type { PageNotice } from '../../views/page-context.js'
import type { GuardStatus } from '../domain/scim-guard.js'
import type { CertificateDetails, IdentityProvider, ServiceProviderKey } from '../domain/identity-provider.js'
import type { Zone } from '../domain/zone.js'
import type { BreakGlassUser } from '../services/break-glass.js'
import type { MetadataSource } from '../services/metadata-source.js'

const DAY = 24 * 60 * 60 * 1000
const WARN_DAYS = 30
const LEAST_KEY_BITS = 2048

const daysUntil = (at: string, now: Date): number => Math.ceil((Date.parse(at) - now.getTime()) / DAY)

/** Enabled credentials that have expired, or do so within 30 days. */
export function credentialWarnings(
  credentials: readonly { readonly id: string; readonly status: string; readonly expiresAt: string }[],
  now: Date,
  words: Texts['console']['scim'],
): readonly string[] {
  return credentials
    .filter(({ status }) => status === 'enabled')
    .flatMap(({ id, expiresAt }) => {
      const days = daysUntil(expiresAt, now)
      if (days <= 0) return [words.hasExpired(id)]
      return days <= WARN_DAYS ? [words.expiresSoon(id, days)] : []
    })
}

export function certificateState(
  { notBefore, notAfter }: Pick<CertificateDetails, 'notBefore' | 'notAfter'>,
  now: Date,
): CertificateState {
  if (Date.parse(notBefore) > now.getTime()) return 'notYetValid'
  const days = daysUntil(notAfter, now)
  if (days <= 0) return 'expired'
  return days <= WARN_DAYS ? 'expiresSoon' : 'valid'
}

const ANNOUNCE_DAYS = 30

/** Texts as notices of the lesser kind. */
export const warningNotices = (texts: readonly string[]): readonly PageNotice[] =>
  texts.map((text) => ({ kind: 'warning', text }))

/** With the page that shows what they speak of. */
export const leadingTo = (href: string, notices: readonly PageNotice[]): readonly OverviewWarning[] =>
  notices.map((notice) => ({ ...notice, href }))

/** Each user's last use of break-glass, for a month, and that it is on. */
export function breakGlassWarnings(
  users: readonly BreakGlassUser[],
  zone: Zone,
  now: Date,
  words: Texts['console']['overview'],
): readonly OverviewWarning[] {
  const used = users.flatMap(({ id, userName, lastUsedAt, lastAddress }) =>
    lastUsedAt !== undefined && -daysUntil(lastUsedAt, now) < ANNOUNCE_DAYS
      ? leadingTo(
          `/admin/users/${id}/security`,
          warningNotices([words.breakGlassUsed(userName, formatTime(lastUsedAt), lastAddress ?? '-')]),
        )
      : [],
  )
  if (!zone.settings['signIn.breakGlass']) return used
  const names = users.map(({ userName }) => userName).join(', ')
  const on = words.breakGlassOn(names === '' ? words.breakGlassNobody : names)
  return [...used, ...leadingTo('/admin/settings', warningNotices([on]))]
}

/** Days before an end at which a warning becomes urgent. */
const URGENT_DAYS = 7

const endingNotice = (days: number, text: string): PageNotice => ({
  kind: days <= URGENT_DAYS ? 'danger' : 'warning',
  text,
})

/** Certificates of the identity provider that end or are weak, metadata that ends, and a login address without TLS. */
export function identityProviderWarnings(
  { certificates, loginUrl, validUntil }: IdentityProvider,
  now: Date,
  words: Texts['console']['sso'],
): readonly PageNotice[] {
  const metadataDays = validUntil === undefined ? undefined : daysUntil(validUntil, now)
  const metadataDay = validUntil?.slice(0, 10) ?? ''
  return [
    ...certificates.flatMap((certificate): readonly PageNotice[] => {
      const { subject, keyType, keyBits, notAfter } = certificate
      const state = certificateState(certificate, now)
      const day = notAfter.slice(0, 10)
      const days = daysUntil(notAfter, now)
      return [
        ...(keyType === 'rsa' && keyBits < LEAST_KEY_BITS
          ? [{ kind: 'warning' as const, text: words.weakKey(subject, keyBits) }]
          : []),
        ...(state === 'expired' ? [endingNotice(days, words.certificateExpired(subject, day))] : []),
        ...(state === 'expiresSoon'
          ? [endingNotice(days, words.certificateExpiryNotice(subject, day, days))]
          : []),
      ]
    }),
    ...(metadataDays !== undefined && metadataDays <= 0
      ? [endingNotice(metadataDays, words.metadataEnded(metadataDay))]
      : []),
    ...(metadataDays !== undefined && metadataDays > 0 && metadataDays <= URGENT_DAYS
      ? [endingNotice(metadataDays, words.metadataEnds(metadataDay, metadataDays))]
      : []),
    ...(loginUrl.startsWith('https:') ? [] : [{ kind: 'warning' as const, text: words.loginUrlInsecure }]),
  ]
}

/** Our own key that ends: the identity provider may then refuse our requests. */
export function serviceProviderWarnings(
  keys: readonly ServiceProviderKey[],
  now: Date,
  words: Texts['console']['sso'],
): readonly PageNotice[] {
  return keys.flatMap(({ state, notAfter }) => {
    const days = daysUntil(notAfter, now)
    return state === 'current' && days <= WARN_DAYS
      ? [endingNotice(days, words.ownKeyEnds(notAfter.slice(0, 10)))]
      : []
  })
}

/** Metadata at the address that waits for an administrator, or that could not be fetched. */
export function metadataSourceWarnings(
  source: MetadataSource | undefined,
  words: Texts['console']['sso'],
): readonly PageNotice[] {
  if (!source?.scheduled) return []
  return [
    ...(source.proposal ? [{ kind: 'warning' as const, text: words.proposalWaits }] : []),
    ...(source.failure === undefined
      ? []
      : [{ kind: 'warning' as const, text: words.sourceFails(source.url, source.failure) }]),
  ]
}

/** Whether the guard over SCIM keeps requests from being carried out. */
export function guardWarnings(
  status: GuardStatus | 'off',
  words: Texts['console']['guard'],
): readonly PageNotice[] {
  if (status === 'held') return warningNotices([words.holding])
  return status === 'refused' ? warningNotices([words.refusing]) : []
}

/** Accounts that are not as they were deployed, and those of which it is not known. */
export const driftWarnings = (
  { drifted, failed }: { readonly drifted: number; readonly failed: number },
  words: Texts['console']['drift'],
): readonly OverviewWarning[] => [
  ...leadingTo('/admin/drift', warningNotices(drifted > 0 ? [words.overviewDrifted(drifted)] : [])),
  ...leadingTo('/admin/drift#failures', warningNotices(failed > 0 ? [words.overviewFailed(failed)] : [])),
]

/** Assignments that end by themselves before long. */
export const endingWarnings = (
  { total, days }: { readonly total: number; readonly days: number },
  words: Texts['console']['batches'],
): readonly PageNotice[] => warningNotices(total === 0 ? [] : [words.endingSoon(total, days)])
