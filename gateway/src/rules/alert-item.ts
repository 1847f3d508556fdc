import { type AlertData, kindDefinition } from '@angrid/contract';
import { identify } from '@angrid/contract/signing';
import { itemDraft, type SiteFacts, type UnnumberedAlert } from '../normalise/index.js';
import type { Draft } from '../outbox/outbox.js';
import { isOutOfReach } from './inhibit.js';
import type { RuleAlert } from './rule.js';

const PART = 'alert';

export interface AlertSurroundings {
  /** Cameras that look at the device. */
  readonly cameras?: readonly string[];
  /** What hangs behind it: told with the alerts that keep those of others back. */
  readonly behind?: readonly string[];
}

/** The alert as the contract has it. Its id stays the same from active to cleared. */
export function alertData(
  alert: RuleAlert,
  device: string,
  facts: SiteFacts,
  { cameras = [], behind = [] }: AlertSurroundings = {},
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
    ...(cameras.length > 0 && { evidenceFrom: cameras.slice(0, 16) }),
    ...(kindDefinition(kind).silent && { silent: true }),
    ...(isOutOfReach(alert) && behind.length > 0 && { covers: coversOf(behind) }),
  };
}

function coversOf(behind: readonly string[]): AlertData['covers'] {
  return { count: behind.length, devices: [...behind].sort().slice(0, 64) };
}

/** The item that tells of one change of an alert; each change has an id of its own. */
export function alertItem(
  alert: RuleAlert,
  device: string,
  facts: SiteFacts,
  around?: AlertSurroundings,
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
    data: alertData(alert, device, facts, around),
  };
}

export function alertDraft(alert: RuleAlert, device: string, facts: SiteFacts, around?: AlertSurroundings): Draft {
  return itemDraft(alertItem(alert, device, facts, around));
}
