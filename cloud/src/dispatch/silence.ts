import type { Matter, Signal } from './matter.js';

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
 * The silence that holds for a matter: everything that its devices have told is silenced, and this is the first that
 * ends. Never one for what a person reports, what is restricted, an exercise or what is confirmed; a matter of severity 1
 * is silenced only by name of its kinds.
 */
export function silenceOf(silences: readonly Silence[], matter: Matter, now: Date): Silence | undefined {
  const { source, restricted, exercise, confirmed } = matter;
  if (source === 'person' || restricted || exercise || confirmed) return undefined;
  const holding = silences.filter((silence) => silence.from <= now && now < silence.until && covers(silence, matter));
  const latestFirst = holding.sort((a, b) => b.until.getTime() - a.until.getTime());
  const found = matter.signals.map((signal) => latestFirst.find((silence) => isMeant(silence, signal)));
  return found.includes(undefined) ? undefined : latestFirst.findLast((silence) => found.includes(silence));
}

function covers({ compound, unit, kind }: Silence, matter: Matter): boolean {
  if (compound !== matter.compound || (kind === null && matter.severity === 1)) return false;
  const path = matter.own.at(-1)?.path;
  return unit === null || path === unit || path?.startsWith(`${unit}/`) === true;
}

function isMeant({ device, kind }: Silence, signal: Signal): boolean {
  return (device === null || device === signal.device) && (kind === null || kind === signal.kind);
}
