import { emptyCalendar, recommendedRules } from '@angrid/contract';
import type { DeclaredRoute } from '../src/platform/http/routes.js';
import { EAST_UNIT, WEST_UNIT, type WestIds } from './west-rows.js';

export interface Aimed {
  readonly path: string;
  readonly body?: unknown;
}

type Route = Pick<DeclaredRoute, 'method' | 'path'>;

/** A request of this route that would be taken in the west. */
export function aimed({ method, path }: Route, ids: WestIds): Aimed {
  const query = queries(ids)[path] ?? '';
  const filled = `${fill(path, ids)}${query}`;
  return method === 'GET' ? { path: filled } : { path: filled, body: bodies(ids)[`${method} ${path}`] ?? {} };
}

/** What an id in a path stands for: by the longest beginning of the path that is named here. */
const named: Readonly<Record<string, keyof WestIds>> = {
  '/api/accounts/': 'account',
  '/api/care/consents/': 'consent',
  '/api/care/tasks/': 'task',
  '/api/channel-targets/': 'target',
  '/api/evidence/': 'evidence',
  '/api/exercises/': 'exercise',
  '/api/gateways/': 'gateway',
  '/api/incidents/': 'incident',
  '/api/patrols/': 'list',
  '/api/quiet-rules/': 'quiet',
  '/api/reports/': 'report',
  '/api/rosters/changes/': 'change',
  '/api/rosters/shifts/': 'shift',
  '/api/silences/': 'silence',
  '/v1/gateway/evidence/': 'evidence',
};

/** Of no compound, and of nobody but administrators: any will do. */
const SHARED = /^\/api\/(correlation|playbooks)\//;

function fill(path: string, ids: WestIds): string {
  const parts: Readonly<Record<string, string>> = {
    compound: 'west',
    device: path.startsWith('/api/cameras') ? 'cam' : 'door',
    place: 'gate',
    unit: 'west-b3',
    leg: ids.leg,
    grant: ids.grant,
    stream: ids.grant,
    plan: 'ground',
    alert: ids.alert,
    switch: ids.grant,
    entry: path.startsWith('/api/registers') ? 'hydrant' : ids.entry,
    id: idOf(path, ids),
  };
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = parts[name];
    if (value === undefined) throw new Error(`nothing is known of :${name} in ${path}`);
    return value;
  });
}

function idOf(path: string, ids: WestIds): string {
  if (path.startsWith('/api/compounds/')) return 'west';
  if (path.startsWith('/api/places/')) return 'gate';
  if (path.startsWith('/api/devices/')) return 'door';
  const [, name] = Object.entries(named).find(([start]) => path.startsWith(start)) ?? [];
  if (name !== undefined) return ids[name];
  if (!path.includes(':id') || SHARED.test(path)) return 'hezuo';
  throw new Error(`nothing is known of :id in ${path}`);
}

const queries = ({ grant }: WestIds): Readonly<Record<string, string>> => ({
  '/api/floor-plans': '?compound=west&name=ground',
  '/api/evidence/:id/content': `?grant=${grant}`,
  '/api/evidence/:id/thumbnail': `?grant=${grant}`,
  '/api/reports/:id/original': `?grant=${grant}`,
});

function bodies(ids: WestIds): Readonly<Record<string, unknown>> {
  return { ...ofMatters(ids), ...ofSites, ...ofPeople(ids), ...ofRules };
}

const ofMatters = (ids: WestIds): Readonly<Record<string, unknown>> => ({
  'POST /api/incidents/:id/actions': { action: 'note', note: 'x', version: 1 },
  'POST /api/incidents/:id/legs/:leg/answers': { answer: 'acknowledged' },
  'POST /api/incidents/:id/merge': { into: ids.other, version: 1 },
  'POST /api/incidents/:id/split': { alerts: [ids.alert], version: 1 },
  'POST /api/incidents/:id/evidence-grants': { reason: 'to see it' },
  'POST /api/cameras/:compound/:device/live': { reason: 'to see it' },
  'POST /api/evidence/:id/fetch': { grantId: ids.grant },
  'POST /api/evidence/:id/original': { grantId: ids.grant },
  'POST /api/reports': { compound: 'west', category: 'hazard', text: 'the light is out' },
});

const position = { position: { lon: 120, lat: 29 } };

const ofSites: Readonly<Record<string, unknown>> = {
  'PUT /api/places/:compound/:id/position': position,
  'PUT /api/devices/:compound/:id/position': position,
  'PUT /api/devices/:compound/:device/place': { place: 'gate' },
  'PUT /api/devices/:compound/:device/spot': { spot: { plan: 'ground', x: 0.5, y: 0.5 } },
  'PUT /api/doors/:compound/:device/cameras': { cameras: ['cam'] },
  'POST /api/places': { compound: 'west', name: 'x', kind: 'gate' },
  'PUT /api/places/:compound/:place': { name: 'x' },
  'POST /api/gateways/enrolment-codes': { compound: 'west' },
  'POST /api/gateways/:id/revoke': { reason: 'not ours' },
  'POST /api/registers': { compound: 'west', register: 'facility', name: 'a hydrant', kind: 'hydrant' },
};

const week = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' };

const ofPeople = ({ account }: WestIds): Readonly<Record<string, unknown>> => ({
  'POST /api/rosters/shifts': {
    ...{ unit: WEST_UNIT, duty: 'station-desk', account, days: ['mon'], hours: '08:00-20:00', from: '2026-01-01' },
  },
  'POST /api/rosters/changes': { kind: 'away', account, standIn: null, reason: 'training', ...week },
  'POST /api/patrols': {
    ...{ compound: 'west', unit: EAST_UNIT, name: 'round', of: 'cameras', windows: ['08:00-09:00'], items: ['cam'] },
  },
  'POST /api/patrols/:id/rounds': { seen: [{ item: 'cam', state: 'in-order' }] },
  'POST /api/daily-list/visits': { compound: 'west', place: 'gate', kind: 'visit' },
  'POST /api/daily-list/close': { unit: WEST_UNIT, date: '2026-03-01', text: 'a quiet day' },
  'POST /api/care/consents': { compound: 'west', place: 'gate', reference: 'west-2', days: 30 },
  'POST /api/care/tasks/:id': { outcome: 'met' },
  'POST /api/appraisal/points/:entry/correct': { reason: 'not theirs' },
  'POST /api/appraisal/courses': {
    ...{ unit: WEST_UNIT, title: 'a course', heldOn: '2026-02-01', attendance: { 'handling-officer': 1 } },
  },
});

const ofRules: Readonly<Record<string, unknown>> = {
  'PUT /api/compounds/:id/rules': {
    ...{ version: 1, night: '22:00-06:00', rules: recommendedRules, calendar: emptyCalendar },
  },
  'POST /api/silences': { compound: 'west', kind: 'silence', reason: 'too loud', until: '2026-03-02T00:00:00Z' },
  'POST /api/exercises': { compound: 'west', name: 'drill', until: '2026-03-02T00:00:00Z' },
  'POST /api/quiet-rules': { compound: 'west', kinds: ['tamper.reader'], place: 'gate', reason: 'too loud', days: 1 },
  'POST /api/playbooks/:id/overlays': { overlay: 'node', reason: 'a festival', ...week },
};
