/** First page of the console: the zone at a glance. */
import type { Zone } from '../../server/domain/zone.js'
import type { PageNotice } from '../page-context.js'
import { Card } from '../parts/card.js'
import { CopyText } from '../parts/copy.js'
import { Details } from '../parts/details.js'
import { Notice } from '../parts/notice.js'
import { ConsoleFrame, consoleTexts, OnOff, type ConsolePage } from './frame.js'
import { Usage } from './usage.js'

export interface OverviewCounts {
  readonly users: number
  readonly groups: number
  readonly permissionConfigurations: number
  readonly deployments: number
  readonly userSyncs: number
  readonly accounts: number
  /** Names that the identity provider pushed and manual users or groups hold. */
  readonly collisions: number
}

/** A warning and the page that shows what it speaks of, no more and no less. */
export interface OverviewWarning extends PageNotice {
  readonly href: string
}

export interface OverviewPageProps {
  readonly page: ConsolePage
  readonly zone: Zone
  readonly counts: OverviewCounts
  readonly loginUrl: string
  /** Where users named for break-glass sign in, while that is on. */
  readonly breakGlassUrl: string | undefined
  /** What needs attention, such as a certificate that expires. */
  readonly warnings: readonly OverviewWarning[]
}

export function OverviewPage({ page, zone, counts, loginUrl, breakGlassUrl, warnings }: OverviewPageProps) {
  const words = consoleTexts(page).overview
  const figures = [
    { label: words.users, value: counts.users, href: '/admin/users' },
    { label: words.groups, value: counts.groups, href: '/admin/groups' },
    {
      label: words.configurations,
      value: counts.permissionConfigurations,
      href: '/admin/permission-configurations',
    },
    { label: words.accounts, value: counts.accounts, href: '/admin/accounts' },
    { label: words.deployments, value: counts.deployments, href: '/admin/permission-configurations' },
    { label: words.userSyncs, value: counts.userSyncs, href: '/admin/user-syncs' },
  ]
  const steps = [
    {
      title: words.stepDirectory,
      text: words.stepDirectoryText,
      href: '/admin/scim',
      done: counts.users > 0,
    },
    {
      title: words.stepSignIn,
      text: words.stepSignInText,
      href: '/admin/sso',
      done: zone.loginMethod === 'sso',
    },
    {
      title: words.stepConfiguration,
      text: words.stepConfigurationText,
      href: '/admin/permission-configurations',
      done: counts.permissionConfigurations > 0,
    },
    {
      title: words.stepAssign,
      text: words.stepAssignText,
      href: '/admin/accounts',
      done: counts.deployments > 0,
    },
  ]
  return (
    <ConsoleFrame page={page} section="overview" title={words.title} lead={words.lead(zone.spaceName)}>
      {warnings.map(({ kind, text, href }) => (
        <Notice key={text} page={page} kind={kind}>
          <p>
            <a href={href}>{text}</a>
          </p>
        </Notice>
      ))}
      <ul class="figures">
        {figures.map((figure) => (
          <li key={figure.label}>
            <a class="figure" href={figure.href}>
              <span class="figure-value">{figure.value}</span>
              <span class="figure-label">{figure.label}</span>
            </a>
          </li>
        ))}
      </ul>
      <Card title={words.zone}>
        <div class="field">
          <label for="login-url">{words.loginUrl}</label>
          <CopyText page={page} id="login-url" label={words.loginUrl} value={loginUrl} />
        </div>
        {breakGlassUrl !== undefined && (
          <div class="field">
            <label for="break-glass-url">{words.breakGlassUrl}</label>
            <CopyText page={page} id="break-glass-url" label={words.breakGlassUrl} value={breakGlassUrl} />
          </div>
        )}
        <Details
          page={page}
          items={[
            { label: words.spaceName, value: zone.spaceName },
            { label: words.zoneId, value: <code>{zone.id}</code> },
            {
              label: words.loginMethod,
              value: (
                <a href="/admin/sso">{zone.loginMethod === 'sso' ? words.methodSso : words.methodPassword}</a>
              ),
            },
            {
              label: words.scim,
              value: (
                <a href="/admin/scim">
                  <OnOff page={page} status={zone.scimStatus} />
                </a>
              ),
            },
            {
              label: words.collisions,
              value: <a href="/admin/scim/adoption">{counts.collisions}</a>,
            },
          ]}
        />
      </Card>
      <div class="columns">
        <Card title={words.firstSteps}>
          <ol class="steps">
            {steps.map((step) => (
              <li key={step.href} class={step.done ? 'step-done' : undefined}>
                <div>
                  <a href={step.href}>{step.title}</a>
                  <p class="muted small">{step.text}</p>
                </div>
              </li>
            ))}
          </ol>
        </Card>
        <Card title={words.quotas} actions={<a href="/admin/settings">{words.changeQuotas}</a>}>
          <ul class="usage">
            <Usage
              page={page}
              label={words.quotaUsers}
              used={counts.users}
              limit={zone.settings['quota.users']}
            />
            <Usage
              page={page}
              label={words.quotaGroups}
              used={counts.groups}
              limit={zone.settings['quota.groups']}
            />
            <Usage
              page={page}
              label={words.quotaConfigurations}
              used={counts.permissionConfigurations}
              limit={zone.settings['quota.permissionConfigurations']}
            />
          </ul>
        </Card>
      </div>
    </ConsoleFrame>
  )
}
