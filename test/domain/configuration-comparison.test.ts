import { describe, expect, it } from 'vitest'
import { compareContents, comparePolicies } from '../../server/domain/configuration-comparison.js'
import type { PolicyContent } from '../../server/domain/permission-configuration.js'
import { compareDocuments } from '../../server/domain/policy-comparison.js'
import { compareLines } from '../../server/domain/text-comparison.js'

const statement = (action: string | readonly string[], resource = '*', effect = 'allow') => ({
  effect,
  action,
  resource,
})
const document = (...statements: readonly object[]) =>
  JSON.stringify({ version: '2.0', statement: statements })
const custom = (name: string, text: string): PolicyContent => ({ type: 'custom', name, document: text })
/** `+`, `-` or a space before each line that names something. */
const marked = (lines: ReturnType<typeof compareLines>) =>
  lines
    .filter(({ text }) => /[\w*]/.test(text))
    .map(
      ({ kind, text }) => `${{ added: '+', removed: '-', same: ' ' }[kind]}${text.trim().replace(/,$/, '')}`,
    )

describe('lines of two texts', () => {
  it.each([
    ['', '', []],
    ['a b c', 'a b c', ['=a', '=b', '=c']],
    ['a b c', 'a c', ['=a', '-b', '=c']],
    ['a c', 'a b c d', ['=a', '+b', '=c', '+d']],
    ['a b c d', 'b x d y', ['-a', '=b', '-c', '+x', '=d', '+y']],
  ])('%j and %j', (before, after, expected) => {
    const lines = (text: string) => text.split(' ').filter(Boolean)
    const signs = { same: '=', removed: '-', added: '+' }
    expect(compareLines(lines(before), lines(after)).map(({ kind, text }) => signs[kind] + text)).toEqual(
      expected,
    )
  })

  it('of any number are told apart in bounded time and memory', () => {
    const many = (name: string) => Array.from({ length: 20_000 }, (_, index) => `${name}${index}`)
    expect(compareLines(many('a'), many('b'))).toHaveLength(40_000)
  })
})

describe('two texts of a policy', () => {
  it('are the same whatever their form, and whatever the order of statements and actions', () => {
    const one = document(statement(['cos:Get*', 'cos:Head*']), statement('cvm:*'))
    const other = `{"statement": [
      {"resource": ["*"], "action": ["cvm:*"], "effect": "allow"},
      {"effect": "allow", "action": ["cos:Head*", "cos:Get*"], "resource": "*"}
    ], "version": "2.0"}`
    expect(compareDocuments(one, other)).toEqual({ statements: [], unchanged: 2 })
  })

  it('differ by the statements that came and went', () => {
    const kept = statement('cvm:*')
    const { statements, unchanged } = compareDocuments(
      document(kept, statement('cos:DeleteBucket', 'qcs::cos:::a/*', 'deny')),
      document(kept, statement(['vpc:Describe*'])),
    )
    expect(unchanged).toBe(1)
    expect(statements.map(({ kind, lines }) => [kind, marked(lines)])).toEqual([
      [
        'removed',
        ['-"effect": "deny"', '-"action": [', '-"cos:DeleteBucket"', '-"resource": [', '-"qcs::cos:::a/*"'],
      ],
      ['added', ['+"effect": "allow"', '+"action": [', '+"vpc:Describe*"', '+"resource": [', '+"*"']],
    ])
  })

  it('differ by lines where a statement is much like another', () => {
    const [change, ...rest] = compareDocuments(
      document(statement(['cos:Get*', 'cos:Head*', 'cos:Put*'])),
      document(statement(['cos:Get*', 'cos:Head*', 'cos:List*'])),
    ).statements
    expect(rest).toEqual([])
    expect(change?.kind).toBe('changed')
    expect(marked(change?.lines ?? []).filter((line) => !line.startsWith(' '))).toEqual([
      '-"cos:Put*"',
      '+"cos:List*"',
    ])
  })

  it('differ line by line where one of them is no policy', () => {
    const { statements } = compareDocuments('not\njson', 'not\na policy')
    expect(statements).toEqual([
      {
        kind: 'changed',
        effect: 'allow',
        lines: [
          { kind: 'same', text: 'not' },
          { kind: 'removed', text: 'json' },
          { kind: 'added', text: 'a policy' },
        ],
      },
    ])
  })
})

describe('two contents of a configuration', () => {
  it('differ by settings and by policies', () => {
    const read: PolicyContent = { type: 'preset', policyId: 1, name: 'Read' }
    const kept = custom('kept', document(statement('cvm:*')))
    const { settings, policies } = compareContents(
      {
        sessionDuration: 3600,
        description: 'old',
        policies: [read, kept, custom('gone', document(statement('a:b')))],
      },
      {
        sessionDuration: 7200,
        relayState: '/cvm',
        policies: [
          { type: 'preset', policyId: 2, name: 'Write' },
          kept,
          custom('new', document(statement('c:d'))),
        ],
      },
    )
    expect(settings).toEqual([
      { name: 'description', before: 'old' },
      { name: 'sessionDuration', before: 3600, after: 7200 },
      { name: 'relayState', after: '/cvm' },
    ])
    expect(policies.map(({ kind, type, name, statements }) => [kind, type, name, statements.length])).toEqual(
      [
        ['removed', 'preset', 'Read', 0],
        ['added', 'preset', 'Write', 0],
        ['removed', 'custom', 'gone', 1],
        ['added', 'custom', 'new', 1],
      ],
    )
  })

  it('tell a policy that was only written in another form', () => {
    const one = document(statement('cvm:*'))
    expect(comparePolicies([custom('a', one)], [custom('a', `${one}\n`)])).toEqual([
      { kind: 'changed', type: 'custom', name: 'a', statements: [], unchanged: 1 },
    ])
  })
})
