/** From where users of the zone may sign in and be signed in. Administrators are not users: their console is open to them. */
import type { ActorOrigin } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { compileNetworks } from '../domain/sign-in-networks.js'
import type { Settings } from '../domain/zone.js'

type Place = Pick<ActorOrigin, 'address'>

export interface SignInNetworksDeps {
  readonly zones: { current(): Promise<{ readonly settings: Settings }> }
}

export function createSignInNetworks({ zones }: SignInNetworksDeps) {
  let compiled = { networks: [] as readonly string[], allows: compileNetworks([]) }

  function allows({ 'signIn.networks': networks }: Settings, { address }: Place): boolean {
    // The list is the same one until a setting of the zone changes.
    if (compiled.networks !== networks) compiled = { networks, allows: compileNetworks(networks) }
    return compiled.allows(address)
  }

  /** `userName`: who is signed in already, for the diagnostics. */
  function requireBy(settings: Settings, place: Place, userName?: string): void {
    if (allows(settings, place)) return
    throw new IdentityCenterError(
      'signIn.networkRefused',
      'Your organization does not allow signing in from the network that you are in.',
      userName === undefined ? {} : { userName },
    )
  }

  return {
    allows,

    /** By settings at hand, also those that a transaction sees. Throws like `require`. */
    requireBy,

    /**
     * Throws `signIn.networkRefused` unless users may sign in from there. Goes before everything that tells, or costs,
     * something: names and passwords are not looked at.
     */
    async require(place: Place): Promise<void> {
      requireBy((await zones.current()).settings, place)
    },
  }
}

export type SignInNetworks = ReturnType<typeof createSignInNetworks>
