/** Versions of a permission configuration: the list, two of them side by side, and going back to one. */
import type { ContentComparison } from '../../server/domain/configuration-comparison.js'
import type { ConfigurationVersion } from '../../server/domain/configuration-version.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { Card } from '../parts/card.js'
import { Button, ButtonLink, FilterForm, Form, FormActions, TextField } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { ComparisonCards } from './comparison.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'
import {
  ConfigurationFrame,
  configurationPath,
  type ConfigurationSummary,
} from './permission-configurations.js'

const comparePath = (configuration: Pick<PermissionConfiguration, 'id'>, from: number, to: number): string =>
  consolePath(`/permission-configurations/${configuration.id}/versions/compare`, {
    from: String(from),
    to: String(to),
  })

function changeText(page: ConsolePage, { change, restoredNumber }: ConfigurationVersion): string {
  const words = consoleTexts(page).versions
  if (change !== 'restore') return words[change]
  return restoredNumber === undefined ? words.restoreAgain : words.restore(restoredNumber)
}

export interface ConfigurationVersionsPageProps {
  readonly page: ConsolePage
  readonly summary: ConfigurationSummary
  /** Newest first. */
  readonly versions: readonly ConfigurationVersion[]
  readonly total: number
  readonly number: number
}

export function ConfigurationVersionsPage({
  page,
  summary,
  versions,
  ...props
}: ConfigurationVersionsPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).versions
  const { configuration } = summary
  const current = configuration.version
  const path = configurationPath(configuration, '/versions')
  return (
    <ConfigurationFrame page={page} summary={summary} tab="versions">
      {current > 1 && (
        <FilterForm page={page} action={`${path}/compare`} label={words.compareAny} button={words.compareAny}>
          <TextField
            page={page}
            name="from"
            label={words.from}
            type="number"
            min={1}
            max={current}
            value={String(current - 1)}
            width="short"
          />
          <TextField
            page={page}
            name="to"
            label={words.to}
            type="number"
            min={1}
            max={current}
            value={String(current)}
            width="short"
          />
        </FilterForm>
      )}
      <Table
        page={page}
        caption={words.caption}
        rows={versions}
        rowKey={({ number }) => String(number)}
        columns={[
          {
            key: 'number',
            header: words.number,
            cell: ({ number }) => (
              <>
                {number} {number === current && <Tag label={words.current} />}
              </>
            ),
          },
          { key: 'change', header: words.change, cell: (version) => changeText(page, version) },
          {
            key: 'by',
            header: words.by,
            cell: ({ change, actorName }) => (change === 'found' ? words.system : actorName),
          },
          { key: 'at', header: words.at, cell: ({ createdAt }) => <Time at={createdAt} /> },
          {
            key: 'actions',
            header: common.actions,
            align: 'end',
            cell: ({ number }) => (
              <div class="button-row">
                {number > 1 && (
                  <ButtonLink
                    small
                    href={comparePath(configuration, number - 1, number)}
                    label={words.showChangeOf(number)}
                  >
                    {words.showChange}
                  </ButtonLink>
                )}
                {number !== current && (
                  <ButtonLink
                    small
                    href={comparePath(configuration, number, current)}
                    label={words.withCurrentOf(number)}
                  >
                    {words.withCurrent}
                  </ButtonLink>
                )}
                {number !== current && page.mayChange && (
                  <ButtonLink small href={`${path}/${number}/restore`} label={words.restoreLinkOf(number)}>
                    {words.restoreLink}
                  </ButtonLink>
                )}
              </div>
            ),
          },
        ]}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) =>
          consolePath(`/permission-configurations/${configuration.id}/versions`, { page: String(next) })
        }
      />
    </ConfigurationFrame>
  )
}

export interface VersionComparisonPageProps {
  readonly page: ConsolePage
  readonly configuration: PermissionConfiguration
  readonly comparison: ContentComparison & {
    readonly from: ConfigurationVersion
    readonly to: ConfigurationVersion
  }
}

const crumbsOf = (page: ConsolePage, configuration: PermissionConfiguration) => [
  { label: consoleTexts(page).configurations.title, href: '/admin/permission-configurations' },
  { label: configuration.name, href: configurationPath(configuration) },
  { label: consoleTexts(page).versions.tab, href: configurationPath(configuration, '/versions') },
]

const isSame = ({ settings, policies }: ContentComparison): boolean => settings.length + policies.length === 0

export function VersionComparisonPage({ page, configuration, comparison }: VersionComparisonPageProps) {
  const words = consoleTexts(page).versions
  const { from, to } = comparison
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.compareTitle(from.number, to.number)}
      crumbs={crumbsOf(page, configuration)}
    >
      <Card>
        <Table
          page={page}
          caption={words.compareTitle(from.number, to.number)}
          rows={from.number === to.number ? [from] : [from, to]}
          rowKey={({ number }) => String(number)}
          columns={[
            { key: 'number', header: words.number, cell: ({ number }) => number },
            { key: 'change', header: words.change, cell: (version) => changeText(page, version) },
            {
              key: 'by',
              header: words.by,
              cell: ({ change, actorName }) => (change === 'found' ? words.system : actorName),
            },
            { key: 'at', header: words.at, cell: ({ createdAt }) => <Time at={createdAt} /> },
          ]}
        />
      </Card>
      {isSame(comparison) && <p>{words.same}</p>}
      <ComparisonCards page={page} comparison={comparison} />
    </ConsoleFrame>
  )
}

/** `comparison` leads from what the configuration is now to the version that is to be restored. */
export function RestoreVersionPage({ page, configuration, comparison }: VersionComparisonPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).versions
  const { number } = comparison.to
  const path = configurationPath(configuration, '/versions')
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.restoreTitle(number)}
      crumbs={crumbsOf(page, configuration)}
      lead={isSame(comparison) ? words.same : words.restoreLead}
    >
      <ComparisonCards page={page} comparison={comparison} />
      {page.mayChange && !isSame(comparison) && (
        <Form page={page} action={`${path}/${number}/restore`}>
          <input type="hidden" name="version" value={configuration.version} />
          <FormActions>
            <Button kind="primary">{words.restoreButton}</Button>
            <a href={path}>{common.cancel}</a>
          </FormActions>
        </Form>
      )}
    </ConsoleFrame>
  )
}
