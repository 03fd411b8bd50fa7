/** `/admin/users`. */
import { Router, type Request, type Response } from 'express'
import { BlockedPage, ConfirmPage } from '../../views/console/confirm.js'
import { NewUsersPage, MAXIMUM_NEW_USERS, UsersCreatedPage } from '../../views/console/new-users.js'
import { RepeatedPage, SecretPage } from '../../views/console/secret.js'
import {
  EditUserPage,
  ResetPasswordPage,
  UserGroupsPage,
  UserPermissionsPage,
  UserSyncsOfUserPage,
  UserSecurityPage,
  type ShownUser,
} from '../../views/console/user.js'
import { DeleteUsersPage, JoinGroupPage, UsersPage } from '../../views/console/users.js'
import { toCsv } from '../../views/parts/copy.js'
import type { FieldError, FieldErrors, FormValues } from '../../views/parts/form.js'
import type { Actor } from '../domain/actor.js'
import { both, compare, type Criteria } from '../domain/criteria.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { parseSessionId, type UserId } from '../domain/ids.js'
import {
  primaryEmail,
  requireUserProfile,
  userNameKey,
  type DirectoryType,
  type User,
  type UserProfile,
} from '../domain/user.js'
import { loginUrlOf } from './addresses.js'
import { isAnswerable, type ConsoleDoor } from './console-door.js'
import { requireGroupId, requireUserId, toBlockers, toListedUser, userSearch } from './directory-rows.js'
import {
  formFields,
  listQuery,
  pageNumber,
  pageRequest,
  queryFields,
  type FormFields,
} from './form-fields.js'

const PROFILE_FIELDS = ['userName', 'displayName', 'givenName', 'familyName', 'email', 'description'] as const
/** Groups offered when users are added to one. */
const OFFERED_GROUPS = 500

export function usersRouter(door: ConsoleDoor): Router {
  const {
    users,
    groups,
    sessions,
    mfa,
    passwords,
    assignments,
    userSyncs,
    zones,
    formSubmissions,
    breakGlass,
  } = door.services
  const router = Router()
  const path = (id: UserId, rest = '') => `/admin/users/${id}${rest}`
  const idOf = (req: Request): UserId => requireUserId(req.params['id'])

  router.get('/', async (req, res) => {
    const query = listQuery(req, {
      filters: ['search', 'type', 'status'],
      sortable: ['userName', 'createdAt'],
    })
    const criteria = listCriteria(query.filters)
    const found = await users.list(door.actor(res), {
      ...(criteria && { criteria }),
      sort: query.order ?? { field: 'createdAt', direction: 'descending' },
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <UsersPage page={page} users={found.items.map(toListedUser)} total={found.total} query={query} />
    ))
  })

  // ---- creating

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

  // ---- several at once

  /** The users that were ticked; those that are gone by now are left out. */
  async function selected(actor: Actor, fields: FormFields): Promise<readonly User[]> {
    const ids = fields.list('user').slice(0, 100).map(requireUserId)
    const found = await Promise.all(
      ids.map((id) =>
        users.get(actor, id).catch((error: unknown) => {
          if (isIdentityCenterError(error, 'user.notFound')) return undefined
          throw error
        }),
      ),
    )
    return found.filter((user) => user !== undefined)
  }

  /** Does it for each user by itself: one that is refused does not keep the others from it. */
  async function forEach(
    res: Response,
    chosen: readonly User[],
    success: 'usersEnabled' | 'usersDisabled' | 'usersDeleted',
    work: (user: User) => Promise<unknown>,
  ): Promise<void> {
    const refusals: string[] = []
    for (const user of chosen) {
      try {
        await work(user)
      } catch (error) {
        if (!isAnswerable(error)) throw error
        refusals.push(`${user.userName}: ${door.fieldError(res, error).message}`)
      }
    }
    const count = chosen.length - refusals.length
    const [first] = refusals
    if (first === undefined) {
      door.done(res, '/admin/users', { text: success, count })
      return
    }
    const refused = door.say(res, { text: 'usersRefused', name: first, count: refusals.length })
    const text = count > 0 ? `${door.say(res, { text: success, count })} ${refused}` : refused
    door.leadTo(res, '/admin/users', { kind: count > 0 ? 'warning' : 'danger', text })
  }

  async function sendJoinGroup(
    req: Request,
    res: Response,
    chosen: readonly User[],
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const words = door.wordsOf(res).console.users
    const types = new Set(chosen.map(({ type }) => type))
    const [type] = types
    if (type === undefined || types.size > 1) {
      door.leadTo(res, '/admin/users', { kind: 'danger', text: words.mixedTypes })
      return
    }
    const { items } = await groups.list(door.actor(res), {
      criteria: compare('type', 'eq', type),
      sort: { field: 'displayName', direction: 'ascending' },
      page: { offset: 0, limit: OFFERED_GROUPS },
    })
    door.send(
      req,
      res,
      (page) => <JoinGroupPage page={page} users={chosen} groups={items} errors={errors} />,
      { status },
    )
  }

  router.post('/bulk', async (req, res) => {
    const fields = formFields(req)
    const actor = door.actor(res)
    const chosen = await selected(actor, fields)
    if (chosen.length === 0) {
      const text = door.wordsOf(res).console.users.bulkNone
      door.leadTo(res, '/admin/users', { kind: 'danger', text })
      return
    }
    switch (fields.text('act')) {
      case 'enable':
        return forEach(res, chosen, 'usersEnabled', ({ id }) => users.setActive(actor, id, true))
      case 'disable':
        return forEach(res, chosen, 'usersDisabled', ({ id }) => users.setActive(actor, id, false))
      case 'delete':
        return door.send(req, res, (page) => <DeleteUsersPage page={page} users={chosen} />)
      case 'deleteConfirmed':
        return forEach(res, chosen, 'usersDeleted', ({ id }) => users.remove(actor, id))
      case 'join':
        return sendJoinGroup(req, res, chosen)
      case 'joinConfirmed': {
        const groupText = fields.text('group')
        if (groupText === '') {
          const message = door.wordsOf(res).console.users.chooseGroup
          return sendJoinGroup(req, res, chosen, [{ field: 'group', message }], 400)
        }
        const groupId = requireGroupId(groupText)
        const group = await door.attempt(
          res,
          async () => {
            await groups.addMembers(
              actor,
              groupId,
              chosen.map(({ id }) => id),
            )
            return groups.get(actor, groupId)
          },
          (errors, status) => sendJoinGroup(req, res, chosen, errors, status),
        )
        if (!group) return
        const [only] = chosen
        return door.done(res, chosen.length === 1 && only ? path(only.id) : '/admin/users', {
          text: 'usersJoined',
          name: group.displayName,
          count: chosen.length,
        })
      }
      default:
        throw new IdentityCenterError('request.invalid', 'The form does not say what is to be done.')
    }
  })

  // ---- one user

  /** The user with what every page of it shows. */
  async function shown(res: Response, id: UserId): Promise<{ user: ShownUser; locked: boolean }> {
    const user = await users.get(door.actor(res), id)
    const { scimStatus } = await zones.current()
    const email = primaryEmail(user)
    return {
      user: { ...user, ...(email !== undefined && { email }) },
      locked: user.type === 'synchronized' && scimStatus === 'enabled',
    }
  }

  router.get('/:id', async (req, res) => {
    const { user, locked } = await shown(res, idOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await users.listGroups(door.actor(res), user.id, pageRequest(number))
    door.send(req, res, (page) => (
      <UserGroupsPage page={page} user={user} locked={locked} groups={items} total={total} number={number} />
    ))
  })

  router.get('/:id/security', async (req, res) => {
    const { user, locked } = await shown(res, idOf(req))
    const subject = { kind: 'user', id: user.id } as const
    const secondFactor = await mfa.stateOf(door.actor(res), subject)
    const open = await sessions.listOf(door.actor(res), subject)
    const named = (await breakGlass.list(door.actor(res))).some(({ id }) => id === user.id)
    const { settings } = await zones.current()
    door.send(req, res, (page) => (
      <UserSecurityPage
        page={page}
        user={user}
        locked={locked}
        secondFactor={secondFactor}
        sessions={open}
        breakGlass={{ named, on: settings['signIn.breakGlass'] }}
      />
    ))
  })

  router.get('/:id/permissions', async (req, res) => {
    const { user, locked } = await shown(res, idOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await assignments.list(door.actor(res), {
      reachingUser: user.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserPermissionsPage
        page={page}
        user={user}
        locked={locked}
        assignments={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/user-syncs', async (req, res) => {
    const { user, locked } = await shown(res, idOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await userSyncs.list(door.actor(res), {
      reachingUser: user.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserSyncsOfUserPage
        page={page}
        user={user}
        locked={locked}
        syncs={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/edit', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    const values = { ...user, email: primaryEmail(user) }
    door.send(req, res, (page) => (
      <EditUserPage
        page={page}
        user={user}
        values={{
          displayName: values.displayName,
          givenName: values.givenName,
          familyName: values.familyName,
          email: values.email,
          description: values.description,
        }}
      />
    ))
  })

  router.post('/:id/edit', async (req, res) => {
    const id = idOf(req)
    const fields = formFields(req)
    const user = await door.attempt(
      res,
      (actor) => users.change(actor, id, (before) => withForm(before, fields)),
      async (errors, status) => {
        const before = await users.get(door.actor(res), id)
        door.send(
          req,
          res,
          (page) => (
            <EditUserPage
              page={page}
              user={before}
              values={fields.values(...PROFILE_FIELDS)}
              errors={errors}
            />
          ),
          { status },
        )
      },
    )
    if (user) door.done(res, path(id), { text: 'userChanged', name: user.userName })
  })

  router.get('/:id/join', async (req, res) => {
    await sendJoinGroup(req, res, [await users.get(door.actor(res), idOf(req))])
  })

  router.post('/:id/leave', async (req, res) => {
    const id = idOf(req)
    const groupId = requireGroupId(formFields(req).text('group'))
    await door.act(res, path(id), async (actor) => {
      const group = await groups.get(actor, groupId)
      await groups.removeMembers(actor, groupId, [id])
      return { text: 'usersLeft', name: group.displayName, count: 1 }
    })
  })

  router.post('/:id/status', async (req, res) => {
    const id = idOf(req)
    const active = formFields(req).text('active') === 'true'
    await door.act(res, path(id, '/security'), async (actor) => {
      const { userName } = await users.setActive(actor, id, active)
      return { text: active ? 'userEnabled' : 'userDisabled', name: userName }
    })
  })

  router.post('/:id/block', async (req, res) => {
    const id = idOf(req)
    await door.act(res, path(id, '/security'), async (actor) => {
      const { userName } = await users.setBlocked(actor, id, true)
      return { text: 'userBlocked', name: userName }
    })
  })

  router.post('/:id/unblock', async (req, res) => {
    const id = idOf(req)
    await door.act(res, path(id, '/security'), async (actor) => {
      const { userName } = await users.setBlocked(actor, id, false)
      return { text: 'userUnblocked', name: userName }
    })
  })

  // ---- password, device, sessions

  function sendResetPassword(
    req: Request,
    res: Response,
    user: User,
    values: FormValues,
    errors?: FieldErrors,
    status = 200,
  ): void {
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => (
        <ResetPasswordPage
          page={page}
          user={user}
          values={values}
          errors={errors}
          submissionToken={submissionToken}
        />
      ),
      { status },
    )
  }

  router.get('/:id/reset-password', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    sendResetPassword(req, res, user, { mustChange: 'on' })
  })

  router.post('/:id/reset-password', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    const fields = formFields(req)
    const words = door.wordsOf(res).console.users
    const back = { label: user.userName, href: path(user.id, '/security') }
    const values = {
      mode: fields.text('mode'),
      ...(fields.optional('mustChange') !== undefined && { mustChange: 'on' }),
    }
    if (!(await formSubmissions.claim(fields.text('submission')))) {
      door.send(req, res, (page) => <RepeatedPage page={page} section="users" back={back} />, { status: 409 })
      return
    }
    const password = await door.attempt(
      res,
      (actor) =>
        passwords.reset(
          actor,
          { kind: 'user', id: user.id, name: user.userName },
          {
            ...(values.mode === 'set' && { password: fields.raw('password') }),
            mustChange: 'mustChange' in values,
          },
        ),
      (errors, status) => {
        const atField = errors.map((error) => ({ ...error, field: 'password' }))
        sendResetPassword(req, res, user, values, atField, status)
      },
    )
    if (password === undefined) return
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="users"
        title={words.resetDoneTitle}
        warning={words.resetDoneWarning(user.userName)}
        items={[{ id: 'password', label: words.newPassword, value: password }]}
        csv={{
          fileName: 'password.csv',
          text: toCsv([
            [words.userName, words.newPassword],
            [user.userName, password],
          ]),
        }}
        back={back}
      />
    ))
  })

  router.get('/:id/unbind-mfa', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    const { navigation } = door.wordsOf(res).common
    const words = door.wordsOf(res).console.users
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="users"
        title={words.unbindTitle(user.userName)}
        crumbs={[
          { label: navigation.users, href: '/admin/users' },
          { label: user.userName, href: path(user.id) },
        ]}
        action={path(user.id, '/unbind-mfa')}
        button={words.unbind}
        danger
        backHref={path(user.id, '/security')}
      >
        <p>{words.unbindHint}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:id/unbind-mfa', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    await door.act(res, path(user.id, '/security'), async (actor) => {
      await mfa.unbind(actor, { kind: 'user', id: user.id })
      return { text: 'mfaUnbound', name: user.userName }
    })
  })

  router.post('/:id/break-glass', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    const named = formFields(req).text('named') === 'true'
    await door.act(res, path(user.id, '/security'), async (actor) => {
      await breakGlass.setNamed(actor, user.id, named)
      return { text: named ? 'breakGlassAdded' : 'breakGlassRemoved', name: user.userName }
    })
  })

  router.post('/:id/end-session', async (req, res) => {
    const id = idOf(req)
    const sessionId = parseSessionId(formFields(req).text('session'))
    await door.act(res, path(id, '/security'), async (actor) => {
      if (sessionId !== undefined) await sessions.revoke(actor, { kind: 'user', id }, sessionId)
      return { text: 'sessionEnded' }
    })
  })

  router.post('/:id/end-all-sessions', async (req, res) => {
    const id = idOf(req)
    await door.act(res, path(id, '/security'), async (actor) => ({
      text: 'sessionsEnded',
      count: await sessions.revokeAll(actor, { kind: 'user', id }),
    }))
  })

  // ---- deleting

  async function sendDelete(
    req: Request,
    res: Response,
    user: User,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const { navigation } = door.wordsOf(res).common
    const words = door.wordsOf(res).console
    const blockers = await users.blockers(door.actor(res), user.id)
    const crumbs = [
      { label: navigation.users, href: '/admin/users' },
      { label: user.userName, href: path(user.id) },
    ]
    const title = words.users.deleteTitle(user.userName)
    door.send(
      req,
      res,
      (page) =>
        blockers.length === 0 ? (
          <ConfirmPage
            page={page}
            section="users"
            title={title}
            crumbs={crumbs}
            action={path(user.id, '/delete')}
            button={words.users.deleteButton}
            danger
            backHref={path(user.id)}
          >
            <p>{words.users.deleteLead}</p>
          </ConfirmPage>
        ) : (
          <BlockedPage
            page={page}
            section="users"
            title={title}
            crumbs={crumbs}
            blockersTitle={words.users.blockersTitle}
            blockersLead={words.users.blockersLead}
            blockers={toBlockers(blockers, words)}
            backHref={path(user.id)}
            withLinks={{
              action: path(user.id, '/delete-with-links'),
              title: words.users.withLinksTitle,
              lead: words.users.withLinksLead,
              button: words.users.withLinksButton,
              name: user.userName,
              errors,
            }}
          />
        ),
      { status },
    )
  }

  router.get('/:id/delete', async (req, res) => {
    await sendDelete(req, res, await users.get(door.actor(res), idOf(req)))
  })

  router.post('/:id/delete', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    try {
      await users.remove(door.actor(res), user.id)
    } catch (error) {
      if (!isIdentityCenterError(error, 'user.inUse')) throw error
      await sendDelete(req, res, user, undefined, 409)
      return
    }
    door.done(res, '/admin/users', { text: 'userDeleted', name: user.userName })
  })

  router.post('/:id/delete-with-links', async (req, res) => {
    const user = await users.get(door.actor(res), idOf(req))
    if (formFields(req).text('confirmation') !== user.userName) {
      const message = door.wordsOf(res).console.users.confirmMismatch
      await sendDelete(req, res, user, [{ field: 'confirmation', message }], 400)
      return
    }
    await users.removeWithLinks(door.actor(res), user.id)
    door.done(res, '/admin/users', { text: 'userDeleted', name: user.userName })
  })

  return router
}

function listCriteria(filters: Readonly<Record<string, string | undefined>>): Criteria | undefined {
  const { search, type, status } = filters
  const terms: Criteria[] = []
  if (search !== undefined) terms.push(userSearch(search))
  if (isDirectoryType(type)) terms.push(compare('type', 'eq', type))
  if (status === 'active') terms.push(compare('active', 'eq', true), compare('blocked', 'eq', false))
  if (status === 'disabled') terms.push(compare('active', 'eq', false))
  if (status === 'blocked') terms.push(compare('blocked', 'eq', true))
  return terms.length === 0 ? undefined : both(...terms)
}

const isDirectoryType = (text: string | undefined): text is DirectoryType =>
  text === 'manual' || text === 'synchronized'

/** The rows of the form, at least one and at most ten, from fields named `users.<row>.<field>`. */
function readRows(fields: FormFields): readonly FormValues[] {
  const rows = Array.from({ length: MAXIMUM_NEW_USERS }, (_, index) =>
    Object.fromEntries(PROFILE_FIELDS.map((field) => [field, fields.text(`users.${index}.${field}`)])),
  )
  // Every row of the form sends its fields, also empty ones: the last that was sent ends the form.
  const sent = rows.findLastIndex((_, index) => fields.list(`users.${index}.userName`).length > 0)
  return rows.slice(0, Math.max(sent + 1, 1))
}

const orUnset = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

function toProfile(row: FormValues): UserProfile {
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
function withForm(before: User, fields: FormFields): UserProfile {
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

const inRow = ({ field, message }: FieldError, index: number): FieldError => ({
  field: `users.${index}.${field ?? 'userName'}`,
  message,
})

/** Several rows have a field of that name: the message stands for the form as a whole. */
const withoutField = (errors: FieldErrors): FieldErrors => errors.map(({ message }) => ({ message }))
