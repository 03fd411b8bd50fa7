import type { Actor } from '../domain/actor.js'
import type { ApiActionEntry, ApiActionReference, ApiTrial } from '../domain/api-reference.js'
import type { SessionView } from '../domain/session.js'

/** What the console needs of the API. */
export interface ApiReferenceSource {
  entries(): readonly ApiActionEntry[]
  find(version: string, name: string): ApiActionReference | undefined
  /** Refusals are answers. Throws `actor.forbidden`, `request.notFound`, and `session.notRecent` for what writes. */
  call(
    actor: Actor,
    session: SessionView,
    action: Pick<ApiActionReference, 'version' | 'name'>,
    parameters: string,
  ): Promise<ApiTrial>
  /** OpenAPI 3.1, of this API and of SCIM. */
  openApi(): object
}
