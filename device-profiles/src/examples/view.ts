import type { Example } from '../format/example.js';
import type { ProfileEvent, ProfileReading } from '../compile/reading.js';
import type { DeviceMoment } from '../payload/moment.js';

export type Expectation = Example['expect'];

/** How and after what a message came, as far as an example says it. */
export interface Arrival {
  /** Seconds behind the device's own time. */
  readonly age: number;
  /** The number that the device gave last; undefined where the example does not say. */
  readonly last: number | undefined;
}

/** A reading in the words of an example: what is absent is left out, so that equal means equal in everything. */
export function viewOf(reading: ProfileReading, arrival: Arrival): Expectation {
  const { events, states, drops, acknowledgement, answer } = reading;
  return {
    ...(events.length > 0 && { events: viewEvents(events, arrival) }),
    ...(states.length > 0 && {
      states: states.map(({ kind, channel, active }) => ({ kind, ...(channel !== undefined && { channel }), active })),
    }),
    ...(reading.presence !== undefined && { presence: reading.presence }),
    ...(drops.length > 0 && { drops: Object.fromEntries(drops.map(({ reason, count }) => [reason, count])) }),
    ...(acknowledgement !== undefined && {
      acknowledgement: { topic: acknowledgement.topic, body: bodyOf(acknowledgement.payload) },
    }),
    ...(answer !== undefined && { answer }),
    ...(reading.unknown && { unknown: true as const }),
  };
}

type ExpectedEvent = NonNullable<Expectation['events']>[number];

function viewEvents(events: readonly ProfileEvent[], { age, last }: Arrival): ExpectedEvent[] {
  let before = last;
  return events.map((event) => {
    const gap = gapBefore(event, before);
    if (before !== undefined) before = event.sequence ?? before;
    return { ...viewEvent(event, age), ...(gap !== undefined && { gap }) };
  });
}

/** Up to the number before this one, or up to the one that the device says came before. */
function gapBefore({ sequence, previous, count }: ProfileEvent, last: number | undefined): ExpectedEvent['gap'] {
  if (sequence === undefined || count === undefined || last === undefined) return undefined;
  const to = previous ?? sequence - 1;
  return to > last ? { from: last + 1, to } : undefined;
}

function viewEvent(event: ProfileEvent, age: number): ExpectedEvent {
  const { channel, code, moment, sequence, previous, attributes } = event;
  return {
    kind: event.kind,
    ...(channel !== undefined && { channel }),
    ...(code !== undefined && { code }),
    dedup: event.dedup.key === undefined ? event.dedup.rule : `${event.dedup.rule}:${event.dedup.key}`,
    ...(moment !== undefined && { time: viewTime(moment) }),
    ...(isLate(event, age) && { late: true as const }),
    ...(event.edge !== undefined && { edge: true as const }),
    ...(sequence !== undefined && { sequence }),
    ...(previous !== undefined && { previous }),
    ...(event.credential !== undefined && { credential: true as const }),
    ...(attributes !== undefined && { attributes }),
  };
}

function isLate({ late, lateAfterSeconds, moment }: ProfileEvent, age: number): boolean {
  return late || (lateAfterSeconds !== undefined && moment !== undefined && age > lateAfterSeconds);
}

function bodyOf(payload: string): NonNullable<Expectation['acknowledgement']>['body'] {
  try {
    return JSON.parse(payload) as NonNullable<Expectation['acknowledgement']>['body'];
  } catch {
    return payload;
  }
}

/** `2026-01-01T08:00:00.000Z`, or `2026-01-01T08:00:00.000 local` where the device gives no zone. */
function viewTime(moment: DeviceMoment): string {
  const text = new Date(moment.ms).toISOString();
  return moment.zone === undefined ? `${text.slice(0, -1)} local` : text;
}
