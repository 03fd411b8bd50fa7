/** Permission configurations: the list, and one of them with where it is deployed. */
import type { ComponentChildren } from 'preact'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
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
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import { safeHref } from '../safe-href.js'
import { DeploymentTable, type ShownDeployment } from './deployments.js'
import {
  commonTexts,
  ConsoleFrame,
  consolePath,
  consoleTexts,
  durationText,
  type ConsolePage,
} from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'

export const configurationPath = (configuration: Pick<PermissionConfiguration, 'id'>, rest = ''): string =>
  `/admin/permission-configurations/${configuration.id}${rest}`

export interface ShownConfiguration extends PermissionConfiguration {
  readonly deploymentCount: number
  readonly staleCount: number
  /** Accounts in which it is not as it was deployed. */
  readonly driftCount: number
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
                {configuration.driftCount > 0 && (
                  <div>
                    <Status tone="bad" label={consoleTexts(page).drift.badge} />
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
  readonly configuration?: Pick<PermissionConfiguration, 'id' | 'name' | 'version'>
  readonly values: FormValues
  readonly errors?: FieldErrors
  /** The version that was to be changed, when there is a newer one by now. */
  readonly overtaken?: number
}

export function ConfigurationFormPage({
  page,
  configuration,
  values,
  errors,
  overtaken,
}: ConfigurationFormPageProps) {
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
          {configuration && <input type="hidden" name="version" value={configuration.version} />}
          {configuration && overtaken !== undefined ? (
            <Overtaken page={page} configuration={configuration} seen={overtaken} />
          ) : (
            <ErrorSummary page={page} errors={errors} />
          )}
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

/** Says that somebody else was faster, and shows where to see with what. The form goes on from the newer version. */
export function Overtaken({
  page,
  configuration,
  seen,
}: {
  readonly page: ConsolePage
  readonly configuration: Pick<PermissionConfiguration, 'id' | 'version'>
  readonly seen: number
}) {
  const words = consoleTexts(page).versions
  const href = consolePath(`/permission-configurations/${configuration.id}/versions/compare`, {
    from: String(seen),
    to: String(configuration.version),
  })
  return (
    <Notice page={page} kind="danger" title={words.changedMeanwhile}>
      <p>
        {words.saveAnyway} <a href={href}>{words.showMeanwhile}</a>
      </p>
    </Notice>
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
  /** Accounts in which it is not as it was deployed. */
  readonly driftCount: number
}

interface ConfigurationFrameProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  readonly tab: 'preset' | 'custom' | 'deployments' | 'versions'
  readonly children: ComponentChildren
}

/** What every tab of a configuration shows above it. */
export function ConfigurationFrame({ page, summary, tab, children }: ConfigurationFrameProps) {
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
      {summary.driftCount > 0 && (
        <Notice page={page} kind="warning">
          <p>
            {consoleTexts(page).drift.configurationNotice(summary.driftCount)}{' '}
            <a href={consolePath('/drift', { configuration: configuration.id })}>
              {consoleTexts(page).drift.show}
            </a>
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
          {
            href: configurationPath(configuration, '/versions'),
            label: consoleTexts(page).versions.tab,
            count: configuration.version,
            current: tab === 'versions',
          },
        ]}
      />
      {children}
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
