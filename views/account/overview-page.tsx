/** Where somebody is: account, role or CAM user, until when, and the policies that say what may be done. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { ButtonLink } from '../parts/form.js'
import { readableDocument } from '../parts/policy-text.js'
import { Tag } from '../parts/status.js'
import { Time } from '../parts/time.js'
import { AccountFrame } from './account-frame.js'

interface Visit {
  readonly accountName: string
  readonly accountUin: string
  /** The user of the Identity Center; of a role, the name that was signed. Absent where a CAM user signed in itself. */
  readonly userName?: string | undefined
  readonly createdAt: string
  readonly expiresAt: string
}

/** Who is in the account: somebody under a role, or in the place of a CAM user. */
export type VisitorView = Visit &
  (
    | { readonly kind: 'role'; readonly roleName: string; readonly roleSessionName: string }
    | { readonly kind: 'camUser'; readonly camUserName: string; readonly camUserUin: string }
  )

export interface PolicyView {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly document: string
}

export interface OverviewPageProps {
  readonly page: PageContext
  readonly visitor: VisitorView
  readonly policies: readonly PolicyView[]
}

export function OverviewPage({ page, visitor, policies }: OverviewPageProps) {
  const { overview } = texts(page.language).account
  const isRole = visitor.kind === 'role'
  return (
    <AccountFrame
      page={page}
      accountName={visitor.accountName}
      current="overview"
      title={overview.title}
      lead={isRole ? overview.lead(visitor.roleName) : overview.leadCamUser(visitor.camUserName)}
      actions={<ButtonLink href="/account/access">{overview.testAccess}</ButtonLink>}
    >
      <Card title={overview.session}>
        <Details
          page={page}
          items={[
            { label: overview.account, value: visitor.accountName },
            { label: overview.uin, value: <code>{visitor.accountUin}</code> },
            ...(isRole
              ? [
                  { label: overview.role, value: visitor.roleName },
                  {
                    label: overview.roleArn,
                    value: <code>{`qcs::cam::uin/${visitor.accountUin}:roleName/${visitor.roleName}`}</code>,
                  },
                  { label: overview.sessionName, value: visitor.roleSessionName },
                ]
              : [
                  { label: overview.camUser, value: visitor.camUserName },
                  { label: overview.camUserUin, value: <code>{visitor.camUserUin}</code> },
                ]),
            ...(visitor.userName === undefined ? [] : [{ label: overview.user, value: visitor.userName }]),
            { label: overview.begun, value: <Time at={visitor.createdAt} /> },
            { label: overview.until, value: <Time at={visitor.expiresAt} /> },
          ]}
        />
      </Card>
      <Card title={overview.policies} lead={overview.policiesLead}>
        {policies.length === 0 ? (
          <p class="muted">{isRole ? overview.noPolicies : overview.noPoliciesCamUser}</p>
        ) : (
          policies.map(({ type, name, document }) => (
            <details key={`${type} ${name}`}>
              <summary>
                {name} <Tag label={overview[type]} />
              </summary>
              <pre class="wrap" aria-label={overview.document(name)}>
                {readableDocument(document)}
              </pre>
            </details>
          ))
        )}
      </Card>
    </AccountFrame>
  )
}
