/** Where somebody is: account, role, until when, and the policies that say what may be done. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { ButtonLink } from '../parts/form.js'
import { Tag } from '../parts/status.js'
import { Time } from '../parts/time.js'
import { AccountFrame } from './account-frame.js'

export interface RoleView {
  readonly accountName: string
  readonly accountUin: string
  readonly roleName: string
  readonly roleSessionName: string
  /** The name that the Identity Center signed. */
  readonly userName: string
  readonly createdAt: string
  readonly expiresAt: string
}

export interface PolicyView {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly document: string
}

export interface OverviewPageProps {
  readonly page: PageContext
  readonly role: RoleView
  readonly policies: readonly PolicyView[]
}

export function OverviewPage({ page, role, policies }: OverviewPageProps) {
  const { overview } = texts(page.language).account
  return (
    <AccountFrame
      page={page}
      accountName={role.accountName}
      current="overview"
      title={overview.title}
      lead={overview.lead(role.roleName)}
      actions={<ButtonLink href="/account/access">{overview.testAccess}</ButtonLink>}
    >
      <Card title={overview.session}>
        <Details
          page={page}
          items={[
            { label: overview.account, value: role.accountName },
            { label: overview.uin, value: <code>{role.accountUin}</code> },
            { label: overview.role, value: role.roleName },
            {
              label: overview.roleArn,
              value: <code>{`qcs::cam::uin/${role.accountUin}:roleName/${role.roleName}`}</code>,
            },
            { label: overview.user, value: role.userName },
            { label: overview.sessionName, value: role.roleSessionName },
            { label: overview.begun, value: <Time at={role.createdAt} /> },
            { label: overview.until, value: <Time at={role.expiresAt} /> },
          ]}
        />
      </Card>
      <Card title={overview.policies} lead={overview.policiesLead}>
        {policies.length === 0 ? (
          <p class="muted">{overview.noPolicies}</p>
        ) : (
          policies.map(({ type, name, document }) => (
            <details key={`${type} ${name}`}>
              <summary>
                {name} <Tag label={overview[type]} />
              </summary>
              <pre class="wrap" aria-label={overview.document(name)}>
                {document}
              </pre>
            </details>
          ))
        )}
      </Card>
    </AccountFrame>
  )
}
