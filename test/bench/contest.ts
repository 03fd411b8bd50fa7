/** Two servers under the same load, in alternating rounds: other work of the machine then falls on both alike. */
import { measure, type Load } from './load.js'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5)
const WARM_UP_SECONDS = 2

export const howLong = `${ROUNDS} rounds of ${SECONDS} s`

export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN

export interface Contender {
  readonly url: string
  readonly secret: string
  readonly load: Load
}

/** Operations per second of each, the median of its rounds. */
export async function contest(contenders: readonly Contender[]): Promise<readonly number[]> {
  for (const { url, secret, load } of contenders) await measure(url, secret, load, WARM_UP_SECONDS)
  const rounds = contenders.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { url, secret, load }] of contenders.entries()) {
      rounds[index]?.push(await measure(url, secret, load, SECONDS))
    }
  }
  return rounds.map(median)
}

const WIDTH = 46

/** A table whose first column is a text and whose others are numbers, or texts that are as short. */
export function printHeading(title: string, ...columns: readonly string[]): void {
  console.log(`\n${title.padEnd(WIDTH)}${columns.map((column) => column.padStart(14)).join('')}`)
}

export function printRow(what: string, ...values: readonly (number | string)[]): void {
  const texts = values.map((value) => (typeof value === 'string' ? value : value.toFixed(value < 10 ? 2 : 0)))
  console.log(`${what.padEnd(WIDTH)}${texts.map((text) => text.padStart(14)).join('')}`)
}
