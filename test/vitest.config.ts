import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Engines, browsers and child processes start inside tests; a slow machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Files that follow one another in a worker share what they load and the databases that wait for the next test.
    isolate: false,
    maxWorkers: 2,
  },
})
