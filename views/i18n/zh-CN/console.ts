import type { ConsoleTexts } from '../en/console.js'

export const console: ConsoleTexts = {
  title: '控制台',
}
