/** Environment -> frozen Config. The only reader of the environment; everything else is handed what it needs. */
import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { isSpaceName } from './domain/zone.js'

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be between ${minimum} and ${maximum}`)

const quota = wholeNumber(1, 10_000_000).optional()

const baseUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.search ||
    url.hash ||
    url.pathname !== '/'
  ) {
    context.addIssue({
      code: 'custom',
      message: 'must be an http or https URL without a path, such as https://id.example.com',
    })
    return z.NEVER
  }
  return url.origin
})

const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)

const databaseUrl = z.string().refine(isPostgresUrl, {
  message: 'must be a postgres:// URL (leave it out for SQLite in DATA_DIR)',
})

const encryptionKey = z.string().transform((text, context) => {
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : undefined
  if (key?.length !== 32) {
    context.addIssue({ code: 'custom', message: 'must be 32 bytes as base64 (openssl rand -base64 32)' })
    return z.NEVER
  }
  return key
})

/** An address, a range such as 10.0.0.0/8, or one of the names that Express knows. */
function isProxyRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.trim().split('/')
  if (['loopback', 'linklocal', 'uniquelocal'].includes(address)) return bits === undefined
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const environmentSchema = z
  .object({
    HOST: z
      .string()
      .refine(
        (text) => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text),
        'must be an address or a name of this machine',
      )
      .default('127.0.0.1'),
    PORT: wholeNumber(1, 65_535).default(8080),
    BASE_URL: baseUrl.optional(),
    DATA_DIR: z.string().default('./data'),
    DATABASE_URL: databaseUrl.optional(),
    SPACE_NAME: z
      .string()
      .refine(isSpaceName, 'must be 2 to 64 of a-z, 0-9 and single dashes inside, and not a reserved name')
      .optional(),
    ADMIN_USERNAME: z
      .string()
      .regex(/^[A-Za-z0-9+=,.@_-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 + = , . @ _ -')
      .default('admin'),
    ADMIN_PASSWORD: z
      .string()
      .min(8, 'must have at least 8 characters')
      .max(128, 'must have at most 128 characters')
      .optional(),
    API_SECRET_ID: z
      .string()
      .regex(/^[A-Za-z0-9]{16,128}$/, 'must be 16 to 128 letters and digits')
      .optional(),
    API_SECRET_KEY: z
      .string()
      .regex(/^[A-Za-z0-9]{16,128}$/, 'must be 16 to 128 letters and digits')
      .optional(),
    ENCRYPTION_KEY: encryptionKey.optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    TRUST_PROXY: z
      .string()
      .refine(
        (text) => /^(\d{1,2}|true|false)$/.test(text) || text.split(',').every(isProxyRange),
        'must be the number of proxies in front, or their addresses separated by commas',
      )
      .default('false'),
    QUOTA_USERS: quota,
    QUOTA_GROUPS: quota,
    QUOTA_GROUP_USERS: quota,
    QUOTA_USER_GROUPS: quota,
    QUOTA_PERMISSION_CONFIGURATIONS: quota,
    METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  })
  .superRefine((environment, context) => {
    if ((environment.API_SECRET_ID === undefined) !== (environment.API_SECRET_KEY === undefined)) {
      const missing = environment.API_SECRET_ID === undefined ? 'API_SECRET_ID' : 'API_SECRET_KEY'
      context.addIssue({
        code: 'custom',
        path: [missing],
        message: 'must be set too: the pair makes one API key',
      })
    }
    const { DATABASE_URL, ENCRYPTION_KEY } = environment
    if (DATABASE_URL !== undefined && isPostgresUrl(DATABASE_URL) && ENCRYPTION_KEY === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['ENCRYPTION_KEY'],
        message: 'must be set with DATABASE_URL: every instance needs the same key (openssl rand -base64 32)',
      })
    }
  })

export interface Config {
  readonly host: string
  readonly port: number
  /** Origin under which the product is reached; `http://localhost:<PORT>` unless given. */
  readonly baseUrl: string
  /** Absolute path. */
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly spaceName: string | undefined
  readonly administrator: { readonly name: string; readonly password: string | undefined }
  readonly apiKey: { readonly secretId: string; readonly secretKey: string } | undefined
  /** 32 bytes; absent: kept in `encryption.key` of the data folder. */
  readonly encryptionKey: Buffer | undefined
  readonly logLevel: string
  /** As Express takes it. */
  readonly trustProxy: boolean | number | string
  /** Quotas fixed by the environment; absent ones are settings. */
  readonly quotas: {
    readonly users?: number
    readonly groups?: number
    readonly groupUsers?: number
    readonly userGroups?: number
    readonly permissionConfigurations?: number
  }
  readonly metricsToken: string | undefined
}

/** One or more environment variables are wrong; the message has one line for each, beginning with its name. */
export class ConfigError extends Error {}

function trustProxyOf(text: string): boolean | number | string {
  if (text === 'true') return 1
  if (text === 'false') return false
  return /^\d+$/.test(text) ? Number(text) : text
}

/** Reads and checks all variables at once. An empty value counts as absent. Throws `ConfigError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environmentSchema.safeParse(present)
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('\n'),
    )
  }
  const values = parsed.data
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    baseUrl: values.BASE_URL ?? `http://localhost:${values.PORT}`,
    dataDir: isAbsolute(values.DATA_DIR) ? values.DATA_DIR : resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    spaceName: values.SPACE_NAME,
    administrator: { name: values.ADMIN_USERNAME, password: values.ADMIN_PASSWORD },
    apiKey:
      values.API_SECRET_ID !== undefined && values.API_SECRET_KEY !== undefined
        ? { secretId: values.API_SECRET_ID, secretKey: values.API_SECRET_KEY }
        : undefined,
    encryptionKey: values.ENCRYPTION_KEY,
    logLevel: values.LOG_LEVEL,
    trustProxy: trustProxyOf(values.TRUST_PROXY),
    quotas: {
      ...(values.QUOTA_USERS !== undefined && { users: values.QUOTA_USERS }),
      ...(values.QUOTA_GROUPS !== undefined && { groups: values.QUOTA_GROUPS }),
      ...(values.QUOTA_GROUP_USERS !== undefined && { groupUsers: values.QUOTA_GROUP_USERS }),
      ...(values.QUOTA_USER_GROUPS !== undefined && { userGroups: values.QUOTA_USER_GROUPS }),
      ...(values.QUOTA_PERMISSION_CONFIGURATIONS !== undefined && {
        permissionConfigurations: values.QUOTA_PERMISSION_CONFIGURATIONS,
      }),
    },
    metricsToken: values.METRICS_TOKEN,
  })
}
