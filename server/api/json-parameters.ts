/** Parameters in a JSON body. */
import { isUtf8 } from 'node:buffer'
import { ApiError } from './api-error.js'

/** A text, which is left as it is, or a number of more digits than a double keeps. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g

/** The object in the body, empty where there is no body. Throws `InvalidParameter`. */
export function parseJsonParameters(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw new ApiError('InvalidParameter', 'The body of the request is not UTF-8.')
  const text = body.toString('utf8')
  let parameters: unknown
  try {
    parameters = JSON.parse(keepDigits(text))
  } catch {
    throw new ApiError('InvalidParameter', 'The body of the request is not JSON.')
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw new ApiError('InvalidParameter', 'The body of the request is not a JSON object.')
  return parameters
}

/** Ids of CAM roles have nineteen digits, and some clients send them as numbers: texts lose none of them. */
const keepDigits = (text: string): string =>
  /\d{16}/.test(text)
    ? text.replaceAll(TOKENS, (token) =>
        token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
      )
    : text
