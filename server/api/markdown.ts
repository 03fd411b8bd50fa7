/** The table of `docs/cloud-api.md`: every action, whether it works, and where it differs from the cloud's. */
import type { ApiService } from './action.js'

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
  ].join('\n')
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
