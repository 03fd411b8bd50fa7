/** Permission configurations: the list, and one of them with its policies and deployments. */
import type { ComponentChildren } from 'preact'
import type {
  ConfigurationPolicy,
  PermissionConfiguration,
} from '../../server/domain/permission-configuration.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import { safeHref } from '../safe-href.js'
import { DeploymentTable, type ShownDeployment } from './deployments.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'

const configurationPath = (configuration: Pick<PermissionConfiguration, 'id'>, rest = ''): string =>
  `/admin/permission-configurations/${configuration.id}${rest}`

/** A session duration in words: whole hours or minutes where it is such. */
export function durationText(page: ConsolePage, seconds: number): string {
  const common = commonTexts(page)
  if (seconds % 3600 === 0) return common.hours(seconds / 3600)
  return seconds % 60 === 0 ? common.minutes(seconds / 60) : common.seconds(seconds)
}

export interface ShownConfiguration extends PermissionConfiguration {
  readonly deploymentCount: number
  readonly staleCount: number
}

export interface ConfigurationsPageProps {
  readonly page: ConsolePage
  readonly configurations: readonly ShownConfiguration[]
  readonly total: number
  readonly query: ListQuery
}

export function ConfigurationsPage({ page, configurations, total, query }: ConfigurationsPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.title}
      lead={words.lead}
      actions={
        <ButtonLink href="/admin/permission-configurations/new" kind="primary">
          {words.create}
        </ButtonLink>
      }
    >
      <FilterForm page={page} action="/admin/permission-configurations" label={words.find}>
        <SearchField page={page} label={words.search} query={query} />
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        rows={configurations}
        rowKey={(configuration) => configuration.id}
        empty={<p>{isFiltered(query) ? common.noMatches : words.empty}</p>}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: (configuration) => <a href={configurationPath(configuration)}>{configuration.name}</a>,
          },
          {
            key: 'description',
            header: common.description,
            cell: (configuration) => configuration.description,
          },
          {
            key: 'duration',
            header: words.sessionDuration,
            cell: (configuration) => durationText(page, configuration.sessionDuration),
          },
          {
            key: 'deployments',
            header: words.tabDeployments,
            cell: (configuration) => (
              <>
                {configuration.deploymentCount}
                {configuration.staleCount > 0 && (
                  <div>
                    <Status tone="warning" label={words.needsRedeploying} />
                  </div>
                )}
              </>
            ),
          },
          {
            key: 'createdAt',
            header: common.created,
            cell: (configuration) => <Time at={configuration.createdAt} />,
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/permission-configurations', query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface ConfigurationFormPageProps {
  readonly page: ConsolePage
  /** Absent for a new one. */
  readonly configuration?: Pick<PermissionConfiguration, 'id' | 'name'>
  readonly values: FormValues
  readonly errors?: FieldErrors
}

export function ConfigurationFormPage({ page, configuration, values, errors }: ConfigurationFormPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={configuration ? words.editTitle(configuration.name) : words.newTitle}
      crumbs={[
        { label: words.title, href: '/admin/permission-configurations' },
        ...(configuration ? [{ label: configuration.name, href: configurationPath(configuration) }] : []),
      ]}
      lead={configuration && words.editNote}
    >
      <Card>
        <Form
          page={page}
          action={
            configuration ? configurationPath(configuration, '/edit') : '/admin/permission-configurations'
          }
        >
          <ErrorSummary page={page} errors={errors} />
          {!configuration && (
            <TextField
              page={page}
              name="name"
              label={words.name}
              hint={words.nameHint}
              value={values['name']}
              errors={errors}
              maxLength={128}
            />
          )}
          <TextArea
            page={page}
            name="description"
            label={common.description}
            value={values['description']}
            errors={errors}
            maxLength={1024}
            required={false}
          />
          <TextField
            page={page}
            name="sessionDuration"
            label={words.durationSeconds}
            hint={words.durationHint}
            type="number"
            min={900}
            max={43_200}
            value={values['sessionDuration'] ?? '3600'}
            errors={errors}
            width="short"
          />
          <TextField
            page={page}
            name="relayState"
            label={words.relayState}
            hint={words.relayStateHint}
            value={values['relayState']}
            errors={errors}
            maxLength={1024}
            required={false}
          />
          <FormActions>
            <Button kind="primary">{configuration ? common.save : words.create}</Button>
            <a href={configuration ? configurationPath(configuration) : '/admin/permission-configurations'}>
              {common.cancel}
            </a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

/** What every tab of a configuration shows of it. */
export interface ConfigurationSummary {
  readonly configuration: PermissionConfiguration
  readonly presetCount: number
  readonly customCount: number
  readonly deploymentCount: number
  /** Accounts that have an earlier content. */
  readonly staleCount: number
}

interface ConfigurationFrameProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  readonly tab: 'preset' | 'custom' | 'deployments'
  readonly children: ComponentChildren
}

function ConfigurationFrame({ page, summary, tab, children }: ConfigurationFrameProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const { configuration } = summary
  const relayHref = configuration.relayState === undefined ? undefined : safeHref(configuration.relayState)
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={configuration.name}
      crumbs={[{ label: words.title, href: '/admin/permission-configurations' }]}
      actions={
        <>
          <ButtonLink href={configurationPath(configuration, '/edit')}>{common.edit}</ButtonLink>
          <ButtonLink href={configurationPath(configuration, '/delete')}>{common.delete}</ButtonLink>
        </>
      }
    >
      {summary.staleCount > 0 && (
        <Notice page={page} kind="warning">
          <p>
            {words.redeployNotice(summary.staleCount)}{' '}
            {tab !== 'deployments' && (
              <a href={configurationPath(configuration, '/deployments')}>{words.toDeployments}</a>
            )}
          </p>
        </Notice>
      )}
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            { label: common.description, value: configuration.description },
            { label: words.sessionDuration, value: durationText(page, configuration.sessionDuration) },
            {
              label: words.relayState,
              value: configuration.relayState && <code>{relayHref ?? configuration.relayState}</code>,
            },
            { label: words.id, value: <code>{configuration.id}</code> },
            { label: common.created, value: <Time at={configuration.createdAt} /> },
            { label: common.updated, value: <Time at={configuration.updatedAt} /> },
          ]}
        />
      </Card>
      <Tabs
        page={page}
        tabs={[
          {
            href: configurationPath(configuration),
            label: words.tabPreset,
            count: summary.presetCount,
            current: tab === 'preset',
          },
          {
            href: configurationPath(configuration, '/custom'),
            label: words.tabCustom,
            count: summary.customCount,
            current: tab === 'custom',
          },
          {
            href: configurationPath(configuration, '/deployments'),
            label: words.tabDeployments,
            count: summary.deploymentCount,
            current: tab === 'deployments',
          },
        ]}
      />
      {children}
    </ConsoleFrame>
  )
}

type PresetPolicyRow = Extract<ConfigurationPolicy, { type: 'preset' }>
type CustomPolicyRow = Extract<ConfigurationPolicy, { type: 'custom' }>

export interface PresetTabProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  readonly policies: readonly PresetPolicyRow[]
}

export function PresetPoliciesPage({ page, summary, policies }: PresetTabProps) {
  const words = consoleTexts(page).configurations
  const { configuration } = summary
  const table = (
    <Table
      page={page}
      caption={words.tabPreset}
      rows={policies}
      rowKey={(policy) => policy.name}
      selection={
        page.mayChange
          ? { name: 'policy', value: (policy) => String(policy.policyId), label: (policy) => policy.name }
          : undefined
      }
      empty={<p>{words.noPreset}</p>}
      columns={[
        { key: 'name', header: words.policyName, cell: (policy) => policy.name },
        { key: 'id', header: words.policyId, cell: (policy) => <code>{policy.policyId}</code> },
        { key: 'added', header: words.added, cell: (policy) => <Time at={policy.addedAt} /> },
      ]}
    />
  )
  return (
    <ConfigurationFrame page={page} summary={summary} tab="preset">
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={configurationPath(configuration, '/attach')}>{words.attach}</ButtonLink>
        </div>
      )}
      {page.mayChange && policies.length > 0 ? (
        <Form
          page={page}
          action={configurationPath(configuration, '/detach')}
          class="stack"
          label={words.tabPreset}
        >
          {table}
          <div class="bulk">
            <Button small>{words.detachSelected}</Button>
          </div>
        </Form>
      ) : (
        table
      )}
    </ConfigurationFrame>
  )
}

/** A policy of the catalogue. */
export interface CataloguePolicy {
  readonly id: number
  readonly name: string
  readonly service: string
  readonly description: string
  readonly document: string
}

export interface AttachPoliciesPageProps {
  readonly page: ConsolePage
  readonly configuration: Pick<PermissionConfiguration, 'id' | 'name'>
  readonly policies: readonly CataloguePolicy[]
  readonly total: number
  readonly query: ListQuery
  readonly attachedIds: ReadonlySet<number>
}

export function AttachPoliciesPage({ page, configuration, policies, ...props }: AttachPoliciesPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const path = `/permission-configurations/${configuration.id}/attach`
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.attachTitle(configuration.name)}
      crumbs={[
        { label: words.title, href: '/admin/permission-configurations' },
        { label: configuration.name, href: configurationPath(configuration) },
      ]}
      lead={words.attachLead}
    >
      <FilterForm page={page} action={`/admin${path}`} label={words.findPolicies}>
        <SearchField page={page} label={words.searchCatalogue} query={props.query} />
      </FilterForm>
      <Form page={page} action={`/admin${path}`} class="stack" label={words.attach}>
        <Table
          page={page}
          caption={words.tabPreset}
          rows={policies}
          rowKey={(policy) => String(policy.id)}
          selection={{
            name: 'policy',
            value: (policy) => String(policy.id),
            label: (policy) => policy.name,
            disabled: (policy) => props.attachedIds.has(policy.id),
          }}
          empty={<p>{words.noPolicyMatches}</p>}
          columns={[
            {
              key: 'name',
              header: words.policyName,
              cell: (policy) => (
                <>
                  {policy.name} {props.attachedIds.has(policy.id) && <Tag label={words.attached} />}
                </>
              ),
            },
            {
              key: 'description',
              header: common.description,
              cell: (policy) => (
                <div>
                  {policy.description}
                  <details class="more small">
                    <summary>{words.showDocument}</summary>
                    <pre tabIndex={0}>{indented(policy.document)}</pre>
                  </details>
                </div>
              ),
            },
            {
              key: 'service',
              header: words.policyService,
              cell: (policy) => policy.service !== '' && <code>{policy.service}</code>,
            },
          ]}
        />
        <FormActions>
          {policies.length > 0 && <Button kind="primary">{words.attachButton}</Button>}
          <a href={configurationPath(configuration)}>{common.cancel}</a>
        </FormActions>
      </Form>
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.query.number}
        href={(number) => listHref(path, props.query, { number })}
      />
    </ConsoleFrame>
  )
}

/** JSON with line breaks, for reading; text that is none stays as it is. */
function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2)
  } catch {
    return document
  }
}

export interface CustomTabProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  readonly policies: readonly CustomPolicyRow[]
}

export function CustomPoliciesPage({ page, summary, policies }: CustomTabProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const { configuration } = summary
  return (
    <ConfigurationFrame page={page} summary={summary} tab="custom">
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={configurationPath(configuration, '/custom/new')}>{words.addCustom}</ButtonLink>
        </div>
      )}
      {policies.length === 0 && (
        <div class="empty">
          <p>{words.noCustom}</p>
        </div>
      )}
      {policies.map((policy) => (
        <Card
          key={policy.name}
          title={policy.name}
          actions={
            page.mayChange && (
              <>
                <ButtonLink
                  small
                  href={consolePath(`/permission-configurations/${configuration.id}/custom/edit`, {
                    name: policy.name,
                  })}
                  label={`${common.edit} ${policy.name}`}
                >
                  {common.edit}
                </ButtonLink>
                <ActionButton
                  page={page}
                  small
                  action={configurationPath(configuration, '/custom/remove')}
                  fields={{ name: policy.name }}
                  label={`${words.removePolicy} ${policy.name}`}
                >
                  {words.removePolicy}
                </ActionButton>
              </>
            )
          }
        >
          <p class="muted small">
            {words.added} <Time at={policy.addedAt} />
          </p>
          <pre tabIndex={0}>{policy.document}</pre>
        </Card>
      ))}
    </ConfigurationFrame>
  )
}

export interface CustomPolicyFormPageProps {
  readonly page: ConsolePage
  readonly configuration: Pick<PermissionConfiguration, 'id' | 'name'>
  /** Name of the policy that is edited; absent for a new one. */
  readonly policyName?: string
  readonly values: FormValues
  readonly errors?: FieldErrors
  /** Where the document cannot be read: the line is shown with a mark under the column. */
  readonly fault?: { readonly line: number; readonly column: number; readonly text: string }
}

const EXAMPLE = `{
  "version": "2.0",
  "statement": [
    {
      "effect": "allow",
      "action": ["cvm:Describe*"],
      "resource": "*"
    }
  ]
}`

export function CustomPolicyFormPage({
  page,
  configuration,
  policyName,
  ...props
}: CustomPolicyFormPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const { values, errors, fault } = props
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={
        policyName === undefined
          ? words.newCustomTitle(configuration.name)
          : words.editCustomTitle(policyName)
      }
      crumbs={[
        { label: words.title, href: '/admin/permission-configurations' },
        { label: configuration.name, href: configurationPath(configuration) },
        { label: words.tabCustom, href: configurationPath(configuration, '/custom') },
      ]}
    >
      <Card>
        <Form
          page={page}
          action={configurationPath(configuration, policyName === undefined ? '/custom/new' : '/custom/edit')}
          class="form form-wide"
        >
          <ErrorSummary page={page} errors={errors} />
          {fault && (
            <pre class="fault" tabIndex={0}>
              {`${fault.line}: ${fault.text}\n${' '.repeat(`${fault.line}: `.length + fault.column - 1)}^`}
            </pre>
          )}
          {policyName === undefined ? (
            <TextField
              page={page}
              name="name"
              label={words.customName}
              hint={words.customNameHint}
              value={values['name']}
              errors={errors}
              maxLength={32}
              width="medium"
            />
          ) : (
            <input type="hidden" name="name" value={policyName} />
          )}
          <TextArea
            page={page}
            name="document"
            label={words.document}
            hint={words.documentHint}
            value={values['document']}
            errors={errors}
            rows={18}
            code
          />
          <FormActions>
            <Button kind="primary">{words.savePolicy}</Button>
            <a href={configurationPath(configuration, '/custom')}>{common.cancel}</a>
          </FormActions>
        </Form>
        <details class="more">
          <summary>{words.documentExample}</summary>
          <pre tabIndex={0}>{EXAMPLE}</pre>
        </details>
      </Card>
    </ConsoleFrame>
  )
}

export interface ConfigurationDeploymentsPageProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  readonly deployments: readonly ShownDeployment[]
  readonly total: number
  readonly number: number
}

export function ConfigurationDeploymentsPage({ page, summary, ...props }: ConfigurationDeploymentsPageProps) {
  const words = consoleTexts(page).configurations
  const { configuration } = summary
  return (
    <ConfigurationFrame page={page} summary={summary} tab="deployments">
      {page.mayChange && summary.staleCount > 0 && (
        <ActionButton page={page} action={configurationPath(configuration, '/redeploy-all')} kind="primary">
          {words.redeployAll}
        </ActionButton>
      )}
      <DeploymentTable
        page={page}
        deployments={props.deployments}
        by="configuration"
        redeployAction={configurationPath(configuration, '/redeploy')}
        caption={words.deploymentsCaption}
        empty={words.noDeployments}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) =>
          consolePath(`/permission-configurations/${configuration.id}/deployments`, { page: String(next) })
        }
      />
    </ConfigurationFrame>
  )
}
