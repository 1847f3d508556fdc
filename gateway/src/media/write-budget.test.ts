import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@angrid/runtime';
import { WriteBudget } from './write-budget.js';

describe('the budget of writes', () => {
  let dir: string;
  const clock = new VirtualClock('2026-05-01T23:00:00Z');
  const open = () => WriteBudget.open({ file: join(dir, 'written.json'), clock, bytesADay: 1000 });
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'budget-'))));
  afterEach(() => rm(dir, { recursive: true }));

  it('counts the bytes of a day over restarts, and begins anew with the next', async () => {
    await (await open()).add(600);
    const budget = await open();
    await budget.add(600);
    expect(budget.today).toEqual({ day: '2026-05-01', bytes: 1200, budget: 1000 });
    await clock.advance(3_600_000);
    expect((await open()).today).toEqual({ day: '2026-05-02', bytes: 0, budget: 1000 });
  });

  it('begins anew where its count is broken', async () => {
    for (const text of ['', '{"day":', '{"day":"2026-05-02","bytes":"many"}', 'null']) {
      await writeFile(join(dir, 'written.json'), text);
      expect((await open()).today.bytes).toBe(0);
    }
  });
});
