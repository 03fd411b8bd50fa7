/** What a session remembers of the session at the identity provider that it came from, so that either can end the other. */
export interface Federation {
  /** Hash of issuer and NameID. */
  readonly nameKey: string
  /** Hash of issuer, NameID and SessionIndex; absent when the identity provider named no session. */
  readonly indexKey?: string
  /** The name as a logout has to repeat it, sealed. */
  readonly sealedName: string
}
