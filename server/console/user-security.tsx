/** `/admin/users/:id/security`: status, password, second factor, break-glass and sessions of one user. */
import type { Request, Response, Router } from 'express'
import { ConfirmPage } from '../../views/console/confirm.js'
import { RepeatedPage, SecretPage } from '../../views/console/secret.js'
import { ResetPasswordPage, UserSecurityPage } from '../../views/console/user-security.js'
import { toCsv } from '../../views/parts/copy.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { parseSessionId } from '../domain/ids.js'
import type { User } from '../domain/user.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'
import { shownUser, userIdOf, userPath } from './user.js'

export function addUserSecurity(router: Router, door: ConsoleDoor): void {
  const { users, sessions, mfa, passwords, zones, formSubmissions, breakGlass } = door.services

  router.get('/:id/security', async (req, res) => {
    const { user, locked } = await shownUser(door, res, userIdOf(req))
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

  router.post('/:id/status', async (req, res) => {
    const id = userIdOf(req)
    const active = formFields(req).text('active') === 'true'
    await door.act(res, userPath(id, '/security'), async (actor) => {
      const { userName } = await users.setActive(actor, id, active)
      return { text: active ? 'userEnabled' : 'userDisabled', name: userName }
    })
  })

  router.post('/:id/block', async (req, res) => {
    const id = userIdOf(req)
    await door.act(res, userPath(id, '/security'), async (actor) => {
      const { userName } = await users.setBlocked(actor, id, true)
      return { text: 'userBlocked', name: userName }
    })
  })

  router.post('/:id/unblock', async (req, res) => {
    const id = userIdOf(req)
    await door.act(res, userPath(id, '/security'), async (actor) => {
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
    const user = await users.get(door.actor(res), userIdOf(req))
    sendResetPassword(req, res, user, { mustChange: 'on' })
  })

  router.post('/:id/reset-password', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    const fields = formFields(req)
    const words = door.wordsOf(res).console.users
    const back = { label: user.userName, href: userPath(user.id, '/security') }
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
    const user = await users.get(door.actor(res), userIdOf(req))
    const { navigation } = door.wordsOf(res).common
    const words = door.wordsOf(res).console.users
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="users"
        title={words.unbindTitle(user.userName)}
        crumbs={[
          { label: navigation.users, href: '/admin/users' },
          { label: user.userName, href: userPath(user.id) },
        ]}
        action={userPath(user.id, '/unbind-mfa')}
        button={words.unbind}
        danger
        backHref={userPath(user.id, '/security')}
      >
        <p>{words.unbindHint}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:id/unbind-mfa', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    await door.act(res, userPath(user.id, '/security'), async (actor) => {
      await mfa.unbind(actor, { kind: 'user', id: user.id })
      return { text: 'mfaUnbound', name: user.userName }
    })
  })

  router.post('/:id/break-glass', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    const named = formFields(req).text('named') === 'true'
    await door.act(res, userPath(user.id, '/security'), async (actor) => {
      await breakGlass.setNamed(actor, user.id, named)
      return { text: named ? 'breakGlassAdded' : 'breakGlassRemoved', name: user.userName }
    })
  })

  router.post('/:id/end-session', async (req, res) => {
    const id = userIdOf(req)
    const sessionId = parseSessionId(formFields(req).text('session'))
    await door.act(res, userPath(id, '/security'), async (actor) => {
      if (sessionId !== undefined) await sessions.revoke(actor, { kind: 'user', id }, sessionId)
      return { text: 'sessionEnded' }
    })
  })

  router.post('/:id/end-all-sessions', async (req, res) => {
    const id = userIdOf(req)
    await door.act(res, userPath(id, '/security'), async (actor) => ({
      text: 'sessionsEnded',
      count: await sessions.revokeAll(actor, { kind: 'user', id }),
    }))
  })
}
