/** Certificates of SAML parties. Only their key counts (SAML metadata interoperability profile); dates are for people. */
import { X509Certificate } from 'node:crypto'
import { IdentityCenterError } from '../../server/domain/errors.js'
import type { CertificateDetails } from '../../server/domain/identity-provider.js'

const LARGEST_CERTIFICATE = 16_384
const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/
const SMALLEST_KEY_BITS = 1024
/** Below this an RSA key is accepted with a warning. */
const STRONG_KEY_BITS = 2048
/** Bits of the curves that are accepted, by the names that Node gives them. */
const CURVES: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 256],
  ['secp384r1', 384],
  ['secp521r1', 521],
])

const invalid = (message: string, cause?: unknown) =>
  new IdentityCenterError('certificate.invalid', message, {}, { cause })

/**
 * One X.509 certificate with an RSA key, or one of the curves P-256, P-384, P-521: PEM, bare base64, or DER bytes.
 * Throws `certificate.invalid` and says why.
 */
export function parseCertificate(input: string | Uint8Array): CertificateDetails {
  if (input.length > LARGEST_CERTIFICATE)
    throw invalid('The certificate file is too large to be one certificate.')
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(toDer(input))
  } catch (cause) {
    throw invalid('This is not one X.509 certificate in PEM or DER form.', cause)
  }
  const key = keyOf(certificate)
  return {
    pem: certificate.toString().trimEnd(),
    subject: certificate.subject.replaceAll('\n', ', '),
    fingerprint: certificate.fingerprint256,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    ...key,
  }
}

function keyOf({ publicKey }: X509Certificate): Pick<CertificateDetails, 'keyType' | 'keyBits'> {
  const details = publicKey.asymmetricKeyDetails
  if (publicKey.asymmetricKeyType === 'ec') {
    const bits = CURVES.get(details?.namedCurve ?? '')
    if (bits !== undefined) return { keyType: 'ec', keyBits: bits }
  }
  if (publicKey.asymmetricKeyType !== 'rsa') {
    throw invalid(
      'The certificate has no RSA key and none of the curves P-256, P-384, P-521; signatures of other keys are not accepted here.',
    )
  }
  const keyBits = details?.modulusLength ?? 0
  if (keyBits < SMALLEST_KEY_BITS) throw invalid(`The RSA key of the certificate has only ${keyBits} bits.`)
  return { keyType: 'rsa', keyBits }
}

/** Whether the key of the certificate is one that should be replaced by a longer one. */
export const hasWeakKey = ({ keyType, keyBits }: Pick<CertificateDetails, 'keyType' | 'keyBits'>): boolean =>
  keyType === 'rsa' && keyBits < STRONG_KEY_BITS

function toDer(input: string | Uint8Array): Uint8Array {
  const text = typeof input === 'string' ? input : Buffer.from(input).toString('latin1')
  const base64 = (PEM.exec(text)?.[1] ?? (typeof input === 'string' ? text : '')).replaceAll(/\s/g, '')
  if (base64 === '' && typeof input !== 'string') return input
  const der = Buffer.from(base64, 'base64')
  if (der.toString('base64') !== base64) throw new TypeError('not strict base64')
  return der
}

/** The base64 inside a PEM certificate, on one line, as XML carries it. */
export const certificateBody = (pem: string): string =>
  pem.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, '')

const SECONDS_OF_DAY = 86_400

/** What an administrator should know about the certificate: weak, not valid yet, expired, about to expire. */
export function certificateWarnings(certificate: CertificateDetails, now: Date): readonly string[] {
  const warnings: string[] = []
  const name = `The certificate ${certificate.subject || certificate.fingerprint.slice(0, 23)}`
  if (hasWeakKey(certificate)) warnings.push(`${name} has a weak key of ${certificate.keyBits} bits.`)
  const secondsLeft = (Date.parse(certificate.notAfter) - now.getTime()) / 1000
  if (secondsLeft <= 0) warnings.push(`${name} expired on ${certificate.notAfter.slice(0, 10)}.`)
  else if (secondsLeft <= 30 * SECONDS_OF_DAY) {
    warnings.push(`${name} expires on ${certificate.notAfter.slice(0, 10)}.`)
  }
  if (Date.parse(certificate.notBefore) > now.getTime()) {
    warnings.push(`${name} is valid only from ${certificate.notBefore.slice(0, 10)} on.`)
  }
  return warnings
}
