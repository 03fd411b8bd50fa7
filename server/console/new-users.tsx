/** `/admin/users/new`: several users at once, each with a password that is shown once. */
import type { Request, Response, Router } from 'express'
import { MAXIMUM_NEW_USERS, NewUsersPage, UsersCreatedPage } from '../../views/console/new-users.js'
import { RepeatedPage } from '../../views/console/secret.js'
import { toCsv } from '../../views/parts/copy.js'
import type { FieldError, FieldErrors, FormValues } from '../../views/parts/form.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { requireUserProfile, userNameKey, type UserProfile } from '../domain/user.js'
import { loginUrlOf } from './addresses.js'
import { isAnswerable, type ConsoleDoor } from './console-door.js'
import { formFields, type FormFields } from './form-fields.js'
import { PROFILE_FIELDS, toProfile } from './user-form.js'

export function addNewUsers(router: Router, door: ConsoleDoor): void {
  const { users, zones, formSubmissions } = door.services

  function sendNewUsers(
    req: Request,
    res: Response,
    rows: readonly FormValues[],
    errors?: FieldErrors,
    status = 200,
  ): void {
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => <NewUsersPage page={page} rows={rows} errors={errors} submissionToken={submissionToken} />,
      { status },
    )
  }

  router.get('/new', (req, res) => sendNewUsers(req, res, [{}]))

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const rows = readRows(fields)
    if (fields.text('act') === 'addRow') {
      sendNewUsers(req, res, rows.length < MAXIMUM_NEW_USERS ? [...rows, {}] : rows)
      return
    }
    // Rows that were opened and left empty are no users.
    const wanted = rows.flatMap((row, index) =>
      index === 0 || PROFILE_FIELDS.some((field) => row[field]) ? [{ row, index }] : [],
    )
    const profiles = wanted.map(({ row }) => toProfile(row))
    const errors = wanted.flatMap(({ index }, place) => problemsOf(res, profiles, place, index))
    if (errors.length > 0) {
      sendNewUsers(req, res, rows, errors, 400)
      return
    }
    if (!(await formSubmissions.claim(fields.text('submission')))) {
      door.send(
        req,
        res,
        (page) => (
          <RepeatedPage
            page={page}
            section="users"
            back={{ label: door.wordsOf(res).console.users.backToList, href: '/admin/users' }}
          />
        ),
        { status: 409 },
      )
      return
    }
    const created = await door.attempt(
      res,
      (actor) => users.createWithPasswords(actor, profiles),
      async (general, status, refusal) => {
        const named = isIdentityCenterError(refusal, 'user.nameTaken')
          ? await takenNames(res, refusal, wanted, profiles)
          : []
        sendNewUsers(req, res, rows, named.length > 0 ? named : withoutField(general), status)
      },
    )
    if (!created) return
    const words = door.wordsOf(res).console.users
    const loginUrl = loginUrlOf(door.baseUrl, await zones.current())
    const csv = toCsv([
      [words.userName, words.displayName, words.initialPassword, words.loginUrl],
      ...created.map(({ user, initialPassword }) => [
        user.userName,
        user.displayName ?? '',
        initialPassword,
        loginUrl,
      ]),
    ])
    door.send(req, res, (page) => (
      <UsersCreatedPage page={page} created={created} csv={csv} loginUrl={loginUrl} />
    ))
  })

  /** What is wrong with one of the new profiles by itself, or beside the others of the form. */
  function problemsOf(
    res: Response,
    profiles: readonly UserProfile[],
    place: number,
    index: number,
  ): readonly FieldError[] {
    const profile = profiles[place]
    if (!profile) return []
    try {
      requireUserProfile(profile, 'manual')
      const key = userNameKey(profile.userName)
      if (profiles.findIndex(({ userName }) => userNameKey(userName) === key) < place) {
        throw new IdentityCenterError('user.nameTaken', 'Two users of this form have the same name.', {
          field: 'userName',
        })
      }
      return []
    } catch (error) {
      if (!isAnswerable(error)) throw error
      return [inRow(door.fieldError(res, error), index)]
    }
  }

  /** The refusal told at each row whose name is taken. */
  async function takenNames(
    res: Response,
    refusal: IdentityCenterError,
    wanted: readonly { readonly index: number }[],
    profiles: readonly UserProfile[],
  ): Promise<readonly FieldError[]> {
    const taken = await Promise.all(profiles.map(({ userName }) => users.findByName(userName)))
    return wanted.flatMap(({ index }, place) =>
      taken[place] ? [inRow(door.fieldError(res, refusal), index)] : [],
    )
  }
}

/** The rows of the form, at least one and at most ten, from fields named `users.<row>.<field>`. */
function readRows(fields: FormFields): readonly FormValues[] {
  const rows = Array.from({ length: MAXIMUM_NEW_USERS }, (_, index) =>
    Object.fromEntries(PROFILE_FIELDS.map((field) => [field, fields.text(`users.${index}.${field}`)])),
  )
  // Every row of the form sends its fields, also empty ones: the last that was sent ends the form.
  const sent = rows.findLastIndex((_, index) => fields.list(`users.${index}.userName`).length > 0)
  return rows.slice(0, Math.max(sent + 1, 1))
}

const inRow = ({ field, message }: FieldError, index: number): FieldError => ({
  field: `users.${index}.${field ?? 'userName'}`,
  message,
})

/** Several rows have a field of that name: the message stands for the form as a whole. */
const withoutField = (errors: FieldErrors): FieldErrors => errors.map(({ message }) => ({ message }))
