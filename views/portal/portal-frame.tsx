/** What the two tabs of my access share. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import { PageFrame, type PageFrameProps } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ButtonLink, FilterForm } from '../parts/form.js'
import { Tabs } from '../parts/tabs.js'

export interface PortalFrameProps {
  readonly page: PageContext
  readonly tab: 'roles' | 'camUsers'
  readonly script?: PageFrameProps['script']
  readonly children: ComponentChildren
}

export function PortalFrame({ page, tab, script, children }: PortalFrameProps) {
  const { home, security } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant="portal"
      title={home.title}
      current="portalHome"
      script={script}
      actions={
        <ButtonLink href="/portal/security" small>
          {security.title}
        </ButtonLink>
      }
    >
      <Tabs
        page={page}
        tabs={[
          { href: '/portal', label: home.roles, current: tab === 'roles' },
          { href: '/portal/cam-users', label: home.camUsers, current: tab === 'camUsers' },
        ]}
      />
      {children}
    </PageFrame>
  )
}

export interface PortalSearchProps {
  readonly page: PageContext
  /** Empty when nothing is searched for. */
  readonly query: string
  /** Path of the tab. */
  readonly action: string
}

export function PortalSearch({ page, query, action }: PortalSearchProps) {
  const { home } = texts(page.language).portal
  return (
    <FilterForm page={page} action={action} label={home.searchLabel}>
      <div class="field">
        <label for="portal-search">{home.searchLabel}</label>
        <input id="portal-search" type="search" name="q" value={query} maxLength={100} autoComplete="off" />
      </div>
    </FilterForm>
  )
}
