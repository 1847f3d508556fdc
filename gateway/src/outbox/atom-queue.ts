import { type AnGridError, batchLimits } from '@angrid/contract';
import type { AtomGroup } from './atom-group.js';
import type { Moment } from './gap-log.js';
import type { Atom } from './outbox.js';

export type Settle = (outcome: 'stored' | 'duplicate' | AnGridError) => void;

export interface TakenGroup {
  readonly group: AtomGroup;
  /** One for each atom of the group, in its order. */
  readonly settles: readonly Settle[];
}

/** What one commit takes at most. */
const GROUP_ATOMS = 1024;
const GROUP_CHARS = batchLimits.bytes;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
type Columns = Omit<Mutable<AtomGroup>, keyof Moment>;

interface Building {
  readonly columns: Columns;
  readonly settles: Settle[];
  chars: number;
}

/** Atoms that wait for the next commit, already in the form in which they go to the store. */
export class AtomQueue {
  private readonly groups: Building[] = [];
  private held = 0;

  /** Characters of all drafts that wait. */
  get chars(): number {
    return this.held;
  }

  /** Atoms of the next commit. */
  get waiting(): number {
    return this.groups[0]?.settles.length ?? 0;
  }

  push({ event, drafts, states }: Atom, settle: Settle): void {
    const building = this.building();
    const { columns, settles } = building;
    settles.push(settle);
    columns.events.push(event);
    columns.draftCounts.push(drafts.length);
    columns.stateCounts.push(states.length);
    for (const { lane, id, json } of drafts) {
      columns.lanes.push(lane);
      columns.ids.push(id);
      columns.jsons.push(json);
      building.chars += json.length;
      this.held += json.length;
    }
    for (const { key, json } of states) {
      columns.keys.push(key);
      columns.values.push(json);
    }
  }

  /** The oldest atoms, as many as one commit takes. */
  take(now: Moment): TakenGroup | undefined {
    const taken = this.groups.shift();
    if (!taken) return undefined;
    this.held -= taken.chars;
    return { group: { ...taken.columns, ...now }, settles: taken.settles };
  }

  private building(): Building {
    const last = this.groups.at(-1);
    if (last && last.settles.length < GROUP_ATOMS && last.chars < GROUP_CHARS) return last;
    const columns: Columns = {
      events: [],
      draftCounts: [],
      lanes: [],
      ids: [],
      jsons: [],
      stateCounts: [],
      keys: [],
      values: [],
    };
    const building = { columns, settles: [], chars: 0 };
    this.groups.push(building);
    return building;
  }
}
