import type {
  EvidenceData,
  EvidenceItem,
  HealthData,
  HealthItem,
  Lane,
  ProvisionData,
  ProvisionItem,
} from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import type { SiteFacts, Unnumbered } from '../normalise/index.js';
import type { Draft } from '../outbox/outbox.js';

type Reported = EvidenceItem | HealthItem | ProvisionItem;

interface Making<T extends Reported> {
  readonly type: T['type'];
  readonly data: T['data'];
  readonly subject: string;
  readonly lane: Lane;
  readonly retentionclass: T['retentionclass'];
  /** What makes this item itself: the same key gives the same id. */
  readonly key: string;
  readonly time: string;
}

function draft<T extends Reported>(making: Making<T>, facts: SiteFacts): Draft {
  const { type, data, subject, lane, retentionclass, key, time } = making;
  const id = identify({ gateway: facts.gateway, device: subject, dedup: { rule: 'gateway', key }, part: type });
  const item: Unnumbered<Reported> = {
    specversion: '1.0',
    id,
    source: `angrid://${facts.gateway}`,
    subject,
    type,
    time,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane,
    retentionclass,
    purpose: facts.purpose,
    siteclass: facts.siteClass,
    late: false,
    exercise: false,
    data,
  } as Unnumbered<Reported>;
  return { id, lane, json: JSON.stringify(item) };
}

export function evidenceDraft(data: EvidenceData, facts: SiteFacts): Draft {
  const rest = { key: data.evidence, time: data.capturedAt.wall, subject: data.camera } as const;
  return draft<EvidenceItem>(
    { type: 'cn.angrid.evidence.v1', data, lane: 'media', retentionclass: 'evidence', ...rest },
    facts,
  );
}

/** `part` tells the items of one report apart. */
export function healthDraft(data: HealthData, facts: SiteFacts, part = 0): Draft {
  const { boot, monotonicMs, wall } = data.gatewayTime;
  const key = part === 0 ? `${boot}:${monotonicMs}` : `${boot}:${monotonicMs}/${part}`;
  const rest = { key, time: wall, subject: facts.gateway } as const;
  return draft<HealthItem>(
    { type: 'cn.angrid.report.health.v1', data, lane: 'record', retentionclass: 'health', ...rest },
    facts,
  );
}

/** `key` tells two orders of the same content apart: the moment at which the installer gave it. */
export function provisionDraft(
  data: ProvisionData,
  facts: SiteFacts,
  { key, time }: { readonly key: string; readonly time: string },
): Draft {
  const rest = { key, time, subject: data.device } as const;
  return draft<ProvisionItem>(
    { type: 'cn.angrid.provision.v1', data, lane: 'alarm', retentionclass: 'configuration', ...rest },
    facts,
  );
}
