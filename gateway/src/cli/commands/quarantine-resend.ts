import { catalogue } from '@angrid/runtime';
import type { Quarantined } from '../../control/answers.js';
import { command, flag, many } from '../command.js';

const { translate } = catalogue({
  en: { which: 'give --all, or --item with one or several', resent: '{count} items are on their way again.' },
  'zh-CN': { which: '请给出 --all，或用 --item 指定条目', resent: '{count} 个条目已重新发送。' },
});

export const quarantineResend = command({
  name: 'quarantine resend',
  about: { 'zh-CN': '重新发送隔离区中的条目', en: 'Send items of the quarantine again' },
  options: {
    all: flag({ 'zh-CN': '全部重发', en: 'all of them' }),
    item: many('id', { 'zh-CN': '条目编号，可只写开头', en: 'an item, by its id or the beginning of it' }),
  },
  examples: ['angrid quarantine resend --all', 'angrid quarantine resend --item 3f9c1a'],
  exits: ['notReady'],
  run: async ({ all, item }, context) => {
    if (all === item.length > 0) throw context.misuse(translate(context.locale, 'which'));
    const gateway = context.gateway();
    if (all) return gateway.post<{ readonly resent: number }>('/quarantine/resend', { ids: 'all' });
    const kept = await gateway.get<readonly Quarantined[]>('/quarantine');
    const ids = kept.filter(({ id }) => item.some((start) => id.startsWith(start))).map(({ id }) => id);
    return gateway.post<{ readonly resent: number }>('/quarantine/resend', { ids });
  },
  show: ({ resent: count }, { locale }) => translate(locale, 'resent', { count }),
});
