/**
 * The keys with which the Identity Center vouches for users to the accounts. Each account holds the metadata with our
 * certificates in a SAML provider, which only a deployment writes: a next key is used when every account has been seen
 * with it, so nobody is refused in between. Until then, and after the old one was retired, drift shows the accounts that
 * hold other metadata, and repairs them.
 */
import { countAccountsBehind } from '../../db/drift.js'
import { secondsAfter } from '../domain/clock.js'
import { samlProviderNameOf } from '../domain/deployment.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  createSigningKeyRollover,
  type SigningKeyRollover,
  type SigningKeyRolloverDeps,
} from './signing-key-rollover.js'

/** A look at an account that began so soon after the key was made may have expected the metadata of before. */
const SETTLING_SECONDS = 5

export const createRoleSamlKeys = (deps: SigningKeyRolloverDeps): SigningKeyRollover =>
  createSigningKeyRollover(deps, {
    purpose: 'roleSaml',
    // Whoever reads our metadata takes two signing certificates, as we do.
    twoAtMost: true,
    requireKnown: async (tx, { createdAt }) => {
      const { id } = await deps.zones.within(tx)
      const since = secondsAfter(new Date(createdAt), SETTLING_SECONDS)
      const count = await countAccountsBehind(tx, samlProviderNameOf(id), since)
      if (count === 0) return
      throw new IdentityCenterError(
        'signingKey.accountsBehind',
        `${count === 1 ? '1 account does' : `${count} accounts do`} not have the next key yet, or could not be asked. Compare and repair the accounts under Drift first: nobody could enter them.`,
        { count },
      )
    },
  })
