import type { AlertItem, EventItem } from '@angrid/contract';

/** Numbered by the outbox when it goes up. */
export type Unnumbered<T> = Omit<T, 'bootepoch' | 'sequence'>;
export type UnnumberedEvent = Unnumbered<EventItem>;
export type UnnumberedAlert = Unnumbered<AlertItem>;

export interface NormalisedEvent {
  readonly item: UnnumberedEvent;
  /** For the rules only: it stands beside the item, so that nothing that stores or sends the item can take it along. */
  readonly pseudonym?: string;
}
