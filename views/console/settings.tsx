/** Quotas and rules of the zone. */
import type { SettingName, Zone } from '../../server/domain/zone.js'
import type { ComponentChildren } from 'preact'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, type FieldErrors } from '../parts/form.js'
import { Tag } from '../parts/status.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { SignInNetworksCard, type SignInNetworksCardProps } from './sign-in-networks.js'
import { Usage } from './usage.js'

type QuotaName = Extract<SettingName, `quota.${string}`>
type LimitName =
  | 'scim.requestsPerMinute'
  | 'scim.logDays'
  | 'scim.logRows'
  | 'assignment.warnDays'
  | 'tasks.historyDays'
  | 'scim.guardShare'
  | 'scim.guardWindowMinutes'
  | 'scim.guardMinimum'
  | 'drift.intervalHours'
type SessionLimitName = Extract<SettingName, `session.${string}`>
type NumberName = QuotaName | LimitName | SessionLimitName
type RuleName = Exclude<SettingName, NumberName | 'portal.contact' | 'signIn.networks'>

export interface SettingsPageProps {
  readonly page: ConsolePage
  readonly zone: Zone
  /** What each number may be. */
  readonly ranges: Readonly<Record<NumberName, { readonly minimum: number; readonly maximum: number }>>
  /** How much of a quota is in use, where that is counted for the zone as a whole. */
  readonly usage: Readonly<Partial<Record<QuotaName, number>>>
  readonly networks: Pick<SignInNetworksCardProps, 'own' | 'everything'>
  /** A value that was refused: its name, what was entered, and why. */
  readonly refused?: { readonly name: string; readonly value: string; readonly errors: FieldErrors }
}

const LIMITS: readonly LimitName[] = [
  'scim.requestsPerMinute',
  'scim.logDays',
  'scim.logRows',
  'assignment.warnDays',
  'tasks.historyDays',
]
const GUARD_LIMITS: readonly LimitName[] = ['scim.guardShare', 'scim.guardWindowMinutes', 'scim.guardMinimum']

const DRIFT_LIMITS: readonly LimitName[] = ['drift.intervalHours']

const SESSION_LIMITS: readonly SessionLimitName[] = [
  'session.portalIdleMinutes',
  'session.portalAbsoluteHours',
  'session.consoleIdleMinutes',
  'session.consoleAbsoluteHours',
]

const QUOTAS: readonly QuotaName[] = [
  'quota.users',
  'quota.groups',
  'quota.groupUsers',
  'quota.userGroups',
  'quota.permissionConfigurations',
]

export function SettingsPage({ page, zone, ranges, usage, networks, refused }: SettingsPageProps) {
  const words = consoleTexts(page).settings
  const switched = [
    ['false', words.off],
    ['true', words.on],
  ] as const
  const numberInput = (name: NumberName) => (attributes: InputAttributes, value: string) => (
    <input
      {...attributes}
      type="number"
      min={ranges[name].minimum}
      max={ranges[name].maximum}
      required
      value={value}
      class="input-short"
    />
  )
  const rules: readonly {
    readonly name: RuleName
    readonly choices: readonly (readonly [string, string])[]
  }[] = [
    { name: 'scim.deleteGroupsWithMembers', choices: switched },
    {
      name: 'scim.unknownMembers',
      choices: [
        ['reject', words.reject],
        ['ignore', words.ignore],
      ],
    },
    { name: 'scim.guard', choices: switched },
    { name: 'saml.allowIdpInitiated', choices: switched },
    { name: 'saml.encryption', choices: switched },
    { name: 'saml.allowCbcEncryption', choices: switched },
    { name: 'saml.signMetadata', choices: switched },
    { name: 'saml.applyRefreshedCertificates', choices: switched },
    { name: 'saml.metadataFromPrivateNetworks', choices: switched },
    {
      name: 'saml.authnContext',
      choices: Object.entries(words.authnContexts),
    },
    { name: 'signIn.breakGlass', choices: switched },
    { name: 'organization.deleteMembers', choices: switched },
    { name: 'drift.scheduled', choices: switched },
  ]
  return (
    <ConsoleFrame page={page} section="settings" title={words.title} lead={words.lead}>
      {refused && !(refused.name in zone.settings) && <ErrorSummary page={page} errors={refused.errors} />}
      <Card title={words.rules}>
        <ul class="settings">
          {rules.map(({ name, choices }) => (
            <SettingRow
              key={name}
              page={page}
              zone={zone}
              name={name}
              hint={words.hints[name]}
              refused={refused}
              input={(attributes, value) => (
                <select {...attributes}>
                  {choices.map(([choice, label]) => (
                    <option key={choice} value={choice} selected={choice === value}>
                      {label}
                    </option>
                  ))}
                </select>
              )}
            />
          ))}
        </ul>
      </Card>
      <SignInNetworksCard
        page={page}
        networks={zone.settings['signIn.networks']}
        refused={refused?.name === 'signIn.networks' ? refused : undefined}
        {...networks}
      />
      {[
        { title: words.limits, lead: words.limitsLead, names: LIMITS },
        { title: words.guard, lead: words.guardLead, names: GUARD_LIMITS },
        { title: words.drift, lead: words.driftLead, names: DRIFT_LIMITS },
      ].map(({ title, lead, names }) => (
        <Card key={title} title={title} lead={lead}>
          <ul class="settings">
            {names.map((name) => (
              <SettingRow
                key={name}
                page={page}
                zone={zone}
                name={name}
                hint={words.hints[name]}
                refused={refused}
                input={numberInput(name)}
              />
            ))}
          </ul>
        </Card>
      ))}
      <Card title={words.sessions} lead={words.sessionsLead}>
        <ul class="settings">
          {SESSION_LIMITS.map((name) => (
            <SettingRow
              key={name}
              page={page}
              zone={zone}
              name={name}
              refused={refused}
              input={numberInput(name)}
            />
          ))}
        </ul>
      </Card>
      <Card title={words.portal}>
        <ul class="settings">
          <SettingRow
            page={page}
            zone={zone}
            name="portal.contact"
            hint={words.contactHint}
            refused={refused}
            input={(attributes, value) => (
              <input {...attributes} type="text" maxLength={200} value={value} class="input-medium" />
            )}
          />
        </ul>
      </Card>
      <Card title={words.quotas} lead={words.quotasLead}>
        <ul class="settings">
          {QUOTAS.map((name) => {
            const used = usage[name]
            return (
              <SettingRow
                key={name}
                page={page}
                zone={zone}
                name={name}
                refused={refused}
                input={numberInput(name)}
              >
                {used !== undefined && (
                  <ul class="usage">
                    <Usage page={page} label={words.usage} used={used} limit={zone.settings[name]} />
                  </ul>
                )}
              </SettingRow>
            )
          })}
        </ul>
      </Card>
    </ConsoleFrame>
  )
}

interface InputAttributes {
  readonly id: string
  readonly name: 'value'
  readonly disabled: boolean
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': 'true' | undefined
}

interface SettingRowProps {
  readonly page: ConsolePage
  readonly zone: Zone
  readonly name: Exclude<SettingName, 'signIn.networks'>
  readonly hint?: string
  readonly refused: SettingsPageProps['refused']
  readonly input: (attributes: InputAttributes, value: string) => ComponentChildren
  readonly children?: ComponentChildren
}

/** One setting with a form of its own: one change, one audit event. */
function SettingRow({ page, zone, name, hint, refused, input, children }: SettingRowProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).settings
  const id = `setting-${name.replace('.', '-')}`
  const fixed = zone.fixedSettings.includes(name)
  const changeable = page.mayChange && !fixed
  const mine = refused?.name === name ? refused : undefined
  const error = mine?.errors.map(({ message }) => message).join(' ')
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean)
  const row = (
    <>
      <div class="setting-text">
        <label for={id}>{words.names[name]}</label> {fixed && <Tag label={words.fixed} />}
        <p class="muted small">
          <code>{name}</code>
        </p>
        {hint !== undefined && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
        {children}
      </div>
      <div class="setting-input">
        {error !== undefined && (
          <p class="field-error" id={`${id}-error`} role="alert">
            {error}
          </p>
        )}
        <div class="form-inline">
          {input(
            {
              id,
              name: 'value',
              disabled: !changeable,
              'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
              'aria-invalid': error === undefined ? undefined : 'true',
            },
            mine?.value ?? String(zone.settings[name]),
          )}
          {changeable && (
            <Button small label={`${common.save}: ${words.names[name]}`}>
              {common.save}
            </Button>
          )}
        </div>
      </div>
    </>
  )
  return (
    <li>
      {changeable ? (
        <Form page={page} action="/admin/settings" class="setting">
          <input type="hidden" name="name" value={name} />
          {row}
        </Form>
      ) : (
        <div class="setting">{row}</div>
      )}
    </li>
  )
}
