import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendAll, atom, names, OutboxBench } from './outbox.fixture.js';

const DAY_MS = 86_400_000;

describe('the memory of events', () => {
  let bench: OutboxBench;
  beforeEach(() => {
    bench = new OutboxBench();
  });
  afterEach(() => bench.dispose());

  it('is bounded in number: the oldest are forgotten, a row at a time', async () => {
    const outbox = await bench.open({ limits: { seen: { maxAgeMs: DAY_MS, maxCount: 1000 } } });
    for (let group = 0; group < 8; group += 1) await appendAll(outbox, names(`g${group}`, 256));
    const { seen } = await outbox.counts();
    expect(seen).toBe(1024 - 256);
    expect(await outbox.append(atom('g7-1'))).toBe('duplicate');
    expect(await outbox.append(atom('g0-1'))).toBe('stored');
  });

  it('is bounded in age', async () => {
    const outbox = await bench.open({ limits: { seen: { maxAgeMs: 30 * DAY_MS, maxCount: 1e6 } } });
    await appendAll(outbox, names('old', 300));
    bench.clock.jumpWall(31 * DAY_MS);
    await appendAll(outbox, names('new', 300));
    await outbox.append(atom('newest'));
    expect((await outbox.counts()).seen).toBe(301);
  });

  it('is the same after a restart, for single events as for groups', async () => {
    let outbox = await bench.open();
    for (const name of names('single', 40)) await outbox.append(atom(name));
    await appendAll(outbox, names('group', 300));
    await outbox.append(atom('last'));
    await bench.close(outbox);
    outbox = await bench.open();
    expect((await outbox.counts()).seen).toBe(341);
    for (const name of ['single-1', 'single-40', 'group-1', 'group-300', 'last'])
      expect(await outbox.append(atom(name))).toBe('duplicate');
    expect(await outbox.append(atom('other'))).toBe('stored');
    await bench.close(outbox);
    outbox = await bench.open();
    expect(await outbox.append(atom('other'))).toBe('duplicate');
  });
});
