import { catalogue } from '@angrid/runtime';
import { argument, command } from '../command.js';

const { translate } = catalogue({
  en: { removed: '{id} is no longer paired: its password is void and its links are taken away.' },
  'zh-CN': { removed: '{id} 已移除：密码作废，关联解除。' },
});

export const deviceRm = command({
  name: 'device rm',
  about: { 'zh-CN': '移除一台设备', en: 'Take a device away' },
  notes: {
    'zh-CN': '已上报的事件和警情不受影响',
    en: 'What it has told so far stays in the cloud.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  examples: ['angrid device rm gate-1'],
  exits: ['notReady', 'notFound'],
  run: ({ id }, context) =>
    context.gateway().delete<{ readonly removed: string }>(`/devices/${encodeURIComponent(id)}`),
  show: ({ removed: id }, { locale }) => translate(locale, 'removed', { id }),
});
