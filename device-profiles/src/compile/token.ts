import { createHash } from 'node:crypto';

const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}$/;
/** A mobile number or an identity number, which no door is named after. */
const PERSONAL = /(?<!\d)1[3-9]\d{9}(?!\d)|\d{17}[\dXx]/;

/** A short machine word that says nothing about a person: what an attribute may hold. */
export function isToken(text: string): boolean {
  return TOKEN.test(text) && !PERSONAL.test(text);
}

/**
 * The text itself where it is a token. Else 16 bits of its hash: enough to tell the doors of one device apart, too few
 * to find out what the text was.
 */
export function channelOf(text: string | undefined): string | undefined {
  if (text === undefined || isToken(text)) return text;
  return `h-${createHash('sha256').update(text).digest('hex').slice(0, 4)}`;
}
