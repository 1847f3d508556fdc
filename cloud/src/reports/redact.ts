export const redactedKinds = ['phone', 'identity', 'plate'] as const;
export type RedactedKind = (typeof redactedKinds)[number];
export type RedactionCounts = Readonly<Record<RedactedKind, number>>;

export interface Redacted {
  readonly text: string;
  readonly counts: RedactionCounts;
}

/** In place of each number, whatever its length. */
export const MARK = '〔***〕';

const NUMERALS = '〇一二三四五六七八九';
const OTHER_NUMERALS: Readonly<Record<string, string>> = { 零: '0', 幺: '1', 壹: '1', 两: '2', 贰: '2', 叁: '3', 肆: '4', 伍: '5', 陆: '6', 柒: '7', 捌: '8', 玖: '9' }; // prettier-ignore
const SPELT = new RegExp(`[${NUMERALS}${Object.keys(OTHER_NUMERALS).join('')}]{11,18}`, 'gu');

/** What people put between digits. */
const GAP = String.raw`[\s\-‐‑–—.·]{0,2}`;
const digits = (count: number): string => String.raw`(?:${GAP}\d){${count}}`;
const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领';

/** Tried in this order: the longer number first. All of them see digits and letters in their plain ASCII form. */
const PATTERNS: readonly (readonly [RedactedKind, RegExp])[] = [
  ['plate', new RegExp(`[${PROVINCES}][A-Z]${GAP}(?:[A-Z0-9]{6}|[A-Z0-9]{5}|[A-Z0-9]{4}[挂学警港澳])`, 'giu')],
  // 18 characters with a check digit, or the 15 digits of the first generation.
  ['identity', new RegExp(String.raw`(?<!\d)[1-9]${digits(16)}${GAP}[\dX](?!\d)`, 'giu')],
  ['identity', new RegExp(String.raw`(?<!\d)[1-9]${digits(14)}(?!\d)`, 'gu')],
  ['phone', new RegExp(String.raw`(?<!\d)(?:\+?${GAP}(?:00)?86${GAP})?1${GAP}[3-9]${digits(9)}(?!\d)`, 'gu')],
  ['phone', new RegExp(String.raw`(?<!\d)[(（]?0\d{2,3}[)）]?${GAP}\d${digits(6)}(?:${GAP}\d)?(?!\d)`, 'gu')],
  ['phone', new RegExp(String.raw`(?<!\d)[48]00${digits(7)}(?!\d)`, 'gu')],
  // A bare local number is one only where it is called so.
  [
    'phone',
    new RegExp(String.raw`(?<=(?:电话|手机|座机|号码|联系|tel|phone)\D{0,6})\d${digits(6)}(?:${GAP}\d)?(?!\d)`, 'giu'),
  ],
];

/**
 * The text without phone, identity-card and plate numbers as they are written in China: full-width, spelt in numerals, or
 * with spaces and dashes between. What is left of the text stays as it was.
 */
export function redact(text: string): Redacted {
  const counts = { phone: 0, identity: 0, plate: 0 };
  let rest = text;
  for (const [kind, pattern] of PATTERNS) {
    rest = replaced(rest, pattern, () => {
      counts[kind] += 1;
    });
  }
  return { text: rest, counts };
}

function replaced(text: string, pattern: RegExp, onFound: () => void): string {
  let result = '';
  let from = 0;
  for (const { index, 0: found } of plain(text).matchAll(pattern)) {
    onFound();
    result += text.slice(from, index) + MARK;
    from = index + found.length;
  }
  return result + text.slice(from);
}

/** The same text, character for character, with every digit and Latin letter in ASCII. */
function plain(text: string): string {
  const narrow = text.replaceAll(/[０-９Ａ-Ｚａ-ｚ＋－]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  return narrow.replaceAll(SPELT, (run) => [...run].map(digitOf).join(''));
}

function digitOf(numeral: string): string {
  return OTHER_NUMERALS[numeral] ?? String(NUMERALS.indexOf(numeral));
}
