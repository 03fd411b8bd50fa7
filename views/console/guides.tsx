/** Setup guides: what to enter at an identity provider, in its own words and with this deployment's values. */
import { Card } from '../parts/card.js'
import { CopyText } from '../parts/copy.js'
import { ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Table } from '../parts/table.js'
import { ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import {
  GUIDE_IDS,
  type GuideId,
  type GuideMapping,
  type GuidePart,
  type GuideStep,
  type GuideValues,
} from './guide.js'

const guidePath = (id: GuideId): string => `/admin/guides/${id}`

export interface GuidesPageProps {
  readonly page: ConsolePage
  readonly values: GuideValues
}

export function GuidesPage({ page, values }: GuidesPageProps) {
  const words = consoleTexts(page).guides
  return (
    <ConsoleFrame page={page} section="guides" title={words.title} lead={words.lead}>
      <Table
        page={page}
        caption={words.title}
        rows={GUIDE_IDS}
        rowKey={(id) => id}
        columns={[
          {
            key: 'name',
            header: words.choose,
            cell: (id) => <a href={guidePath(id)}>{words.names[id]}</a>,
          },
          {
            key: 'offers',
            header: words.offers,
            cell: (id) =>
              words.texts[id](values).parts.some(({ kind }) => kind === 'scim')
                ? words.offersBoth
                : words.offersSaml,
          },
        ]}
      />
    </ConsoleFrame>
  )
}

export interface GuidePageProps {
  readonly page: ConsolePage
  readonly id: GuideId
  readonly values: GuideValues
  /** Whether an identity provider in the cloud can reach these addresses. */
  readonly isPublic: boolean
}

export function GuidePage({ page, id, values, isPublic }: GuidePageProps) {
  const words = consoleTexts(page).guides
  const name = words.names[id]
  const guide = words.texts[id](values)
  const hasScim = guide.parts.some(({ kind }) => kind === 'scim')
  return (
    <ConsoleFrame
      page={page}
      section="guides"
      title={words.guideTitle(name)}
      lead={guide.lead}
      crumbs={[{ label: words.title, href: '/admin/guides' }]}
    >
      {!isPublic && (
        <Notice page={page} kind="warning">
          {words.notPublic}
        </Notice>
      )}
      {guide.parts.map((part) => (
        <Part key={part.kind} page={page} part={part} />
      ))}
      <Card title={words.differences(name)}>
        <ul>
          {guide.differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      </Card>
      <Card title={words.afterwards}>
        {hasScim && <p>{words.afterwardsScim}</p>}
        <p>{words.afterwardsSaml}</p>
        <p class="button-row">
          {hasScim && <ButtonLink href="/admin/scim/test">{words.testConnection}</ButtonLink>}
          {hasScim && <ButtonLink href="/admin/scim/log">{words.scimLog}</ButtonLink>}
          <ButtonLink href="/admin/diagnostics">{words.diagnostics}</ButtonLink>
        </p>
      </Card>
    </ConsoleFrame>
  )
}

function Part({ page, part }: { readonly page: ConsolePage; readonly part: GuidePart }) {
  const words = consoleTexts(page).guides
  return (
    <Card title={words.parts[part.kind]} id={part.kind}>
      <ol class="steps">
        {part.steps.map((step, index) => (
          <li key={index}>
            <Step page={page} step={step} id={`${part.kind}-${index + 1}`} />
          </li>
        ))}
      </ol>
      {part.mappings && <Mappings page={page} mappings={part.mappings} />}
    </Card>
  )
}

function Step({
  page,
  step,
  id,
}: {
  readonly page: ConsolePage
  readonly step: GuideStep
  readonly id: string
}) {
  return (
    <div class="stack">
      <p>{step.text}</p>
      {step.values?.map(([label, value], index) => (
        <div class="field" key={label}>
          <label for={`${id}-${index}`}>{label}</label>
          <CopyText page={page} id={`${id}-${index}`} label={label} value={value} />
        </div>
      ))}
      {step.link && (
        <p>
          <a href={step.link[1]}>{step.link[0]}</a>
        </p>
      )}
    </div>
  )
}

function Mappings({
  page,
  mappings,
}: {
  readonly page: ConsolePage
  readonly mappings: readonly GuideMapping[]
}) {
  const words = consoleTexts(page).guides
  return (
    <Table
      page={page}
      caption={words.mappings}
      rows={mappings}
      rowKey={({ target }) => target}
      columns={[
        { key: 'target', header: words.attribute, cell: ({ target }) => <code>{target}</code> },
        { key: 'source', header: words.source, cell: ({ source }) => <code>{source}</code> },
        { key: 'note', header: words.note, cell: ({ note }) => note },
      ]}
    />
  )
}
