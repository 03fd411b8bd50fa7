/** The frame of an account's console: the account's name in the top bar, two entries beside the content. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'

export interface AccountFrameProps {
  readonly page: PageContext
  readonly accountName: string
  readonly current: 'overview' | 'access'
  readonly title: string
  readonly lead: string
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

const PATHS = { overview: '/account', access: '/account/access' } as const

export function AccountFrame({ accountName, current, children, ...frame }: AccountFrameProps) {
  const { navigation } = texts(frame.page.language).account
  const entry = (section: keyof typeof PATHS) => ({
    href: PATHS[section],
    label: navigation[section],
    current: section === current,
  })
  return (
    <PageFrame
      {...frame}
      variant="account"
      brand={{ label: accountName, href: PATHS.overview }}
      navigation={[{ entries: [entry('overview'), entry('access')] }]}
    >
      {children}
    </PageFrame>
  )
}
