/** `/account/policies`: policies that the account can attach, and versions of its own ones. */
import { Router, type Request, type Response } from 'express'
import { PolicyObjectPage } from '../../views/account/object-pages.js'
import { Managed, ObjectListPage } from '../../views/account/objects.js'
import type { PageContext } from '../../views/page-context.js'
import { TextArea, TextField } from '../../views/parts/form.js'
import { policyNumber, policyOfNumber, type PolicyReference } from '../domain/cam-account.js'
import type { CamRequester } from '../services/cam-permit.js'
import { laidOut } from './laid-out.js'
import { numberOf, type Again, type ObjectDoor } from './object-door.js'
import { requesterOf } from './visit.js'

/** What the form begins with: a policy that allows little. */
const NEW_POLICY = laidOut({ effect: 'allow', action: 'cvm:Describe*', resource: '*' })

export function accountPoliciesRouter(door: ObjectDoor): Router {
  const { accountName, wordsOf, fieldsOf, show, act, remove, make, queryOf, send } = door
  const { camPolicies } = door.services
  const router = Router()

  async function sendPolicies(req: Request, res: Response, again?: Again): Promise<void> {
    const { search, number, query } = queryOf(req)
    const { items, total } = await camPolicies.list(requesterOf(req, res), query)
    const words = wordsOf(res)
    const render = (page: PageContext) => (
      <ObjectListPage
        page={page}
        accountName={accountName(res)}
        section="policies"
        rows={items}
        rowKey={(policy) => String(policyNumber(policy))}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: (policy) => (
              <>
                <a href={`/account/policies/${policyNumber(policy)}`}>{policy.name}</a>{' '}
                <Managed page={page} owner={policy.owner} />
              </>
            ),
          },
          { key: 'number', header: words.number, cell: (policy) => <code>{policyNumber(policy)}</code> },
          { key: 'type', header: words.type, cell: ({ type }) => words[type] },
          { key: 'attachments', header: words.attachments, cell: ({ attachments }) => attachments },
        ]}
        {...{ total, number, search }}
        errors={again?.errors}
        create={{
          title: words.newPolicy,
          fields: (
            <>
              <TextField
                page={page}
                name="name"
                label={words.name}
                value={again?.values['name']}
                errors={again?.errors}
                maxLength={128}
                width="medium"
              />
              <TextField
                page={page}
                name="description"
                label={words.description}
                value={again?.values['description']}
                required={false}
                maxLength={300}
              />
              <TextArea
                page={page}
                name="document"
                label={words.document}
                value={again?.values['document'] ?? NEW_POLICY}
                rows={8}
                maxLength={20_000}
                code
              />
            </>
          ),
        }}
      />
    )
    send(req, res, render, again?.status)
  }

  router.get('/policies', (req, res) => sendPolicies(req, res))
  router.post('/policies', async (req, res) => {
    const outcome = await make(
      req,
      res,
      (requester, { name = '', description = '', document = '' }) =>
        camPolicies.create(requester, { name: name.trim(), description, document }),
      sendPolicies,
    )
    if (outcome) res.redirect(303, `/account/policies/${policyNumber(outcome.made)}`)
  })
  router.get('/policies/:id', async (req, res) => {
    const requester = requesterOf(req, res)
    const reference = policyOfNumber(numberOf(req.params['id']))
    const policy = await camPolicies.get(requester, reference)
    const versions = await show(res, camPolicies.listVersions(requester, reference))
    send(req, res, (page) => (
      <PolicyObjectPage
        page={page}
        accountName={accountName(res)}
        policy={{ ...policy, number: policyNumber(policy) }}
        versions={versions}
      />
    ))
  })
  const policyAct = (
    verb: string,
    work: (
      requester: CamRequester,
      policy: PolicyReference,
      fields: Readonly<Record<string, string>>,
    ) => Promise<unknown>,
  ): void => {
    router.post(`/policies/:id/${verb}`, async (req, res) => {
      const number = numberOf(req.params['id'])
      await act(req, res, `/account/policies/${number}`, (requester) =>
        work(requester, policyOfNumber(number), fieldsOf(req)),
      )
    })
  }
  policyAct('version', (requester, policy, { document = '' }) =>
    camPolicies.createVersion(requester, policy, { document, setAsDefault: true }),
  )
  policyAct('default', (requester, policy, { version }) =>
    camPolicies.setDefaultVersion(requester, policy, numberOf(version)),
  )
  policyAct('forget', (requester, policy, { version }) =>
    camPolicies.removeVersions(requester, policy, [numberOf(version)]),
  )
  router.post('/policies/:id/delete', async (req, res) => {
    const number = numberOf(req.params['id'])
    await remove(req, res, { section: 'policies', path: `/account/policies/${number}` }, (requester) =>
      camPolicies.remove(requester, [policyOfNumber(number)]),
    )
  })

  return router
}
