import { describe, expect, it } from '@jest/globals';
import { AnGridError, type Trace } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import type { ExerciseStarted } from '../control/answers.js';
import { proofIn } from './diagnose.js';
import { type Drill, drill } from './drill.js';

const started: ExerciseStarted = {
  event: 'e'.repeat(64),
  kind: 'door.forced',
  device: 'gate-1',
  alert: 'a'.repeat(64),
  opened: true,
  hops: { normaliseMs: 0.2, outboxMs: 6 },
};
const whole: Trace = {
  recordedAt: '2026-01-01T00:00:00.000Z',
  arrivedAt: '2026-01-01T00:00:00.100Z',
  place: { id: 'p-1', name: '南门' },
  unitPath: 'suxi/1',
  incident: 'i-1',
  why: { 'zh-CN': '强行开门', en: 'door forced' },
  legs: [
    {
      role: 'property-manager',
      state: 'sent',
      queuedAt: '2026-01-01T00:00:00.100Z',
      sentAt: '2026-01-01T00:00:00.150Z',
      acknowledgedAt: null,
    },
  ],
  evidence: [],
};
const legOf = (state: string): Trace['legs'] => [{ ...(whole.legs[0] as Trace['legs'][number]), state, sentAt: null }];

type Answer = Trace | AnGridError;

/** What the cloud answers, one after the other; the last one for ever. */
async function fire(answers: readonly Answer[], waitMs = 1000, order = started): Promise<Drill> {
  const clock = new VirtualClock();
  let asked = 0;
  const gateway = {
    post: async <T>() => order as T,
    get: async <T>() => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof AnGridError) throw answer;
      return answer as T;
    },
  };
  const options = { gateway, clock, signal: new AbortController().signal, waitMs };
  const [found] = await Promise.all([
    drill({ device: 'gate-1', kind: 'door.forced' }, options),
    clock.advance(waitMs + 200),
  ]);
  return found;
}

const absent = new AnGridError('subject.not-found', { op: 'test' });
const away = new AnGridError('uplink.unreachable', { op: 'test' });

describe('a drill', () => {
  it('tells each hop with its latency, in the order of the way', async () => {
    const found = await fire([absent, absent, whole]);
    expect(found).toMatchObject({ exercise: true, complete: true, incident: 'i-1' });
    expect(found.hops).toEqual([
      { hop: 'normalise', state: 'reached', ms: 0.2 },
      { hop: 'outbox', state: 'reached', ms: 6 },
      { hop: 'cloud', state: 'reached', ms: 200 },
      { hop: 'unit', state: 'reached', detail: '南门 (suxi/1)' },
      { hop: 'leg', state: 'reached', detail: 'property-manager', ms: 50 },
    ]);
  });

  it('waits until a queued leg is sent, and keeps the time at which the cloud had it', async () => {
    const found = await fire([{ ...whole, legs: legOf('queued') }, whole]);
    expect(found.complete).toBe(true);
    expect(found.hops[2]).toEqual({ hop: 'cloud', state: 'reached', ms: 0 });
  });

  it.each<[string, readonly Answer[], object]>([
    ['the cloud', [absent], { hop: 'cloud', state: 'missing' }],
    ['a cloud that is away', [away], { hop: 'cloud', state: 'missing', detail: 'uplink.unreachable' }],
    ['a unit', [{ ...whole, unitPath: null }], { hop: 'unit', state: 'missing', detail: '南门' }],
    ['a leg', [{ ...whole, legs: [] }], { hop: 'leg', state: 'missing' }],
    [
      'the sending of a leg',
      [{ ...whole, legs: legOf('queued') }],
      { hop: 'leg', state: 'waiting', detail: 'property-manager' },
    ],
    [
      'the success of a leg',
      [{ ...whole, legs: legOf('failed') }],
      { hop: 'leg', state: 'missing', detail: 'property-manager' },
    ],
  ])('that does not reach %s ends with its time and names the hop', async (_, answers, hop) => {
    const found = await fire(answers);
    expect(found.complete).toBe(false);
    expect(found.hops.find(({ state }) => state !== 'reached')).toEqual(hop);
  });

  it('is over once it is durable where nobody waits, or no rule made an alert', async () => {
    expect(await fire([whole], 0)).not.toHaveProperty('complete');
    expect(await fire([whole], 1000, { ...started, alert: null })).not.toHaveProperty('complete');
  });

  it('does not hide an error that has nothing to do with waiting', async () => {
    await expect(fire([new AnGridError('contract.violation', { op: 'test' })])).rejects.toMatchObject({
      code: 'contract.violation',
    });
  });
});

describe('the proof of the doctor', () => {
  it.each<[string, readonly Answer[], string]>([
    ['everything', [whole], 'legs.good'],
    ['no cloud', [absent], 'cloud.lost'],
    ['no unit', [{ ...whole, unitPath: null }], 'unit.lost'],
    ['nobody', [{ ...whole, legs: [] }], 'legs.missing'],
  ])('that reached %s is the finding of that link', async (_, answers, code) => {
    expect(proofIn(await fire(answers), 'en').code).toBe(code);
  });
});
