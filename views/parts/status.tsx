/** A state in one or two words, with a coloured dot; the word alone carries the meaning. */
export type StatusTone = 'good' | 'neutral' | 'waiting' | 'warning' | 'bad'

export interface StatusProps {
  readonly tone: StatusTone
  readonly label: string
}

export function Status({ tone, label }: StatusProps) {
  return <span class={`status status-${tone}`}>{label}</span>
}

/** A quiet word beside a name, such as the type of a user. */
export function Tag({ label }: { readonly label: string }) {
  return <span class="tag">{label}</span>
}
