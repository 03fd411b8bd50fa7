/** Bodies of forms: fields as sent, and one small file where a page asks for it. */
import express, { type RequestHandler } from 'express'
import multer from 'multer'

/** Room for a list of ten users or a policy of 6144 characters, percent-encoded. */
const FIELDS_LIMIT = '128kb'
const MAXIMUM_FIELDS = 2000
const MAXIMUM_FILE_BYTES = 1024 * 1024

/** Reads `application/x-www-form-urlencoded` into `req.body`: texts, and lists of texts for repeated names. */
export const formBody: RequestHandler = express.urlencoded({
  extended: false,
  limit: FIELDS_LIMIT,
  parameterLimit: MAXIMUM_FIELDS,
})

/**
 * Reads `multipart/form-data` with at most one file of 1 MiB into `req.body` and `req.file`, in memory.
 * Goes behind the guard that says who may send files, and before the CSRF check, which reads a field of it.
 */
export const uploadBody = (fileField: string): RequestHandler =>
  multer({
    storage: multer.memoryStorage(),
    limits: {
      fileSize: MAXIMUM_FILE_BYTES,
      files: 1,
      fields: 50,
      fieldSize: 2 * MAXIMUM_FILE_BYTES,
      parts: 51,
    },
  }).single(fileField)
