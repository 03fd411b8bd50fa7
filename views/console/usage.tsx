/** How much of a quota is in use. */
import type { PageContext } from '../page-context.js'
import { consoleTexts } from './frame.js'

export interface UsageProps {
  readonly page: PageContext
  readonly label: string
  readonly used: number
  readonly limit: number
}

export function Usage({ page, label, used, limit }: UsageProps) {
  return (
    <li>
      <div class="usage-head">
        <span>{label}</span>
        <span class="muted">{consoleTexts(page).overview.quotaOf(used, limit)}</span>
      </div>
      <meter min={0} max={limit} high={limit * 0.9} value={Math.min(used, limit)} aria-label={label} />
    </li>
  )
}
