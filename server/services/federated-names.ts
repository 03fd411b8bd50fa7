/** Names of people at the identity provider: hashed to find sessions by, sealed to be repeated in a logout. */
import { z } from 'zod'
import type { FederatedName } from '../../saml/core/logout-messages.js'
import type { VerifiedAssertion } from '../../saml/core/verify.js'
import type { Federation } from '../domain/federation.js'
import { hashSecret, type SecretBox } from '../domain/secrets.js'

const PURPOSE = 'federated-name'

const sealedSchema = z.object({
  issuer: z.string(),
  nameId: z.string(),
  nameIdFormat: z.string().optional(),
  nameQualifier: z.string().optional(),
  spNameQualifier: z.string().optional(),
  sessionIndex: z.string().optional(),
})

const keyOf = (...parts: readonly string[]): string => hashSecret(JSON.stringify(parts))

export const nameKeyOf = (issuer: string, nameId: string): string => keyOf(issuer, nameId)
export const indexKeyOf = (issuer: string, nameId: string, sessionIndex: string): string =>
  keyOf(issuer, nameId, sessionIndex)

export function createFederatedNames({ secretBox }: { readonly secretBox: SecretBox }) {
  return {
    /** What a session keeps of the assertion that it came from. */
    remember(assertion: VerifiedAssertion): Federation {
      const { issuer, nameId, nameIdFormat, nameQualifier, spNameQualifier, sessionIndex } = assertion
      const name = { issuer, nameId, nameIdFormat, nameQualifier, spNameQualifier, sessionIndex }
      return {
        nameKey: nameKeyOf(issuer, nameId),
        ...(sessionIndex !== undefined && { indexKey: indexKeyOf(issuer, nameId, sessionIndex) }),
        sealedName: secretBox.seal(PURPOSE, JSON.stringify(name)),
      }
    },

    /** The name and who gave it. Throws when it was sealed by another key. */
    open(sealedName: string): FederatedName & { readonly issuer: string } {
      const name = sealedSchema.parse(JSON.parse(secretBox.open(PURPOSE, sealedName)))
      return {
        issuer: name.issuer,
        nameId: name.nameId,
        ...(name.nameIdFormat !== undefined && { nameIdFormat: name.nameIdFormat }),
        ...(name.nameQualifier !== undefined && { nameQualifier: name.nameQualifier }),
        ...(name.spNameQualifier !== undefined && { spNameQualifier: name.spNameQualifier }),
        ...(name.sessionIndex !== undefined && { sessionIndex: name.sessionIndex }),
      }
    },
  }
}

export type FederatedNames = ReturnType<typeof createFederatedNames>
