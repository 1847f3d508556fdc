import type { Localized } from '@angrid/contract';
import { scalar, type SettingType } from '../setting-type.js';

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const BYTES = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
} as const;

interface Bounds {
  /** Written as the value is written. */
  readonly min?: string;
  readonly max?: string;
}

/** `500ms`, `30s`, `5m`, `12h`, `190d`: in milliseconds. */
export function duration({ min = '0s', max = '3650d' }: Bounds = {}): SettingType<number> {
  const name = {
    'zh-CN': `${min} 到 ${max} 的时长（单位 ms、s、m、h、d，如 30s）`,
    en: `a duration from ${min} to ${max} (units ms, s, m, h, d: 30s)`,
  };
  return quantity(name, MILLISECONDS, { min, max });
}

/** `64KB`, `200MB`, `2GB` (powers of 1000) or `64KiB`, `200MiB`, `2GiB` (powers of 1024): in bytes. */
export function size({ min = '0B', max = '1000TB' }: Bounds = {}): SettingType<number> {
  const name = {
    'zh-CN': `${min} 到 ${max} 的大小（单位 B、KB、MB、GB、TB，或 KiB、MiB、GiB、TiB，如 200MB）`,
    en: `a size from ${min} to ${max} (units B, KB, MB, GB, TB or KiB, MiB, GiB, TiB: 200MB)`,
  };
  return quantity(name, BYTES, { min, max });
}

type Units = Readonly<Record<string, number>>;

function quantity(name: Localized, units: Units, bounds: Required<Bounds>): SettingType<number> {
  const lowest = amountOf(bounds.min, units);
  const highest = amountOf(bounds.max, units);
  if (lowest === undefined || highest === undefined) throw new RangeError(`bounds of ${name.en}`);
  return scalar(name, (written) => {
    const amount = amountOf(written, units);
    return amount !== undefined && amount >= lowest && amount <= highest ? amount : undefined;
  });
}

function amountOf(written: string, units: Units): number | undefined {
  const [, digits, unit] = /^(\d{1,12}(?:\.\d{1,6})?) ?([A-Za-z]{1,3})$/.exec(written) ?? [];
  if (digits === undefined || unit === undefined || !Object.hasOwn(units, unit)) return undefined;
  return Math.round(Number(digits) * (units[unit] ?? Number.NaN));
}
