import type { Locale } from '@angrid/contract';

export const locales: readonly Locale[] = ['zh-CN', 'en'];

/**
 * The language of the person at the terminal: the first of ANGRID_LANG, LC_ALL, LC_MESSAGES and LANG that is set
 * decides. English when it names English, Chinese in every other case.
 */
export function localeOf(environment: Readonly<Record<string, string | undefined>>): Locale {
  const wanted =
    environment['ANGRID_LANG'] || environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'];
  return wanted !== undefined && /^en\b|^en_/i.test(wanted) ? 'en' : 'zh-CN';
}
