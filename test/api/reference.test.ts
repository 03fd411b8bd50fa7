/** What is made from the declarations of the actions: the table in docs/cloud-api.md, the reference, the OpenAPI file. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { cloudApiActions } from '../../server/api/cloud-api.js'
import { actionTables } from '../../server/api/markdown.js'
import { referenceOf } from '../../server/api/reference.js'
import type { ApiField } from '../../server/domain/api-reference.js'
import { apiDeclarations } from '../../views/i18n/zh-CN/console/api-declarations.js'

const DOCUMENT = fileURLToPath(new URL('../../docs/cloud-api.md', import.meta.url))
const MARKS = ['<!-- actions: begin -->', '<!-- actions: end -->'] as const

/** Declarations alone: nothing here runs an action. */
const { services } = cloudApiActions({} as never)

describe('docs/cloud-api.md', () => {
  it('has the actions as they are declared (npm run docs:api writes it)', async () => {
    const [before = ''] = readFileSync(DOCUMENT, 'utf8').split(MARKS[0])
    const made = `${before}${MARKS[0]}\n\n${actionTables(services)}\n\n${MARKS[1]}\n`
    const options = await resolveConfig(DOCUMENT)
    await expect(await format(made, { ...options, parser: 'markdown' })).toMatchFileSnapshot(DOCUMENT)
  })
})

describe('the reference', () => {
  const references = services.flatMap((service) =>
    service.actions.map((action) => referenceOf(service, action)),
  )
  const find = (name: string) => references.find((reference) => reference.name === name)

  it('says in a sentence what each action does', () => {
    for (const { name, summary } of references)
      expect({ name, summary }).toMatchObject({ summary: /^[A-Z].*\.$/ })
  })

  it('has Chinese words for all that it says in English, and for nothing else', () => {
    const wordsOf = (fields: readonly ApiField[]): readonly string[] =>
      fields.flatMap(({ description, fields: inner }) => [description, ...wordsOf(inner)])
    const said = references.flatMap(({ summary, differs = '', parameters, answer }) => [
      ...[summary, differs],
      ...wordsOf([...parameters, ...answer]),
    ])
    expect(Object.keys(apiDeclarations).sort()).toEqual([...new Set(said.filter(Boolean))].sort())
  })

  it('tells types, limits and words of parameters and answers', () => {
    const { parameters = [], answer = [] } = find('ListUsers') ?? {}
    expect(parameters.find(({ name }) => name === 'ZoneId')).toMatchObject({ type: 'string', required: true })
    expect(parameters.find(({ name }) => name === 'MaxResults')).toEqual({
      name: 'MaxResults',
      type: 'int',
      required: false,
      description: 'Entries of one page.',
      limits: ['1 to 100', 'default 10'],
      fields: [],
    })
    expect(parameters.find(({ name }) => name === 'UserStatus')?.limits).toEqual(['Enabled | Disabled'])
    const users = answer.find(({ name }) => name === 'Users')
    expect(users).toMatchObject({ type: 'object[]', required: true })
    expect(users?.fields.map(({ name }) => name)).toContain('NeedResetPassword')
  })
})
