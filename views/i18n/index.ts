/** The languages of the pages, and their texts. */
import { en, type Texts } from './en.js'
import { zhCN } from './zh-CN.js'

export type { Texts } from './en.js'

/** The languages in the order in which the switch offers them; the first is the default. */
export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', 'zh-CN': '简体中文' }

const CATALOGUES: Record<Language, Texts> = { en, 'zh-CN': zhCN }

/** Every text of the pages in that language. */
export const texts = (language: Language): Texts => CATALOGUES[language]

export const parseLanguage = (value: unknown): Language | undefined =>
  LANGUAGES.find((language) => language === value)
