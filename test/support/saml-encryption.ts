/** Encrypting assertions as identity providers do (XML Encryption), and as none should. */
import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto'
import { XMLSerializer } from '@xmldom/xmldom'
import {
  SAML_ASSERTION,
  XML_ENCRYPTION,
  XML_ENCRYPTION_11,
  XML_SIGNATURE,
} from '../../saml/core/vocabulary.js'
import { edit, find } from './saml-forgery.js'

export interface EncryptionChoices {
  readonly content?: 'aes128-gcm' | 'aes256-gcm' | 'aes128-cbc' | 'aes256-cbc' | 'tripledes-cbc'
  readonly key?: 'rsa-oaep-mgf1p' | 'rsa-oaep' | 'rsa-1_5'
  readonly keyPlace?: 'inside' | 'beside'
  /** Changes the cipher text before it is written. */
  readonly tamper?: (cipherText: Buffer) => Buffer
}

const CIPHERS = {
  'aes128-gcm': { name: 'aes-128-gcm', key: 16, iv: 12, namespace: XML_ENCRYPTION_11 },
  'aes256-gcm': { name: 'aes-256-gcm', key: 32, iv: 12, namespace: XML_ENCRYPTION_11 },
  'aes128-cbc': { name: 'aes-128-cbc', key: 16, iv: 16, namespace: XML_ENCRYPTION },
  'aes256-cbc': { name: 'aes-256-cbc', key: 32, iv: 16, namespace: XML_ENCRYPTION },
  'tripledes-cbc': { name: 'des-ede3-cbc', key: 24, iv: 8, namespace: XML_ENCRYPTION },
} as const

function encryptContent(plain: string, key: Buffer, content: keyof typeof CIPHERS): Buffer {
  const { name, iv: ivBytes } = CIPHERS[content]
  const iv = randomBytes(ivBytes)
  if (name === 'aes-128-gcm' || name === 'aes-256-gcm') {
    const cipher = createCipheriv(name, key, iv)
    return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  }
  const cipher = createCipheriv(name, key, iv)
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()])
}

function encryptKey(
  key: Buffer,
  certificatePem: string,
  method: NonNullable<EncryptionChoices['key']>,
): Buffer {
  const { publicKey } = new X509Certificate(certificatePem)
  return method === 'rsa-1_5'
    ? publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
    : publicEncrypt({ key: publicKey, oaepHash: method === 'rsa-oaep' ? 'sha256' : 'sha1' }, key)
}

/** An EncryptedAssertion around the text, for the key of the certificate. */
export function encryptedAssertion(
  plain: string,
  certificatePem: string,
  {
    content = 'aes256-gcm',
    key: keyMethod = 'rsa-oaep-mgf1p',
    keyPlace = 'inside',
    tamper,
  }: EncryptionChoices = {},
): string {
  const key = randomBytes(CIPHERS[content].key)
  const cipherText = encryptContent(plain, key, content)
  const valueOf = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  const keyAlgorithm = `${keyMethod === 'rsa-oaep' ? XML_ENCRYPTION_11 : XML_ENCRYPTION}${keyMethod}`
  const hashes =
    keyMethod === 'rsa-oaep'
      ? `<ds:DigestMethod Algorithm="${XML_ENCRYPTION}sha256"/><xenc11:MGF xmlns:xenc11="${XML_ENCRYPTION_11}" Algorithm="${XML_ENCRYPTION_11}mgf1sha256"/>`
      : ''
  const encryptedKey = `<xenc:EncryptedKey Id="_key"><xenc:EncryptionMethod Algorithm="${keyAlgorithm}">${hashes}</xenc:EncryptionMethod>${valueOf(encryptKey(key, certificatePem, keyMethod))}</xenc:EncryptedKey>`
  const keyInfo = keyPlace === 'inside' ? encryptedKey : '<ds:RetrievalMethod URI="#_key"/>'
  return `<saml:EncryptedAssertion xmlns:saml="${SAML_ASSERTION}" xmlns:xenc="${XML_ENCRYPTION}" xmlns:ds="${XML_SIGNATURE}"><xenc:EncryptedData Type="${XML_ENCRYPTION}Element"><xenc:EncryptionMethod Algorithm="${CIPHERS[content].namespace}${content}"/><ds:KeyInfo>${keyInfo}</ds:KeyInfo>${valueOf(tamper ? tamper(cipherText) : cipherText)}</xenc:EncryptedData>${keyPlace === 'beside' ? encryptedKey : ''}</saml:EncryptedAssertion>`
}

/** The same around a name. */
export const encryptedId = (plain: string, certificatePem: string, choices?: EncryptionChoices): string =>
  encryptedAssertion(plain, certificatePem, choices).replaceAll(':EncryptedAssertion', ':EncryptedID')

/** The response with its assertion encrypted; what was signed inside stays signed inside. */
export function encryptAssertion(xml: string, certificatePem: string, choices?: EncryptionChoices): string {
  let plain = ''
  const emptied = edit(xml, (document) => {
    const assertion = find(document, 'Assertion')
    plain = new XMLSerializer().serializeToString(assertion)
    assertion.parentNode!.replaceChild(document.createElementNS(SAML_ASSERTION, 'saml:Here'), assertion)
  })
  return emptied.replace(/<saml:Here[^>]*\/>/, encryptedAssertion(plain, certificatePem, choices))
}
