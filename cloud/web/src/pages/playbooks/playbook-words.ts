import type { Difference, OverlaySwitch, PlaybookVersion } from '../../api/governance.js';

export type SwitchState = 'later' | 'on' | 'over';

/** Whether a switched overlay is still to come, on, or over. */
export function switchState({ from, to }: { readonly from: string; readonly to: string }, now: number): SwitchState {
  if (now < Date.parse(from)) return 'later';
  return now < Date.parse(to) ? 'on' : 'over';
}

/** As a difference reads: what was not there before, what is there no more, what is another. */
export function markOf({ before, after }: Difference): 'added' | 'gone' | 'changed' {
  if (before === undefined) return 'added';
  return after === undefined ? 'gone' : 'changed';
}

export interface Held {
  readonly key: string;
  readonly from: string;
  readonly version?: PlaybookVersion;
  readonly overlay?: OverlaySwitch;
}

/** Versions and overlays in the order in which they began, the latest first. */
export function whatHeld(versions: readonly PlaybookVersion[], overlays: readonly OverlaySwitch[]): readonly Held[] {
  return [
    ...versions.map((version) => ({ key: version.digest, from: version.firstUsedAt, version })),
    ...overlays.map((overlay) => ({ key: overlay.id, from: overlay.from, overlay })),
  ].sort((a, b) => Date.parse(b.from) - Date.parse(a.from));
}
