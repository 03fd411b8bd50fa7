/** `/admin/accounts/<uin>/simulation`: faults to rehearse with, and keys of the account itself. */
import { Router, type Request, type Response } from 'express'
import { AccountSimulationPage } from '../../views/console/account-simulation.js'
import { RepeatedPage, SecretPage } from '../../views/console/secret.js'
import { toCsv } from '../../views/parts/copy.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import type { AccountUin } from '../domain/ids.js'
import { requireAccountUin } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

/** A number as it was typed; what is none is refused by the service. */
const wholeNumber = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN)

export function accountSimulationRouter(door: ConsoleDoor): Router {
  const { organization, accountFaults, camKeys, formSubmissions } = door.services
  const router = Router()
  const path = (uin: AccountUin) => `/admin/accounts/${uin}/simulation`
  const uinOf = (req: Request): AccountUin => requireAccountUin(req.params['uin'])

  async function sendPage(
    req: Request,
    res: Response,
    form?: { readonly values: FormValues; readonly errors: FieldErrors; readonly status: number },
  ): Promise<void> {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const faults = await accountFaults.get(actor, account.uin)
    const keys = await camKeys.listOfAccount(actor, account.uin)
    const submissionToken = formSubmissions.newToken()
    const values = form?.values ?? {
      delay: String(faults.delayMilliseconds),
      errors: String(faults.errorPermille),
      outage: faults.outage ? 'on' : '',
    }
    door.send(
      req,
      res,
      (page) => (
        <AccountSimulationPage
          page={page}
          account={account}
          path={nodes}
          values={values}
          errors={form?.errors}
          isFaulty={faults.outage || faults.delayMilliseconds > 0 || faults.errorPermille > 0}
          keys={keys}
          submissionToken={submissionToken}
        />
      ),
      { status: form?.status ?? 200 },
    )
  }

  router.get('/:uin/simulation', (req, res) => sendPage(req, res))

  router.post('/:uin/simulation/faults', async (req, res) => {
    const uin = uinOf(req)
    const fields = formFields(req)
    const saved = await door.attempt(
      res,
      async (actor) => {
        await accountFaults.set(actor, uin, {
          delayMilliseconds: wholeNumber(fields.text('delay')),
          errorPermille: wholeNumber(fields.text('errors')),
          outage: fields.text('outage') === 'on',
        })
        return true
      },
      (errors, status) =>
        sendPage(req, res, { values: fields.values('delay', 'errors', 'outage'), errors, status }),
    )
    const text = door.wordsOf(res).console.simulation.saved
    if (saved) door.leadTo(res, path(uin), { kind: 'success', text })
  })

  router.post('/:uin/simulation/keys', async (req, res) => {
    const uin = uinOf(req)
    const { administrators: words, simulation } = door.wordsOf(res).console
    const back = { label: simulation.keys, href: path(uin) }
    if (!(await formSubmissions.claim(formFields(req).text('submission')))) {
      door.send(req, res, (page) => <RepeatedPage page={page} section="accounts" back={back} />, {
        status: 409,
      })
      return
    }
    const key = await door.attemptOrBack(res, path(uin), (actor) => camKeys.createForAccount(actor, uin))
    if (!key) return
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="accounts"
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

  router.post('/:uin/simulation/keys/delete', async (req, res) => {
    const uin = uinOf(req)
    const secretId = formFields(req).text('secretId')
    const removed = await door.attemptOrBack(res, path(uin), async (actor) => {
      await camKeys.removeOfAccount(actor, uin, secretId)
      return true
    })
    const text = door.wordsOf(res).console.simulation.keyRemoved
    if (removed) door.leadTo(res, path(uin), { kind: 'success', text })
  })

  return router
}
