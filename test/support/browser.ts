/** A real browser, and what an accessibility checker says of its pages. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { requirePart } from './parts.js'

const CHROMIUM = '/usr/bin/chromium'
export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 390, height: 800 }

/** Whether there is a browser; see `requirePart`. */
export const hasBrowser = (): boolean =>
  requirePart({
    name: 'Chromium',
    isPresent: () => existsSync(CHROMIUM),
    install: 'install the package chromium',
  })

/** Flags that keep it to itself: no sandbox for root, nothing asked of the network in the background. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations of WCAG 2.1 A and AA and of axe's best practices on the page as it stands: one line for each. */
async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // Not a script of the page: its content security policy would not let one in.
  await page.evaluate(await axeSource)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
}

/** Axe finds nothing, and on a phone nothing stands outside of the window. Leaves the window as wide as a desktop. */
export async function expectGoodPage(page: Page): Promise<void> {
  const where = new URL(page.url()).pathname
  expect([where, await accessibilityProblems(page)]).toEqual([where, []])
  await page.setViewportSize(PHONE)
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect([where, Math.max(0, beyond)]).toEqual([where, 0])
  await page.setViewportSize(DESKTOP)
}
