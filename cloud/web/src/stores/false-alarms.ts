import { type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Incident } from '../api/types.js';
import type { Clock } from '../time/clock.js';
import { required } from './inject.js';

/** Time in which a false-alarm mark can be taken back. */
export const UNDO_MS = 6000;

/** Why it was none; each has a key, from 1. What marks propose to keep quiet is proposed with what they said. */
export const falseAlarmReasons = ['fault', 'works', 'use', 'surroundings', 'rule'] as const;

export interface Asked {
  readonly incident: Incident;
  /** What the person has written already. */
  readonly note: string;
}

/** Marks incidents as false alarms, each with a reason, and after a pause in which the person can take it back. */
export interface FalseAlarms {
  /** The incident whose reason is being asked for. */
  readonly asked: Readonly<Ref<Asked | undefined>>;
  ask(incident: Incident, note?: string): void;
  dismiss(): void;
  /** When the mark is sent (local ms), while it can still be taken back. */
  dueAt(incident: string): number | undefined;
  mark(incident: Incident, reason: string): void;
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

export function createFalseAlarms(clock: Clock, send: (incident: Incident, reason: string) => void): FalseAlarms {
  const pending = shallowRef<ReadonlyMap<string, Pending>>(new Map());
  const asked = shallowRef<Asked>();
  const dismiss = (): void => {
    asked.value = undefined;
  };
  const drop = (incident: string): void => {
    const rest = new Map(pending.value);
    rest.get(incident)?.cancel();
    rest.delete(incident);
    pending.value = rest;
  };
  const mark = (incident: Incident, reason: string): void => {
    dismiss();
    if (pending.value.has(incident.id)) return;
    const cancel = clock.after(UNDO_MS, () => {
      drop(incident.id);
      send(incident, reason);
    });
    pending.value = new Map(pending.value).set(incident.id, { dueAt: clock.now() + UNDO_MS, cancel });
  };
  return {
    asked,
    ask: (incident, note = '') => {
      asked.value = { incident, note };
    },
    dismiss,
    dueAt: (incident) => pending.value.get(incident)?.dueAt,
    mark,
    undo: drop,
    undoLatest: () => {
      const latest = [...pending.value.keys()].at(-1);
      if (latest !== undefined) drop(latest);
    },
    undoAll: () => {
      dismiss();
      for (const incident of pending.value.keys()) drop(incident);
    },
  };
}
