/** What an administrator should know before it hurts: credentials and certificates that end. */
import type { CertificateState } from '../../views/console/sso.js'
import { formatTime } from '../../views/parts/time.js'
import type { Texts } from '../../views/i18n/index.js'
import type { CertificateDetails, IdentityProvider } from '../domain/identity-provider.js'
import type { Zone } from '../domain/zone.js'
import type { BreakGlassUser } from '../services/break-glass.js'

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

/** Each user's last use of break-glass, for a month, and that it is on. */
export function breakGlassWarnings(
  users: readonly BreakGlassUser[],
  zone: Zone,
  now: Date,
  words: Texts['console']['overview'],
): readonly string[] {
  const used = users.flatMap(({ userName, lastUsedAt, lastAddress }) =>
    lastUsedAt !== undefined && -daysUntil(lastUsedAt, now) < ANNOUNCE_DAYS
      ? [words.breakGlassUsed(userName, formatTime(lastUsedAt), lastAddress ?? '-')]
      : [],
  )
  if (!zone.settings['signIn.breakGlass']) return used
  const names = users.map(({ userName }) => userName).join(', ')
  return [...used, words.breakGlassOn(names === '' ? words.breakGlassNobody : names)]
}

/** Certificates of the identity provider that end or are weak, and a login address without TLS. */
export function identityProviderWarnings(
  { certificates, loginUrl }: IdentityProvider,
  now: Date,
  words: Texts['console']['sso'],
): readonly string[] {
  return [
    ...certificates.flatMap((certificate) => {
      const { subject, keyType, keyBits, notAfter } = certificate
      const state = certificateState(certificate, now)
      const day = notAfter.slice(0, 10)
      return [
        ...(keyType === 'rsa' && keyBits < LEAST_KEY_BITS ? [words.weakKey(subject, keyBits)] : []),
        ...(state === 'expired' ? [words.certificateExpired(subject, day)] : []),
        ...(state === 'expiresSoon' ? [words.certificateExpiryNotice(subject, day)] : []),
      ]
    }),
    ...(loginUrl.startsWith('https:') ? [] : [words.loginUrlInsecure]),
  ]
}
