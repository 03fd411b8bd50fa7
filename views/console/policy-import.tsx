/** Importing custom policies of an account: choose the account, choose policies, look at them and import. */
import type { ComponentChildren } from 'preact'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { Card } from '../parts/card.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { readableDocument } from '../parts/policy-text.js'
import { Table } from '../parts/table.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { configurationPath } from './permission-configurations.js'
import { SearchField } from './search-field.js'

type NamedConfiguration = Pick<PermissionConfiguration, 'id' | 'name'>
type NamedAccount = Pick<Account, 'uin' | 'name'>

interface StepProps {
  readonly page: ConsolePage
  readonly configuration: NamedConfiguration
}

const importPath = ({ id }: NamedConfiguration): string => `/permission-configurations/${id}/custom/import`

function ImportFrame({
  page,
  configuration,
  lead,
  children,
}: StepProps & { readonly lead: string; readonly children: ComponentChildren }) {
  const { configurations, policyImport: words } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.title(configuration.name)}
      lead={lead}
      crumbs={[
        { label: configurations.title, href: '/admin/permission-configurations' },
        { label: configuration.name, href: configurationPath(configuration) },
        { label: configurations.tabCustom, href: configurationPath(configuration, '/custom') },
      ]}
    >
      {children}
    </ConsoleFrame>
  )
}

export interface ChooseAccountPageProps extends StepProps {
  readonly accounts: readonly NamedAccount[]
  readonly total: number
  readonly query: ListQuery
}

export function ChooseAccountPage({ page, configuration, accounts, total, query }: ChooseAccountPageProps) {
  const { accounts: words, policyImport } = consoleTexts(page)
  const path = importPath(configuration)
  return (
    <ImportFrame page={page} configuration={configuration} lead={policyImport.accountLead}>
      <FilterForm page={page} action={`/admin${path}`} label={policyImport.findAccounts}>
        <SearchField page={page} label={policyImport.searchAccounts} query={query} maxLength={64} />
      </FilterForm>
      <Table
        page={page}
        caption={policyImport.accounts}
        rows={accounts}
        rowKey={({ uin }) => uin}
        empty={isFiltered(query) ? <p>{commonTexts(page).noMatches}</p> : undefined}
        columns={[
          { key: 'name', header: words.name, cell: ({ name }) => name },
          { key: 'uin', header: words.uin, cell: ({ uin }) => <code>{uin}</code> },
          {
            key: 'actions',
            header: commonTexts(page).actions,
            align: 'end',
            cell: ({ uin, name }) => (
              <ButtonLink
                small
                href={consolePath(path, { account: uin })}
                label={`${policyImport.choose} ${name}`}
              >
                {policyImport.choose}
              </ButtonLink>
            ),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(path, query, { number })}
      />
    </ImportFrame>
  )
}

export interface ChoosePoliciesPageProps extends StepProps {
  readonly account: NamedAccount
  /** Names of one page of the account's policies. */
  readonly policies: readonly string[]
  readonly total: number
  readonly query: ListQuery
}

export function ChoosePoliciesPage({ page, configuration, account, ...props }: ChoosePoliciesPageProps) {
  const words = consoleTexts(page).policyImport
  const path = importPath(configuration)
  const { policies, total, query } = props
  return (
    <ImportFrame page={page} configuration={configuration} lead={words.policiesLead(account.name)}>
      <FilterForm page={page} action={`/admin${path}`} label={words.findPolicies}>
        <input type="hidden" name="account" value={account.uin} />
        <SearchField page={page} label={words.searchPolicies} query={query} />
      </FilterForm>
      <Form page={page} action={`/admin${path}`} class="stack" label={words.policies}>
        <input type="hidden" name="account" value={account.uin} />
        <Table
          page={page}
          caption={words.policies}
          rows={policies}
          rowKey={(name) => name}
          selection={{ name: 'policy', value: (name) => name, label: (name) => name }}
          empty={
            <p>{query.filters['search'] === undefined ? words.noPolicies : commonTexts(page).noMatches}</p>
          }
          columns={[{ key: 'name', header: words.policyName, cell: (name) => name }]}
        />
        <FormActions>
          {page.mayChange && policies.length > 0 && <Button kind="primary">{words.preview}</Button>}
          <a href={`/admin${path}`}>{words.otherAccount}</a>
        </FormActions>
      </Form>
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(path, query, { number })}
      />
    </ImportFrame>
  )
}

/** A policy that is looked at before it is imported. */
export interface PreviewedPolicy {
  readonly source: string
  readonly document: string
  readonly digest: string
  /** The name it is to get. */
  readonly name: string
}

export interface PreviewImportPageProps extends StepProps {
  readonly account: NamedAccount
  readonly policies: readonly PreviewedPolicy[]
  /** Of the names: fields `name0`, `name1` and so on. */
  readonly errors?: FieldErrors
}

export function PreviewImportPage({ page, configuration, account, ...props }: PreviewImportPageProps) {
  const common = commonTexts(page)
  const { configurations, policyImport: words } = consoleTexts(page)
  const path = importPath(configuration)
  return (
    <ImportFrame page={page} configuration={configuration} lead={words.previewLead}>
      <Form page={page} action={`/admin${path}/confirm`} class="stack" label={words.importButton}>
        <ErrorSummary page={page} errors={props.errors} />
        <input type="hidden" name="account" value={account.uin} />
        {props.policies.map(({ source, document, digest, name }, index) => (
          <Card key={source} title={source}>
            <div class="stack">
              <input type="hidden" name="source" value={source} />
              <input type="hidden" name={`digest${index}`} value={digest} />
              <TextField
                page={page}
                name={`name${index}`}
                label={words.nameHere(source)}
                hint={configurations.customNameHint}
                value={name}
                errors={props.errors}
                maxLength={32}
                width="medium"
              />
              <pre tabIndex={0}>{readableDocument(document)}</pre>
            </div>
          </Card>
        ))}
        <FormActions>
          <Button kind="primary">{words.importButton}</Button>
          <a href={consolePath(path, { account: account.uin })}>{common.back}</a>
        </FormActions>
      </Form>
    </ImportFrame>
  )
}
