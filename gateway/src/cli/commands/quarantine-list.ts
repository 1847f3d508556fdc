import { catalogue } from '@angrid/runtime';
import type { Quarantined } from '../../control/answers.js';
import { command } from '../command.js';
import { table } from '../print/table.js';

const { translate } = catalogue({
  en: { id: 'Item', lane: 'Lane', code: 'Reason', detail: 'Detail', at: 'At', none: 'Nothing is in quarantine.' },
  'zh-CN': { id: '条目', lane: '通道', code: '原因', detail: '说明', at: '时间', none: '隔离区为空。' },
});

export const quarantineList = command({
  name: 'quarantine list',
  about: { 'zh-CN': '列出被云端拒绝的条目', en: 'List the items that the cloud has rejected' },
  examples: ['angrid quarantine list', 'angrid quarantine list --json'],
  exits: ['notReady'],
  run: (_, context) => context.gateway().get<readonly Quarantined[]>('/quarantine'),
  show: (items, view) => {
    const { locale } = view;
    if (items.length === 0) return translate(locale, 'none');
    const heads = (['id', 'lane', 'code', 'detail', 'at'] as const).map((key) => translate(locale, key));
    return table(
      heads,
      items.map(({ id, lane, code, detail, at }) => [id.slice(0, 12), lane, code, detail, at]),
      view,
    );
  },
});
