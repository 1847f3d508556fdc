import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outbox } from './outbox.js';
import { atom, names, OutboxBench } from './outbox.fixture.js';

const EVERY_MS = 10;

/** What is appended while a commit is under way: its listeners are told within it. */
describe('the commits of an outbox under load', () => {
  let bench: OutboxBench;
  let outbox: Outbox;
  let commits: number;
  let stored: number;
  let during: readonly string[];

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open({ commitEveryMs: EVERY_MS });
    [commits, stored, during] = [0, 0, []];
    outbox.onAppended(() => {
      commits += 1;
      for (const name of during) void append(name);
      during = [];
    });
  });
  afterEach(() => bench.dispose());

  async function append(name: string): Promise<void> {
    if ((await outbox.append(atom(name))) === 'stored') stored += 1;
  }

  /** More than enough for any commit that does not wait. */
  async function turns(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('follow at a distance while more and more comes, and take all of it', async () => {
    during = ['second'];
    await append('first');
    for (const name of names('p', 4)) {
      await turns();
      expect([commits, stored]).toEqual([1, 1]);
      void append(name);
      await bench.clock.advance(EVERY_MS / 4);
    }
    await turns();
    expect([commits, stored]).toEqual([2, 6]);
  });

  it('follow sooner where nothing more comes: who sends one after the other waits for the answer', async () => {
    during = ['second', 'third'];
    await append('first');
    await turns();
    expect([commits, stored]).toEqual([1, 1]);
    await bench.clock.advance(EVERY_MS / 2);
    await turns();
    expect([commits, stored]).toEqual([2, 3]);
  });

  it('do not wait where nothing came during the one before', async () => {
    for (const name of names('p', 5)) await append(name);
    expect([commits, stored]).toEqual([5, 5]);
  });

  it('do not wait where much did', async () => {
    during = names('p', 64);
    await append('first');
    await turns();
    expect([commits, stored]).toEqual([2, 65]);
  });

  it('do not wait where the outbox is closed', async () => {
    during = ['second'];
    await append('first');
    await bench.close(outbox);
    await turns();
    expect([commits, stored]).toEqual([2, 2]);
  });
});
