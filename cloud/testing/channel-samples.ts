import { Secret } from '@angrid/runtime';
import type { Card, ChannelKind, LegMessage, Push, Target } from '../src/channels/channel.js';

/** A forced door at ten o'clock. */
export function samplePush(key: string, message: Partial<LegMessage> = {}, attempts = 0): Push {
  return {
    key,
    attempts,
    message: {
      incident: '0190f1c0-0000-7000-8000-000000000001',
      kind: 'door.forced',
      kindTitle: { 'zh-CN': '门被强行打开', en: 'Door forced' },
      severity: 2,
      state: 'open',
      exercise: false,
      why: {
        'zh-CN': '东门被强行打开，摄像机同时看到移动',
        en: 'The east gate was forced while its camera saw motion',
      },
      confirmedBy: 'two-sources',
      openedAt: new Date('2026-03-01T02:00:00Z'),
      compound: { id: 'c1', name: '锦绣小区' },
      place: '东门',
      unit: { path: 'suxi/330782105200/c1-b3', names: ['苏溪镇', '新村', '3 号楼'] },
      ...message,
    },
  };
}

export function sampleCard(message: Partial<LegMessage> = {}, link?: string): Card {
  return { push: samplePush('leg-1', message), link };
}

export function sampleTarget(channel: ChannelKind, address: string, ...secrets: readonly string[]): Target {
  return {
    id: 't1',
    channel,
    name: '东门网格群',
    locale: 'zh-CN',
    address: new Secret(address),
    secrets: secrets.map((secret) => new Secret(secret)),
  };
}
