import { scalar, type SettingType } from '../setting-type.js';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number, both ends included. */
export function integer({ min, max }: Range): SettingType<number> {
  const name = { 'zh-CN': `${min} 到 ${max} 的整数`, en: `a whole number from ${min} to ${max}` };
  return scalar(name, (written) =>
    /^[+-]?\d{1,16}$/.test(written) ? within(Number(written), { min, max }) : undefined,
  );
}

/** A decimal number, both ends included. */
export function number({ min, max }: Range): SettingType<number> {
  const name = { 'zh-CN': `${min} 到 ${max} 的数`, en: `a number from ${min} to ${max}` };
  return scalar(name, (written) =>
    /^[+-]?\d{1,16}(\.\d{1,16})?$/.test(written) ? within(Number(written), { min, max }) : undefined,
  );
}

/** A TCP or UDP port; 0 lets the system choose a free one. */
export function port(): SettingType<number> {
  const name = { 'zh-CN': '0 到 65535 的端口（0 为任一空闲端口）', en: 'a port from 0 to 65535 (0: any free port)' };
  return scalar(name, (written) =>
    /^\d{1,5}$/.test(written) ? within(Number(written), { min: 0, max: 65535 }) : undefined,
  );
}

function within(value: number, { min, max }: Range): number | undefined {
  return value >= min && value <= max ? value : undefined;
}
