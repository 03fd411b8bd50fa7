/** Temporary credentials in three forms, shown in this answer alone. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { CopyButton, CopyText } from '../parts/copy.js'
import { Details } from '../parts/details.js'
import { ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Time } from '../parts/time.js'

export interface CredentialsPageProps {
  readonly page: PageContext
  readonly accountName: string
  readonly accountUin: string
  readonly permissionName: string
  readonly credentials: {
    readonly tmpSecretId: string
    readonly tmpSecretKey: string
    readonly token: string
    readonly expiresAt: string
  }
}

export function CredentialsPage(props: CredentialsPageProps) {
  const { page, accountName, accountUin, permissionName } = props
  const { tmpSecretId, tmpSecretKey, token, expiresAt } = props.credentials
  const { home, credentials } = texts(page.language).portal
  const environment = [
    `export TENCENTCLOUD_SECRET_ID=${tmpSecretId}`,
    `export TENCENTCLOUD_SECRET_KEY=${tmpSecretKey}`,
    `export TENCENTCLOUD_TOKEN=${token}`,
  ].join('\n')
  const file = JSON.stringify({ secretId: tmpSecretId, secretKey: tmpSecretKey, token }, null, 2)
  return (
    <PageFrame
      page={page}
      variant="portal"
      current="portalHome"
      title={credentials.title}
      crumbs={[{ label: home.title, href: '/portal' }]}
      lead={credentials.lead(permissionName, accountName, accountUin)}
    >
      <Notice page={page} kind="warning">
        {credentials.once}
      </Notice>
      <p>
        {credentials.expires} <Time at={expiresAt} />
      </p>
      <TextBlock
        page={page}
        id="credentials-environment"
        title={credentials.environmentTitle}
        hint={credentials.environmentHint}
        text={environment}
      />
      <TextBlock
        page={page}
        id="credentials-file"
        title={credentials.fileTitle}
        hint={credentials.fileHint}
        text={file}
      />
      <Card title={credentials.valuesTitle}>
        <Details
          page={page}
          items={[
            {
              label: 'TmpSecretId',
              value: <CopyText page={page} id="tmp-secret-id" label="TmpSecretId" value={tmpSecretId} />,
            },
            {
              label: 'TmpSecretKey',
              value: <CopyText page={page} id="tmp-secret-key" label="TmpSecretKey" value={tmpSecretKey} />,
            },
            { label: 'Token', value: <CopyText page={page} id="tmp-token" label="Token" value={token} /> },
          ]}
        />
      </Card>
      <p class="button-row">
        <ButtonLink href="/portal">{credentials.again}</ButtonLink>
      </p>
    </PageFrame>
  )
}

interface TextBlockProps {
  readonly page: PageContext
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly text: string
}

function TextBlock({ page, id, title, hint, text }: TextBlockProps) {
  return (
    <Card title={title} lead={hint} actions={<CopyButton page={page} from={id} label={title} />}>
      <textarea
        id={id}
        class="code"
        readonly
        rows={text.split('\n').length}
        aria-label={title}
        spellcheck={false}
        value={text}
      />
    </Card>
  )
}
