import type { Door, Gateway, Incident } from '../api/types.js';
import type { FeedEntry } from './entry.js';

/** What the console holds of the live world. A board is a value: a change makes another board. */
export interface Board {
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** By `compound/id`. */
  readonly doors: ReadonlyMap<string, Door>;
  /** Incidents of which the feed said that they changed, but not how. */
  readonly stale: ReadonlySet<string>;
}

export interface Merge {
  readonly board: Board;
  /** Incidents that were not on the board, or are more severe than before: a person should look up. */
  readonly raised: readonly Incident[];
}

/** Closed incidents stay for a while, so that a page which shows one goes on living; above this they are let go. */
const KEPT_INCIDENTS = 1500;

export const emptyBoard: Board = {
  incidents: new Map(),
  gateways: new Map(),
  doors: new Map(),
  stale: new Set(),
};

export const doorKey = (door: { id: string; compound: { id: string } }): string => `${door.compound.id}/${door.id}`;

/** What a fresh load found, in place of what was held. What the feed has said of newer versions meanwhile stays. */
export function replaceIncidents(board: Board, loaded: readonly Incident[]): Board {
  const incidents = new Map<string, Incident>();
  for (const incident of loaded) incidents.set(incident.id, newerOf(board.incidents.get(incident.id), incident));
  return { ...board, incidents, stale: new Set() };
}

export function replaceGateways(board: Board, loaded: readonly Gateway[]): Board {
  return { ...board, gateways: new Map(loaded.map((gateway) => [gateway.id, gateway])) };
}

export function replaceDoors(board: Board, loaded: readonly Door[]): Board {
  return { ...board, doors: new Map(loaded.map((door) => [doorKey(door), door])) };
}

/** Takes in entries in the order of their positions; the feed client has already left out those seen before. */
export function mergeEntries(board: Board, entries: readonly FeedEntry[]): Merge {
  const incidents = new Map(board.incidents);
  const gateways = new Map(board.gateways);
  const doors = new Map(board.doors);
  const stale = new Set(board.stale);
  const raised = new Map<string, Incident>();
  for (const entry of entries) {
    switch (entry.topic) {
      case 'incident':
        if (!entry.body) stale.add(entry.subject);
        else if (takeIncident(incidents, entry.body)) raised.set(entry.subject, entry.body);
        break;
      case 'alert':
        if (entry.body?.incidentId) takeAlert(incidents, stale, { ...entry.body, incidentId: entry.body.incidentId });
        break;
      case 'gateway':
        if (entry.body) gateways.set(entry.subject, entry.body);
        break;
      case 'device':
        if (entry.body) doors.set(doorKey(entry.body), entry.body);
        break;
    }
  }
  forgetClosed(incidents);
  return { board: { incidents, gateways, doors, stale }, raised: [...raised.values()] };
}

/** One incident as an answer gave it: never puts an older version over a newer one. */
export function mergeIncident(board: Board, incident: Incident): Board {
  const incidents = new Map(board.incidents);
  takeIncident(incidents, incident);
  const stale = new Set(board.stale);
  stale.delete(incident.id);
  return { ...board, incidents, stale };
}

export function settleStale(board: Board, ids: readonly string[]): Board {
  const stale = new Set(board.stale);
  for (const id of ids) stale.delete(id);
  return { ...board, stale };
}

/** True where a person should look up. */
function takeIncident(incidents: Map<string, Incident>, incoming: Incident): boolean {
  const held = incidents.get(incoming.id);
  if (held && incoming.version < held.version) return false;
  incidents.set(incoming.id, incoming);
  if (incoming.state === 'closed' || incoming.falseAlarm) return false;
  return !held || incoming.severity < held.severity;
}

/** Of a long incident only some are shown; which of them, its own message says. */
function takeAlert(
  incidents: Map<string, Incident>,
  stale: Set<string>,
  alert: Incident['alerts'][number] & { incidentId: string },
): void {
  const incident = incidents.get(alert.incidentId);
  if (!incident) {
    stale.add(alert.incidentId);
    return;
  }
  const { alerts, alertCount } = incident;
  const isShown = alerts.some((other) => other.alert === alert.alert);
  if (isShown) {
    const others = alerts.filter((other) => other.alert !== alert.alert);
    incidents.set(incident.id, { ...incident, alerts: [...others, alert] });
  } else if (alerts.length === alertCount) {
    incidents.set(incident.id, { ...incident, alerts: [...alerts, alert], alertCount: alertCount + 1 });
  }
}

function newerOf(held: Incident | undefined, loaded: Incident): Incident {
  return held && held.version > loaded.version ? held : loaded;
}

function forgetClosed(incidents: Map<string, Incident>): void {
  if (incidents.size <= KEPT_INCIDENTS) return;
  for (const { id, state } of incidents.values()) if (state === 'closed') incidents.delete(id);
}
