import type { Alert, Evidence, Incident, Named } from '../../api/types.js';

export type DoorFace = 'closed' | 'open' | 'held_open' | 'forced' | 'offline' | 'unknown' | 'other';

/** What people report comes from no device: the cloud keeps it under this one. */
const PEOPLE = '@people';

export const isReported = ({ device }: Pick<Alert, 'device'>): boolean => device.id === PEOPLE;

/** Where an incident is: its place, or the device that told of it; undefined of what people report of no place. */
export function whereOf(incident: Pick<Incident, 'place' | 'alerts'>): string | undefined {
  const lead = leadAlert(incident);
  return incident.place?.name ?? (lead && !isReported(lead) ? lead.device.name : undefined);
}

/** The alert that the incident is about: the most severe one of a device that is no camera, the latest of equals. */
export function leadAlert({ alerts }: Pick<Incident, 'alerts'>): Alert | undefined {
  const doors = alerts.filter(({ device }) => device.kind !== 'camera');
  const candidates = doors.length > 0 ? doors : [...alerts];
  return [...candidates].sort((a, b) => a.severity - b.severity || b.startedAt.localeCompare(a.startedAt))[0];
}

export function faceOf(kind: string): DoorFace {
  switch (kind) {
    case 'door.forced':
      return 'forced';
    case 'door.held_open':
      return 'held_open';
    case 'health.offline':
      return 'offline';
    default:
      return 'other';
  }
}

/** Every camera that has something to say about the incident: with pictures first, then with alerts, then only linked. */
export function camerasOf({ alerts, evidence }: Pick<Incident, 'alerts' | 'evidence'>): Named[] {
  const seen = new Map<string, Named>();
  const add = (camera: Named): void => {
    if (!seen.has(camera.id)) seen.set(camera.id, { id: camera.id, name: camera.name });
  };
  for (const { camera } of evidence) add(camera);
  for (const { device } of alerts) if (device.kind === 'camera') add(device);
  for (const { cameras } of alerts) for (const camera of cameras) add(camera);
  return [...seen.values()];
}

/** The snapshot of a camera that can be shown, the nearest to the alert first. */
export function snapshotOf(evidence: readonly Evidence[], camera: string): Evidence | undefined {
  const found = evidence.filter((piece) => piece.kind === 'snapshot' && piece.camera.id === camera);
  return found.sort(
    (a, b) => Number(isShowable(b)) - Number(isShowable(a)) || Math.abs(a.offsetMs) - Math.abs(b.offsetMs),
  )[0];
}

/** The picture is here, or a small one of it. */
export function isShowable({ complete, hasThumbnail }: Evidence): boolean {
  return complete || hasThumbnail;
}
