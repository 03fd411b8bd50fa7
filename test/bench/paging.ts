/** Walks through all users page by page. */

const PER_PAGE = 100

interface ListResponse {
  readonly totalResults: number
  readonly nextCursor?: string
  readonly Resources: readonly unknown[]
}

/** Milliseconds that each page took, in order. Throws unless every user came once. */
async function walk(
  url: string,
  secret: string,
  queryOf: (before: number, previous: ListResponse | undefined) => string | undefined,
): Promise<readonly number[]> {
  const times: number[] = []
  let before = 0
  let previous: ListResponse | undefined
  for (;;) {
    const query = queryOf(before, previous)
    if (query === undefined) break
    const start = performance.now()
    const answer = await fetch(`${url}/scim/v2/Users?count=${PER_PAGE}&${query}`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    previous = (await answer.json()) as ListResponse
    times.push(performance.now() - start)
    before += previous.Resources.length
    if (previous.Resources.length === 0) break
  }
  if (previous?.totalResults !== before) throw new Error(`${before} of ${previous?.totalResults} users came`)
  return times
}

export const walkByCursor = (url: string, secret: string) =>
  walk(url, secret, (_before, previous) => {
    if (!previous) return 'cursor='
    return previous.nextCursor === undefined ? undefined : `cursor=${encodeURIComponent(previous.nextCursor)}`
  })

export const walkByIndex = (url: string, secret: string) =>
  walk(url, secret, (before, previous) =>
    previous && before >= previous.totalResults ? undefined : `startIndex=${before + 1}`,
  )
