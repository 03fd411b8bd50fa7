/** The security of one user: status, second factor, break-glass, sessions, and a new password. */
import type { Session } from '../../server/domain/session.js'
import type { User } from '../../server/domain/user.js'
import { Card } from '../parts/card.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  CheckboxField,
  ErrorSummary,
  Form,
  FormActions,
  RadioField,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Status } from '../parts/status.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { SecondFactorStatus, SessionTable, type ShownSecondFactor } from './security-parts.js'
import { UserFrame, userPath, type ShownUser } from './user.js'

export interface UserSecurityPageProps {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly locked: boolean
  readonly secondFactor: ShownSecondFactor
  readonly sessions: readonly Session[]
  /** Whether the user may sign in with a password while SSO is on. */
  readonly breakGlass: { readonly named: boolean; readonly on: boolean }
}

export function UserSecurityPage({ page, user, locked, secondFactor, ...props }: UserSecurityPageProps) {
  const { sessions, breakGlass } = props
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  const { mayChange } = page
  return (
    <UserFrame page={page} user={user} tab="security" locked={locked}>
      <div class="columns">
        <Card
          title={words.status}
          lead={words.statusHint}
          actions={
            mayChange &&
            !locked && (
              <ActionButton
                page={page}
                action={userPath(user, '/status')}
                fields={{ active: user.active ? 'false' : 'true' }}
                small
              >
                {user.active ? words.disable : words.enable}
              </ActionButton>
            )
          }
        >
          <p>
            <Status
              tone={user.active ? 'good' : 'neutral'}
              label={user.active ? words.statusActive : words.statusDisabled}
            />
          </p>
        </Card>
        <Card
          title={words.blocked}
          lead={words.blockHint}
          actions={
            mayChange && (
              <ActionButton page={page} action={userPath(user, user.blocked ? '/unblock' : '/block')} small>
                {user.blocked ? words.unblock : words.block}
              </ActionButton>
            )
          }
        >
          <p>
            <Status tone={user.blocked ? 'bad' : 'neutral'} label={user.blocked ? common.yes : common.no} />
          </p>
        </Card>
        <Card
          title={words.password}
          lead={words.resetLead}
          actions={
            mayChange && (
              <ButtonLink href={userPath(user, '/reset-password')} small>
                {words.resetPassword}
              </ButtonLink>
            )
          }
        />
        <Card
          title={words.mfa}
          lead={words.unbindHint}
          actions={
            mayChange &&
            secondFactor.status === 'bound' && (
              <ButtonLink href={userPath(user, '/unbind-mfa')} small>
                {words.unbind}
              </ButtonLink>
            )
          }
        >
          <SecondFactorStatus page={page} secondFactor={secondFactor} />
        </Card>
        <Card
          title={words.breakGlass}
          lead={words.breakGlassHint}
          actions={
            mayChange && (
              <ActionButton
                page={page}
                action={userPath(user, '/break-glass')}
                fields={{ named: breakGlass.named ? 'false' : 'true' }}
                small
              >
                {breakGlass.named ? words.breakGlassRemove : words.breakGlassAdd}
              </ActionButton>
            )
          }
        >
          <p>
            <Status
              tone={breakGlass.named ? 'warning' : 'neutral'}
              label={breakGlass.named ? words.breakGlassNamed : words.breakGlassNotNamed}
            />
          </p>
          {breakGlass.named && !breakGlass.on && (
            <p class="muted small">
              <a href="/admin/settings">{words.breakGlassOff}</a>
            </p>
          )}
        </Card>
      </div>
      <Card
        title={words.sessions}
        actions={
          mayChange &&
          sessions.length > 0 && (
            <ActionButton page={page} action={userPath(user, '/end-all-sessions')} small>
              {words.endAllSessions}
            </ActionButton>
          )
        }
      >
        <SessionTable
          page={page}
          sessions={sessions}
          endAction={userPath(user, '/end-session')}
          empty={words.noSessions}
        />
      </Card>
    </UserFrame>
  )
}

export interface ResetPasswordPageProps {
  readonly page: ConsolePage
  readonly user: Pick<User, 'id' | 'userName'>
  readonly values: FormValues
  readonly errors?: FieldErrors
  readonly submissionToken: string
}

export function ResetPasswordPage({ page, user, values, errors, submissionToken }: ResetPasswordPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={words.resetTitle(user.userName)}
      crumbs={[
        { label: common.navigation.users, href: '/admin/users' },
        { label: user.userName, href: userPath(user) },
      ]}
      lead={words.resetLead}
    >
      <Card>
        <Form page={page} action={userPath(user, '/reset-password')} submissionToken={submissionToken}>
          <ErrorSummary page={page} errors={errors} />
          <RadioField
            page={page}
            name="mode"
            label={words.password}
            value={values['mode'] ?? 'generate'}
            errors={errors}
            choices={[
              { value: 'generate', label: words.resetGenerate },
              { value: 'set', label: words.resetSet },
            ]}
          />
          <TextField
            page={page}
            name="password"
            label={words.newPassword}
            hint={words.newPasswordHint}
            type="password"
            autoComplete="new-password"
            errors={errors}
            maxLength={32}
            required={false}
            width="medium"
          />
          <CheckboxField
            page={page}
            name="mustChange"
            label={words.mustChange}
            hint={words.mustChangeHint}
            checked={values['mustChange'] !== undefined}
          />
          <FormActions>
            <Button kind="primary">{words.resetButton}</Button>
            <a href={userPath(user, '/security')}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
