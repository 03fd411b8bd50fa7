/** What every page knows beside its own content. Doors make it with `pageContext` of `server/http/page-context.ts`. */
import type { Language } from './i18n/index.js'
import type { NoticeKind } from './parts/notice.js'
import type { Theme } from './theme.js'

/** Who looks at the page. */
export interface Viewer {
  readonly name: string
  /** A second line under the name, such as what an administrator may do. */
  readonly description?: string
  /** Where the log out form is posted to. */
  readonly logoutPath: string
  /** The page of the viewer's own factors and sessions. */
  readonly securityPath?: string
}

export interface PageNotice {
  readonly kind: NoticeKind
  readonly text: string
}

export interface PageContext {
  readonly language: Language
  readonly theme: Theme
  /**
   * Path and query of this page: what the language switch leads back to.
   * Absent in the answer to a POST, which cannot be asked for again; there is no switch then.
   */
  readonly url?: string
  /** Goes into every form as `_csrf`. Absent where nobody is signed in and the page has no form. */
  readonly csrfToken?: string
  readonly viewer?: Viewer
  /** What the act before this page brought about (flash messages). */
  readonly notices: readonly PageNotice[]
}
