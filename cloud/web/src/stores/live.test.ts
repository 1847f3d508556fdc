import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Incident, Overview } from '../api/types.js';
import { unreachable } from '../api/problem.js';
import { sampleIncident } from '../testing/samples.js';
import { type FakeStream, fakeStream, settled } from '../testing/stream.js';
import { ManualClock } from '../time/manual-clock.js';
import { createLive, type LiveStore } from './live.js';
import { createServerTime } from './server-time.js';

let clock: ManualClock;
let stream: FakeStream;
let live: LiveStore;
let raised: string[];
let fetched: string[];
let allowed: boolean;
/** Answers to the loading of open incidents, in turn; the test gives each. */
let loads: { answer(incidents: readonly Incident[]): void; fail(): void }[];

const overview: Overview = {
  incidents: { open: 0, bySeverity: { 1: 0, 2: 0, 3: 0, 4: 0 } },
  gateways: [],
  doors: { total: 0, offline: 0, open: 0, heldOpen: 0, forced: 0 },
  cameras: { total: 0, offline: 0 },
  unlinked: 0,
};
const hello = 'event: hello\ndata: {"position":1,"serverTime":"2026-03-01T08:00:00Z"}\n\n';
const says = (position: number, payload: Incident | undefined, subject = payload?.id) =>
  `id: ${position}\nevent: incident\ndata: ${JSON.stringify({ subject, compound: 'c1', at: '', payload })}\n\n`;
const shown = (): string[] => [...live.board.value.incidents.values()].map(({ id, version }) => `${id}@${version}`);
const write = async (text: string): Promise<void> => {
  stream.write(text);
  await settled();
};
const pass = async (ms: number): Promise<void> => {
  clock.advance(ms);
  await settled();
};

beforeEach(async () => {
  clock = new ManualClock(0);
  raised = [];
  fetched = [];
  loads = [];
  allowed = true;
  live = createLive({
    clock,
    time: createServerTime(clock),
    random: () => 1,
    seesIncidents: () => allowed,
    http: {
      open: async (_path, _headers, signal) => {
        stream = fakeStream(signal);
        return stream.response;
      },
    },
    api: {
      devices: { doors: async () => [] },
      incidents: {
        overview: async () => overview,
        list: () =>
          new Promise((resolve, reject) =>
            loads.push({
              answer: (items) => resolve({ items, next: null }),
              fail: () => reject(unreachable()),
            }),
          ),
        get: async (id: string) => {
          fetched.push(id);
          return { ...sampleIncident({ id, version: 9 }), log: [], actions: [] };
        },
      },
    } as never,
  });
  live.onRaised((incidents) => raised.push(...incidents.map(({ id }) => id)));
  live.start();
  await settled();
  await write(hello);
});
afterEach(() => live.stop());

test('the open incidents are loaded at the first contact, and what is loaded is no news', async () => {
  expect(live.doubtful.value).toBe(true);
  loads[0]?.answer([sampleIncident({ id: 'a' })]);
  await settled();
  expect([shown(), raised, live.doubtful.value]).toEqual([['a@1'], [], false]);
});

test('what the feed says while the incidents are loading waits, and then only the new is news', async () => {
  await write(says(2, sampleIncident({ id: 'a', version: 2 })));
  await write(says(3, sampleIncident({ id: 'b' })));
  await pass(500);
  expect([shown(), raised]).toEqual([[], []]);
  loads[0]?.answer([sampleIncident({ id: 'a' })]);
  await settled();
  expect([shown(), raised]).toEqual([['a@2', 'b@1'], ['b']]);
});

test('a storm is taken in together, five times a second', async () => {
  loads[0]?.answer([]);
  await settled();
  const boards = new Set<unknown>();
  for (let position = 2; position < 102; position += 1) {
    await write(says(position, sampleIncident({ id: `i${position}` })));
    boards.add(live.board.value);
  }
  await pass(200);
  boards.add(live.board.value);
  expect(shown()).toHaveLength(100);
  expect(boards.size).toBe(2);
});

test('a subject that was only named is fetched', async () => {
  loads[0]?.answer([]);
  await settled();
  await write(says(2, undefined, 'named'));
  await pass(200);
  expect([fetched, shown(), raised]).toEqual([['named'], ['named@9'], ['named']]);
});

test('a failed load is tried again, and the board says meanwhile that it is not to be trusted', async () => {
  loads[0]?.fail();
  await settled();
  expect(live.doubtful.value).toBe(true);
  await pass(5000);
  loads[1]?.answer([sampleIncident({ id: 'a' })]);
  await settled();
  expect([shown(), live.doubtful.value]).toEqual([['a@1'], false]);
});

test('a cut makes the board doubtful at once', async () => {
  loads[0]?.answer([]);
  await settled();
  stream.end();
  await settled();
  expect([live.link.value, live.doubtful.value]).toEqual(['lost', true]);
});

test('who may not see incidents asks for none', async () => {
  live.stop();
  allowed = false;
  const before = loads.length;
  live.start();
  await settled();
  await write(hello);
  expect([loads.length, live.loaded.value]).toEqual([before, true]);
});

test('what was asked for one account never reaches the board of the next', async () => {
  live.stop();
  live.start();
  await settled();
  await write(hello);
  loads[0]?.answer([sampleIncident({ id: 'of-the-account-before' })]);
  await settled();
  expect(shown()).toEqual([]);
  loads[1]?.answer([sampleIncident({ id: 'mine' })]);
  await settled();
  expect(shown()).toEqual(['mine@1']);
});
