import { type EventKind, eventType, type GatewayTime, laneOf } from '@angrid/contract';
import { identify, sha256 } from '@angrid/contract/signing';
import type { NormalisedEvent, SiteFacts } from '../normalise/index.js';

export interface Exercise {
  readonly device: string;
  readonly kind: EventKind;
  readonly profile: string;
  readonly at: GatewayTime;
  readonly facts: SiteFacts;
}

/** An event of a drill, as if the device had sent it; marked as one for good. */
export function exerciseEvent({ device, kind, profile, at, facts }: Exercise): NormalisedEvent {
  const dedup = { rule: 'gateway', key: `exercise/${kind}@${at.boot}:${at.monotonicMs}` } as const;
  const item: NormalisedEvent['item'] = {
    specversion: '1.0',
    id: identify({ gateway: facts.gateway, device, dedup, part: `0:${kind}` }),
    source: `angrid://${facts.gateway}`,
    subject: device,
    type: eventType(kind),
    time: at.wall,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: laneOf(kind),
    retentionclass: laneOf(kind) === 'record' ? 'passage' : 'alarm',
    purpose: 'exercise',
    siteclass: facts.siteClass,
    late: false,
    exercise: true,
    data: { kind, device, profile, rawHash: sha256(dedup.key), dedup, gatewayTime: at },
  };
  return { item };
}
