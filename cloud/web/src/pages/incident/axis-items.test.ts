import { expect, test } from '@jest/globals';
import type { DeviceEvent, IncidentDetail } from '../../api/types.js';
import { sampleAlert, sampleEvidence, sampleIncident, sampleLeg } from '../../testing/samples.js';
import { eventsAround, itemsOf } from './axis-items.js';

const start = Date.parse('2026-03-01T08:00:00.000Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const words = { pick: (text: { en: string }) => text.en, word: (group: string, value: string) => `${group}.${value}` };
const detail = (part: Partial<IncidentDetail>): IncidentDetail => ({
  ...sampleIncident(),
  log: [],
  actions: [],
  owner: null,
  knowledge: [],
  steps: {},
  ownLegs: [],
  names: {},
  choices: [],
  within: { handOver: null, consultation: null, rectification: null },
  ...part,
});
const event = (seconds: number): DeviceEvent => ({
  id: `e${seconds}`,
  kind: 'door.opened',
  kindTitle: { 'zh-CN': '', en: 'Door opened' },
  occurredAt: at(seconds),
  late: false,
  lateBecause: null,
  exercise: false,
  channel: null,
  attributes: {},
});
const now = start + 60_000;
const span = ({ from, to }: { from: number; to: number }) => [(from - start) / 1000, (to - start) / 1000];

test('an active alert reaches to now and a cleared one to its end', () => {
  const alerts = [sampleAlert({ startedAt: at(1) }), sampleAlert({ alert: 'a2', startedAt: at(2), clearedAt: at(9) })];
  expect(itemsOf(detail({ alerts }), [], now, words).map(span)).toEqual([
    [1, 60],
    [2, 9],
  ]);
});

test('a clip is a span and a snapshot a point', () => {
  const evidence = [
    sampleEvidence({ kind: 'clip', spanFrom: at(-5), spanTo: at(5) }),
    sampleEvidence({ id: 'e2', spanFrom: at(0), spanTo: at(1) }),
  ];
  expect(itemsOf(detail({ evidence }), [], now, words).map(span)).toEqual([
    [-5, 5],
    [0, 0],
  ]);
});

test('a leg waits until now while nobody answers, and ends with the answer', () => {
  const silent = sampleLeg({ state: 'delivered', queuedAt: at(0), sentAt: at(1), deliveredAt: at(2) });
  const answered = sampleLeg({
    id: 'l2',
    role: 'confirmer',
    state: 'acknowledged',
    queuedAt: at(0),
    sentAt: at(1),
    acknowledgedAt: at(20),
  });
  const items = itemsOf(detail({ legs: [silent, answered] }), [], now, words);
  expect(items.map(span)).toEqual([
    [0, 60],
    [0, 20],
  ]);
  expect(items.map(({ marks }) => marks?.length)).toEqual([2, 2]);
});

test('what a person did carries the name of the post', () => {
  const log = [{ at: at(3), actor: { id: 'x', label: 'Duty desk' }, action: 'acknowledge', note: null, detail: {} }];
  expect(itemsOf(detail({ log }), [], now, words).map(({ label }) => label)).toEqual(['log.acknowledge · Duty desk']);
});

test('only what the doors did around the incident is laid on the axis', () => {
  const incident = detail({ openedAt: at(0), lastAlertAt: at(30) });
  const events = [event(-121), event(-100), event(10), event(330), event(331)];
  expect(eventsAround(events, incident).map(({ id }) => id)).toEqual(['e-100', 'e10', 'e330']);
});
