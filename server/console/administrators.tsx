/** `/admin/administrators`. */
import { Router, type Request, type Response } from 'express'
import {
  AdministratorPage,
  AdministratorsPage,
  NewAdministratorPage,
} from '../../views/console/administrators.js'
import { ConfirmPage } from '../../views/console/confirm.js'
import { RepeatedPage, SecretPage } from '../../views/console/secret.js'
import { toCsv } from '../../views/parts/copy.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseSessionId, parseSubUserUin, type SubUserUin } from '../domain/ids.js'
import { sessionOf } from '../http/session-cookie.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

export function administratorsRouter(door: ConsoleDoor): Router {
  const { administrators, administratorRights, mfa, sessions, formSubmissions } = door.services
  const router = Router()
  const path = (uin: SubUserUin, rest = '') => `/admin/administrators/${uin}${rest}`
  const consoleUrl = `${door.baseUrl}/admin/`

  function uinOf(req: Request): SubUserUin {
    const uin = parseSubUserUin(String(req.params['uin']))
    if (uin !== undefined) return uin
    throw new IdentityCenterError('administrator.notFound', 'There is no such administrator.')
  }

  const listCrumb = (res: Response) => ({
    label: door.wordsOf(res).console.administrators.title,
    href: '/admin/administrators',
  })

  router.get('/', async (req, res) => {
    const all = await administrators.list(door.actor(res))
    const ownUin = sessionOf(res).subject.id
    door.send(req, res, (page) => <AdministratorsPage page={page} administrators={all} ownUin={ownUin} />)
  })

  // ---- creating

  function sendNew(
    req: Request,
    res: Response,
    values: FormValues,
    errors?: FieldErrors,
    status = 200,
  ): void {
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => (
        <NewAdministratorPage page={page} values={values} errors={errors} submissionToken={submissionToken} />
      ),
      { status },
    )
  }

  /** True when the form was sent before; the answer is given then. */
  async function isRepeated(
    req: Request,
    res: Response,
    back: { readonly label: string; readonly href: string },
  ): Promise<boolean> {
    if (await formSubmissions.claim(formFields(req).text('submission'))) return false
    door.send(req, res, (page) => <RepeatedPage page={page} section="administrators" back={back} />, {
      status: 409,
    })
    return true
  }

  router.get('/new', (req, res) => sendNew(req, res, {}))

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const words = door.wordsOf(res).console.administrators
    const back = { label: words.backToList, href: '/admin/administrators' }
    if (await isRepeated(req, res, back)) return
    const created = await door.attempt(
      res,
      (actor) =>
        administrators.create(actor, {
          name: fields.text('name'),
          rights: fields.text('rights') === 'readOnly' ? 'readOnly' : 'full',
          remark: fields.optional('remark'),
        }),
      (errors, status) => {
        const atName = errors.map((error) => ({ ...error, field: 'name' }))
        sendNew(req, res, fields.values('name', 'rights', 'remark'), atName, status)
      },
    )
    if (!created) return
    const { administrator, initialPassword } = created
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="administrators"
        title={words.createdTitle}
        warning={words.passwordOnce}
        items={[
          { id: 'name', label: words.name, value: administrator.name },
          { id: 'password', label: words.password, value: initialPassword },
          { id: 'console-url', label: words.consoleUrl, value: consoleUrl },
        ]}
        csv={{
          fileName: 'administrator.csv',
          text: toCsv([
            [words.name, words.password, words.consoleUrl],
            [administrator.name, initialPassword, consoleUrl],
          ]),
        }}
        back={back}
      />
    ))
  })

  // ---- one administrator

  router.get('/:uin', async (req, res) => {
    const actor = door.actor(res)
    const administrator = await administrators.get(actor, uinOf(req))
    const keys = await administrators.listApiKeys(actor, administrator.uin)
    const rightsLeft = await administratorRights.leftTo(administrator)
    const subject = { kind: 'administrator', id: administrator.uin } as const
    const secondFactor = await mfa.stateOf(actor, subject)
    const open = await sessions.listOf(actor, subject)
    const submissionToken = formSubmissions.newToken()
    door.send(req, res, (page) => (
      <AdministratorPage
        page={page}
        administrator={administrator}
        rightsLeft={rightsLeft}
        keys={keys}
        secondFactor={secondFactor}
        sessions={open}
        submissionToken={submissionToken}
      />
    ))
  })

  router.post('/:uin/status', async (req, res) => {
    const uin = uinOf(req)
    const status = formFields(req).text('status') === 'enabled' ? 'enabled' : 'disabled'
    await door.act(res, path(uin), async (actor) => {
      const { name } = await administrators.get(actor, uin)
      await administrators.setStatus(actor, uin, status)
      return { text: status === 'enabled' ? 'administratorEnabled' : 'administratorDisabled', name }
    })
  })

  router.get('/:uin/reset-password', async (req, res) => {
    const administrator = await administrators.get(door.actor(res), uinOf(req))
    const words = door.wordsOf(res).console.administrators
    const submissionToken = formSubmissions.newToken()
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="administrators"
        title={words.resetTitle(administrator.name)}
        crumbs={[listCrumb(res), { label: administrator.name, href: path(administrator.uin) }]}
        action={path(administrator.uin, '/reset-password')}
        submissionToken={submissionToken}
        button={words.resetPassword}
        danger
        backHref={path(administrator.uin)}
      >
        <p>{words.resetHint}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:uin/reset-password', async (req, res) => {
    const administrator = await administrators.get(door.actor(res), uinOf(req))
    const words = door.wordsOf(res).console.administrators
    const back = { label: words.backToAdministrator, href: path(administrator.uin) }
    if (await isRepeated(req, res, back)) return
    const password = await administrators.resetPassword(door.actor(res), administrator.uin, {
      mustChange: true,
    })
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="administrators"
        title={words.resetDoneTitle}
        warning={words.passwordOnce}
        items={[{ id: 'password', label: words.password, value: password }]}
        back={back}
      />
    ))
  })

  router.get('/:uin/unbind-mfa', async (req, res) => {
    const administrator = await administrators.get(door.actor(res), uinOf(req))
    const words = door.wordsOf(res).console
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="administrators"
        title={words.users.unbindTitle(administrator.name)}
        crumbs={[listCrumb(res), { label: administrator.name, href: path(administrator.uin) }]}
        action={path(administrator.uin, '/unbind-mfa')}
        button={words.administrators.unbindMfa}
        danger
        backHref={path(administrator.uin)}
      >
        <p>{words.administrators.unbindHint}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:uin/unbind-mfa', async (req, res) => {
    const uin = uinOf(req)
    await door.act(res, path(uin), async (actor) => {
      const { name } = await administrators.get(actor, uin)
      await administrators.resetMfa(actor, uin)
      return { text: 'mfaUnbound', name }
    })
  })

  router.post('/:uin/end-session', async (req, res) => {
    const uin = uinOf(req)
    const sessionId = parseSessionId(formFields(req).text('session'))
    await door.act(res, path(uin), async (actor) => {
      if (sessionId !== undefined) await sessions.revoke(actor, { kind: 'administrator', id: uin }, sessionId)
      return { text: 'sessionEnded' }
    })
  })

  router.post('/:uin/end-all-sessions', async (req, res) => {
    const uin = uinOf(req)
    await door.act(res, path(uin), async (actor) => ({
      text: 'sessionsEnded',
      count: await sessions.revokeAll(actor, { kind: 'administrator', id: uin }),
    }))
  })

  // ---- API keys

  router.post('/:uin/keys', async (req, res) => {
    const uin = uinOf(req)
    const words = door.wordsOf(res).console.administrators
    const back = { label: words.backToAdministrator, href: path(uin) }
    if (await isRepeated(req, res, back)) return
    const key = await door.attemptOrBack(res, path(uin), (actor) => administrators.createApiKey(actor, uin))
    if (!key) return
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="administrators"
        title={words.keyCreatedTitle}
        warning={words.keyOnce}
        items={[
          { id: 'secret-id', label: words.secretId, value: key.secretId },
          { id: 'secret-key', label: words.secretKey, value: key.secretKey },
        ]}
        csv={{
          fileName: 'api-key.csv',
          text: toCsv([
            ['SecretId', 'SecretKey'],
            [key.secretId, key.secretKey],
          ]),
        }}
        back={back}
      />
    ))
  })

  for (const [verb, status] of [
    ['enable', 'enabled'],
    ['disable', 'disabled'],
  ] as const) {
    router.post(`/:uin/keys/${verb}`, async (req, res) => {
      const uin = uinOf(req)
      const secretId = formFields(req).text('secretId')
      await door.act(res, path(uin), async (actor) => {
        await administrators.setApiKeyStatus(actor, uin, secretId, status)
        return { text: status === 'enabled' ? 'apiKeyEnabled' : 'apiKeyDisabled', name: secretId }
      })
    })
  }

  router.post('/:uin/keys/delete', async (req, res) => {
    const uin = uinOf(req)
    const secretId = formFields(req).text('secretId')
    await door.act(res, path(uin), async (actor) => {
      await administrators.removeApiKey(actor, uin, secretId)
      return { text: 'apiKeyDeleted', name: secretId }
    })
  })

  return router
}
