import type { Example } from '../format/example.js';
import type { ProfileEvent, ProfileReading } from '../compile/reading.js';
import type { DeviceMoment } from '../payload/moment.js';

export type Expectation = Example['expect'];

/** A reading in the words of an example: what is absent is left out, so that equal means equal in everything. */
export function viewOf(reading: ProfileReading): Expectation {
  const { events, states, drops, acknowledgement, answer } = reading;
  return {
    ...(events.length > 0 && { events: events.map(viewEvent) }),
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

function viewEvent(event: ProfileEvent): NonNullable<Expectation['events']>[number] {
  const { channel, code, moment, sequence, previous, attributes } = event;
  return {
    kind: event.kind,
    ...(channel !== undefined && { channel }),
    ...(code !== undefined && { code }),
    dedup: event.dedup.key === undefined ? event.dedup.rule : `${event.dedup.rule}:${event.dedup.key}`,
    ...(moment !== undefined && { time: viewTime(moment) }),
    ...(event.late && { late: true as const }),
    ...(sequence !== undefined && { sequence }),
    ...(previous !== undefined && { previous }),
    ...(event.credential !== undefined && { credential: true as const }),
    ...(attributes !== undefined && { attributes }),
  };
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
