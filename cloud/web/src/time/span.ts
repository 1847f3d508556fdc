const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

type Translate = (key: string, holes: Record<string, unknown>) => string;

/** `15 min` for 900000: the largest unit that says it in whole numbers. */
export function spanText(ms: number | undefined, t: Translate): string {
  if (ms === undefined) return '–';
  const [name, length] = UNITS.find(([, unit]) => ms % unit === 0) ?? (['second', 1000] as const);
  return t(`age.${name}`, { n: ms / length });
}
