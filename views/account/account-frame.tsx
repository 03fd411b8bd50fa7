/** The frame of an account's console: the account's name in the top bar, its parts beside the content. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import { PageFrame, type Crumb } from '../layout.js'
import type { PageContext } from '../page-context.js'

const PATHS = {
  overview: '/account',
  access: '/account/access',
  users: '/account/users',
  groups: '/account/groups',
  roles: '/account/roles',
  policies: '/account/policies',
} as const

export type AccountSection = keyof typeof PATHS

export interface AccountFrameProps {
  readonly page: PageContext
  readonly accountName: string
  readonly current: AccountSection
  readonly title: string
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[]
  readonly lead?: string
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

export function AccountFrame({ accountName, current, children, ...frame }: AccountFrameProps) {
  const { account, accountObjects } = texts(frame.page.language)
  const { navigation } = account
  const labels: Readonly<Record<AccountSection, string>> = {
    overview: navigation.overview,
    access: navigation.access,
    users: accountObjects.users,
    groups: accountObjects.groups,
    roles: accountObjects.roles,
    policies: accountObjects.policies,
  }
  const entry = (section: AccountSection) => ({
    href: PATHS[section],
    label: labels[section],
    current: section === current,
  })
  return (
    <PageFrame
      {...frame}
      variant="account"
      brand={{ label: accountName, href: PATHS.overview }}
      navigation={[
        { entries: [entry('overview'), entry('access')] },
        { entries: [entry('users'), entry('groups'), entry('roles'), entry('policies')] },
      ]}
    >
      {children}
    </PageFrame>
  )
}
