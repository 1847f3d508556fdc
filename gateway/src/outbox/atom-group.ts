import type { Lane } from '@angrid/contract';
import type { Moment } from './gap-log.js';

/** Atoms side by side in flat arrays: what crosses to the store's thread is copied, and flat arrays copy four times faster. */
export interface AtomGroup extends Moment {
  readonly events: readonly string[];
  /** How many of `lanes`, `ids` and `jsons` belong to each event. */
  readonly draftCounts: readonly number[];
  readonly lanes: readonly Lane[];
  readonly ids: readonly string[];
  readonly jsons: readonly string[];
  /** How many of `keys` and `values` belong to each event. */
  readonly stateCounts: readonly number[];
  readonly keys: readonly string[];
  readonly values: readonly (string | null)[];
}

export type Verdict = 'stored' | 'duplicate' | 'full';

export interface DraftColumns {
  readonly ids: string[];
  readonly jsons: string[];
}

/** What a group writes, once it is known which of its atoms are new and have room. */
export interface Admitted {
  /** One for each atom of the group. */
  readonly verdicts: readonly Verdict[];
  readonly events: readonly string[];
  readonly drafts: Readonly<Record<Lane, DraftColumns>>;
  /** The last value of each key. */
  readonly states: ReadonlyMap<string, string | null>;
}

export interface Room {
  readonly rows: number;
  readonly bytes: number;
}

export interface Admission {
  /** Whether the event at this place of the group was stored before. */
  readonly isSeen: (index: number) => boolean;
  /** What lane alarm still takes. The other lanes always take: their oldest give way. */
  readonly alarmRoom: Room;
}

/** Sorts a group of atoms, in order, into stored, duplicate (also of one before it in the group) and full. */
export function admit(group: AtomGroup, { isSeen, alarmRoom }: Admission): Admitted {
  const fresh = new Set<string>();
  const verdicts: Verdict[] = [];
  const drafts = { alarm: columns(), record: columns(), media: columns() };
  const states = new Map<string, string | null>();
  let room = alarmRoom;
  let draft = 0;
  let state = 0;
  for (const [index, event] of group.events.entries()) {
    const draftEnd = draft + (group.draftCounts[index] as number);
    const stateEnd = state + (group.stateCounts[index] as number);
    const rest = withoutAlarms(room, group, draft, draftEnd);
    const verdict =
      fresh.has(event) || isSeen(index) ? 'duplicate' : rest.rows < 0 || rest.bytes < 0 ? 'full' : 'stored';
    verdicts.push(verdict);
    if (verdict === 'stored') {
      fresh.add(event);
      room = rest;
      for (let n = draft; n < draftEnd; n += 1) {
        const lane = drafts[group.lanes[n] as Lane];
        lane.ids.push(group.ids[n] as string);
        lane.jsons.push(group.jsons[n] as string);
      }
      for (let n = state; n < stateEnd; n += 1) states.set(group.keys[n] as string, group.values[n] ?? null);
    }
    draft = draftEnd;
    state = stateEnd;
  }
  return { verdicts, events: [...fresh], drafts, states };
}

function columns(): DraftColumns {
  return { ids: [], jsons: [] };
}

/** The room that is left after the alarms among these drafts; below zero where they do not fit. */
function withoutAlarms(room: Room, group: AtomGroup, from: number, to: number): Room {
  let { rows, bytes } = room;
  for (let n = from; n < to; n += 1) {
    if (group.lanes[n] !== 'alarm') continue;
    rows -= 1;
    bytes -= Buffer.byteLength(group.jsons[n] as string) + 1;
  }
  return { rows, bytes };
}
