import { describe, expect, it } from '@jest/globals';
import { silentLog, VirtualClock } from '@angrid/runtime';
import { Poller } from './poller.js';

const MINUTE_MS = 60_000;

function poller(work: () => Promise<void>, everyMs = 1000) {
  const clock = new VirtualClock('2026-03-01T02:00:00Z');
  const job = new Poller({ name: 'legs', clock, log: silentLog, everyMs, work });
  job.start();
  return { clock, job };
}

describe('a job', () => {
  it('is not stuck while its runs go well', async () => {
    const { clock, job } = poller(() => Promise.resolve());
    await clock.advance(20 * MINUTE_MS);
    expect(job.isStuck).toBe(false);
    await job.stop();
  });

  it('is stuck when none has gone well for five minutes, until one does', async () => {
    let fails = true;
    const { clock, job } = poller(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()));
    await clock.advance(4 * MINUTE_MS);
    expect(job.isStuck).toBe(false);
    await clock.advance(2 * MINUTE_MS);
    expect(job.isStuck).toBe(true);
    fails = false;
    await clock.advance(1000);
    expect(job.isStuck).toBe(false);
    await job.stop();
  });

  it('that seldom looks is stuck after three looks', async () => {
    const { clock, job } = poller(() => Promise.reject(new Error('no')), 10 * MINUTE_MS);
    await clock.advance(29 * MINUTE_MS);
    expect(job.isStuck).toBe(false);
    await clock.advance(2 * MINUTE_MS);
    expect(job.isStuck).toBe(true);
    await job.stop();
  });
});
