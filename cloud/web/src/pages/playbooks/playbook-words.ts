const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `15 min` for 900000: the largest unit that says it in whole numbers. */
export function spanText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  const [name, length] = UNITS.find(([, unit]) => ms % unit === 0) ?? (['s', 1000] as const);
  return `${ms / length} ${name}`;
}

export type SwitchState = 'later' | 'on' | 'over';

/** Whether a switched overlay is still to come, on, or over. */
export function switchState({ from, to }: { readonly from: string; readonly to: string }, now: number): SwitchState {
  if (now < Date.parse(from)) return 'later';
  return now < Date.parse(to) ? 'on' : 'over';
}
