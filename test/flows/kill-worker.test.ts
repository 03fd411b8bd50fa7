/** Deployments and syncs survive `kill -9` of the process that carries them out, between any two steps and at any other moment. */
import { spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../server/config.js'
import { createContext } from '../../server/context.js'
import { systemActor } from '../../server/domain/actor.js'
import { prepare } from '../../server/first-start.js'
import { createLogger } from '../../server/logger.js'
import { createTestClock } from '../support/clock.js'
import { FIRST_PAGE, permissionHands } from '../support/permission-world.js'
import { userSyncHands } from '../support/user-sync-world.js'

const root = path.resolve(import.meta.dirname, '../..')
const START = new Date('2026-03-02T09:00:00.000Z')
/** Kills at any moment in one data folder. */
const RANDOM_KILLS = 4
/** How many such data folders: one where everything is tested, and hundreds of kills by `npm run test:kill`. */
const ROUNDS = Array.from({ length: Number(process.env['KILL_ROUNDS'] ?? 1) }, (_, index) => index + 1)
/** Longer than a lease: what the killed process held is free again when the next one starts. */
const BETWEEN_STARTS_MS = 120_000

let compiled: string

beforeAll(async () => {
  // Inside the project, where the packages are found.
  await mkdir(path.join(root, 'dist'), { recursive: true })
  compiled = await mkdtemp(path.join(root, 'dist', '.kill-test-'))
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      createRequire(import.meta.url).resolve('typescript/lib/tsc.js'),
      ...['--noCheck', '--skipLibCheck', '--verbatimModuleSyntax'],
      ...['--target', 'es2023', '--module', 'nodenext', '--jsx', 'react-jsx', '--jsxImportSource', 'preact'],
      ...['--types', 'node', '--rootDir', root, '--outDir', compiled],
      fileURLToPath(new URL('../support/kill-worker.ts', import.meta.url)),
    ],
    { cwd: root, encoding: 'utf8' },
  )
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
})
afterAll(() => rm(compiled, { recursive: true, force: true }))

/** How a worker process ended: by itself, or by the signal. */
function runWorker(
  dataDir: string,
  time: Date,
  kill: { readonly at: readonly string[] } | { readonly afterMilliseconds: number } | undefined,
): Promise<'finished' | 'killed'> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        path.join(compiled, 'test/support/kill-worker.js'),
        dataDir,
        time.toISOString(),
        ...(kill && 'at' in kill ? kill.at : []),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    if (kill && 'afterMilliseconds' in kill) {
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), kill.afterMilliseconds))
    } else child.stdout.resume()
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed')
      else if (code === 0) resolve('finished')
      else reject(new Error(`the worker process ended with ${code ?? signal}`))
    })
  })
}

/**
 * A data folder with work in it: two configurations to be deployed to `accounts` accounts for two principals, and in the
 * first account a third one to be undeployed.
 */
async function prepareWork(dataDir: string, accountCount: number, asBatch = false) {
  const world = await openWorld(dataDir)
  const { administrator, services } = world
  const configurations = [await world.configuration('Kept-1'), await world.configuration('Kept-2')]
  const gone = await world.configuration('Gone')
  const accounts = []
  for (let index = 0; index < accountCount; index += 1) accounts.push(await world.account())
  const [user, group] = [await world.user(), await world.group()]
  const [first] = accounts
  if (!first) throw new Error('there is at least one account')

  const removed = world.triple(user, first, gone)
  await services.assignments.assign(administrator, [removed])
  await services.deploymentWorker.drain()
  await services.assignments.revoke(administrator, removed)
  await services.deployments.undeploy(administrator, { accountUin: first.uin, configurationId: gone.id })
  const triples = accounts.flatMap((account) =>
    configurations.flatMap((configuration) =>
      [user, group].map((principal) => world.triple(principal, account, configuration)),
    ),
  )
  const batchId = asBatch
    ? await services.assignmentBatches.submit(administrator, {
        accountUins: accounts.map(({ uin }) => uin),
        configurationIds: configurations.map(({ id }) => id),
        principals: [
          { type: 'user', id: user },
          { type: 'group', id: group },
        ],
      })
    : (await services.assignments.assign(administrator, triples))[0]?.batchId
  await world.close()
  return { accounts, configurations, gone, batchId, triples }
}

async function openWorld(dataDir: string) {
  const context = await createContext(readConfig({ DATA_DIR: dataDir }), {
    clock: createTestClock(START),
    logger: createLogger('silent'),
  })
  await prepare(context)
  const administrator = systemActor('test')
  return {
    ...context,
    ...permissionHands(context, administrator),
    ...userSyncHands(context, administrator),
    administrator,
  }
}

/** Every task ended well and once, and every account has exactly what it shall have. */
async function expectExactly(dataDir: string, work: Awaited<ReturnType<typeof prepareWork>>): Promise<void> {
  const world = await openWorld(dataDir)
  try {
    const { administrator, services } = world
    const zone = await services.zones.current()
    for (const account of work.accounts) {
      expect(await world.inAccount(account.uin)).toEqual({
        roles: work.configurations.map(({ name }) => `TencentCloudSSO-${name}`),
        policies: work.configurations.map(({ id }) => `${id}-read`).sort(),
        attachments: [...work.configurations.flatMap(({ id }) => [`${id}-read`, 'ReadOnlyAccess'])].sort(),
        providers: [`TencentReservedSSO-${zone.id}`],
      })
    }
    for (const configuration of work.configurations) {
      const { items } = await services.deployments.list(administrator, {
        configurationId: configuration.id,
        page: FIRST_PAGE,
      })
      expect(items.map(({ condition }) => condition)).toEqual(work.accounts.map(() => 'deployed'))
    }
    await services.permissionConfigurations.removeWithLinks(administrator, work.gone.id)

    const { items: unfinished } = await services.tasks.list(administrator, {
      status: 'inProgress',
      page: FIRST_PAGE,
    })
    expect(unfinished).toEqual([])
    const { items: tasks } = await services.tasks.list(administrator, {
      batchId: work.batchId ?? '',
      page: FIRST_PAGE,
    })
    // One task for each triple, whoever was killed while it was made.
    const keyOf = (of: Pick<(typeof tasks)[number], 'principal' | 'accountUin' | 'configurationId'>) =>
      `${of.principal?.id} ${of.accountUin} ${of.configurationId}`
    expect(tasks.map(keyOf).sort()).toEqual(work.triples.map(keyOf).sort())
    for (const task of tasks) expect(task).toMatchObject({ status: 'success', attempts: 0 })
    const { items: events } = await services.audit.search(administrator, {
      action: 'deployment.deployed',
      page: { offset: 0, limit: 1000 },
    })
    const recorded = events.flatMap(({ detail }) => (JSON.parse(detail) as { tasks: string[] }).tasks)
    expect(new Set(recorded).size).toBe(recorded.length)
    expect(recorded).toEqual(expect.arrayContaining(tasks.map(({ id }) => id)))
  } finally {
    await world.close()
  }
}

/**
 * A data folder with syncs in it: a group that is to be copied into `accounts` accounts while it changes, with somebody who
 * is to go and somebody whose name is taken, and a sync that is to be removed.
 */
async function prepareSyncs(dataDir: string, accountCount: number) {
  const world = await openWorld(dataDir)
  const { administrator, services } = world
  const accounts = []
  for (let index = 0; index < accountCount; index += 1) accounts.push(await world.account())
  const [leaving, staying, taken] = [
    await world.user('leaving'),
    await world.user('staying'),
    await world.user('taken'),
  ]
  const group = await world.group(leaving, staying)
  const removed = await services.userSyncs.create(
    administrator,
    accounts.map((account) => world.wanted(leaving, account)),
  )
  await services.userSyncWorker.drain()
  for (const account of accounts) await world.ownCamUser(account, 'taken')
  await services.userSyncs.create(
    administrator,
    accounts.map((account) => world.wanted(group, account, { conflictPolicy: 'replace' })),
  )
  for (const { syncId } of removed) await services.userSyncs.remove(administrator, syncId)
  await services.groups.change(administrator, group, { members: { add: [taken], remove: [leaving] } })
  await world.close()
  return { accounts, group }
}

/** Every account has the group's two users, each once, and nothing is left over or counted twice. */
async function expectSynchronized(dataDir: string, work: Awaited<ReturnType<typeof prepareSyncs>>) {
  const world = await openWorld(dataDir)
  try {
    const { administrator, services } = world
    for (const account of work.accounts) {
      expect(await world.camUsers(account)).toMatchObject([
        { name: 'staying', managed_by: 'identityCenter' },
        { name: 'taken', managed_by: 'identityCenter' },
      ])
      expect(await world.syncOf(work.group, account)).toMatchObject({ status: 'succeeded' })
    }
    expect(await services.zones.statistics(administrator)).toMatchObject({
      userSyncs: work.accounts.length,
      camUsers: 2 * work.accounts.length,
    })
    const { items } = await services.userSyncs.listTasks(administrator, { page: FIRST_PAGE })
    expect(items.filter(({ status }) => status !== 'success')).toEqual([])
    expect(await world.db.selectFrom('membership_changes').selectAll().execute()).toEqual([])
  } finally {
    await world.close()
  }
}

describe('a worker process killed by SIGKILL', () => {
  /** Gives the work a data folder, and the time at which each process starts. */
  async function withFolder(work: (dataDir: string, nextStart: () => Date) => Promise<void>): Promise<void> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'identity-center-kill-'))
    let time = START.getTime()
    try {
      await work(dataDir, () => new Date((time += BETWEEN_STARTS_MS)))
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  }

  it.each(['before', 'after'] as const)(
    'loses and doubles nothing, killed %s every single call to an account',
    (moment) =>
      withFolder(async (dataDir, nextStart) => {
        const work = await prepareWork(dataDir, 2)
        let kills = 0
        while ((await runWorker(dataDir, nextStart(), { at: [moment, `${kills + 1}`] })) === 'killed')
          kills += 1
        // An undeployment of two calls and four deployments of five, done in pieces.
        expect(kills).toBeGreaterThanOrEqual(5)
        await expectExactly(dataDir, work)
      }),
    300_000,
  )

  it.each(ROUNDS)(
    'loses and doubles nothing of a batch, killed at any moment (round %i)',
    () =>
      withFolder(async (dataDir, nextStart) => {
        const work = await prepareWork(dataDir, 12, true)
        const ends = []
        for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
          ends.push(await runWorker(dataDir, nextStart(), { afterMilliseconds: randomInt(0, 100) }))
        }
        expect(ends).toContain('killed')
        expect(await runWorker(dataDir, nextStart(), undefined)).toBe('finished')
        await expectExactly(dataDir, work)
      }),
    300_000,
  )

  it.each(['before', 'after'] as const)(
    'leaves every account with exactly its CAM users, killed %s every single call to an account',
    (moment) =>
      withFolder(async (dataDir, nextStart) => {
        const work = await prepareSyncs(dataDir, 1)
        let kills = 0
        while ((await runWorker(dataDir, nextStart(), { at: [moment, `${kills + 1}`] })) === 'killed')
          kills += 1
        expect(kills).toBeGreaterThanOrEqual(3)
        await expectSynchronized(dataDir, work)
      }),
    300_000,
  )

  it.each(ROUNDS)(
    'leaves every account with exactly its CAM users, killed at any moment (round %i)',
    () =>
      withFolder(async (dataDir, nextStart) => {
        const work = await prepareSyncs(dataDir, 15)
        const ends = []
        for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
          ends.push(await runWorker(dataDir, nextStart(), { afterMilliseconds: randomInt(0, 60) }))
        }
        expect(ends).toContain('killed')
        expect(await runWorker(dataDir, nextStart(), undefined)).toBe('finished')
        await expectSynchronized(dataDir, work)
      }),
    300_000,
  )
})
