/** Texts of the administrator console. */
export const console = {
  title: 'Console',
}

export type ConsoleTexts = typeof console
