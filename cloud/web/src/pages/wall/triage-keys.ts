/** What the keyboard does on the wall. */
export type TriageCommand =
  'next' | 'previous' | 'open' | 'acknowledge' | 'falseAlarm' | 'silence' | 'search' | 'help' | 'undo';

/** In the order of the help; a letter counts in either case. */
export const triageKeys: readonly { readonly key: string; readonly command: TriageCommand }[] = [
  { key: 'J', command: 'next' },
  { key: 'K', command: 'previous' },
  { key: 'Enter', command: 'open' },
  { key: 'A', command: 'acknowledge' },
  { key: 'F', command: 'falseAlarm' },
  { key: 'S', command: 'silence' },
  { key: 'Z', command: 'undo' },
  { key: '/', command: 'search' },
  { key: '?', command: 'help' },
];

export interface KeyPress {
  readonly key: string;
  /** With Ctrl, Alt or Meta: it is the browser's. */
  readonly modified: boolean;
  /** The key is held down. */
  readonly repeated: boolean;
  /** What has the focus: a field or a dialog keeps its keys, a button or link keeps Enter. */
  readonly focus: 'field' | 'control' | 'page';
}

const moves: readonly TriageCommand[] = ['next', 'previous'];

/** What a key asks for; undefined where it is not the wall's. Only moving goes on while a key is held down. */
export function commandOf({ key, modified, repeated, focus }: KeyPress): TriageCommand | undefined {
  if (modified || focus === 'field') return undefined;
  const wanted = key.length === 1 ? key.toUpperCase() : key;
  const command = triageKeys.find((entry) => entry.key === wanted)?.command;
  if (command === undefined || (repeated && !moves.includes(command))) return undefined;
  return command === 'open' && focus === 'control' ? undefined : command;
}

/** The card after or before; the first where none is chosen. The ends hold. */
export function neighbourOf(
  cards: readonly string[],
  current: string | undefined,
  move: 'next' | 'previous',
): string | undefined {
  const at = current === undefined ? -1 : cards.indexOf(current);
  if (at < 0) return cards[0];
  const wanted = move === 'next' ? at + 1 : at - 1;
  return cards[Math.min(Math.max(wanted, 0), cards.length - 1)];
}
