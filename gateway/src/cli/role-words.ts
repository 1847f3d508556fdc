import type { Locale, Localized } from '@angrid/contract';

const words: Readonly<Record<string, Localized>> = {
  'property-manager': { 'zh-CN': '物业', en: 'property manager' },
  confirmer: { 'zh-CN': '值班确认人', en: 'confirmer on duty' },
  'handling-officer': { 'zh-CN': '处警民警', en: 'handling officer' },
  'responsible-officer': { 'zh-CN': '责任民警', en: 'responsible officer' },
  'four-platforms': { 'zh-CN': '基层治理四平台', en: 'four platforms' },
};

/** The role of a leg in words; one that a later cloud adds stays as it is. */
export function roleWord(role: string, locale: Locale): string {
  return words[role]?.[locale] ?? role;
}
