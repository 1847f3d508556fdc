import type { Locale, Localized } from '@angrid/contract';
import { createI18n, useI18n } from 'vue-i18n';
import en from './locales/en.json';
import zh from './locales/zh-CN.json';

export const locales: readonly Locale[] = ['zh-CN', 'en'];

/** Chinese, unless the person has chosen otherwise on this machine. */
export function createCatalogue(chosen: string | undefined) {
  return createI18n({
    legacy: false,
    locale: chosen === 'en' ? 'en' : 'zh-CN',
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': zh, en } as Record<Locale, typeof zh>,
  });
}

export type Catalogue = ReturnType<typeof createCatalogue>;

/** Words of the console in the reader's language. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  const here = () => locale.value as Locale;
  return {
    t,
    locale,
    /** What the cloud says in both languages. */
    pick: (text: Localized): string => text[here()] || text['zh-CN'],
    /** A word of a closed list; a value that a newer cloud added is shown as it is. */
    word: (group: string, value: string): string => (te(`${group}.${value}`) ? t(`${group}.${value}`) : value),
  };
}
