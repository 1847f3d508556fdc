import {
  type DeviceGap,
  deliveryLimits,
  type EventKind,
  eventType,
  type GapItem,
  type GatewayTime,
  type Lane,
  laneOf,
  type OutageItem,
} from '@angrid/contract';
import { identify, sha256 } from '@angrid/contract/signing';
import type { NormalisedEvent, SiteFacts, Unnumbered } from '../normalise/index.js';
import type { Draft } from '../outbox/outbox.js';
import type { OutageReport } from './outage.js';
import { countOf } from './ranges.js';
import type { Gap } from './state.js';

/** What every item of the ledger says of itself. */
export interface Origin {
  readonly device: string;
  /** `name@version` of the profile by which the device is read. */
  readonly profile: string;
  readonly at: GatewayTime;
  readonly facts: SiteFacts;
}

/** Each state of a gap is an item of its own. */
export function gapDraft(gap: Gap, origin: Origin): Draft {
  const { device, facts, at } = origin;
  const { epoch, from, to, state, why, missing, after, before, noticedAt } = gap;
  const idOf = (key: string): string =>
    identify({ gateway: facts.gateway, device, dedup: { rule: 'gateway', key }, part: 'gap' });
  const data: DeviceGap = {
    of: 'device',
    gap: idOf(gap.key),
    device,
    epoch,
    from,
    to,
    state,
    missing: missing.slice(0, deliveryLimits.ranges),
    ...(why !== undefined && { why }),
    between: { after: isoOf(after), before: isoOf(before) },
    reason: 'skipped-by-device',
    noticedAt,
  };
  const id = idOf(`${gap.key}:${state}`);
  const item: Unnumbered<GapItem> = {
    ...envelope(origin, { id, lane: 'alarm', time: at.wall }),
    type: 'cn.angrid.report.gap.v1',
    data,
  };
  return { id, lane: 'alarm', json: JSON.stringify(item) };
}

export function outageDraft(report: OutageReport, origin: Origin): Draft {
  const { device, facts, at } = origin;
  const dedup = { rule: 'gateway', key: `outage@${at.boot}:${at.monotonicMs}` } as const;
  const id = identify({ gateway: facts.gateway, device, dedup, part: 'outage' });
  const item: Unnumbered<OutageItem> = {
    ...envelope(origin, { id, lane: 'record', time: at.wall }),
    type: 'cn.angrid.report.outage.v1',
    data: { device, ...report },
  };
  return { id, lane: 'record', json: JSON.stringify(item) };
}

/** What the ledger says in the words of an event, so that the rules make an alert of it like of any other. */
export interface Saying {
  readonly kind: EventKind;
  readonly key: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Numbers of a device are gone for good. */
export function lossSaying({ key, from, to, missing, epoch }: Gap): Saying {
  return { kind: 'health.event_gap', key: `${key}:lost`, attributes: { epoch, from, to, missing: countOf(missing) } };
}

export function driftSaying(skewMs: number, { boot, monotonicMs }: GatewayTime): Saying {
  const attributes = { skewSeconds: Math.round(skewMs / 1000) };
  return { kind: 'health.clock_drift', key: `clock@${boot}:${monotonicMs}`, attributes };
}

export function sayingEvent({ kind, key, attributes }: Saying, origin: Origin): NormalisedEvent {
  const { device, profile, at, facts } = origin;
  const dedup = { rule: 'gateway', key } as const;
  const id = identify({ gateway: facts.gateway, device, dedup, part: `0:${kind}` });
  const item: NormalisedEvent['item'] = {
    ...envelope(origin, { id, lane: laneOf(kind), time: at.wall }),
    type: eventType(kind),
    data: { kind, device, profile, rawHash: sha256(key), dedup, gatewayTime: at, attributes: { ...attributes } },
  };
  return { item };
}

function envelope(
  { device, facts }: Origin,
  { id, lane, time }: { readonly id: string; readonly lane: Lane; readonly time: string },
) {
  return {
    specversion: '1.0',
    id,
    source: `angrid://${facts.gateway}`,
    subject: device,
    time,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane,
    retentionclass: 'health',
    purpose: facts.purpose,
    siteclass: facts.siteClass,
    late: false,
    exercise: false,
  } as const;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
