/** Which provider a SAML response says it comes from, before anything about it has been checked. */
import { allWithin, attributeOf, isNamed, textOf } from '../../saml/core/elements.js'
import { decodeMessage, parseXml, ROLE_BOUNDS, rootOf } from '../../saml/core/safe-xml.js'
import { SAML_ASSERTION, ROLE_ATTRIBUTE } from '../../saml/core/vocabulary.js'
import { readRolePairs, type RolePair } from '../domain/role-session.js'

/**
 * The first role and provider in the response. Good only to choose the certificates it is then verified with: whoever
 * lies here fails there. Throws `SamlCheckError` for a text that is no bounded XML.
 */
export function claimedRole(samlResponse: string): RolePair | undefined {
  const elements = [...allWithin(rootOf(parseXml(decodeMessage(samlResponse, ROLE_BOUNDS), ROLE_BOUNDS)))]
  const values = elements
    .filter(
      (element) =>
        isNamed(element, SAML_ASSERTION, 'Attribute') && attributeOf(element, 'Name') === ROLE_ATTRIBUTE,
    )
    .flatMap((attribute) => [...allWithin(attribute)])
    .filter((element) => isNamed(element, SAML_ASSERTION, 'AttributeValue'))
    .map((element) => textOf(element) ?? '')
  return readRolePairs(values)[0]
}
