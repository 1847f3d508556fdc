import type { SiteConfig } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import { command, value } from '../command.js';
import { table } from '../print/table.js';

const { translate } = catalogue({
  en: {
    id: 'Place',
    name: 'Name',
    kind: 'Kind',
    unit: 'Unit',
    devices: 'Devices',
    none: 'There is no place. Places are made in the console.',
  },
  'zh-CN': {
    id: '位置',
    name: '名称',
    kind: '类型',
    unit: '单元',
    devices: '设备',
    none: '还没有位置。位置在控制台中建立。',
  },
});

export interface PlaceRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly unit?: string | undefined;
  readonly devices: readonly string[];
}

export const sitePlaces = command({
  name: 'site places',
  about: { 'zh-CN': '列出可关联的位置', en: 'List the places that devices can be linked to' },
  options: {
    find: value('text', { 'zh-CN': '编号、名称或单元中含有', en: 'only those whose id, name or unit has this' }),
  },
  examples: ['angrid site places', 'angrid site places --find "3 号楼"'],
  exits: ['notReady'],
  run: async ({ find = '' }, context): Promise<readonly PlaceRow[]> => {
    const { places, devices } = await context.gateway().get<SiteConfig>('/site');
    const wanted = places.filter(({ id, name, unit = '' }) => [id, name, unit].some((text) => text.includes(find)));
    return wanted.map((place) => ({
      ...place,
      devices: devices.filter((device) => device.place === place.id).map(({ id }) => id),
    }));
  },
  show: (places, view) => {
    const { locale } = view;
    if (places.length === 0) return translate(locale, 'none');
    const heads = (['id', 'name', 'kind', 'unit', 'devices'] as const).map((key) => translate(locale, key));
    const rows = places.map(({ id, name, kind, unit, devices }) => [id, name, kind, unit, devices.join(' ')]);
    return table(heads, rows, view);
  },
});
