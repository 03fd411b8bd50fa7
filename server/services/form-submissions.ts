/** Forms whose answer cannot be had twice (a secret shown once) are carried out once, however often they arrive. */
import type { Db } from '../../db/database.js'
import { insertFormSubmission } from '../../db/form-submissions.js'
import { inTransaction } from '../../db/transaction.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'

/** A page that stood open for longer has lost its session anyway. */
const REMEMBERED_SECONDS = 24 * 60 * 60
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export function createFormSubmissionService({ db, clock }: { readonly db: Db; readonly clock: Clock }) {
  return {
    /** For the hidden field of a fresh form. */
    newToken: (): string => randomSecret(),

    /**
     * What a service may know a submission by that carries it out once however often it arrives, by itself. Throws
     * `request.invalid` for what is no token.
     */
    keyOf(token: string): string {
      requireToken(token)
      return hashSecret(token)
    },

    /**
     * Uses the token up. False when that was done before: then nothing is to be carried out. A form that is refused
     * after this is shown again with a fresh token. Throws `request.invalid` for what is no token.
     */
    claim(token: string): Promise<boolean> {
      requireToken(token)
      const expiresAt = secondsAfter(clock.now(), REMEMBERED_SECONDS)
      return inTransaction(db, (tx) => insertFormSubmission(tx, hashSecret(token), expiresAt))
    },
  }
}

function requireToken(token: string): void {
  if (TOKEN.test(token)) return
  throw new IdentityCenterError('request.invalid', 'The form is incomplete. Load the page again.')
}

export type FormSubmissionService = ReturnType<typeof createFormSubmissionService>
