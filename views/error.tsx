/** The one error page: told what kind of refusal it is and what may be said of it. */
import type { ErrorKind } from '../server/domain/errors.js'
import { texts, type Texts } from './i18n/index.js'
import { PageFrame, type FrameVariant } from './layout.js'
import type { PageContext } from './page-context.js'
import { ButtonLink } from './parts/form.js'

export interface ErrorPageProps {
  readonly page: PageContext
  /** In which area it happened; `bare` when nobody is signed in. */
  readonly variant: FrameVariant
  /** `internal` is a bug of ours: nothing of it is shown. */
  readonly kind: ErrorKind | 'internal' | 'csrf'
  /** What the product said, in place of the general sentence. */
  readonly message?: string
  readonly requestId?: string
  /** Where the way out leads; the area's start page is a good one. */
  readonly startPath: string
}

export function ErrorPage({ page, variant, kind, message, requestId, startPath }: ErrorPageProps) {
  const { error } = texts(page.language).common
  const words = errorWords(error, kind)
  return (
    <PageFrame page={page} variant={variant} title={words.title}>
      <div class="card error-page">
        <p>{message ?? words.text}</p>
        {requestId !== undefined && <p class="muted">{error.reference(requestId)}</p>}
        <p class="button-row">
          <ButtonLink href={startPath}>{error.backToStart}</ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}

function errorWords(
  error: Texts['common']['error'],
  kind: ErrorPageProps['kind'],
): { readonly title: string; readonly text: string } {
  switch (kind) {
    case 'unauthenticated':
      return { title: error.unauthenticatedTitle, text: error.unauthenticated }
    case 'forbidden':
      return { title: error.forbiddenTitle, text: error.forbidden }
    case 'csrf':
      return { title: error.forbiddenTitle, text: error.csrf }
    case 'notFound':
      return { title: error.notFoundTitle, text: error.notFound }
    case 'conflict':
    case 'precondition':
    case 'limit':
      return { title: error.conflictTitle, text: error.invalid }
    case 'invalid':
    case 'mediaType':
      return { title: error.invalidTitle, text: error.invalid }
    case 'tooMany':
      return { title: error.tooManyTitle, text: error.tooMany }
    case 'tooLarge':
      return { title: error.tooLargeTitle, text: error.tooLarge }
    case 'unavailable':
      return { title: error.unavailableTitle, text: error.unavailable }
    case 'internal':
      return { title: error.internalTitle, text: error.internal }
    default:
      return kind satisfies never
  }
}
