import type { EventKind } from '@angrid/contract';
import type { MatterFacts } from '../playbooks/playbook.js';

/** A unit of a tree and the level that it stands on. */
export interface UnitAt {
  readonly path: string;
  readonly level: number;
}

/** What a device has told, by itself reason enough for somebody to look. */
export interface Signal {
  readonly device: string;
  readonly kind: EventKind;
}

/** An incident as dispatch sees it: from a device, from a person or from the system. */
export interface Matter extends MatterFacts {
  readonly incident: string;
  readonly compound: string;
  /** Which devices have told what, each once: by these silences know it. What only supports them is not among them. */
  readonly signals: readonly Signal[];
  /** Sent to nobody who did not join. */
  readonly exercise: boolean;
  /** Told to the entitled only, and never out of the house. */
  readonly restricted: boolean;
  /** Whether every property manager is among the entitled. */
  readonly managersEntitled: boolean;
  /** Settled, closed or a false alarm: nobody is called any more. */
  readonly over: boolean;
  /** The unit that raised it and those above, the root first; empty where it is linked to none. */
  readonly own: readonly UnitAt[];
  /** The unit in which the place lies, and those above. */
  readonly territory: readonly UnitAt[];
}
