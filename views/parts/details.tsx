/** Names and values of one thing. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export interface Detail {
  readonly label: string
  /** Absent or empty shows as "Not set". */
  readonly value: ComponentChildren
}

export interface DetailsProps {
  readonly page: PageContext
  readonly items: readonly Detail[]
}

export function Details({ page, items }: DetailsProps) {
  return (
    <dl class="details">
      {items.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value === undefined || value === null || value === '' ? (
              <span class="muted">{texts(page.language).common.notSet}</span>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
