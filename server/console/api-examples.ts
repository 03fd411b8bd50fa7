/** How an action is called from a shell, from Node and by the cloud's command line. Pure. */
import type { ApiActionReference, ApiField } from '../domain/api-reference.js'

export interface ApiExamples {
  readonly curl: string
  readonly sdk: string
  /** Absent for what the command line has no command for. */
  readonly tccli: string
}

/** Parameters that are wanted, with values that say what belongs there. */
export function exampleParameters(
  { parameters }: Pick<ApiActionReference, 'parameters'>,
  zoneId: string,
): Readonly<Record<string, unknown>> {
  const wanted = parameters.filter(({ required }) => required)
  return Object.fromEntries(
    wanted.map((field) => [field.name, field.name === 'ZoneId' ? zoneId : exampleOf(field)]),
  )
}

function exampleOf({ name, type, limits, fields }: ApiField): unknown {
  if (type.endsWith('[]')) return [exampleOf({ name, type: type.slice(0, -2), limits, fields } as ApiField)]
  if (type === 'object')
    return Object.fromEntries(
      fields.filter(({ required }) => required).map((field) => [field.name, exampleOf(field)]),
    )
  const [choice] = limits
  if (choice?.includes(' | ')) return choice.split(' | ')[0]
  if (type === 'int' || type === 'number') return Number(/\d+/.exec(choice ?? '')?.[0] ?? 1)
  if (type === 'boolean') return true
  return `<${name}>`
}

const inShell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

export function apiExamples(
  { service, version, name, signed }: ApiActionReference,
  parameters: Readonly<Record<string, unknown>>,
  baseUrl: string,
): ApiExamples {
  const { host } = new URL(baseUrl)
  const body = JSON.stringify(parameters)
  return {
    curl: signed
      ? signedCurl({ service, version, name, host, baseUrl, body })
      : `curl -sS ${baseUrl}/ -H 'Content-Type: application/json' -H 'X-TC-Action: ${name}' -H 'X-TC-Version: ${version}' \\
  -d ${inShell(body)}
`,
    sdk: `import { ${service} } from 'tencentcloud-sdk-nodejs'

const client = new ${service}.v${version.replaceAll('-', '')}.Client({
  credential: {
    secretId: process.env.TENCENTCLOUD_SECRET_ID,
    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,
    token: process.env.TENCENTCLOUD_TOKEN,
  },
  region: '',
  profile: { httpProfile: { endpoint: '${host}', protocol: '${new URL(baseUrl).protocol}//' } },
})
console.log(await client.${name}(${JSON.stringify(parameters, undefined, 2)}))
`,
    tccli: [
      `tccli ${service} ${name} --endpoint ${host}`,
      ...Object.entries(parameters).map(
        ([key, value]) => `  --${key} ${inShell(typeof value === 'string' ? value : JSON.stringify(value))}`,
      ),
    ].join(' \\\n'),
  }
}

/** TC3-HMAC-SHA256 by openssl: nothing else is needed. */
const signedCurl = ({
  service,
  version,
  name,
  host,
  baseUrl,
  body,
}: Readonly<Record<'service' | 'version' | 'name' | 'host' | 'baseUrl' | 'body', string>>): string =>
  `BODY=${inShell(body)}
NOW=$(date -u +%s)
DAY=$(date -u +%Y-%m-%d)
hash() { printf %s "$1" | openssl dgst -sha256 -hex | sed 's/.* //'; }
sign() { printf %s "$2" | openssl dgst -sha256 -hex -mac HMAC -macopt "$1" | sed 's/.* //'; }
REQUEST=$(printf 'POST\\n/\\n\\ncontent-type:application/json\\nhost:${host}\\n\\ncontent-type;host\\n%s' "$(hash "$BODY")")
TEXT=$(printf 'TC3-HMAC-SHA256\\n%s\\n%s/${service}/tc3_request\\n%s' "$NOW" "$DAY" "$(hash "$REQUEST")")
KEY=$(sign "key:TC3$TENCENTCLOUD_SECRET_KEY" "$DAY")
KEY=$(sign "hexkey:$KEY" ${service})
KEY=$(sign "hexkey:$KEY" tc3_request)
curl -sS ${baseUrl}/ -H 'Host: ${host}' -H 'Content-Type: application/json' \\
  -H 'X-TC-Action: ${name}' -H 'X-TC-Version: ${version}' -H "X-TC-Timestamp: $NOW" \\
  -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$DAY/${service}/tc3_request, SignedHeaders=content-type;host, Signature=$(sign "hexkey:$KEY" "$TEXT")" \\
  -d "$BODY"
`
