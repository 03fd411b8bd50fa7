/** Conditions of policy statements. What they compare with is read once, when the policy is compiled. */
import ipaddr from 'ipaddr.js'
import {
  isAddressRange,
  isBase64,
  parsePolicyDate,
  parsePolicyNumber,
  type ConditionComparison,
  type PolicyCondition,
} from './policy-document.js'
import { compileLiteral, type RequestContext, type Surroundings } from './policy-text.js'
import { matchesPattern, textPattern } from './text-pattern.js'

/** Whether a request meets the condition. */
export type CompiledCondition = (request: Surroundings) => boolean

/** Compares one value of the request; undefined when the value cannot be read. */
type Test = (value: string) => boolean | undefined

const NEGATED = /_not_(?=equal|like)/

export function compileCondition(condition: PolicyCondition): CompiledCondition {
  const { key, quantifier, ifExist } = condition
  if (condition.comparison === 'null_equal') {
    return ({ context }) => condition.values.includes(String(valuesOf(context, key).length === 0))
  }
  const negated = NEGATED.test(condition.comparison)
  const compileTest = TESTS[condition.comparison.replace(NEGATED, '_') as NamedTest]
  const texts = condition.values.map(compileLiteral)
  const wantedBy = (request: Surroundings): readonly string[] =>
    texts.flatMap((text) => (text.variable ? (text.variable(request) ?? []) : text.fixed))
  const fixed = texts.some((text) => text.variable)
    ? undefined
    : compileTest(texts.flatMap((text) => (text.variable ? [] : text.fixed)))
  return (request) => {
    const values = valuesOf(request.context, key)
    if (values.length === 0) return ifExist
    const test = fixed ?? compileTest(wantedBy(request))
    const satisfies = (value: string): boolean => {
      const equal = test(value)
      return equal !== undefined && equal !== negated
    }
    return quantifier === 'all' ? values.every(satisfies) : values.some(satisfies)
  }
}

const NONE: readonly string[] = []

function valuesOf(context: RequestContext, key: string): readonly string[] {
  const value = Object.hasOwn(context, key) ? context[key] : undefined
  if (value === undefined) return NONE
  return (Array.isArray(value) ? value : [value]).map(String)
}

type Comparable = number | bigint

/** Ordered comparison: of numbers and dates. Wanted values that cannot be read match nothing. */
const ordered =
  (
    read: (text: string) => Comparable | undefined,
    holds: (value: Comparable, wanted: Comparable) => boolean,
  ) =>
  (wanted: readonly string[]): Test => {
    const limits = wanted.flatMap((text) => read(text) ?? [])
    return (text) => {
      const value = read(text)
      return value === undefined ? undefined : limits.some((limit) => holds(value, limit))
    }
  }

/** The readable form of a value, or undefined; equal forms are equal values. */
const equalAs =
  (read: (text: string) => string | undefined) =>
  (wanted: readonly string[]): Test => {
    const forms = new Set(wanted.flatMap((text) => read(text) ?? []))
    return (text) => {
      const form = read(text)
      return form === undefined ? undefined : forms.has(form)
    }
  }

const family = (read: (text: string) => Comparable | undefined) => ({
  // Loose equality on purpose: an integer is a bigint, a decimal a number, and 50 equals 50.0.
  equal: ordered(read, (value, wanted) => value >= wanted && value <= wanted),
  less_than: ordered(read, (value, wanted) => value < wanted),
  less_than_equal: ordered(read, (value, wanted) => value <= wanted),
  greater_than: ordered(read, (value, wanted) => value > wanted),
  greater_than_equal: ordered(read, (value, wanted) => value >= wanted),
})
const numeric = family(parsePolicyNumber)
const date = family(parsePolicyDate)

const readBoolean = (text: string): string | undefined => {
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower : undefined
}

type NamedTest = Exclude<ConditionComparison, 'null_equal' | `${string}_not_${string}`>

const TESTS: Readonly<Record<NamedTest, (wanted: readonly string[]) => Test>> = {
  string_equal: equalAs((text) => text),
  string_equal_ignore_case: equalAs((text) => text.toLowerCase()),
  // The only operator that knows asterisks; elsewhere they are text.
  string_like: (wanted) => {
    const patterns = wanted.map(textPattern)
    return (value) => patterns.some((pattern) => matchesPattern(pattern, value))
  },
  numeric_equal: numeric.equal,
  numeric_less_than: numeric.less_than,
  numeric_less_than_equal: numeric.less_than_equal,
  numeric_greater_than: numeric.greater_than,
  numeric_greater_than_equal: numeric.greater_than_equal,
  date_equal: date.equal,
  date_less_than: date.less_than,
  date_less_than_equal: date.less_than_equal,
  date_greater_than: date.greater_than,
  date_greater_than_equal: date.greater_than_equal,
  bool_equal: equalAs(readBoolean),
  binary_equal: equalAs((text) => (isBase64(text) ? Buffer.from(text, 'base64').toString('hex') : undefined)),
  ip_equal: (wanted) => {
    const networks = wanted.flatMap((text) => parseNetwork(text) ?? [])
    return (value) => {
      const address = parseAddress(value)
      return address && networks.some((network) => contains(network, address))
    }
  },
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

interface Network {
  readonly address: Address
  readonly bits: number
}

/** An address in its plainest form: an IPv4 address mapped into IPv6 is the IPv4 address. */
const parseAddress = (text: string): Address | undefined =>
  isAddressRange(text) && !text.includes('/') ? ipaddr.process(text) : undefined

/** A range in its plainest form; one address is a range of its own. */
function parseNetwork(range: string): Network | undefined {
  if (!isAddressRange(range)) return undefined
  const [text = '', prefix] = range.split('/')
  const address = ipaddr.parse(text)
  const bits = prefix === undefined ? address.toByteArray().length * 8 : Number(prefix)
  const mapped = address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96
  return mapped ? { address: (address as ipaddr.IPv6).toIPv4Address(), bits: bits - 96 } : { address, bits }
}

const contains = (network: Network, address: Address): boolean =>
  address.kind() === network.address.kind() && address.match([network.address, network.bits] as never)
