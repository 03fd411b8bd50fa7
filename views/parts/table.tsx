/** A list of things. On narrow screens each row becomes a card that names its columns. */
import type { ComponentChildren } from 'preact'
import type { SortOrder } from '../../server/domain/criteria.js'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export interface Column<Row> {
  /** Also the field that the column sorts by, where it has `sortable`. */
  readonly key: string
  readonly header: string
  readonly cell: (row: Row) => ComponentChildren
  readonly sortable?: boolean
  readonly align?: 'start' | 'end'
}

export interface Selection<Row> {
  /** Name of the checkboxes in the form that the table stands in. */
  readonly name: string
  readonly value: (row: Row) => string
  readonly label: (row: Row) => string
  readonly checked?: (row: Row) => boolean
  /** Rows that cannot be selected. */
  readonly disabled?: (row: Row) => boolean
}

export interface Sorting {
  readonly order: SortOrder | undefined
  readonly href: (order: SortOrder) => string
}

export interface TableProps<Row> {
  readonly page: PageContext
  /** What the table lists; read out, not shown. */
  readonly caption: string
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly selection?: Selection<Row>
  readonly sorting?: Sorting
  /** Two short columns: they stay side by side on a phone, where a row is a card of its own otherwise. */
  readonly short?: boolean
  /** Shown when there are no rows. */
  readonly empty?: ComponentChildren
}

/** The roles repeat what the elements say, because the narrow layout takes the elements' own away. */
export function Table<Row>({
  page,
  caption,
  columns,
  rows,
  rowKey,
  selection,
  sorting,
  short = false,
  empty,
}: TableProps<Row>) {
  const { common } = texts(page.language)
  if (rows.length === 0) return <div class="empty">{empty ?? <p>{common.emptyList}</p>}</div>
  return (
    <div class={short ? 'table-frame table-short' : 'table-frame'}>
      <table role="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {selection && (
              <th role="columnheader" scope="col" class="cell-select">
                <input
                  type="checkbox"
                  data-select-all={selection.name}
                  aria-label={common.selectAll}
                  hidden
                />
                <span class="visually-hidden">{common.selectAll}</span>
              </th>
            )}
            {columns.map((column) => (
              <Header key={column.key} page={page} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)}>
              {selection && (
                <td role="cell" class="cell-select">
                  <input
                    type="checkbox"
                    name={selection.name}
                    value={selection.value(row)}
                    checked={selection.checked?.(row) ?? false}
                    disabled={selection.disabled?.(row) ?? false}
                    aria-label={common.selectRow(selection.label(row))}
                  />
                </td>
              )}
              {columns.map((column, index) => (
                <td
                  role={index === 0 ? 'rowheader' : 'cell'}
                  key={column.key}
                  data-label={index === 0 ? undefined : column.header}
                  class={cellClass(index, column.align)}
                >
                  <Cell content={column.cell(row)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface HeaderProps<Row> {
  readonly page: PageContext
  readonly column: Column<Row>
  readonly sorting: Sorting | undefined
}

function Header<Row>({ page, column, sorting }: HeaderProps<Row>) {
  const align = column.align === 'end' ? 'cell-end' : undefined
  if (!column.sortable || !sorting) {
    return (
      <th role="columnheader" scope="col" class={align}>
        {column.header}
      </th>
    )
  }
  const direction = sorting.order?.field === column.key ? sorting.order.direction : undefined
  const next = direction === 'ascending' ? 'descending' : 'ascending'
  return (
    <th role="columnheader" scope="col" class={align} aria-sort={direction ?? 'none'}>
      <a
        class="sort"
        href={sorting.href({ field: column.key, direction: next })}
        title={texts(page.language).common.sortBy(column.header)}
      >
        {column.header}
        <span aria-hidden="true" class="sort-mark">
          {direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : '↕'}
        </span>
      </a>
    </th>
  )
}

/** One box for all of a cell, so that it stands beside its label on narrow screens; an empty cell stays empty. */
function Cell({ content }: { readonly content: ComponentChildren }) {
  const empty = content === undefined || content === null || content === false || content === ''
  return empty ? null : <div>{content}</div>
}

function cellClass(index: number, align: 'start' | 'end' | undefined): string | undefined {
  if (index === 0) return 'cell-main'
  return align === 'end' ? 'cell-end' : undefined
}
