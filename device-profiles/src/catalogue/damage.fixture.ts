import type { MalformedReason } from '../payload/malformed.js';

/** What must come of a damaged body; `any` reading or reason of the list, where nothing more can be said of all devices. */
export type Fate = MalformedReason | 'same' | 'no-coded-event' | 'any';

export interface Damage {
  readonly family: string;
  readonly body: Buffer;
  readonly fate: Fate;
}

/** The text up to each sign of its structure, spread over the whole of it. */
export function structuralCuts(text: string, signs: RegExp, most: number): string[] {
  const body = text.trimEnd();
  const places = [...body.matchAll(signs)].flatMap(({ index }) => [index, index + 1]);
  const inside = [...new Set(places)].filter((at) => at > 0 && at < body.length);
  const step = Math.max(1, Math.floor(inside.length / most));
  return inside.filter((_, index) => index % step === 0).map((at) => body.slice(0, at));
}
