import { parseArgs } from 'node:util';

/** The one line that a bench ends with, as a JSON object. */
export interface Figures {
  readonly [name: string]: number | string | Figures;
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  /** `say` prints what stands above the line: runs and their spread. `args`: what followed the name. */
  run(say: Say, args: readonly string[]): Promise<Figures>;
}

export type Say = (text: string) => void;

/** The numbers of a bench, each an option of its name: `--rate 500`. Throws at one that is unknown or not above 0. */
export function numbersOf<Name extends string>(
  args: readonly string[],
  standard: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(standard) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const numbers: Record<Name, number> = { ...standard };
  for (const name of names) if (values[name] !== undefined) numbers[name] = Number(values[name]);
  const wrong = names.find((name) => !(numbers[name] > 0));
  if (wrong !== undefined) throw new Error(`--${wrong} takes a number above 0`);
  return numbers;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
