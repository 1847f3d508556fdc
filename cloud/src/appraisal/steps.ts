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
const goingOn: readonly string[] = ['assign', 'accept', 'return'];

/** Settled once, and open again after it. @param steps actions in the order of the log. */
export function wasReopened(steps: readonly string[]): boolean {
  const first = steps.findIndex((step) => settling.includes(step));
  return first >= 0 && steps.slice(first + 1).some((step) => goingOn.includes(step));
}
