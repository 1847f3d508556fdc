import type { Locale } from '@angrid/contract';

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** How a person sees the output. */
export interface View {
  readonly locale: Locale;
  /** Columns of the terminal, 80 where there is none. */
  readonly columns: number;
  /** The text in a colour, or as it is where colours are not wanted. */
  paint(colour: Colour, text: string): string;
}

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Colours only on a terminal, and never where NO_COLOR is set. */
export function viewOf(
  locale: Locale,
  stream: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): View {
  const colours = stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return {
    locale,
    columns: Math.max(40, (stream.isTTY === true && stream.columns) || 80),
    paint: (colour, text) => (colours ? painted(colour, text) : text),
  };
}

function painted(colour: Colour, text: string): string {
  const [on, off] = CODES[colour];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
