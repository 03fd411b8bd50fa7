/** Creating one to ten users, and the one answer that shows their initial passwords. */
import type { User } from '../../server/domain/user.js'
import { Card } from '../parts/card.js'
import { CopyText, CsvDownload } from '../parts/copy.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Table } from '../parts/table.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

export const MAXIMUM_NEW_USERS = 10

export interface NewUsersPageProps {
  readonly page: ConsolePage
  /** One for each row of the form: `userName`, `displayName`, `givenName`, `familyName`, `email`, `description`. */
  readonly rows: readonly FormValues[]
  /** Fields are named `users.<row>.<field>`. */
  readonly errors?: FieldErrors
  readonly submissionToken: string
}

export function NewUsersPage({ page, rows, errors, submissionToken }: NewUsersPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={words.newTitle}
      crumbs={[{ label: common.navigation.users, href: '/admin/users' }]}
      lead={words.newLead}
    >
      <Form page={page} action="/admin/users" submissionToken={submissionToken} label={words.newTitle}>
        <ErrorSummary page={page} errors={errors} />
        {rows.map((row, index) => {
          const field = (name: string, label: string, width: number, required = false) => (
            <TextField
              page={page}
              name={`users.${index}.${name}`}
              label={label}
              hint={name === 'userName' && index === 0 ? words.userNameHint : undefined}
              type={name === 'email' ? 'email' : 'text'}
              value={row[name]}
              errors={errors}
              maxLength={width}
              required={required}
            />
          )
          return (
            <fieldset key={index} class="card">
              <legend class="visually-hidden">{words.newUser(index + 1)}</legend>
              {rows.length > 1 && (
                <p class="muted" aria-hidden="true">
                  {words.newUser(index + 1)}
                </p>
              )}
              {field('userName', words.userName, 64, index === 0)}
              <div class="field-row">
                {field('displayName', words.displayName, 256)}
                {field('email', words.email, 254)}
              </div>
              <div class="field-row">
                {field('givenName', words.givenName, 128)}
                {field('familyName', words.familyName, 128)}
              </div>
              {field('description', common.description, 1024)}
            </fieldset>
          )
        })}
        <FormActions>
          <Button kind="primary" name="act" value="create">
            {words.createButton}
          </Button>
          {rows.length < MAXIMUM_NEW_USERS && (
            <Button name="act" value="addRow" formNoValidate>
              {words.addRow}
            </Button>
          )}
          <a href="/admin/users">{common.cancel}</a>
        </FormActions>
      </Form>
    </ConsoleFrame>
  )
}

export interface UsersCreatedPageProps {
  readonly page: ConsolePage
  readonly created: readonly {
    readonly user: Pick<User, 'id' | 'userName' | 'displayName'>
    readonly initialPassword: string
  }[]
  readonly csv: string
  readonly loginUrl: string
}

/** The answer to the POST itself: what it shows exists nowhere else. */
export function UsersCreatedPage({ page, created, csv, loginUrl }: UsersCreatedPageProps) {
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame page={page} section="users" title={words.createdTitle}>
      <Notice page={page} kind="warning">
        {words.createdWarning}
      </Notice>
      <Card>
        <Table
          page={page}
          caption={words.createdCaption}
          rows={created}
          rowKey={({ user }) => user.id}
          columns={[
            {
              key: 'userName',
              header: words.userName,
              cell: ({ user }) => <a href={`/admin/users/${user.id}`}>{user.userName}</a>,
            },
            { key: 'displayName', header: words.displayName, cell: ({ user }) => user.displayName },
            {
              key: 'password',
              header: words.initialPassword,
              cell: ({ user, initialPassword }) => (
                <CopyText
                  page={page}
                  id={`password-${user.id}`}
                  label={`${words.initialPassword} ${user.userName}`}
                  value={initialPassword}
                />
              ),
            },
          ]}
        />
      </Card>
      <Card title={words.downloadCsv}>
        <CsvDownload
          page={page}
          id="csv"
          fileName="initial-passwords.csv"
          csv={csv}
          label={words.downloadCsv}
        />
      </Card>
      <Card>
        <div class="field">
          <label for="login-url">{words.loginUrl}</label>
          <CopyText page={page} id="login-url" label={words.loginUrl} value={loginUrl} />
        </div>
        <FormActions>
          <ButtonLink href="/admin/users" kind="primary">
            {words.backToList}
          </ButtonLink>
        </FormActions>
      </Card>
    </ConsoleFrame>
  )
}
