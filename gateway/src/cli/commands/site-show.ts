import type { SiteConfig } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import { command } from '../command.js';
import { facts } from '../print/table.js';

const { translate } = catalogue({
  en: {
    site: 'Site',
    version: 'Version',
    zone: 'Time zone',
    night: 'Night',
    held: 'Door held open',
    heldIs: 'after {day} s by day, {night} s by night',
    denial: 'Repeated denial',
    denialIs: '{count} within {seconds} s',
    offline: 'Device offline',
    offlineIs: '{seconds} s after its last sign of life was due',
    places: 'Places',
    devices: 'Devices',
    links: 'Links',
  },
  'zh-CN': {
    site: '小区',
    version: '版本',
    zone: '时区',
    night: '夜间',
    held: '门超时未关',
    heldIs: '白天 {day} 秒、夜间 {night} 秒后',
    denial: '多次被拒',
    denialIs: '{seconds} 秒内 {count} 次',
    offline: '设备离线',
    offlineIs: '超过应有心跳 {seconds} 秒',
    places: '位置',
    devices: '设备',
    links: '关联',
  },
});

export const siteShow = command({
  name: 'site show',
  about: { 'zh-CN': '查看当前的小区配置', en: 'Show the site configuration in force' },
  notes: {
    'zh-CN': '小区配置由云端管理；网关保存最后一份，断网时照常工作',
    en: 'The cloud owns it. The gateway keeps the last copy and works on by it without the cloud.',
  },
  examples: ['angrid site show', 'angrid site show --json'],
  exits: ['notReady'],
  run: (_, context) => context.gateway().get<SiteConfig>('/site'),
  show: ({ site, version, rules, places, devices, links }, view) => {
    const { locale } = view;
    const { heldOpenSeconds, repeatedDenial, offlineGraceSeconds: seconds } = rules;
    return facts(
      [
        [translate(locale, 'site'), `${site.id}  ${site.name}`],
        [translate(locale, 'version'), version],
        [translate(locale, 'zone'), site.timezone],
        [translate(locale, 'night'), site.night],
        [translate(locale, 'held'), translate(locale, 'heldIs', heldOpenSeconds)],
        [
          translate(locale, 'denial'),
          translate(locale, 'denialIs', { count: repeatedDenial.count, seconds: repeatedDenial.windowSeconds }),
        ],
        [translate(locale, 'offline'), translate(locale, 'offlineIs', { seconds })],
        [translate(locale, 'places'), places.length],
        [translate(locale, 'devices'), devices.length],
        [translate(locale, 'links'), links.length],
      ],
      view,
    );
  },
});
