import { catalogue } from '@angrid/runtime';
import type { Linked } from '../../control/answers.js';
import { argument, command, flag, many, value } from '../command.js';
import { sentences } from '../print/sentences.js';
import type { View } from '../print/view.js';

const { translate } = catalogue({
  en: {
    nothing: 'give --place, --camera, or both',
    place: '{device} is at {place}.',
    cameras: '{cameras} looks at {device}.',
    removed: '{cameras} no longer looks at {device}.',
    pending: 'The cloud takes it over and sends the new site configuration; see angrid device list.',
  },
  'zh-CN': {
    nothing: '请给出 --place、--camera 或两者',
    place: '{device} 已关联到位置 {place}。',
    cameras: '摄像机 {cameras} 已关联到 {device}。',
    removed: '摄像机 {cameras} 与 {device} 的关联已解除。',
    pending: '由云端生效后下发新的小区配置，可用 angrid device list 查看。',
  },
});

export const deviceLink = command({
  name: 'device link',
  about: { 'zh-CN': '把设备关联到位置和摄像机', en: 'Link a device to its place and to cameras' },
  notes: {
    'zh-CN': '位置决定告警归属哪个单元、通知谁；用 angrid site places 查看位置编号',
    en: 'The place decides which unit an alert belongs to and who is told. angrid site places lists them.',
  },
  arguments: { id: argument({ 'zh-CN': '门（面板）的编号', en: 'the id of the door, that is of its panel' }) },
  options: {
    place: value('place', { 'zh-CN': '位置编号', en: 'the id of the place' }),
    camera: many('id', { 'zh-CN': '看到这扇门的摄像机', en: 'cameras that look at this door' }),
    remove: flag({ 'zh-CN': '解除与 --camera 的关联', en: 'take the link to --camera away' }),
  },
  examples: [
    'angrid device link gate-1 --place p-1-1 --camera cam-1 cam-2',
    'angrid device link gate-1 --camera cam-2 --remove',
  ],
  exits: ['notReady', 'notFound'],
  run: async ({ id: device, place, camera: cameras, remove }, context): Promise<Linked> => {
    const nothing = place === undefined && cameras.length === 0;
    if (nothing || (remove && cameras.length === 0)) throw context.misuse(translate(context.locale, 'nothing'));
    return context.gateway().post<Linked>('/links', { device, place, cameras, linked: !remove });
  },
  show: linkText,
});

export function linkText({ device, place, cameras, linked }: Linked, view: View): string {
  const { locale } = view;
  const lines: string[] = [];
  if (place !== undefined) lines.push(translate(locale, 'place', { device, place }));
  const named = { device, cameras: cameras.join(' ') };
  if (cameras.length > 0) lines.push(translate(locale, linked ? 'cameras' : 'removed', named));
  return [...lines, sentences(translate(locale, 'pending'), view, 'dim')].join('\n');
}
