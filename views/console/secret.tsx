/** Answers that show a secret once, and the answer to a form that was sent before. */
import type { ConsoleSection, Crumb } from '../layout.js'
import { Card } from '../parts/card.js'
import { CopyText, CsvDownload } from '../parts/copy.js'
import { ButtonLink, FormActions } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

export interface SecretPageProps {
  readonly page: ConsolePage
  readonly section: ConsoleSection
  readonly title: string
  /** Says that it is shown only now. */
  readonly warning: string
  readonly items: readonly { readonly id: string; readonly label: string; readonly value: string }[]
  readonly csv?: { readonly fileName: string; readonly text: string }
  readonly back: Crumb
}

/** Rendered in the POST's own answer: the secret stands in no URL, no cookie and no row. */
export function SecretPage({ page, section, title, warning, items, csv, back }: SecretPageProps) {
  return (
    <ConsoleFrame page={page} section={section} title={title}>
      <Notice page={page} kind="warning">
        {warning}
      </Notice>
      <Card>
        {items.map((item) => (
          <div class="field" key={item.id}>
            <label for={item.id}>{item.label}</label>
            <CopyText page={page} id={item.id} label={item.label} value={item.value} />
          </div>
        ))}
        {csv && (
          <details class="more">
            <summary>{consoleTexts(page).users.downloadCsv}</summary>
            <CsvDownload
              page={page}
              id="csv"
              fileName={csv.fileName}
              csv={csv.text}
              label={consoleTexts(page).users.downloadCsv}
            />
          </details>
        )}
        <FormActions>
          <ButtonLink href={back.href} kind="primary">
            {back.label}
          </ButtonLink>
        </FormActions>
      </Card>
    </ConsoleFrame>
  )
}

export interface RepeatedPageProps {
  readonly page: ConsolePage
  readonly section: ConsoleSection
  readonly back: Crumb
}

/** A form whose submission token was used: it was carried out once, and what it showed is gone. */
export function RepeatedPage({ page, section, back }: RepeatedPageProps) {
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame page={page} section={section} title={words.repeatedTitle}>
      <Card>
        <p>{words.repeated}</p>
        <FormActions>
          <ButtonLink href={back.href} kind="primary">
            {back.label}
          </ButtonLink>
        </FormActions>
      </Card>
    </ConsoleFrame>
  )
}
