import { type InjectionKey, shallowRef } from 'vue';
import type { Incident } from '../api/types.js';
import type { Clock } from '../time/clock.js';
import { required } from './inject.js';

/** Time in which a false-alarm mark can be taken back. */
export const UNDO_MS = 6000;

/** Marks incidents as false alarms, each after a pause in which the person can take it back. */
export interface FalseAlarms {
  /** When the mark is sent (local ms), while it can still be taken back. */
  dueAt(incident: string): number | undefined;
  mark(incident: Incident, note?: string): void;
  undo(incident: string): void;
  /** Takes back the mark that was made last. */
  undoLatest(): void;
  /** Takes back whatever is still waiting: the person has left. */
  undoAll(): void;
}

export const falseAlarmsKey: InjectionKey<FalseAlarms> = Symbol('false alarms');
export const useFalseAlarms = (): FalseAlarms => required(falseAlarmsKey);

interface Pending {
  readonly dueAt: number;
  readonly cancel: () => void;
}

export function createFalseAlarms(clock: Clock, send: (incident: Incident, note?: string) => void): FalseAlarms {
  const pending = shallowRef<ReadonlyMap<string, Pending>>(new Map());
  const drop = (incident: string): void => {
    const rest = new Map(pending.value);
    rest.get(incident)?.cancel();
    rest.delete(incident);
    pending.value = rest;
  };
  return {
    dueAt: (incident) => pending.value.get(incident)?.dueAt,
    mark: (incident, note) => {
      if (pending.value.has(incident.id)) return;
      const cancel = clock.after(UNDO_MS, () => {
        drop(incident.id);
        send(incident, note);
      });
      pending.value = new Map(pending.value).set(incident.id, { dueAt: clock.now() + UNDO_MS, cancel });
    },
    undo: drop,
    undoLatest: () => {
      const latest = [...pending.value.keys()].at(-1);
      if (latest !== undefined) drop(latest);
    },
    undoAll: () => {
      for (const incident of pending.value.keys()) drop(incident);
    },
  };
}
