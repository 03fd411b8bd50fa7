import { describe, expect, it } from 'vitest'
import { createFairQueue } from '../../server/domain/fair-queue.js'

/** Entries are texts such as `a1`: the client, a number, and one character more for each unit of size. */
function open(room = 100) {
  const queue = createFairQueue<string>({ room, sizeOf: (entry) => entry.length })
  return {
    add: (...entries: string[]) => entries.map((entry) => queue.add(entry[0]!, entry)),
    drain: () => {
      const taken: string[] = []
      for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next)
      return taken.join(' ')
    },
    take: () => queue.take(),
    length: () => queue.length,
  }
}

describe('a fair queue', () => {
  it('takes what one client brought in its order, and the clients in turn', () => {
    const { add, drain, length } = open()
    add('a1', 'a2', 'a3', 'b1', 'b2', 'c1')
    expect(length()).toBe(6)
    expect(drain()).toBe('a1 b1 c1 a2 b2 a3')
    expect(length()).toBe(0)
  })

  it('lets each client get on at the same pace in sizes, not in entries', () => {
    const { add, drain } = open()
    add('a1------', 'a2------', 'b1', 'b2', 'b3', 'b4', 'b5')
    expect(drain()).toBe('a1------ b1 b2 b3 b4 a2------ b5')
  })

  it('remembers what a client had as long as others wait, and gives nothing for having been away', () => {
    const { add, take, drain } = open()
    add('a1------', 'b1', 'b2', 'b3')
    expect([take(), take()]).toEqual(['a1------', 'b1'])
    add('a2', 'c1', 'c2')
    // b goes on where it was, c begins there, and a comes after what it had.
    expect(drain()).toBe('c1 b2 c2 b3 a2')
  })

  it('gives all its room to one client while nobody else comes', () => {
    const { add, length } = open(3)
    expect(add('a1', 'a2', 'a3', 'a4')).toEqual([undefined, undefined, undefined, 'a4'])
    expect(length()).toBe(3)
  })

  it('makes room for others at the cost of whoever has most, newest first, down to equal shares', () => {
    const { add, drain, length } = open(4)
    add('a1', 'a2', 'a3', 'a4')
    expect(add('b1', 'b2', 'b3')).toEqual(['a4', 'a3', 'b3'])
    expect(add('a5')).toEqual(['a5'])
    expect(add('c1', 'd1', 'e1')).toEqual(['a2', 'b2', 'e1'])
    expect(length()).toBe(4)
    expect(drain()).toBe('a1 b1 c1 d1')
  })
})
