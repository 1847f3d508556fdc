import type { Door } from '../../api/types.js';

/** What a row of the doors page can be filtered by: presence first, then what the door does. */
export type DoorFilterState = '' | 'offline' | 'missing' | 'open' | 'held_open' | 'forced' | 'alert' | 'skewed';

export const doorFilterStates: readonly DoorFilterState[] = [
  '',
  'offline',
  'missing',
  'open',
  'held_open',
  'forced',
  'alert',
  'skewed',
];

/** A panel whose clock is further off than this cannot be trusted about times. */
export const SKEW_MS = 30_000;

export interface DoorFilter {
  readonly state: DoorFilterState;
  readonly compound: string;
  readonly text: string;
}

const urgency: Record<Door['door'], number> = { forced: 0, held_open: 1, open: 2, unknown: 3, closed: 4 };
const presence: Record<Door['state'], number> = { offline: 0, unknown: 1, online: 2 };

/** Offline first, then what a door does that it should not, then by name. */
export function doorsInOrder(doors: Iterable<Door>, filter: DoorFilter): Door[] {
  const shown: Door[] = [];
  for (const door of doors) if (matchesDoor(door, filter)) shown.push(door);
  return shown.sort(
    (a, b) =>
      presence[a.state] - presence[b.state] ||
      urgency[a.door] - urgency[b.door] ||
      a.compound.name.localeCompare(b.compound.name) ||
      a.name.localeCompare(b.name, 'zh-CN', { numeric: true }),
  );
}

export function matchesDoor(door: Door, { state, compound, text }: DoorFilter): boolean {
  if (compound !== '' && door.compound.id !== compound) return false;
  if (!inState(door, state)) return false;
  const searched = [door.name, door.id, door.place?.name ?? '', ...(door.unit?.names ?? []), door.compound.name];
  const all = searched.join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function inState(door: Door, state: DoorFilterState): boolean {
  switch (state) {
    case '':
      return true;
    case 'offline':
      return door.state === 'offline';
    case 'missing':
      return door.missing.open + door.missing.lost > 0 || door.behind?.state === 'offline';
    case 'alert':
      return door.activeAlerts > 0;
    case 'skewed':
      return Math.abs(door.clockSkewMs ?? 0) > SKEW_MS;
    case 'open':
      return door.door === 'open' || door.door === 'held_open' || door.door === 'forced';
    case 'held_open':
    case 'forced':
      return door.door === state;
  }
}
