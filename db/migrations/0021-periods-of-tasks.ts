/** For which time a task assigns: to try it again gives no more than was asked for. */
import type { Migration } from './index.js'

export const periodsOfTasks: Migration = {
  name: '0021-periods-of-tasks',
  statements: () => [
    `alter table tasks add column starts_at text`,
    `alter table tasks add column ends_at text`,
  ],
}
