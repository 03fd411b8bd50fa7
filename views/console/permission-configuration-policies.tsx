/** The policies of a permission configuration: from the catalogue, and its own. */
import type {
  ConfigurationPolicy,
  PermissionConfiguration,
} from '../../server/domain/permission-configuration.js'
import { Card } from '../parts/card.js'
import { ActionButton, Button, ButtonLink, FilterForm, Form, FormActions } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { readableDocument } from '../parts/policy-text.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'
import {
  ConfigurationFrame,
  configurationPath,
  type ConfigurationSummary,
} from './permission-configurations.js'

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
                    <pre tabIndex={0}>{readableDocument(policy.document)}</pre>
                  </details>
                </div>
              ),
            },
            {
              key: 'service',
              header: words.policyService,
              cell: (policy) => policy.service !== '' && <code class="nowrap">{policy.service}</code>,
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
          <ButtonLink href={configurationPath(configuration, '/custom/import')}>
            {consoleTexts(page).policyImport.open}
          </ButtonLink>
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
          <pre tabIndex={0}>{readableDocument(policy.document)}</pre>
        </Card>
      ))}
    </ConfigurationFrame>
  )
}
