/** The tables of `docs/cloud-api.md`: every action, whether it works, where it differs, and what it refuses with. */
import type { Action, ApiService } from './action.js'

const PRIORITIES_IN_FULL: ReadonlySet<string> = new Set(['P0', 'P1', 'P2'])

/** Services whose every action has words of its own; the others are simulated alike. */
const isInFull = ({ actions, unsupported = [] }: ApiService): boolean =>
  actions.some(({ priority }) => PRIORITIES_IN_FULL.has(priority)) || unsupported.length > 0

export function actionTables(services: readonly ApiService[]): string {
  return [...services.filter(isInFull).map(serviceSection), simulatedSection(services)].join('\n\n')
}

function serviceSection({ name, version, actions, unsupported = [] }: ApiService): string {
  const rows = [
    ...actions.map(
      (action) =>
        `| ${action.name} | ${action.priority} | yes | ${cell(action.summary)} | ${cell(action.differs)} |`,
    ),
    ...unsupported.map((action) => `| ${action} | P3 | no | | Refused with \`UnsupportedOperation\`. |`),
  ]
  return [
    `### ${name} ${version}`,
    '',
    '| action | priority | works | what it does | where it differs |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Codes beside those that any action may refuse with:',
    '',
    ...actions.flatMap((action) => refusalLine(action)),
  ].join('\n')
}

/** A list and no table: rows of a table would be as wide as the longest of them. */
function refusalLine({ name, refusals = [] }: Action): readonly string[] {
  return refusals.length === 0 ? [] : [`- ${name}: ${refusals.map((code) => `\`${code}\``).join(', ')}`]
}

function simulatedSection(services: readonly ApiService[]): string {
  return [
    '### Simulated services',
    '',
    'Their actions check signature and permissions, and answer as an empty account would.',
    '',
    '| service | version | actions |',
    '| --- | --- | --- |',
    ...services
      .filter((service) => !isInFull(service))
      .map(({ name, version, actions }) => `| ${name} | ${version} | ${actions.length} |`),
  ].join('\n')
}

const cell = (text = ''): string => text.replaceAll('|', '\\|')
