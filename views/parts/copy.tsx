/** A value to take away: selectable without script, with a copy button where script runs. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

export interface CopyTextProps {
  readonly page: PageContext
  readonly id: string
  /** What the value is, for those who do not see where it stands. */
  readonly label: string
  readonly value: string
}

export function CopyText({ page, id, label, value }: CopyTextProps) {
  return (
    <span class="copy">
      <input id={id} class="copy-value" type="text" readonly value={value} aria-label={label} size={1} />
      <CopyButton page={page} from={id} label={label} />
    </span>
  )
}

export interface CopyButtonProps {
  readonly page: PageContext
  /** Id of the input or textarea whose value is copied. */
  readonly from: string
  readonly label: string
}

/** Hidden until `site.js` runs, as it does nothing without it. */
export function CopyButton({ page, from, label }: CopyButtonProps) {
  const { copy, copied } = texts(page.language).common
  return (
    <button
      type="button"
      class="button button-small"
      data-copy={from}
      data-copied={copied}
      aria-label={`${copy}: ${label}`}
      hidden
    >
      {copy}
    </button>
  )
}

export interface CsvDownloadProps {
  readonly page: PageContext
  readonly id: string
  readonly fileName: string
  /** The whole file, cells already escaped: see `toCsv`. */
  readonly csv: string
  readonly label: string
}

/**
 * A file that exists in this answer alone: the link carries it as a data URL, so a secret shown once is neither stored nor
 * asked for again. The text stands below it too, for browsers that refuse such links.
 */
export function CsvDownload({ page, id, fileName, csv, label }: CsvDownloadProps) {
  return (
    <div class="csv">
      <p class="button-row">
        <a
          class="button"
          download={fileName}
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${csv}`)}`}
        >
          {label}
        </a>
        <CopyButton page={page} from={id} label={fileName} />
      </p>
      <textarea
        id={id}
        class="code"
        readonly
        rows={Math.min(csv.split('\n').length, 12)}
        aria-label={fileName}
        spellcheck={false}
        value={csv}
      />
    </div>
  )
}

/**
 * Rows as CSV (RFC 4180, CRLF). A cell that a spreadsheet would take for a formula (it begins with `= + - @`, a tab or a
 * line break) gets an apostrophe in front.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')
}

function toCell(value: string): string {
  const plain = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
