/** A button that asks first, on the page itself and without script: what it does cannot be taken back. */
import type { PageContext } from '../page-context.js'
import { ActionButton } from './form.js'

export interface ConfirmButtonProps {
  readonly page: PageContext
  readonly action: string
  readonly fields?: Readonly<Record<string, string>>
  /** For several buttons with the same word: says which one this is. */
  readonly label?: string
  /** What comes of it. */
  readonly question: string
  /** The word on the button, and on the one that does it. */
  readonly children: string
}

export function ConfirmButton({ page, action, fields, label, question, children }: ConfirmButtonProps) {
  return (
    <details class="ask">
      <summary class="button button-small" aria-label={label === undefined ? undefined : `${label} …`}>
        {children}…
      </summary>
      <div class="ask-body">
        <p class="small">{question}</p>
        <ActionButton page={page} action={action} fields={fields} kind="danger" small label={label}>
          {children}
        </ActionButton>
      </div>
    </details>
  )
}
