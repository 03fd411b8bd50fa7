/** A sign-in from a network that it is not allowed from. Says the same to everybody, whoever they are or claim to be. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'

export interface NetworkRefusedPageProps {
  readonly page: PageContext
  readonly reference: string
  /** Where the visitor is, as far as it is known. */
  readonly address?: string | undefined
}

export function NetworkRefusedPage({ page, reference, address }: NetworkRefusedPageProps) {
  const { network } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={network.title}>
      <div class="card error-page">
        <p>{network.text}</p>
        {address !== undefined && (
          <p>
            {network.address} <strong class="code">{address}</strong>
          </p>
        )}
        <p>
          {network.reference} <strong class="code">{reference}</strong>
        </p>
      </div>
    </PageFrame>
  )
}
