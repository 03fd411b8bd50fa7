/** The frame around every page: head, top bar, navigation, title, notices. */
import type { ComponentChildren } from 'preact'
import { LANGUAGES, LANGUAGE_NAMES, texts, type Texts } from './i18n/index.js'
import type { PageContext, Viewer } from './page-context.js'
import { Form } from './parts/form.js'
import { Notice } from './parts/notice.js'
import { safeHref } from './safe-href.js'
import { THEMES } from './theme.js'

/** Which navigation stands beside the content; `bare` has none and keeps the content in a narrow column. */
export type FrameVariant = 'console' | 'portal' | 'account' | 'bare'

export type ConsoleSection =
  | 'overview'
  | 'users'
  | 'groups'
  | 'permissionConfigurations'
  | 'accounts'
  | 'userSyncs'
  | 'serviceControl'
  | 'accessExplained'
  | 'tasks'
  | 'drift'
  | 'scim'
  | 'scimLog'
  | 'sso'
  | 'guides'
  | 'diagnostics'
  | 'administrators'
  | 'settings'
  | 'audit'
  | 'api'

export type PortalSection = 'portalHome' | 'portalSecurity'

export interface Crumb {
  readonly label: string
  readonly href: string
}

export interface NavigationEntry {
  readonly href: string
  readonly label: string
  readonly current: boolean
}

/** Entries under one heading; without a heading they stand for themselves. */
export interface NavigationGroup {
  readonly heading?: string
  readonly entries: readonly NavigationEntry[]
}

export interface PageFrameProps {
  readonly page: PageContext
  readonly variant: FrameVariant
  /** Heading of the page, and first part of the window's title. */
  readonly title: string
  /** Entry of the console's or the portal's navigation that this page belongs to. */
  readonly current?: ConsoleSection | PortalSection
  /** For the `account` variant, whose entries the layout does not know. */
  readonly navigation?: readonly NavigationGroup[]
  /** Stands in place of the product's name and start page in the top bar. */
  readonly brand?: Crumb
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[]
  /** A sentence under the heading. */
  readonly lead?: ComponentChildren
  /** Links and forms beside the heading. */
  readonly actions?: ComponentChildren
  /** Asks the browser to load the page again after so many seconds: for progress that needs no script. */
  readonly refreshSeconds?: number
  /** A script of `views/assets` that this page needs beside the common one. */
  readonly script?: 'passkey' | 'policy-editor' | 'portal'
  readonly children: ComponentChildren
}

const START_PAGES: Record<FrameVariant, string> = {
  console: '/admin/',
  portal: '/portal',
  account: '/portal',
  bare: '/',
}

export function PageFrame(props: PageFrameProps) {
  const { page, variant, title } = props
  const { common } = texts(page.language)
  const brand = props.brand ?? { label: common.productName, href: START_PAGES[variant] }
  const navigation = props.navigation ?? navigationOf(variant, props.current, common)
  return (
    <html lang={page.language} data-theme={page.theme === 'system' ? undefined : page.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={page.theme === 'system' ? 'light dark' : page.theme} />
        <meta name="robots" content="noindex" />
        {/* With script, `site.js` loads the page again, and waits while the reader has something open on it. */}
        {props.refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(props.refreshSeconds)} />
          </noscript>
        )}
        <title>{title === brand.label ? title : `${title} · ${brand.label}`}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/site.css" />
        <script defer src="/assets/site.js" />
        {props.script !== undefined && <script defer src={`/assets/${props.script}.js`} />}
      </head>
      <body class={`area-${variant}`} data-refresh-seconds={props.refreshSeconds}>
        <a class="skip-link" href="#main">
          {common.skipToContent}
        </a>
        <header class="top">
          {navigation.length > 0 && (
            <details class="menu-small">
              <summary>{common.menu}</summary>
              <Navigation groups={navigation} label={common.mainNavigation} />
            </details>
          )}
          {variant === 'bare' ? (
            <span class="brand">
              <Mark />
              <span class="brand-name">{brand.label}</span>
            </span>
          ) : (
            <a class="brand" href={brand.href}>
              <Mark />
              <span class="brand-name">{brand.label}</span>
            </a>
          )}
          <div class="top-end">
            <LanguageSwitch page={page} />
            {page.viewer && <UserMenu page={page} viewer={page.viewer} />}
          </div>
        </header>
        <div class="shell">
          {navigation.length > 0 && (
            <aside class="side">
              <Navigation groups={navigation} label={common.mainNavigation} />
            </aside>
          )}
          <main id="main" tabIndex={-1}>
            {props.crumbs && props.crumbs.length > 0 && (
              <nav class="crumbs" aria-label={common.breadcrumbs}>
                <ol>
                  {props.crumbs.map((crumb) => (
                    <li key={crumb.href}>
                      <a href={crumb.href}>{crumb.label}</a>
                    </li>
                  ))}
                </ol>
              </nav>
            )}
            <div class="page-head">
              <h1>{title}</h1>
              {props.actions !== undefined && <div class="button-row">{props.actions}</div>}
            </div>
            {props.lead !== undefined && <p class="lead">{props.lead}</p>}
            {page.notices.map((notice, index) => (
              <Notice key={index} page={page} kind={notice.kind}>
                {notice.text}
              </Notice>
            ))}
            {props.children}
          </main>
        </div>
      </body>
    </html>
  )
}

/** The product's mark: a ring of people around one door. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" />
      <circle cx="16" cy="11.5" r="4.5" />
      <path d="M7.5 25a8.5 8.5 0 0 1 17 0z" />
    </svg>
  )
}

function Navigation({
  groups,
  label,
}: {
  readonly groups: readonly NavigationGroup[]
  readonly label: string
}) {
  return (
    <nav class="navigation" aria-label={label}>
      {groups.map((group, index) => (
        <div key={group.heading ?? index} class="navigation-group">
          {group.heading !== undefined && <p class="navigation-heading">{group.heading}</p>}
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.href}>
                <a href={entry.href} aria-current={entry.current ? 'page' : undefined}>
                  {entry.label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function LanguageSwitch({ page }: { readonly page: PageContext }) {
  // Whoever wrote the address may have begun it with two slashes: that would be another site.
  const url = page.url === undefined ? undefined : safeHref(page.url)
  if (url === undefined) return null
  return (
    <nav class="languages" aria-label={texts(page.language).common.languageSwitch}>
      {LANGUAGES.map((language) => (
        <a
          key={language}
          href={withChoice(url, 'lang', language)}
          lang={language}
          hreflang={language}
          aria-current={language === page.language ? 'true' : undefined}
        >
          {LANGUAGE_NAMES[language]}
        </a>
      ))}
    </nav>
  )
}

/** This page once more, with a choice in its address. */
function withChoice(url: string, name: 'lang' | 'theme', value: string): string {
  const [path = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set(name, value)
  return `${path}?${parameters.toString()}`
}

function ThemeSwitch({ page }: { readonly page: PageContext }) {
  const url = page.url === undefined ? undefined : safeHref(page.url)
  if (url === undefined) return null
  const { common } = texts(page.language)
  return (
    <nav class="themes" aria-label={common.themeSwitch}>
      {THEMES.map((theme) => (
        <a
          key={theme}
          href={withChoice(url, 'theme', theme)}
          aria-current={theme === page.theme ? 'true' : undefined}
        >
          {common.themes[theme]}
        </a>
      ))}
    </nav>
  )
}

function UserMenu({ page, viewer }: { readonly page: PageContext; readonly viewer: Viewer }) {
  const { common } = texts(page.language)
  return (
    <details class="user-menu">
      <summary>
        <span class="visually-hidden">{common.userMenu(viewer.name)}</span>
        <span aria-hidden="true" class="user-name">
          {viewer.name}
        </span>
      </summary>
      <div class="user-menu-body">
        <p class="user-menu-name">{viewer.name}</p>
        {viewer.description !== undefined && <p class="muted">{viewer.description}</p>}
        {viewer.securityPath !== undefined && (
          <p>
            <a href={viewer.securityPath}>{common.navigation.portalSecurity}</a>
          </p>
        )}
        <ThemeSwitch page={page} />
        <Form page={page} action={viewer.logoutPath} class="form-inline">
          <button type="submit" class="button button-wide">
            {common.logOut}
          </button>
        </Form>
      </div>
    </details>
  )
}

const CONSOLE_PATHS: Record<ConsoleSection, string> = {
  overview: '/admin/',
  users: '/admin/users',
  groups: '/admin/groups',
  permissionConfigurations: '/admin/permission-configurations',
  accounts: '/admin/accounts',
  userSyncs: '/admin/user-syncs',
  serviceControl: '/admin/service-control',
  accessExplained: '/admin/access',
  tasks: '/admin/tasks',
  drift: '/admin/drift',
  scim: '/admin/scim',
  scimLog: '/admin/scim/log',
  sso: '/admin/sso',
  guides: '/admin/guides',
  diagnostics: '/admin/diagnostics',
  administrators: '/admin/administrators',
  settings: '/admin/settings',
  audit: '/admin/audit',
  api: '/admin/api',
}

const PORTAL_PATHS: Record<PortalSection, string> = {
  portalHome: '/portal',
  portalSecurity: '/portal/security',
}

function navigationOf(
  variant: FrameVariant,
  current: ConsoleSection | PortalSection | undefined,
  common: Texts['common'],
): readonly NavigationGroup[] {
  const words = common.navigation
  const consoleEntry = (section: ConsoleSection): NavigationEntry => ({
    href: CONSOLE_PATHS[section],
    label: words[section],
    current: section === current,
  })
  const portalEntry = (section: PortalSection): NavigationEntry => ({
    href: PORTAL_PATHS[section],
    label: words[section],
    current: section === current,
  })
  switch (variant) {
    case 'console':
      return [
        { entries: [consoleEntry('overview')] },
        {
          heading: words.directory,
          entries: [
            consoleEntry('users'),
            consoleEntry('groups'),
            consoleEntry('scim'),
            consoleEntry('scimLog'),
          ],
        },
        {
          heading: words.access,
          entries: [
            consoleEntry('accounts'),
            consoleEntry('permissionConfigurations'),
            consoleEntry('userSyncs'),
            consoleEntry('serviceControl'),
            consoleEntry('accessExplained'),
            consoleEntry('tasks'),
            consoleEntry('drift'),
          ],
        },
        {
          heading: words.management,
          entries: [
            consoleEntry('sso'),
            consoleEntry('guides'),
            consoleEntry('diagnostics'),
            consoleEntry('administrators'),
            consoleEntry('settings'),
            consoleEntry('audit'),
            consoleEntry('api'),
          ],
        },
      ]
    case 'portal':
      return [{ entries: [portalEntry('portalHome'), portalEntry('portalSecurity')] }]
    case 'account':
    case 'bare':
      return []
    default:
      return variant satisfies never
  }
}
