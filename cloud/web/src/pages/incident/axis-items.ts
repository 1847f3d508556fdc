import type { DeviceEvent, IncidentDetail, Leg, Localized, Severity } from '../../api/types.js';
import { inOrder, toneOf, type LegTone } from '../../parts/legs.js';
import { isReported } from '../wall/facts.js';

export type LaneName = 'alerts' | 'evidence' | 'events' | 'legs' | 'log';

export const laneNames: readonly LaneName[] = ['alerts', 'evidence', 'events', 'legs', 'log'];

/** Something on the axis: a point where `to` equals `from`. Instants in ms. */
export interface AxisItem {
  readonly id: string;
  readonly lane: LaneName;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly severity?: Severity;
  readonly tone?: LegTone;
  /** Small steps within a leg: sent, delivered, acknowledged. */
  readonly marks?: readonly number[];
}

export interface ItemWords {
  pick(text: Localized): string;
  word(group: string, value: string): string;
}

/** What the axis of an incident shows. `now` ends what has not ended. */
export function itemsOf(
  incident: IncidentDetail,
  events: readonly DeviceEvent[],
  now: number,
  words: ItemWords,
): AxisItem[] {
  return [
    ...alertItems(incident, now, words),
    ...evidenceItems(incident, words),
    ...events.map(({ id, kindTitle, occurredAt }): AxisItem => {
      const at = Date.parse(occurredAt);
      return { id, lane: 'events', from: at, to: at, label: words.pick(kindTitle) };
    }),
    ...inOrder(incident.legs).map((leg) => legItem(leg, now, words)),
    ...logItems(incident, words),
  ];
}

function alertItems({ alerts }: IncidentDetail, now: number, words: ItemWords): AxisItem[] {
  return alerts.map((alert) => ({
    id: alert.alert,
    lane: 'alerts',
    from: Date.parse(alert.startedAt),
    to: alert.clearedAt ? Date.parse(alert.clearedAt) : now,
    label: [words.pick(alert.kindTitle), ...(isReported(alert) ? [] : [alert.device.name])].join(' · '),
    severity: alert.severity,
  }));
}

function evidenceItems({ evidence }: IncidentDetail, words: ItemWords): AxisItem[] {
  return evidence.map(({ id, kind, camera, spanFrom, spanTo }) => ({
    id,
    lane: 'evidence',
    from: Date.parse(spanFrom),
    to: Date.parse(kind === 'snapshot' ? spanFrom : spanTo),
    label: `${words.word('evidence.kind', kind)} · ${camera.name}`,
  }));
}

function legItem(leg: Leg, now: number, words: ItemWords): AxisItem {
  const marks = [leg.sentAt, leg.deliveredAt, leg.acknowledgedAt]
    .filter((at) => at !== null)
    .map((at) => Date.parse(at));
  const tone = toneOf(leg.state);
  const from = Date.parse(leg.queuedAt);
  const settled = tone === 'answered' || tone === 'failed';
  return {
    id: leg.id,
    lane: 'legs',
    from,
    to: settled ? Math.max(from, ...marks) : now,
    label: `${words.word('leg.role', leg.role)} ${words.word('leg.state', leg.state)}`,
    tone,
    marks,
  };
}

function logItems({ log }: IncidentDetail, words: ItemWords): AxisItem[] {
  return log.map(({ at, action, actor }, index) => {
    const who = actor === 'system' ? '' : ` · ${actor.label}`;
    const instant = Date.parse(at);
    return { id: `log-${index}`, lane: 'log', from: instant, to: instant, label: `${words.word('log', action)}${who}` };
  });
}

/** Events of the incident's devices shortly before, during and after it: what led to it. */
export function eventsAround(events: readonly DeviceEvent[], incident: IncidentDetail): DeviceEvent[] {
  const from = Date.parse(incident.openedAt) - 120_000;
  const to = Date.parse(incident.lastAlertAt) + 300_000;
  return events.filter(({ occurredAt }) => {
    const at = Date.parse(occurredAt);
    return at >= from && at <= to;
  });
}
