import {
  AnGridError,
  type Dedup,
  type EventData,
  type EventKind,
  eventType,
  kindDefinition,
  laneOf,
  type RejectReason,
  type RetentionClass,
} from '@angrid/contract';
import { identify, sha256 } from '@angrid/contract/signing';
import {
  type Acknowledgement,
  type CompiledProfile,
  type Drop,
  malformedReason,
  type Numbered,
  type ProfileEvent,
  type ProfileReading,
  type StateReport,
} from '@angrid/device-profiles';
import type { PairedDevice } from '../devices/device.js';
import type { Reading } from '../drivers/driver.js';
import { isWitness, type ReadTime, readDeviceTime } from './device-time.js';
import type { Delivery, NormalisedEvent } from './event.js';
import type { SiteFacts } from './facts.js';

/** All that a reading comes to. It is a sign of life of the device, whatever it says. */
export interface NormaliseResult {
  readonly events: readonly NormalisedEvent[];
  /** Present states told without a change; for the rules, which end an alert whose state is over. */
  readonly states: readonly StateReport[];
  /** Records that the device counts and that are no events. */
  readonly numbered: readonly Numbered[];
  readonly heartbeat?: true | undefined;
  readonly presence?: 'online' | 'offline' | undefined;
  /** To be published to the device once the events are durable. */
  readonly acknowledgement?: Acknowledgement | undefined;
  /** Body of the answer to the request, where the message has its own. */
  readonly answer?: string | undefined;
  /** What was left out, by reason. */
  readonly drops: readonly Drop[];
  /** Keep the payload raw, on this gateway only; the cloud gets topic and hash. */
  readonly unknown?: { readonly topic: string; readonly hash: string } | undefined;
  /** Why it came to nothing; undefined where it did not, or where the profile leaves it out on purpose. */
  readonly rejected?: RejectReason | undefined;
  /** `profile.malformed-payload`: already counted under `drops` and named under `unknown`. */
  readonly error?: AnGridError;
  /** Device clock minus gateway clock, milliseconds, of a live event. */
  readonly clockSkewMs?: number | undefined;
}

type NamedDevice = Pick<PairedDevice, 'id' | 'vendorId' | 'timezone'>;

/** What the events of one reading share. */
interface Context {
  readonly reading: Reading;
  readonly device: NamedDevice;
  readonly profile: CompiledProfile;
  readonly facts: SiteFacts;
  readonly rawHash: string;
  readonly receivedMs: number;
  readonly vendorTopic: string;
}

const TOPIC_LENGTH = 256;

/** Only for these does a rule need to know that two events were of one credential; all others get no pseudonym. */
const PSEUDONYMOUS: ReadonlySet<EventKind> = new Set<EventKind>(['access.denied']);

/** Reads one reading by the device's profile. Pure, and never throws for anything that a device sends. */
export function normalise(
  reading: Reading,
  device: NamedDevice,
  profile: CompiledProfile,
  facts: SiteFacts,
): NormaliseResult {
  let read: ProfileReading;
  try {
    read = profile.read({ topic: reading.topic, body: reading.body, device: device.vendorId ?? device.id });
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return refused(reading, error);
    throw error;
  }
  return compose(read, { reading, device, profile, facts });
}

function refused(reading: Reading, error: AnGridError): NormaliseResult {
  const drops = [{ reason: `malformed-${malformedReason(error)}`, count: 1 }];
  return {
    events: [],
    states: [],
    numbered: [],
    drops,
    unknown: kept(reading, hashOf(reading)),
    rejected: 'malformed',
    error,
  };
}

function kept(reading: Reading, hash: string): NonNullable<NormaliseResult['unknown']> {
  return { topic: topicOf(reading).slice(0, TOPIC_LENGTH), hash };
}

/** The query of a request can name persons: it is read by the profile and goes no further. */
function topicOf({ protocol, topic }: Reading): string {
  const end = protocol === 'http' ? topic.indexOf('?') : -1;
  return end === -1 ? topic : topic.slice(0, end);
}

/** A request without a body says everything in its address. */
function hashOf({ protocol, topic, body }: Reading): string {
  return sha256(protocol === 'http' && body.length === 0 ? Buffer.from(topic) : body);
}

function compose(
  read: ProfileReading,
  from: Pick<Context, 'reading' | 'device' | 'profile' | 'facts'>,
): NormaliseResult {
  const { reading, device, profile, facts } = from;
  const rawHash = read.unknown || read.events.length > 0 ? hashOf(reading) : '';
  const receivedMs = read.events.length > 0 ? Date.parse(reading.received.wall) : 0;
  const vendorTopic = (read.vendorTopic ?? topicOf(reading)).slice(0, TOPIC_LENGTH);
  const context: Context = { reading, device, profile, facts, rawHash, receivedMs, vendorTopic };
  const made = read.events.map((event) => makeEvent(event, context));
  return {
    events: made.map(({ event }) => event),
    states: read.states,
    numbered: read.numbered,
    drops: read.drops,
    heartbeat: read.presence === 'heartbeat' ? true : undefined,
    presence: read.presence === 'heartbeat' ? undefined : read.presence,
    acknowledgement: read.acknowledgement,
    answer: read.answer,
    unknown: read.unknown ? kept(reading, rawHash) : undefined,
    rejected: read.unknown ? rejectionOf(read) : undefined,
    clockSkewMs: made.find(({ skewMs }) => skewMs !== undefined)?.skewMs,
  };
}

function rejectionOf({ drops }: ProfileReading): RejectReason {
  return drops.some(({ reason }) => reason === 'foreign-device') ? 'foreign' : 'unknown';
}

interface Made {
  readonly event: NormalisedEvent;
  readonly skewMs: number | undefined;
}

function makeEvent(event: ProfileEvent, context: Context): Made {
  const { reading, device, facts, receivedMs } = context;
  const read = readDeviceTime(event.moment, device.timezone ?? facts.timezone, receivedMs);
  const dedup = dedupOf(event, read, context);
  const { kind } = event;
  const item: NormalisedEvent['item'] = {
    specversion: '1.0',
    id: identify({ gateway: facts.gateway, device: device.id, dedup, part: `${event.position}:${kind}` }),
    source: `angrid://${facts.gateway}`,
    subject: device.id,
    type: eventType(kind),
    time: isWitness(read, receivedMs, event.late) ? read.time.value : reading.received.wall,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: laneOf(kind),
    retentionclass: retentionOf(kind),
    purpose: facts.exercise === true ? 'exercise' : facts.purpose,
    siteclass: facts.siteClass,
    late: event.late,
    exercise: facts.exercise === true,
    data: dataOf(event, context, dedup, read),
  };
  const pseudonym = pseudonymOf(event, facts);
  const delivery = deliveryOf(event, read, receivedMs);
  const skewMs = read === undefined || event.late ? undefined : read.ms - receivedMs;
  return { event: pseudonym === undefined ? { item, delivery } : { item, delivery, pseudonym }, skewMs };
}

function deliveryOf(event: ProfileEvent, read: ReadTime | undefined, receivedMs: number): Delivery {
  const { sequence, previous, count, lateAfterSeconds, burst, edge, edgeOverAfterSeconds } = event;
  return {
    happenedMs: isWitness(read, receivedMs, event.late) ? read.ms : receivedMs,
    deviceMs: read?.ms,
    receivedMs,
    sequence: count === undefined ? undefined : sequence,
    previous,
    count,
    lateAfterSeconds,
    burst,
    edge,
    edgeOverAfterSeconds,
  };
}

function pseudonymOf(event: ProfileEvent, facts: SiteFacts): string | undefined {
  if (event.credential === undefined || !PSEUDONYMOUS.has(event.kind)) return undefined;
  return facts.pseudonym(event.credential);
}

/**
 * Equal bytes are one event only where a device time is in them. Without one (a camera whose clock was never set) the
 * receipt tells two apart: rather an event twice than an alarm never.
 */
function dedupOf(event: ProfileEvent, read: ReadTime | undefined, context: Context): Dedup {
  const { rule, key } = event.dedup;
  if (key !== undefined) return { rule, key };
  if (read !== undefined) return { rule, key: context.rawHash };
  const { boot, monotonicMs } = context.reading.received;
  return { rule: 'gateway', key: `raw/${context.rawHash}@${boot}:${monotonicMs}` };
}

function dataOf(event: ProfileEvent, context: Context, dedup: Dedup, time: ReadTime | undefined): EventData {
  return {
    kind: event.kind,
    device: context.device.id,
    channel: event.channel,
    profile: context.profile.label,
    vendorCode: event.code,
    vendorTopic: context.vendorTopic,
    rawHash: context.rawHash,
    dedup,
    deviceTime: time?.time,
    gatewayTime: context.reading.received,
    deviceSequence: event.sequence,
    lateBecause: event.late ? 'said-by-device' : undefined,
    attributes: event.attributes,
  };
}

function retentionOf(kind: EventKind): RetentionClass {
  if (kind.startsWith('health.')) return 'health';
  return kindDefinition(kind).standing === 'record' ? 'passage' : 'alarm';
}
