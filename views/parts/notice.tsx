/** A message that stands apart from the content: what happened, what to mind. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export type NoticeKind = 'info' | 'success' | 'warning' | 'danger'

export interface NoticeProps {
  readonly page: PageContext
  readonly kind: NoticeKind
  readonly title?: string
  readonly children: ComponentChildren
}

/** Failures and successes are announced to screen readers when the page opens; notes are read in their place. */
export function Notice({ page, kind, title, children }: NoticeProps) {
  const role = kind === 'danger' ? 'alert' : kind === 'success' ? 'status' : undefined
  return (
    <div class={`notice notice-${kind}`} role={role}>
      <span class="notice-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div class="notice-body">
        <span class="visually-hidden">{texts(page.language).common.notices[kind]}: </span>
        {title !== undefined && <p class="notice-title">{title}</p>}
        {typeof children === 'string' ? <p>{children}</p> : children}
      </div>
    </div>
  )
}

const MARKS: Record<NoticeKind, string> = { info: 'i', success: '✓', warning: '!', danger: '!' }
