/** Work that comes back: one round at a time, the next one a while after the last one ended. */
import type { Logger } from './logger.js'

export interface BackgroundLoop {
  /** Lets the running round end and starts no other. */
  stop(): Promise<void>
}

/** Runs `round` now and then every `intervalMs`. A round that fails is logged, and the next one tries again. */
export function startLoop(
  name: string,
  intervalMs: number,
  logger: Logger,
  round: () => Promise<unknown>,
): BackgroundLoop {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  const run = async (): Promise<void> => {
    try {
      await round()
    } catch (error) {
      logger.error({ err: error, loop: name }, 'a round of background work failed')
    }
    if (!stopped) timer = setTimeout(next, intervalMs)
  }
  const next = (): void => {
    running = run()
  }
  next()

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
