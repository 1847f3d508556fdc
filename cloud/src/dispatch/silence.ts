import type { Matter } from './matter.js';

/** Until when whom not to tell of what, who says so and why. Silences pushes, never storage or display. */
export interface Silence {
  readonly id: string;
  readonly reason: string;
  readonly from: Date;
  readonly until: Date;
  readonly compound: string;
  /** Path of a unit: of this one and those below. */
  readonly unit: string | null;
  readonly device: string | null;
  /** Kind of event. */
  readonly kind: string | null;
}

/**
 * The silence that holds for a matter and lasts longest. Never one for what a person reports, what is restricted, an
 * exercise or what is confirmed; a matter of severity 1 is silenced only by name of its kind.
 */
export function silenceOf(silences: readonly Silence[], matter: Matter, now: Date): Silence | undefined {
  const { source, restricted, exercise, confirmed } = matter;
  if (source === 'person' || restricted || exercise || confirmed) return undefined;
  const holding = silences.filter((silence) => silence.from <= now && now < silence.until && matches(silence, matter));
  return holding.sort((a, b) => b.until.getTime() - a.until.getTime())[0];
}

function matches({ compound, unit, device, kind }: Silence, matter: Matter): boolean {
  if (compound !== matter.compound) return false;
  if (kind === null && matter.severity === 1) return false;
  const path = matter.own.at(-1)?.path;
  const within = unit === null || path === unit || path?.startsWith(`${unit}/`) === true;
  return within && (device === null || device === matter.device) && (kind === null || kind === matter.event);
}
