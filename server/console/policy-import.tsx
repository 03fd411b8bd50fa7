/** `/admin/permission-configurations/:id/custom/import`: custom policies of an account, copied into the configuration. */
import type { Request, Response, Router } from 'express'
import {
  ChooseAccountPage,
  ChoosePoliciesPage,
  PreviewImportPage,
  type PreviewedPolicy,
} from '../../views/console/policy-import.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { isIdentityCenterError, type IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import { requireAccountUin } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest } from './form-fields.js'
import { configurationIdOf, configurationPath } from './permission-configuration-policies.js'

export function addPolicyImport(router: Router, door: ConsoleDoor): void {
  const { organization, permissionConfigurations, policyImports } = door.services
  const pathOf = (req: Request, rest = ''): string =>
    configurationPath(configurationIdOf(req), `/custom/import${rest}`)
  const ofAccount = (req: Request, account: AccountUin): string => `${pathOf(req)}?account=${account}`

  router.get('/:id/custom/import', async (req, res) => {
    const actor = door.actor(res)
    const configuration = await permissionConfigurations.get(actor, configurationIdOf(req))
    const query = listQuery(req, { filters: ['account', 'search'] })
    const { account: uin, search } = query.filters
    if (uin === undefined) {
      const { items, total } = await organization.listAccounts(actor, {
        ...(search !== undefined && { search }),
        page: pageRequest(query.number),
      })
      door.send(req, res, (page) => (
        <ChooseAccountPage
          page={page}
          configuration={configuration}
          accounts={items}
          total={total}
          query={query}
        />
      ))
      return
    }
    const account = await organization.getAccount(actor, requireAccountUin(uin))
    const names = await door.attemptOrBack(res, pathOf(req), () => policyImports.list(actor, account.uin))
    if (!names) return
    const wanted = search?.toLowerCase() ?? ''
    const matches = names.filter((name) => name.toLowerCase().includes(wanted))
    const { offset, limit } = pageRequest(query.number)
    door.send(req, res, (page) => (
      <ChoosePoliciesPage
        page={page}
        configuration={configuration}
        account={account}
        policies={matches.slice(offset, offset + limit)}
        total={matches.length}
        query={query}
      />
    ))
  })

  /** The named policies as they are now, each under the name that was given it or one that is free. */
  async function sendPreview(
    req: Request,
    res: Response,
    uin: AccountUin,
    sources: readonly string[],
    {
      names,
      errors,
      status = 200,
    }: { readonly names?: readonly string[]; readonly errors?: FieldErrors; readonly status?: number } = {},
  ): Promise<void> {
    const actor = door.actor(res)
    const configuration = await permissionConfigurations.get(actor, configurationIdOf(req))
    const account = await organization.getAccount(actor, uin)
    const found = await door.attemptOrBack(res, ofAccount(req, uin), () =>
      policyImports.preview(actor, configuration.id, uin, sources),
    )
    if (!found) return
    const policies = found.map(({ proposedName, ...policy }, index): PreviewedPolicy => ({
      ...policy,
      name: names?.[index] ?? proposedName,
    }))
    door.send(
      req,
      res,
      (page) => (
        <PreviewImportPage
          page={page}
          configuration={configuration}
          account={account}
          policies={policies}
          errors={errors}
        />
      ),
      { status },
    )
  }

  function askForPolicies(req: Request, res: Response, account: AccountUin): void {
    const text = door.wordsOf(res).console.policyImport.selectPolicies
    door.leadTo(res, ofAccount(req, account), { kind: 'danger', text })
  }

  router.post('/:id/custom/import', async (req, res) => {
    const fields = formFields(req)
    const account = requireAccountUin(fields.text('account'))
    const sources = fields.list('policy')
    if (sources.length === 0) askForPolicies(req, res, account)
    else await sendPreview(req, res, account, sources)
  })

  router.post('/:id/custom/import/confirm', async (req, res) => {
    const id = configurationIdOf(req)
    const fields = formFields(req)
    const uin = requireAccountUin(fields.text('account'))
    const chosen = fields.list('source').map((source, index) => ({
      source,
      name: fields.text(`name${index}`),
      digest: fields.text(`digest${index}`),
    }))
    if (chosen.length === 0) {
      askForPolicies(req, res, uin)
      return
    }
    const imported = await door.attempt(
      res,
      (actor) => policyImports.import(actor, id, uin, chosen),
      (errors, status, refusal) =>
        sendPreview(
          req,
          res,
          uin,
          chosen.map(({ source }) => source),
          {
            names: chosen.map(({ name }) => name),
            errors: errors.map(({ message }) => atName(message, refusal, chosen)),
            status,
          },
        ),
    )
    if (!imported) return
    const { name } = await organization.getAccount(door.actor(res), uin)
    door.done(res, configurationPath(id, '/custom'), { text: 'policiesImported', name, count: chosen.length })
  })
}

/** The error at the name that it speaks of; of one that stands twice, at the second. */
function atName(
  message: string,
  refusal: IdentityCenterError,
  chosen: readonly { readonly name: string }[],
): FieldErrors[number] {
  if (!isIdentityCenterError(refusal, 'policy.nameTaken', 'policy.nameInvalid')) return { message }
  const index = chosen.findLastIndex(({ name }) => name === refusal.facts['policy'])
  return index === -1 ? { message } : { message, field: `name${index}` }
}
