/** The reference of the cloud API, as plain data: what the documentation and the console's explorer show. */

/** A parameter, or a field of an answer. */
export interface ApiField {
  readonly name: string
  /** `string`, `int`, `object[]`, … */
  readonly type: string
  readonly required: boolean
  /** In words; empty where the name says it all. */
  readonly description: string
  /** What values may be: `Enabled | Disabled`, `1 to 100`, `at most 64 characters`. */
  readonly limits: readonly string[]
  /** Of an object, or of the objects in a list. */
  readonly fields: readonly ApiField[]
}

export interface ApiActionReference {
  readonly service: string
  readonly version: string
  readonly name: string
  readonly summary: string
  readonly priority: string
  /** Where it behaves otherwise than the cloud's. */
  readonly differs?: string
  /** Codes that it may refuse with beside those that any action may. */
  readonly refusals: readonly string[]
  readonly signed: boolean
  /** Whether it changes something or hands credentials out: tried by those only who have just shown who they are. */
  readonly writes: boolean
  readonly parameters: readonly ApiField[]
  readonly answer: readonly ApiField[]
}

/** One line of the list of actions. */
export type ApiActionEntry = Pick<
  ApiActionReference,
  'service' | 'version' | 'name' | 'summary' | 'priority' | 'differs'
>

/** How an action was answered that an administrator tried. */
export interface ApiTrial {
  readonly requestId: string
  /** The code of a refusal; absent when there was none. */
  readonly code?: string
  /** `{ "Response": … }`, as clients get it, with line breaks. */
  readonly text: string
}
