/** Parts of the machine that some suites need and no package manager of ours installs. */

export interface Part {
  readonly name: string
  readonly isPresent: () => boolean
  /** What to do to have it. */
  readonly install: string
}

/**
 * Whether the part is here. When it is not, this says so loudly and the suite is to be skipped; in CI, where every part has
 * to be, it throws.
 */
export function requirePart({ name, isPresent, install }: Part): boolean {
  if (isPresent()) return true
  const message = `${name} is missing: ${install}`
  if (process.env['CI'] === 'true') throw new Error(message)
  process.stderr.write(`\n*** SKIPPED *** ${message}\n\n`)
  return false
}
