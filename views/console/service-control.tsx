/** Service control policies: the switch and the list, one policy, and the levels that limit an account. */
import type { TreeNode } from '../../server/domain/organization.js'
import type {
  ServiceControlLevel,
  ServiceControlPolicy,
  ServiceControlTarget,
} from '../../server/domain/service-control.js'
import { Card } from '../parts/card.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { PolicyEditor } from '../parts/policy-editor.js'
import { readableDocument } from '../parts/policy-text.js'
import type { PolicyEditorState } from '../parts/policy-state.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { POLICY_CHECK } from './custom-policies.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'

const policyPath = ({ id }: Pick<ServiceControlPolicy, 'id'>, rest = ''): string =>
  `/admin/service-control/${id}${rest}`

const targetPath = ({ kind, id }: ServiceControlTarget): string =>
  kind === 'account' ? `/admin/accounts/${id}/service-control` : `/admin/departments/${id}/service-control`

export interface ServiceControlPageProps {
  readonly page: ConsolePage
  readonly isOn: boolean
  readonly policies: readonly ServiceControlPolicy[]
}

export function ServiceControlPage({ page, isOn, policies }: ServiceControlPageProps) {
  const common = commonTexts(page)
  const { organization: words, configurations } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="serviceControl"
      title={words.serviceControl}
      lead={words.serviceControlLead}
      actions={
        isOn ? (
          <>
            <ButtonLink href="/admin/service-control/off">{words.switchOff}</ButtonLink>
            <ButtonLink kind="primary" href="/admin/service-control/new">
              {words.createPolicy}
            </ButtonLink>
          </>
        ) : (
          <ActionButton page={page} action="/admin/service-control/on" kind="primary">
            {words.switchOn}
          </ActionButton>
        )
      }
    >
      <Notice page={page} kind="info">
        {isOn ? words.isOn : words.isOff}
      </Notice>
      <Table
        page={page}
        caption={words.policies}
        rows={policies}
        rowKey={({ id }) => String(id)}
        columns={[
          {
            key: 'name',
            header: words.policyName,
            cell: (policy) => (
              <>
                <a href={policyPath(policy)}>{policy.name}</a>{' '}
                {policy.type === 'preset' && <Tag label={configurations.tabPreset} />}
              </>
            ),
          },
          {
            key: 'description',
            header: common.description,
            cell: ({ type, name, description }) =>
              type === 'preset'
                ? consoleTexts(page).presetPolicies.description(name, description ?? '')
                : description,
          },
          {
            key: 'attachments',
            header: words.attachedTo,
            cell: ({ attachments }) => words.attachments(attachments),
          },
        ]}
      />
    </ConsoleFrame>
  )
}

export interface ServiceControlFormPageProps {
  readonly page: ConsolePage
  /** Absent for a new one. */
  readonly policy?: ServiceControlPolicy
  /** One page of what it is attached to. */
  readonly targets: {
    readonly items: readonly (ServiceControlTarget & { readonly name: string })[]
    readonly total: number
    readonly number: number
  }
  readonly values: FormValues
  readonly state: PolicyEditorState
  readonly errors?: FieldErrors
}

export function ServiceControlFormPage({
  page,
  policy,
  targets,
  values,
  state,
  errors,
}: ServiceControlFormPageProps) {
  const common = commonTexts(page)
  const { organization: words, configurations } = consoleTexts(page)
  const isPreset = policy?.type === 'preset'
  return (
    <ConsoleFrame
      page={page}
      section="serviceControl"
      title={policy ? (isPreset ? policy.name : words.editPolicyTitle(policy.name)) : words.createPolicyTitle}
      crumbs={[{ label: words.serviceControl, href: '/admin/service-control' }]}
      actions={
        policy &&
        !isPreset && <ButtonLink href={policyPath(policy, '/delete')}>{words.deletePolicy}</ButtonLink>
      }
      script="policy-editor"
    >
      {isPreset || (policy && !page.mayChange) ? (
        <Card title={configurations.document}>
          <pre class="wrap">{readableDocument(policy.document)}</pre>
        </Card>
      ) : (
        <Card>
          <Form
            page={page}
            action={policy ? policyPath(policy) : '/admin/service-control'}
            class="form form-wide"
          >
            <ErrorSummary page={page} errors={errors} />
            <TextField
              page={page}
              name="name"
              label={words.policyName}
              hint={words.policyNameHint}
              value={values['name']}
              errors={errors}
              maxLength={128}
              width="medium"
            />
            <TextField
              page={page}
              name="description"
              label={common.description}
              value={values['description']}
              errors={errors}
              maxLength={1000}
              required={false}
            />
            <PolicyEditor page={page} state={state} checkAction={POLICY_CHECK} />
            <FormActions>
              <Button kind="primary">{configurations.savePolicy}</Button>
              <a href="/admin/service-control">{common.cancel}</a>
            </FormActions>
          </Form>
        </Card>
      )}
      {policy && (
        <Card title={words.attachedTo}>
          {targets.total === 0 ? (
            <p class="muted">{words.notAttached}</p>
          ) : (
            <ul class="list">
              {targets.items.map((target) => (
                <li key={`${target.kind} ${target.id}`}>
                  <a href={targetPath(target)}>{target.name}</a>{' '}
                  <span class="muted small">
                    {target.kind === 'node' ? words.levelDepartment : target.id}
                  </span>
                </li>
              ))}
            </ul>
          )}
          <Pager
            page={page}
            total={targets.total}
            size={PAGE_SIZE}
            number={targets.number}
            href={(number) => consolePath(`/service-control/${policy.id}`, { page: String(number) })}
          />
        </Card>
      )}
    </ConsoleFrame>
  )
}

export interface ServiceControlLevelsProps {
  readonly page: ConsolePage
  /** From the account or department up to the root; empty where nothing limits it. */
  readonly levels: readonly ServiceControlLevel[]
  /** Everything that can be attached. */
  readonly policies: readonly ServiceControlPolicy[]
  /** Whose page this stands on: where attaching leads back to. */
  readonly of: ServiceControlTarget
}

/** What limits an account or a department, level by level, with the means to attach and detach at each. */
export function ServiceControlLevels({ page, levels, policies, of }: ServiceControlLevelsProps) {
  const { organization: words } = consoleTexts(page)
  const isOfAccount = of.kind === 'account'
  if (levels.length === 0)
    return <p class="muted">{isOfAccount ? words.noLimits : words.noLimitsOfDepartment}</p>
  const hidden = (level: ServiceControlLevel) => (
    <>
      <input type="hidden" name="kind" value={level.kind} />
      <input type="hidden" name="target" value={level.id} />
      <input type="hidden" name="pageKind" value={of.kind} />
      <input type="hidden" name="page" value={of.id} />
    </>
  )
  const isHere = ({ kind, id }: ServiceControlLevel): boolean => kind === of.kind && id === of.id
  const leadOf = (level: ServiceControlLevel) => {
    if (!isHere(level)) return <a href={targetPath(level)}>{words.levelDepartment}</a>
    return isOfAccount ? words.levelAccount : words.levelThisDepartment
  }
  return (
    <>
      <p class="muted">{isOfAccount ? words.levelsLead : words.levelsOfDepartmentLead}</p>
      {levels.map((level) => {
        const attached = new Set(level.policies.map(({ id }) => id))
        const open = policies.filter(({ id }) => !attached.has(id))
        return (
          <Card key={`${level.kind} ${level.id}`} title={level.name} lead={leadOf(level)}>
            {level.policies.length === 0 && <p>{words.noneAttached}</p>}
            {level.policies.map((policy) => (
              <details key={policy.id}>
                <summary>{policy.name}</summary>
                <pre class="wrap">{readableDocument(policy.document)}</pre>
                {page.mayChange && (
                  <Form page={page} action="/admin/service-control/detach" class="form-inline">
                    {hidden(level)}
                    <input type="hidden" name="policy" value={String(policy.id)} />
                    <Button small label={`${words.detach}: ${policy.name} (${level.name})`}>
                      {words.detach}
                    </Button>
                  </Form>
                )}
              </details>
            ))}
            {page.mayChange && open.length > 0 && (
              <Form page={page} action="/admin/service-control/attach" class="form-inline">
                {hidden(level)}
                <select name="policy" aria-label={`${words.policy} (${level.name})`}>
                  {open.map(({ id, name }) => (
                    <option key={id} value={String(id)}>
                      {name}
                    </option>
                  ))}
                </select>
                <Button>{words.attach}</Button>
              </Form>
            )}
          </Card>
        )
      })}
    </>
  )
}

export interface DepartmentServiceControlPageProps {
  readonly page: ConsolePage
  readonly node: Pick<TreeNode, 'id' | 'name'>
  readonly levels: readonly ServiceControlLevel[]
  /** Everything that can be attached. */
  readonly policies: readonly ServiceControlPolicy[]
}

/** What limits the accounts of a department. */
export function DepartmentServiceControlPage({
  page,
  node,
  levels,
  policies,
}: DepartmentServiceControlPageProps) {
  const { accounts, organization: words } = consoleTexts(page)
  const id = String(node.id)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.departmentLimitsTitle(node.name)}
      crumbs={[
        { label: accounts.title, href: '/admin/accounts' },
        { label: node.name, href: consolePath('/accounts', { node: id }) },
      ]}
    >
      <ServiceControlLevels page={page} levels={levels} policies={policies} of={{ kind: 'node', id }} />
    </ConsoleFrame>
  )
}
