/** `/assets`: the styles, script and icon of the pages, as they stand in `views/assets`. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type RequestHandler } from 'express'

/**
 * Browsers keep a file for ten minutes and may show it for a week while they ask for a newer one; a page after an upgrade
 * is at most that far behind its styles.
 */
const CACHE_CONTROL = 'public, max-age=600, stale-while-revalidate=604800'

export function serveAssets(): RequestHandler {
  return express.static(join(packageRoot(), 'views', 'assets'), {
    index: false,
    redirect: false,
    setHeaders: (res) => res.setHeader('Cache-Control', CACHE_CONTROL),
  })
}

/** The folder that holds package.json, above this file both as a source and compiled into `dist`. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error('there is no package.json above the program')
    folder = above
  }
  return folder
}
