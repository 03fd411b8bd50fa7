/** A refusal in the cloud API's own words, for what concerns the protocol and not the product. */
export class ApiError extends Error {
  constructor(
    /** Such as `AuthFailure.SignatureFailure`: clients match on it, or on the part before the dot. */
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}
