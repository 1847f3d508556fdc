/** The one line that a bench ends with, as a JSON object. */
export interface Figures {
  readonly [name: string]: number | string | Figures;
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  /** `say` prints what stands above the line: runs and their spread. */
  run(say: (text: string) => void): Promise<Figures>;
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
