/** Batches of assignments: their progress, and the step that reviews one. */
export const batches = {
  title: 'Submissions',
  lead: 'Access that was configured for many at once, newest first.',
  tab: 'Submissions',
  caption: 'Submissions',
  empty: 'Nothing has been submitted yet.',
  submitted: 'Submitted',
  by: 'By',
  size: 'Assignments',
  state: 'State',
  running: 'Running',
  paused: 'Paused',
  cancelled: 'Cancelled',
  over: 'Finished',
  accounts: 'Accounts',
  principals: 'Users and groups',
  configurations: 'Permission configurations',
  andMore: (names: string, more: number) => (more === 0 ? names : `${names} and ${more} more`),
  counts: (success: number, failed: number, inProgress: number, notBegun: number) =>
    `${success} succeeded, ${failed} failed, ${inProgress} in progress, ${notBegun} not begun.`,
  pausedNotice: 'Paused: what was under way in an account is finished, and nothing more is begun.',
  cancelledNotice: 'Cancelled: what was done before stays, the rest was given up.',
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel this submission',
  cancelLead: 'Cancel…',
  cancelHint:
    'Assignments that are done stay. Those that wait are given up, and what was half deployed for them is removed again.',
  retryAll: 'Retry all that failed',
  retry: 'Retry',
  reload: 'Load this page again',
  find: 'Find tasks',

  departments: 'Departments, with everything below them',
  departmentAccounts: (count: number) => (count === 1 ? '1 account' : `${count} accounts`),
  newAndExisting: (created: number, existing: number) =>
    existing === 0
      ? created === 1
        ? 'It is new.'
        : `All ${created} are new.`
      : `${created} are new; ${existing} exist already and stay as they are.`,
  period: 'When it counts',
  starts: 'From',
  ends: 'Until',
  periodHint:
    'A date, which means its beginning in UTC, or a date with a time such as 2026-03-31T18:00Z. Leave both empty for access without an end.',
  changePeriod: 'Change when',
  changePeriodTitle: 'Change when this authorization counts',
  changePeriodLead:
    'Role sessions that it gave end by the new end, unless something else gives them too. A later end lengthens none of them.',
  from: (time: string) => `from ${time}`,
  until: (time: string) => `until ${time}`,
  endingSoon: (count: number, days: number) =>
    count === 1
      ? `1 assignment ends by itself within ${days} days.`
      : `${count} assignments end by themselves within ${days} days.`,
  endingTitle: 'Authorizations that end soon',
  endingLead: (days: number) =>
    `What ends by itself within ${days} days, the next one first. Change when one counts to let it go on.`,
  noneEnding: 'Nothing ends by itself in that time.',
}
