/** The networks that users may sign in from, as a card of the settings. */
import type { ComponentChildren } from 'preact'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, TextArea, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { commonTexts, consoleTexts, type ConsolePage } from './frame.js'

export interface SignInNetworksCardProps {
  readonly page: ConsolePage
  /** As they are stored. */
  readonly networks: readonly string[]
  /** Those that let every address of their kind in. */
  readonly everything: readonly string[]
  /** Where the administrator is, and whether users may sign in from there. */
  readonly own: { readonly address: string | undefined; readonly allowed: boolean }
  /** What was entered and refused: an error for each entry that is wrong. */
  readonly refused?: { readonly value: string; readonly errors: FieldErrors } | undefined
}

export function SignInNetworksCard({ page, networks, everything, own, refused }: SignInNetworksCardProps) {
  const words = consoleTexts(page).settings.networks
  const errors = refused?.errors.map(({ message }) => ({ field: 'value', message }))
  return (
    <Card title={words.title} lead={words.lead}>
      <OwnPlace page={page} restricted={networks.length > 0} own={own} />
      {everything.length > 0 && (
        <Notice page={page} kind="warning">
          {words.everything(everything.join(', '))}
        </Notice>
      )}
      {page.mayChange ? (
        <Form page={page} action="/admin/settings" label={words.title}>
          <ErrorSummary page={page} errors={errors} />
          <input type="hidden" name="name" value="signIn.networks" />
          <TextArea
            page={page}
            name="value"
            label={words.entries}
            hint={
              <>
                {words.hint} <code>signIn.networks</code>
              </>
            }
            value={refused?.value ?? networks.join('\n')}
            rows={Math.min(12, Math.max(4, networks.length + 1))}
            required={false}
            code
            errors={errors}
          />
          <p class="button-row">
            <Button label={`${commonTexts(page).save}: ${words.title}`}>{commonTexts(page).save}</Button>
          </p>
        </Form>
      ) : (
        networks.length > 0 && (
          <ul>
            {networks.map((network) => (
              <li key={network}>
                <code>{network}</code>
              </li>
            ))}
          </ul>
        )
      )}
    </Card>
  )
}

interface OwnPlaceProps extends Pick<SignInNetworksCardProps, 'page' | 'own'> {
  /** Whether there are any networks to be inside of. */
  readonly restricted: boolean
}

function OwnPlace({ page, restricted, own }: OwnPlaceProps): ComponentChildren {
  const words = consoleTexts(page).settings.networks
  const address = own.address ?? words.unknownAddress
  if (!restricted) return <p>{words.openFrom(address)}</p>
  if (own.allowed) return <p>{words.insideFrom(address)}</p>
  return (
    <Notice page={page} kind="warning">
      {words.outsideFrom(address)}
    </Notice>
  )
}
