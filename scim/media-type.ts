/** Which media type an answer has (RFC 7644 section 3.1, RFC 9110 section 12.5.1). */

export const SCIM_JSON = 'application/scim+json; charset=utf-8'
const PLAIN_JSON = 'application/json; charset=utf-8'

/** How closely a range names `application/scim+json` or `application/json`; the closest one decides its weight. */
const CLOSENESS: ReadonlyMap<string, { readonly scim: number; readonly json: number }> = new Map([
  ['application/scim+json', { scim: 3, json: 0 }],
  ['application/json', { scim: 0, json: 3 }],
  ['application/*', { scim: 2, json: 2 }],
  ['*/*', { scim: 1, json: 1 }],
  // Java's HttpURLConnection abbreviates it so.
  ['*', { scim: 1, json: 1 }],
])

/**
 * The media type that `Accept` prefers among SCIM's own and plain JSON; SCIM's own where it likes both the same.
 * `undefined` when it takes neither: 406.
 */
export function acceptedMediaType(accept: string | undefined): string | undefined {
  switch (accept) {
    case undefined:
    case '*/*':
    case 'application/scim+json':
      return SCIM_JSON
    case 'application/json':
      return PLAIN_JSON
    default:
      return preferred(accept)
  }
}

function preferred(accept: string): string | undefined {
  const scim = { closeness: 0, weight: 0 }
  const json = { closeness: 0, weight: 0 }
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';')
    const closeness = CLOSENESS.get(name.trim().toLowerCase())
    if (!closeness) continue
    const weight = weightOf(parameters)
    if (closeness.scim > scim.closeness) Object.assign(scim, { closeness: closeness.scim, weight })
    if (closeness.json > json.closeness) Object.assign(json, { closeness: closeness.json, weight })
  }
  if (scim.weight <= 0 && json.weight <= 0) return accept.trim() === '' ? SCIM_JSON : undefined
  return json.weight > scim.weight ? PLAIN_JSON : SCIM_JSON
}

/** `q`, which is 1 unless told; one that is no number counts as 1, too. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    if (name.trim().toLowerCase() !== 'q') continue
    const weight = Number(value.trim())
    return Number.isFinite(weight) ? weight : 1
  }
  return 1
}
