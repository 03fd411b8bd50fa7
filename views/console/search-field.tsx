/** The field that narrows a list by what is typed into it. */
import { TextField } from '../parts/form.js'
import type { ConsolePage } from './frame.js'
import type { ListQuery } from './list-query.js'

export interface SearchFieldProps {
  readonly page: ConsolePage
  readonly label: string
  readonly query: ListQuery
  readonly maxLength?: number
}

/** Stands in a filter form and is sent as `search`. */
export function SearchField({ page, label, query, maxLength = 128 }: SearchFieldProps) {
  return (
    <TextField
      page={page}
      name="search"
      label={label}
      type="search"
      value={query.filters['search']}
      maxLength={maxLength}
      required={false}
    />
  )
}
