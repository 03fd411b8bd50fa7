import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../server/cli.js'

/** `user create` for each command that does something. */
function commandsOf(command: Command, path: readonly string[] = []): readonly string[] {
  const below = command.commands.filter((each) => each.name() !== 'help')
  if (below.length === 0) return [path.join(' ')]
  return below.flatMap((each) => commandsOf(each, [...path, each.name()]))
}

describe('the documentation of operations', () => {
  it('has every command', () => {
    const documentation = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    const rows = documentation.split('\n').filter((line) => line.startsWith('| `'))
    const documented = rows
      .map((row) => row.split(' | ')[0] ?? '')
      .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? ''))
      .map((text) =>
        text
          .split(' ')
          .filter((word) => /^[a-z][a-z-]*$/.test(word))
          .join(' '),
      )
    for (const command of commandsOf(createProgram())) {
      const withMethod = documented.filter((text) => text === command || text.startsWith(`${command} `))
      expect(withMethod, command).not.toEqual([])
    }
  })
})
