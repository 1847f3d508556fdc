import type { AlertData } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import { itemDraft, type SiteFacts, type UnnumberedAlert } from '../normalise/index.js';
import type { Draft } from '../outbox/outbox.js';
import type { RuleAlert } from './rule.js';

const PART = 'alert';

/** The alert as the contract has it. Its id stays the same from active to cleared. */
export function alertData(
  alert: RuleAlert,
  device: string,
  facts: SiteFacts,
  evidenceFrom?: readonly string[],
): AlertData {
  const { key, kind, rule, state, severity, channel, events, since } = alert;
  return {
    alert: identify({ gateway: facts.gateway, device, dedup: { rule: 'gateway', key }, part: PART }),
    kind,
    rule,
    state,
    severity,
    device,
    ...(channel !== undefined && { channel }),
    events: [...events],
    since,
    ...(evidenceFrom !== undefined && evidenceFrom.length > 0 && { evidenceFrom: evidenceFrom.slice(0, 16) }),
  };
}

/** The item that tells of one change of an alert; each change has an id of its own. */
export function alertItem(
  alert: RuleAlert,
  device: string,
  facts: SiteFacts,
  evidenceFrom?: readonly string[],
): UnnumberedAlert {
  const key = `${alert.key}:${alert.state}`;
  return {
    specversion: '1.0',
    id: identify({ gateway: facts.gateway, device, dedup: { rule: 'gateway', key }, part: PART }),
    source: `angrid://${facts.gateway}`,
    subject: device,
    type: 'cn.angrid.alert.v1',
    time: alert.time,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: 'alarm',
    retentionclass: alert.kind.startsWith('health.') ? 'health' : 'alarm',
    purpose: alert.exercise ? 'exercise' : facts.purpose,
    siteclass: facts.siteClass,
    late: false,
    exercise: alert.exercise,
    data: alertData(alert, device, facts, evidenceFrom),
  };
}

export function alertDraft(
  alert: RuleAlert,
  device: string,
  facts: SiteFacts,
  evidenceFrom?: readonly string[],
): Draft {
  return itemDraft(alertItem(alert, device, facts, evidenceFrom));
}
