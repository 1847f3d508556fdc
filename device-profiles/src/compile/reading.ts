import type { Dedup, EventKind } from '@angrid/contract';
import type { DeviceMoment } from '../payload/moment.js';

/** One message of a device, as a profile reads it. */
export interface RawMessage {
  /** Of a request: its path, with its query behind a question mark. */
  readonly topic: string;
  readonly body: Buffer;
  /** The device's own id in topics and payloads. */
  readonly device: string;
}

export type AttributeValue = string | number | boolean;

/** `raw` has no key here: it is the hash of the bytes, which the gateway takes once for every purpose. */
export interface ProfileDedup {
  readonly rule: Exclude<Dedup['rule'], 'gateway'>;
  readonly key: string | undefined;
}

export interface Burst {
  readonly over: number;
  readonly withinSeconds: number;
}

/** An event as the message tells it. Everything else of the message is gone by then. */
export interface ProfileEvent {
  readonly kind: EventKind;
  /** Which event of its record it is, from 0: part of its identity. */
  readonly position: number;
  readonly channel: string | undefined;
  readonly code: string | undefined;
  readonly dedup: ProfileDedup;
  readonly moment: DeviceMoment | undefined;
  /** The device says that it lies in the past. */
  readonly late: boolean;
  /** Older than this by its own clock, as measured, is late too; seconds. */
  readonly lateAfterSeconds: number | undefined;
  /** More such events than this are a list that is being loaded. */
  readonly burst: Burst | undefined;
  /** Only a change of this property is an event: the device tells it again and again. */
  readonly edge: EventKind | undefined;
  /** The property is over without a word when it was not told for this long, seconds. */
  readonly edgeOverAfterSeconds: number | undefined;
  readonly sequence: number | undefined;
  /** The number that the device gave before `sequence`. */
  readonly previous: number | undefined;
  /** Which of the device's counts `sequence` belongs to; undefined where a number that is left out is no lost event. */
  readonly count: string | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue>> | undefined;
  /** In clear, for the pseudonym only. It must not be stored, logged or sent. */
  readonly credential: string | undefined;
}

/** The number of a record that came to no event, so that it is not taken for lost: see `ProfileEvent`. */
export interface Numbered {
  readonly sequence: number;
  readonly previous: number | undefined;
  readonly count: string;
}

/**
 * A property's present value, told without a change, or its end where no kind says that: `kind` is the event that its
 * beginning would be. It sets the property that `edge` watches, too.
 */
export interface StateReport {
  readonly kind: EventKind;
  readonly channel: string | undefined;
  readonly active: boolean;
}

export type Presence = 'heartbeat' | 'online' | 'offline';

export interface Drop {
  readonly reason: string;
  readonly count: number;
}

export interface Acknowledgement {
  readonly topic: string;
  readonly payload: string;
}

/** All that a message says. */
export interface ProfileReading {
  readonly events: readonly ProfileEvent[];
  readonly states: readonly StateReport[];
  /** Records that are counted by the device and are no events. */
  readonly numbered: readonly Numbered[];
  readonly presence: Presence | undefined;
  readonly acknowledgement: Acknowledgement | undefined;
  /** Over HTTP: the body of the answer; undefined where the message has none of its own. */
  readonly answer: string | undefined;
  /** What was left out, by reason: `picture`, `personal-field`, `long-text`, `attribute-refused`, … */
  readonly drops: readonly Drop[];
  /** No part of the profile knows this message, or not all of it: keep it raw. */
  readonly unknown: boolean;
  /** The vendor's own topic where the message carries it. */
  readonly vendorTopic: string | undefined;
}

/** What the parts of a compiled message write into. */
export interface Outcome {
  readonly events: ProfileEvent[];
  readonly states: StateReport[];
  readonly numbered: Numbered[];
  readonly drops: Drop[];
  unknown: boolean;
  /** Where the events of the present record begin. */
  first: number;
}

export function addDrop(outcome: Outcome, reason: string, count: number): void {
  if (count === 0) return;
  const index = outcome.drops.findIndex((drop) => drop.reason === reason);
  const before = outcome.drops[index];
  if (before === undefined) outcome.drops.push({ reason, count });
  else outcome.drops[index] = { reason, count: before.count + count };
}
