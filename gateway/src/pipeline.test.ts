import { recommendedRules } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { siteOf } from './control/works.fixture.js';
import { Ledgers } from './ledger/index.js';
import { PipelineBench } from './pipeline.fixture.js';

const DOORS = ['gate-loud', 'gate-quiet'];

interface Line {
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly kind?: string; readonly state?: string; readonly attributes?: { readonly count?: number } };
}

const alarms = (bench: PipelineBench): readonly Line[] => bench.outbox.lanes.alarm as readonly Line[];

/** All that a device told, counts and all, of the kinds that it sent. */
function told(bench: PipelineBench, device: string, kind: string): number {
  const lines = [...bench.outbox.lanes.alarm, ...bench.outbox.lanes.record] as readonly Line[];
  const own = lines.filter(({ subject, type }) => subject === device && type === `cn.angrid.${kind}.v1`);
  return own.reduce((sum, { data }) => sum + (data.attributes?.count ?? 1), 0);
}

/** So many seconds of five hundred events a second. */
async function flood(bench: PipelineBench, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    const sent = Array.from({ length: 250 }, () => [
      bench.send('gate-loud', 'door.opened', { door: '1' }),
      bench.send('gate-loud', 'door.closed', { door: '1' }),
    ]);
    await Promise.all(sent.flat());
    await bench.pass(1);
  }
}

describe('a device that is removed', () => {
  const keysOf = (bench: PipelineBench, device: string) =>
    [...bench.outbox.kept.keys()].filter((key) => key.split('/')[1] === device);
  const number = (seq: number) => ({ seq });
  const gapsOf = (bench: PipelineBench) => alarms(bench).filter(({ type }) => type === 'cn.angrid.report.gap.v1');

  it('leaves nothing behind: what was counted of it is told, and its alerts are over', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 2);
    await bench.send('gate-quiet', 'door.forced');
    await bench.send('gate-loud', 'tamper.device');
    expect(keysOf(bench, 'gate-loud').map((key) => key.split('/')[0])).toEqual(
      expect.arrayContaining(['rules', 'ledger', 'ledger-counters', 'storm']),
    );
    const others = keysOf(bench, 'gate-quiet');
    await bench.pipeline.forget('gate-loud', bench.known('gate-loud'));
    expect([keysOf(bench, 'gate-loud'), keysOf(bench, 'gate-quiet')]).toEqual([[], others]);
    expect(told(bench, 'gate-loud', 'door.opened')).toBe(500);
    const tamper = alarms(bench).filter(
      ({ subject, type, data }) =>
        subject === 'gate-loud' && type === 'cn.angrid.alert.v1' && data.kind === 'tamper.device',
    );
    expect(tamper.map(({ data }) => data.state)).toEqual(['active', 'cleared']);
  });

  it('begins anew under the same id: its numbers, and what its rules know', async () => {
    const bench = await new PipelineBench(['gate']).open();
    await bench.send('gate', 'access.granted', number(40));
    await bench.send('gate', 'door.forced', { ...number(41), door: '1' });
    await bench.pipeline.forget('gate', bench.known('gate'));
    for (const restarted of [false, true]) {
      if (restarted) await bench.open();
      const first = restarted ? 903 : 901;
      await bench.send('gate', 'access.granted', number(first));
      await bench.send('gate', 'door.closed', { ...number(first + 1), door: '1' });
      await bench.pass(10);
    }
    expect(gapsOf(bench)).toEqual([]);
    const forced = alarms(bench).filter(
      ({ type, data }) => type === 'cn.angrid.alert.v1' && data.kind === 'door.forced',
    );
    expect(forced.map(({ data }) => data.state)).toEqual(['active', 'cleared']);
  });

  it('has its last readings before it, and none after it', async () => {
    const bench = await new PipelineBench(['gate']).open();
    const last = bench.send('gate', 'door.forced');
    await bench.pipeline.forget('gate', bench.known('gate'));
    await last;
    expect(keysOf(bench, 'gate')).toEqual([]);
  });
});

describe('what becomes no event', () => {
  const rejectedOf = async (bench: PipelineBench) => (await Ledgers.load(bench.outbox)).of('door').totals.rejected;

  it('stands in the ledger of its device with its reason, from the next tick on and over a restart', async () => {
    const bench = await new PipelineBench(['door']).open();
    for (let count = 0; count < 3; count += 1) bench.pipeline.refuse('door');
    bench.pipeline.refuse('stranger');
    await bench.send('door', 'no.such.event');
    expect(await rejectedOf(bench)).toEqual({});
    await bench.pass(1);
    expect(await rejectedOf(bench)).toEqual({ 'over-budget': 3, unknown: 1 });
    await bench.open();
    bench.pipeline.refuse('door');
    await bench.pipeline.close();
    expect(await rejectedOf(bench)).toEqual({ 'over-budget': 4, unknown: 1 });
  });

  it('costs a commit only where there is something new', async () => {
    const bench = await new PipelineBench(['door']).open();
    bench.pipeline.refuse('door');
    await bench.pass(1);
    bench.outbox.failure = new Error('nothing is to be written');
    const kept = new Map(bench.outbox.kept);
    await bench.pass(5);
    expect(bench.outbox.kept).toEqual(kept);
  });
});

describe('a panel whose clock is three minutes off', () => {
  const drifts = async (rules: object): Promise<readonly string[]> => {
    const config = siteOf({ rules: { ...recommendedRules, ...rules } });
    const bench = await new PipelineBench(['door'], config).open();
    const wrong = { time: new Date(bench.clock.wall() + 180_000).toISOString() };
    for (let number = 0; number < 4; number += 1) await bench.send('door', 'access.granted', wrong);
    return alarms(bench).flatMap(({ data }) => (data.kind === 'health.clock_drift' ? [data.state ?? 'event'] : []));
  };

  it('is an alert, unless the site bears more', async () => {
    expect(await drifts({})).toEqual(['event', 'active']);
    expect(await drifts({ clockDriftSeconds: 200 })).toEqual([]);
    expect(await drifts({ clockDriftSeconds: 170 })).toEqual(['event', 'active']);
  });
});

describe('a panel that sends five hundred events a second', () => {
  it('leaves the alarm of another panel among the first of the lane, and is an alert of its own', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 4);
    await bench.send('gate-quiet', 'door.forced');
    const place = alarms(bench).findIndex(({ subject }) => subject === 'gate-quiet');
    expect(place).toBeLessThan(80);
    expect(alarms(bench)[place]?.type).toBe('cn.angrid.door.forced.v1');
    expect(
      alarms(bench)
        .filter(({ data }) => data.kind === 'health.storm')
        .map(({ data }) => data.state),
    ).toEqual(['active']);
  });

  it('is counted to the last event, over a restart in the midst of it', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 2);
    await bench.open();
    await flood(bench, 2);
    await bench.pass(11);
    expect([told(bench, 'gate-loud', 'door.opened'), told(bench, 'gate-loud', 'door.closed')]).toEqual([1000, 1000]);
    expect([...bench.outbox.kept.keys()].filter((key) => key.startsWith('storm/'))).toEqual([]);
  });

  it('has its last events told when the gateway ends', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 2);
    await bench.pipeline.close();
    expect(told(bench, 'gate-loud', 'door.closed')).toBe(500);
  });

  it('gets no acknowledgement for an event whose count is not stored, and its next attempt is counted once', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 1);
    const again = bench.reading('gate-loud', {
      event: 'door.closed',
      seq: 9001,
      boot: 'b1',
      time: bench.stamp().wall,
      door: '1',
    });
    bench.outbox.failure = new Error('the disk is gone');
    await expect(bench.pipeline.accept(again)).rejects.toThrow('the disk is gone');
    bench.outbox.failure = undefined;
    await bench.pipeline.accept(again);
    await bench.pipeline.accept(again);
    await bench.pipeline.close();
    expect(told(bench, 'gate-loud', 'door.closed')).toBe(251);
  });

  it('is told of fire each time, and of the first of each alarm at once', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 1);
    for (let n = 0; n < 20; n += 1) await bench.send('gate-loud', 'fire.input');
    await bench.send('gate-loud', 'tamper.device');
    const kinds = alarms(bench)
      .slice(-22)
      .map(({ data }) => data.kind);
    expect(kinds.filter((kind) => kind === 'fire.input')).toHaveLength(20);
    expect(kinds.slice(-2)).toEqual(['tamper.device', 'tamper.device']);
  });

  it('leaves its door as the last event left it', async () => {
    const bench = await new PipelineBench(DOORS).open();
    await flood(bench, 2);
    await bench.send('gate-loud', 'door.opened', { door: '1' });
    await bench.pass(60);
    const held = alarms(bench).filter(({ data }) => data.kind === 'door.held_open');
    expect(held.map(({ data }) => data.state)).toEqual(['active']);
  });
});

describe('a passage under threat', () => {
  it('looks to the panel like any passage: the same answer, the same acknowledgement', async () => {
    const answers = [];
    for (const event of ['access.granted', 'access.duress']) {
      const bench = await new PipelineBench(DOORS).open();
      answers.push({ accepted: await bench.send('gate-quiet', event), said: bench.acknowledged });
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});

describe('a panel behind another', () => {
  const devices = [
    { id: 'gate-loud', kind: 'panel' as const, name: '控制器' },
    { id: 'gate-quiet', kind: 'panel' as const, name: '门', behind: 'gate-loud' },
  ];

  it('is out of reach with it, in one alert that names it', async () => {
    const bench = await new PipelineBench(DOORS, siteOf({ devices, rules: recommendedRules })).open();
    for (const id of DOORS) await bench.pipeline.presence(id, 'online');
    await bench.pass(5);
    await bench.pipeline.presence('gate-quiet', 'offline');
    await bench.pass(1);
    await bench.pipeline.presence('gate-loud', 'offline');
    await bench.pass(300);
    expect(alarms(bench)).toMatchObject([
      {
        subject: 'gate-loud',
        data: { kind: 'health.offline', state: 'active', covers: { count: 1, devices: ['gate-quiet'] } },
      },
    ]);
  });
});
