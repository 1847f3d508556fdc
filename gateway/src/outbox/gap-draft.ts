import type { GapData, GatewayTime, Purpose, SiteClass } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import type { LostRange, Moment } from './gap-log.js';
import type { Draft } from './outbox.js';

/** What every item of this site carries. */
export interface SiteFacts {
  readonly purpose: Purpose;
  readonly siteClass: SiteClass;
}

export interface GapOrigin extends SiteFacts {
  readonly gateway: string;
  /** Id of the kernel's run. */
  readonly boot: string;
}

export function gapData(
  { lane, epoch, from, to, reason, wall, monotonicMs }: LostRange & Moment,
  boot: string,
): GapData {
  const noticedAt: GatewayTime = { wall: new Date(wall).toISOString(), monotonicMs, boot };
  return { of: 'lane', ...(lane === null ? {} : { lane }), epoch, from, to, reason, noticedAt };
}

/** The report of a gap as an item of lane alarm. The same gap always has the same id. */
export function gapDraft(gap: LostRange & Moment, { gateway, boot, purpose, siteClass }: GapOrigin): Draft {
  const data = gapData(gap, boot);
  const key = `gap:${gap.lane ?? 'all'}:${gap.epoch}:${gap.from}:${gap.reason}`;
  const id = identify({ gateway, device: gateway, dedup: { rule: 'gateway', key }, part: 'gap' });
  const item = {
    specversion: '1.0',
    id,
    source: `angrid://${gateway}`,
    type: 'cn.angrid.report.gap.v1',
    subject: gateway,
    time: data.noticedAt.wall,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: 'alarm',
    retentionclass: 'health',
    purpose,
    siteclass: siteClass,
    late: false,
    exercise: false,
    data,
  };
  return { id, lane: 'alarm', json: JSON.stringify(item) };
}
