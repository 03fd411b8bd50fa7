/** What the pages about users, groups, roles and policies of an account share: reading forms, acting, saying so. */
import type { Request, Response, Router } from 'express'
import type { VNode } from 'preact'
import { z } from 'zod'
import {
  AccountSecretPage,
  OBJECTS_PER_PAGE,
  type NumberChoice,
  type ObjectSection,
  type Shown,
  type ShownPolicy,
} from '../../views/account/objects.js'
import { errorText } from '../../views/i18n/error-text.js'
import { texts } from '../../views/i18n/index.js'
import type { PageContext } from '../../views/page-context.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { policyNumber, policyOfNumber, type PolicyReference } from '../domain/cam-account.js'
import { isIdentityCenterError, type IdentityCenterError } from '../domain/errors.js'
import { parseSubUserUin } from '../domain/ids.js'
import type { Browser } from '../http/browser.js'
import { STATUS_OF_KIND } from '../http/http-errors.js'
import { languageOf } from '../http/language.js'
import { sendPage } from '../http/page.js'
import { validate } from '../http/validate.js'
import type { CamAttachmentService, Holder } from '../services/cam-attachments.js'
import type { CamGroupService } from '../services/cam-groups.js'
import type { CamKeyService } from '../services/cam-keys.js'
import type { CamRequester } from '../services/cam-permit.js'
import type { CamPolicyService } from '../services/cam-policies.js'
import type { CamRoleService } from '../services/cam-roles.js'
import type { CamUserService } from '../services/cam-users.js'
import { requesterOf, visitBehind } from './visit.js'

export interface AccountObjectServices {
  readonly camUsers: CamUserService
  readonly camGroups: CamGroupService
  readonly camRoles: CamRoleService
  readonly camPolicies: CamPolicyService
  readonly camAttachments: CamAttachmentService
  readonly camKeys: CamKeyService
}

const form = z.record(z.string(), z.string().max(20_000))
const listQuery = z.object({
  search: z.string().trim().max(128).catch(''),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
})
/** The longest list that a page about one thing shows. */
export const ALL = { offset: 0, limit: 1000 } as const

/** So many things are offered where one is chosen by its number. */
export const OFFERED = { offset: 0, limit: 300 } as const

/** A number as addresses and fields hold it; what is none names nothing. */
export const numberOf = (text: unknown): number => (/^\d{1,15}$/.test(String(text)) ? Number(text) : 0)

/** What a refusal leaves to be shown on the page it happened on. Others go on to the error page. */
export function refusalToShow(error: unknown): IdentityCenterError {
  if (isIdentityCenterError(error) && error.code !== 'request.invalid') return error
  throw error
}

/** What a form was sent with, to be shown again with what was wrong. */
export interface Again {
  readonly values: Readonly<Record<string, string>>
  readonly errors: FieldErrors
  readonly status: number
}

export type ObjectDoor = ReturnType<typeof createObjectDoor>

/** A user in a group; a number that is no user's is nobody. */
export const membershipOf = (uin: string, group: unknown) => {
  const parsed = parseSubUserUin(uin)
  return parsed === undefined ? [] : [{ groupId: numberOf(group), uin: parsed }]
}

export function createObjectDoor(browser: Browser, services: AccountObjectServices) {
  const { camAttachments } = services

  const send = (req: Request, res: Response, render: (page: PageContext) => VNode, status = 200): void =>
    sendPage(res, render(browser.pageContext(req, res)), { status })

  const accountName = (res: Response): string => visitBehind(res).visitor.accountName
  const wordsOf = (res: Response) => texts(languageOf(res)).accountObjects
  const fieldsOf = (req: Request): Readonly<Record<string, string>> => validate(form, req.body ?? {})

  /** What the visitor may see, or why not. */
  async function show<T>(res: Response, work: Promise<T>): Promise<Shown<T>> {
    try {
      return { value: await work }
    } catch (error) {
      if (!isIdentityCenterError(error, 'access.denied')) throw error
      return { refused: errorText(languageOf(res), error) }
    }
  }

  /** An act that is one form: done or refused, it leads to a page that says so. */
  async function act(
    req: Request,
    res: Response,
    path: string,
    work: (requester: CamRequester) => Promise<unknown>,
    otherwise = path,
  ): Promise<void> {
    try {
      await work(requesterOf(req, res))
      browser.flash.set(res, { kind: 'success', text: wordsOf(res).done })
      res.redirect(303, path)
    } catch (error) {
      const refusal = refusalToShow(error)
      browser.flash.set(res, { kind: 'danger', text: errorText(languageOf(res), refusal) })
      res.redirect(303, otherwise)
    }
  }

  /** Deletes what the page is about, if the box was ticked, and leads to the list; otherwise back to the page. */
  const remove = (
    req: Request,
    res: Response,
    { section, path }: { readonly section: ObjectSection; readonly path: string },
    work: (requester: CamRequester) => Promise<unknown>,
  ): Promise<void> | void => {
    if (fieldsOf(req)['confirmed'] === 'on') return act(req, res, `/account/${section}`, work, path)
    browser.flash.set(res, { kind: 'danger', text: wordsOf(res).deleteUnconfirmed })
    res.redirect(303, path)
  }

  /** What a number can be chosen from, as far as the visitor may see it; nothing where that is refused. */
  async function choicesOf<T>(
    res: Response,
    work: Promise<{ readonly items: readonly T[] }>,
    toChoice: (item: T) => NumberChoice,
  ): Promise<readonly NumberChoice[]> {
    const shown = await show(res, work)
    return 'value' in shown ? shown.value.items.map(toChoice) : []
  }

  const policyChoices = (res: Response, requester: CamRequester): Promise<readonly NumberChoice[]> =>
    choicesOf(res, services.camPolicies.list(requester, { page: OFFERED }), (policy) => ({
      number: String(policyNumber(policy)),
      name: policy.name,
    }))

  /** Makes something by the form of a list, or shows the list again with what was entered. */
  async function make<T>(
    req: Request,
    res: Response,
    work: (requester: CamRequester, values: Readonly<Record<string, string>>) => Promise<T>,
    list: (req: Request, res: Response, again: Again) => Promise<void>,
  ): Promise<{ readonly made: T } | undefined> {
    const values = fieldsOf(req)
    try {
      return { made: await work(requesterOf(req, res), values) }
    } catch (error) {
      const refusal = refusalToShow(error)
      const field = refusal.facts['field']
      await list(req, res, {
        values,
        status: STATUS_OF_KIND[refusal.kind],
        errors: [
          {
            message: errorText(languageOf(res), refusal),
            ...(typeof field === 'string' && { field }),
          },
        ],
      })
      return undefined
    }
  }

  function queryOf(req: Request) {
    const { search, page: number } = listQuery.parse(req.query)
    const page = { offset: (number - 1) * OBJECTS_PER_PAGE, limit: OBJECTS_PER_PAGE }
    return { search, number, query: { search: search || undefined, page } }
  }

  const shownPolicies = (
    policies: readonly (PolicyReference & { readonly name: string; readonly group?: { name: string } })[],
  ): readonly ShownPolicy[] =>
    policies.map((policy) => ({
      number: policyNumber(policy),
      type: policy.type,
      name: policy.name,
      ...(policy.group && { group: policy.group }),
    }))

  const attached = async (requester: CamRequester, holder: Holder): Promise<readonly ShownPolicy[]> =>
    shownPolicies((await camAttachments.list(requester, holder, { page: ALL })).items)

  /** Attaching and detaching, alike for each kind of holder. */
  function addAttachments(router: Router, section: ObjectSection, holderOf: (id: string) => Holder): void {
    for (const verb of ['attach', 'detach'] as const) {
      router.post(`/${section}/:id/${verb}`, async (req, res) => {
        const id = String(req.params['id'])
        const policy = policyOfNumber(numberOf(fieldsOf(req)['policy']))
        await act(req, res, `/account/${section}/${encodeURIComponent(id)}`, (requester) =>
          camAttachments[verb](requester, holderOf(id), policy),
        )
      })
    }
  }

  /** The one answer in which secrets stand. */
  const secrets = (
    req: Request,
    res: Response,
    back: string,
    values: {
      readonly password?: string | undefined
      readonly secretId?: string | undefined
      readonly secretKey?: string | undefined
    },
  ): void => {
    const words = wordsOf(res)
    const items = [
      { id: 'password', label: words.generatedPassword, value: values.password ?? '' },
      { id: 'secret-id', label: words.secretId, value: values.secretId ?? '' },
      { id: 'secret-key', label: words.secretKey, value: values.secretKey ?? '' },
    ].filter(({ value }) => value !== '')
    send(req, res, (page) => (
      <AccountSecretPage
        page={page}
        accountName={accountName(res)}
        section="users"
        items={items}
        back={back}
      />
    ))
  }

  return {
    services,
    browser,
    send,
    accountName,
    wordsOf,
    fieldsOf,
    show,
    act,
    remove,
    choicesOf,
    policyChoices,
    make,
    queryOf,
    shownPolicies,
    attached,
    addAttachments,
    secrets,
  }
}
