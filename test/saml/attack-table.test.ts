/** The tables of docs/security.md promise tests: each has to be there, by file and by name. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SAML_CHECKS } from '../../saml/core/saml-check.js'

const fileOf = (path: string) => new URL(path, import.meta.url)
const document = readFileSync(fileOf('../../docs/security.md'), 'utf8')
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('.test.ts'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('the attack tables of the documentation', () => {
  it.each(rows.map((cells) => [cells[1], cells.at(-2)] as const))('%s', (_attack, promised = '') => {
    const files = [...promised.matchAll(/`((?:[\w-]+\/)?[\w-]+\.test\.ts)`/g)].map(([, file = '']) =>
      fileOf(file.includes('/') ? `../${file}` : file),
    )
    expect(files.filter((file) => !existsSync(file))).toEqual([])
    const tests = files.map((file) => readFileSync(file, 'utf8')).join('\n')
    const names = [...promised.matchAll(/"([^"]+)"/g)].flatMap(([, name = '']) => name.split('…'))
    const published = promised.match(/\b(?:CVE|GHSA)-[\w-]+/g) ?? []
    const wanted = [...names.map((name) => name.replace(/^[, ]+|[, ]+$/g, '')), ...published]
    expect(wanted.filter((text) => !tests.includes(text))).toEqual([])
  })

  it('have a row for each check', () => {
    const named = rows.flatMap(([, first = '']) => [...first.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    expect(SAML_CHECKS.filter((check) => !named.includes(check))).toEqual([])
  })
})
