/** Fields of forms and addresses, as texts. What a value must look like is for the domain to say. */
import type { Request } from 'express'
import { z } from 'zod'
import type { SortOrder } from '../domain/criteria.js'
import type { PageRequest } from '../domain/page.js'
import { PAGE_SIZE, type ListQuery } from '../../views/console/list-query.js'
import { validate } from '../http/validate.js'

const fieldsSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

export interface FormFields {
  /** The field without white space at its ends; empty when it was not sent. The first one where several were. */
  text(name: string): string
  /** The field as it was typed: a password, a document. */
  raw(name: string): string
  /** The field, or `undefined` when it is empty. */
  optional(name: string): string | undefined
  /** All values of a repeated field. */
  list(name: string): readonly string[]
  /** The named fields as they go back into a form. */
  values(...names: readonly string[]): Readonly<Record<string, string>>
}

/** Throws `request.invalid` for a body that is no form. */
export const formFields = (req: Request): FormFields => fieldsOf(validate(fieldsSchema, req.body ?? {}))

/** The fields of the address. */
export const queryFields = (req: Request): FormFields => fieldsOf(validate(fieldsSchema, { ...req.query }))

function fieldsOf(fields: z.output<typeof fieldsSchema>): FormFields {
  const list = (name: string): readonly string[] => {
    const value = fields[name]
    return value === undefined ? [] : typeof value === 'string' ? [value] : value
  }
  const raw = (name: string): string => list(name)[0] ?? ''
  const text = (name: string): string => raw(name).trim()
  return {
    text,
    raw,
    optional: (name) => text(name) || undefined,
    list: (name) => [...new Set(list(name))],
    values: (...names) => Object.fromEntries(names.map((name) => [name, raw(name)])),
  }
}

const LAST_PAGE = 100_000

/** The number of the page in the address, from 1; anything that is none counts as the first. */
export function pageNumber(fields: FormFields, name = 'page'): number {
  const text = fields.text(name)
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 1
  return Math.min(Math.max(number, 1), LAST_PAGE)
}

export const pageRequest = (number: number): PageRequest => ({
  offset: (number - 1) * PAGE_SIZE,
  limit: PAGE_SIZE,
})

/** What a list is asked for: the filters it knows, and an order by one of the fields it can sort by. */
export function listQuery(
  req: Request,
  { filters, sortable = [] }: { readonly filters: readonly string[]; readonly sortable?: readonly string[] },
): ListQuery {
  const fields = queryFields(req)
  const field = sortable.find((name) => name === fields.text('sort'))
  const order: SortOrder | undefined =
    field === undefined
      ? undefined
      : { field, direction: fields.text('direction') === 'descending' ? 'descending' : 'ascending' }
  return {
    filters: Object.fromEntries(filters.map((name) => [name, fields.optional(name)])),
    ...(order && { order }),
    number: pageNumber(fields),
  }
}

/** Beginning of the day (UTC), moved by `milliseconds`; `undefined` for what is no day. */
export function startOfDay(day: string | undefined, milliseconds = 0): string | undefined {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  const start = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(start) ? undefined : new Date(start + milliseconds).toISOString()
}
