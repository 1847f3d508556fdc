import { isEventKind, kindDefinition, type Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { TailLine } from '../../control/tail.js';
import { command, flag, value } from '../command.js';
import { deviceOf } from '../device-of.js';
import type { View } from '../print/view.js';
import { padTo } from '../print/width.js';

const { translate } = catalogue({
  en: {
    heartbeat: 'sign of life',
    online: 'came online',
    offline: 'went offline',
    unknown: 'not known to the profile',
    dropped: 'dropped {count} × {reason}',
    late: 'late',
    nothing: 'nothing of it is kept',
  },
  'zh-CN': {
    heartbeat: '心跳',
    online: '上线',
    offline: '下线',
    unknown: '配置文件不认识',
    dropped: '丢弃 {count} × {reason}',
    late: '迟到',
    nothing: '未保留任何内容',
  },
});

export const eventsTail = command({
  name: 'events tail',
  about: { 'zh-CN': '实时查看设备发来的消息及其含义', en: 'Watch what devices say and what it means' },
  notes: {
    'zh-CN': '--raw 显示原始消息（最多 4 KiB），其中可能含个人信息，请勿转发。Ctrl-C 结束',
    en: '--raw shows the message itself, up to 4 KiB. It may hold personal data: do not pass it on. Ctrl-C ends it.',
  },
  options: {
    device: value('id', { 'zh-CN': '只看这台设备', en: 'only this device' }),
    raw: flag({ 'zh-CN': '同时显示原始消息', en: 'show the raw message too' }),
    count: value('n', { 'zh-CN': '收到若干条后结束', en: 'end after so many' }),
  },
  examples: ['angrid events tail', 'angrid events tail --device gate-1 --raw'],
  exits: ['notReady', 'notFound', 'interrupted'],
  follow: async function* ({ device, raw, count }, context): AsyncGenerator<TailLine> {
    const gateway = context.gateway();
    if (device !== undefined) await deviceOf(device, gateway);
    const query = new URLSearchParams({ raw: String(raw), ...(device !== undefined && { device }) });
    const most = Number(count ?? Infinity);
    let seen = 0;
    for await (const line of gateway.follow<TailLine>(`/events?${query.toString()}`)) {
      yield line;
      seen += 1;
      if (seen >= most) return;
    }
  },
  show: tailText,
});

function tailText(line: TailLine, view: View): string {
  const { locale, paint } = view;
  const time = line.at.slice(11, 23);
  const head = `${paint('dim', time)}  ${padTo(line.device, 12)}`;
  const says = meaningOf(line, locale);
  const lines =
    says.length === 0 ? [`${head}  ${translate(locale, 'nothing')}`] : says.map((said) => `${head}  ${said}`);
  if (line.error !== undefined) lines.push(paint('red', `  ${line.error}`));
  if (line.raw !== undefined) lines.push(paint('dim', `  ${line.topic}  ${line.raw}`));
  return lines.join('\n');
}

function meaningOf({ events, drops, heartbeat, presence, unknown, topic }: TailLine, locale: Locale): string[] {
  const said = events.map(({ kind, late }) => {
    const title = isEventKind(kind) ? kindDefinition(kind).title[locale] : '';
    return `${padTo(kind, 22)}  ${title}${late ? `  ${translate(locale, 'late')}` : ''}`;
  });
  for (const { reason, count } of drops) said.push(translate(locale, 'dropped', { count, reason }));
  if (presence) said.push(translate(locale, presence));
  if (heartbeat) said.push(translate(locale, 'heartbeat'));
  if (unknown) said.push(`${translate(locale, 'unknown')}  ${topic}`);
  return said;
}
