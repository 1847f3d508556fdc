import { randomInt } from 'node:crypto';

/** Without what looks alike when it is copied by hand. */
const SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 12;

/** A call-back code: 60 bits, in three groups. */
export function newCode(): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)] ?? '');
  return [0, 4, 8].map((from) => signs.slice(from, from + 4).join('')).join('-');
}

/** As it was given out, however it was typed. */
export function tidyCode(typed: string): string {
  const signs = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  return [0, 4, 8].map((from) => signs.slice(from, from + 4)).join('-');
}
