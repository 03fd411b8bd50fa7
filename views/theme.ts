/** The colours of the pages. */

/** In the order in which they are offered. */
export const THEMES = ['system', 'light', 'dark'] as const
/** `system` is light or dark as the browser's system is. */
export type Theme = (typeof THEMES)[number]

export const parseTheme = (value: unknown): Theme | undefined => THEMES.find((theme) => theme === value)
