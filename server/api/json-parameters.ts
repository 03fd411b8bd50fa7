/** Parameters in a JSON body. */
import { isUtf8 } from 'node:buffer'
import { ApiError } from './api-error.js'

/** A whole text or a whole number, neither of which is ever tried again from within. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g
const INTEGER = /^-?\d{16,}$/

/** The object in the body, empty where there is no body. Throws `InvalidParameter`. */
export function parseJsonParameters(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw new ApiError('InvalidParameter', 'The body of the request is not UTF-8.')
  const text = body.toString('utf8')
  let parameters: unknown
  try {
    parameters = JSON.parse(text)
    // Of JSON alone: in another text each quotation mark without its fellow would be followed to the end.
    if (/\d{16}/.test(text)) parameters = JSON.parse(keepDigits(text))
  } catch {
    throw new ApiError('InvalidParameter', 'The body of the request is not JSON.')
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw new ApiError('InvalidParameter', 'The body of the request is not a JSON object.')
  return parameters
}

/** Ids of CAM roles have nineteen digits, and some clients send them as numbers: texts lose none of them. */
const keepDigits = (json: string): string =>
  json.replaceAll(TOKENS, (token) =>
    INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
