/** Why a user may, or may not, do something in an account: the answer, and every step to it. */
import type { ComponentChildren } from 'preact'
import type { PlaceEnd } from '../../server/domain/access-path.js'
import type { PermissionConfigurationId } from '../../server/domain/ids.js'
import type { StatementFinding } from '../../server/domain/policy-examination.js'
import type { Texts } from '../i18n/index.js'
import { Card } from '../parts/card.js'
import {
  Button,
  ErrorSummary,
  FormActions,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status, Tag } from '../parts/status.js'
import { PathCell, PathStatus, type ShownPath } from './access-paths.js'
import { ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'

type AccessTexts = Texts['console']['access']

interface ShownStep {
  readonly outcome: 'allow' | 'deny' | 'noAllow'
  readonly statements: readonly (StatementFinding & { readonly text: string })[]
}

interface ShownRole {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly paths: readonly ShownPath[]
  readonly end?: PlaceEnd
  readonly version?: number
  readonly stale: boolean
  readonly policies?: ShownStep
  readonly otherwiseWhenRedeployed: boolean
}

export interface ShownExplanation {
  readonly allowed: boolean
  readonly user: {
    readonly id: string
    readonly userName: string
    readonly active: boolean
    readonly blocked: boolean
  }
  readonly account: { readonly uin: string; readonly name: string }
  readonly roles: readonly ShownRole[]
  readonly serviceControl?: readonly (ShownStep & { readonly name: string })[]
}

interface WhyFormProps {
  readonly page: ConsolePage
  /** `user`, `account`, `action`, `resource`, `context`. */
  readonly values: FormValues
  readonly errors?: FieldErrors
}

function WhyForm({ page, values, errors }: WhyFormProps) {
  const words = consoleTexts(page).access
  const field = (name: string, label: string, hint: string | undefined, maxLength: number) => (
    <TextField
      page={page}
      name={name}
      label={label}
      hint={hint}
      value={values[name]}
      errors={errors}
      maxLength={maxLength}
    />
  )
  return (
    <form method="get" action={consolePath('/access/why')} class="form">
      <ErrorSummary page={page} errors={errors} />
      <div class="field-row">
        {field('user', words.userName, undefined, 128)}
        {field('account', words.accountField, words.accountHint, 128)}
      </div>
      {field('action', words.action, words.actionHint, 193)}
      {field('resource', words.resource, undefined, 1024)}
      <TextArea
        page={page}
        name="context"
        label={words.context}
        hint={words.contextHint}
        value={values['context']}
        errors={errors}
        rows={2}
        maxLength={4096}
        required={false}
        code
      />
      <FormActions>
        <Button kind="primary">{words.decide}</Button>
      </FormActions>
    </form>
  )
}

export interface WhyPageProps extends WhyFormProps {
  readonly explanation?: ShownExplanation
}

export function WhyPage({ page, values, errors, explanation }: WhyPageProps) {
  const words = consoleTexts(page).access
  return (
    <ConsoleFrame
      page={page}
      section="accessExplained"
      title={words.whyTitle}
      lead={words.whyLead}
      crumbs={[{ label: words.title, href: '/admin/access' }]}
    >
      <Card>
        <WhyForm page={page} values={values} errors={errors} />
      </Card>
      {explanation && <Explanation page={page} explanation={explanation} />}
    </ConsoleFrame>
  )
}

/** The first thing that keeps the user from it, in the order in which the steps are taken. */
function denialOf(words: AccessTexts, { user, roles, serviceControl }: ShownExplanation): string {
  if (user.blocked) return words.userBlocked
  if (!user.active) return words.userDisabled
  if (roles.length === 0) return words.noAssignment
  const mayByRole = roles.some(({ policies }) => policies?.outcome === 'allow')
  const level = serviceControl?.find(({ outcome }) => outcome !== 'allow')
  if (mayByRole && level) return `${words.level(level.name)}: ${words.levelReasons[level.outcome]}`
  return words.deniedByRoles
}

/** So many roles stand open, the one that allows it first; the others are there to be opened. */
const OPEN_ROLES = 5

function Explanation({
  page,
  explanation,
}: {
  readonly page: ConsolePage
  readonly explanation: ShownExplanation
}) {
  const words = consoleTexts(page).access
  const { user, roles, serviceControl, allowed } = explanation
  const mayEnter = user.active && !user.blocked
  const allowing = roles.find(({ policies }) => policies?.outcome === 'allow')
  const ordered = [...(allowing ? [allowing] : []), ...roles.filter((role) => role !== allowing)]
  const shown = ordered.slice(0, OPEN_ROLES)
  const others = ordered.slice(OPEN_ROLES)
  return (
    <>
      <Notice
        page={page}
        kind={allowed ? 'success' : 'danger'}
        title={allowed ? words.allowed : words.denied}
      >
        {allowed && allowing ? words.allowedBy(allowing.configurationName) : denialOf(words, explanation)}
      </Notice>
      <Card title={words.steps.user}>
        <Step page={page} passes={mayEnter}>
          <p>
            <a href={`/admin/users/${user.id}`}>{user.userName}</a>:{' '}
            {user.blocked ? words.userBlocked : user.active ? words.userMay : words.userDisabled}
          </p>
        </Step>
      </Card>
      {roles.length === 0 && (
        <Card title={words.steps.assignment}>
          <Step page={page} passes={false}>
            <p>{words.noAssignment}</p>
          </Step>
        </Card>
      )}
      {shown.map((role) => (
        <Role key={role.configurationId} page={page} role={role} />
      ))}
      {others.length > 0 && (
        <details class="more">
          <summary>{words.otherRoles(others.length)}</summary>
          <div class="stack">
            {others.map((role) => (
              <Role key={role.configurationId} page={page} role={role} />
            ))}
          </div>
        </details>
      )}
      <Card title={words.steps.serviceControl}>
        {serviceControl === undefined ? (
          <p class="muted">{words.exempt}</p>
        ) : (
          serviceControl.map((level, index) => (
            <Step
              key={index}
              page={page}
              passes={level.outcome === 'allow'}
              // The first level that does not allow ends it.
              reached={serviceControl.slice(0, index).every(({ outcome }) => outcome === 'allow')}
              title={words.level(level.name)}
            >
              <p>{words.levelReasons[level.outcome]}</p>
              <Statements page={page} statements={level.statements} />
            </Step>
          ))
        )}
      </Card>
    </>
  )
}

interface StepProps {
  readonly page: ConsolePage
  readonly passes: boolean
  /** Whether the decision comes so far. */
  readonly reached?: boolean
  readonly title?: string
  readonly children: ComponentChildren
}

function Step({ page, passes, reached = true, title, children }: StepProps) {
  const words = consoleTexts(page).access
  return (
    <div class="stack why-step">
      <div class="why-head">
        {title !== undefined && <h3>{title}</h3>}
        {reached ? (
          <Status tone={passes ? 'good' : 'bad'} label={passes ? words.passed : words.failed} />
        ) : (
          <Status tone="neutral" label={words.notReached} />
        )}
      </div>
      {children}
    </div>
  )
}

function Role({ page, role }: { readonly page: ConsolePage; readonly role: ShownRole }) {
  const words = consoleTexts(page).access
  const isOpen = role.end === undefined
  return (
    <Card title={words.role(role.configurationName)}>
      <Step
        page={page}
        passes={role.end !== 'notBegun' && role.end !== 'ended'}
        title={words.steps.assignment}
      >
        <ul class="why-steps">
          {role.paths.map((path) => (
            <li key={path.group?.id ?? ''}>
              <PathCell page={page} path={path} /> <PathStatus page={page} state={path.state} />
            </li>
          ))}
        </ul>
        {role.end !== undefined && role.end !== 'neverDeployed' && <p>{words.placeEnds[role.end]}</p>}
      </Step>
      <Step
        page={page}
        passes={isOpen}
        reached={isOpen || role.end === 'neverDeployed'}
        title={words.steps.deployment}
      >
        <p>
          <a href={`/admin/permission-configurations/${role.configurationId}`}>{role.configurationName}</a>
          {role.version !== undefined && <> ({words.version(String(role.version))})</>}
        </p>
        {role.end === 'neverDeployed' && <p>{words.placeEnds.neverDeployed}</p>}
        {role.stale && <p>{words.stale}</p>}
        {isOpen && role.policies === undefined && <p>{words.contentUnknown}</p>}
      </Step>
      <Step
        page={page}
        passes={role.policies?.outcome === 'allow'}
        reached={role.policies !== undefined}
        title={words.steps.policies}
      >
        {role.policies && (
          <>
            <p>{words.reasons[role.policies.outcome]}</p>
            {role.otherwiseWhenRedeployed && <p>{words.whatIf(role.configurationName)}</p>}
            <Statements page={page} statements={role.policies.statements} />
          </>
        )}
      </Step>
    </Card>
  )
}

function Statements({ page, statements }: { readonly page: ConsolePage } & Pick<ShownStep, 'statements'>) {
  const words = consoleTexts(page).access
  if (statements.length === 0) return <p class="muted">{words.noStatements}</p>
  return (
    <ul class="why-steps">
      {statements.map((each) => (
        <li key={`${each.policy} ${each.statement}`} class={each.decides ? 'why-deciding' : undefined}>
          {words.statement(each.policy, each.statement)} <Tag label={each.effect} />{' '}
          <Tag
            label={
              each.decides
                ? words.deciding
                : each.finding === 'matches'
                  ? words.matches
                  : words.matchesNot[each.finding]
            }
          />
          <details class="more small" open={each.decides}>
            <summary>JSON</summary>
            <pre class="wrap">{each.text}</pre>
          </details>
        </li>
      ))}
    </ul>
  )
}
