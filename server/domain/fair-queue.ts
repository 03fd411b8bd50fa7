/**
 * Work that waits for something scarce, shared among those who brought it so that nobody can keep the others from it.
 *
 * No client has a fixed share: on a Monday morning a whole company waits behind one address, and then it may have all
 * the room there is. Shares exist only while room is short: who then brings something, and has less waiting than somebody
 * else, gets the place of the newest entry of whoever has most. And who brought much work waits for it in his own turn:
 * entries are taken by start-time fair queueing, so each client gets on at the same pace, in sizes and not in entries
 * (the costliest SAML message takes as long as thirty honest ones).
 */
export interface FairQueueOptions<T> {
  /** Entries at most. */
  readonly room: number
  /** What an entry costs, more or less, in a unit that all entries have in common. */
  readonly sizeOf: (entry: T) => number
}

interface Placed<T> {
  readonly entry: T
  /** The work of all clients together goes this far before the entry is due. */
  readonly start: number
}

interface Client<T> {
  readonly placed: Placed<T>[]
  /** Where the client's next entry starts, if the others have come that far by then. */
  finish: number
}

export function createFairQueue<T>({ room, sizeOf }: FairQueueOptions<T>) {
  const clients = new Map<string, Client<T>>()
  let length = 0
  let progress = 0

  const waitingOf = (client: Client<T> | undefined): number => client?.placed.length ?? 0

  /** The client to give a place up: somebody who would still have as many as the newcomer then. */
  function findLongest(than: number): Client<T> | undefined {
    let longest: Client<T> | undefined
    for (const client of clients.values()) if (waitingOf(client) > waitingOf(longest)) longest = client
    return waitingOf(longest) > than + 1 ? longest : undefined
  }

  function takeNewest(client: Client<T>): T | undefined {
    const newest = client.placed.pop()
    if (!newest) return undefined
    client.finish = newest.start
    length -= 1
    return newest.entry
  }

  return {
    get length(): number {
      return length
    },

    /** Lets the entry wait. Returns the entry that has no room any more, if it came to that: this one, or another client's. */
    add(name: string, entry: T): T | undefined {
      const client = clients.get(name) ?? { placed: [], finish: progress }
      let displaced: T | undefined
      if (length >= room) {
        const longest = findLongest(client.placed.length)
        if (!longest) return entry
        displaced = takeNewest(longest)
      }
      const start = Math.max(progress, client.finish)
      client.placed.push({ entry, start })
      client.finish = start + sizeOf(entry)
      clients.set(name, client)
      length += 1
      return displaced
    },

    /** The entry that is due. */
    take(): T | undefined {
      let due: Client<T> | undefined
      for (const [name, client] of clients) {
        const [first] = client.placed
        // Nothing waits, and nothing is left to be waited for because of what was taken.
        if (!first && client.finish <= progress) clients.delete(name)
        if (first && first.start < (due?.placed[0]?.start ?? Infinity)) due = client
      }
      const taken = due?.placed.shift()
      if (!taken) {
        clients.clear()
        return undefined
      }
      progress = taken.start
      length -= 1
      return taken.entry
    },
  }
}
