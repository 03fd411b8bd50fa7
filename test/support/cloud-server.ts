/** The application on a port of its own, as the cloud's SDK reaches it; every answer is held against its declaration. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { cloudApiActions } from '../../server/api/cloud-api.js'

/** Declarations alone: nothing here runs an action. */
const declared = cloudApiActions({} as never)

export interface CloudServer {
  readonly server: Server
  /** Throws when an answer had other fields than its action declares, or fields of other types. */
  close(): Promise<void>
}

export async function listenAsCloud(app: RequestListener): Promise<CloudServer> {
  const undeclared = new Set<string>()
  const server = createServer((req, res) => {
    // The many forms of `end` matter to its callers only: what they pass is passed on.
    const end = res.end.bind(res) as (...parts: readonly unknown[]) => typeof res
    res.end = ((...parts: readonly unknown[]) => {
      const fault = faultOf(req, parts[0])
      if (fault !== undefined) undeclared.add(fault)
      return end(...parts)
    }) as typeof res.end
    app(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server,
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      if (undeclared.size > 0) throw new Error(`answers are not as declared:\n${[...undeclared].join('\n')}`)
    },
  }
}

/** What is wrong with an answer, in words; absent for refusals and for requests that name no action in headers. */
function faultOf({ headers }: IncomingMessage, body: unknown): string | undefined {
  const { 'x-tc-action': name, 'x-tc-version': version } = headers
  if (typeof name !== 'string' || typeof version !== 'string' || !Buffer.isBuffer(body)) return undefined
  const { Response } = JSON.parse(body.toString()) as { Response: Readonly<Record<string, unknown>> }
  if (Response['Error'] !== undefined) return undefined
  const { RequestId: _requestId, ...answer } = Response
  const { action } = declared.find(version, name)
  const read = z.object(action.output).safeParse(answer)
  if (!read.success) return `${name}: ${z.prettifyError(read.error)}`
  // Fields that are not declared are left out of what was read, at any depth.
  return isDeepStrictEqual(read.data, answer)
    ? undefined
    : `${name}: undeclared fields in ${body.toString().slice(0, 500)}`
}
