import { type EventKind, kindDefinition } from '@angrid/contract';
import type { AlertFact } from '@angrid/cloud/correlation/facts';
import type { Compound } from './compound.js';

/** Something that happened. `matter`: somebody had to know. It is the generator that says so, and no rule. */
export interface Cause {
  readonly id: number;
  readonly what: string;
  readonly matter: boolean;
}

/** What a compound's devices told in a month, and which thing that happened made them tell it. */
export class Journal {
  readonly causes: Cause[] = [];
  readonly causeOf = new Map<string, Cause>();
  private readonly told: AlertFact[] = [];

  constructor(private readonly compound: Compound) {}

  cause(what: string, matter: boolean): Cause {
    const cause = { id: this.causes.length, what, matter };
    this.causes.push(cause);
    return cause;
  }

  /** A device tells something at a true time, with its own clock; `lastsMs`: until it clears. */
  tell(cause: Cause, device: string, kind: EventKind, when: { readonly at: number; readonly lastsMs?: number }): void {
    const { severity = 3, standing } = kindDefinition(kind);
    const at = Math.round(when.at + (this.compound.skewMs.get(device) ?? 0));
    const alert = `${this.compound.id}-${this.told.length}`;
    this.causeOf.set(alert, cause);
    this.told.push({
      alert,
      device,
      kind,
      severity,
      standing: standing === 'supporting' ? 'supporting' : 'alert',
      source: 'gateway',
      placeId: null,
      unitPath: this.compound.unitOf.get(device) ?? null,
      late: false,
      exercise: false,
      restricted: false,
      at,
      clearedAt: when.lastsMs === undefined ? null : Math.round(at + when.lastsMs),
      incident: null,
      heldUntil: null,
    });
  }

  /** In the order of the devices' own times. */
  alerts(): readonly AlertFact[] {
    return [...this.told].sort((one, other) => one.at - other.at);
  }
}
