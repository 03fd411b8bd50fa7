/** The server process: take the port, prepare the data, serve, and stop when told to. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createApp } from './app.js'
import { startLoop } from './background.js'
import type { Config } from './config.js'
import { createContext, type AppContext } from './context.js'
import { useDataFolder, writeInitialPassword } from './data-folder.js'
import { prepare, type Prepared } from './first-start.js'

const SEAL_EVERY_MS = 500
/** How soon after its end an assignment is taken away; it counts for nothing before that. */
const END_EVERY_MS = 5000
const PURGE_EVERY_MS = 60_000
/** How often it is looked whether the identity provider's metadata is due. */
const REFRESH_EVERY_MS = 300_000
/** How often it is looked whether an account's comparison is due. */
const DRIFT_EVERY_MS = 3000
const LOG_EVERY_MS = 1000
const SHARE_EVERY_MS = 5000
/** Longer than any request of ours takes; what is still open then is cut. */
const FINISH_WITHIN_MS = 30_000
/** Longest way from the signal to the end of the process. */
const END_WITHIN_MS = FINISH_WITHIN_MS + 5000

/** One Ctrl-C may arrive twice, from the terminal and from npm: what comes within this is the same one. */
const SAME_SIGNAL_MS = 200

/** The port cannot be listened on; the message says which and what to set. */
export class ListenError extends Error {}

export interface RunningServer {
  readonly context: AppContext
  readonly prepared: Prepared
  /** Requests finish, tasks are handed back, files are closed. */
  stop(): Promise<void>
}

/**
 * Starts serving. The port comes first: where it is taken, nothing has been touched yet. While the data is prepared every
 * request is answered 503. Throws `ListenError`, `DataFolderError`, `NewerSchemaError`, `EncryptionKeyError`.
 */
export async function startServer(config: Config): Promise<RunningServer> {
  let app: RequestListener = (_req, res) => {
    res.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end('The server is starting.\n')
  }
  const server = createServer((req, res) => app(req, res))
  await listen(server, config)
  const undo: (() => unknown)[] = [() => server.close()]
  try {
    const lock = useDataFolder(config.dataDir, 'shared')
    undo.unshift(() => lock.release())
    const context = await createContext(config)
    undo.unshift(() => context.close())
    const prepared = await prepare(context)
    app = createApp(context)

    const {
      assignmentEndings,
      auditSealer,
      drift,
      maintenance,
      metadataSource,
      readiness,
      batchWorker,
      deploymentWorker,
      userSyncWorker,
      scimLog,
      scimUsage,
    } = context.services
    const logger = context.logger.child({ name: 'background' })
    batchWorker.start()
    deploymentWorker.start()
    userSyncWorker.start()
    const loops = [
      startLoop('audit sealer', SEAL_EVERY_MS, logger, () => auditSealer.seal()),
      startLoop('maintenance', PURGE_EVERY_MS, logger, () => maintenance.run()),
      startLoop('assignment endings', END_EVERY_MS, logger, () => assignmentEndings.run()),
      startLoop('metadata', REFRESH_EVERY_MS, logger, () => metadataSource.refresh()),
      startLoop('drift', DRIFT_EVERY_MS, logger, () => drift.run()),
      startLoop('SCIM log', LOG_EVERY_MS, logger, () => scimLog.flush()),
      startLoop('SCIM usage', SHARE_EVERY_MS, logger, () => scimUsage.share()),
    ]
    return {
      context,
      prepared,
      async stop() {
        readiness.stop()
        await Promise.all([
          closeServer(server),
          batchWorker.stop(),
          deploymentWorker.stop(),
          userSyncWorker.stop(),
          ...loops.map((loop) => loop.stop()),
        ])
        await scimLog.flush({ all: true })
        // Events of the last requests, and of what the workers just finished.
        await auditSealer.seal()
        await auditSealer.release()
        await context.close()
        lock.release()
      },
    }
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is taken by another program: set PORT to a free one.`,
        EACCES: `Port ${port} on ${host} needs more rights than this user has: set PORT to 1024 or above.`,
        EADDRNOTAVAIL: `This machine has no address ${host}: set HOST to one it has.`,
        ENOTFOUND: `There is no address for the name ${host}: set HOST to one this machine has.`,
      }
      const reason = reasons[error.code ?? ''] ?? `Cannot listen on ${host} port ${port} (${error.message}).`
      reject(new ListenError(reason, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

/** Takes no more connections, lets open requests finish, and cuts what is still open after a while. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection kept alive becomes idle when its request is done.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), FINISH_WITHIN_MS)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}

/** Runs until SIGTERM or SIGINT; a second signal ends the process at once. Prints where everything is. */
export async function serve(config: Config): Promise<void> {
  const running = await startServer(config)
  const { logger } = running.context
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error that nobody caught')
    process.exit(1)
  })
  // Before anybody is told that the server is up: whoever reads that may ask it to stop.
  const toldToStop = stopSignal()
  process.stdout.write(await greeting(running, config))
  logger.info({ port: config.port, migrations: running.prepared.migrations }, 'ready')
  logger.info({ signal: await toldToStop }, 'stopping')
  // What hangs now would hang for ever: an account that does not answer, a database that is gone.
  setTimeout(() => {
    logger.error('not everything ended in time')
    process.exit(1)
  }, END_WITHIN_MS).unref()
  await running.stop()
  logger.info('stopped')
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined
    const onSignal = (signal: NodeJS.Signals): void => {
      askedAt ??= performance.now()
      if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(signal === 'SIGINT' ? 130 : 143)
      resolve(signal)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

async function greeting({ context, prepared }: RunningServer, config: Config): Promise<string> {
  const { baseUrl, services } = context
  const { spaceName } = await services.zones.current()
  const lines = [
    'Identity Center is ready.',
    `  Console  ${baseUrl}/admin/`,
    `  Login    ${baseUrl}/${spaceName}/login`,
  ]
  const first = prepared.initialAdministrator
  if (first?.password !== undefined) {
    lines.push(
      process.stdout.isTTY
        ? `  Sign in to the console as ${first.name} with the password ${first.password} (it is shown only now).`
        : `  Sign in to the console as ${first.name} with the password in ${writeInitialPassword(config.dataDir, first.password)} (removed at the first sign-in).`,
    )
  }
  return `${lines.join('\n')}\n`
}
