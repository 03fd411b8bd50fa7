/** What went wrong, in the terms of HTTP: for the doors that have no error table of their own. */
import { MulterError } from 'multer'
import { IdentityCenterError, type ErrorKind } from '../domain/errors.js'

/** The status of a refusal. */
export const STATUS_OF_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  precondition: 412,
  limit: 409,
  tooMany: 429,
  tooLarge: 413,
  mediaType: 415,
  unavailable: 503,
}

/**
 * The refusal behind what a body parser or the router threw (they mark errors of the client by a status), or
 * `undefined`: then it is a bug of ours.
 */
export function refusalOf(thrown: unknown): IdentityCenterError | undefined {
  if (thrown instanceof IdentityCenterError) return thrown
  if (thrown instanceof MulterError) {
    return thrown.code === 'LIMIT_FILE_SIZE'
      ? new IdentityCenterError('request.tooLarge', 'The file is larger than 1 MiB.')
      : new IdentityCenterError('request.invalid', 'The form could not be read.', {}, { cause: thrown })
  }
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const options = { cause: thrown }
  if (status === 413)
    return new IdentityCenterError('request.tooLarge', 'The request is too large.', {}, options)
  if (status === 415) {
    return new IdentityCenterError(
      'request.mediaType',
      'The request has an encoding we do not read.',
      {},
      options,
    )
  }
  return new IdentityCenterError('request.invalid', 'The request could not be read.', {}, options)
}
