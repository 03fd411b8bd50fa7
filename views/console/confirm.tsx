/** Asks before something is done, and shows what stands in its way. */
import type { ComponentChildren } from 'preact'
import type { ConsoleSection, Crumb } from '../layout.js'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { safeHref } from '../safe-href.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

export interface ConfirmPageProps {
  readonly page: ConsolePage
  readonly section: ConsoleSection
  readonly title: string
  readonly crumbs: readonly Crumb[]
  readonly action: string
  readonly button: string
  readonly danger?: boolean
  /** For an act whose answer shows a secret once. */
  readonly submissionToken?: string
  /** Where "cancel" leads. */
  readonly backHref: string
  /** What will happen. */
  readonly children: ComponentChildren
}

export function ConfirmPage({ page, section, title, crumbs, danger, ...props }: ConfirmPageProps) {
  return (
    <ConsoleFrame page={page} section={section} title={title} crumbs={crumbs}>
      <Card tone={danger ? 'danger' : undefined}>
        <div class="prose">{props.children}</div>
        <Form page={page} action={props.action} submissionToken={props.submissionToken}>
          <FormActions>
            <Button kind={danger ? 'danger' : 'primary'}>{props.button}</Button>
            <a href={props.backHref}>{commonTexts(page).cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

/** Something that still uses what is to be deleted. */
export interface Blocker {
  /** What it is, such as "Member of the group". */
  readonly kind: string
  readonly name: string
  readonly href?: string
}

export interface BlockedPageProps {
  readonly page: ConsolePage
  readonly section: ConsoleSection
  readonly title: string
  readonly crumbs: readonly Crumb[]
  readonly blockersTitle: string
  readonly blockersLead: string
  readonly blockers: readonly Blocker[]
  /** Blockers beyond those named. */
  readonly more?: number
  /** The second, separate act: absent where there is none. */
  readonly withLinks?: {
    readonly action: string
    readonly title: string
    readonly lead: string
    readonly button: string
    /** What has to be typed. */
    readonly name: string
    readonly errors?: FieldErrors
  }
  readonly backHref: string
}

/** Nothing was removed: names each blocker with a link, and offers to remove all of it after a typed confirmation. */
export function BlockedPage({ page, section, title, crumbs, withLinks, ...props }: BlockedPageProps) {
  const common = commonTexts(page)
  const { users: words, groups } = consoleTexts(page)
  return (
    <ConsoleFrame page={page} section={section} title={title} crumbs={crumbs}>
      <Notice page={page} kind="danger" title={props.blockersTitle}>
        {props.blockersLead}
      </Notice>
      <Card>
        <ul class="list">
          {props.blockers.map((blocker, index) => {
            const href = blocker.href === undefined ? undefined : safeHref(blocker.href)
            return (
              <li key={index}>
                {blocker.kind} {href === undefined ? blocker.name : <a href={href}>{blocker.name}</a>}
              </li>
            )
          })}
          {props.more !== undefined && props.more > 0 && (
            <li class="muted">{groups.moreBlockers(props.more)}</li>
          )}
        </ul>
        <p>
          <a href={props.backHref}>{common.back}</a>
        </p>
      </Card>
      {withLinks && page.mayChange && (
        <Card title={withLinks.title} lead={withLinks.lead} tone="danger">
          <Form page={page} action={withLinks.action}>
            <ErrorSummary page={page} errors={withLinks.errors} />
            <TextField
              page={page}
              name="confirmation"
              label={words.confirmName(withLinks.name)}
              errors={withLinks.errors}
              width="medium"
            />
            <FormActions>
              <Button kind="danger">{withLinks.button}</Button>
            </FormActions>
          </Form>
        </Card>
      )}
    </ConsoleFrame>
  )
}
