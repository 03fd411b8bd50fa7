/** Parts of one thing, each on a page of its own. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export interface Tab {
  readonly href: string
  readonly label: string
  /** Shown beside the label. */
  readonly count?: number
  readonly current: boolean
}

export interface TabsProps {
  readonly page: PageContext
  readonly tabs: readonly Tab[]
}

export function Tabs({ page, tabs }: TabsProps) {
  return (
    <nav class="tabs" aria-label={texts(page.language).common.tabs}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.href}>
            <a href={tab.href} aria-current={tab.current ? 'page' : undefined}>
              {tab.label}
              {tab.count !== undefined && <span class="count">{tab.count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
