/** What the pages about an account's users, groups, roles and policies have in common. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { CopyText } from '../parts/copy.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  CheckboxField,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table, type TableProps } from '../parts/table.js'
import { AccountFrame, type AccountSection } from './account-frame.js'

export type ObjectSection = Exclude<AccountSection, 'overview' | 'access'>

/** Entries of one page. */
export const OBJECTS_PER_PAGE = 50

/** What the visitor may see, or the words in which it was refused. */
export type Shown<T> = { readonly value: T } | { readonly refused: string }

export const objectTexts = (page: PageContext) => texts(page.language).accountObjects

export interface ObjectListProps<Row> {
  readonly page: PageContext
  readonly accountName: string
  readonly section: ObjectSection
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly columns: TableProps<Row>['columns']
  readonly total: number
  readonly number: number
  readonly search: string
  /** Heading of the form that makes another one, and its fields. */
  readonly create: { readonly title: string; readonly fields: ComponentChildren }
  readonly errors?: FieldErrors
}

export function ObjectListPage<Row>({ page, accountName, section, ...props }: ObjectListProps<Row>) {
  const words = objectTexts(page)
  const common = texts(page.language).common
  const path = `/account/${section}`
  const { search, create, errors } = props
  const href = (number: number) =>
    `${path}?${new URLSearchParams({ ...(search !== '' && { search }), page: String(number) }).toString()}`
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current={section}
      title={words[section]}
      lead={words[`${section}Lead`]}
    >
      <FilterForm page={page} action={path} label={words.find}>
        <TextField
          page={page}
          name="search"
          label={words.find}
          type="search"
          value={search}
          required={false}
          maxLength={128}
        />
      </FilterForm>
      <Table
        page={page}
        caption={words[section]}
        rows={props.rows}
        rowKey={props.rowKey}
        empty={<p>{search === '' ? words.none : common.noMatches}</p>}
        columns={props.columns}
      />
      <Pager page={page} total={props.total} size={OBJECTS_PER_PAGE} number={props.number} href={href} />
      <Card title={create.title} id="new">
        <Form page={page} action={path} label={create.title}>
          <ErrorSummary page={page} errors={errors} />
          {create.fields}
          <FormActions>
            <Button kind="primary">{common.create}</Button>
          </FormActions>
        </Form>
      </Card>
    </AccountFrame>
  )
}

/** What the visitor may see, or why not. */
export function Visible<T>({
  page,
  shown,
  children,
}: {
  readonly page: PageContext
  readonly shown: Shown<T>
  readonly children: (value: T) => ComponentChildren
}) {
  if ('value' in shown) return <>{children(shown.value)}</>
  return (
    <p class="muted">
      {objectTexts(page).refusedHere} {shown.refused}
    </p>
  )
}

export function Managed({ page, owner }: { readonly page: PageContext; readonly owner: string }) {
  return owner === 'identityCenter' ? <Tag label={objectTexts(page).managed} /> : null
}

/** As much of an attachment as is shown. */
export interface ShownPolicy {
  readonly number: number
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly group?: { readonly name: string }
}

/** The policies of a user, group or role, to be attached and detached. */
export function PoliciesCard({
  page,
  action,
  shown,
  choices,
}: {
  readonly page: PageContext
  /** Path of the holder. */
  readonly action: string
  readonly shown: Shown<readonly ShownPolicy[]>
  /** What can be attached. */
  readonly choices: readonly NumberChoice[]
}) {
  const words = objectTexts(page)
  const common = texts(page.language).common
  return (
    <Card title={words.attachedPolicies}>
      <Visible page={page} shown={shown}>
        {(policies) => (
          <Table
            page={page}
            caption={words.attachedPolicies}
            rows={policies}
            rowKey={(policy) => `${policy.number} ${policy.group?.name ?? ''}`}
            empty={<p>{words.none}</p>}
            columns={[
              {
                key: 'name',
                header: words.name,
                cell: (policy) => <a href={`/account/policies/${policy.number}`}>{policy.name}</a>,
              },
              { key: 'type', header: words.type, cell: (policy) => words[policy.type] },
              {
                key: 'way',
                header: words.way,
                cell: ({ group }) => (group ? words.viaGroup(group.name) : words.direct),
              },
              {
                key: 'actions',
                header: common.actions,
                align: 'end',
                cell: (policy) =>
                  !policy.group && (
                    <ActionButton
                      page={page}
                      action={`${action}/detach`}
                      fields={{ policy: String(policy.number) }}
                    >
                      {words.detach}
                    </ActionButton>
                  ),
              },
            ]}
          />
        )}
      </Visible>
      <NumberForm
        page={page}
        action={`${action}/attach`}
        name="policy"
        label={words.policyNumber}
        hint={words.policyNumberHint}
        choices={choices}
        submit={words.attach}
      />
    </Card>
  )
}

/** Something that is chosen by its number, with the name that the number goes by. */
export interface NumberChoice {
  readonly number: string
  readonly name: string
}

/** One number and a button. Browsers offer the choices by name and by number; other numbers may be entered too. */
export function NumberForm({
  page,
  action,
  submit,
  choices,
  ...field
}: {
  readonly page: PageContext
  readonly action: string
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly choices: readonly NumberChoice[]
  readonly submit: string
}) {
  const list = `${field.name}-choices`
  return (
    <Form page={page} action={action} label={submit}>
      <TextField
        page={page}
        {...field}
        list={list}
        inputMode="numeric"
        pattern="[0-9]{1,15}"
        maxLength={15}
        width="medium"
      />
      <datalist id={list}>
        {choices.map(({ number, name }) => (
          <option key={number} value={number}>
            {name}
          </option>
        ))}
      </datalist>
      <FormActions>
        <Button>{submit}</Button>
      </FormActions>
    </Form>
  )
}

/** Deletes the thing of this page, after a tick: one slip of the finger is not enough. */
export function DeleteCard({
  page,
  action,
  name,
  lead,
}: {
  readonly page: PageContext
  readonly action: string
  readonly name: string
  readonly lead: string
}) {
  const words = objectTexts(page)
  return (
    <Card title={words.deleteTitle} lead={lead} tone="danger">
      <Form page={page} action={`${action}/delete`} label={words.deleteTitle}>
        <CheckboxField page={page} name="confirmed" label={words.deleteConfirm(name)} required />
        <FormActions>
          <Button kind="danger">{texts(page.language).common.delete}</Button>
        </FormActions>
      </Form>
    </Card>
  )
}

export interface AccountSecretPageProps {
  readonly page: PageContext
  readonly accountName: string
  readonly section: ObjectSection
  readonly items: readonly { readonly id: string; readonly label: string; readonly value: string }[]
  readonly back: string
}

/** Rendered in the POST's own answer: the secret stands in no address, no cookie and no row. */
export function AccountSecretPage({ page, accountName, section, items, back }: AccountSecretPageProps) {
  const words = objectTexts(page)
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current={section}
      title={words.secretTitle}
      lead={words.secretOnce}
    >
      <Notice page={page} kind="warning">
        {words.secretOnce}
      </Notice>
      <Card>
        {items.map((item) => (
          <div class="field" key={item.id}>
            <label for={item.id}>{item.label}</label>
            <CopyText page={page} id={item.id} label={item.label} value={item.value} />
          </div>
        ))}
        <FormActions>
          <ButtonLink href={back} kind="primary">
            {texts(page.language).common.continue}
          </ButtonLink>
        </FormActions>
      </Card>
    </AccountFrame>
  )
}
