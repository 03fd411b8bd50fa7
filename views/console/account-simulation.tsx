/** What is simulated of an account: its faults, and the keys of the account itself. */
import type { ApiKey } from '../../server/domain/administrator.js'
import type { Account, OrganizationNode } from '../../server/domain/organization.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  CheckboxField,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { AccountFrame } from './account.js'
import { commonTexts, consoleTexts, OnOff, type ConsolePage } from './frame.js'

export interface AccountSimulationPageProps {
  readonly page: ConsolePage
  readonly account: Account
  /** From the account's own node up to the root. */
  readonly path: readonly OrganizationNode[]
  /** `delay`, `errors`, `outage`. */
  readonly values: FormValues
  readonly errors?: FieldErrors
  readonly isFaulty: boolean
  readonly keys: readonly ApiKey[]
  readonly submissionToken: string
}

export function AccountSimulationPage({
  page,
  account,
  path,
  values,
  errors,
  isFaulty,
  keys,
  submissionToken,
}: AccountSimulationPageProps) {
  const common = commonTexts(page)
  const { simulation: words, administrators } = consoleTexts(page)
  const action = (rest: string) => `/admin/accounts/${account.uin}/simulation/${rest}`
  const { mayChange } = page
  return (
    <AccountFrame page={page} account={account} path={path} tab="simulation">
      {isFaulty && (
        <Notice page={page} kind="warning">
          {words.faultsNow}
        </Notice>
      )}
      <Card
        title={words.faults}
        lead={words.faultsLead}
        actions={
          mayChange &&
          isFaulty && (
            <ActionButton page={page} action={action('faults')} fields={{ delay: '0', errors: '0' }}>
              {words.clear}
            </ActionButton>
          )
        }
      >
        {mayChange ? (
          <Form page={page} action={action('faults')} label={words.faults}>
            <ErrorSummary page={page} errors={errors} />
            <TextField
              page={page}
              name="delay"
              label={words.delay}
              hint={words.delayHint}
              type="number"
              min={0}
              max={60_000}
              value={values['delay']}
              errors={errors}
              width="short"
            />
            <TextField
              page={page}
              name="errors"
              label={words.errors}
              hint={words.errorsHint}
              type="number"
              min={0}
              max={1000}
              value={values['errors']}
              errors={errors}
              width="short"
            />
            <CheckboxField
              page={page}
              name="outage"
              label={words.outage}
              checked={values['outage'] === 'on'}
            />
            <FormActions>
              <Button kind="primary">{words.save}</Button>
            </FormActions>
          </Form>
        ) : (
          <Details
            page={page}
            items={[
              { label: words.delay, value: values['delay'] },
              { label: words.errors, value: values['errors'] },
              {
                label: words.outage,
                value: <OnOff page={page} status={values['outage'] === 'on' ? 'enabled' : 'disabled'} />,
              },
            ]}
          />
        )}
      </Card>
      <Card
        title={words.keys}
        lead={words.keysLead}
        actions={
          mayChange && (
            <ActionButton page={page} action={action('keys')} fields={{ submission: submissionToken }}>
              {administrators.createKey}
            </ActionButton>
          )
        }
      >
        <Table
          page={page}
          caption={words.keys}
          rows={keys}
          rowKey={(key) => key.secretId}
          empty={<p>{words.noKeys}</p>}
          columns={[
            { key: 'id', header: administrators.secretId, cell: (key) => <code>{key.secretId}</code> },
            { key: 'created', header: common.created, cell: (key) => <Time at={key.createdAt} /> },
            {
              key: 'used',
              header: administrators.lastUsed,
              cell: (key) =>
                key.lastUsedAt === undefined ? (
                  <span class="muted">{common.never}</span>
                ) : (
                  <Time at={key.lastUsedAt} />
                ),
            },
            ...(mayChange
              ? [
                  {
                    key: 'actions',
                    header: common.actions,
                    align: 'end' as const,
                    cell: (key: ApiKey) => (
                      <ConfirmButton
                        page={page}
                        action={action('keys/delete')}
                        fields={{ secretId: key.secretId }}
                        label={`${common.delete} ${key.secretId}`}
                        question={common.keyDeleteQuestion}
                      >
                        {common.delete}
                      </ConfirmButton>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
    </AccountFrame>
  )
}
