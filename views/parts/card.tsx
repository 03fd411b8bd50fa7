/** A part of a page with its own heading. */
import type { ComponentChildren } from 'preact'

export interface CardProps {
  readonly title?: string
  /** A sentence under the heading. */
  readonly lead?: ComponentChildren
  /** Links or forms beside the heading. */
  readonly actions?: ComponentChildren
  readonly id?: string
  readonly tone?: 'danger'
  readonly children?: ComponentChildren
}

export function Card({ title, lead, actions, id, tone, children }: CardProps) {
  return (
    <section class={tone === 'danger' ? 'card card-danger' : 'card'} id={id}>
      {(title !== undefined || actions !== undefined) && (
        <div class="card-head">
          {title !== undefined && <h2>{title}</h2>}
          {actions !== undefined && <div class="button-row">{actions}</div>}
        </div>
      )}
      {lead !== undefined && <p class="card-lead">{lead}</p>}
      {children}
    </section>
  )
}
