/** What the console's pages share: their frame, their words, what the reader may do. */
import type { ComponentChildren } from 'preact'
import type { DirectoryType, User } from '../../server/domain/user.js'
import { texts } from '../i18n/index.js'
import { PageFrame, type ConsoleSection, type Crumb, type PageFrameProps } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'

export interface ConsolePage extends PageContext {
  /** Whether the administrator may change anything; pages leave out what may not be done. */
  readonly mayChange: boolean
}

export interface ConsoleFrameProps {
  readonly page: ConsolePage
  readonly section: ConsoleSection
  readonly title: string
  readonly crumbs?: readonly Crumb[]
  readonly lead?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly refreshSeconds?: number
  readonly script?: PageFrameProps['script']
  readonly children: ComponentChildren
}

export function ConsoleFrame({ section, children, actions, ...frame }: ConsoleFrameProps) {
  const { page } = frame
  return (
    <PageFrame {...frame} variant="console" current={section} actions={page.mayChange ? actions : undefined}>
      {!page.mayChange && section === 'overview' && (
        <Notice page={page} kind="info">
          {consoleTexts(page).terms.readOnlyNotice}
        </Notice>
      )}
      {children}
    </PageFrame>
  )
}

export const commonTexts = (page: PageContext) => texts(page.language).common
export const consoleTexts = (page: PageContext) => texts(page.language).console

/** How the type of a user or group is called. */
export const typeName = (page: PageContext, type: DirectoryType): string => consoleTexts(page).terms[type]

/** Whether a user may sign in, as one state: blocked stands before disabled. */
export function UserStatus({
  page,
  user,
}: {
  readonly page: PageContext
  readonly user: Pick<User, 'active' | 'blocked'>
}) {
  const words = consoleTexts(page).users
  if (user.blocked) return <Status tone="bad" label={words.statusBlocked} />
  return user.active ? (
    <Status tone="good" label={words.statusActive} />
  ) : (
    <Status tone="neutral" label={words.statusDisabled} />
  )
}

/** Enabled or disabled, of whatever has just these two states. */
export function OnOff({
  page,
  status,
}: {
  readonly page: PageContext
  readonly status: 'enabled' | 'disabled'
}) {
  const words = commonTexts(page)
  return status === 'enabled' ? (
    <Status tone="good" label={words.enabled} />
  ) : (
    <Status tone="neutral" label={words.disabled} />
  )
}

/** A session duration in words: whole hours or minutes where it is such. */
export function durationText(page: ConsolePage, seconds: number): string {
  const common = commonTexts(page)
  if (seconds % 3600 === 0) return common.hours(seconds / 3600)
  return seconds % 60 === 0 ? common.minutes(seconds / 60) : common.seconds(seconds)
}

/** Path of a console page with a query; empty values are left out. */
export function consolePath(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, value)
  }
  const text = parameters.toString()
  return `/admin${path}${text === '' ? '' : `?${text}`}`
}
