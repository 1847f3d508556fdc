import type { Incident, IncidentState, Severity } from '../api/types.js';

/** waiting: nobody has taken it. inHand: somebody has. resolved: done, not yet filed. */
export type Stage = 'waiting' | 'inHand' | 'resolved' | 'closed';

export const stages: readonly Stage[] = ['waiting', 'inHand', 'resolved'];
export const severities: readonly Severity[] = [1, 2, 3, 4];

export type WallOrder = 'newest' | 'longest';

/** Empty lists and texts let everything through. */
export interface WallFilter {
  readonly severities: readonly Severity[];
  readonly stages: readonly Stage[];
  /** A unit path: the unit and everything below it. */
  readonly unit: string;
  readonly compound: string;
  readonly text: string;
  readonly order: WallOrder;
}

export const noFilter: WallFilter = { severities: [], stages: [], unit: '', compound: '', text: '', order: 'newest' };

export function stageOf(state: IncidentState): Stage {
  switch (state) {
    case 'open':
    case 'returned':
      return 'waiting';
    case 'acknowledged':
    case 'assigned':
    case 'accepted':
      return 'inHand';
    case 'resolved':
    case 'called-back':
      return 'resolved';
    case 'closed':
      return 'closed';
  }
}

/** The incidents of the wall, as the eye should meet them: severity first, then age; false alarms last of all. */
export function wallOf(incidents: Iterable<Incident>, filter: WallFilter): Incident[] {
  const shown: Incident[] = [];
  for (const incident of incidents) if (matches(incident, filter)) shown.push(incident);
  return shown.sort((a, b) => compareIncidents(a, b, filter.order));
}

export function compareIncidents(a: Incident, b: Incident, order: WallOrder): number {
  if (a.falseAlarm !== b.falseAlarm) return a.falseAlarm ? 1 : -1;
  if (a.severity !== b.severity) return a.severity - b.severity;
  const byAge = Date.parse(a.openedAt) - Date.parse(b.openedAt);
  if (byAge !== 0) return order === 'newest' ? -byAge : byAge;
  return a.id < b.id ? -1 : 1;
}

export function matches(incident: Incident, filter: WallFilter): boolean {
  const stage = stageOf(incident.state);
  if (filter.stages.length === 0 ? stage === 'closed' : !filter.stages.includes(stage)) return false;
  if (filter.severities.length > 0 && !filter.severities.includes(incident.severity)) return false;
  if (filter.compound !== '' && incident.compound.id !== filter.compound) return false;
  if (filter.unit !== '' && !isWithin(incident.unit?.path, filter.unit)) return false;
  return containsText(incident, filter.text);
}

/** A path is within a unit when it is the unit or lies below it; `b1` is not within `b10`. */
export function isWithin(path: string | undefined, unit: string): boolean {
  return path !== undefined && `${path}/`.startsWith(`${unit}/`);
}

/** Every word must occur somewhere, in either language. */
function containsText(incident: Incident, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const searched = searchableText(incident);
  return words.every((word) => searched.includes(word));
}

function searchableText({ id, kind, kindTitle, place, unit, compound, alerts }: Incident): string {
  const devices = alerts.flatMap(({ device, kindTitle: title }) => [device.name, device.id, title['zh-CN'], title.en]);
  const where = [place?.name ?? '', ...(unit?.names ?? []), compound.name];
  return [id, kind, kindTitle['zh-CN'], kindTitle.en, ...where, ...devices].join('\n').toLowerCase();
}
