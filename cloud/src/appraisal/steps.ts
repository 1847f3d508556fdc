/** Steps of people in an incident's log by which somebody has answered. */
export const answering = [
  'acknowledge',
  'assign',
  'accept',
  'resolve',
  'return',
  'confirm',
  'false-alarm',
  'leg-acknowledged',
  'leg-accepted',
  'leg-resolved',
  'leg-returned',
] as const;

const settling: readonly string[] = ['resolve', 'close'];

/** Settled once, and open again after it; a false alarm that was none had been settled by nobody. */
export function wasReopened(steps: readonly string[]): boolean {
  const first = steps.findIndex((step) => settling.includes(step));
  return first >= 0 && steps.includes('reopen', first);
}
