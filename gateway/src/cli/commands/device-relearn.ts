import { catalogue } from '@angrid/runtime';
import { argument, command } from '../command.js';

const { translate } = catalogue({
  en: { relearned: '{id}: what it shows now is learned as its view; an alert about the view ends with it.' },
  'zh-CN': { relearned: '{id}：以现在的画面为准重新学习，画面告警随之解除。' },
});

export const deviceRelearn = command({
  name: 'device relearn',
  about: {
    'zh-CN': '摄像机换了方向：以现在的画面为准',
    en: 'A camera was turned on purpose: what it shows now is its view',
  },
  notes: {
    'zh-CN': '请先确认画面正常：被遮挡的画面也会被当作正常画面学习',
    en: 'Look at the picture first: a covered one would be learned as well.',
  },
  arguments: { id: argument({ 'zh-CN': '摄像机编号', en: 'the id of the camera' }) },
  examples: ['angrid device relearn cam-1'],
  exits: ['notReady', 'notFound'],
  run: ({ id }, context) =>
    context.gateway().post<{ readonly relearned: string }>(`/devices/${encodeURIComponent(id)}/relearn`, {}),
  show: ({ relearned: id }, { locale }) => translate(locale, 'relearned', { id }),
});
