/** The tabs of SCIM synchronization. */
import { Tabs } from '../parts/tabs.js'
import { consoleTexts, type ConsolePage } from './frame.js'

export interface ScimTabsProps {
  readonly page: ConsolePage
  readonly current: 'connection' | 'adoption' | 'guard'
  /** Collisions that nobody has decided on. */
  readonly open: number
}

/** The pages of SCIM synchronization. */
export function ScimTabs({ page, current, open }: ScimTabsProps) {
  const words = consoleTexts(page).adoption
  return (
    <Tabs
      page={page}
      tabs={[
        { href: '/admin/scim', label: words.tabConnection, current: current === 'connection' },
        {
          href: '/admin/scim/adoption',
          label: words.tabAdoption,
          count: open,
          current: current === 'adoption',
        },
        { href: '/admin/scim/guard', label: words.tabGuard, current: current === 'guard' },
      ]}
    />
  )
}
