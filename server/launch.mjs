#!/usr/bin/env -S node --max-semi-space-size=4 --max-old-space-size=1024
/**
 * The `identity-center` command and what `npm start` runs: compiles what is missing or out of date into dist/, then runs
 * the command line in this very process, so that signals reach the server. Plain JavaScript without dependencies: it must
 * be able to speak on a Node that is too old and in a folder where nothing is installed. `--build` only compiles.
 *
 * The first line, and `npm start` alike, keep V8 from letting the young generation grow to 32 MB that it then holds on to:
 * requests are short. With a bound on the old one it collects before it has grown to several times what is in use: a
 * server of 100,000 users under load takes 180 MB in the place of 370. Whoever needs more starts this file by node itself.
 *
 * Several processes may start at once: each compiles into a folder of its own and moves the finished files over one by
 * one, the stamp last, so nobody ever loads a half-written file.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const LEAST_NODE = [20, 19]
const SOURCES = ['server', 'views', 'scim', 'saml', 'db', 'test/bench', 'test/support']
const SETTINGS = ['tsconfig.json', 'server/tsconfig.build.json', 'package.json']

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const dist = path.join(root, 'dist')
const stampFile = path.join(dist, '.stamp')

function stop(message) {
  process.stderr.write(`identity-center: ${message}\n`)
  process.exit(1)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return
  stop(`Node ${LEAST_NODE.join('.')} or later is needed, and this is Node ${process.versions.node}.`)
}

/** Paths of all files below `folder`, relative to it, in a fixed order. */
function filesBelow(folder) {
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(path.join(folder, entry.name)).map((file) => path.join(entry.name, file))
        : [entry.name],
    )
}

/** Changes whenever a source is added, removed or written: names, sizes and times of all that is compiled. */
function fingerprint() {
  const hash = createHash('sha256')
  const sources = SOURCES.flatMap((folder) =>
    filesBelow(path.join(root, folder))
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(folder, file)),
  )
  for (const file of [...SETTINGS, ...sources]) {
    const { size, mtimeMs } = fs.statSync(path.join(root, file))
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function readStamp() {
  try {
    return fs.readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

/** Where the compiler is, or undefined in an installation without development dependencies. */
function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/lib/tsc.js')
  } catch {
    return undefined
  }
}

/** Removes what killed builds left behind: folders named after processes that are no more. */
function sweep(workshop) {
  for (const name of fs.readdirSync(workshop)) {
    try {
      process.kill(Number(name), 0)
    } catch (error) {
      if (error.code === 'ESRCH') fs.rmSync(path.join(workshop, name), { recursive: true, force: true })
    }
  }
}

/** Returns whether the sources compiled; throws when dist/ cannot be written. */
function build(compiler, stamp) {
  const workshop = path.join(dist, '.building')
  const output = path.join(workshop, String(process.pid))
  fs.mkdirSync(workshop, { recursive: true })
  sweep(workshop)
  fs.mkdirSync(output)
  try {
    const { status, error } = spawnSync(
      process.execPath,
      [compiler, '-p', path.join(root, 'server/tsconfig.build.json'), '--outDir', output],
      { cwd: root, stdio: ['ignore', 2, 2] },
    )
    if (error) throw error
    if (status !== 0) return false
    const built = filesBelow(output)
    for (const file of built) {
      fs.mkdirSync(path.dirname(path.join(dist, file)), { recursive: true })
      fs.renameSync(path.join(output, file), path.join(dist, file))
    }
    const wanted = new Set(built)
    for (const folder of SOURCES) {
      for (const name of filesBelow(path.join(dist, folder))) {
        const file = path.join(folder, name)
        if (!wanted.has(file)) fs.rmSync(path.join(dist, file), { force: true })
      }
    }
    fs.writeFileSync(path.join(output, 'stamp'), stamp)
    fs.renameSync(path.join(output, 'stamp'), stampFile)
    return true
  } finally {
    fs.rmSync(output, { recursive: true, force: true })
  }
}

/** Compiles when needed. An installation without the compiler runs what was built before it was pruned. */
function ensureBuilt() {
  const stamp = fingerprint()
  const built = readStamp()
  if (built === stamp) return
  const compiler = findCompiler()
  if (compiler === undefined) {
    if (built !== undefined) return
    stop('the TypeScript compiler is not installed: run `npm ci` in the project folder, without --omit=dev.')
  }
  let compiled
  try {
    compiled = build(compiler, stamp)
  } catch (error) {
    stop(`cannot write the compiled program to ${dist} (${error.code || error.message}).`)
  }
  if (!compiled) stop('the sources do not compile; see above.')
}

async function main() {
  requireNode()
  ensureBuilt()
  if (process.argv[2] === '--build') return
  const { runCommandLine } = await import(pathToFileURL(path.join(dist, 'server', 'cli.js')).href).catch(
    (error) => {
      if (error.code === 'ERR_MODULE_NOT_FOUND') {
        stop(`something is not installed: run \`npm ci\` in ${root}. (${error.message})`)
      }
      throw error
    },
  )
  await runCommandLine(process.argv.slice(2))
}

void main()
