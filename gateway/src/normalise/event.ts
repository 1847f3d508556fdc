import type { AlertItem, EventItem, EventKind } from '@angrid/contract';
import type { Burst } from '@angrid/device-profiles';

/** Numbered by the outbox when it goes up. */
export type Unnumbered<T> = Omit<T, 'bootepoch' | 'sequence'>;
export type UnnumberedEvent = Unnumbered<EventItem>;
export type UnnumberedAlert = Unnumbered<AlertItem>;

/** What the delivery ledger needs to know of an event, and nobody else does. */
export interface Delivery {
  /** When it happened as well as it is known, milliseconds since 1970 UTC. */
  readonly happenedMs: number;
  /** The device's own word for it. */
  readonly deviceMs: number | undefined;
  readonly receivedMs: number;
  /** Its number, in which count, and the number before it: see `ProfileEvent`. */
  readonly sequence: number | undefined;
  readonly previous: number | undefined;
  readonly count: string | undefined;
  readonly lateAfterSeconds: number | undefined;
  readonly burst: Burst | undefined;
  readonly edge: EventKind | undefined;
  readonly edgeOverAfterSeconds: number | undefined;
}

export interface NormalisedEvent {
  readonly item: UnnumberedEvent;
  /** Of what a device sent; not of drills and of what the gateway says itself. */
  readonly delivery?: Delivery;
  /** For the rules only: it stands beside the item, so that nothing that stores or sends the item can take it along. */
  readonly pseudonym?: string;
}
