/** What differs between two states of a role: its settings, who may take it on, and its policies. */
import type { RoleChange } from '../../server/domain/role-comparison.js'
import { Table } from '../parts/table.js'
import { DiffLines, PolicyChanges } from './comparison.js'
import { commonTexts, consoleTexts, durationText, type ConsolePage } from './frame.js'

export interface RoleChangesProps {
  readonly page: ConsolePage
  readonly role: RoleChange
  /** What the two states are called. */
  readonly before: string
  readonly after: string
}

export function RoleChanges({ page, role, before, after }: RoleChangesProps) {
  const { drift: words, configurations, versions } = consoleTexts(page)
  const labels = {
    description: commonTexts(page).description,
    sessionDuration: configurations.sessionDuration,
  }
  const shown = (value: string | number | undefined) =>
    typeof value === 'number' ? durationText(page, value) : value
  return (
    <>
      {role.settings.length > 0 && (
        <Table
          page={page}
          caption={versions.settings}
          rows={role.settings}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', header: configurations.name, cell: ({ name }) => labels[name] },
            { key: 'before', header: before, cell: (setting) => shown(setting.before) },
            { key: 'after', header: after, cell: (setting) => shown(setting.after) },
          ]}
        />
      )}
      {role.trust.map(({ lines }, index) => (
        <figure key={index} class="diff-frame">
          <figcaption class="small muted">{words.trust}</figcaption>
          <DiffLines lines={lines} />
        </figure>
      ))}
      <PolicyChanges page={page} policies={role.policies} />
    </>
  )
}
