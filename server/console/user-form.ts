/** The fields of a user in the console's forms, and the profile that they stand for. */
import type { FormValues } from '../../views/parts/form.js'
import { primaryEmail, type User, type UserProfile } from '../domain/user.js'
import type { FormFields } from './form-fields.js'

export const PROFILE_FIELDS = [
  'userName',
  'displayName',
  'givenName',
  'familyName',
  'email',
  'description',
] as const

const orUnset = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

/** A new user, enabled, as the form has it. */
export function toProfile(row: FormValues): UserProfile {
  const email = orUnset(row['email'])
  const displayName = orUnset(row['displayName'])
  const givenName = orUnset(row['givenName'])
  const familyName = orUnset(row['familyName'])
  const description = orUnset(row['description'])
  return {
    userName: row['userName'] ?? '',
    ...(displayName !== undefined && { displayName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(description !== undefined && { description }),
    emails: email === undefined ? [] : [{ value: email, primary: true }],
    active: true,
    attributes: {},
  }
}

/** The profile as the form has it; what the form does not show stays, further addresses included. */
export function withForm(before: User, fields: FormFields): UserProfile {
  const { displayName: _d, givenName: _g, familyName: _f, description: _t, emails, ...rest } = before
  const {
    userName: _,
    active: _a,
    attributes: _b,
    emails: entered,
    ...form
  } = toProfile({
    userName: before.userName,
    ...Object.fromEntries(PROFILE_FIELDS.slice(1).map((field) => [field, fields.text(field)])),
  })
  const shown = primaryEmail(before)
  const [email] = entered
  const others = emails.filter(({ value }) => value !== shown)
  return {
    ...rest,
    ...form,
    emails: email === undefined ? others : email.value === shown ? emails : [email, ...others],
  }
}
