/** Bodies of forms: fields as sent, and one small file where a page asks for it. */
import express, { type RequestHandler } from 'express'
import multer from 'multer'
import { IdentityCenterError } from '../domain/errors.js'
import { holdsOnlyStorable } from '../domain/storable-text.js'
import { refusalOf } from './http-errors.js'

/** Room for a list of ten users or a policy of 6144 characters, percent-encoded. */
const FIELDS_LIMIT = '128kb'
const MAXIMUM_FIELDS = 2000
const MAXIMUM_FILE_BYTES = 1024 * 1024

const readFields = express.urlencoded({
  extended: false,
  limit: FIELDS_LIMIT,
  parameterLimit: MAXIMUM_FIELDS,
})

/**
 * Reads `application/x-www-form-urlencoded` into `req.body`: texts, and lists of texts for repeated names.
 * Throws `request.invalid` for a text with a NUL character, which PostgreSQL cannot keep and no keyboard makes.
 */
export const formBody: RequestHandler = (req, res, next) => {
  readFields(req, res, (thrown?: unknown) => next(thrown ?? refusalOfFields(req.body)))
}

/**
 * Reads `multipart/form-data` with at most one file of 1 MiB into `req.body` and `req.file`, in memory.
 * Goes behind the guard that says who may send files, and before the CSRF check, which reads a field of it.
 */
export function uploadBody(fileField: string): RequestHandler {
  const readParts = multer({
    storage: multer.memoryStorage(),
    limits: {
      fileSize: MAXIMUM_FILE_BYTES,
      files: 1,
      fields: 50,
      fieldSize: 2 * MAXIMUM_FILE_BYTES,
      parts: 51,
    },
  }).single(fileField)
  return (req, res, next) => {
    readParts(req, res, (thrown?: unknown) => {
      // Nothing but the memory is written to: what fails is the reading, and it does so with bare errors.
      if (thrown !== undefined) next(refusalOf(thrown) ?? unreadable(thrown))
      else next(refusalOfFields(req.body))
    })
  }
}

const unreadable = (cause?: unknown): IdentityCenterError =>
  new IdentityCenterError('request.invalid', 'The form could not be read.', {}, { cause })

const refusalOfFields = (fields: unknown): IdentityCenterError | undefined =>
  holdsOnlyStorable(fields) ? undefined : unreadable()
