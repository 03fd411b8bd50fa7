/** Lists of any length as files: written part by part, as fast as the reader takes them. */
import { once } from 'node:events'
import type { Request, Response } from 'express'
import { toCsv } from '../../views/parts/copy.js'
import { IdentityCenterError } from '../domain/errors.js'
import { queryFields } from './form-fields.js'

export type ExportFormat = 'csv' | 'json'

/** Throws `request.invalid` for any other format. */
export function requireFormat(req: Request): ExportFormat {
  const format = queryFields(req).text('format')
  if (format === 'csv' || format === 'json') return format
  throw new IdentityCenterError('request.invalid', 'An export has the format csv or json.')
}

/** One column of the file: its name, also in JSON, and what a row has there. */
export type ExportColumn<Row> = readonly [name: string, value: (row: Row) => string | number | undefined]

/**
 * Sends all rows: as CSV with a heading line, or as a JSON array of objects without the empty members. When a part cannot
 * be read, the connection is cut: a file that is cut short must not look whole.
 */
export async function sendExport<Row>(
  res: Response,
  fileName: string,
  format: ExportFormat,
  columns: readonly ExportColumn<Row>[],
  parts: AsyncIterable<readonly Row[]>,
): Promise<void> {
  res.attachment(`${fileName}.${format}`)
  res.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
  const write = async (text: string) => {
    if (!res.write(text) && !res.destroyed) await Promise.race([once(res, 'drain'), once(res, 'close')])
  }
  try {
    // Spreadsheets take a file without the mark for one in another encoding.
    await write(format === 'csv' ? `\uFEFF${toCsv([columns.map(([name]) => name)])}` : '[')
    let separator = '\n'
    for await (const rows of parts) {
      if (res.destroyed) return
      if (format === 'csv') {
        await write(toCsv(rows.map((row) => columns.map(([, value]) => String(value(row) ?? '')))))
        continue
      }
      const objects = rows.map((row) =>
        JSON.stringify(Object.fromEntries(columns.map(([name, value]) => [name, value(row)]))),
      )
      await write(separator + objects.join(',\n'))
      separator = ',\n'
    }
    res.end(format === 'csv' ? '' : '\n]\n')
  } catch (error) {
    res.destroy()
    throw error
  }
}
