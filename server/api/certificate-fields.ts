/** What the cloud tells of a certificate beyond what Node reads from it. */
import { X509Certificate } from 'node:crypto'
import type { z } from 'zod'
import type { IdentityProviderCertificate } from '../domain/identity-provider.js'
import type { samlIdpCertificate } from './shapes/sso.js'
import { cloudTime } from './zone-action.js'

/** Signature algorithms by object identifier (RFC 3279, RFC 4055, RFC 5758), in Java's spelling. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'MD5withRSA',
  '2a864886f70d010105': 'SHA1withRSA',
  '2a864886f70d01010a': 'RSASSA-PSS',
  '2a864886f70d01010b': 'SHA256withRSA',
  '2a864886f70d01010c': 'SHA384withRSA',
  '2a864886f70d01010d': 'SHA512withRSA',
  '2a8648ce3d040302': 'SHA256withECDSA',
  '2a8648ce3d040303': 'SHA384withECDSA',
  '2a8648ce3d040304': 'SHA512withECDSA',
}

interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** What follows the value. */
  readonly rest: Buffer
}

/** One value of DER (X.690). The certificate has been parsed before: its lengths are right. */
function readDer(bytes: Buffer): DerValue {
  const tag = bytes[0] ?? 0
  const first = bytes[1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const start = 2 + lengthBytes
  return { tag, content: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) }
}

const EXPLICIT_VERSION = 0xa0

/** Version and signature algorithm of a certificate (RFC 5280 section 4.1). */
function readOuterFields(der: Buffer): { readonly version: number; readonly algorithm: string } {
  const certificate = readDer(der)
  const toBeSigned = readDer(certificate.content)
  const first = readDer(toBeSigned.content)
  const version = first.tag === EXPLICIT_VERSION ? (readDer(first.content).content[0] ?? 0) + 1 : 1
  const identifier = readDer(readDer(toBeSigned.rest).content).content.toString('hex')
  return { version, algorithm: ALGORITHMS[identifier] ?? identifier }
}

/** Names in one line, as the cloud writes them. */
const inOneLine = (name: string): string => name.replaceAll('\n', ', ')

/** A certificate of the identity provider as the API tells of it. */
export function toSamlIdpCertificate({
  id,
  pem,
}: IdentityProviderCertificate): z.output<typeof samlIdpCertificate> {
  const certificate = new X509Certificate(pem)
  const { version, algorithm } = readOuterFields(certificate.raw)
  return {
    CertificateId: id,
    SerialNumber: certificate.serialNumber,
    Issuer: inOneLine(certificate.issuer),
    Subject: inOneLine(certificate.subject),
    Version: version,
    SignatureAlgorithm: algorithm,
    NotBefore: cloudTime(new Date(certificate.validFrom).toISOString()),
    NotAfter: cloudTime(new Date(certificate.validTo).toISOString()),
    PublicKey: certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    X509Certificate: certificate.raw.toString('base64'),
  }
}
