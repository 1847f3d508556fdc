import { describe, expect, it } from '@jest/globals';
import { SystemClock } from './system-clock.js';

describe('SystemClock', () => {
  const clock = new SystemClock();

  it('runs a task once, and a repeated one until it is cancelled', async () => {
    const before = clock.monotonic();
    await new Promise<void>((resolve) => clock.after(2, resolve));
    let runs = 0;
    await new Promise<void>((resolve) => {
      const cancel = clock.every(1, () => {
        runs += 1;
        if (runs < 3) return;
        cancel();
        resolve();
      });
    });
    expect(runs).toBe(3);
    expect(clock.monotonic()).toBeGreaterThan(before);
  });

  it('does not run what was cancelled', async () => {
    let ran = false;
    clock.after(1, () => (ran = true))();
    await clock.sleep(5);
    expect(ran).toBe(false);
  });

  it('gives wall time in milliseconds since 1970', () => {
    expect(Math.abs(clock.wall() - new Date().getTime())).toBeLessThan(1000);
  });
});
