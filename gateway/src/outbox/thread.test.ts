import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Outbox } from './outbox.js';
import { accepting, atom, chainHolds, idsOf, names, namesOf, OutboxBench } from './outbox.fixture.js';

/** Half a second of CPU goes into compiling the sources for each thread. */
jest.setTimeout(60_000);

/** What outbox.test.ts holds without a thread, once through over the real one. */
describe('the outbox with its store in a thread', () => {
  let bench: OutboxBench;
  let outbox: Outbox;

  beforeEach(async () => {
    bench = new OutboxBench('thread');
    outbox = await bench.open();
  });
  afterEach(() => bench.dispose());

  it('stores, knows duplicates, hands out, settles, quarantines, sends again and renumbers', async () => {
    const told: string[][] = [];
    outbox.onAppended((lanes) => told.push([...lanes]));
    const answers = await Promise.all([...names('p', 300), 'p-7'].map((name) => outbox.append(atom(name))));
    expect(answers.filter((answer) => answer === 'duplicate')).toHaveLength(1);
    expect(told).toEqual([['record']]);

    const lease = await outbox.lease('record', 1000);
    expect(namesOf(lease)).toEqual(names('p', 300));
    expect(lease && chainHolds(lease)).toBe(true);
    const [first = '', ...others] = idsOf(lease!);
    const rejected = [{ id: first, code: 'contract.violation', detail: 'no kind' }];
    expect(await outbox.settle(lease!, { accepted: others, duplicate: [], rejected })).toBe(300);
    expect(await outbox.quarantined(5)).toMatchObject([{ id: first, sequence: 1, detail: 'no kind' }]);
    expect(await outbox.resend('all')).toBe(1);

    await outbox.keep([{ key: 'rule/a', json: '1' }]);
    expect(await outbox.states('rule/')).toEqual(new Map([['rule/a', '1']]));
    const { epoch } = await outbox.counts();
    expect(await outbox.newEpoch()).toBeGreaterThan(epoch);
    expect(await outbox.lease('record', 5)).toMatchObject({ lines: [{ sequence: 1 }] });
  });

  it('commits what is under way before it closes, and goes on from there', async () => {
    const answers = Promise.all(names('p', 500).map((name) => outbox.append(atom(name))));
    await bench.close(outbox);
    expect(new Set(await answers)).toEqual(new Set(['stored']));
    await expect(outbox.append(atom('late'))).rejects.toMatchObject({ code: 'outbox.unusable' });
    outbox = await bench.open();
    const lease = await outbox.lease('record', 1000);
    expect(namesOf(lease)).toEqual(names('p', 500));
    expect(await outbox.settle(lease!, accepting(lease!))).toBe(500);
    expect(await outbox.append(atom('p-1'))).toBe('duplicate');
  });

  it('brings errors over from the thread with their code', async () => {
    await expect(bench.open()).rejects.toMatchObject({ code: 'outbox.unusable', op: 'outbox.open' });
    await bench.close(outbox);
    await expect(bench.open({ gateway: 'gw-2' })).rejects.toMatchObject({
      detail: 'it belongs to gateway gw-1, this is gw-2',
    });
    outbox = await bench.open({ limits: { reserveBytes: Number.MAX_SAFE_INTEGER } });
    await expect(outbox.append(atom('a'))).rejects.toMatchObject({ code: 'outbox.full' });
  });
});
