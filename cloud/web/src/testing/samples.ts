import type { Alert, Door, Evidence, Incident, Leg } from '../api/types.js';

/** Complete values for tests; a test names only what it is about. */
const at = '2026-03-01T08:00:00.000Z';
const title = { 'zh-CN': 'forced-zh', en: 'Door forced' };
const compound = { id: 'c1', name: 'Harmony Garden' };

export function sampleAlert(part: Partial<Alert> = {}): Alert {
  return {
    alert: 'a1',
    kind: 'door.forced',
    kindTitle: title,
    severity: 2,
    state: 'active',
    standing: 'alert',
    late: false,
    exercise: false,
    restricted: false,
    startedAt: at,
    clearedAt: null,
    device: { id: 'panel-1', name: 'Panel 1', kind: 'panel' },
    place: null,
    unit: null,
    compound,
    channel: null,
    rule: 'door.forced@1',
    incidentId: 'i1',
    evidence: [],
    cameras: [],
    covers: null,
    ...part,
  };
}

export function sampleIncident(part: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    kind: 'door.forced',
    kindTitle: title,
    severity: 2,
    state: 'open',
    why: title,
    confirmedBy: null,
    falseAlarm: false,
    exercise: false,
    restricted: false,
    openedAt: at,
    lastAlertAt: at,
    closesAt: at,
    version: 1,
    place: null,
    unit: null,
    compound,
    alerts: [],
    alertCount: 0,
    legs: [],
    evidence: [],
    silentLeg: null,
    silencedUntil: null,
    ...part,
  };
}

export function sampleLeg(part: Partial<Leg> = {}): Leg {
  return {
    id: 'l1',
    role: 'property-manager',
    rung: 0,
    to: { kind: 'duty', id: 'property-manager' },
    toUnit: null,
    channel: 'console',
    state: 'queued',
    queuedAt: at,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    acknowledgedAt: null,
    acceptedAt: null,
    endedAt: null,
    dueAt: null,
    settleAt: null,
    attempts: 0,
    reason: null,
    lastError: null,
    ...part,
  };
}

export function sampleEvidence(part: Partial<Evidence> = {}): Evidence {
  return {
    id: 'e1',
    kind: 'snapshot',
    camera: { id: 'cam-1', name: 'Camera 1' },
    spanFrom: at,
    spanTo: at,
    bytes: 1000,
    complete: true,
    sha256: '0'.repeat(64),
    mediaType: 'image/jpeg',
    masks: 0,
    shortPreRoll: false,
    offsetMs: 0,
    hasOriginal: false,
    hasThumbnail: false,
    grantId: null,
    ...part,
  };
}

export function sampleDoor(part: Partial<Door> = {}): Door {
  return {
    id: 'panel-1',
    name: 'Door 1',
    compound,
    place: null,
    unit: null,
    state: 'online',
    stateSince: at,
    door: 'closed',
    doorSince: at,
    lastEventAt: at,
    clockSkewMs: null,
    cameras: [],
    activeAlerts: 0,
    missing: { open: 0, lost: 0, devices: 0 },
    behind: null,
    ...part,
  };
}
