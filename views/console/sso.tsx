/** How users sign in: the login method, this product as service provider, and the identity provider. */
import type { CertificateId } from '../../server/domain/ids.js'
import type {
  IdentityProvider,
  ServiceProviderInfo,
  ServiceProviderKey,
} from '../../server/domain/identity-provider.js'
import type { PageNotice } from '../page-context.js'
import { Card } from '../parts/card.js'
import { CopyText } from '../parts/copy.js'
import { Details } from '../parts/details.js'
import { Button, ButtonLink, Form, FormActions, type FieldErrors, type FormValues } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'
import { Time } from '../parts/time.js'
import { TestCard } from './sign-in-test.js'
import { Certificates, type CertificateState } from './sso-certificates.js'
import { ManualForm, MetadataForm } from './sso-forms.js'
import { MetadataSourceCard, type MetadataSourceView } from './metadata-source.js'
import { KeysCard } from './signing-keys.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

export type LoginMethod = 'password' | 'sso'

/** Which of the page's forms is shown again, with what is wrong in it. */
export type SsoForm = 'metadata' | 'source' | 'manual' | 'certificate'

export interface SsoPageProps {
  readonly page: ConsolePage
  readonly loginMethod: LoginMethod
  readonly serviceProvider: ServiceProviderInfo
  /** Our own keys, the one in use first. */
  readonly keys: readonly ServiceProviderKey[]
  /** The same of the keys with which we vouch for users to the accounts. */
  readonly accountKeys: readonly ServiceProviderKey[]
  readonly identityProvider?: IdentityProvider
  /** What is to be known of the identity provider's certificates and addresses. */
  readonly warnings: readonly PageNotice[]
  /** Where the metadata is fetched from, if an address is set up. */
  readonly source?: MetadataSourceView | undefined
  /** How each certificate stands now. */
  readonly certificateStates: ReadonlyMap<CertificateId, CertificateState>
  readonly failed?: { readonly form: SsoForm; readonly values: FormValues; readonly errors: FieldErrors }
}

export function SsoPage(props: SsoPageProps) {
  const { page, loginMethod, serviceProvider, identityProvider, failed } = props
  const words = consoleTexts(page).sso
  const isSso = loginMethod === 'sso'
  return (
    <ConsoleFrame page={page} section="sso" title={words.title} lead={words.lead}>
      {props.warnings.map(({ kind, text }) => (
        <Notice key={text} page={page} kind={kind}>
          {text}
        </Notice>
      ))}
      <Card
        title={words.method}
        lead={isSso ? words.methodSsoMeans : words.methodPasswordMeans}
        actions={
          page.mayChange &&
          (isSso || identityProvider) && (
            <ButtonLink href={`/admin/sso/method?to=${isSso ? 'password' : 'sso'}`}>
              {isSso ? words.switchToPassword : words.switchToSso}
            </ButtonLink>
          )
        }
      >
        <p>
          <Status tone="good" label={isSso ? words.methodSso : words.methodPassword} />
        </p>
        {!identityProvider && <p class="muted">{words.needIdp}</p>}
      </Card>
      <Card
        title={words.sp}
        lead={words.spLead}
        actions={
          <>
            <ButtonLink href="/admin/guides">{words.setupGuides}</ButtonLink>
            <ButtonLink href="/admin/sso/metadata.xml" download="sp-metadata.xml">
              {words.spMetadata}
            </ButtonLink>
          </>
        }
      >
        <div class="field">
          <label for="sp-acs-url">{words.acsUrl}</label>
          <CopyText page={page} id="sp-acs-url" label={words.acsUrl} value={serviceProvider.acsUrl} />
        </div>
        <div class="field">
          <label for="sp-entity-id">{words.entityId}</label>
          <CopyText page={page} id="sp-entity-id" label={words.entityId} value={serviceProvider.entityId} />
        </div>
        <div class="field">
          <label for="sp-logout-url">{words.logoutUrl}</label>
          <CopyText
            page={page}
            id="sp-logout-url"
            label={words.logoutUrl}
            value={serviceProvider.logoutUrl}
          />
        </div>
        <p class="muted">{words.nameIdFormat}</p>
      </Card>
      <KeysCard page={page} side="identityProvider" keys={props.keys} />
      <Card
        title={words.idp}
        lead={words.idpLead}
        actions={
          page.mayChange &&
          identityProvider &&
          !isSso && (
            <ButtonLink href="/admin/sso/clear" small>
              {words.clear}
            </ButtonLink>
          )
        }
      >
        {identityProvider ? (
          <IdentityProviderDetails page={page} provider={identityProvider} />
        ) : (
          <p class="muted">{words.idpNone}</p>
        )}
      </Card>
      {identityProvider && (
        <Certificates
          page={page}
          certificates={identityProvider.certificates}
          states={props.certificateStates}
          errors={failed?.form === 'certificate' ? failed.errors : undefined}
        />
      )}
      {page.mayChange && identityProvider && <TestCard page={page} />}
      {page.mayChange && (
        <MetadataSourceCard
          page={page}
          source={props.source}
          {...(failed?.form === 'source' && { failed })}
        />
      )}
      {page.mayChange && (
        <div class="columns">
          <MetadataForm
            page={page}
            warn={isSso}
            errors={failed?.form === 'metadata' ? failed.errors : undefined}
          />
          <ManualForm
            page={page}
            warn={isSso}
            values={
              failed?.form === 'manual'
                ? failed.values
                : {
                    entityId: identityProvider?.entityId,
                    loginUrl: identityProvider?.loginUrl,
                    logoutUrl: identityProvider?.logout?.url,
                    loginBinding: identityProvider?.loginBinding,
                  }
            }
            errors={failed?.form === 'manual' ? failed.errors : undefined}
            certificateRequired={!identityProvider}
          />
        </div>
      )}
      <KeysCard page={page} side="accounts" keys={props.accountKeys} />
    </ConsoleFrame>
  )
}

function IdentityProviderDetails({
  page,
  provider,
}: {
  readonly page: ConsolePage
  readonly provider: IdentityProvider
}) {
  const words = consoleTexts(page).sso
  return (
    <Details
      page={page}
      items={[
        { label: words.idpEntityId, value: <code>{provider.entityId}</code> },
        { label: words.idpLoginUrl, value: <code>{provider.loginUrl}</code> },
        {
          label: words.idpBinding,
          value: provider.loginBinding === 'post' ? words.bindingPost : words.bindingRedirect,
        },
        {
          label: words.idpLogoutUrl,
          value: provider.logout ? <code>{provider.logout.url}</code> : words.idpNoLogout,
        },
        ...(provider.validUntil === undefined
          ? []
          : [{ label: words.idpValidUntil, value: <Time at={provider.validUntil} /> }]),
        { label: words.idpUpdated, value: <Time at={provider.updatedAt} /> },
      ]}
    />
  )
}

export interface SwitchMethodPageProps {
  readonly page: ConsolePage
  readonly to: LoginMethod
}

/** Warns before the login method changes. */
export function SwitchMethodPage({ page, to }: SwitchMethodPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).sso
  const isSso = to === 'sso'
  return (
    <ConsoleFrame
      page={page}
      section="sso"
      title={isSso ? words.switchToSsoTitle : words.switchToPasswordTitle}
      crumbs={[{ label: words.title, href: '/admin/sso' }]}
    >
      <Notice page={page} kind="warning">
        {isSso ? words.switchToSsoWarning : words.switchToPasswordWarning}
      </Notice>
      <Card>
        <p>{isSso ? words.switchToSsoCheck : words.switchToPasswordCheck}</p>
        <Form page={page} action="/admin/sso/method">
          <input type="hidden" name="to" value={to} />
          <FormActions>
            <Button kind="danger">{words.switchButton}</Button>
            <a href="/admin/sso">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
