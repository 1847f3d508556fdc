/** Why a code is refused. The console says each with its cure. */
export type CodeFault =
  'empty' | 'scientific' | 'rounded' | 'zero-lost' | 'length' | 'characters' | 'region' | 'segment';

/** One way of writing the code of a unit. */
export interface CodeScheme {
  readonly id: string;
  /** Of a value without spaces that a spreadsheet has not damaged. */
  fault(value: string): CodeFault | undefined;
  /** One spelling for what is written in several. */
  canonical(value: string): string;
  /** Codes of the units above, nearest first. */
  parents(value: string): readonly string[];
}

/** The provinces of GB/T 2260, which every civil code begins with. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
);
const isRegion = (code: string): boolean => provinces.has(code.slice(0, 2));
const same = (value: string): string => value;
const none = (): readonly string[] => [];

/** county 6 + street 3 + village or community 3; what is wider has fewer digits, or zeros behind. */
const statistical: CodeScheme = {
  id: 'statistical-12',
  fault: (value) => digitsFault(value, [6, 9, 12]) ?? (isRegion(value) ? undefined : 'region'),
  canonical: (value) => value.replace(/^(\d{6})(?:000)+$|^(\d{9})000$/, '$1$2'),
  parents: (value) => {
    const above = [9, 6].filter((length) => length < value.length).map((length) => value.slice(0, length));
    const wide = [`${value.slice(0, 4)}00`, `${value.slice(0, 2)}0000`];
    return [...above, ...wide.filter((code) => code !== value && !above.includes(code))];
  },
};

/** CJ/T 349: object 6 + county 6 + street 3 + community 3 + grid 2 (00: the community is one grid). */
const community: CodeScheme = {
  id: 'cjt349-20',
  fault: (value) => {
    const damage = digitsFault(value, [20]);
    if (damage) return damage;
    if (!isRegion(value.slice(6))) return 'region';
    return value.slice(15, 18) === '000' ? 'segment' : undefined;
  },
  canonical: same,
  parents: (value) => (value.endsWith('00') ? [] : [`${value.slice(0, 18)}00`]),
};

/** GB/T 28181: centre 8 + industry 2 + type 3 + network 1 + serial 6. */
const video: CodeScheme = {
  id: 'gb28181-20',
  fault: (value) => {
    const damage = digitsFault(value, [20]);
    if (damage) return damage;
    if (!isRegion(value)) return 'region';
    return /^[1-9]\d\d[0-8]$/.test(value.slice(10, 14)) ? undefined : 'segment';
  },
  canonical: same,
  parents: none,
};

/** GA/T 2000.33: the code of a community grew from 12 to 15 digits. */
const police: CodeScheme = {
  id: 'gat2000-33',
  fault: (value) => digitsFault(value, [12, 15]) ?? (isRegion(value) ? undefined : 'region'),
  canonical: same,
  parents: (value) => (value.length === 15 ? [value.slice(0, 12)] : []),
};

/** Whatever a place numbers its units by. */
const own: CodeScheme = {
  id: 'own',
  fault: (value) => (/^[\w-]{1,64}$/.test(value) ? undefined : 'characters'),
  canonical: same,
  parents: none,
};

export const codeSchemes: readonly CodeScheme[] = [statistical, community, video, police, own];

/** The scheme of a tree; one that nobody knows is a place's own. */
export function schemeOf(id: string): CodeScheme {
  return codeSchemes.find((scheme) => scheme.id === id) ?? own;
}

/** Excel shows long numbers in this way, and keeps no more of them. */
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+?\d{1,3}$/;
/** Digits that a spreadsheet keeps of a number. */
const KEPT = 15;

export function checkCode(scheme: CodeScheme, value: string): CodeFault | undefined {
  if (value === '') return 'empty';
  if (SCIENTIFIC.test(value)) return 'scientific';
  return scheme.fault(value);
}

function digitsFault(value: string, lengths: readonly number[]): CodeFault | undefined {
  if (!/^\d+$/.test(value)) return 'characters';
  const longest = Math.max(...lengths);
  if (lengths.includes(value.length)) return isRounded(value) ? 'rounded' : undefined;
  if (isRounded(value)) return 'rounded';
  return longest > KEPT && value.length === longest - 1 ? 'zero-lost' : 'length';
}

/** A number of more digits than are kept ends in zeros for the rest. */
function isRounded(value: string): boolean {
  return value.length > KEPT + 1 && /^0+$/.test(value.slice(value.startsWith('0') ? KEPT + 1 : KEPT));
}
